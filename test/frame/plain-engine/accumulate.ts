/** Aggregates, one value at a time. */
import { arrow, type DataType } from "../../../src/arrow.ts";
import { describeExpression } from "../../../src/frame/expression/describe-expression.ts";
import type { AggregateNode } from "../../../src/frame/expression/expression-node.ts";
import type { Value } from "../../../src/frame/rows/values.ts";
import { kindOfType } from "../../../src/frame/types/column-kind.ts";
import { checkInt64 } from "./arithmetic.ts";
import { toNumber } from "./cast.ts";
import { compareValues, valueKey } from "./compare.ts";

export interface Accumulator {
  add(value: Value): void;
  finish(): Value;
}

/** @param operand the type of what is aggregated; undefined where rows are counted. */
export function accumulator(node: AggregateNode, operand: DataType | undefined): () => Accumulator {
  const type = operand ?? new arrow.Null();
  const kind = kindOfType(type);
  const isExact = kind.kind === "integer" || kind.kind === "decimal";
  const number = (value: Value) => toNumber(value, kind) ?? Number.NaN;
  switch (node.function) {
    case "count":
      return node.operand === null ? counter(() => true) : counter((value) => value !== null);
    case "countDistinct":
      return () => {
        const seen = new Set<string>();
        return {
          add: (value) => value !== null && seen.add(valueKey(value)),
          finish: () => BigInt(seen.size),
        };
      };
    case "sum":
      return isExact
        ? exactSum((sum) => (kind.kind === "integer" ? checkInt64(sum, describeExpression(node)) : sum))
        : floatSum(number);
    case "mean":
      return meanOf(isExact ? exactSum(number) : floatSum(number));
    case "variance":
      return moments(number, ({ count, squares }) => (count < 2 ? null : squares / (count - 1)));
    case "stddev":
      return moments(number, ({ count, squares }) => (count < 2 ? null : Math.sqrt(squares / (count - 1))));
    case "stddevPopulation":
      return moments(number, ({ count, squares }) => (count === 0 ? null : Math.sqrt(squares / count)));
    case "median":
      return collector((values) => quantile(present(values).map(number), 0.5));
    case "approxQuantile":
      return collector((values) => quantile(present(values).map(number), node.fraction ?? 0.5));
    case "min":
      return extremes(-1);
    case "max":
      return extremes(1);
    case "list":
      return collector((values) => values);
    case "first":
      return collector((values) => values[0] ?? null);
    case "last":
      return collector((values) => values.at(-1) ?? null);
    default:
      throw new Error(`no ${node.function} here`);
  }
}

function counter(counts: (value: Value) => boolean): () => Accumulator {
  return () => {
    let count = 0n;
    return {
      add(value) {
        if (counts(value)) count += 1n;
      },
      finish: () => count,
    };
  };
}

function exactSum(finish: (sum: bigint) => Value): () => Accumulator {
  return () => {
    let sum: bigint | null = null;
    return {
      add(value) {
        if (value !== null) sum = (sum ?? 0n) + (value as bigint);
      },
      finish: () => (sum === null ? null : finish(sum)),
    };
  };
}

function floatSum(number: (value: Value) => number): () => Accumulator {
  return () => {
    let sum: number | null = null;
    return {
      add(value) {
        if (value !== null) sum = (sum ?? 0) + number(value);
      },
      finish: () => sum,
    };
  };
}

/** A sum, which is a number, by the count of what is in it. */
function meanOf(createSum: () => Accumulator): () => Accumulator {
  return () => {
    const sum = createSum();
    let count = 0;
    return {
      add(value) {
        if (value === null) return;
        sum.add(value);
        count += 1;
      },
      finish: () => (count === 0 ? null : (sum.finish() as number) / count),
    };
  };
}

interface Moments {
  count: number;
  mean: number;
  /** The sum of the squared distances from the mean. */
  squares: number;
}

/** By Welford: no square of a large number is ever formed. */
function moments(number: (value: Value) => number, finish: (moments: Moments) => Value): () => Accumulator {
  return () => {
    const state: Moments = { count: 0, mean: 0, squares: 0 };
    return {
      add(value) {
        if (value === null) return;
        const next = number(value);
        state.count += 1;
        const distance = next - state.mean;
        state.mean += distance / state.count;
        state.squares += distance * (next - state.mean);
      },
      finish: () => finish(state),
    };
  };
}

function extremes(sign: 1 | -1): () => Accumulator {
  return () => {
    let best: Value = null;
    return {
      add(value) {
        if (value !== null && (best === null || compareValues(value, best) * sign > 0)) best = value;
      },
      finish: () => best,
    };
  };
}

function collector(finish: (values: readonly Value[]) => Value): () => Accumulator {
  return () => {
    const values: Value[] = [];
    return { add: (value) => values.push(value), finish: () => finish(values) };
  };
}

function present(values: readonly Value[]): readonly Value[] {
  return values.filter((value) => value !== null);
}

/** Between the two values around the place, in proportion. */
function quantile(numbers: number[], fraction: number): number | null {
  const sorted = numbers.sort(compareValues);
  const place = (sorted.length - 1) * fraction;
  const [low, high] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (low === undefined || high === undefined) return null;
  return low === high ? low : low + (high - low) * (place - Math.floor(place));
}
