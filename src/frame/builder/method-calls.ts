/** What the methods of expressions make of their arguments, where these are more than arguments of a function. */
import { checkChoice } from "../../check-options.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { aggregate, call, like, negation, textCall, wholeNumber } from "../expression/expression-build.ts";
import { dateUnits, type ExpressionNode } from "../expression/expression-node.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import { toLiteral } from "../expression/literal.ts";
import { checkPattern } from "../functions/check-pattern.ts";
import { parse } from "./arguments.ts";
import { tableCall } from "./table-call.ts";
import { parseOffset } from "./time-offset.ts";

/** How a regular expression is read. */
export interface PatternOptions {
  /** Whether letters of either case are the same. */
  readonly ignoreCase?: boolean;
}

const patternOptions = loadWhenUsed(() => z.strictObject({ ignoreCase: z.boolean().optional() }));

/** What a text becomes. */
export interface TimePatternOptions {
  /** `timestamp[us]` by default; `date`, `timestamp[ns]`, `timestamp[us, Europe/Berlin]`. */
  readonly type?: string;
  /** Null where the text has another form. */
  readonly orNull?: boolean;
}

const timePatternOptions = loadWhenUsed(() =>
  z.strictObject({
    type: z.string().default("timestamp[us]"),
    orNull: z.boolean().default(false),
  }),
);

function withCase(pattern: unknown, options: unknown = {}): unknown {
  const { ignoreCase } = parse(patternOptions, options, "read a regular expression");
  return ignoreCase === true ? `(?i)${pattern}` : pattern;
}

const anyWhole = Number.NEGATIVE_INFINITY;

/** By the name of the method. Arguments come as users pass them. */
export const methodCalls: Readonly<
  Record<string, (own: ExpressionLike, ...others: never[]) => ExpressionNode>
> = {
  not: negation,
  round: (own, digits: unknown = 0) => call("round", own, wholeNumber(digits, anyWhole, "round")),
  like: (own, pattern: string) => like(own, pattern, false),
  ilike: (own, pattern: string) => like(own, pattern, true),
  matches: (own, pattern: string, options?: PatternOptions) =>
    checkPattern(textCall("regexpMatch", own, withCase(pattern, options))),
  regexpReplace: (own, pattern: string, by: string, options?: PatternOptions) =>
    tableCall("regexpReplace", own, [withCase(pattern, options), by]),
  regexpExtract: (own, pattern: string, group: unknown = 0, options?: PatternOptions) =>
    checkPattern(
      call("regexpExtract", own, withCase(pattern, options), wholeNumber(group, 0, "take a group")),
    ),
  trim: (own, characters?: string) => tableCall("trim", own, [characters]),
  trimStart: (own, characters?: string) => tableCall("trimStart", own, [characters]),
  trimEnd: (own, characters?: string) => tableCall("trimEnd", own, [characters]),
  slice: (own, start: unknown, count?: unknown) => {
    const parts = [start, ...(count === undefined ? [] : [count])];
    return call("slice", own, ...parts.map((part) => wholeNumber(part, 0, "slice a text")));
  },
  split: (own, separator: string) => textCall("split", own, separator),
  dateTrunc: (own, unit: unknown) => {
    const checked = checkChoice(unit, dateUnits, "the unit", "truncate a time");
    return call("dateTrunc", toLiteral(checked, "truncate a time"), own);
  },
  offsetBy: (own, offset: unknown) => tableCall("offsetBy", own, parseOffset(offset)),
  replaceTimeZone: (own, zone: string | null) => tableCall("replaceTimeZone", own, [zone ?? ""]),
  timeBucket: (own, every: unknown) =>
    tableCall("timeBucket", own, parseOffset(every, "put a time into a range")),
  strptime: (own, pattern: string, options: TimePatternOptions = {}) => {
    const { type, orNull } = parse(timePatternOptions, options, "read a time");
    return tableCall("strptime", own, [pattern, type, orNull]);
  },
  listGet: (own, index: unknown) => call("listGet", own, wholeNumber(index, anyWhole, "take an item")),
  quantile: (own, fraction?: number) => aggregate("quantile", own, fraction ?? Number.NaN),
  approxQuantile: (own, fraction?: number) => aggregate("approxQuantile", own, fraction ?? Number.NaN),
};
