import { arrow } from "../../../arrow.ts";
import { type Accumulator, buildColumn, growFloats } from "./accumulate.ts";
import type { Data } from "./value-numbers.ts";

/** Rows, or values that are not null. */
export class Count implements Accumulator {
  #counts = new Float64Array(0);

  reserve(groups: number): void {
    this.#counts = growFloats(this.#counts, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    const counts = this.#counts;
    const hasNulls = data !== undefined && data.nullCount > 0;
    for (let row = 0; row < groups.length; row++) {
      if (!hasNulls || data.getValid(row)) (counts[groups[row] as number] as number) += 1;
    }
  }

  /** The groups that have rows; with `always` the first in any case. */
  find(always: boolean): Int32Array {
    const found = new Int32Array(this.#counts.length);
    let size = 0;
    for (const [group, count] of this.#counts.entries()) {
      if (count > 0 || (always && group === 0)) found[size++] = group;
    }
    return found.subarray(0, size);
  }

  build(groups: Int32Array): Data {
    const values = BigInt64Array.from(groups, (group) => BigInt(this.#counts[group] as number));
    return buildColumn(new arrow.Int64(), values, () => true);
  }
}
