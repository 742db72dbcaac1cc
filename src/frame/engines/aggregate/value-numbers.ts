/** Numbers the different values of a column, so that groups and distinct values are counted on small integers. */
import { arrow, type DataType, type Field, Types } from "../../../arrow.ts";
import { extensionName } from "../../../display/arrow/type-name.ts";
import { asWords, type Data, wordsOf } from "../../rows/number-words.ts";
import { ByteTable } from "./byte-table.ts";
import { WordTable } from "./word-table.ts";

/** The number of null is 0; values are numbered from 1 on. */
export interface ValueNumbers {
  /** One more than the highest number so far. */
  readonly size: number;
  /** Whether there was a null so far. */
  readonly hasNull: boolean;
  /** Writes the number of each row's value. */
  read(data: Data, numbers: Int32Array): void;
  /** From now on, a new value gets no number: -1 stands for it. */
  freeze(): void;
  /** The values as a column, each in the row of the entry of `numbers`. */
  build(numbers: Int32Array): Data;
}

/** Undefined for a type whose values it cannot tell apart exactly. */
export function createValueNumbers(field: Field): ValueNumbers | undefined {
  if (extensionName(field) !== undefined) return undefined;
  const { type } = field;
  if (isBytes(type)) return new ByteNumbers(type);
  return wordsOf(type) === 0 ? undefined : new WordNumbers(type);
}

export function isBytes(type: DataType): boolean {
  return Types.isUtf8(type) || Types.isBinary(type);
}

class ByteNumbers implements ValueNumbers {
  readonly #type: DataType;
  readonly #table = new ByteTable();
  hasNull = false;

  constructor(type: DataType) {
    this.#type = type;
  }

  get size(): number {
    return this.#table.size + 1;
  }

  freeze(): void {
    this.#table.freeze();
  }

  read(data: Data, numbers: Int32Array): void {
    const offsets: Int32Array = data.valueOffsets;
    const bytes: Uint8Array = data.values;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const table = this.#table;
    const hasNulls = data.nullCount > 0;
    this.hasNull ||= hasNulls;
    let begin = offsets[0] as number;
    for (let row = 0; row < data.length; row++) {
      const end = offsets[row + 1] as number;
      numbers[row] = hasNulls && !data.getValid(row) ? 0 : table.find(bytes, view, begin, end) + 1;
      begin = end;
    }
  }

  build(numbers: Int32Array): Data {
    const offsets = new Int32Array(numbers.length + 1);
    let length = 0;
    for (let row = 0; row < numbers.length; row++) {
      const number = numbers[row] as number;
      if (number > 0) length += this.#table.entry(number - 1).length;
      offsets[row + 1] = length;
    }
    const bytes = new Uint8Array(length);
    for (let row = 0; row < numbers.length; row++) {
      const number = numbers[row] as number;
      if (number > 0) bytes.set(this.#table.entry(number - 1), offsets[row] as number);
    }
    const { nulls, bitmap } = nullsOf(numbers);
    return new arrow.Data(this.#type, 0, numbers.length, nulls, [offsets, bytes, bitmap] as never) as Data;
  }
}

class WordNumbers implements ValueNumbers {
  readonly #type: DataType;
  readonly #words: 1 | 2;
  readonly #table: WordTable;
  hasNull = false;
  /** Of float columns the values as first met: 0 and -0 are one value. */
  #firsts = new Float64Array(0);

  constructor(type: DataType) {
    this.#type = type;
    this.#words = wordsOf(type) as 1 | 2;
    this.#table = new WordTable();
  }

  get size(): number {
    return this.#table.size + 1;
  }

  freeze(): void {
    this.#table.freeze();
  }

  read(data: Data, numbers: Int32Array): void {
    this.hasNull ||= data.nullCount > 0;
    const isValid = data.nullCount > 0 ? (row: number) => data.getValid(row) : undefined;
    if (Types.isFloat(this.#type)) this.#readFloats(data, numbers, isValid);
    else if (this.#words === 2) this.#readPairs(data, numbers, isValid);
    else this.#readSingles(data, numbers, isValid);
  }

  build(numbers: Int32Array): Data {
    const { nulls, bitmap } = nullsOf(numbers);
    const values = this.#values(numbers);
    return new arrow.Data(this.#type, 0, numbers.length, nulls, [undefined, values, bitmap] as never) as Data;
  }

  #readSingles(data: Data, numbers: Int32Array, isValid: ((row: number) => boolean) | undefined): void {
    const table = this.#table;
    const isBool = Types.isBool(this.#type);
    const { values, offset } = data;
    for (let row = 0; row < data.length; row++) {
      if (isValid !== undefined && !isValid(row)) numbers[row] = 0;
      else if (isBool) {
        const at = offset + row;
        numbers[row] = table.find((values[at >> 3] >> (at & 7)) & 1, 0) + 1;
      } else numbers[row] = table.find(values[row] | 0, 0) + 1;
    }
  }

  #readPairs(data: Data, numbers: Int32Array, isValid: ((row: number) => boolean) | undefined): void {
    const table = this.#table;
    const words = asWords(data.values);
    for (let row = 0; row < data.length; row++) {
      numbers[row] =
        isValid !== undefined && !isValid(row)
          ? 0
          : table.find(words[2 * row] as number, words[2 * row + 1] as number) + 1;
    }
  }

  #readFloats(data: Data, numbers: Int32Array, isValid: ((row: number) => boolean) | undefined): void {
    const table = this.#table;
    const values: Float64Array = data.values;
    const value = new Float64Array(1);
    const words = new Int32Array(value.buffer);
    for (let row = 0; row < data.length; row++) {
      if (isValid !== undefined && !isValid(row)) {
        numbers[row] = 0;
        continue;
      }
      const float = values[row] as number;
      // The sum of -0 and 0 is 0, and all NaN become one.
      value[0] = Number.isNaN(float) ? Number.NaN : float + 0;
      const before = table.size;
      const number = table.find(words[0] as number, words[1] as number);
      if (table.size > before) {
        if (number >= this.#firsts.length) {
          const firsts = new Float64Array(Math.max(512, number * 2));
          firsts.set(this.#firsts);
          this.#firsts = firsts;
        }
        this.#firsts[number] = float;
      }
      numbers[row] = number + 1;
    }
  }

  #values(numbers: Int32Array): unknown {
    const { low, high } = this.#table;
    if (Types.isBool(this.#type)) {
      const bits = new Uint8Array(Math.ceil(numbers.length / 8));
      for (const [row, number] of numbers.entries()) {
        if (number > 0 && low[number - 1] === 1)
          bits[row >> 3] = (bits[row >> 3] as number) | (1 << (row & 7));
      }
      return bits;
    }
    const Values = this.#type.ArrayType as new (values: number | ArrayBuffer) => Int32Array;
    if (Types.isFloat(this.#type)) {
      const values = new Values(numbers.length);
      for (const [row, number] of numbers.entries())
        values[row] = number > 0 ? (this.#firsts[number - 1] as number) : 0;
      return values;
    }
    if (this.#words === 1) {
      const values = new Values(numbers.length);
      for (const [row, number] of numbers.entries())
        values[row] = number > 0 ? (low[number - 1] as number) : 0;
      return values;
    }
    const words = new Int32Array(numbers.length * 2);
    for (const [row, number] of numbers.entries()) {
      if (number === 0) continue;
      words[2 * row] = low[number - 1] as number;
      words[2 * row + 1] = high[number - 1] as number;
    }
    return new Values(words.buffer);
  }
}

/** Where the number is 0. */
function nullsOf(numbers: Int32Array): { readonly nulls: number; readonly bitmap: Uint8Array | undefined } {
  let nulls = 0;
  for (const number of numbers) if (number === 0) nulls += 1;
  if (nulls === 0) return { nulls, bitmap: undefined };
  const bitmap = new Uint8Array(Math.ceil(numbers.length / 8));
  for (const [row, number] of numbers.entries()) {
    if (number > 0) bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return { nulls, bitmap };
}
