/** The lowest and the highest values of groups. */
import { type DataType, Types } from "../../../arrow.ts";
import { asWords, type Data, wordsOf } from "../../rows/number-words.ts";
import { type Accumulator, buildColumn, growFloats, growWords } from "./accumulate.ts";
import { isBytes } from "./value-numbers.ts";

type Kind = "min" | "max";

/** Undefined for a type whose order it does not know. */
export function createExtreme(type: DataType, kind: Kind): Accumulator | undefined {
  if (isBytes(type)) return new ByteExtreme(type, kind);
  const words = wordsOf(type);
  if (words === 0 || Types.isBool(type)) return undefined;
  if (words === 1 || Types.isFloat(type)) return new NumberExtreme(type, kind);
  return new PairExtreme(type, kind);
}

/** Of numbers that a float holds exactly. */
class NumberExtreme implements Accumulator {
  readonly #type: DataType;
  readonly #sign: 1 | -1;
  #values = new Float64Array(0);
  #seen = new Int32Array(0);

  constructor(type: DataType, kind: Kind) {
    this.#type = type;
    this.#sign = kind === "max" ? 1 : -1;
  }

  reserve(groups: number): void {
    this.#values = growFloats(this.#values, groups);
    this.#seen = growWords(this.#seen, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const [best, seen, sign] = [this.#values, this.#seen, this.#sign];
    const values: Float64Array = data.values;
    const hasNulls = data.nullCount > 0;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const group = groups[row] as number;
      const value = values[row] as number;
      if (seen[group] === 0) {
        seen[group] = 1;
        best[group] = value;
        continue;
      }
      const known = best[group] as number;
      const isBetter = (value - known) * sign > 0;
      // NaN is above all numbers, and so is the difference to it none.
      if (isBetter || Number.isNaN(value - known)) best[group] = isBetter ? value : pick(known, value, sign);
    }
  }

  build(groups: Int32Array): Data {
    const Values = this.#type.ArrayType as { from(values: Iterable<number>): unknown };
    const values = Values.from(Array.from(groups, (group) => this.#values[group] as number));
    return buildColumn(this.#type, values, (row) => this.#seen[groups[row] as number] === 1);
  }
}

function pick(known: number, value: number, sign: 1 | -1): number {
  if (Number.isNaN(known) === Number.isNaN(value)) return known;
  return Number.isNaN(known) === (sign === 1) ? known : value;
}

/** Of 64-bit numbers, as their two words. */
class PairExtreme implements Accumulator {
  readonly #type: DataType;
  readonly #isMax: boolean;
  readonly #isSigned: boolean;
  #low = new Int32Array(0);
  #high = new Int32Array(0);
  #seen = new Int32Array(0);

  constructor(type: DataType, kind: Kind) {
    this.#type = type;
    this.#isMax = kind === "max";
    this.#isSigned = !Types.isInt(type) || type.isSigned;
  }

  reserve(groups: number): void {
    this.#low = growWords(this.#low, groups);
    this.#high = growWords(this.#high, groups);
    this.#seen = growWords(this.#seen, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const words = asWords(data.values);
    const hasNulls = data.nullCount > 0;
    // Turning the highest bit makes unsigned numbers compare as signed ones.
    const turn = this.#isSigned ? 0 : 0x80000000;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const group = groups[row] as number;
      const low = words[2 * row] as number;
      const high = words[2 * row + 1] as number;
      if (this.#seen[group] === 1) {
        const [a, b] = [high ^ turn, (this.#high[group] as number) ^ turn];
        const isGreater = a > b || (a === b && low >>> 0 > (this.#low[group] as number) >>> 0);
        if (isGreater !== this.#isMax) continue;
      }
      this.#seen[group] = 1;
      this.#low[group] = low;
      this.#high[group] = high;
    }
  }

  build(groups: Int32Array): Data {
    const words = new Int32Array(groups.length * 2);
    for (const [row, group] of groups.entries()) {
      words[2 * row] = this.#low[group] as number;
      words[2 * row + 1] = this.#high[group] as number;
    }
    const Values = this.#type.ArrayType as new (buffer: ArrayBuffer) => unknown;
    return buildColumn(
      this.#type,
      new Values(words.buffer),
      (row) => this.#seen[groups[row] as number] === 1,
    );
  }
}

/** Of texts and bytes, in the order of their bytes. */
class ByteExtreme implements Accumulator {
  readonly #type: DataType;
  readonly #sign: 1 | -1;
  readonly #values: (Uint8Array | undefined)[] = [];

  constructor(type: DataType, kind: Kind) {
    this.#type = type;
    this.#sign = kind === "max" ? 1 : -1;
  }

  reserve(groups: number): void {
    while (this.#values.length < groups) this.#values.push(undefined);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const offsets: Int32Array = data.valueOffsets;
    const bytes: Uint8Array = data.values;
    const hasNulls = data.nullCount > 0;
    for (let row = 0; row < groups.length; row++) {
      if (hasNulls && !data.getValid(row)) continue;
      const group = groups[row] as number;
      const known = this.#values[group];
      const [begin, end] = [offsets[row] as number, offsets[row + 1] as number];
      if (known !== undefined && compareBytes(bytes, begin, end, known) * this.#sign <= 0) continue;
      this.#values[group] = bytes.slice(begin, end);
    }
  }

  build(groups: Int32Array): Data {
    const values = Array.from(groups, (group) => this.#values[group]);
    const offsets = new Int32Array(values.length + 1);
    for (const [row, value] of values.entries())
      offsets[row + 1] = (offsets[row] as number) + (value?.length ?? 0);
    const column = buildColumn(this.#type, values, (row) => values[row] !== undefined);
    const bytes = new Uint8Array(Buffer.concat(values.map((value) => value ?? new Uint8Array())));
    return column.clone(this.#type, 0, values.length, column.nullCount, [
      offsets,
      bytes,
      column.nullBitmap,
    ] as never);
  }
}

function compareBytes(bytes: Uint8Array, begin: number, end: number, known: Uint8Array): number {
  const length = Math.min(end - begin, known.length);
  for (let at = 0; at < length; at++) {
    const difference = (bytes[begin + at] as number) - (known[at] as number);
    if (difference !== 0) return difference;
  }
  return end - begin - known.length;
}
