/** The keys of a merge as values: which rows have the same, and what the native library sees in another way. */
import { arrow, type DataType, type RecordBatch, type Table, type Vector } from "../../arrow.ts";
import { DlfLanceError, isError, messageOf } from "../../errors.ts";
import { makeTable } from "../../table/arrow/make-table.ts";
import type { LanceTable } from "../../table/native/lance.ts";

type Chunk = Vector["data"][number];

/** How many keys an error names. */
const namedKeys = 3;

/** A key as text, the same for equal keys: 0 and -0 are, and NaN is NaN. Undefined with a null, which equals nothing. */
function readKey(columns: readonly Chunk[], row: number): string | undefined {
  const values: unknown[] = [];
  for (const column of columns) {
    if (!column.getValid(row)) return undefined;
    values.push(readValue(column, row));
  }
  return JSON.stringify(values);
}

function readValue(column: Chunk, row: number): string {
  const { DataType } = arrow;
  const { type } = column;
  if (isFixedWidth(type)) {
    const value = column.values[row] as number | bigint;
    return String(value === 0 ? 0 : value);
  }
  const value: unknown = new arrow.Vector([column]).get(row);
  if (value instanceof Uint8Array && !DataType.isDecimal(type)) return Buffer.from(value).toString("hex");
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Types of which a value is one number of the buffer. */
function isFixedWidth(type: DataType): boolean {
  const { DataType } = arrow;
  if (DataType.isFloat(type)) return type.precision !== arrow.Precision.HALF;
  return [DataType.isInt, DataType.isTimestamp, DataType.isDate, DataType.isTime, DataType.isDuration].some(
    (is) => is.call(DataType, type),
  );
}

/** Every key of the rows, with the row's number in the whole. */
function* readKeys(table: Table, keys: readonly string[]): Generator<{ key: string; row: number }> {
  let first = 0;
  for (const batch of table.batches) {
    const columns = chunksOf(batch, keys);
    for (let row = 0; row < batch.numRows; row++) {
      const key = readKey(columns, row);
      if (key !== undefined) yield { key, row: first + row };
    }
    first += batch.numRows;
  }
}

/**
 * The keys of the rows that are merged.
 * @throws DlfLanceError InvalidInput for two rows of one key: the native library inserts both
 */
export function collectKeys(
  tables: readonly Table[],
  keys: readonly string[],
  action: string,
): ReadonlySet<string> {
  const seen = new Map<string, number>();
  let first = 0;
  for (const table of tables) {
    const missing = keys.find((name) => table.getChild(name) === null);
    if (missing !== undefined) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${action}: the data have no column ${missing}, which is the key; add it, or name another key`,
      );
    }
    for (const { key, row } of readKeys(table, keys)) {
      const before = seen.get(key);
      if (before !== undefined) {
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot ${action}: rows ${before + 1} and ${first + row + 1} of the data have the same key, ` +
            `${describeKey(keys, key)}; give one row for each key`,
        );
      }
      seen.set(key, first + row);
    }
    first += table.numRows;
  }
  return new Set(seen.keys());
}

/**
 * The rows with zeros in their keys signed as the table's rows of the same key have them: to the native library 0 and -0
 * are two keys.
 */
export async function adoptZeros(handle: LanceTable, table: Table, keys: readonly string[]): Promise<Table> {
  const floats = keys.filter((name) => {
    const vector = table.getChild(name);
    return vector !== null && isFloat(vector.type) && vector.data.some(holdsZero);
  });
  if (floats.length === 0) return table;
  const signs = new Map<string, readonly boolean[]>();
  const filter = floats.map((name) => `\`${name}\` = 0.0`).join(" OR ");
  for await (const batch of handle.scan({ columns: [...keys], filter })) {
    const columns = chunksOf(batch, keys);
    for (let row = 0; row < batch.numRows; row++) {
      const key = readKey(columns, row);
      if (key === undefined || signs.has(key)) continue;
      signs.set(
        key,
        chunksOf(batch, floats).map(({ values }) => Object.is(values[row], -0)),
      );
    }
  }
  return signs.size === 0 ? table : signZeros(table, keys, floats, signs);
}

function signZeros(
  table: Table,
  keys: readonly string[],
  floats: readonly string[],
  signs: ReadonlyMap<string, readonly boolean[]>,
): Table {
  const signed = floats.map((): Chunk[] => []);
  for (const batch of table.batches) {
    const columns = chunksOf(batch, keys);
    const found = Array.from({ length: batch.numRows }, (_, row) => signs.get(readKey(columns, row) ?? ""));
    for (const [index, column] of chunksOf(batch, floats).entries()) {
      const values = column.values.slice(0, batch.numRows);
      found.forEach((negative, row) => {
        if (negative !== undefined && values[row] === 0) values[row] = negative[index] ? -0 : 0;
      });
      const { type, offset, length, nullCount, nullBitmap } = column;
      const buffers = [undefined, values, nullBitmap] as never;
      signed[index]?.push(new arrow.Data(type, offset, length, nullCount, buffers));
    }
  }
  const vectors = table.schema.fields.map(({ name }) => {
    const index = floats.indexOf(name);
    return index < 0 ? (table.getChild(name) as Vector) : new arrow.Vector(signed[index] ?? []);
  });
  return makeTable(table.schema, vectors);
}

function chunksOf(batch: RecordBatch, names: readonly string[]): Chunk[] {
  return names.map((name) => batch.getChild(name)?.data[0] as Chunk);
}

function isFloat(type: DataType): boolean {
  return arrow.DataType.isFloat(type) && isFixedWidth(type);
}

function holdsZero({ values, length }: Chunk): boolean {
  for (let row = 0; row < length; row++) if (values[row] === 0) return true;
  return false;
}

/**
 * Looks, after a merge that others' commits came between, whether a key that it wrote exists more than once.
 * @throws DlfLanceError ConcurrentModification naming such keys; where the look itself fails, its code, in words that say that
 *   the merge is done
 */
export async function refuseDuplicates(
  handle: LanceTable,
  merged: ReadonlySet<string>,
  keys: readonly string[],
  action: string,
  version: number,
): Promise<void> {
  const twice = await findDuplicates(handle, merged, keys).catch((error: unknown) => {
    throw tellUnchecked(error, action, version);
  });
  if (twice.size === 0) return;
  const named = [...twice].slice(0, namedKeys).map((key) => describeKey(keys, key));
  const more = twice.size > namedKeys ? ` and ${twice.size - namedKeys} more` : "";
  throw new DlfLanceError(
    "ConcurrentModification",
    `Cannot ${action} without a duplicate: another writer inserted the same keys meanwhile, and since version ${version} ` +
      `there are two rows or more of ${named.join("; ")}${more}; delete() the rows of these keys and merge them again`,
  );
}

async function findDuplicates(
  handle: LanceTable,
  merged: ReadonlySet<string>,
  keys: readonly string[],
): Promise<ReadonlySet<string>> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for await (const batch of handle.scan({ columns: [...keys] })) {
    for (const { key } of readKeys(new arrow.Table([batch]), keys)) {
      if (!merged.has(key)) continue;
      if (seen.has(key)) twice.add(key);
      seen.add(key);
    }
  }
  return twice;
}

/** The commit is made, whatever came of the look at the table. */
function tellUnchecked(error: unknown, action: string, version: number): DlfLanceError {
  const reason = messageOf(error);
  return new DlfLanceError(
    isError(error) ? error.code : "Internal",
    `Cannot tell whether "${action}" left duplicates: it is done, as version ${version}, and another writer committed ` +
      `meanwhile; do not repeat it, but look for keys that exist twice. What failed: ${reason}`,
  );
}

function describeKey(keys: readonly string[], key: string): string {
  const values = JSON.parse(key) as readonly string[];
  return keys.map((name, index) => `${name} = ${values[index]}`).join(", ");
}
