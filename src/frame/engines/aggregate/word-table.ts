/** Words of a slot: the number of its entry from 1 on, 0 when it is free, and the words of the entry. */
const slotWords = 4;
const firstSlots = 1024;
/** Pairs of a small lower word and no upper one, such as keys counted from 0, have places by that word. */
const mostPlaces = 2 ** 22;

/** What frozen tables answer for what they do not hold: with 1 added, as numbers of values are, it is still below 0. */
export const unknownEntry = -2;

/** Numbers different pairs of 32-bit words from 0 on, in the order in which they are met. */
export class WordTable {
  /** An entry's words lie next to its number, so that looking one up touches one place in memory. */
  #slots = new Int32Array(firstSlots * slotWords);
  #mask = firstSlots - 1;
  /** Entries that have slots. */
  #hashed = 0;
  /** The number of an entry from 1 on, 0 when there is none. */
  #places = new Int32Array(firstSlots);
  #low = new Int32Array(firstSlots);
  #high = new Int32Array(firstSlots);
  #size = 0;
  #isFrozen = false;

  get size(): number {
    return this.#size;
  }

  /** From now on, no pair is added. */
  freeze(): void {
    this.#isFrozen = true;
  }

  /** Of the entries, in their order. */
  get low(): Int32Array {
    return this.#low;
  }

  get high(): Int32Array {
    return this.#high;
  }

  /** The number of a pair, which is added when it is new; {@link unknownEntry} where nothing is added any more. */
  find(low: number, high: number): number {
    if (high === 0 && low >>> 0 < mostPlaces) {
      const entry = low < this.#places.length ? (this.#places[low] as number) : 0;
      if (entry !== 0) return entry - 1;
      return this.#isFrozen ? unknownEntry : this.#addPlace(low);
    }
    const slots = this.#slots;
    let slot = mix(low, high) & this.#mask;
    for (;;) {
      const at = slot * slotWords;
      const entry = slots[at] as number;
      if (entry === 0) return this.#isFrozen ? unknownEntry : this.#add(at, low, high);
      if (slots[at + 1] === low && slots[at + 2] === high) return entry - 1;
      slot = (slot + 1) & this.#mask;
    }
  }

  #addPlace(low: number): number {
    if (low >= this.#places.length) this.#places = grow(this.#places, 2 ** (32 - Math.clz32(low)));
    const entry = this.#append(low, 0);
    this.#places[low] = entry + 1;
    return entry;
  }

  #add(at: number, low: number, high: number): number {
    const entry = this.#append(low, high);
    this.#fill(at, entry, low, high);
    this.#hashed += 1;
    if (this.#hashed * 2 > this.#mask) this.#rehash();
    return entry;
  }

  #append(low: number, high: number): number {
    const entry = this.#size++;
    if (entry === this.#low.length) {
      this.#low = grow(this.#low, entry * 2);
      this.#high = grow(this.#high, entry * 2);
    }
    this.#low[entry] = low;
    this.#high[entry] = high;
    return entry;
  }

  #fill(at: number, entry: number, low: number, high: number): void {
    this.#slots[at] = entry + 1;
    this.#slots[at + 1] = low;
    this.#slots[at + 2] = high;
  }

  #rehash(): void {
    const slots = (this.#mask + 1) * 2;
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots * slotWords);
    for (let entry = 0; entry < this.#size; entry++) {
      const [low, high] = [this.#low[entry] as number, this.#high[entry] as number];
      if (high === 0 && low >>> 0 < mostPlaces) continue;
      let slot = mix(low, high) & this.#mask;
      while (this.#slots[slot * slotWords] !== 0) slot = (slot + 1) & this.#mask;
      this.#fill(slot * slotWords, entry, low, high);
    }
  }
}

function grow(values: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(values);
  return grown;
}

function mix(low: number, high: number): number {
  let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
