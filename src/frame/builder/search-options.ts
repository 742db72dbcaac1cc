import { describeValue, type OptionNames } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import type { SearchRequest } from "../../table/native/search-request.ts";
import type { Metric } from "../../table/native/table-indices.ts";
import { z } from "../../zod.ts";
import { parse } from "./arguments.ts";

/** Options of `nearest`. */
export interface NearestOptions {
  /** Rows delivered at most; 10 by default. */
  readonly k?: number;
  /** The vector column; needed where the table has several. */
  readonly column?: string;
  /** How distance is measured: as in the index, else `l2`, by default. */
  readonly metric?: Metric;
  /** Partitions of the index that are looked through: more find more and take longer. */
  readonly probes?: number;
  /** So many times `k` candidates of the index are compared exactly. */
  readonly refine?: number;
}

/** Options of `search`. */
export interface TextSearchOptions extends NearestOptions {
  /** The text columns to search; by default those with a full-text index. */
  readonly textColumns?: readonly string[];
  /** Searches by this vector too; the two lists are made one by reciprocal rank fusion. */
  readonly vector?: ArrayLike<number>;
}

const amount = loadWhenUsed(() =>
  z.int().positive({
    error: ({ input, path }) =>
      `${String(path?.at(-1))} is ${describeValue(input)}; pass a whole number above 0`,
  }),
);
const nearestShape = () => ({
  k: amount.default(10),
  column: z.string().optional(),
  metric: z.enum(["l2", "cosine", "dot"]).optional(),
  probes: amount.optional(),
  refine: amount.optional(),
});
const nearestOptions = loadWhenUsed(() => z.strictObject(nearestShape()));
const textOptions = loadWhenUsed(() =>
  z.strictObject({
    ...nearestShape(),
    textColumns: z.array(z.string()).nonempty().optional(),
    vector: z.unknown().optional(),
  }),
);
export const nearestOptionNames: OptionNames<NearestOptions> = {
  k: true,
  column: true,
  metric: true,
  probes: true,
  refine: true,
};
export const textSearchOptionNames: OptionNames<TextSearchOptions> = {
  ...nearestOptionNames,
  textColumns: true,
  vector: true,
};
const item = loadWhenUsed(() =>
  z.number({
    error: ({ input }) => `a vector holds finite numbers, not ${describeValue(input)}`,
  }),
);
const vectorShape = loadWhenUsed(() => z.array(item).nonempty("the vector is empty; pass its numbers"));

/** @throws DlfLanceError InvalidInput */
export function parseNearest(vector: ArrayLike<number>, options: unknown): SearchRequest {
  const parsed = parse(nearestOptions, options, "search for the nearest rows");
  return { nearest: nearestPart(vector, parsed), text: null, count: parsed.k };
}

/** @throws DlfLanceError InvalidInput */
export function parseTextSearch(text: unknown, options: unknown): SearchRequest {
  const { vector, textColumns = null, ...nearest } = parse(textOptions, options, "search");
  return {
    nearest: vector === undefined ? null : nearestPart(vector as ArrayLike<number>, nearest),
    text: {
      text: parse(
        z
          .string({
            error: ({ input }) => `${describeValue(input)} is not a text; pass the words to look for`,
          })
          .trim()
          .min(1, "the text to search for is empty"),
        text,
        "search",
      ),
      columns: textColumns,
    },
    count: nearest.k,
  };
}

function nearestPart(
  vector: ArrayLike<number>,
  options: z.output<typeof nearestOptions>,
): SearchRequest["nearest"] {
  const { column = null, metric = null, probes = null, refine = null } = options;
  if (typeof vector === "string") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot search for the nearest rows: ${JSON.stringify(vector)} is a text; pass its vector, as an embedding model returns it`,
    );
  }
  const numbers = parse(
    vectorShape,
    Array.from(vector ?? [], (number: unknown) => (typeof number === "bigint" ? Number(number) : number)),
    "search for the nearest rows",
  );
  return { vector: numbers, column, metric, probes, refine };
}
