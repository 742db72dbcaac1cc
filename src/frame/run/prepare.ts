/** A written plan made ready to run: checked, optimised, split between the scans and an engine. */
import type { Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { waitFor } from "../../interrupt.ts";
import { checkPlan } from "../check/check-plan.ts";
import type { EngineInput } from "../engines/engine.ts";
import { engines } from "../engines/engines.ts";
import { optimize } from "../optimize/optimize.ts";
import { inputsOf, mapInputs, namePlan, type Plan, type ScanPlan } from "../plan/plan.ts";
import { chooseEngine, type EngineChoice } from "./choose-engine.ts";
import { scanInput, tableInput } from "./engine-inputs.ts";
import type { FrameContext } from "./frame-context.ts";
import { pushConditions } from "./push-conditions.ts";
import type { Run } from "./run.ts";
import { type LeafFields, type StagedPlan, stagePlan } from "./stage-plan.ts";

export interface PreparedPlan {
  /** Of the result, in their order. */
  readonly fields: readonly Field[];
  readonly optimized: Plan;
  readonly staged: StagedPlan;
  readonly inputs: ReadonlyMap<string, EngineInput>;
  readonly choice: EngineChoice;
}

/** @throws DlfLanceError TableColumnNotFound, InvalidInput or Unsupported when the plan does not fit; Interrupted. */
export async function preparePlan(written: Plan, run: Run): Promise<PreparedPlan> {
  const { context, signal } = run;
  const action = `read ${namePlan(written)}`;
  const isPushing = run.engine !== "memory";
  const named = await waitFor(nameTables(written, context), signal, action);
  const fieldsOf = async (scan: ScanPlan) => (await run.tables.resolve(scan)).schema.fields;
  const plan = isPushing ? await waitFor(pushConditions(named, sqlReader, fieldsOf), signal, action) : named;
  const leaves = new Map<Plan, readonly Field[]>();
  const remember = (leaf: Plan, fields: readonly Field[]) => leaves.set(leaf, fields);
  const checked = await waitFor(checkPlan(plan, schemaLookup(run, remember)), signal, action);
  const leafFields = leafLookup(leaves, context);
  const columnsOf = (leaf: Parameters<LeafFields>[0]) => leafFields(leaf).map(({ name }) => name);
  const optimized = isPushing ? optimize(checked.plan, columnsOf) : checked.plan;
  const staged = stagePlan(optimized, leafFields, isPushing);
  const inputs = new Map<string, EngineInput>();
  for (const scan of staged.scans) {
    const table = await waitFor(run.tables.resolve(scan.part.scan), signal, action);
    inputs.set(
      scan.name,
      await waitFor(scanInput(scan, table, isStreaming(staged.top), signal), signal, action),
    );
  }
  for (const [name, table] of context.rows) inputs.set(name, tableInput(table));
  return {
    fields: checked.fields,
    optimized,
    staged,
    inputs,
    choice: chooseEngine(staged.top, inputs, run.engine),
  };
}

/** Whether every step passes rows on as they come, so that no engine does it much better than another. */
function isStreaming(plan: Plan): boolean {
  const streaming: readonly Plan["step"][] = [
    "input",
    "filter",
    "project",
    "limit",
    "tail",
    "sample",
    "explode",
    "mapBatches",
  ];
  return streaming.includes(plan.step) && inputsOf(plan).every(isStreaming);
}

/** Makes the tables that SQL statements name inputs of theirs. */
async function nameTables(plan: Plan, context: FrameContext): Promise<Plan> {
  if (plan.step !== "sql") {
    const inputs = new Map<Plan, Plan>();
    for (const input of inputsOf(plan)) inputs.set(input, await nameTables(input, context));
    return mapInputs(plan, (input) => inputs.get(input) ?? input);
  }
  const inputs = await Promise.all(
    plan.inputs.map(async ({ name, plan: input }) => ({ name, plan: await nameTables(input, context) })),
  );
  const known = new Set(inputs.map(({ name }) => name));
  const tables = (await sqlReader().tables(plan.text)).filter((name) => !known.has(name));
  const scans = tables.map((table): { name: string; plan: Plan } => ({
    name: table,
    plan: { step: "scan", table: context.tables.find(table).name, version: null },
  }));
  return { ...plan, inputs: [...inputs, ...scans] };
}

function sqlReader() {
  const reader = engines.find((engine) => engine.sqlReader !== undefined)?.sqlReader;
  if (reader !== undefined) return reader;
  throw new DlfLanceError(
    "Unsupported",
    "Cannot read SQL: no engine here does; install @duckdb/node-api@1.5.5-r.5.",
  );
}

function schemaLookup({ context, tables }: Run, remember: (leaf: Plan, fields: readonly Field[]) => void) {
  return {
    async scan(plan: ScanPlan) {
      const { schema } = await tables.resolve(plan);
      remember(plan, schema.fields);
      return schema;
    },
    input: (name: string) => rowsOf(context, name).schema,
    async sql(...[plan, inputs]: Parameters<ReturnType<typeof sqlReader>["schema"]>) {
      const schema = await sqlReader().schema(plan, inputs);
      remember(plan, schema.fields);
      return schema;
    },
  };
}

function rowsOf({ rows }: FrameContext, name: string) {
  const table = rows.get(name);
  if (table !== undefined) return table;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read the rows called ${name}: they are not kept with the plan; make the frame again with fromRows().`,
  );
}

/** By what a leaf says, because the rewrite of a plan makes new ones. */
function leafLookup(leaves: ReadonlyMap<Plan, readonly Field[]>, context: FrameContext): LeafFields {
  const byText = new Map([...leaves].map(([leaf, fields]) => [leafKey(leaf), fields]));
  return (leaf) => {
    if (leaf.step === "input") return rowsOf(context, leaf.name).schema.fields;
    return byText.get(leafKey(leaf)) ?? [];
  };
}

function leafKey(leaf: Plan): string {
  if (leaf.step === "sql")
    return JSON.stringify([leaf.text, leaf.parameters, leaf.inputs.map(({ name }) => name)]);
  return JSON.stringify(leaf);
}
