/** What cells write to stdout and stderr, on its way out: redacted across pieces. */
import { StringDecoder } from "node:string_decoder";
import { createStreamRedactor } from "../../redaction/redact-text.ts";
import type { StreamName } from "./thread-messages.ts";

export interface OutputStreams {
  /**
   * Takes text or UTF-8 bytes; a character may be split over calls. A tail that may begin a secret waits, and its line with it,
   * at most until something else is shown or a moment has passed.
   */
  write(name: StreamName, chunk: string | Uint8Array, parent: string, counted?: number): void;
  /** Hands on what waits, so that it stands before what is shown now; a secret that goes on behind it is still found. */
  release(): void;
  /** Hands on everything: nothing more belongs to these messages. */
  end(): void;
}

/** Milliseconds that a tail waits for more. */
const gatheringTime = 50;
/** UTF-16 units that are looked through at once: a look costs more than most lines. */
const lookLength = 1 << 14;
/** UTF-16 units in one message. */
const messageLength = 1 << 17;
/** UTF-16 units of a line that wait with its tail, so that clients get both as one output. */
const lineLength = 1 << 12;

interface Line {
  readonly text: string;
  readonly counted: number;
}

const noLine: Line = { text: "", counted: 0 };

/** `isOpen` says whether more output may follow: when it may not, what comes later starts over. */
export function createOutputStreams(
  publish: (name: StreamName, text: string, parent: string, counted: number) => void,
  isOpen: () => boolean,
): OutputStreams {
  const redactors = { stdout: createStreamRedactor(), stderr: createStreamRedactor() };
  const decoders = { stdout: new StringDecoder("utf8"), stderr: new StringDecoder("utf8") };
  /** Lines without secrets, whose tails wait, and what is counted of them. */
  const lines = { stdout: noLine, stderr: noLine };
  /** What has come in this turn of the event loop, to be looked through together. */
  let taken:
    | { readonly name: StreamName; readonly texts: string[]; length: number; counted: number }
    | undefined;
  let look: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  let owner = "{}";

  function publishInParts(name: StreamName, text: string, counted: number): void {
    let rest = counted;
    for (let start = 0; start < text.length || rest > 0; ) {
      let end = Math.min(start + messageLength, text.length);
      if (end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))) end -= 1;
      publish(name, text.slice(start, end), owner, rest);
      rest = 0;
      start = end;
    }
  }

  function lookThrough(): void {
    clearImmediate(look);
    look = undefined;
    if (taken === undefined) return;
    const { name, texts, counted } = taken;
    taken = undefined;
    release(name === "stdout" ? "stderr" : "stdout");
    const line = takeLine(name);
    const shown = line.text + redactors[name].push(texts.join(""));
    const all = line.counted + counted;
    const lineStart = redactors[name].isWaiting() ? shown.lastIndexOf("\n") + 1 : shown.length;
    const end = shown.length - lineStart > lineLength ? shown.length : lineStart;
    if (end > 0) publishInParts(name, shown.slice(0, end), all);
    lines[name] = { text: shown.slice(end), counted: end > 0 ? 0 : all };
    timer ??= setTimeout(letGo, gatheringTime);
  }

  function takeLine(name: StreamName): Line {
    const line = lines[name];
    lines[name] = noLine;
    return line;
  }

  function release(name: StreamName, isPatient = false): void {
    const { text, counted } = takeLine(name);
    const shown = text + redactors[name].release(isPatient);
    if (shown === "") lines[name] = { text, counted };
    else publishInParts(name, shown, counted);
  }

  function releaseBoth(isPatient = false): void {
    lookThrough();
    release("stdout", isPatient);
    release("stderr", isPatient);
  }

  /** A line that was printed is read while the cell computes on. */
  function letGo(): void {
    timer = undefined;
    if (isOpen()) releaseBoth(true);
    else end();
  }

  function end(): void {
    lookThrough();
    clearTimeout(timer);
    timer = undefined;
    for (const name of ["stdout", "stderr"] as const) {
      const rest = redactors[name].push(decoders[name].end()) + redactors[name].end();
      const { text, counted } = takeLine(name);
      publishInParts(name, text + rest, counted);
    }
  }

  return {
    write: (name, chunk, parent, counted = 0) => {
      if (parent !== owner) end();
      owner = parent;
      if (taken !== undefined && taken.name !== name) lookThrough();
      const text = typeof chunk === "string" ? chunk : decoders[name].write(Buffer.from(chunk));
      taken ??= { name, texts: [], length: 0, counted: 0 };
      taken.texts.push(text);
      taken.length += text.length;
      taken.counted += counted;
      if (taken.length >= lookLength) lookThrough();
      else look ??= setImmediate(lookThrough);
    },
    release: () => releaseBoth(),
    end,
  };
}
