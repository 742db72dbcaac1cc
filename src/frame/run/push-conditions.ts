/** Lets scans below SQL statements deliver no rows that the statement throws away. */
import type { Field } from "../../arrow.ts";
import type { SqlReader } from "../engines/engine.ts";
import { inputsOf, mapInputs, type Plan, type ScanPlan, type SqlPlan } from "../plan/plan.ts";

/**
 * The plan with filters below its statements, which keep what they say.
 *
 * @param plan its statements name all of their tables.
 */
export async function pushConditions(
  plan: Plan,
  reader: () => Promise<SqlReader>,
  fieldsOf: (scan: ScanPlan) => Promise<readonly Field[]>,
): Promise<Plan> {
  const inputs = new Map<Plan, Plan>();
  for (const input of inputsOf(plan)) inputs.set(input, await pushConditions(input, reader, fieldsOf));
  const pushed = mapInputs(plan, (input) => inputs.get(input) ?? input);
  return pushed.step === "sql" ? pushBelow(pushed, await reader(), fieldsOf) : pushed;
}

async function pushBelow(
  plan: SqlPlan,
  reader: SqlReader,
  fieldsOf: (scan: ScanPlan) => Promise<readonly Field[]>,
): Promise<Plan> {
  const fields = new Map<string, readonly Field[]>();
  for (const { name, plan: input } of plan.inputs) {
    const scan = scanBelow(input);
    if (scan !== undefined) fields.set(name, await fieldsOf(scan));
  }
  const conditions = await reader.conditions(plan, fields);
  const inputs = plan.inputs.map(({ name, plan: input }) => {
    const predicates = conditions.get(name);
    const filtered: Plan = predicates === undefined ? input : { step: "filter", predicates, input };
    return { name, plan: filtered };
  });
  return { ...plan, inputs };
}

/** The scan that a filter on the plan can become a part of. */
function scanBelow(plan: Plan): ScanPlan | undefined {
  if (plan.step === "filter") return scanBelow(plan.input);
  return plan.step === "scan" ? plan : undefined;
}
