import { createRandom } from "../random.ts";

/** Random choices that are the same at every run. */
export interface RandomChoices {
  /** From 0 up to but not including 1. */
  fraction(): number;
  /** A whole number from 0 up to but not including `end`. */
  below(end: number): number;
  pick<Items extends readonly unknown[]>(items: Items): Items[number];
  /** True in one of `times` cases. */
  oneIn(times: number): boolean;
}

export function createChoices(seed: number): RandomChoices {
  const fraction = createRandom(seed);
  const below = (end: number) => Math.floor(fraction() * end);
  return {
    fraction,
    below,
    pick: (items) => items[below(items.length)],
    oneIn: (times) => below(times) === 0,
  };
}
