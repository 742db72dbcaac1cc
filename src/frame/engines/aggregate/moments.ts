import { arrow } from "../../../arrow.ts";
import type { Data } from "../../rows/number-words.ts";
import { type Accumulator, buildColumn, growFloats } from "./accumulate.ts";

type Kind = "stddev" | "stddevPopulation" | "variance";

/** Beyond them, squares of values or of what lies between them may be more or less than a double holds. */
const greatestSquared = 1e145;
const leastSquared = 1e-129;
/** What the values of a group are multiplied by: those of small, of usual and of large ones. The largest decides. */
const factors = [2 ** 900, 1, 2 ** -520] as const;

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
  /** Of each group the place of its factor. */
  #levels = new Uint8Array(0);
  /** Of each group of whole numbers of 64 bits the halves of the first one: the others count by their distance from it. */
  #origins = new Float64Array(0);

  constructor(kind: Kind) {
    this.#kind = kind;
  }

  reserve(groups: number): void {
    this.#counts = growFloats(this.#counts, groups);
    this.#means = growFloats(this.#means, groups);
    this.#squares = growFloats(this.#squares, groups);
    if (this.#levels.length < this.#counts.length) {
      const levels = new Uint8Array(this.#counts.length);
      levels.set(this.#levels);
      this.#levels = levels;
    }
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const wide = readDistances(data);
    if (wide !== undefined) this.#origins = growFloats(this.#origins, 2 * this.#counts.length);
    const origins = this.#origins;
    const [counts, means, squares, levels] = [this.#counts, this.#means, this.#squares, this.#levels];
    const values: Float64Array | BigInt64Array = data.values;
    const hasNulls = data.nullCount > 0;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const group = groups[row] as number;
      if (wide !== undefined && counts[group] === 0) wide.begin(row, origins, group);
      let value = wide === undefined ? Number(values[row]) : wide.distance(row, origins, group);
      const size = Math.abs(value);
      const level = size >= leastSquared ? (size >= greatestSquared ? 2 : 1) : 0;
      if (level > (levels[group] as number)) this.#scale(group, level);
      if (levels[group] !== 1) value *= factors[levels[group] as number] as number;
      const count = (counts[group] as number) + 1;
      const distance = value - (means[group] as number);
      const mean = (means[group] as number) + distance / count;
      counts[group] = count;
      means[group] = mean;
      (squares[group] as number) += distance * (value - mean);
    }
  }

  #scale(group: number, level: number): void {
    const change = (factors[level] as number) / (factors[this.#levels[group] as number] as number);
    (this.#means[group] as number) *= change;
    // One after the other: their product would be zero.
    (this.#squares[group] as number) *= change;
    (this.#squares[group] as number) *= change;
    this.#levels[group] = level;
  }

  build(groups: Int32Array): Data {
    const less = this.#kind === "stddevPopulation" ? 0 : 1;
    const values = Float64Array.from(groups, (group) => {
      const variance = (this.#squares[group] as number) / ((this.#counts[group] as number) - less);
      const factor = factors[this.#levels[group] as number] as number;
      return this.#kind === "variance" ? variance / factor / factor : Math.sqrt(variance) / factor;
    });
    return buildColumn(
      new arrow.Float64(),
      values,
      (row) => (this.#counts[groups[row] as number] as number) > less,
    );
  }
}

interface Distances {
  begin(row: number, origins: Float64Array, group: number): void;
  distance(row: number, origins: Float64Array, group: number): number;
}

/** Of whole numbers of 64 bits, whose differences are exact where they are numbers to JavaScript; undefined for others. */
function readDistances({ values }: Data): Distances | undefined {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return undefined;
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
  const highs =
    values instanceof BigInt64Array ? new Int32Array(words.buffer, words.byteOffset, words.length) : words;
  return {
    begin(row, origins, group) {
      origins[2 * group] = words[2 * row] as number;
      origins[2 * group + 1] = highs[2 * row + 1] as number;
    },
    distance: (row, origins, group) =>
      ((highs[2 * row + 1] as number) - (origins[2 * group + 1] as number)) * 2 ** 32 +
      ((words[2 * row] as number) - (origins[2 * group] as number)),
  };
}
