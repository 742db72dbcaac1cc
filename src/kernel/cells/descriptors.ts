/** What cells write to descriptors 1 and 2 by `node:fs` is output like any other; descriptor 0 has nothing to read. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { Readable } from "node:stream";
import { DlfLanceError } from "../../errors.ts";
import type { StreamName } from "../wire/thread-messages.ts";

type Write = (name: StreamName, chunk: string | Uint8Array) => void;
type AnyFunction = (...given: unknown[]) => unknown;
type Callback = (error: Error | null, ...results: unknown[]) => void;

/** From now on `fs.writeSync(1, "text")` and its kin are shown in the cell. */
export function captureDescriptors(write: Write): void {
  const names: Readonly<Record<number, StreamName>> = { 1: "stdout", 2: "stderr" };

  /** Replaces a function for calls that are about one of the descriptors; for others `handle` answers undefined. */
  function replace(name: keyof typeof fs, handle: AnyFunction): void {
    const original = fs[name] as AnyFunction;
    const replaced: AnyFunction = (...given) => {
      const result = handle(...given);
      return result === undefined ? original(...given) : result === done ? undefined : result;
    };
    // What `util.promisify` goes by is among the properties.
    Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original));
    (fs as Record<string, unknown>)[name] = replaced;
  }

  /** The number of bytes written; undefined where the call is not ours, or is wrong. */
  function writePiece(descriptor: unknown, data: unknown, ...rest: unknown[]): number | undefined {
    const name = names[descriptor as number];
    const piece = name === undefined ? undefined : pieceOf(data, rest);
    if (name === undefined || piece === undefined) return undefined;
    write(name, piece);
    return piece.byteLength;
  }

  function writePieces(descriptor: unknown, data: unknown): number | undefined {
    if (names[descriptor as number] === undefined || !Array.isArray(data)) return undefined;
    return data.reduce<number>((sum, piece) => sum + (writePiece(descriptor, piece) ?? 0), 0);
  }

  function calledBack(handle: (...given: unknown[]) => number | undefined, isFile: boolean): AnyFunction {
    return (...given) => {
      const callback = given.at(-1);
      if (typeof callback !== "function") return undefined;
      const count = handle(...given.slice(0, -1));
      if (count === undefined) return undefined;
      process.nextTick(callback as Callback, null, ...(isFile ? [] : [count, given[1]]));
      return done;
    };
  }

  const writeFile = (descriptor: unknown, data: unknown, options?: unknown): number | undefined =>
    writePiece(descriptor, data, undefined, encodingOf(options));
  const wholly: AnyFunction = (...given) =>
    writeFile(given[0], given[1], given[2]) === undefined ? undefined : done;

  replace("writeSync", writePiece);
  replace("write", calledBack(writePiece, false));
  replace("writevSync", writePieces);
  replace("writev", calledBack(writePieces, false));
  for (const name of ["writeFileSync", "appendFileSync"] as const) replace(name, wholly);
  for (const name of ["writeFile", "appendFile"] as const) replace(name, calledBack(writeFile, true));
  for (const name of ["readSync", "read", "readFileSync", "readFile"] as const) {
    replace(name, (descriptor) => {
      if (descriptor === 0) throw noTerminal("the terminal");
      return undefined;
    });
  }
  syncBuiltinESMExports();
}

/** For a call that was dealt with and has no result. */
const done = Symbol("done");

/** As `fs.writeSync` takes it: bytes with a part of them to write, or a text with a place and an encoding. */
function pieceOf(data: unknown, rest: readonly unknown[]): Uint8Array | undefined {
  if (typeof data === "string") {
    const [, encoding] = rest;
    return Buffer.from(data, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8");
  }
  if (!ArrayBuffer.isView(data)) return undefined;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const [first, second] = rest;
  const part = typeof first === "object" && first !== null ? first : { offset: first, length: second };
  const { offset, length } = part as { offset?: number | null; length?: number | null };
  const start = offset ?? 0;
  const end = start + (length ?? bytes.byteLength - start);
  return Number.isInteger(start) && start >= 0 && end <= bytes.byteLength
    ? bytes.subarray(start, end)
    : undefined;
}

function encodingOf(options: unknown): unknown {
  return typeof options === "object" && options !== null
    ? (options as { encoding?: unknown }).encoding
    : options;
}

/** From now on `process.stdin`, and `node:readline` on it, refuse to be read where a cell asks for it. */
export function refuseStandardInput(): void {
  let stdin: Readable | undefined;
  Object.defineProperty(process, "stdin", {
    configurable: true,
    enumerable: true,
    get: () => {
      stdin ??= createStandardInput();
      return stdin;
    },
  });
}

function createStandardInput(): Readable {
  const input = new Readable();
  const refuse = (): never => {
    throw noTerminal("process.stdin");
  };
  const listen = input.on.bind(input) as AnyFunction;
  const on: AnyFunction = (event, listener) => {
    if (event === "data" || event === "readable" || event === "keypress") refuse();
    listen(event, listener);
    return input;
  };
  return Object.assign(input, { fd: 0, on, addListener: on, resume: refuse, read: refuse });
}

function noTerminal(what: string): DlfLanceError {
  return new DlfLanceError(
    "Unsupported",
    `Cannot read from ${what}: a cell has none; ask with await input("Your name: ")`,
  );
}
