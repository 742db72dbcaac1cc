/** JavaScript values as cells. What one cell may cost is limited, however large its value is; nothing in it can throw. */
import { inspect, types } from "node:util";
import { redactStart } from "../../redaction/redact-text.ts";
import { formatTimestamp } from "../text/time-text.ts";
import { redactAndCut, showText } from "../text/visible-text.ts";
import { type Cell, floatCell, nullCell, scalarCell, undefinedCell } from "./cell.ts";
import {
  type CellBudget,
  maxDepth,
  maxItems,
  maxKeyText,
  maxVectorValues,
  newCellBudget,
  textLimit,
} from "./cell-budget.ts";
import { formatCell } from "./format.ts";

const maxInspectedText = 400;
const minVectorDimension = 8;
/** Printing a whole number takes longer than its length grows. */
const largestPrintedInteger = 10n ** 400n;

export function valueCell(value: unknown): Cell {
  return readValue(value, 0, newCellBudget());
}

/** True for what an object literal or `JSON.parse` makes, which does not say itself how it is shown. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The object may come from another realm of this process, with its own `Object.prototype`.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return false;
  return !(inspect.custom in value) && !(Symbol.for("Jupyter.display") in value);
}

function readValue(value: unknown, depth: number, budget: CellBudget): Cell {
  budget.nodes -= 1;
  switch (typeof value) {
    case "undefined":
      return undefinedCell;
    case "number":
      return floatCell(value, Object.is(value, -0) ? "-0" : String(value));
    case "bigint":
      return scalarCell(integerText(value), "right");
    case "boolean":
      return scalarCell(String(value));
    case "string":
      return readString(value, depth);
  }
  if (value === null) return nullCell;
  return attempt(() =>
    typeof value === "object" ? readObject(value, depth, budget) : scalarCell(inspectedText(value)),
  );
}

function attempt(read: () => Cell): Cell {
  try {
    return read();
  } catch {
    return scalarCell("‹can not be read›");
  }
}

function integerText(value: bigint): string {
  const isPrinted = value <= largestPrintedInteger && value >= -largestPrintedInteger;
  return isPrinted ? String(value) : `${value < 0n ? "-" : ""}‹over 400 digits›`;
}

function readString(value: string, depth: number): Cell {
  const limit = textLimit(depth);
  const redacted = redactStart(value, limit);
  if (value.length <= limit) return { kind: "string", text: redacted, hiddenBytes: 0 };
  const isPairCut = value.charCodeAt(limit - 1) >> 10 === 0xd800 >> 10;
  const text = value.slice(0, isPairCut ? limit - 1 : limit);
  return {
    kind: "string",
    text: redacted.startsWith(text) ? text : redacted.slice(0, limit),
    hiddenBytes: Buffer.byteLength(value) - Buffer.byteLength(text),
  };
}

function readObject(value: object, depth: number, budget: CellBudget): Cell {
  if (types.isDate(value)) return readDate(value);
  if (types.isUint8Array(value)) return { kind: "bytes", bytes: value };
  if (types.isAnyArrayBuffer(value)) return { kind: "bytes", bytes: new Uint8Array(value) };
  if (types.isTypedArray(value)) {
    return readList(value as Float64Array | BigInt64Array, depth, budget);
  }
  if (Array.isArray(value)) return readList(value, depth, budget);
  if (depth >= maxDepth) return scalarCell("…");
  if (types.isSet(value)) return readList([...take(value, maxItems)], depth, budget, value.size);
  if (types.isMap(value)) return readEntries("map", take(value, maxItems), value.size, depth, budget);
  if (!isPlainObject(value)) return scalarCell(inspectedText(value));
  const keys = Object.keys(value);
  const entries = keys.slice(0, maxItems).map((key) => [key, readProperty(value, key)] as const);
  return readEntries("struct", entries, keys.length, depth, budget);
}

/** An own property, or as its value what its getter throws. */
export function readProperty(owner: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return Object.hasOwn(owner, key) ? owner[key] : undefined;
  } catch (error) {
    return error;
  }
}

function readDate(value: Date): Cell {
  const time = value.getTime();
  return scalarCell(Number.isNaN(time) ? "Invalid Date" : formatTimestamp(BigInt(time), 1, "UTC"), "right");
}

type List = readonly unknown[] | Float64Array | BigInt64Array;

function readList(list: List, depth: number, budget: CellBudget, length = list.length): Cell {
  if (isVector(list)) {
    const values = Float64Array.from(list.slice(0, budget.vectorValues));
    budget.vectorValues -= values.length;
    return { kind: "vector", dimension: length, values };
  }
  if (depth >= maxDepth) return scalarCell("…");
  const items: Cell[] = [];
  while (items.length < Math.min(list.length, maxItems) && budget.nodes > 0) {
    items.push(readValue(list[items.length], depth + 1, budget));
  }
  return { kind: "list", items, length };
}

/** Fractions, too many to be read: a point in space. */
function isVector(list: List): list is readonly number[] | Float64Array {
  if (list.length < minVectorDimension || types.isBigInt64Array(list)) return false;
  if (types.isFloat32Array(list) || types.isFloat64Array(list)) return true;
  if (!Array.isArray(list)) return false;
  const beginning = list.slice(0, maxVectorValues);
  return (
    beginning.some((item) => typeof item === "number" && !Number.isInteger(item)) &&
    beginning.every((item) => typeof item === "number")
  );
}

function readEntries(
  kind: "map" | "struct",
  source: Iterable<readonly [unknown, unknown]>,
  length: number,
  depth: number,
  budget: CellBudget,
): Cell {
  const entries: [string, Cell][] = [];
  for (const [key, value] of source) {
    if (budget.nodes <= 0) break;
    const name = typeof key === "string" ? key : formatCell(readValue(key, depth + 1, budget));
    entries.push([redactAndCut(name, maxKeyText), readValue(value, depth + 1, budget)]);
  }
  return { kind, entries, length };
}

function* take<T>(items: Iterable<T>, count: number): Generator<T, void, undefined> {
  let left = count;
  for (const item of items) {
    if (left-- === 0) return;
    yield item;
  }
}

function inspectedText(value: unknown): string {
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 20,
    maxStringLength: 200,
  });
  return showText(text, maxInspectedText);
}
