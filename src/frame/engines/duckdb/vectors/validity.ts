import { arrow } from "../../../../arrow.ts";
import { alignBits, getBit, setBit } from "./bits.ts";

/** Which rows are null, gathered. */
export class Validity {
  #bits = new Uint8Array(256);
  #length = 0;
  #nulls = 0;

  append(validity: Uint8Array | undefined, begin: number, count: number): void {
    if (validity === undefined && this.#nulls === 0) {
      this.#length += count;
      return;
    }
    if (this.#nulls === 0) this.#fillUpTo(this.#length);
    this.#reserve(this.#length + count);
    if (validity === undefined) {
      this.#set(count);
    } else if ((this.#length & 7) === 0) {
      this.#bits.set(clearBehind(alignBits(validity, begin, count), count), this.#length >> 3);
      this.#nulls += count - countBits(this.#bits, this.#length, count);
    } else {
      for (let row = 0; row < count; row++) {
        if (getBit(validity, begin + row)) setBit(this.#bits, this.#length + row);
        else this.#nulls += 1;
      }
    }
    this.#length += count;
  }

  finish(): { readonly nulls: number; readonly bitmap: Uint8Array | undefined } {
    const result = {
      nulls: this.#nulls,
      bitmap: this.#nulls === 0 ? undefined : this.#bits.subarray(0, Math.ceil(this.#length / 8)),
    };
    this.#bits = new Uint8Array(256);
    this.#length = 0;
    this.#nulls = 0;
    return result;
  }

  #set(count: number): void {
    for (let row = 0; row < count; row++) setBit(this.#bits, this.#length + row);
  }

  /** The rows so far were all there, and no bit of them is written. */
  #fillUpTo(length: number): void {
    this.#reserve(length);
    this.#bits.fill(0);
    this.#bits.fill(255, 0, length >> 3);
    for (let row = length & ~7; row < length; row++) setBit(this.#bits, row);
  }

  #reserve(rows: number): void {
    const wanted = Math.ceil(rows / 8);
    if (wanted <= this.#bits.length) return;
    const bits = new Uint8Array(Math.max(wanted, 2 * this.#bits.length));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}

function clearBehind(bits: Uint8Array, count: number): Uint8Array {
  if ((count & 7) === 0) return bits;
  const cleared = bits.slice();
  const last = cleared.length - 1;
  cleared[last] = (cleared[last] ?? 0) & ((1 << (count & 7)) - 1);
  return cleared;
}

function countBits(bits: Uint8Array, begin: number, count: number): number {
  return arrow.util.popcnt_bit_range(bits, begin, begin + count);
}
