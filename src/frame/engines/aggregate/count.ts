import { Types } from "../../../arrow.ts";
import type { Data } from "../../rows/number-words.ts";
import { type Accumulator, buildCounts, growFloats } from "./accumulate.ts";

/** Rows, or values that are not null. */
export class Count implements Accumulator {
  #counts = new Float64Array(0);

  reserve(groups: number): void {
    this.#counts = growFloats(this.#counts, groups);
  }

  add(data: Data | undefined, groups: Int32Array): void {
    // A column of nulls alone has no bits that say so.
    if (data !== undefined && Types.isNull(data.type)) return;
    const counts = this.#counts;
    const hasNulls = data !== undefined && data.nullCount > 0;
    for (let row = 0; row < groups.length; row++) {
      if (!hasNulls || data.getValid(row)) (counts[groups[row] as number] as number) += 1;
    }
  }

  build(groups: Int32Array): Data {
    return buildCounts(groups, (group) => this.#counts[group] as number);
  }
}
