/** A written plan made ready to run: checked, optimized, and cut into stages. */
import type { Field } from "../../arrow.ts";
import { waitFor } from "../../interrupt.ts";
import { checkPlan, type SchemaLookup } from "../check/check-plan.ts";
import { isRemoteEngine } from "../engines/engine.ts";
import { loadSqlReader, openEngines } from "../engines/engines.ts";
import { optimize } from "../optimize/optimize.ts";
import { countedColumns } from "../plan/counted-columns.ts";
import { inputsOf, mapInputs, namePlan, type Plan, type ScanPlan, type SqlPlan } from "../plan/plan.ts";
import { withinDepth } from "../plan/within-depth.ts";
import { cutStages, type LeafFields } from "./cut-stages.ts";
import { type FrameContext, tablesOf } from "./frame-context.ts";
import type { OpenTables } from "./open-tables.ts";
import { pushConditions } from "./push-conditions.ts";
import type { Run } from "./run.ts";
import type { StageInput } from "./stage.ts";
import { type TranslatedStatements, translateStatements } from "./translate-statements.ts";

export interface PreparedPlan {
  /** Of the result, in their order. */
  readonly fields: readonly Field[];
  readonly optimized: Plan;
  /** The last stage. */
  readonly root: StageInput;
}

/**
 * @param isTold whether it is to be explained: then each engine is asked why it does not do a stage.
 * @throws DlfLanceError TableColumnNotFound, InvalidInput or Unsupported when the plan does not fit; Interrupted.
 */
export function preparePlan(written: Plan, run: Run, isTold = false): Promise<PreparedPlan> {
  const prepared = withinDepth(written, () => prepare(written, run, isTold));
  return waitFor(prepared, run.signal, `read ${namePlan(written)}`);
}

async function prepare(written: Plan, run: Run, isTold: boolean): Promise<PreparedPlan> {
  const { tables } = run;
  const isPushing = run.engine !== "duckdb";
  if (!isRemoteEngine(run.engine)) openEngines(written);
  const leaves: Leaves = new Map();
  const { plan: named, reasons } = await readStatements(written, run, leaves);
  const fieldsOf = async (scan: ScanPlan) => (await tables.resolve(scan)).schema.fields;
  const plan = isPushing ? await pushConditions(named, loadSqlReader, fieldsOf) : named;
  const checked = await checkPlan(plan, rememberFields(run, leaves));
  const leafFields = leafLookup(leaves, tables);
  const columnsOf = (leaf: Parameters<LeafFields>[0]) => leafFields(leaf).map(({ name }) => name);
  const optimized = isPushing
    ? optimize(checked.plan, columnsOf, (leaf) => countedColumns(leafFields(leaf)))
    : checked.plan;
  const countRows = (scan: ScanPlan) => leaves.get(leafKey(scan))?.rows;
  const whyStatement = ({ text }: SqlPlan) => reasons.get(text);
  const root = await cutStages(optimized, { run, leafFields, countRows, isTold, whyStatement });
  return { fields: checked.fields, optimized, root };
}

/** The plan with the tables of its statements, and for an engine elsewhere with steps in place of these. */
export async function readStatements(
  written: Plan,
  run: Run,
  leaves: Leaves = new Map(),
): Promise<TranslatedStatements> {
  const plan = await nameTables(written, run.context, run.tables);
  // What is sent to another process is known to be little before.
  await openRows(plan, run.tables, isRemoteEngine(run.engine));
  if (!isRemoteEngine(run.engine)) return { plan, reasons: new Map() };
  return translateStatements(plan, rememberFields(run, leaves));
}

/** Makes the tables that SQL statements name inputs of theirs. */
async function nameTables(plan: Plan, context: FrameContext, open: OpenTables): Promise<Plan> {
  if (plan.step !== "sql") {
    const inputs = new Map<Plan, Plan>();
    for (const input of inputsOf(plan)) inputs.set(input, await nameTables(input, context, open));
    return mapInputs(plan, (input) => inputs.get(input) ?? input);
  }
  const inputs = await Promise.all(
    plan.inputs.map(async ({ name, plan: input }) => ({
      name,
      plan: await nameTables(input, context, open),
    })),
  );
  const known = new Set(inputs.map(({ name }) => name));
  const sqlReader = await loadSqlReader();
  const tables = (await sqlReader.tables(plan.text)).filter((name) => !known.has(name));
  const own = plan.connection === undefined ? {} : { connection: plan.connection };
  const scans = tables.map((table): { name: string; plan: Plan } => {
    const lookup = tablesOf(context, plan.connection);
    const rows = lookup.rows?.(table);
    if (rows !== undefined)
      return { name: table, plan: { step: "input", name: open.nameRows(rows, plan.connection) } };
    const { name } = lookup.find(table);
    return { name: table, plan: { step: "scan", table: name, version: null, ...own } };
  });
  return { ...plan, inputs: [...inputs, ...scans] };
}

/** By what they say. */
type Leaves = Map<string, { readonly fields: readonly Field[]; readonly rows?: number | undefined }>;

/** Schemas for the check of a plan; the fields of its leaves are kept. */
function rememberFields({ tables }: Run, leaves: Leaves): SchemaLookup {
  return {
    async scan(plan) {
      const { schema, rows } = await tables.resolve(plan);
      leaves.set(leafKey(plan), { fields: schema.fields, rows });
      return schema;
    },
    input: (name) => tables.rows(name).schema,
    async sql(plan, inputs) {
      const schema = await (await loadSqlReader()).schema(plan, inputs);
      leaves.set(leafKey(plan), { fields: schema.fields });
      return schema;
    },
    readText: async (text) => (await loadSqlReader()).expression(text),
  };
}

async function openRows(plan: Plan, tables: OpenTables, isCounted: boolean): Promise<void> {
  if (plan.step === "input") return tables.openRows(plan.name, isCounted);
  for (const input of inputsOf(plan)) await openRows(input, tables, isCounted);
}

function leafLookup(leaves: Leaves, tables: OpenTables): LeafFields {
  return (leaf) =>
    leaf.step === "input" ? tables.rows(leaf.name).schema.fields : (leaves.get(leafKey(leaf))?.fields ?? []);
}

/** By what a leaf says, because the rewrite of a plan makes new ones. */
function leafKey(leaf: Plan): string {
  if (leaf.step !== "sql") return JSON.stringify(leaf);
  return JSON.stringify([leaf.text, leaf.parameters, leaf.inputs.map(({ name }) => name), leaf.connection]);
}
