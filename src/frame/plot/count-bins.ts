/** Histograms of plain numbers: their column is read once and held as it came, unless it is very large. */
import { type DataType, Types, type Vector } from "../../arrow.ts";
import { drawableNumber } from "../../chart/axis-values.ts";
import { type BinWidth, binOf, chooseBinWidth } from "./number-bins.ts";
import type { PlotGroup } from "./plot-groups.ts";
import { greatestOf, numberKey, type PlotKey } from "./plot-key.ts";
import type { PlotColumn, PlotSource } from "./plot-source.ts";
import { columnNode } from "./reduction.ts";

type Data = Vector["data"][number];
type Numbers = Exclude<NodeJS.TypedArray, BigInt64Array | BigUint64Array>;

/** Bytes held from the search for the ends to the count; what is more is read a second time. */
const defaultHeldBytes = 128 * 2 ** 20;

/** Whether the values are numbers to JavaScript as they are stored, or integers that it may round. */
export function isPlainNumber({ field }: PlotColumn): boolean {
  const type: DataType = field.type;
  return Types.isInt(type) || (Types.isFloat(type) && type.precision > 0);
}

export interface CountedBins {
  readonly key: PlotKey;
  /** One for each range with a value in it, in their order. */
  readonly groups: readonly PlotGroup[];
  /** Those without a finite value are among them. */
  readonly rows: number;
}

/** Counts the finite values of a column of plain numbers in at most `most` ranges. */
export async function countBins(
  source: PlotSource,
  column: PlotColumn,
  most: number,
  heldBytes = defaultHeldBytes,
): Promise<CountedBins> {
  const greatest = greatestOf(column);
  const ends: Ends = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  const held: Numbers[] = [];
  let bytes = 0;
  let rows = 0;
  for await (const chunk of readChunks(source, column)) {
    rows += chunk.rows;
    bytes += chunk.values.byteLength;
    widen(ends, chunk.values, greatest);
    if (bytes <= heldBytes) held.push(chunk.values);
    else held.length = 0;
  }
  const { min, max } = ends.min <= ends.max ? ends : { min: 0, max: 0 };
  const isWhole = Types.isInt(column.field.type);
  const width = chooseBinWidth(drawableNumber(min) ?? 0, drawableNumber(max) ?? 0, most, isWhole);
  const first = binOf(width, min);
  const counts = new Float64Array(binOf(width, max) - first + 1);
  if (bytes <= heldBytes) for (const values of held) countValues(counts, values, width, first, greatest);
  else {
    rows = 0;
    for await (const chunk of readChunks(source, column)) {
      rows += chunk.rows;
      countValues(counts, chunk.values, width, first, greatest);
    }
  }
  const groups = Array.from(counts, (count, index) => ({
    keys: [first + index],
    rows: count,
    present: count,
    sum: null,
    min: null,
    max: null,
  })).filter((group) => group.rows > 0);
  return { key: numberKey(column, width), groups, rows };
}

interface Ends {
  min: number;
  max: number;
}

/** Of the values that are finite and not beyond `greatest`. */
function widen(ends: Ends, values: Numbers, greatest: number): void {
  let { min, max } = ends;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!(Math.abs(value) <= greatest)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  ends.min = min;
  ends.max = max;
}

/** As `binOf` puts values into ranges, the operator chosen outside the loop. */
function countValues(
  counts: Float64Array,
  values: Numbers,
  { operator, factor }: BinWidth,
  first: number,
  greatest: number,
): void {
  const add = (bin: number) => {
    counts[bin - first] = (counts[bin - first] as number) + 1;
  };
  if (operator === "multiply") {
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if (Math.abs(value) <= greatest) add(Math.floor(value * factor));
    }
    return;
  }
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (Math.abs(value) <= greatest) add(Math.floor(value / factor));
  }
}

interface Chunk {
  readonly rows: number;
  /** Those that are not null. */
  readonly values: Numbers;
}

async function* readChunks(
  source: PlotSource,
  { field }: PlotColumn,
): AsyncGenerator<Chunk, void, undefined> {
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
