/** Sums and means: of whole numbers exact, of floats added up in the order of rows. */
import { arrow } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { type Accumulator, buildColumn, growFloats } from "./accumulate.ts";
import { asWords, type Data } from "./value-numbers.ts";

type Kind = "sum" | "mean";

interface IntegerType {
  readonly bitWidth: number;
  readonly isSigned: boolean;
}

const word = 2 ** 32;
/** Adding one more word to a number below this stays exact. */
const fullest = 2 ** 52;
const greatestSum = 2n ** 63n - 1n;

/** Keeps the sum of lower and of upper words apart, each exact in a float. */
export class ExactSum implements Accumulator {
  readonly #type: IntegerType;
  readonly #kind: Kind;
  #low = new Float64Array(0);
  #high = new Float64Array(0);
  #counts = new Float64Array(0);

  constructor(type: IntegerType, kind: Kind) {
    this.#type = type;
    this.#kind = kind;
  }

  reserve(groups: number): void {
    this.#low = growFloats(this.#low, groups);
    this.#high = growFloats(this.#high, groups);
    this.#counts = growFloats(this.#counts, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const [low, high, counts] = [this.#low, this.#high, this.#counts];
    const hasNulls = data.nullCount > 0;
    const isWide = this.#type.bitWidth === 64;
    const upper = isWide && this.#type.isSigned ? 0 : word;
    const values: Int32Array = isWide ? asWords(data.values) : data.values;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const group = groups[row] as number;
      (counts[group] as number) += 1;
      let sum = low[group] as number;
      if (isWide) {
        sum += (values[2 * row] as number) >>> 0;
        const top = values[2 * row + 1] as number;
        (high[group] as number) += upper !== 0 && top < 0 ? top + word : top;
      } else {
        sum += values[row] as number;
      }
      if (sum > fullest || sum < -fullest) {
        const carried = Math.floor(sum / word);
        (high[group] as number) += carried;
        sum -= carried * word;
      }
      low[group] = sum;
    }
  }

  build(groups: Int32Array): Data {
    const isThere = (row: number) => (this.#counts[groups[row] as number] as number) > 0;
    const exact = (group: number) =>
      BigInt(this.#high[group] as number) * BigInt(word) + BigInt(this.#low[group] as number);
    if (this.#kind === "mean") {
      const means = Float64Array.from(
        groups,
        (group) => Number(exact(group)) / (this.#counts[group] as number),
      );
      return buildColumn(new arrow.Float64(), means, isThere);
    }
    const sums = BigInt64Array.from(groups, (group) => {
      const sum = exact(group);
      if (sum <= greatestSum && sum >= -greatestSum - 1n) return sum;
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot compute a sum: ${sum} does not fit int64; cast the column to double first.`,
      );
    });
    return buildColumn(new arrow.Int64(), sums, isThere);
  }
}

/** Of a group its sum and its count of values lie side by side. */
export class FloatSum implements Accumulator {
  readonly #kind: Kind;
  #states = new Float64Array(0);

  constructor(kind: Kind) {
    this.#kind = kind;
  }

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

  build(groups: Int32Array): Data {
    const count = (group: number) => this.#states[2 * group + 1] as number;
    const values = new Float64Array(groups.length);
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row] as number;
      const sum = this.#states[2 * group] as number;
      values[row] = this.#kind === "sum" ? sum : sum / count(group);
    }
    return buildColumn(new arrow.Float64(), values, (row) => count(groups[row] as number) > 0);
  }
}
