/**
 * The table of aggregates. Null values are left out, except by `list`, `first` and `last`. Sums are exact but for floats;
 * a mean is the exact sum divided by the count, as the nearest double.
 */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { isNullType, mostDigits } from "../types/common-type.ts";
import {
  bool,
  convertOperand,
  decimalOf,
  doubleSql,
  float64,
  int64,
  kindOfOperand,
  type Operand,
  plainType,
  utf8,
} from "./operand.ts";
import { distinctSketchSql, type profileAggregates, valueSampleSql } from "./profile-aggregates.ts";
import type { Kind } from "./scalar-entry.ts";
import { typeSql } from "./sql-type.ts";

/** The functions that the engine adds to DuckDB's: see engines/duckdb/exact-mean-function.ts. */
export const exactMeanFunction = "dlf_exact_mean";
export const exactMeanOfPartsFunction = "dlf_exact_mean_of_parts";
export const exactVarianceFunction = "dlf_exact_variance";

/** An aggregate whose operand is written. */
export interface WrittenAggregate {
  readonly operand: Operand;
  readonly others: readonly Operand[];
  readonly fraction: number | null;
  /** What follows each call where it is one of a window. */
  readonly over: string;
  /** Puts the values in the order of rows, inside a call; empty in a window, which has its own order. */
  readonly inOrder: string;
}

export interface AggregateEntry {
  /** Kinds that it takes: any when `any`, those with an order when `ordered`. */
  readonly takes: readonly Kind[] | "ordered" | "any";
  /** What it takes after its operand. */
  readonly others?: readonly (readonly Kind[] | "ordered" | "any")[];
  readonly gives: (operand: Field, others: readonly Field[]) => DataType;
  readonly duckdb: (written: WrittenAggregate) => string;
  /** What the order of rows decides: the value, or which of equally good values it is; that one not over a window. */
  readonly order?: "value" | "choice";
}

const numbers: readonly Kind[] = ["integer", "float", "decimal"];

/** Where squares of numbers may go beyond what a double holds, which is an error in DuckDB. */
const greatestSquared = "1e145";

/** Where their fourth powers may. */
const greatestRaised = "1e75";

/** The squares of what lies between smaller numbers may be less than a double holds. */
const leastSquared = "1e-129";

/** NaN for values among which one is not finite. Of very large and very small ones it is computed of others, scaled by a power of two. */
function spread(name: string, least: number, power: 1 | 2): AggregateEntry {
  return {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over }) => {
      const kind = kindOfOperand(operand);
      if (kind.kind === "integer" && kind.max >= 2n ** 53n) return exactSpreadSql(operand, name, over);
      const value = doubleSql(operand);
      const has = (condition: string) => `bool_or(${condition})${over}`;
      const scaled = (condition: string, exponent: number) => {
        const back = ` * pow(2::DOUBLE, ${-exponent})`.repeat(power);
        const factor = exponent === 0 ? "" : ` * pow(2::DOUBLE, ${exponent})`;
        return `${name}(CASE WHEN ${condition} THEN ${value}${factor} END)${over}${exponent === 0 ? "" : back}`;
      };
      const usual = scaled(`abs(${value}) < ${greatestSquared}`, 0);
      const isFloat = kind.kind === "float";
      const usualOrSmall = isFloat
        ? `WHEN ${has(`abs(${value}) >= ${leastSquared}`)} THEN ${usual} ` +
          `ELSE ${scaled(`abs(${value}) < ${leastSquared}`, 900)}`
        : `ELSE ${usual}`;
      return (
        `(CASE WHEN ${has(`NOT isfinite(${value})`)} ` +
        `THEN (CASE WHEN count(${value})${over} >= ${least} THEN 'nan'::DOUBLE END) ` +
        `WHEN ${has(`abs(${value}) >= ${greatestSquared}`)} THEN ${scaled(`isfinite(${value})`, -520)} ` +
        `${usualOrSmall} END)`
      );
    },
  };
}

/** The squares of whole numbers of 64 bits, added up in halves of their bits: their differences may be less than a double tells. */
function exactSpreadSql({ sql, field }: Operand, name: string, over: string): string {
  const type = typeSql(field.type);
  const [high, low] = [`(${sql} >> 32)`, `(${sql} & 4294967295::${type})`];
  const sum = (value: string) => `sum(${value})${over}`;
  const isSample = name.endsWith("_samp");
  const variance =
    `${exactVarianceFunction}(${sum(`${high} * ${high}`)}, ${sum(`${high} * ${low}`)}, ` +
    `${sum(`CAST(${low} AS UBIGINT) * CAST(${low} AS UBIGINT)`)}, ${sum(sql)}, count(${sql})${over}, ${isSample})`;
  const spread = name.startsWith("stddev") ? `sqrt(${variance})` : variance;
  return isSample ? `(CASE WHEN count(${sql})${over} > 1 THEN ${spread} END)` : spread;
}

/** Decimals of so many digits are added up exactly, however many rows there are. */
const mostAddedDigits = 28;

/** Sums of parts of long decimals, each of which fits 38 digits where that of the decimals does not. */
function meanOfPartsSql({ sql }: Operand, scale: number, over: string): string {
  const type = typeSql(decimalOf(scale));
  const constant = (exponent: number) => {
    const digits = exponent < 0 ? `0.${"0".repeat(-exponent - 1)}1` : `1${"0".repeat(exponent)}`;
    return `CAST('${digits}' AS ${type})`;
  };
  const value = `CAST(${sql} AS ${type})`;
  const limit = constant(mostAddedDigits - scale);
  const isLong = `(${value} >= ${limit} OR ${value} <= -${limit})`;
  // A decimal that is all fraction has no room for a 1.
  const fraction = scale === mostDigits ? value : `(${value} % ${constant(0)})`;
  const whole = `CAST(${value} - ${fraction} AS HUGEINT)`;
  const middleScale = Math.min(scale, 9);
  const middleType = typeSql(decimalOf(middleScale));
  const fine = middleScale === scale ? `CAST(0 AS ${type})` : `(${fraction} % ${constant(-middleScale)})`;
  const middle = `(CAST(${whole} % ${highPart} AS ${middleType}) + CAST(${fraction} - ${fine} AS ${middleType}))`;
  const sum = (long: string, otherwise: string) =>
    `sum(CASE WHEN ${isLong} THEN ${long} ELSE ${otherwise} END)${over}`;
  return (
    `${exactMeanOfPartsFunction}(${sum(fine, value)}, ${sum(middle, `CAST(0 AS ${middleType})`)}, ` +
    `${sum(`(${whole} // ${highPart})`, "0::HUGEINT")}, count(${sql})${over})`
  );
}

/** Of what the highest part of a long decimal is a multiple. */
export const highPartDigits = 19;
const highPart = `1${"0".repeat(highPartDigits)}::HUGEINT`;

function extreme(name: string): AggregateEntry {
  return {
    takes: "ordered",
    gives: ({ type }) => plainType(type),
    duckdb: ({ operand, over }) => `${name}(${operand.sql})${over}`,
  };
}

function edge(name: string): AggregateEntry {
  return {
    takes: "any",
    gives: ({ type }) => plainType(type),
    order: "value",
    duckdb: ({ operand, over, inOrder }) =>
      inOrder === "" ? `${name}_value(${operand.sql})${over}` : `${name}(${operand.sql}${inOrder})${over}`,
  };
}

/** NaN where a value is not finite or very large, and where all are equal: DuckDB raises an error for the first two. */
function moment(name: string): AggregateEntry {
  return {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over }) => {
      const value = doubleSql(operand);
      return (
        `(CASE WHEN bool_or(NOT ${isSmall(value, greatestRaised)})${over} THEN 'nan'::DOUBLE ` +
        `ELSE ${name}(CASE WHEN ${isSmall(value, greatestRaised)} THEN ${value} END)${over} END)`
      );
    },
  };
}

/** NaN is above all numbers. */
function isSmall(value: string, limit: string): string {
  return `(abs(${value}) < ${limit})`;
}

/** Of the rows in which both are there; NaN where one is not finite or very large. */
function pair(name: string): AggregateEntry {
  return {
    takes: numbers,
    others: [numbers],
    gives: float64,
    duckdb: ({ operand, others, over }) => {
      const [x, y] = [doubleSql(operand), doubleSql(others[0] as Operand)];
      const areSmall = `(${isSmall(x, greatestSquared)} AND ${isSmall(y, greatestSquared)})`;
      return (
        `(CASE WHEN bool_or(NOT ${areSmall})${over} THEN 'nan'::DOUBLE ` +
        `ELSE ${name}(CASE WHEN ${areSmall} THEN ${x} END, ${y})${over} END)`
      );
    },
  };
}

function truth(name: string): AggregateEntry {
  return {
    takes: ["boolean"],
    gives: bool,
    duckdb: ({ operand, over }) => `${name}(${operand.sql})${over}`,
  };
}

/** The operand where the other is lowest or highest; of several such rows one. */
function argument(name: string): AggregateEntry {
  return {
    takes: "any",
    others: ["ordered"],
    gives: ({ type }) => plainType(type),
    order: "choice",
    duckdb: ({ operand, others, over, inOrder }) =>
      `${name}_null(${operand.sql}, ${(others[0] as Operand).sql}${inOrder})${over}`,
  };
}

/** The highest or lowest values as a list, the outermost first. */
function most(name: string): AggregateEntry {
  return {
    takes: "ordered",
    others: [["integer"]],
    gives: ({ type }) => new arrow.List(new arrow.Field("item", plainType(type), true)),
    duckdb: ({ operand, others, over }) =>
      `coalesce(${name}(${operand.sql}, ${(others[0] as Operand).sql})${over}, [])`,
  };
}

/** The distinct items of a list that are not null, in no order. */
export function distinctSql(list: string, item: DataType): string {
  if (!Types.isFloat(plainType(item))) return `list_distinct(${list})`;
  // In lists of one, because DuckDB takes each NaN for another value; a null among them is left out.
  const boxed = `list_transform(${list}, lambda one: CASE WHEN one IS NOT NULL THEN [one] END)`;
  return `list_transform(list_distinct(${boxed}), lambda one: list_extract(one, 1))`;
}

/** Between the two values next to the place; of decimals with one digit more, so that the middle is one of them too. */
function quantileSql(operand: Operand, fraction: number, over: string): string {
  const kind = kindOfOperand(operand);
  const isExact = fraction === 0.5 && kind.kind === "decimal" && kind.precision < mostDigits;
  const value =
    isExact && kind.kind === "decimal"
      ? convertOperand(operand, decimalOf(kind.scale + 1))
      : doubleSql(operand);
  return `CAST(quantile_cont(${value}, ${fraction})${over} AS DOUBLE)`;
}

function count(distinct: string): AggregateEntry {
  return {
    takes: "any",
    gives: int64,
    duckdb: ({ operand, over }) => `count(${distinct}${operand.sql})${over}`,
  };
}

const entries = {
  count: count(""),
  countDistinct: count("DISTINCT "),
  sum: {
    takes: [...numbers, "duration"],
    gives: ({ type }) => {
      const plain = plainType(type);
      if (Types.isDuration(plain)) return plain;
      if (Types.isDecimal(plain))
        return plain.bitWidth > 128 ? new arrow.Decimal(plain.scale, 76, 256) : decimalOf(plain.scale);
      return Types.isInt(plain) || isNullType(plain) ? int64() : float64();
    },
    duckdb: ({ operand, over }) => {
      const kind = kindOfOperand(operand);
      if (kind.kind === "integer" || kind.kind === "duration")
        return `CAST(sum(${operand.sql})${over} AS BIGINT)`;
      // What has more than 38 digits is refused where the result is read.
      if (kind.kind === "decimal") return `sum(${operand.sql})${over}`;
      return `sum(${doubleSql(operand)})${over}`;
    },
  },
  mean: {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over }) => {
      const kind = kindOfOperand(operand);
      if (kind.kind !== "integer" && kind.kind !== "decimal") return `avg(${doubleSql(operand)})${over}`;
      if (kind.kind === "decimal" && kind.precision > mostAddedDigits)
        return meanOfPartsSql(operand, kind.scale, over);
      return `${exactMeanFunction}(sum(${operand.sql})${over}, count(${operand.sql})${over})`;
    },
  },
  min: extreme("min"),
  max: extreme("max"),
  stddev: spread("stddev_samp", 2, 1),
  stddevPopulation: spread("stddev_pop", 1, 1),
  variance: spread("var_samp", 2, 2),
  median: {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over }) => quantileSql(operand, 0.5, over),
  },
  approxQuantile: {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over, fraction }) =>
      `quantile_cont(${doubleSql(operand)}, ${Number(fraction)})${over}`,
  },
  quantile: {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over, fraction }) => quantileSql(operand, Number(fraction), over),
  },
  mode: {
    takes: "ordered",
    gives: ({ type }) => plainType(type),
    order: "choice",
    duckdb: ({ operand: { sql, field }, over, inOrder }) => {
      if (!Types.isFloat(plainType(field.type))) return `mode(${sql}${inOrder})${over}`;
      // As text, because DuckDB counts each NaN as another value.
      const text = `CASE WHEN isnan(${sql}) THEN 'nan' ELSE CAST(${sql} + 0 AS VARCHAR) END`;
      return `CAST(mode(${text}${inOrder})${over} AS ${typeSql(field.type)})`;
    },
  },
  product: {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over }) => `product(${doubleSql(operand)})${over}`,
  },
  skew: moment("skewness"),
  kurtosis: moment("kurtosis"),
  variancePopulation: spread("var_pop", 1, 2),
  corr: pair("corr"),
  covariance: pair("covar_samp"),
  covariancePopulation: pair("covar_pop"),
  any: truth("bool_or"),
  all: truth("bool_and"),
  countIf: {
    takes: ["boolean"],
    gives: int64,
    // As a count, because count_if over no rows is null.
    duckdb: ({ operand, over }) => `count(CASE WHEN ${operand.sql} THEN true END)${over}`,
  },
  argMin: argument("arg_min"),
  argMax: argument("arg_max"),
  topK: most("max"),
  bottomK: most("min"),
  stringAgg: {
    takes: ["text"],
    others: [["text"]],
    gives: utf8,
    order: "value",
    duckdb: ({ operand, others, over, inOrder }) =>
      `string_agg(${operand.sql}, ${(others[0] as Operand).sql}${inOrder})${over}`,
  },
  approxCountDistinct: {
    takes: "any",
    gives: int64,
    duckdb: ({ operand, over }) => `approx_count_distinct(${operand.sql})${over}`,
  },
  listUnique: {
    takes: "ordered",
    gives: ({ type }) => new arrow.List(new arrow.Field("item", plainType(type), true)),
    duckdb: ({ operand, over }) =>
      `coalesce(list_sort(${distinctSql(`list(${operand.sql})${over}`, operand.field.type)}), [])`,
  },
  list: {
    takes: "any",
    gives: ({ type }) => new arrow.List(new arrow.Field("item", plainType(type), true)),
    order: "value",
    duckdb: ({ operand, over, inOrder }) => `coalesce(list(${operand.sql}${inOrder})${over}, [])`,
  },
  first: edge("first"),
  last: edge("last"),
} as const satisfies Readonly<Record<string, AggregateEntry>>;

export type AggregateFunction = keyof typeof entries;

export const aggregateFunctions = Object.keys(entries) as readonly AggregateFunction[];

const aggregateTable: Readonly<Record<AggregateFunction, AggregateEntry>> = entries;

const profileTable: Readonly<Record<(typeof profileAggregates)[number], AggregateEntry>> = {
  distinctSketch: {
    takes: "any",
    gives: () => new arrow.Binary(),
    duckdb: ({ operand }) => distinctSketchSql(operand.sql),
  },
  valueSample: {
    takes: "any",
    gives: entries.list.gives,
    duckdb: ({ operand }) => valueSampleSql(operand.sql),
  },
};

/** @throws DlfLanceError InvalidInput for a function that is not in the table. */
export function findAggregate(name: string): AggregateEntry {
  if (Object.hasOwn(entries, name)) return aggregateTable[name as AggregateFunction];
  if (Object.hasOwn(profileTable, name)) return profileTable[name as keyof typeof profileTable];
  throw new DlfLanceError("InvalidInput", `Cannot apply ${name}: no aggregate has this name`);
}
