/** Functions of SQL that frames have with the same meaning, by the names that DuckDB has for them. */
import type { ColumnKind } from "../../../types/column-kind.ts";

type Kinds = readonly ColumnKind["kind"][];

/** A function of one argument of some kinds. */
export interface PlainFunction {
  readonly function: string;
  readonly takes: Kinds;
  /** Whether a FLOAT stays one. */
  readonly takesNarrow?: true;
  /** Whether it makes a DOUBLE of a whole number. */
  readonly ofDouble?: true;
  /** What it is called for a list. */
  readonly list?: string;
}

const text: Kinds = ["text"];
const numbers: Kinds = ["integer", "float", "decimal"];
const whole: Kinds = ["integer", "float"];

const length: PlainFunction = { function: "length", takes: text };
const lengthOrCount: PlainFunction = { ...length, list: "listLength" };
const ceiling: PlainFunction = { function: "ceil", takes: whole, takesNarrow: true, ofDouble: true };

export const plain: Readonly<Record<string, PlainFunction>> = {
  upper: { function: "upper", takes: text },
  ucase: { function: "upper", takes: text },
  lower: { function: "lower", takes: text },
  lcase: { function: "lower", takes: text },
  trim: { function: "trim", takes: text },
  ltrim: { function: "trimStart", takes: text },
  rtrim: { function: "trimEnd", takes: text },
  length: lengthOrCount,
  len: lengthOrCount,
  char_length: length,
  character_length: length,
  array_length: { function: "listLength", takes: [], list: "listLength" },
  abs: { function: "abs", takes: numbers, takesNarrow: true },
  sign: { function: "sign", takes: numbers, takesNarrow: true },
  sqrt: { function: "sqrt", takes: numbers },
  floor: { function: "floor", takes: whole, takesNarrow: true, ofDouble: true },
  ceil: ceiling,
  ceiling,
  trunc: { function: "trunc", takes: whole, takesNarrow: true },
  isnan: { function: "isNaN", takes: ["float"], takesNarrow: true },
};

/** A part of a date or of a clock. */
export interface DatePart {
  readonly function: string;
  readonly takes: Kinds;
  /** What is counted by it: DuckDB's Sunday is 0, where ours is 7. */
  readonly modulo?: number;
}

const ofDay = (name: string): DatePart => ({ function: name, takes: ["date", "timestamp"] });
const ofClock = (name: string): DatePart => ({ function: name, takes: ["timestamp"] });
const fromSunday: DatePart = { ...ofDay("dayOfWeek"), modulo: 7 };

/** By the names that `date_part` takes and their functions have. */
export const dateParts: Readonly<Record<string, DatePart>> = {
  year: ofDay("year"),
  quarter: ofDay("quarter"),
  month: ofDay("month"),
  week: ofDay("week"),
  weekofyear: ofDay("week"),
  day: ofDay("day"),
  dayofmonth: ofDay("day"),
  isodow: ofDay("dayOfWeek"),
  dow: fromSunday,
  dayofweek: fromSunday,
  weekday: fromSunday,
  dayofyear: ofDay("dayOfYear"),
  doy: ofDay("dayOfYear"),
  hour: ofClock("hour"),
  minute: ofClock("minute"),
  second: ofClock("second"),
};

export const timeUnits: readonly string[] = [
  "year",
  "quarter",
  "month",
  "week",
  "day",
  "hour",
  "minute",
  "second",
];

/** Tests of a text by a constant. */
export const searches: Readonly<Record<string, string>> = {
  contains: "contains",
  starts_with: "startsWith",
  prefix: "startsWith",
  "^@": "startsWith",
  ends_with: "endsWith",
  suffix: "endsWith",
};

export const patterns: Readonly<Record<string, { readonly ignoreCase: boolean; readonly isNot: boolean }>> = {
  "~~": { ignoreCase: false, isNot: false },
  "!~~": { ignoreCase: false, isNot: true },
  "~~*": { ignoreCase: true, isNot: false },
  "!~~*": { ignoreCase: true, isNot: true },
};

/** Regular expressions, as one that is looked for. */
export const patternCalls: Readonly<Record<string, (pattern: string) => string>> = {
  regexp_matches: (pattern) => pattern,
  regexp_full_match: (pattern) => `\\A(?:${pattern})\\z`,
};

/** What is known before a statement runs, and its type. */
export const clocks: Readonly<Record<string, "DATE" | "TIMESTAMP" | "TIMESTAMP WITH TIME ZONE">> = {
  current_date: "DATE",
  today: "DATE",
  now: "TIMESTAMP WITH TIME ZONE",
  current_timestamp: "TIMESTAMP WITH TIME ZONE",
  get_current_timestamp: "TIMESTAMP WITH TIME ZONE",
  transaction_timestamp: "TIMESTAMP WITH TIME ZONE",
  localtimestamp: "TIMESTAMP",
};

/** Those that frames have. */
export const aggregates: Readonly<Record<string, string>> = {
  count: "count",
  sum: "sum",
  avg: "mean",
  mean: "mean",
  min: "min",
  max: "max",
  stddev: "stddev",
  stddev_samp: "stddev",
  stddev_pop: "stddevPopulation",
  variance: "variance",
  var_samp: "variance",
  var_pop: "variancePopulation",
  bool_and: "all",
  bool_or: "any",
};

/** What DuckDB calls the functions that become steps of Daft, in the order of the alphabet; not operators. */
export const sqlFunctions: readonly string[] = [
  ...Object.keys({ ...plain, ...searches, ...patternCalls, ...clocks }),
  ...Object.keys(dateParts).filter((name) => name !== "dow" && name !== "doy"),
  // Daft has no deviations over many rows.
  ...Object.keys(aggregates).filter((name) => !/^(?:std|var)/.test(name)),
  ..."coalesce concat count_if countif date_part date_trunc datepart datetrunc greatest grouping grouping_id".split(
    " ",
  ),
  ..."if ifnull least left mod nullif replace substr substring".split(" "),
].sort();
