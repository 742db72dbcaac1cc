/** All rows of an input, held as values. */
import type { Field, RecordBatch } from "../../../src/arrow.ts";
import { formatCount } from "../../../src/display/text/number-text.ts";
import { DlfLanceError } from "../../../src/errors.ts";
import { buildBatch } from "../../../src/frame/rows/build-data.ts";
import { type Value, valueReader } from "../../../src/frame/rows/values.ts";

export interface Rows {
  readonly fields: readonly Field[];
  /** A list for each field, with a value for each row. */
  readonly columns: readonly Value[][];
  readonly count: number;
}

/** Rows that a step of this engine holds at most. Their values take some hundred bytes each. */
export const mostRows = 5_000_000;

const batchRows = 65_536;

/**
 * @param fields of an input that may deliver no batch.
 * @throws DlfLanceError Unsupported beyond the rows that this engine holds.
 */
export async function collectRows(
  input: AsyncIterable<RecordBatch>,
  fields: readonly Field[],
): Promise<Rows> {
  const columns: Value[][] = fields.map(() => []);
  let count = 0;
  for await (const batch of input) {
    count += batch.numRows;
    refuseTooMany(count);
    for (const [index, field] of fields.entries()) {
      const at = batch.schema.fields.findIndex(({ name }) => name === field.name);
      const read = valueReader(batch.data.children[at] as never);
      const column = columns[index] ?? [];
      for (let row = 0; row < batch.numRows; row++) column.push(read(row));
    }
  }
  return { fields, columns, count };
}

export function refuseTooMany(count: number): void {
  if (count <= mostRows) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot hold more than ${formatCount(mostRows)} rows in the plain engine: filter or select first, ` +
      "or install the SQL engine: npm install @duckdb/node-api@1.5.5-r.5",
  );
}

/** The rows of the positions, in their order, in batches. */
export function* batchesOf(
  fields: readonly Field[],
  columns: readonly (readonly Value[])[],
  positions: readonly number[],
): Generator<RecordBatch, void, undefined> {
  for (let begin = 0; begin < positions.length; begin += batchRows) {
    const part = positions.slice(begin, begin + batchRows);
    const taken = columns.map((column) => part.map((row) => (row < 0 ? null : (column[row] ?? null))));
    yield buildBatch(fields, taken, part.length);
  }
}

/** The positions of so many rows, from the first. */
export function allPositions(count: number): number[] {
  return Array.from({ length: count }, (_, row) => row);
}
