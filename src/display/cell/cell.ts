/** One value of a table, decoded no further than a display can show. */
export type Cell =
  | NullCell
  | ScalarCell
  | StringCell
  | BytesCell
  | VectorCell
  | ListCell
  | EntriesCell
  | HistogramCell;

export interface NullCell {
  readonly kind: "null";
  /** A table of JavaScript values may hold both. */
  readonly text: "null" | "undefined";
}

/** Anything short that is printed as it is: numbers, booleans, dates. */
export interface ScalarCell {
  readonly kind: "scalar";
  /** Holds no control characters. */
  readonly text: string;
  /** Numbers, times and durations stand at the right, so that their digits line up. */
  readonly align: "left" | "right";
  /** Of a float, whose text may be rounded to that of its column. */
  readonly float?: number;
  /** What the text was before it was rounded. */
  readonly exact?: string;
}

export interface StringCell {
  readonly kind: "string";
  /** The beginning of the string, as stored. */
  readonly text: string;
  /** UTF-8 bytes after the beginning. */
  readonly hiddenBytes: number;
  /** Matches the words that stand out. */
  readonly marks?: RegExp;
}

export interface BytesCell {
  readonly kind: "bytes";
  /** Not copied; of a blob perhaps only its beginning, or none. */
  readonly bytes: Uint8Array;
  /** How many there are in all, where that is more than {@link bytes}. */
  readonly size?: number;
}

/** A list of numbers that is a point in space, not a handful of values. */
export interface VectorCell {
  readonly kind: "vector";
  readonly dimension: number;
  /** The first values, at most 65,536. */
  readonly values: Float64Array;
}

export interface ListCell {
  readonly kind: "list";
  readonly length: number;
  /** The first items. */
  readonly items: readonly Cell[];
}

export interface EntriesCell {
  readonly kind: "struct" | "map";
  readonly length: number;
  /** The first fields or entries. */
  readonly entries: readonly (readonly [key: string, value: Cell])[];
}

/** How often values of a column are in each of its ranges, or each of its most frequent values. */
export interface HistogramCell {
  readonly kind: "histogram";
  readonly counts: readonly number[];
  /** What the bars are, for the tool tip. */
  readonly title: string;
}

export const nullCell: NullCell = { kind: "null", text: "null" };
export const undefinedCell: NullCell = { kind: "null", text: "undefined" };

export function scalarCell(text: string, align: "left" | "right" = "left"): ScalarCell {
  return { kind: "scalar", text, align };
}

/** @param exact the shortest text that reads back as the same value */
export function floatCell(float: number, exact: string): ScalarCell {
  return { kind: "scalar", text: exact, align: "right", float };
}

export function stringCell(text: string): StringCell {
  return { kind: "string", text, hiddenBytes: 0 };
}

/** The Euclidean length, or undefined when only a part of the vector was read. */
export function vectorNorm(cell: VectorCell): number | undefined {
  if (cell.values.length < cell.dimension) return undefined;
  let largest = 0;
  for (const value of cell.values) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || !Number.isFinite(largest)) return largest;
  let sum = 0;
  for (const value of cell.values) sum += (value / largest) ** 2;
  return largest * Math.sqrt(sum);
}
