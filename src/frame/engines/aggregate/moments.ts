import { arrow } from "../../../arrow.ts";
import type { Data } from "../../rows/number-words.ts";
import { type Accumulator, buildColumn, growFloats } from "./accumulate.ts";

type Kind = "stddev" | "stddevPopulation" | "variance";

/** Above it, squares may go beyond what a double holds: such values are made smaller by a power of two, and grown again. */
const greatestSquared = 1e145;
const shrunk = 2 ** -520;

/**
 * Variance and standard deviation by Welford's method, which does not lose digits where values are large and close
 * together.
 *
 * @see https://doi.org/10.1080/00401706.1962.10490022 "Note on a method for calculating corrected sums of squares"
 */
export class Moments implements Accumulator {
  readonly #kind: Kind;
  #counts = new Float64Array(0);
  #means = new Float64Array(0);
  #squares = new Float64Array(0);
  /** Groups whose values are made smaller. */
  readonly #shrunk = new Set<number>();

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  reserve(groups: number): void {
    this.#counts = growFloats(this.#counts, groups);
    this.#means = growFloats(this.#means, groups);
    this.#squares = growFloats(this.#squares, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const [counts, means, squares] = [this.#counts, this.#means, this.#squares];
    const values: Float64Array | BigInt64Array = data.values;
    const hasNulls = data.nullCount > 0;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const group = groups[row] as number;
      let value = Number(values[row]);
      if (Math.abs(value) >= greatestSquared && !this.#shrunk.has(group)) {
        this.#shrunk.add(group);
        (means[group] as number) *= shrunk;
        (squares[group] as number) *= shrunk * shrunk;
      }
      if (this.#shrunk.size > 0 && this.#shrunk.has(group)) value *= shrunk;
      const count = (counts[group] as number) + 1;
      const distance = value - (means[group] as number);
      const mean = (means[group] as number) + distance / count;
      counts[group] = count;
      means[group] = mean;
      (squares[group] as number) += distance * (value - mean);
    }
  }

  build(groups: Int32Array): Data {
    const less = this.#kind === "stddevPopulation" ? 0 : 1;
    const values = Float64Array.from(groups, (group) => {
      const variance = (this.#squares[group] as number) / ((this.#counts[group] as number) - less);
      const grown = this.#shrunk.has(group) ? 1 / shrunk : 1;
      return this.#kind === "variance" ? variance * grown * grown : Math.sqrt(variance) * grown;
    });
    return buildColumn(
      new arrow.Float64(),
      values,
      (row) => (this.#counts[groups[row] as number] as number) > less,
    );
  }
}
