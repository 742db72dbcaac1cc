/** Sums and means: of whole numbers exact, of floats added up in the order of rows. */
import { arrow } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { exactMean } from "../../functions/exact-mean.ts";
import { asWords, type Data } from "../../rows/number-words.ts";
import { buildColumn, buildCounts, type Collector, growFloats } from "./accumulate.ts";

/** What is kept of the values of a group. */
export type SumResult = "sum" | "mean" | "count";

/** Sums and counts that all results of one column share. */
export interface Sum extends Collector {
  build(groups: Int32Array, result: SumResult): Data;
}

interface IntegerType {
  readonly bitWidth: number;
  readonly isSigned: boolean;
}

const word = 2 ** 32;
/** Adding one more word to a number below this stays exact. */
const fullest = 2 ** 52;
const greatestSum = 2n ** 63n - 1n;

/**
 * Keeps the sum of lower and of upper words apart, each exact in a float. Of a group they and its count of values lie
 * side by side.
 */
export class ExactSum implements Sum {
  readonly #type: IntegerType;
  #states = new Float64Array(0);

  constructor(type: IntegerType) {
    this.#type = type;
  }

  reserve(groups: number): void {
    this.#states = growFloats(this.#states, 3 * groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const states = this.#states;
    const hasNulls = data.nullCount > 0;
    const isWide = this.#type.bitWidth === 64;
    const upper = isWide && this.#type.isSigned ? 0 : word;
    const values: Int32Array = isWide ? asWords(data.values) : data.values;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const at = 3 * (groups[row] as number);
      (states[at + 2] as number) += 1;
      let sum = states[at] as number;
      if (isWide) {
        sum += (values[2 * row] as number) >>> 0;
        const top = values[2 * row + 1] as number;
        (states[at + 1] as number) += upper !== 0 && top < 0 ? top + word : top;
      } else {
        sum += values[row] as number;
      }
      if (sum > fullest || sum < -fullest) {
        const carried = Math.floor(sum / word);
        (states[at + 1] as number) += carried;
        sum -= carried * word;
      }
      states[at] = sum;
    }
  }

  build(groups: Int32Array, result: SumResult): Data {
    const states = this.#states;
    const count = (group: number) => states[3 * group + 2] as number;
    if (result === "count") return buildCounts(groups, count);
    const isThere = (row: number) => count(groups[row] as number) > 0;
    const exact = (group: number) =>
      BigInt(states[3 * group + 1] as number) * BigInt(word) + BigInt(states[3 * group] as number);
    if (result === "mean") {
      const means = Float64Array.from(groups, (group) => exactMean(exact(group), 0, BigInt(count(group))));
      return buildColumn(new arrow.Float64(), means, isThere);
    }
    const sums = BigInt64Array.from(groups, (group) => {
      const sum = exact(group);
      if (sum <= greatestSum && sum >= -greatestSum - 1n) return sum;
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot compute a sum: ${sum} does not fit int64; cast the column to double first`,
      );
    });
    return buildColumn(new arrow.Int64(), sums, isThere);
  }
}

/** Of a group its sum and its count of values lie side by side. */
export class FloatSum implements Sum {
  #states = new Float64Array(0);

  reserve(groups: number): void {
    this.#states = growFloats(this.#states, 2 * groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const states = this.#states;
    const values: Float64Array = data.values;
    const hasNulls = data.nullCount > 0;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const at = 2 * (groups[row] as number);
      (states[at] as number) += values[row] as number;
      (states[at + 1] as number) += 1;
    }
  }

  build(groups: Int32Array, result: SumResult): Data {
    const count = (group: number) => this.#states[2 * group + 1] as number;
    if (result === "count") return buildCounts(groups, count);
    const values = new Float64Array(groups.length);
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row] as number;
      const sum = this.#states[2 * group] as number;
      values[row] = result === "sum" ? sum : sum / count(group);
    }
    return buildColumn(new arrow.Float64(), values, (row) => count(groups[row] as number) > 0);
  }
}
