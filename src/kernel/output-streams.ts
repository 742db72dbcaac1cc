/**
 * What a cell writes to stdout and stderr, on its way into messages: gathered, redacted across pieces, and in
 * order with everything else once {@link OutputStreams.flush} is called before it.
 */
import { StringDecoder } from "node:string_decoder";
import { createStreamRedactor } from "./redact.ts";

export type StreamName = "stdout" | "stderr";

export interface OutputStreams {
  /** Takes text or UTF-8 bytes; a character may be split over calls. */
  write(name: StreamName, chunk: string | Uint8Array): void;
  /** Hands on all that is safe to show now; a tail that may begin a secret waits. */
  flush(): void;
  /** Hands on everything: nothing more belongs to these messages. */
  end(): void;
}

/** Milliseconds that text waits for more. */
const gatheringTime = 50;
/** UTF-16 units in one message. */
const messageLength = 1 << 19;

/** `isOpen` says whether more output may follow; when it may not, waiting text leaves with the timer. */
export function createOutputStreams(
  publish: (name: StreamName, text: string) => void,
  isOpen: () => boolean,
): OutputStreams {
  const redactors = { stdout: createStreamRedactor(), stderr: createStreamRedactor() };
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  let runs: { readonly name: StreamName; readonly pieces: string[] }[] = [];
  let timer: NodeJS.Timeout | undefined;

  function publishInParts(name: StreamName, text: string): void {
    for (let start = 0; start < text.length; ) {
      let end = Math.min(start + messageLength, text.length);
      if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
      publish(name, text.slice(start, end));
      start = end;
    }
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    const written = runs;
    runs = [];
    for (const { name, pieces } of written) publishInParts(name, redactors[name].push(pieces.join("")));
  }

  function end(): void {
    flush();
    for (const name of ["stdout", "stderr"] as const) {
      publishInParts(name, redactors[name].push(decoders[name].end()) + redactors[name].end());
    }
  }

  return {
    write: (name, chunk) => {
      const text = typeof chunk === "string" ? chunk : decoders[name].write(Buffer.from(chunk));
      const last = runs.at(-1);
      if (last?.name === name) last.pieces.push(text);
      else runs.push({ name, pieces: [text] });
      timer ??= setTimeout(() => (isOpen() ? flush() : end()), gatheringTime);
    },
    flush,
    end,
  };
}
