import { z } from "zod";
import type { SearchRequest } from "../table/search-request.ts";
import { parse } from "./arguments.ts";

export interface NearestOptions {
  /** Rows delivered at most; 10 by default. */
  readonly count?: number;
  /** The vector column; needed where the table has several. */
  readonly column?: string;
  /** That of the index, else `l2`, by default. */
  readonly metric?: "l2" | "cosine" | "dot";
  /** How many partitions of the index are looked through. */
  readonly probes?: number;
  /** How many times `count` candidates are compared exactly. */
  readonly refine?: number;
}

export interface TextSearchOptions extends NearestOptions {
  /** Columns with a full-text index; all of them by default. */
  readonly columns?: readonly string[];
  /** Searches by this vector too, and ranks by both. */
  readonly vector?: ArrayLike<number>;
}

const amount = z.int().positive();
const nearestShape = {
  count: amount.default(10),
  column: z.string().optional(),
  metric: z.enum(["l2", "cosine", "dot"]).optional(),
  probes: amount.optional(),
  refine: amount.optional(),
};
const nearestOptions = z.strictObject(nearestShape);
const textOptions = z.strictObject({
  ...nearestShape,
  columns: z.array(z.string()).nonempty().optional(),
  vector: z.unknown().optional(),
});
const vectorShape = z.array(z.number("a vector is a list of numbers")).nonempty("a vector holds numbers");

/** @throws DlfLanceError InvalidInput */
export function parseNearest(vector: ArrayLike<number>, options: unknown): SearchRequest {
  const parsed = parse(nearestOptions, options, "search for the nearest rows");
  return { nearest: nearestPart(vector, parsed), text: null, count: parsed.count };
}

/** @throws DlfLanceError InvalidInput */
export function parseTextSearch(text: unknown, options: unknown): SearchRequest {
  const { vector, columns, ...nearest } = parse(textOptions, options, "search");
  return {
    nearest: vector === undefined ? null : nearestPart(vector as ArrayLike<number>, nearest),
    text: {
      text: parse(z.string().min(1, "the text is empty"), text, "search"),
      columns: columns ?? null,
    },
    count: nearest.count,
  };
}

function nearestPart(
  vector: ArrayLike<number>,
  options: z.output<typeof nearestOptions>,
): SearchRequest["nearest"] {
  const { column = null, metric = null, probes = null, refine = null } = options;
  const numbers = parse(vectorShape, Array.from(vector ?? [], Number), "search for the nearest rows");
  return { vector: numbers, column, metric, probes, refine };
}
