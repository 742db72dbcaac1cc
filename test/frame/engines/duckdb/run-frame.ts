/** Frames over rows of the program, checked and run by DuckDB alone. */
import type { RecordBatch, Table } from "../../../../src/arrow.ts";
import { checkPlan } from "../../../../src/frame/check/check-plan.ts";
import { compileSteps, type StepsRun } from "../../../../src/frame/engines/duckdb/compile-steps.ts";
import { sqlReader } from "../../../../src/frame/engines/duckdb/statements/sql-reader.ts";
import type { Frame } from "../../../../src/frame/frame.ts";

const plenty = 4e9;

/** @param batchRows how many rows come at a time. */
export async function runInDuckDb(
  frame: Pick<Frame, "plan" | "context">,
  batchRows: number,
  options: Partial<StepsRun> = {},
): Promise<RecordBatch[]> {
  const find = (name: string): Table => frame.context.rows.get(name) as Table;
  const { plan } = await checkPlan(frame.plan, {
    scan: () => Promise.reject(new Error("no tables here")),
    input: (name) => find(name).schema,
    sql: () => Promise.reject(new Error("no SQL here")),
    readText: sqlReader.expression,
  });
  async function* rows(name: string) {
    for (const batch of find(name).batches) {
      for (let row = 0; row < batch.numRows; row += batchRows) yield batch.slice(row, row + batchRows);
    }
  }
  const steps = compileSteps(plan, { fields: (name) => find(name).schema.fields });
  const batches: RecordBatch[] = [];
  const work = { action: "run the plan" };
  for await (const batch of steps.run({ rows, work, memoryLimit: plenty, isOwnLimit: false, ...options }))
    batches.push(batch);
  return batches;
}
