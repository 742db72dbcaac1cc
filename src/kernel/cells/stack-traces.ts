/**
 * Stacks as those who wrote the cells know them: by cell and line of the source, without the frames of Node, of this
 * package and of libraries. They are so wherever they are seen, also in what a cell prints itself.
 */
import { createRequire } from "node:module";
import type * as TraceMapping from "@jridgewell/trace-mapping";
import { codeFolder } from "../../package-folder.ts";
import { columnsInPlace, placeOf } from "../source/places.ts";
import type { Failure } from "../wire/failure.ts";
import type { CellOrder } from "../wire/thread-messages.ts";
import type { BuiltIns } from "./built-ins.ts";
import { describeThrown } from "./describe-thrown.ts";

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface StackTraces {
  /** From now on a cell is known by its name. */
  add(order: CellOrder): void;
  /** The code of a file next to the notebook, by the address that it runs under. */
  addModule(address: string, path: string, map: string): void;
  /** Where a cell was when it awaited last, as `bind` counts places. */
  place(name: string, count: number): { readonly name: string; readonly place: Place } | undefined;
  /** Tells what a cell threw; `fallback` is where it was, for errors that know no cell. */
  describe(error: unknown, fallback?: { readonly name: string; readonly place: Place }): Failure;
}

interface Code {
  /** What a frame is called by. */
  readonly title: string;
  readonly source: string | undefined;
  /** Maps as JSON text, in the order in which they lead back. */
  readonly maps: (string | TraceMapping.TraceMap)[];
  readonly widenings: CellOrder["widenings"];
}

let library: typeof TraceMapping | undefined;

/** Errors are rare: until the first, nothing of this is loaded. */
function traceMapping(): typeof TraceMapping {
  library ??= createRequire(import.meta.url)("@jridgewell/trace-mapping") as typeof TraceMapping;
  return library;
}

/** An awaiting library has many frames before those of the cell that called it. */
const deepestStack = 60;

export function createStackTraces(folder: string, builtIns: Pick<BuiltIns, "protect">): StackTraces {
  const codes = new Map<string, Code>();
  const isFull = process.env.DLF_LANCE_STACK === "full";

  /** Undefined for what no source stands for. */
  function follow({ maps, widenings }: Code, place: Place, from = 0): Place | undefined {
    let { line, column } = place;
    for (let index = from; index < maps.length; index++) {
      const map = maps[index];
      const { TraceMap, originalPositionFor } = traceMapping();
      const parsed = typeof map === "string" ? new TraceMap(map) : map;
      if (parsed === undefined) return undefined;
      maps[index] = parsed;
      const found = originalPositionFor(parsed, { line, column: column - 1 });
      if (found.line === null) return undefined;
      line = found.line;
      column = found.column + 1;
    }
    return widenings.reduce<Place>((found, widening) => placeOf(widening, found), { line, column });
  }

  function tellFrame(frame: NodeJS.CallSite): string | undefined {
    const file = frame.getFileName() ?? "";
    const code = codes.get(file);
    const name = nameOf(frame);
    if (code !== undefined) {
      const at = { line: frame.getLineNumber() ?? 1, column: frame.getColumnNumber() ?? 1 };
      const place = follow(code, at);
      if (place === undefined) return isFull ? `    at ${String(frame)}` : undefined;
      const position = `${code.title}:${place.line}:${place.column}`;
      return `    at ${name === "" ? position : `${name} (${position})`}`;
    }
    return isFull || isOfNotebook(file) ? `    at ${String(frame)}` : undefined;
  }

  /** Cells may replace the method: then they tell stacks as they like. */
  function tellStack(error: Error, frames: readonly NodeJS.CallSite[]): string {
    cleanMessage(error);
    const lines = frames.map(tellFrame).filter((line) => line !== undefined);
    return [headOf(error), ...lines].join("\n");
  }

  Error.stackTraceLimit = deepestStack;
  Error.prepareStackTrace = (error, frames) => builtIns.protect(() => tellStack(error, frames));

  return {
    add: ({ name, source, bound, emittedMap, widenings }) => {
      codes.set(name, { title: name, source, maps: [bound.map, emittedMap], widenings });
    },
    addModule: (address, path, map) => {
      codes.set(address, { title: path, source: undefined, maps: [map], widenings: [] });
    },
    place: (name, count) => {
      const code = codes.get(name);
      if (code === undefined) return undefined;
      const at = { line: Math.floor(count / columnsInPlace) + 1, column: (count % columnsInPlace) + 1 };
      // Places are counted in what was bound: the first map has been followed.
      const place = follow(code, at, 1);
      return place === undefined ? undefined : { name, place };
    },
    describe: (error, fallback) => describeThrown(error, (name) => codes.get(name)?.source, fallback),
  };

  function isOfNotebook(file: string): boolean {
    return (
      /^(file:\/\/)?\//.test(file) &&
      !file.includes("/node_modules/") &&
      !file.startsWith(codeFolder) &&
      file !== folder
    );
  }
}

/** V8 names what it calls by our boxes: `(0 , limitː.limit) is not a function`. */
export function nameAsWritten(text: string): string {
  return text
    .replace(/\(0 ?, ([\p{ID_Continue}$]+)ː\.\1\)/gu, "$1")
    .replace(/([\p{ID_Continue}$]+)ː\.\1(?![\p{ID_Continue}$])/gu, "$1");
}

function cleanMessage(error: Error): void {
  try {
    const { message } = error;
    if (typeof message !== "string" || !message.includes("ː")) return;
    error.message = nameAsWritten(message);
  } catch {
    // It is shown as it is.
  }
}

function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

/** As V8 would call the function, without what our boxes add. */
function nameOf(frame: NodeJS.CallSite): string {
  const [, name = ""] = /^(.*) \(.*\)$/.exec(String(frame)) ?? [];
  const plain = name.replace(/^(async )?(Object|Proxy|EmptyBox)\./, "$1").replace(/ \[as .*\]$/, "");
  return /^(async )?(eval|<anonymous>)$/.test(plain) ? "" : nameAsWritten(plain);
}
