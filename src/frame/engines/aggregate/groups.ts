/** Numbers the groups of rows with equal keys. */
import type { Field } from "../../../arrow.ts";
import type { Data } from "../../rows/number-words.ts";
import { createValueNumbers, type ValueNumbers } from "./value-numbers.ts";
import { WordTable } from "./word-table.ts";

export class Groups {
  readonly #keys: readonly ValueNumbers[];
  /** The first joins the numbers of the first two keys, the next that with the third, and so on. */
  readonly #joins: readonly WordTable[];

  /** @param keys of types that have numbers. */
  constructor(keys: readonly Field[]) {
    this.#keys = keys.flatMap((key) => createValueNumbers(key) ?? []);
    this.#joins = keys.slice(1).map(() => new WordTable());
  }

  /** One more than the highest number of a group so far. */
  get size(): number {
    return this.#joins.at(-1)?.size ?? this.#keys[0]?.size ?? 1;
  }

  /** The groups that have rows; without keys there is one in any case. */
  found(): Int32Array {
    const [first] = this.#keys;
    const begin = this.#joins.length > 0 || first === undefined || first.hasNull ? 0 : 1;
    return Int32Array.from({ length: this.size - begin }, (_, index) => begin + index);
  }

  /** From now on, rows of a new group are in none. */
  freeze(): void {
    for (const key of this.#keys) key.freeze();
    for (const join of this.#joins) join.freeze();
  }

  /** The group of each row; below 0 for a row that is in none. */
  read(keys: readonly Data[], rows: number): Int32Array {
    const groups = new Int32Array(rows);
    const [first] = keys;
    if (first === undefined) return groups;
    this.#keys[0]?.read(first, groups);
    const numbers = new Int32Array(keys.length > 1 ? rows : 0);
    for (const [index, join] of this.#joins.entries()) {
      this.#keys[index + 1]?.read(keys[index + 1] as Data, numbers);
      for (let row = 0; row < rows; row++) {
        const low = groups[row] as number;
        const high = numbers[row] as number;
        groups[row] = low < 0 || high < 0 ? -1 : join.find(low, high);
      }
    }
    return groups;
  }

  /** The keys of the groups as columns. */
  build(groups: Int32Array): Data[] {
    let left = groups;
    const columns: Data[] = [];
    for (let index = this.#joins.length - 1; index >= 0; index--) {
      const { low, high } = this.#joins[index] as WordTable;
      columns.unshift(
        (this.#keys[index + 1] as ValueNumbers).build(left.map((group) => high[group] as number)),
      );
      left = left.map((group) => low[group] as number);
    }
    const [first] = this.#keys;
    return first === undefined ? [] : [first.build(left), ...columns];
  }
}
