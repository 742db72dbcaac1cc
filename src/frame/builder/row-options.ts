/** Options of steps over whole rows, checked at the call. */

import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { keptRows } from "../plan/plan.ts";
import { parse, parseColumnNames } from "./arguments.ts";
import type { TimeOffset } from "./time-offset.ts";

/** Options of `unique`. */
export interface UniqueOptions<N extends string> {
  /** The columns that are compared; all when left out. */
  readonly on?: N | readonly N[];
  /** `any` by default. */
  readonly keep?: (typeof keptRows)[number];
}

/** Options of `concat`. */
export interface ConcatOptions {
  /** `vertical` by default: both have the same columns. */
  readonly how?: "vertical" | "diagonal";
}

/** Options of `groupByDynamic`. */
export interface DynamicOptions<K extends readonly string[]> {
  /** How long a stretch is: months and longer, days and weeks, or hours and below. */
  readonly every: TimeOffset;
  /** Further columns whose values must be equal. */
  readonly by?: K;
}

const names = loadWhenUsed(() => z.union([z.string(), z.array(z.string())]));
const uniqueOptions = loadWhenUsed(() =>
  z.strictObject({
    on: names.optional(),
    keep: z.enum(keptRows).default("any"),
  }),
);
const concatOptions = loadWhenUsed(() =>
  z.strictObject({
    how: z.enum(["vertical", "diagonal"]).default("vertical"),
  }),
);
const dynamicOptions = loadWhenUsed(() => z.strictObject({ every: z.unknown(), by: names.default([]) }));

/** @throws DlfLanceError InvalidInput */
export function parseUnique(value: unknown) {
  const { on, keep } = parse(uniqueOptions, value, "keep unique rows");
  return { on: on === undefined ? null : parseColumnNames([on].flat(), "keep unique rows"), keep };
}

/** @throws DlfLanceError InvalidInput */
export function parseConcat(value: unknown) {
  return parse(concatOptions, value, "concat rows");
}

/** @throws DlfLanceError InvalidInput */
export function parseDynamic(value: unknown): { readonly every: TimeOffset; readonly by: readonly string[] } {
  const { every, by } = parse(dynamicOptions, value, "group by time");
  return { every: every as TimeOffset, by: [by].flat() };
}
