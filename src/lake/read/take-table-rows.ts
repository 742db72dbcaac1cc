/** Rows by their place: read by random access, which costs by the row and not by the table. */
import { arrow, type RecordBatch, type Table } from "../../arrow.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { describeValue } from "../../check-options.ts";
import { countOf } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { takeRows } from "../../frame/rows/take-rows.ts";
import { currentInterruptSignal } from "../../interrupt.ts";
import { createRandom } from "../../random.ts";
import { asList } from "../../table/columns/value-class.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import { rowIdColumn } from "../../table/native/table-rows.ts";
import type { VersionReference } from "../../table/native/table-versions.ts";
import { findColumn } from "../edit/edit-rows.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { checkReference } from "./table-history.ts";

/** Options of a table's `take`. */
export interface TakeOptions {
  /** The columns to read; all when left out. */
  readonly columns?: readonly string[];
  /** The version to read; the newest when left out. */
  readonly at?: VersionReference;
  /** Ends the work with the error `Interrupted`. In our kernel, by default, the interruption of the cell. */
  readonly signal?: AbortSignal;
}

/** Options of a table's `sample`. */
export interface SampleOptions extends TakeOptions {
  /** The same seed takes the same rows of the same version; a random one when left out. */
  readonly seed?: number;
}

/** Rows that are asked for in one native call. */
const offsetsAtOnce = 65_536;

/** The rows at these positions, in this order. A position that is given twice returns its row twice. */
export function takeTableRows(
  storage: LakeStorage,
  id: TableId,
  offsets: readonly number[],
  options: TakeOptions,
): Promise<Table> {
  const table = formatTableId(id);
  checkPlaces(offsets, `take rows of ${table}`);
  return storage.withSnapshot(id, checkVersion(options.at, `take rows of ${table}`), (handle) =>
    takeChecked(handle, table, offsets, options),
  );
}

/** Rows chosen at random, each at most once, in the table's order. All rows when there are no more than asked for. */
export function sampleTableRows(
  storage: LakeStorage,
  id: TableId,
  count: number,
  { seed = Math.floor(Math.random() * 2 ** 32), ...options }: SampleOptions,
): Promise<Table> {
  const table = formatTableId(id);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot sample rows of ${table}: ${describeValue(count)} is not a number of rows; pass a whole number from 0 on`,
    );
  }
  return storage.withSnapshot(id, checkVersion(options.at, `sample rows of ${table}`), async (handle) => {
    const rows = await handle.countRows();
    return takeChecked(handle, table, chooseOffsets(rows, Math.min(count, rows), seed), options);
  });
}

/** The bytes in a blob column, for the rows at these places, in this order. */
export function fetchTableBlobs(
  storage: LakeStorage,
  id: TableId,
  column: string,
  offsets: readonly number[],
  options: TakeOptions,
): Promise<(Uint8Array | null)[]> {
  const action = `fetch blobs of ${formatTableId(id)}`;
  checkPlaces(offsets, action);
  return storage.withSnapshot(id, checkVersion(options.at, action), async (handle) => {
    const field = findColumn(await handle.schema(), column, action);
    const blobColumns = await handle.rows.blobColumns();
    if (!blobColumns.includes(column)) {
      const isLegacy = field.metadata.get("lance-encoding:blob") === "true";
      throw new DlfLanceError(
        "Unsupported",
        isLegacy
          ? `Cannot ${action}: column ${column} holds blobs of the older kind, of which only PyLance's take_blobs ` +
              "reads the bytes; write the column again as blobs of version 2, or as binary"
          : `Cannot ${action}: column ${column} holds no blobs; ` +
              (blobColumns.length === 0 ? "no column does" : `these do: ${blobColumns.join(", ")}`),
      );
    }
    const places = distinct(offsets);
    await checkOffsets(handle, formatTableId(id), offsets);
    const ids = new Map<number, bigint>();
    for await (const batch of readPlaces(handle, places, {
      columns: [],
      withRowId: true,
      ...pickSignal(options),
    })) {
      for (const rowId of batch.getChild(rowIdColumn) ?? []) {
        ids.set(places[ids.size] ?? Number.NaN, BigInt(rowId));
      }
    }
    const blobs = await handle.rows.fetchBlobs(
      column,
      offsets.map((offset) => ids.get(offset) ?? 0n),
    );
    return blobs;
  });
}

async function takeChecked(
  handle: LanceTable,
  table: string,
  offsets: readonly number[],
  options: TakeOptions,
): Promise<Table> {
  await checkOffsets(handle, table, offsets);
  const schema = await handle.schema();
  const { columns = schema.fields.map((field) => field.name) } = options;
  const fields = columns.map((column) => findColumn(schema, column, `take rows of ${table}`));
  const batches: RecordBatch[] = [];
  for (let begin = 0; begin < offsets.length; begin += offsetsAtOnce) {
    const part = offsets.slice(begin, begin + offsetsAtOnce);
    const places = distinct(part);
    const read: RecordBatch[] = [];
    for await (const batch of readPlaces(handle, places, { columns, ...pickSignal(options) }))
      read.push(batch);
    batches.push(...arrange(read, places, part, table));
  }
  return batches.length === 0 ? new arrow.Table(new arrow.Schema(fields)) : new arrow.Table(batches);
}

function pickSignal({ signal = currentInterruptSignal() }: TakeOptions): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

function readPlaces(
  handle: LanceTable,
  places: readonly number[],
  request: Parameters<LanceTable["rows"]["take"]>[1],
): AsyncIterable<RecordBatch> {
  return handle.rows.take(places, request);
}

function distinct(offsets: readonly number[]): number[] {
  return [...new Set(offsets)].sort((a, b) => a - b);
}

/** A version that an option names; undefined for the newest. */
export function checkVersion(
  version: VersionReference | undefined,
  action: string,
): VersionReference | undefined {
  return version === undefined ? undefined : checkReference(version, action);
}

function checkPlaces(offsets: readonly number[], action: string): void {
  if (asList(offsets) !== undefined) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: the places are ${describeValue(offsets)}; pass a list of whole numbers from 0 on, such as [0, 5]`,
  );
}

async function checkOffsets(handle: LanceTable, table: string, offsets: readonly number[]): Promise<void> {
  const wrong = Array.from(offsets).findIndex((offset) => !Number.isSafeInteger(offset) || offset < 0);
  if (wrong >= 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot take rows of ${table}: ${describeValue(offsets[wrong])} is not the place of a row; places are whole numbers from 0 on`,
    );
  }
  const highest = offsets.reduce((most, offset) => Math.max(most, offset), -1);
  if (highest < 0) return;
  const rows = await handle.countRows();
  if (highest < rows) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot take row ${highest} of ${table}: it has ${countOf(rows, "row")}, numbered from 0`,
  );
}

/** Rows read in the order of `places`, in the order asked for: as many batches as there are changes between those read. */
function arrange(
  read: readonly RecordBatch[],
  places: readonly number[],
  asked: readonly number[],
  table: string,
): RecordBatch[] {
  if (read.reduce((rows, batch) => rows + batch.numRows, 0) !== places.length) {
    throw new DlfLanceError(
      "ConcurrentModification",
      `Cannot take rows of ${table}: rows were deleted meanwhile; take them again, or at one version`,
    );
  }
  const batchOf: number[] = [];
  const rowOf: number[] = [];
  for (const [index, batch] of read.entries()) {
    for (let row = 0; row < batch.numRows; row++) {
      batchOf.push(index);
      rowOf.push(row);
    }
  }
  const positions = new Map(places.map((place, position) => [place, position]));
  const arranged: RecordBatch[] = [];
  let current = -1;
  let rows: number[] = [];
  const flush = () => {
    const batch = read[current];
    if (batch !== undefined && rows.length > 0) arranged.push(takeRows(batch, rows));
    rows = [];
  };
  for (const place of asked) {
    const position = positions.get(place) ?? 0;
    if (batchOf[position] !== current) {
      flush();
      current = batchOf[position] ?? -1;
    }
    rows.push(rowOf[position] ?? 0);
  }
  flush();
  return arranged;
}

/** `count` different numbers below `rows`, in order, by Floyd's algorithm. */
function chooseOffsets(rows: number, count: number, seed: number): number[] {
  const random = createRandom(seed);
  const chosen = new Set<number>();
  for (let last = rows - count; last < rows; last++) {
    const candidate = Math.floor(random() * (last + 1));
    chosen.add(chosen.has(candidate) ? last : candidate);
  }
  return [...chosen].sort((a, b) => a - b);
}
