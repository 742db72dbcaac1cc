/** Lets scans below SQL statements deliver no rows that the statement throws away. */
import type { Field } from "../../arrow.ts";
import type { SqlReader } from "../engines/engine.ts";
import { inputsOf, mapInputs, type Plan, type ScanPlan, type SqlPlan } from "../plan/plan.ts";

/**
 * The plan with filters and limits below its statements, which keep what they say.
 *
 * @param plan its statements name all of their tables.
 * @param taken how many of its rows are taken, at most; undefined for all
 */
export async function pushConditions(
  plan: Plan,
  reader: () => Promise<SqlReader>,
  fieldsOf: (scan: ScanPlan) => Promise<readonly Field[]>,
  taken?: number,
): Promise<Plan> {
  const below = takenBelow(plan, taken);
  const inputs = new Map<Plan, Plan>();
  for (const input of inputsOf(plan)) inputs.set(input, await pushConditions(input, reader, fieldsOf, below));
  const pushed = mapInputs(plan, (input) => inputs.get(input) ?? input);
  return pushed.step === "sql" ? pushBelow(pushed, await reader(), fieldsOf, taken) : pushed;
}

/** How many rows of its input a step takes, at most. */
function takenBelow(plan: Plan, taken = Number.POSITIVE_INFINITY): number | undefined {
  if (plan.step !== "limit") return undefined;
  const rows = Math.min(plan.count ?? Number.POSITIVE_INFINITY, taken) + plan.offset;
  return Number.isFinite(rows) ? rows : undefined;
}

async function pushBelow(
  plan: SqlPlan,
  reader: SqlReader,
  fieldsOf: (scan: ScanPlan) => Promise<readonly Field[]>,
  taken: number | undefined,
): Promise<Plan> {
  const fields = new Map<string, readonly Field[]>();
  for (const { name, plan: input } of plan.inputs) {
    const scan = scanBelow(input);
    if (scan !== undefined) fields.set(name, await fieldsOf(scan));
  }
  const needs = await reader.needs(plan, fields, taken);
  const inputs = plan.inputs.map(({ name, plan: input }) => {
    const { conditions = [], limit } = needs.get(name) ?? {};
    const filtered: Plan =
      conditions.length === 0 ? input : { step: "filter", predicates: conditions, input };
    const limited: Plan =
      limit === undefined ? filtered : { step: "limit", count: limit, offset: 0, input: filtered };
    return { name, plan: limited };
  });
  return { ...plan, inputs };
}

/** The scan that a filter on the plan can become a part of. */
function scanBelow(plan: Plan): ScanPlan | undefined {
  if (plan.step === "filter") return scanBelow(plan.input);
  return plan.step === "scan" ? plan : undefined;
}
