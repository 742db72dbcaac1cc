/** Rows to be looked at: of blobs that a table describes, a display shows the bytes. */
import { arrow, type Field, type Table, type Vector } from "../../arrow.ts";
import { extensionName, isBlob } from "../../display/arrow/type-name.ts";
import { type BlobStart, blobLimits } from "../../display/cell/blob-start.ts";
import { waitFor } from "../../interrupt.ts";
import type { ShownRows } from "../display/frame-display.ts";
import type { PreparedPlan } from "./prepare.ts";
import type { Run } from "./run.ts";
import { collect } from "./run-plan.ts";
import type { ScanStage } from "./stage.ts";

/** The column of row ids, by which blobs are read. */
const rowIdColumn = "_rowid";

/**
 * All rows of the plan, and the beginnings of the blobs in them. Those are read where rows come from the scan of one table;
 * behind a join, a sort or a group nothing tells the rows of the table, and blobs show their size.
 */
export async function readShown(prepared: PreparedPlan, run: Run): Promise<ShownRows> {
  const { stage, columns } = prepared.root;
  const found =
    stage.stage === "scan" && columns === undefined && run.engine === undefined ? blobColumns(stage) : [];
  if (stage.stage !== "scan" || found.length === 0) {
    return { table: markBlobs(await collect(prepared, run), prepared.fields), blobs: undefined };
  }
  const names = stage.fields.map(({ name }) => name);
  const { columns: read = names } = stage.request;
  const request = { ...stage.request, columns: [...read, rowIdColumn] };
  const rows = await collect({ ...prepared, root: { stage: { ...stage, request } } }, run);
  return { table: rows.select(names), blobs: await readBlobs(stage, found, rows, run) };
}

/** Engines drop what says that a column holds blobs. */
function markBlobs(table: Table, expected: readonly Field[]): Table {
  if (!expected.some(isBlob)) return table;
  const fields = table.schema.fields.map((field, index) => {
    const { metadata } = expected[index] ?? field;
    return new arrow.Field(field.name, field.type, field.nullable, metadata);
  });
  const schema = new arrow.Schema(fields, table.schema.metadata);
  return new arrow.Table(
    schema,
    table.batches.map((batch) => new arrow.RecordBatch(schema, batch.data)),
  );
}

function blobColumns({ fields, table }: ScanStage): readonly string[] {
  if (table.readBlobStarts === undefined) return [];
  const blobs = table.schema.fields.filter((field) => extensionName(field) === "blob.v2");
  const names = blobs.map(({ name }) => name);
  const isFree = fields.every(({ name }) => name !== rowIdColumn);
  return isFree ? names.filter((name) => fields.some((field) => field.name === name)) : [];
}

async function readBlobs(
  { table, scan }: ScanStage,
  columns: readonly string[],
  rows: Table,
  { signal }: Run,
): Promise<ReadonlyMap<string, readonly (BlobStart | null)[]>> {
  const rowIds: readonly bigint[] = [...(rows.getChild(rowIdColumn) ?? [])];
  const blobs = new Map<string, (BlobStart | null)[]>();
  let room = blobLimits.totalBytes;
  for (const column of columns) {
    const within = placesWithin(rows.getChild(column));
    const limits = { ...blobLimits, totalBytes: room };
    const ids = within.map((place) => rowIds[place] ?? 0n);
    const reading = table.readBlobStarts?.(column, ids, limits) ?? Promise.resolve([]);
    const starts = await waitFor(reading, signal, `read ${scan.table}`);
    const all = new Array<BlobStart | null>(rows.numRows).fill(null);
    for (const [index, place] of within.entries()) all[place] = starts[index] ?? null;
    blobs.set(column, all);
    for (const start of starts) if (start?.bytes.length === start?.size) room -= start?.size ?? 0;
  }
  return blobs;
}

/** Rows whose blobs lie in the table. One that lies elsewhere is not opened because somebody looks at a table. */
function placesWithin(column: Vector | null): readonly number[] {
  const places: number[] = [];
  const uris = column?.getChild("blob_uri");
  for (let row = 0; row < (column?.length ?? 0); row++) {
    if (column?.isValid(row) && !uris?.get(row)) places.push(row);
  }
  return places;
}
