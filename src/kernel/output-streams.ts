/**
 * What a cell writes to stdout and stderr, on its way out: redacted across pieces, and handed on at once, for a cell
 * that computes lets no timer run.
 */
import { StringDecoder } from "node:string_decoder";
import { createStreamRedactor } from "../redaction/redact-text.ts";

export type StreamName = "stdout" | "stderr";

export interface OutputStreams {
  /** Takes text or UTF-8 bytes; a character may be split over calls. A tail that may begin a secret waits. */
  write(name: StreamName, chunk: string | Uint8Array): void;
  /** Hands on everything: nothing more belongs to these messages. */
  end(): void;
}

/** Milliseconds that a tail waits for more once nobody will end it. */
const gatheringTime = 50;
/** UTF-16 units in one message. */
const messageLength = 1 << 17;

/** `isOpen` says whether more output may follow; when it may not, a waiting tail leaves with a timer. */
export function createOutputStreams(
  publish: (name: StreamName, text: string) => void,
  isOpen: () => boolean,
): OutputStreams {
  const redactors = { stdout: createStreamRedactor(), stderr: createStreamRedactor() };
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  let timer: NodeJS.Timeout | undefined;

  function publishInParts(name: StreamName, text: string): void {
    for (let start = 0; start < text.length; ) {
      let end = Math.min(start + messageLength, text.length);
      if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
      publish(name, text.slice(start, end));
      start = end;
    }
  }

  function end(): void {
    clearTimeout(timer);
    timer = undefined;
    for (const name of ["stdout", "stderr"] as const) {
      publishInParts(name, redactors[name].push(decoders[name].end()) + redactors[name].end());
    }
  }

  return {
    write: (name, chunk) => {
      const text = typeof chunk === "string" ? chunk : decoders[name].write(Buffer.from(chunk));
      publishInParts(name, redactors[name].push(text));
      if (!isOpen()) timer ??= setTimeout(end, gatheringTime);
    },
    end,
  };
}
