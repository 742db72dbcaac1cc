/** Aggregates on the numbers of values: how many different ones, the first, the last. */

import type { Data } from "../../rows/number-words.ts";
import { type Accumulator, buildCounts, growFloats, growWords } from "./accumulate.ts";
import type { ValueNumbers } from "./value-numbers.ts";
import { WordTable } from "./word-table.ts";

export class DistinctCount implements Accumulator {
  readonly #numbers: ValueNumbers;
  readonly #pairs = new WordTable();
  #counts = new Float64Array(0);

  constructor(numbers: ValueNumbers) {
    this.#numbers = numbers;
  }

  reserve(groups: number): void {
    this.#counts = growFloats(this.#counts, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const numbers = new Int32Array(groups.length);
    this.#numbers.read(data, numbers);
    for (let row = 0; row < groups.length; row++) {
      const number = numbers[row] as number;
      if (number === 0) continue;
      const before = this.#pairs.size;
      this.#pairs.find(groups[row] as number, number);
      if (this.#pairs.size > before) (this.#counts[groups[row] as number] as number) += 1;
    }
  }

  build(groups: Int32Array): Data {
    return buildCounts(groups, (group) => this.#counts[group] as number);
  }
}

/** The value in the first row of a group, or in the last; null counts as one. */
export class FirstValue implements Accumulator {
  readonly #numbers: ValueNumbers;
  readonly #isLast: boolean;
  /** The number of the value, from 1 on. */
  #found = new Int32Array(0);

  constructor(numbers: ValueNumbers, isLast: boolean) {
    this.#numbers = numbers;
    this.#isLast = isLast;
  }

  reserve(groups: number): void {
    this.#found = growWords(this.#found, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    if (data === undefined) return;
    const numbers = new Int32Array(groups.length);
    this.#numbers.read(data, numbers);
    for (let row = 0; row < groups.length; row++) {
      const group = groups[row] as number;
      if (this.#isLast || this.#found[group] === 0) this.#found[group] = (numbers[row] as number) + 1;
    }
  }

  build(groups: Int32Array): Data {
    return this.#numbers.build(groups.map((group) => Math.max(0, (this.#found[group] as number) - 1)));
  }
}
