/**
 * Steps that look at a row alone, batch by batch. A statement takes only the columns that its expressions read, and gives
 * back only what it computes; every other column stays as it is, and is picked by row numbers where rows are left out.
 */
import { arrow, type Field, type RecordBatch } from "../../../arrow.ts";
import type { ExpressionNode, NamedExpression } from "../../expression/expression-node.ts";
import { columnsOf } from "../../expression/expression-parts.ts";
import { expressionSql, type Scope } from "../../functions/expression-sql.ts";
import { finder } from "../../plan/columns.ts";
import { gatherData } from "../../rows/gather.ts";
import type { Database } from "./database.ts";
import {
  numberedColumns,
  rowNumberColumn,
  type SharedRows,
  shareRows,
  takeFailure,
} from "./rows-function.ts";
import { conformData } from "./vectors/conform.ts";
import type { Data } from "./vectors/write-vector.ts";
import { Worker, type WorkOptions } from "./worker.ts";

/** What is done with the rows of a batch. */
export interface RowWork {
  /** Of the rows that come. */
  readonly fields: readonly Field[];
  /** Rows stay for which all of them are true. */
  readonly conditions: readonly ExpressionNode[];
  /** What the result has, in this order; a column as it is is not computed. */
  readonly columns: readonly NamedExpression[];
  /** Of the result. */
  readonly result: readonly Field[];
}

/** Batches without rows are not passed on. */
type RunRowWork = (
  open: () => Promise<Database>,
  input: AsyncIterable<RecordBatch>,
  options: WorkOptions,
) => AsyncGenerator<RecordBatch, void, undefined>;

/** @throws DlfLanceError Unsupported for a computation with a type that DuckDB does not have. */
export function compileRowWork(work: RowWork): RunRowWork {
  const evaluation = writeEvaluation(work);
  if (evaluation !== undefined)
    return (open, input, options) => evaluateRows(open, input, work, evaluation, options);
  return async function* passRows(_, input) {
    for await (const batch of input) if (batch.numRows > 0) yield pickColumns(batch, work, undefined, []);
  };
}

async function* evaluateRows(
  open: () => Promise<Database>,
  input: AsyncIterable<RecordBatch>,
  work: RowWork,
  { sql, columns }: Evaluation,
  options: WorkOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const isFiltered = work.conditions.length > 0;
  const rows: SharedRows = { columns, batches: [] };
  const shared = shareRows(rows);
  const worker = await Worker.take(await open(), { ...options, failure: () => takeFailure(rows) });
  try {
    const statement = await worker.prepare(sql(shared.sql));
    for await (const batch of input) {
      if (batch.numRows === 0) continue;
      rows.batches = [batch];
      const computed = await worker.runPrepared(statement);
      if (computed.numRows === 0) continue;
      const children = computed.data.children as readonly Data[];
      const numbers =
        isFiltered && computed.numRows < batch.numRows ? (children[0]?.values as Int32Array) : undefined;
      yield pickColumns(batch, work, numbers, isFiltered ? children.slice(1) : children);
    }
  } finally {
    rows.batches = [];
    shared.withdraw();
    worker.release();
  }
}

interface Evaluation {
  readonly sql: (source: string) => string;
  readonly columns: SharedRows["columns"];
}

/** The statement for a batch; undefined where nothing is computed. */
function writeEvaluation({ fields, conditions, columns }: RowWork): Evaluation | undefined {
  const computed = columns.filter(isComputed);
  if (conditions.length === 0 && computed.length === 0) return undefined;
  const read = new Set(
    [...conditions, ...computed.map(({ expression }) => expression)].flatMap((node) => [...columnsOf(node)]),
  );
  const readFields = fields.filter(({ name }) => read.has(name));
  const shared = [...numberedColumns(readFields), rowNumberColumn];
  const places = new Map(readFields.map(({ name }, index) => [name, `c${index}`]));
  const find = finder(fields, { step: "input", name: "the rows" });
  const scope: Scope = { field: find, sql: (column) => places.get(column) as string };
  const selected = [
    ...(conditions.length > 0 ? ["rn"] : []),
    ...computed.map(({ expression }, index) => `${expressionSql(expression, scope)} AS e${index}`),
  ];
  const where =
    conditions.length === 0
      ? ""
      : ` WHERE ${conditions.map((node) => expressionSql(node, scope)).join(" AND ")}`;
  return {
    sql: (source) => `SELECT ${selected.join(", ")} FROM ${source}${where}`,
    columns: shared,
  };
}

function isComputed({ expression }: NamedExpression): boolean {
  return expression.node !== "column";
}

/** @param rows the rows that stay; all when undefined. @param computed in the order of the computed columns. */
function pickColumns(
  batch: RecordBatch,
  { columns, result }: RowWork,
  rows: Int32Array | undefined,
  computed: readonly Data[],
): RecordBatch {
  const places = new Map(batch.schema.fields.map(({ name }, index) => [name, index]));
  let next = 0;
  const fields: Field[] = [];
  const children = columns.map(({ name, expression }, index): Data => {
    const field = result[index] as Field;
    if (expression.node !== "column") {
      fields.push(field);
      return conformData(computed[next++] as Data, field.type, name);
    }
    const data = batch.data.children[places.get(expression.name) as number] as Data;
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
