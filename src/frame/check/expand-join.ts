/** Writes a join so that no name stands on both sides, and what its columns are called afterwards. */
import { DlfLanceError } from "../../errors.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { replaceColumns } from "../expression/expression-parts.ts";
import { type FindField, inferField } from "../functions/infer-type.ts";
import { finder, refuseSameNames, takeName } from "../plan/columns.ts";
import { type JoinPlan, type Plan, plainColumn } from "../plan/plan.ts";
import { renameField, stepFields } from "../plan/step-fields.ts";
import { areComparable, describeOperand } from "../types/comparable.ts";
import type { CheckedPlan } from "./checked-plan.ts";

/**
 * @param input checked, as `other` is.
 * @returns the join itself with its fields, and the steps after it, whose own inputs do not count.
 * @throws DlfLanceError InvalidInput for keys that cannot be equal and for names that the suffix does not tell apart.
 */
export function expandJoin(
  plan: JoinPlan,
  input: CheckedPlan,
  other: CheckedPlan,
): { readonly base: CheckedPlan; readonly steps: readonly Plan[] } {
  const [find, findOther] = [finder(input.fields, plan.input), finder(other.fields, plan.other)];
  for (const { left, right } of plan.on) checkKeys(left, right, find, findOther);
  const shared = new Set(
    plan.on.flatMap(({ left, right }) =>
      left.node === "column" && right.node === "column" && left.name === right.name ? [left.name] : [],
    ),
  );
  const taken = new Set([...input.fields, ...other.fields].map(({ name }) => name));
  const leftNames = new Set(input.fields.map(({ name }) => name));
  const renamed = new Map(
    other.fields.map(({ name }) => [
      name,
      leftNames.has(name) ? takeName(`${name}${plan.suffix}`, taken) : name,
    ]),
  );
  const columnOf = (name: string): ExpressionNode => ({ node: "column", name: renamed.get(name) ?? name });
  const otherPlan: Plan = [...renamed].every(([from, to]) => from === to)
    ? other.plan
    : {
        step: "project",
        input: other.plan,
        columns: [...renamed].map(([from, to]) => ({ name: to, expression: { node: "column", name: from } })),
      };
  const joined: JoinPlan = {
    ...plan,
    input: input.plan,
    other: otherPlan,
    on: plan.on.map(({ left, right }) => ({ left, right: replaceColumns(right, columnOf) })),
  };
  const otherFields = other.fields.map((field) => renameField(field, renamed.get(field.name) ?? field.name));
  const base = { plan: joined, fields: stepFields(joined, [input.fields, otherFields]) };
  const isWhole =
    shared.size === 0 && [...renamed].every(([from, to]) => from === to || to === `${from}${plan.suffix}`);
  if (plan.kind === "semi" || plan.kind === "anti" || isWhole) return { base, steps: [] };
  const isRightKept = plan.kind === "right" || plan.kind === "full";
  const columns: NamedExpression[] = [
    ...input.fields.map(({ name }): NamedExpression => {
      if (!isRightKept || !shared.has(name)) return plainColumn(name);
      const both: ExpressionNode[] = [{ node: "column", name }, columnOf(name)];
      return { name, expression: { node: "call", function: "coalesce", arguments: both } };
    }),
    ...other.fields
      .filter(({ name }) => !shared.has(name))
      .map(({ name }) => ({
        name: leftNames.has(name) ? `${name}${plan.suffix}` : name,
        expression: columnOf(name),
      })),
  ];
  refuseSameNames(
    columns.map(({ name }) => name),
    "join",
    "choose another suffix, or rename columns before",
  );
  return { base, steps: [{ step: "project", input: joined, columns }] };
}

function checkKeys(left: ExpressionNode, right: ExpressionNode, find: FindField, findOther: FindField): void {
  const [leftField, rightField] = [inferField(left, find), inferField(right, findOther)];
  if (areComparable(leftField, rightField)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot join on ${describeOperand(left, leftField)} and ${describeOperand(right, rightField)}: ` +
      "values of these types are never equal; cast one of them first",
  );
}
