/** What the first expression of a process would wait for: the library, the database, and a statement over rows. */
import { arrow } from "../../../arrow.ts";
import { sharedDatabase } from "./database.ts";
import { compileRowSteps } from "./stream-rows.ts";

export async function warmUp(): Promise<void> {
  const rows = arrow.tableFromArrays({ x: new Float64Array(1) });
  const x = { node: "column", name: "x" } as const;
  const steps = compileRowSteps(rows.schema.fields, [
    {
      step: "project",
      columns: [{ name: "x", expression: { node: "not", operand: { node: "isNull", operand: x } } }],
    },
  ]);
  async function* batches() {
    yield* rows.batches;
  }
  for await (const _ of steps.run(sharedDatabase, batches(), { action: "warm up DuckDB", isOurs: true }));
}
