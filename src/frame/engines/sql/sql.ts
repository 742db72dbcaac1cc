/** The engine of joins, sorts and SQL: DuckDB over the columns that a plan reads. */
import { arrow, type RecordBatch, type Table } from "../../../arrow.ts";
import { isError } from "../../../errors.ts";
import { inputsOf, mapInputs, type Plan, type SqlPlan } from "../../plan/plan.ts";
import { planSchema } from "../../plan/step-fields.ts";
import type { Engine, EngineInput, EngineInputs, EngineOptions } from "../engine.ts";
import { memoryEngine } from "../memory/memory.ts";
import { Abstention } from "./abstention.ts";
import { hasDuckDb } from "./duckdb.ts";
import { createPlanJob } from "./plan-job.ts";
import { describeJob, runJob } from "./run-sql.ts";
import { parseStatement } from "./statement.ts";
import { statementConditions } from "./statement-conditions.ts";
import { checkResult, createStatementJob } from "./statement-job.ts";

/** What it costs to begin, and a row of a step, in the measure of the plain engine. */
const costToBegin = 60_000;
const costOfRow = 0.5;

export const sqlEngine: Engine = {
  name: "sql",
  canRun(plan, inputs) {
    if (!hasDuckDb()) return ["DuckDB is not installed (npm install @duckdb/node-api@1.5.5-r.5)"];
    if (findStatement(plan) !== undefined) return [];
    try {
      createPlanJob(plan, inputs);
      return [];
    } catch (error) {
      if (error instanceof Abstention || isError(error, "Unsupported")) return [error.message];
      throw error;
    }
  },
  cost(plan, inputs) {
    // Such rows pass through the plain engine as they come, and a limit ends the scan.
    if (isStreaming(plan)) return Number.MAX_SAFE_INTEGER;
    const rows = [...inputs.values()].reduce((sum, input) => sum + (input.rows ?? 100_000), 0);
    return costToBegin + rows * costOfRow * countSteps(plan);
  },
  async *run(plan, inputs, options) {
    const statement = findStatement(plan);
    if (statement === plan) {
      yield* runStatement(statement, inputs, options);
    } else if (statement !== undefined) {
      // First the statement, then the plan on its rows.
      const rows: RecordBatch[] = [];
      for await (const batch of runStatement(statement, inputs, options)) rows.push(batch);
      const name = "rows of the statement";
      const schema = rows[0]?.schema ?? (await describeStatement(statement, inputs));
      const rest = replacePlan(plan, statement, { step: "input", name });
      yield* sqlEngine.run(
        rest,
        new Map([...inputs, [name, rowsInput(new arrow.Table(schema, rows))]]),
        options,
      );
    } else if (plan.step === "input") {
      yield* (inputs.get(plan.name) as EngineInput).batches();
    } else {
      const job = createPlanJob(plan, inputs);
      for await (const batch of runJob(job, options)) yield job.finish(batch);
    }
  },
  async explain(plan) {
    return [`DuckDB: ${countSteps(plan)} steps as one statement`];
  },
  sqlReader: {
    async tables(text) {
      return (await parseStatement(text)).tables.map(({ name }) => name);
    },
    async conditions({ text, parameters }, inputs) {
      return statementConditions((await parseStatement(text)).tree, parameters, inputs);
    },
    async schema(plan, inputs) {
      const empty = [...inputs].map(([name, fields]): readonly [string, EngineInput] => [
        name,
        rowsInput(new arrow.Table(new arrow.Schema([...fields]))),
      ]);
      const job = createStatementJob(await parseStatement(plan.text), plan.parameters, new Map(empty));
      try {
        return checkResult(await describeJob(job));
      } catch (error) {
        throw job.explain(error);
      }
    },
  },
};

async function* runStatement(
  plan: SqlPlan,
  inputs: EngineInputs,
  options: EngineOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  yield* runJob(await createJob(plan, inputs), options);
}

async function describeStatement(plan: SqlPlan, inputs: EngineInputs) {
  return describeJob(await createJob(plan, inputs));
}

async function createJob(plan: SqlPlan, inputs: EngineInputs) {
  return createStatementJob(await parseStatement(plan.text), plan.parameters, namedInputs(plan, inputs));
}

/** What a statement reads, by the names it uses; a plan below it is run when its rows are asked for. */
function namedInputs(statement: SqlPlan, inputs: EngineInputs): ReadonlyMap<string, EngineInput> {
  return new Map(statement.inputs.map(({ name, plan }) => [name, planInput(plan, inputs)]));
}

function planInput(plan: Plan, inputs: EngineInputs): EngineInput {
  if (plan.step === "input") return inputs.get(plan.name) as EngineInput;
  const engine = sqlEngine.canRun(plan, inputs).length === 0 ? sqlEngine : memoryEngine;
  return {
    schema: planSchema(plan, (leaf) =>
      leaf.step === "input" ? (inputs.get(leaf.name)?.schema.fields ?? []) : [],
    ),
    batches: () => engine.run(plan, inputs, {}),
  };
}

function rowsInput(table: Table): EngineInput {
  return {
    schema: table.schema,
    rows: table.numRows,
    async *batches() {
      yield* table.batches;
    },
  };
}

/** A statement with no other below it. */
function findStatement(plan: Plan): SqlPlan | undefined {
  for (const input of inputsOf(plan)) {
    const found = findStatement(input);
    if (found !== undefined) return found;
  }
  return plan.step === "sql" ? plan : undefined;
}

function replacePlan(plan: Plan, part: Plan, by: Plan): Plan {
  return plan === part ? by : mapInputs(plan, (input) => replacePlan(input, part, by));
}

const streamingSteps: readonly Plan["step"][] = ["input", "filter", "project", "limit", "explode", "concat"];

function isStreaming(plan: Plan): boolean {
  return streamingSteps.includes(plan.step) && inputsOf(plan).every(isStreaming);
}

function countSteps(plan: Plan): number {
  const own = plan.step === "input" ? 0 : 1;
  return inputsOf(plan).reduce((sum, input) => sum + countSteps(input), own);
}
