/** How what a cell threw is reported, with the cell's own lines as the traceback. */
import { inspect } from "node:util";
import { type Failure, mostTold, quoteLine, titleOfCell } from "../wire/failure.ts";

/** The source of a cell by the name its code has in stacks. */
type FindSource = (name: string) => string | undefined;

/** Where a cell was. */
interface CellPlace {
  readonly name: string;
  readonly place: { readonly line: number; readonly column: number };
}

/**
 * Tells what a cell threw. Works for any value, also one that throws when it is looked at.
 *
 * @param fallback where the cell was, for an error whose stack knows no place
 */
export function describeThrown(error: unknown, findSource: FindSource, fallback?: CellPlace): Failure {
  try {
    if (!isErrorLike(error)) return describeValue(inspect(error));
    // The stack first: with it the message gets the names as the cell writes them.
    const stack = String(error.stack ?? "");
    // Read once: a getter may return something else the next time.
    const { name, message } = error;
    if (typeof name !== "string" || typeof message !== "string") return describeValue(inspect(error));
    const frames = frameLines(stack, findSource);
    if (frames.length === 0 && fallback !== undefined) frames.push(...placeLines(fallback, "", findSource));
    const traceback = [titleOf({ name, message }), ...frames, ...causeLines(error, findSource)];
    return { ename: name || "Error", evalue: message, traceback };
  } catch {
    return describeValue("the thrown value cannot be described: looking at it throws");
  }
}

function describeValue(evalue: string): Failure {
  return { ename: "ThrownValue", evalue, traceback: [`ThrownValue: ${evalue}`] };
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

function causeLines(error: ErrorLike, findSource: FindSource): string[] {
  const lines: string[] = [];
  const reported = new Set<unknown>([error]);
  for (let cause = error.cause; cause !== undefined && reported.size < mostTold; ) {
    if (reported.has(cause)) break;
    reported.add(cause);
    if (!isErrorLike(cause)) return [...lines, `Caused by: ${inspect(cause)}`];
    lines.push(`Caused by: ${titleOf(cause)}`, ...frameLines(String(cause.stack ?? ""), findSource));
    cause = cause.cause;
  }
  const parts = Array.isArray(error.errors) ? error.errors.slice(0, mostTold) : [];
  return [...lines, ...parts.map((part) => `  - ${isErrorLike(part) ? titleOf(part) : inspect(part)}`)];
}

const framePattern = /^\s+at (?:(.*?) \()?([^\s()]+):(\d+):(\d+)\)?$/;

/** The frames in cells and in the notebook's own files: stacks hold no others. */
function frameLines(stack: string, findSource: FindSource): string[] {
  const frames = stack.split("\n").flatMap((line) => {
    const [, name = "", file = "", row = "", column = ""] = framePattern.exec(line) ?? [];
    if (file === "") return [];
    const place = { line: Number(row), column: Number(column) };
    return [placeLines({ name: file, place }, name, findSource)];
  });
  return frames.slice(0, mostTold).flat();
}

function placeLines({ name, place }: CellPlace, functionName: string, findSource: FindSource): string[] {
  const source = findSource(name);
  const inFunction = nameOf(functionName);
  if (source === undefined) return [`  ${name}, line ${place.line}${inFunction}`];
  const code = source.split("\n")[place.line - 1] ?? "";
  return [`  ${titleOfCell(name)}, line ${place.line}${inFunction}`, ...quoteLine(code, place.column - 1)];
}

function nameOf(name: string): string {
  const plain = name.replace(/^async /, "");
  return plain === "" || plain === "<anonymous>" ? "" : `, in ${plain}`;
}
