/** Histograms of plain numbers: their column is read once, and none of it is held. */
import { type DataType, Types, type Vector } from "../../arrow.ts";
import { drawableNumber } from "../../chart/axis-values.ts";
import { greatestDivided, hasLongDigits } from "./exact-bins.ts";
import {
  type BinWidth,
  binOf,
  binStart,
  chooseBinWidth,
  finestOf,
  type Precision,
  stepOf,
} from "./number-bins.ts";
import type { PlotGroup } from "./plot-groups.ts";
import { greatestOf, numberKey, type PlotKey, precisionOf } from "./plot-key.ts";
import type { PlotColumn, PlotSource } from "./plot-source.ts";
import { columnNode } from "./reduction.ts";

type Data = Vector["data"][number];
type Numbers = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;

/** Whether the values are numbers to JavaScript as they are stored, or integers that it may round. */
export function isPlainNumber({ field }: PlotColumn): boolean {
  const type: DataType = field.type;
  return Types.isInt(type) || (Types.isFloat(type) && type.precision > 0);
}

type Rows = Pick<PlotSource, "batches">;

export interface CountedBins {
  readonly key: PlotKey;
  /** One for each range with a value in it, in their order. */
  readonly groups: readonly PlotGroup[];
  /** Those without a finite value are among them. */
  readonly rows: number;
  /** Whether finite values are left out, because they are too large to draw. */
  readonly isCut: boolean;
}

/**
 * Counts the finite values of a column of plain numbers in at most `most` ranges.
 * @returns undefined for a column with whole numbers that doubles would round.
 */
export async function countBins(
  source: Rows,
  column: PlotColumn,
  most: number,
): Promise<CountedBins | undefined> {
  const counter = new BinCounter(most, precisionOf(column), greatestOf(column));
  let rows = 0;
  for await (const chunk of readChunks(source, column)) {
    if (hasLongDigits(column) && chunk.values.some((value) => Math.abs(value) >= greatestDivided))
      return undefined;
    rows += chunk.rows;
    counter.add(chunk.values);
  }
  const { width, first, counts } = counter.finish();
  const groups = Array.from(counts, (count, index) => ({
    keys: [first + index],
    rows: count,
    present: count,
    sum: null,
    min: null,
    max: null,
  })).filter((group) => group.rows > 0);
  return { key: numberKey(column, width), groups, rows, isCut: counter.isCut };
}

interface Bins {
  readonly width: BinWidth;
  /** The bin of the first count. */
  readonly first: number;
  readonly counts: Float64Array;
}

/**
 * How wide ranges are to be is known with the last value. Until then values are counted in ranges of a tenth or more of
 * the width so far, of which every later width is a multiple.
 */
class BinCounter {
  readonly #most: number;
  readonly #precision: Precision;
  /** Values beyond it, and those that are not finite, are left out. */
  readonly #greatest: number;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** Values so far, as long as all of them are the same. */
  #same = 0;
  #bins: Bins | undefined;
  #isCut = false;

  constructor(most: number, precision: Precision, greatest: number) {
    this.#most = most;
    this.#precision = precision;
    this.#greatest = greatest;
  }

  /** Whether finite values were left out. */
  get isCut(): boolean {
    return this.#isCut;
  }

  add(all: Numbers): void {
    const counted =
      this.#bins === undefined ? 0 : countUntilOutside(this.#bins, all, this.#min, this.#max, true);
    if (counted < all.length) this.#addWidening(counted === 0 ? all : all.subarray(counted));
  }

  /** Values that may be beyond those so far, which are looked for first. */
  #addWidening(values: Numbers): void {
    const before = this.#min;
    const finite = this.#widen(values);
    if (this.#min >= this.#max) {
      this.#same += finite;
      return;
    }
    const bins = this.#fit(finestOf(this.#chooseWidth()));
    if (this.#bins === undefined && this.#same > 0) addTo(bins, before, this.#same);
    this.#bins = bins;
    countUntilOutside(bins, values, this.#min, this.#max, false);
  }

  finish(): Bins {
    const width = this.#chooseWidth();
    const bins = this.#fit(width);
    if (this.#bins === undefined && this.#same > 0) addTo(bins, this.#min, this.#same);
    return bins;
  }

  /** @returns how many values count. */
  #widen(values: Numbers): number {
    const greatest = this.#greatest;
    let [min, max, left] = [this.#min, this.#max, 0];
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      // Most values are between those before them.
      if (value >= min && value <= max) continue;
      if (!(value <= greatest && value >= -greatest)) {
        left += 1;
        this.#isCut ||= Number.isFinite(value);
        continue;
      }
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.#min = min;
    this.#max = max;
    return values.length - left;
  }

  /** The lowest and the highest value so far; zero without any. */
  #ends(): readonly [min: number, max: number] {
    return this.#min <= this.#max ? [this.#min, this.#max] : [0, 0];
  }

  #chooseWidth(): BinWidth {
    const [min, max] = this.#ends();
    return chooseBinWidth(drawableNumber(min) ?? 0, drawableNumber(max) ?? 0, this.#most, this.#precision);
  }

  /** The counts so far in ranges of a width, with room for all from the lowest to the highest value. */
  #fit(asked: BinWidth): Bins {
    const [min, max] = this.#ends();
    const known = this.#bins;
    const isKnown =
      known !== undefined && stepOf(known.width) === stepOf(asked) && known.width.last === asked.last;
    const width = isKnown ? known.width : asked;
    const [first, last] = [binOf(width, min), binOf(width, max)];
    if (isKnown && known.first <= first && last < known.first + known.counts.length) return known;
    const bins = { width, first, counts: new Float64Array(last - first + 1) };
    for (const [index, count] of known?.counts.entries() ?? []) {
      // The middle of a range is in the same range of the new width as all of it.
      if (count > 0) addTo(bins, binStart(known?.width ?? width, (known?.first ?? 0) + index + 0.5), count);
    }
    return bins;
  }
}

function addTo({ width, first, counts }: Bins, value: number, count: number): void {
  const index = Math.min(counts.length - 1, Math.max(0, binOf(width, value) - first));
  counts[index] = (counts[index] as number) + count;
}

/**
 * Counts the values from `min` to `max`, as `binOf` puts them into ranges, the operator chosen outside the loop.
 * @param isStopping at the first value that is not between them; others are left out else.
 * @returns how many values were looked at.
 */
function countUntilOutside(
  { width, first, counts }: Bins,
  values: Numbers,
  min: number,
  max: number,
  isStopping: boolean,
): number {
  const { operator, factor, slack } = width;
  if (operator === "multiply") {
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if (value >= min && value <= max) {
        const bin = Math.floor(value * factor + slack) - first;
        counts[bin] = (counts[bin] as number) + 1;
      } else if (isStopping) return index;
    }
    return values.length;
  }
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value >= min && value <= max) {
      const bin = Math.floor(value / factor + slack) - first;
      counts[bin] = (counts[bin] as number) + 1;
    } else if (isStopping) return index;
  }
  return values.length;
}

interface Chunk {
  readonly rows: number;
  /** Those that are not null. */
  readonly values: Numbers;
}

async function* readChunks(source: Rows, { field }: PlotColumn): AsyncGenerator<Chunk, void, undefined> {
  const columns = [{ name: field.name, expression: columnNode(field.name) }];
  for await (const batch of source.batches((input) => ({ step: "project", columns, input }))) {
    const data = batch.data.children[0] as Data | undefined;
    if (data !== undefined) yield { rows: batch.numRows, values: readPresent(data) };
  }
}

function readPresent(data: Data): Numbers {
  const values = asNumbers(data);
  if (data.nullCount === 0) return values;
  const present = new Float64Array(data.length - data.nullCount);
  let length = 0;
  for (let row = 0; row < data.length; row++) {
    if (data.getValid(row)) present[length++] = values[row] as number;
  }
  return present;
}

function asNumbers({ values, length }: Data): Numbers {
  if (!(values instanceof BigInt64Array || values instanceof BigUint64Array))
    return values.subarray(0, length);
  const words = new Uint32Array(values.buffer, values.byteOffset, 2 * length);
  const highs =
    values instanceof BigInt64Array ? new Int32Array(words.buffer, words.byteOffset, 2 * length) : words;
  const numbers = new Float64Array(length);
  for (let row = 0; row < length; row++) {
    numbers[row] = (highs[2 * row + 1] as number) * 2 ** 32 + (words[2 * row] as number);
  }
  return numbers;
}
