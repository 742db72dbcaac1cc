/** Random choices that are the same at every run. */
export interface SeededRandom {
  /** From 0 up to but not including 1. */
  fraction(): number;
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number;
  pick<Items extends readonly unknown[]>(items: Items): Items[number];
  /** True in one of `times` cases. */
  oneIn(times: number): boolean;
}

/** The generator mulberry32. */
export function createRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (end: number) => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    pick: (items) => items[below(items.length)],
    oneIn: (times) => below(times) === 0,
  };
}
