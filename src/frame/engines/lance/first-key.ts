/** What is learnt of the first key of a sort by reading it alone: from which value on the rows are needed. */

import { asWords, type Data, wordsOf } from "../../rows/number-words.ts";
import type { ColumnKind, TickKind } from "../../types/column-kind.ts";
import { BestNumbers } from "./best-numbers.ts";
import { boundSql } from "./bound-sql.ts";

export interface KeyOrder {
  readonly column: string;
  readonly kind: TickKind | Extract<ColumnKind, { kind: "float" }>;
  readonly descending: boolean;
  readonly nullsFirst: boolean;
}

/** Below this a float64 is the very whole number that it was made of. */
const exactBelow = 2 ** 53;
/** A whole number of 64 bits and the float64 made of it are never further apart. */
const greatestRounding = 2_048n;

/** The values of a key, as float64: of 64-bit numbers the nearest, which keeps their order but for some equals. */
export class FirstKey {
  readonly #order: KeyOrder;
  readonly #count: number;
  readonly #best: BestNumbers;
  #nulls = 0;
  #hasNaN = false;

  /** @param count rows that are asked for, from 1 on */
  constructor(order: KeyOrder, count: number) {
    this.#order = order;
    this.#count = count;
    this.#best = new BestNumbers(count, order.descending ? "highest" : "lowest");
  }

  add(data: Data): void {
    const { length, nullCount } = data;
    const values: ArrayLike<number> = wordsOf(data.type) === 2 ? readWide(data, this.#order) : data.values;
    const best = this.#best;
    this.#nulls += nullCount;
    for (let row = 0; row < length; row++) {
      if (nullCount > 0 && !data.getValid(row)) continue;
      const value = values[row] as number;
      if (Number.isNaN(value)) this.#hasNaN = true;
      else best.add(value);
    }
  }

  /**
   * A condition for Lance that is true for all rows asked for, and for few others; undefined when that is not known.
   * NaN is above all numbers here, and for Lance there is one below them too.
   */
  condition(): string | undefined {
    const { column, kind, descending, nullsFirst } = this.#order;
    if (this.#hasNaN) return undefined;
    const nulls = nullsFirst ? this.#nulls : 0;
    const place = this.#count - nulls;
    if (place <= 0) return boundSql(column, kind, undefined, true);
    const bound = this.#best.find(place);
    if (bound === undefined) return undefined;
    const from = descending ? "gte" : "lte";
    return boundSql(column, kind, { from, value: widen(bound, kind, from) }, nulls > 0);
  }
}

function readWide(data: Data, { kind }: KeyOrder): ArrayLike<number> {
  if (kind.kind === "float") return data.values;
  const words = asWords(data.values);
  const isUnsigned = kind.min === 0n;
  const values = new Float64Array(data.length);
  for (let row = 0; row < values.length; row++) {
    const high = words[2 * row + 1] as number;
    values[row] = (isUnsigned ? high >>> 0 : high) * 2 ** 32 + ((words[2 * row] as number) >>> 0);
  }
  return values;
}

/** A bound that leaves out nothing that is equal in float64, nor one of 0 and -0, which Lance tells apart. */
function widen(bound: number, kind: KeyOrder["kind"], from: "gte" | "lte"): number | bigint {
  const outward = from === "gte" ? -1 : 1;
  if (kind.kind === "float") return bound === 0 ? outward * Number.MIN_VALUE : bound;
  if (Math.abs(bound) < exactBelow) return BigInt(bound);
  const widened = BigInt(bound) + BigInt(outward) * greatestRounding;
  return widened < kind.min ? kind.min : widened > kind.max ? kind.max : widened;
}
