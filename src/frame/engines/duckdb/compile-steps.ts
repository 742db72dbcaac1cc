/** Plans for DuckDB: what streams as it comes, and what needs all rows as one statement over what it holds. */
import { arrow, type Field, type RecordBatch, type Schema } from "../../../arrow.ts";
import { inputsOf, type Plan } from "../../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../plan/step-fields.ts";
import { concatRows, limitRows } from "../../rows/pass-rows.ts";
import type { InputInPlace } from "../engine.ts";
import { sharedDatabase } from "./database.ts";
import { explodeBatch, unpivotBatch } from "./explode.ts";
import { RowHolder } from "./hold-rows.ts";
import { type FindRows, planSql } from "./plan-sql.ts";
import type { RowStep } from "./row-statement.ts";
import { numberedColumns } from "./rows-function.ts";
import { columnList, type SqlRows } from "./sql-rows.ts";
import { compileRowSteps } from "./stream-rows.ts";
import { conformBatch } from "./vectors/conform.ts";
import { Worker, type WorkOptions } from "./worker.ts";

type Batches = AsyncIterable<RecordBatch>;

/** What a run of steps needs. */
export interface StepsRun {
  /** The rows of an `input` step, from the beginning. */
  rows(name: string): Batches;
  readonly work: WorkOptions;
  /** Bytes that may be held in memory. */
  readonly memoryLimit: number;
  /** Whether the limit is the run's own, and not that of all. */
  readonly isOwnLimit: boolean;
  /** Rows that the statement reads itself. */
  readonly inPlace?: readonly (InputInPlace & { readonly rows: number | undefined })[];
}

export interface Steps {
  /** Of the result. */
  readonly fields: readonly Field[];
  run(run: StepsRun): Batches;
}

/** What is known of `input` steps. */
export interface PlanInputs {
  readonly fields: (name: string) => readonly Field[];
  /** Where a statement reads the rows itself: the query of their columns. */
  readonly inPlace?: (name: string) => string | undefined;
}

/** @throws DlfLanceError Unsupported for a computation with a type that DuckDB does not have. */
export function compileSteps(plan: Plan, inputs: PlanInputs): Steps {
  return isStreaming(plan) ? compileStream(plan, inputs) : compileStatement(plan, inputs);
}

const streamingSteps: readonly Plan["step"][] = [
  "input",
  "filter",
  "project",
  "limit",
  "explode",
  "unpivot",
  "concat",
];

function isStreaming(plan: Plan): boolean {
  if (!streamingSteps.includes(plan.step)) return false;
  return [...("input" in plan ? [plan.input] : []), ...("other" in plan ? [plan.other] : [])].every(
    isStreaming,
  );
}

function compileStream(plan: Plan, inputs: PlanInputs): Steps {
  if (plan.step === "input") return { fields: inputs.fields(plan.name), run: (run) => run.rows(plan.name) };
  if (plan.step === "filter" || plan.step === "project") return compileRows(plan, inputs);
  if (!("input" in plan)) throw new TypeError(`${plan.step} does not stream`);
  const input = compileStream(plan.input, inputs);
  const other = plan.step === "concat" ? compileStream(plan.other, inputs) : undefined;
  const fields = stepFields(plan as StepOnInputs, [input.fields, other?.fields ?? []]);
  switch (plan.step) {
    case "limit":
      return { fields, run: (run) => limitRows(input.run(run), plan) };
    case "explode":
      return {
        fields,
        run: (run) => eachBatch(input.run(run), (batch) => [explodeBatch(batch, plan, fields)]),
      };
    case "unpivot":
      return {
        fields,
        run: (run) => eachBatch(input.run(run), (batch) => unpivotBatch(batch, plan, fields)),
      };
    default:
      return { fields, run: (run) => concatRows(input.run(run), (other as Steps).run(run), fields) };
  }
}

/**
 * Filters and projections as one statement a batch: DuckDB may try the conditions of a statement in any order, so what is
 * computed above a filter, and filtered by again, is a statement above it, and never sees the rows that are left out.
 */
function compileRows(plan: Plan, inputs: PlanInputs): Steps {
  const { steps, below } = collectRowSteps(plan);
  const input = compileStream(below, inputs);
  const { fields, run: work } = compileRowSteps(input.fields, steps);
  async function* runWork(run: StepsRun): AsyncGenerator<RecordBatch, void, undefined> {
    yield* work(sharedDatabase, input.run(run), run.work);
  }
  return { fields, run: runWork };
}

/** As many steps as one statement takes, the lowest first, and what is below them. */
function collectRowSteps(plan: Plan): { readonly steps: readonly RowStep[]; readonly below: Plan } {
  const steps: RowStep[] = [];
  let below = plan;
  let isBelowFilter = false;
  while (below.step === "filter" || below.step === "project") {
    if (below.step === "filter" && isBelowFilter && steps[0]?.step === "project") break;
    isBelowFilter ||= below.step === "filter";
    steps.unshift(below);
    below = below.input;
  }
  return { steps, below };
}

function compileStatement(plan: Plan, inputs: PlanInputs): Steps {
  const leaves = new Map<Plan, Steps>();
  const findLeaf = (part: Plan): Steps | undefined => {
    // A projection alone is part of the statement, so that what it computes is not handed over twice.
    if (part.step === "project" || !isStreaming(part) || isInPlace(part, inputs)) return undefined;
    const found = leaves.get(part) ?? compileStream(part, inputs);
    leaves.set(part, found);
    return found;
  };
  const readInPlace = (part: Plan): SqlRows | undefined => {
    const sql = part.step === "input" ? inputs.inPlace?.(part.name) : undefined;
    return part.step === "input" && sql !== undefined ? { sql, fields: inputs.fields(part.name) } : undefined;
  };
  const { fields } = planSql(plan, (part) => {
    const leaf = findLeaf(part);
    return leaf === undefined ? readInPlace(part) : { sql: "", fields: leaf.fields };
  });
  const schema: Schema = new arrow.Schema([...fields]);
  return { fields, run: (run) => runStatement({ plan, leaves, readInPlace, schema }, run) };
}

/** Whether the statement itself reads the rows of a part, and filters and computes them on the way. */
function isInPlace(part: Plan, inputs: PlanInputs): boolean {
  const { below } = part.step === "input" ? { below: part } : collectRowSteps(part);
  return below.step === "input" && inputs.inPlace?.(below.name) !== undefined;
}

interface Statement {
  readonly plan: Plan;
  /** What it is given the rows of. */
  readonly leaves: ReadonlyMap<Plan, Steps>;
  /** What it reads itself. */
  readonly readInPlace: FindRows;
  readonly schema: Schema;
}

async function* runStatement(
  { plan, leaves, readInPlace, schema }: Statement,
  run: StepsRun,
): AsyncGenerator<RecordBatch, void, undefined> {
  const holder = new RowHolder(run.work, { ...run, withFiles: (run.inPlace ?? []).length > 0 });
  try {
    const held = new Map<Plan, SqlRows>();
    for (const [part, leaf] of leaves) {
      const { sql } = await holder.hold(numberedColumns(leaf.fields), leaf.run(run));
      const columns = columnList(leaf.fields.length);
      held.set(part, { sql: `SELECT ${columns}, rn FROM ${sql}`, fields: leaf.fields, isNumbered: true });
    }
    const { sql } = planSql(plan, (part) => held.get(part) ?? readInPlace(part));
    const worker = await Worker.take(await holder.database(), holder.workOptions);
    try {
      if (holder.isSmall && !multipliesRows(plan)) {
        const batch = await worker.computeWhole(sql);
        if (batch.numRows > 0) yield conformBatch(batch, schema);
        return;
      }
      const { batches } = await worker.query(sql);
      for (const { rows } of run.inPlace ?? []) if (rows !== undefined) run.work.progress?.advance({ rows });
      for await (const batch of batches()) yield conformBatch(batch, schema);
    } catch (error) {
      throw await explainInPlace(error, run);
    } finally {
      worker.release();
    }
  } finally {
    await holder.close();
  }
}

async function explainInPlace(error: unknown, { inPlace = [] }: StepsRun): Promise<unknown> {
  let explained = error;
  for (const input of inPlace) if (explained === error) explained = await input.explain(error);
  return explained;
}

/** Whether few rows may become many. */
function multipliesRows(plan: Plan): boolean {
  return plan.step === "join" || plan.step === "explode" || inputsOf(plan).some(multipliesRows);
}

async function* eachBatch(
  input: Batches,
  change: (batch: RecordBatch) => Iterable<RecordBatch>,
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of input) if (batch.numRows > 0) yield* change(batch);
}
