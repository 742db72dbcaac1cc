/** The engine of joins, sorts and SQL: DuckDB over the columns that a plan reads. */
import { arrow } from "../../../arrow.ts";
import { isError } from "../../../errors.ts";
import { inputsOf, type Plan } from "../../plan/plan.ts";
import { streams } from "../../plan/streams.ts";
import type { Engine, EngineInputs, EngineOptions, InputShape, InputShapes, SqlReader } from "../engine.ts";
import { Abstention } from "./abstention.ts";
import { hasDuckDb } from "./duckdb.ts";
import { createPlanJob, type PlanJob } from "./plan-job.ts";
import { describeJob, findReads, runJob } from "./run-sql.ts";
import { parseStatement } from "./statement.ts";
import { statementConditions } from "./statement-conditions.ts";
import { checkResult, createStatementJob } from "./statement-job.ts";

/** What it costs to begin, and a row of a step, in the measure of the plain engine. */
const costToBegin = 60_000;
const costOfRow = 0.5;

export const sqlEngine: Engine = {
  name: "sql",
  prepare(plan, shapes) {
    if (!hasDuckDb())
      return { reasons: ["DuckDB is not installed (npm install @duckdb/node-api@1.5.5-r.5)"] };
    try {
      const job = createPlanJob(plan, shapes);
      return { cost: costOf(plan, shapes), run: (inputs, options) => runPlan(job, inputs, options) };
    } catch (error) {
      if (error instanceof Abstention || isError(error, "Unsupported")) return { reasons: [error.message] };
      throw error;
    }
  },
};

/** Such rows pass through the plain engine as they come, and a limit ends the scan. */
function costOf(plan: Plan, shapes: InputShapes): number {
  if (streams(plan)) return Number.MAX_SAFE_INTEGER;
  const rows = [...shapes.values()].reduce((sum, input) => sum + (input.rows ?? 100_000), 0);
  return costToBegin + rows * costOfRow * countSteps(plan);
}

async function* runPlan(job: PlanJob, inputs: EngineInputs, options: EngineOptions) {
  for await (const batch of runJob(job, inputs, options)) yield job.finish(batch);
}

export const sqlReader: SqlReader = {
  async tables(text) {
    return (await parseStatement(text)).tables.map(({ name }) => name);
  },
  async conditions({ text, parameters }, inputs) {
    return statementConditions((await parseStatement(text)).tree, parameters, inputs);
  },
  async schema({ text, parameters }, inputs) {
    const shapes = [...inputs].map(([name, fields]): readonly [string, InputShape] => [
      name,
      { schema: new arrow.Schema([...fields]) },
    ]);
    const job = createStatementJob(await parseStatement(text), parameters, new Map(shapes));
    try {
      return checkResult(await describeJob(job));
    } catch (error) {
      throw job.explain(error);
    }
  },
  async prepare({ text, parameters }, shapes) {
    const job = createStatementJob(await parseStatement(text), parameters, shapes);
    const reads = await findReads(job);
    return { cost: 0, reads, run: (inputs, options) => runJob(job, inputs, options) };
  },
};

function countSteps(plan: Plan): number {
  const own = plan.step === "input" ? 0 : 1;
  return inputsOf(plan).reduce((sum, input) => sum + countSteps(input), own);
}
