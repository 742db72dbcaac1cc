/** Numbers different entries of one or two 32-bit words from 0 on, in the order in which they are met. */
export class WordTable {
  readonly #isPair: boolean;
  #slots = new Int32Array(1024).fill(-1);
  #mask = 1023;
  #low = new Int32Array(512);
  #high: Int32Array<ArrayBuffer>;
  #size = 0;

  constructor(isPair: boolean) {
    this.#isPair = isPair;
    this.#high = new Int32Array(isPair ? 512 : 0);
  }

  get size(): number {
    return this.#size;
  }

  /** Of the entries, in their order. */
  get low(): Int32Array {
    return this.#low;
  }

  get high(): Int32Array {
    return this.#high;
  }

  /** The number of a single word. */
  single(low: number): number {
    let slot = mix(low, 0) & this.#mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry < 0) return this.#add(slot, low, 0);
      if (this.#low[entry] === low) return entry;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The number of a pair of words. */
  pair(low: number, high: number): number {
    let slot = mix(low, high) & this.#mask;
    for (;;) {
      const entry = this.#slots[slot] as number;
      if (entry < 0) return this.#add(slot, low, high);
      if (this.#low[entry] === low && this.#high[entry] === high) return entry;
      slot = (slot + 1) & this.#mask;
    }
  }

  #add(slot: number, low: number, high: number): number {
    const entry = this.#size++;
    this.#slots[slot] = entry;
    if (entry === this.#low.length) {
      this.#low = grow(this.#low);
      if (this.#isPair) this.#high = grow(this.#high);
    }
    this.#low[entry] = low;
    if (this.#isPair) this.#high[entry] = high;
    if (this.#size * 2 > this.#mask) this.#rehash();
    return entry;
  }

  #rehash(): void {
    this.#mask = this.#slots.length * 4 - 1;
    this.#slots = new Int32Array(this.#mask + 1).fill(-1);
    for (let entry = 0; entry < this.#size; entry++) {
      let slot =
        mix(this.#low[entry] as number, this.#isPair ? (this.#high[entry] as number) : 0) & this.#mask;
      while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & this.#mask;
      this.#slots[slot] = entry;
    }
  }
}

function grow(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(values.length * 2);
  grown.set(values);
  return grown;
}

function mix(low: number, high: number): number {
  let hash = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
