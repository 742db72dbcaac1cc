/**
 * The table of aggregates. Null values are left out, except by `list`, `first` and `last`. Sums are exact but for floats;
 * a mean is the exact sum divided by the count, as the nearest double.
 */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import type { AggregateFunction } from "../expression/expression-node.ts";
import { isNullType } from "../types/common-type.ts";
import {
  convertOperand,
  decimalOf,
  doubleSql,
  float64,
  int64,
  kindOfOperand,
  mostDigits,
  type Operand,
  plainType,
} from "./operand.ts";
import type { Kind } from "./scalar-entry.ts";

/** The function that the engine adds to DuckDB's: see engines/duckdb/exact-mean.ts. */
export const exactMeanFunction = "dlf_exact_mean";

/** An aggregate whose operand is written. */
export interface WrittenAggregate {
  readonly operand: Operand;
  readonly fraction: number | null;
  /** What follows each call where it is one of a window. */
  readonly over: string;
  /** Puts the values in the order of rows, inside a call; empty in a window, which has its own order. */
  readonly inOrder: string;
}

export interface AggregateEntry {
  /** Kinds that it takes: any when `any`, those with an order when `ordered`. */
  readonly takes: readonly Kind[] | "ordered" | "any";
  readonly gives: (operand: Field) => DataType;
  readonly duckdb: (written: WrittenAggregate) => string;
  /** Whether it depends on the order of rows. */
  readonly isOrdered?: boolean;
}

const numbers: readonly Kind[] = ["integer", "float", "decimal"];

/** NaN for values among which one is not finite, which are an error in DuckDB. */
function spread(name: string, least: number): AggregateEntry {
  return {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over }) => {
      const value = doubleSql(operand);
      return (
        `(CASE WHEN bool_or(NOT isfinite(${value}))${over} ` +
        `THEN (CASE WHEN count(${value})${over} >= ${least} THEN 'nan'::DOUBLE END) ` +
        `ELSE ${name}(CASE WHEN isfinite(${value}) THEN ${value} END)${over} END)`
      );
    },
  };
}

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
    isOrdered: true,
    duckdb: ({ operand, over, inOrder }) =>
      over === "" ? `${name}(${operand.sql}${inOrder})` : `${name}_value(${operand.sql})${over}`,
  };
}

function count(distinct: string): AggregateEntry {
  return {
    takes: "any",
    gives: int64,
    duckdb: ({ operand, over }) => `count(${distinct}${operand.sql})${over}`,
  };
}

export const aggregateTable: Readonly<Record<AggregateFunction, AggregateEntry>> = {
  count: count(""),
  countDistinct: count("DISTINCT "),
  sum: {
    takes: numbers,
    gives: ({ type }) => {
      const plain = plainType(type);
      if (Types.isDecimal(plain))
        return plain.bitWidth > 128 ? new arrow.Decimal(plain.scale, 76, 256) : decimalOf(plain.scale);
      return Types.isInt(plain) || isNullType(plain) ? int64() : float64();
    },
    duckdb: ({ operand, over }) => {
      const kind = kindOfOperand(operand);
      if (kind.kind === "integer") return `CAST(sum(${operand.sql})${over} AS BIGINT)`;
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
      return `${exactMeanFunction}(sum(${operand.sql})${over}, count(${operand.sql})${over})`;
    },
  },
  min: extreme("min"),
  max: extreme("max"),
  stddev: spread("stddev_samp", 2),
  stddevPopulation: spread("stddev_pop", 1),
  variance: spread("var_samp", 2),
  median: {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over }) => {
      const kind = kindOfOperand(operand);
      // With one digit more the middle of two decimals is one of them too.
      const widened =
        kind.kind === "decimal" && kind.precision < mostDigits
          ? convertOperand(operand, decimalOf(kind.scale + 1))
          : doubleSql(operand);
      return `CAST(quantile_cont(${widened}, 0.5)${over} AS DOUBLE)`;
    },
  },
  approxQuantile: {
    takes: numbers,
    gives: float64,
    duckdb: ({ operand, over, fraction }) =>
      `quantile_cont(${doubleSql(operand)}, ${Number(fraction)})${over}`,
  },
  list: {
    takes: "any",
    gives: ({ type }) => new arrow.List(new arrow.Field("item", plainType(type), true)),
    isOrdered: true,
    duckdb: ({ operand, over, inOrder }) => `coalesce(list(${operand.sql}${inOrder})${over}, [])`,
  },
  first: edge("first"),
  last: edge("last"),
};
