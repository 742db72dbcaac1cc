import { type DataType, Types, type Vector } from "../../arrow.ts";
import { readSketch, registerBits } from "../functions/profile-aggregates.ts";
import { plainData } from "../rows/plain-data.ts";

type Data = Vector["data"][number];

const registers = 1 << registerBits;

/**
 * About how many different values a column has, within 4 % mostly, in 4 kB whatever their number: HyperLogLog.
 * @see https://algo.inria.fr/flajolet/Publications/FlFuGaMe07.pdf
 */
export class DistinctCounter {
  readonly #highest = new Uint8Array(registers);

  add(column: Data): void {
    const data = plainData(column);
    const type: DataType = data.type;
    const { length, nullCount, nullBitmap, offset } = data;
    const isPresent = (row: number) =>
      nullCount === 0 || (((nullBitmap[(offset + row) >> 3] as number) >> ((offset + row) & 7)) & 1) === 1;
    const hash = hasherOf(data, type);
    if (hash === undefined) return;
    for (let row = 0; row < length; row++) if (isPresent(row)) this.#count(hash(row));
  }

  /** Adds the values that DuckDB made a sketch of. */
  addSketch(sketch: Uint8Array): void {
    for (const [register, rank] of readSketch(sketch).entries())
      if (rank > (this.#highest[register] as number)) this.#highest[register] = rank;
  }

  #count(hash: number): void {
    const register = hash >>> (32 - registerBits);
    const rank = Math.clz32((hash << registerBits) | (1 << (registerBits - 1))) + 1;
    if (rank > (this.#highest[register] as number)) this.#highest[register] = rank;
  }

  estimate(): number {
    let sum = 0;
    let empty = 0;
    for (const rank of this.#highest) {
      sum += 2 ** -rank;
      if (rank === 0) empty += 1;
    }
    const raw = ((0.7213 / (1 + 1.079 / registers)) * (registers * registers)) / sum;
    if (raw <= 2.5 * registers && empty > 0) return Math.round(registers * Math.log(registers / empty));
    // Many hashes of 32 bits meet.
    return Math.round(raw > 2 ** 32 / 30 ? -(2 ** 32) * Math.log(1 - raw / 2 ** 32) : raw);
  }
}

/** Undefined for types whose values are not compared here. */
function hasherOf(data: Data, type: DataType): ((row: number) => number) | undefined {
  const isText =
    Types.isUtf8(type) || Types.isLargeUtf8(type) || Types.isBinary(type) || Types.isLargeBinary(type);
  if (isText) {
    const bytes = data.values as Uint8Array;
    const offsets = data.valueOffsets as Int32Array | BigInt64Array;
    return (row) => hashBytes(bytes, Number(offsets[row]), Number(offsets[row + 1]));
  }
  const values = data.values as Uint8Array | undefined;
  if (values === undefined || Types.isBool(type) || data.stride === undefined) return undefined;
  const width = values.BYTES_PER_ELEMENT * data.stride;
  if (width % 4 !== 0) return (row) => finish(Math.imul(Number(values[row]) + 1, 0x9e3779b1));
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
  const perRow = width >> 2;
  return (row) => {
    let hash = 0x2545f491;
    for (let at = row * perRow; at < (row + 1) * perRow; at++) hash = mix(hash, words[at] as number);
    return finish(hash);
  };
}

function hashBytes(bytes: Uint8Array, begin: number, end: number): number {
  let hash = 0x2545f491 ^ (end - begin);
  for (let at = begin; at < end; at++) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  return finish(hash);
}

/** A step of MurmurHash3. */
function mix(hash: number, word: number): number {
  let key = Math.imul(word, 0xcc9e2d51);
  key = Math.imul((key << 15) | (key >>> 17), 0x1b873593);
  const mixed = hash ^ key;
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
