/** Steps that look at one batch at a time. */
import { arrow, type Field, type RecordBatch } from "../../../src/arrow.ts";
import { DlfLanceError } from "../../../src/errors.ts";
import type { ExplodePlan, Predicate, ProjectPlan, UnpivotPlan } from "../../../src/frame/plan/plan.ts";
import { buildData, wrapData } from "../../../src/frame/rows/build-data.ts";
import { takeRows } from "../../../src/frame/rows/take-rows.ts";
import { type ArrowData, columnData, type Value, valueReader } from "../../../src/frame/rows/values.ts";
import { valueKey } from "./compare.ts";
import { compileExpression } from "./evaluate.ts";

export function filterBatch(batch: RecordBatch, predicates: readonly Predicate[]): RecordBatch {
  const conditions = predicates.map((predicate) => {
    if (predicate.node !== "sql") return compileExpression(predicate, batch);
    throw new DlfLanceError(
      "Unsupported",
      `Cannot filter by ${JSON.stringify(predicate.text)} in memory: only Lance reads SQL text; write it with col().`,
    );
  });
  return keepRows(batch, (row) => conditions.every((condition) => condition(row) === true));
}

export function keepRows(batch: RecordBatch, isKept: (row: number) => boolean): RecordBatch {
  const rows: number[] = [];
  for (let row = 0; row < batch.numRows; row++) if (isKept(row)) rows.push(row);
  return rows.length === batch.numRows ? batch : takeRows(batch, rows);
}

/** A column as it is shares its data with the batch; any other is computed. */
export function projectBatch(
  batch: RecordBatch,
  { columns }: ProjectPlan,
  fields: readonly Field[],
): RecordBatch {
  const children = columns.map(({ expression }, index) => {
    if (expression.node === "column") return columnData(batch, expression.name);
    const read = compileExpression(expression, batch);
    const values = Array.from({ length: batch.numRows }, (_, row) => read(row));
    return buildData((fields[index] as Field).type, values);
  });
  return wrapData(deliveredFields(fields, children), children, batch.numRows);
}

/** Lance delivers JSON as text although it announces it as bytes; so a column's own type counts. */
function deliveredFields(fields: readonly Field[], children: readonly ArrowData[]): Field[] {
  return fields.map((field, index) => {
    const type = children[index]?.type ?? field.type;
    return type.typeId === field.type.typeId
      ? field
      : new arrow.Field(field.name, type, true, field.metadata);
  });
}

/** @param seen keys of earlier rows; it takes those of the batch. */
export function distinctBatch(
  batch: RecordBatch,
  columns: readonly string[],
  seen: Set<string>,
): RecordBatch {
  const reads = columns.map((column) => valueReader(columnData(batch, column)));
  return keepRows(batch, (row) => {
    const key = reads.map((read) => valueKey(read(row))).join(",");
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export function explodeBatch(
  batch: RecordBatch,
  { column }: ExplodePlan,
  fields: readonly Field[],
): RecordBatch {
  const read = valueReader(columnData(batch, column));
  const rows: number[] = [];
  const items: Value[] = [];
  for (let row = 0; row < batch.numRows; row++) {
    const list = (read(row) as readonly Value[] | null) ?? [];
    for (const item of list.length === 0 ? [null] : list) {
      rows.push(row);
      items.push(item);
    }
  }
  const taken = takeRows(batch, rows);
  const children = fields.map((field) =>
    field.name === column ? buildData(field.type, items) : columnData(taken, field.name),
  );
  return wrapData(fields, children, rows.length);
}

export function unpivotBatch(batch: RecordBatch, plan: UnpivotPlan, fields: readonly Field[]): RecordBatch {
  const count = batch.numRows * plan.columns.length;
  const rows = Array.from({ length: count }, (_, index) => Math.floor(index / plan.columns.length));
  const taken = takeRows(batch, rows);
  const reads = plan.columns.map((column) => valueReader(columnData(batch, column)));
  const names = rows.map((_, index) => plan.columns[index % reads.length] ?? null);
  const values = rows.map((row, index) => reads[index % reads.length]?.(row) ?? null);
  const [nameField, valueField] = fields.slice(-2) as [Field, Field];
  return wrapData(
    fields,
    [
      ...plan.keys.map((key) => columnData(taken, key)),
      buildData(nameField.type, names),
      buildData(valueField.type, values),
    ],
    count,
  );
}
