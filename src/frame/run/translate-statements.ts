/** SQL statements as steps, for engines elsewhere, which do not read SQL. */
import type { Field } from "../../arrow.ts";
import { fieldTypeName, typeName } from "../../display/arrow/type-name.ts";
import { checkPlan, type SchemaLookup } from "../check/check-plan.ts";
import { loadSqlReader } from "../engines/engines.ts";
import { PartRefused, type Reason, refusedSteps } from "../engines/refusal.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import { inputsOf, mapInputs, type Plan, plainColumn, type SqlPlan } from "../plan/plan.ts";
import { kindOf } from "../types/column-kind.ts";
import { isNullType } from "../types/common-type.ts";

export interface TranslatedStatements {
  readonly plan: Plan;
  /** Why a statement is still one, by its text. */
  readonly reasons: ReadonlyMap<string, Reason>;
}

/** @throws DlfLanceError what the check of a statement throws: mistakes come before parts without a step. */
export async function translateStatements(
  written: Plan,
  schemas: SchemaLookup,
): Promise<TranslatedStatements> {
  const reasons = new Map<string, Reason>();
  const translate = async (plan: Plan): Promise<Plan> => {
    const inputs = new Map<Plan, Plan>();
    for (const input of inputsOf(plan)) inputs.set(input, await translate(input));
    const changed = mapInputs(plan, (input) => inputs.get(input) ?? input);
    if (changed.step !== "sql") return changed;
    try {
      return await translateStatement(changed, schemas);
    } catch (error) {
      if (!(error instanceof PartRefused)) throw error;
      reasons.set(changed.text, error.reason);
      return changed;
    }
  };
  return { plan: await translate(written), reasons };
}

async function translateStatement(plan: SqlPlan, schemas: SchemaLookup): Promise<Plan> {
  const inputs = new Map<string, readonly Field[]>();
  for (const { name, plan: input } of plan.inputs) inputs.set(name, (await checkPlan(input, schemas)).fields);
  const { fields: wanted } = await schemas.sql(plan, inputs);
  const names = wanted.map(({ name }) => name);
  const refuse = (error: unknown): never => {
    throw refusedSteps(error) ?? error;
  };
  const steps = await (await loadSqlReader()).translate(plan, inputs, names).catch(refuse);
  const { fields } = await checkPlan(steps, schemas).catch(refuse);
  if (fields.every((field, index) => typeName(field.type) === typeName((wanted[index] as Field).type)))
    return steps;
  const columns = fields.map((field, index) => ({
    name: field.name,
    expression: convert(field, wanted[index] as Field),
  }));
  return { step: "project", input: steps, columns };
}

/** The column as one of the type that the statement gives: its values are kept, or an error says which is not. */
function convert(from: Field, to: Field): ExpressionNode {
  const { expression } = plainColumn(from.name);
  const type = typeName(to.type);
  if (typeName(from.type) === type) return expression;
  const [a, b] = [kindOf(from), kindOf(to)];
  const isExact =
    isNullType(from.type) ||
    (a.kind === "integer" && b.kind === "integer") ||
    (a.kind === "text" && b.kind === "text") ||
    (a.kind === "decimal" && b.kind === "decimal" && b.scale === a.scale) ||
    (a.kind === "integer" && b.kind === "decimal") ||
    (a.kind === "timestamp" &&
      b.kind === "timestamp" &&
      b.unit >= a.unit &&
      (a.zone === null) === (b.zone === null));
  if (isExact) return { node: "cast", operand: expression, type, orNull: false };
  throw new PartRefused(
    `column ${JSON.stringify(from.name)} is ${fieldTypeName(to)} in SQL, and steps of a plan make it ${fieldTypeName(from)}`,
    "cast it in the statement",
  );
}
