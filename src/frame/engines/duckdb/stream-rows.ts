/**
 * Steps that look at a row alone, batch by batch. A statement takes only the columns that its expressions read, and gives
 * back only what it computes; every other column stays as it is, and is picked by row numbers where rows are left out.
 */
import { arrow, type Field, type RecordBatch } from "../../../arrow.ts";
import { gatherData } from "../../rows/gather.ts";
import type { Database } from "./database.ts";
import { type RowStatement, type RowStep, writeRowStatement } from "./row-statement.ts";
import { type SharedRows, shareRows, takeFailure } from "./rows-function.ts";
import { conformData } from "./vectors/conform.ts";
import type { Data } from "./vectors/write-vector.ts";
import { Worker, type WorkOptions } from "./worker.ts";

/** Batches without rows are not passed on. */
type RunRowSteps = (
  open: () => Promise<Database>,
  input: AsyncIterable<RecordBatch>,
  options: WorkOptions,
) => AsyncGenerator<RecordBatch, void, undefined>;

export interface RowSteps {
  /** Of the result. */
  readonly fields: readonly Field[];
  readonly run: RunRowSteps;
}

/**
 * @param input of the rows that come.
 * @param steps from the lowest to the highest.
 * @throws DlfLanceError Unsupported for a computation with a type that DuckDB does not have.
 */
export function compileRowSteps(input: readonly Field[], steps: readonly RowStep[]): RowSteps {
  const statement = writeRowStatement(input, steps);
  return {
    fields: statement.fields,
    run: (open, rows, options) => evaluateRows(open, rows, statement, options),
  };
}

async function* evaluateRows(
  open: () => Promise<Database>,
  input: AsyncIterable<RecordBatch>,
  statement: RowStatement,
  options: WorkOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { sql, columns, isFiltered } = statement;
  if (sql === undefined) {
    for await (const batch of input)
      if (batch.numRows > 0) yield pickColumns(batch, statement, undefined, []);
    return;
  }
  const rows: SharedRows = { columns, batches: [] };
  const shared = shareRows(rows);
  const worker = await Worker.take(await open(), { ...options, failure: () => takeFailure(rows) });
  try {
    const text = sql(shared.sql);
    for await (const batch of input) {
      if (batch.numRows === 0) continue;
      rows.batches = [batch];
      const computed = await worker.runWhole(text);
      if (computed.numRows === 0) continue;
      const children = computed.data.children as readonly Data[];
      const numbers =
        isFiltered && computed.numRows < batch.numRows ? (children[0]?.values as Int32Array) : undefined;
      yield pickColumns(batch, statement, numbers, isFiltered ? children.slice(1) : children);
    }
  } finally {
    rows.batches = [];
    shared.withdraw();
    worker.release();
  }
}

/** @param rows the rows that stay; all when undefined. */
function pickColumns(
  batch: RecordBatch,
  { origins, fields: result }: RowStatement,
  rows: Int32Array | undefined,
  computed: readonly Data[],
): RecordBatch {
  const places = new Map(batch.schema.fields.map(({ name }, index) => [name, index]));
  const fields: Field[] = [];
  const children = origins.map((origin, index): Data => {
    const field = result[index] as Field;
    if ("computed" in origin) {
      fields.push(field);
      return conformData(computed[origin.computed] as Data, field.type, field.name);
    }
    const data = batch.data.children[places.get(origin.source) as number] as Data;
    fields.push(deliveredField(field, data));
    return rows === undefined ? data : gatherData(data, rows);
  });
  const length = rows?.length ?? batch.numRows;
  const schema = new arrow.Schema(fields);
  return new arrow.RecordBatch(
    schema,
    new arrow.Data(new arrow.Struct(schema.fields), 0, length, 0, undefined, children as never),
  );
}

/** Lance delivers JSON as text although it announces it as bytes; so a column's own type counts. */
function deliveredField(field: Field, { type }: Data): Field {
  return type.typeId === field.type.typeId ? field : new arrow.Field(field.name, type, true, field.metadata);
}
