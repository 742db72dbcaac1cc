/** Aggregates of a group-by, of which those that add up one column share what they keep. */
import type { Field } from "../../../arrow.ts";
import type { Data } from "../../rows/number-words.ts";
import type { Collector } from "./accumulate.ts";
import { createAccumulator, createSum } from "./create-accumulator.ts";
import type { Sum } from "./sums.ts";

export interface WantedAggregate {
  readonly function: string;
  /** The operand; undefined for `count` of rows. */
  readonly field: Field | undefined;
}

export interface Aggregator {
  readonly collector: Collector;
  /** The result for each of these groups. */
  build(groups: Int32Array): Data;
}

/** One for each aggregate, undefined for what cannot be computed exactly. */
export function createAggregators(wanted: readonly WantedAggregate[]): readonly (Aggregator | undefined)[] {
  const sums = new Map<string, Sum | undefined>();
  for (const { function: name, field } of wanted) {
    if (field === undefined || (name !== "sum" && name !== "mean")) continue;
    if (!sums.has(field.name)) sums.set(field.name, createSum(field));
  }
  return wanted.map(({ function: name, field }): Aggregator | undefined => {
    const sum = field === undefined ? undefined : sums.get(field.name);
    if (name === "sum" || name === "mean" || (name === "count" && sum !== undefined)) {
      return sum && { collector: sum, build: (groups) => sum.build(groups, name) };
    }
    const accumulator = createAccumulator(name, field);
    return accumulator && { collector: accumulator, build: (groups) => accumulator.build(groups) };
  });
}
