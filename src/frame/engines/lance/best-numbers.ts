/** Of many numbers the highest or the lowest, in memory for about as many as are asked for. */
export class BestNumbers {
  readonly #count: number;
  readonly #isGreatest: boolean;
  /** The numbers, with the sign turned when the lowest are asked for: higher is better. */
  readonly #kept: Float64Array;
  #size = 0;
  /** Known once `count` numbers are kept: one that is not greater makes no difference. */
  #bound = Number.NEGATIVE_INFINITY;

  /** @param count how many are asked for, from 1 on */
  constructor(count: number, order: "highest" | "lowest") {
    this.#count = count;
    this.#isGreatest = order === "highest";
    this.#kept = new Float64Array(count + Math.max(count, 8_192));
  }

  /** @param value not NaN */
  add(value: number): void {
    const better = this.#isGreatest ? value : -value;
    if (better <= this.#bound) return;
    this.#kept[this.#size++] = better;
    if (this.#size === this.#kept.length) this.#shrink();
  }

  /** The number that `place` - 1 others are as good as or better than; undefined when there are fewer. */
  find(place: number): number | undefined {
    const found = this.#kept.subarray(0, this.#size).sort()[this.#size - place];
    if (found === undefined) return undefined;
    return this.#isGreatest ? found : -found;
  }

  #shrink(): void {
    const sorted = this.#kept.sort();
    sorted.copyWithin(0, sorted.length - this.#count);
    this.#size = this.#count;
    this.#bound = sorted[0] as number;
  }
}
