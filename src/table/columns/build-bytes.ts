/** Columns of texts and bytes. The library's own builders take seconds for a million texts. */

import { arrow, type DataType } from "../../arrow.ts";
import { countOf } from "../../display/text/number-text.ts";
import { buildValidity, type Data, isMissing, type Values } from "../arrow/column-data.ts";
import { asBytes } from "./value-class.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

const encoder = new TextEncoder();
/** Below this many UTF-16 units a loop of our own beats the call of the encoder. */
const shortText = 40;

/** Texts that are encoded in one call end at this many, or at this many UTF-16 units. */
const mostJoined = { texts: 1_024, units: 65_536 };

/** Texts as UTF-8, which has no form of half a surrogate pair. */
export function buildText(type: DataType, values: Values): Data {
  const bytes = new GrowingBytes(values.length * 16);
  const ends = new Float64Array(values.length + 1);
  let missing = 0;
  let next = 0;
  for (let begin = 0; begin < values.length; begin = next) {
    let joined = "";
    const most = Math.min(values.length, begin + mostJoined.texts);
    const start = bytes.length;
    for (next = begin; next < most && joined.length < mostJoined.units; next++) {
      const value = values[next];
      if (typeof value === "string") joined += value;
      else if (isMissing(value)) missing++;
      else throw new ValueMismatch(next, `${describeValue(value)} is not text`);
      ends[next + 1] = start + joined.length;
    }
    if (bytes.addAscii(joined)) continue;
    for (let row = begin; row < next; row++) {
      const value = values[row];
      if (typeof value === "string") bytes.addText(requireWellFormed(value, row));
      ends[row + 1] = bytes.length;
    }
  }
  return makeVariable(type, values, ends, bytes.take(), missing > 0);
}

export function buildBytes(type: DataType, values: Values): Data {
  const bytes = new GrowingBytes(values.length * 16);
  const ends = new Float64Array(values.length + 1);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const given = asBytes(value);
    if (given !== undefined) bytes.addBytes(given);
    else if (!isMissing(value)) throw new ValueMismatch(row, `${describeValue(value)} is not a Uint8Array`);
    ends[row + 1] = bytes.length;
  }
  return makeVariable(type, values, ends, bytes.take());
}

export function buildFixedBytes(type: DataType & { byteWidth: number }, values: Values): Data {
  const width = type.byteWidth;
  const data = new Uint8Array(values.length * width);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (isMissing(value)) continue;
    const given = asBytes(value);
    if (given?.length !== width) {
      throw new ValueMismatch(
        row,
        `${describeValue(value)} is not a Uint8Array of ${countOf(width, "byte")}`,
      );
    }
    data.set(given, row * width);
  }
  return arrow.makeData({ type, length: values.length, data, ...buildValidity(values) } as never);
}

/** @throws {@link ValueMismatch} for half a surrogate pair, which would become another character */
function requireWellFormed(text: string, row: number): string {
  if (text.isWellFormed()) return text;
  throw new ValueMismatch(
    row,
    `${describeValue(text)} holds half a surrogate pair, which no table can`,
    "repair the text, or pass text.toWellFormed()",
  );
}

const longestOffset = 0x7f_ff_ff_ff;

function makeVariable(
  type: DataType,
  values: Values,
  ends: Float64Array,
  data: Uint8Array,
  hasMissing = true,
): Data {
  const isLarge = arrow.DataType.isLargeUtf8(type) || arrow.DataType.isLargeBinary(type);
  if (!isLarge && data.length > longestOffset) {
    throw new ValueMismatch(undefined, "more than 2 GB of values at once", "write fewer rows at a time");
  }
  const valueOffsets = isLarge ? BigInt64Array.from(ends, BigInt) : new Int32Array(ends);
  return arrow.makeData({
    type,
    length: values.length,
    valueOffsets,
    data,
    ...(hasMissing ? buildValidity(values) : { nullCount: 0 }),
  } as never);
}

class GrowingBytes {
  #bytes: Buffer;
  length = 0;

  constructor(capacity: number) {
    this.#bytes = allocate(capacity);
  }

  /** Adds nothing and answers false when there is more than ASCII in the text. */
  addAscii(text: string): boolean {
    this.#reserve(text.length * 3);
    if (this.#bytes.write(text, this.length) !== text.length) return false;
    this.length += text.length;
    return true;
  }

  addText(text: string): void {
    this.#reserve(text.length * 3);
    const written = text.length > shortText ? undefined : writeAscii(text, this.#bytes, this.length);
    this.length += written ?? encoder.encodeInto(text, this.#bytes.subarray(this.length)).written;
  }

  addBytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  take(): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, 0, this.length);
  }

  #reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return;
    const grown = allocate(Math.max(this.#bytes.length * 2, this.length + more));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

/** In separate memory: that of small buffers is shared. */
function allocate(bytes: number): Buffer {
  return Buffer.from(new ArrayBuffer(bytes));
}

/** The number of bytes written; undefined when there is more than ASCII in the text. */
function writeAscii(text: string, bytes: Uint8Array, start: number): number | undefined {
  const { length } = text;
  for (let index = 0; index < length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) return undefined;
    bytes[start + index] = unit;
  }
  return length;
}
