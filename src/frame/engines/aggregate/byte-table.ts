import { unknownEntry } from "./word-table.ts";

const recentBits = 10;
/** Of a recent string: its number from 1 on, its length, its first and its last four bytes. */
const recentWords = 4;

/** Numbers different byte strings from 0 on, in the order in which they are met. No text is made of them. */
export class ByteTable {
  /** Strings met before, by their ends: most columns have few, and comparing costs less than the whole hash. */
  readonly #recent = new Int32Array(recentWords << recentBits);
  #slots = new Int32Array(1024).fill(-1);
  #hashes = new Int32Array(512);
  #mask = 1023;
  #ends = new Float64Array(512);
  #bytes = new Uint8Array(4096);
  #view = new DataView(this.#bytes.buffer);
  #size = 0;
  #isFrozen = false;

  get size(): number {
    return this.#size;
  }

  /** From now on, no string is added. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /**
   * The number of a string, which is added when it is new; {@link unknownEntry} where nothing is added any more.
   * @param view of the same bytes as `source`.
   */
  find(source: Uint8Array, view: DataView, begin: number, end: number): number {
    const length = end - begin;
    if (length < 4) return this.#search(source, view, begin, end);
    const first = view.getInt32(begin, true);
    const last = view.getInt32(end - 4, true);
    const mixed = Math.imul(first ^ Math.imul(last ^ length, 0x9e3779b1), 0x85ebca6b);
    // The upper bits depend on all bits of the factors: strings that differ in their last bytes alone are spread.
    const at = (mixed >>> (32 - recentBits)) * recentWords;
    const recent = this.#recent;
    if (recent[at + 1] === length && recent[at + 2] === first && recent[at + 3] === last) {
      const entry = (recent[at] as number) - 1;
      if (length <= 8 || this.#equals(entry, source, view, begin, end)) return entry;
    }
    const entry = this.#search(source, view, begin, end);
    if (entry < 0) return entry;
    recent[at] = entry + 1;
    recent[at + 1] = length;
    recent[at + 2] = first;
    recent[at + 3] = last;
    return entry;
  }

  #search(source: Uint8Array, view: DataView, begin: number, end: number): number {
    const hash = hashBytes(source, view, begin, end);
    let slot = hash & this.#mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry < 0) return this.#isFrozen ? unknownEntry : this.#add(slot, hash, source, begin, end);
      if (this.#hashes[entry] === hash && this.#equals(entry, source, view, begin, end)) return entry;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The bytes of an entry. */
  entry(index: number): Uint8Array {
    return this.#bytes.subarray(index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
  }

  #equals(entry: number, source: Uint8Array, view: DataView, begin: number, end: number): boolean {
    const start = entry === 0 ? 0 : (this.#ends[entry - 1] as number);
    const length = end - begin;
    if ((this.#ends[entry] as number) - start !== length) return false;
    if (length < 4) {
      for (let at = 0; at < length; at++) if (this.#bytes[start + at] !== source[begin + at]) return false;
      return true;
    }
    const known = this.#view;
    for (let at = 0; at < length - 4; at += 4) {
      if (known.getInt32(start + at, true) !== view.getInt32(begin + at, true)) return false;
    }
    return known.getInt32(start + length - 4, true) === view.getInt32(end - 4, true);
  }

  #add(slot: number, hash: number, source: Uint8Array, begin: number, end: number): number {
    const entry = this.#size++;
    this.#slots[slot] = entry;
    if (entry === this.#hashes.length) {
      const hashes = new Int32Array(entry * 2);
      hashes.set(this.#hashes);
      this.#hashes = hashes;
      const ends = new Float64Array(entry * 2);
      ends.set(this.#ends);
      this.#ends = ends;
    }
    const start = entry === 0 ? 0 : (this.#ends[entry - 1] as number);
    const stop = start + end - begin;
    if (stop > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(stop, this.#bytes.length * 2));
      bytes.set(this.#bytes);
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer);
    }
    this.#bytes.set(source.subarray(begin, end), start);
    this.#hashes[entry] = hash;
    this.#ends[entry] = stop;
    if (this.#size * 2 > this.#mask) this.#rehash();
    return entry;
  }

  #rehash(): void {
    this.#mask = this.#slots.length * 4 - 1;
    this.#slots = new Int32Array(this.#mask + 1).fill(-1);
    for (let entry = 0; entry < this.#size; entry++) {
      let slot = (this.#hashes[entry] as number) & this.#mask;
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = entry;
    }
  }
}

/** Four bytes at a time; the last four overlap those before them. */
function hashBytes(source: Uint8Array, view: DataView, begin: number, end: number): number {
  const length = end - begin;
  let hash = Math.imul(length ^ 0x811c9dc5, 0x9e3779b1);
  if (length < 4) {
    for (let at = begin; at < end; at++) hash = Math.imul(hash ^ (source[at] as number), 0x01000193);
  } else {
    for (let at = begin; at < end - 4; at += 4) {
      hash = Math.imul(hash ^ view.getInt32(at, true), 0x85ebca6b);
      hash ^= hash >>> 15;
    }
    hash = Math.imul(hash ^ view.getInt32(end - 4, true), 0xc2b2ae35);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
