/** The plain engine: does in memory what did not reach the Lance scan. The tests hold the scan against it. */
import { arrow, type RecordBatch } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { LimitStep, Predicate, Step } from "../plan.ts";
import { compileCondition } from "./evaluate.ts";
import { takeRows } from "./take-rows.ts";

/**
 * The batches after all steps, one at a time. It stops reading once a limit is reached.
 * @throws DlfLanceError Unsupported for SQL text and for an exclude that was not resolved.
 */
export function runInMemory(
  batches: AsyncIterable<RecordBatch>,
  steps: readonly Step[],
): AsyncIterable<RecordBatch> {
  return steps.reduce((input, step) => runStep(input, step), batches);
}

function runStep(input: AsyncIterable<RecordBatch>, step: Step): AsyncIterable<RecordBatch> {
  switch (step.step) {
    case "filter":
      return mapBatches(input, (batch) => filterBatch(batch, step.predicates));
    case "project":
      return mapBatches(input, (batch) => selectColumns(batch, step.columns));
    case "limit":
      return limitBatches(input, step);
    case "exclude":
      throw new DlfLanceError(
        "Unsupported",
        `Cannot exclude ${step.columns.join(", ")} in memory: check the plan first.`,
      );
    default:
      return step satisfies never;
  }
}

async function* mapBatches(
  input: AsyncIterable<RecordBatch>,
  change: (batch: RecordBatch) => RecordBatch,
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of input) yield change(batch);
}

function filterBatch(batch: RecordBatch, predicates: readonly Predicate[]): RecordBatch {
  const conditions = predicates.map((predicate) => {
    if (predicate.node !== "sql") return compileCondition(predicate, batch);
    throw new DlfLanceError(
      "Unsupported",
      `Cannot filter by ${JSON.stringify(predicate.text)} in memory: only Lance reads SQL text; write it with col().`,
    );
  });
  const rows: number[] = [];
  for (let row = 0; row < batch.numRows; row++) {
    if (conditions.every((condition) => condition(row) === true)) rows.push(row);
  }
  return rows.length === batch.numRows ? batch : takeRows(batch, rows);
}

function selectColumns(batch: RecordBatch, columns: readonly string[]): RecordBatch {
  const indices = columns.map((column) => batch.schema.fields.findIndex((field) => field.name === column));
  const fields = indices.flatMap((index) => batch.schema.fields[index] ?? []);
  const schema = new arrow.Schema(fields, batch.schema.metadata);
  const children = indices.flatMap((index) => batch.data.children[index] ?? []);
  return new arrow.RecordBatch(
    schema,
    arrow.makeData({ type: new arrow.Struct(fields), length: batch.numRows, nullCount: 0, children }),
  );
}

async function* limitBatches(
  input: AsyncIterable<RecordBatch>,
  { count, offset }: LimitStep,
): AsyncGenerator<RecordBatch, void, undefined> {
  let toSkip = offset;
  let toKeep = count ?? Number.POSITIVE_INFINITY;
  if (toKeep === 0) return;
  for await (const batch of input) {
    const begin = Math.min(toSkip, batch.numRows);
    const end = Math.min(batch.numRows, begin + toKeep);
    toSkip -= begin;
    toKeep -= end - begin;
    if (end > begin) yield end - begin === batch.numRows ? batch : batch.slice(begin, end);
    if (toKeep === 0) return;
  }
}
