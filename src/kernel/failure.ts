/** How a failed cell is told: the words of Jupyter's `error` message, with the cell's own lines as the traceback. */
import { inspect } from "node:util";
import type { RanCell } from "./engine.ts";
import type { Diagnostic } from "./tslab-types.ts";

export interface Failure {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

type RanCells = ReadonlyMap<string, RanCell>;

export const interruption: Failure = {
  ename: "Interrupted",
  evalue: "the cell was interrupted",
  traceback: ["Interrupted: the cell was interrupted"],
};

/** At most this many frames, causes, or type errors are told. */
const mostTold = 10;

/** Tells what a cell threw. Works for any value, also one that throws when it is looked at. */
export function describeThrown(error: unknown, cells: RanCells): Failure {
  try {
    if (!isErrorLike(error)) {
      const evalue = inspect(error);
      return { ename: "ThrownValue", evalue, traceback: [`ThrownValue: ${evalue}`] };
    }
    const traceback = [
      titleOf(error),
      ...frameLines(String(error.stack ?? ""), cells),
      ...causeLines(error, cells),
    ];
    return { ename: error.name || "Error", evalue: error.message, traceback };
  } catch {
    const evalue = "the thrown value can not be described: looking at it throws";
    return { ename: "ThrownValue", evalue, traceback: [`ThrownValue: ${evalue}`] };
  }
}

/** Tells why the compiler refused a cell; it has not run. */
export function describeMistyped(problems: readonly Diagnostic[], source: string, cellName: string): Failure {
  const lines = source.split("\n");
  const told = joinChains(problems);
  const traceback = told.slice(0, mostTold).flatMap((problem) => {
    const place = problem.fileName ?? titleOfCell(cellName);
    const code = problem.fileName === undefined ? lines[problem.start.line] : undefined;
    const isOneLine = problem.end.line === problem.start.line;
    return [
      `TypeScriptError: ${problem.messageText} (TS${problem.code})`,
      `  ${place}, line ${problem.start.line + 1}`,
      ...(code === undefined
        ? []
        : quoteLine(code, problem.start.character, isOneLine ? problem.end.character : undefined)),
    ];
  });
  if (told.length > mostTold) traceback.push(`and ${told.length - mostTold} more`);
  const [first] = told;
  const evalue =
    first === undefined ? "" : `${first.messageText} (line ${first.start.line + 1}, TS${first.code})`;
  return { ename: "TypeScriptError", evalue, traceback };
}

/** The compiler explains one error in several steps that share its place. */
function joinChains(problems: readonly Diagnostic[]): Diagnostic[] {
  const joined: Diagnostic[] = [];
  for (const problem of problems) {
    const last = joined.at(-1);
    if (last !== undefined && last.start.offset === problem.start.offset && problem.fileName === undefined) {
      if (last.messageText === problem.messageText) continue;
      joined[joined.length - 1] = { ...last, messageText: `${last.messageText}\n  ${problem.messageText}` };
    } else joined.push(problem);
  }
  return joined;
}

interface ErrorLike {
  readonly name: string;
  readonly message: string;
  readonly stack?: unknown;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

function isErrorLike(value: unknown): value is ErrorLike {
  if (typeof value !== "object" || value === null) return false;
  const { name, message } = value as Partial<ErrorLike>;
  return typeof name === "string" && typeof message === "string";
}

function titleOf(error: ErrorLike): string {
  return error.message === "" ? error.name || "Error" : `${error.name || "Error"}: ${error.message}`;
}

function causeLines(error: ErrorLike, cells: RanCells): string[] {
  const lines: string[] = [];
  const told = new Set<unknown>([error]);
  for (let cause = error.cause; cause !== undefined && told.size < mostTold; ) {
    if (told.has(cause)) break;
    told.add(cause);
    if (!isErrorLike(cause)) return [...lines, `Caused by: ${inspect(cause)}`];
    lines.push(`Caused by: ${titleOf(cause)}`, ...frameLines(String(cause.stack ?? ""), cells));
    cause = cause.cause;
  }
  const parts = Array.isArray(error.errors) ? error.errors.slice(0, mostTold) : [];
  return [...lines, ...parts.map((part) => `  - ${isErrorLike(part) ? titleOf(part) : inspect(part)}`)];
}

const framePattern = /^\s+at (?:async )?(?:(.*?) \()?([^\s()]+):(\d+):(\d+)\)?$/;

/** The frames in cells and in the notebook's own files; those of libraries, Node and the kernel say nothing here. */
function frameLines(stack: string, cells: RanCells): string[] {
  const frames = stack.split("\n").flatMap((line) => {
    const [, name, place = "", row = "", column = ""] = framePattern.exec(line) ?? [];
    const cell = cells.get(place);
    if (cell === undefined) return isOwnFile(place) ? [[`  ${place}, line ${row}${nameOf(name)}`]] : [];
    const position = cell.findPosition({ line: Number(row), column: Number(column) });
    if (position === undefined) return [];
    const code = cell.source.split("\n")[position.line - 1] ?? "";
    return [
      [
        `  ${titleOfCell(place)}, line ${position.line}${nameOf(name)}`,
        ...quoteLine(code, position.column - 1),
      ],
    ];
  });
  return frames.slice(0, mostTold).flat();
}

const ownFolder = new URL("..", import.meta.url);

function isOwnFile(place: string): boolean {
  return (
    /^(file:\/\/)?\//.test(place) && !place.includes("/node_modules/") && !place.includes(ownFolder.pathname)
  );
}

function nameOf(name: string | undefined): string {
  const plain = name?.replace(/^(Proxy|Object|exports)\./, "");
  return plain === undefined || plain === "" || plain === "<anonymous>" ? "" : `, in ${plain}`;
}

/** `cell-3` is "cell 3". */
function titleOfCell(name: string): string {
  return name.replace("-", " ");
}

function quoteLine(code: string, start: number, end = start + 1): string[] {
  const indent = code.slice(0, start).replace(/[^\t]/g, " ");
  return [`    ${code}`, `    ${indent}${"^".repeat(Math.max(1, end - start))}`];
}
