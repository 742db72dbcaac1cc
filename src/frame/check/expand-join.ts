/** Writes a join so that no name stands on both sides, and what its columns are called afterwards. */
import { arrow, type Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { replaceColumns } from "../expression/expression-parts.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { checkCondition, checkSortKeys, type FindField, inferField } from "../functions/infer-type.ts";
import { finder, refuseSameNames, takeName } from "../plan/columns.ts";
import { type JoinPlan, type NearestKey, type Plan, plainColumn } from "../plan/plan.ts";
import { renameField, stepFields } from "../plan/step-fields.ts";
import { type ColumnKind, type DurationKind, kindOf, kindOfType } from "../types/column-kind.ts";
import { areComparable, describeOperand } from "../types/comparable.ts";
import { literalTicks } from "../types/ticks.ts";
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
  const { condition, nearest } = plan;
  if (nearest !== undefined) {
    checkKeys(nearest.left, nearest.right, find, findOther, true);
    if (nearest.direction === "nearest")
      for (const [key, findKey] of [
        [nearest.left, find],
        [nearest.right, findOther],
      ] as const)
        checkDistance(key, findKey);
  }
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
  const resultName = (name: string) => (leftNames.has(name) ? `${name}${plan.suffix}` : name);
  const otherNames = new Map(
    other.fields.filter(({ name }) => !shared.has(name)).map(({ name }) => [resultName(name), name]),
  );
  const resultColumn = (name: string): ExpressionNode => {
    const own = otherNames.get(name);
    return own === undefined || leftNames.has(name) ? { node: "column", name } : columnOf(own);
  };
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
    ...(nearest === undefined
      ? {}
      : { nearest: { ...nearest, right: replaceColumns(nearest.right, columnOf) } }),
    ...(condition === undefined ? {} : { condition: replaceColumns(condition, resultColumn) }),
  };
  const otherFields = other.fields.map((field) => renameField(field, renamed.get(field.name) ?? field.name));
  if (joined.condition !== undefined)
    checkCondition(joined.condition, finder([...input.fields, ...otherFields], plan.input));
  const base = { plan: joined, fields: stepFields(joined, [input.fields, otherFields]) };
  const isNear =
    nearest === undefined
      ? undefined
      : nearTest(joined.nearest as NearestKey, inferField(nearest.left, find));
  const within = (expression: ExpressionNode): ExpressionNode =>
    isNear === undefined
      ? expression
      : { node: "case", branches: [{ when: isNear, value: expression }], otherwise: null };
  const isWhole =
    isNear === undefined &&
    shared.size === 0 &&
    [...renamed].every(([from, to]) => from === to || to === `${from}${plan.suffix}`);
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
        name: resultName(name),
        expression: within(columnOf(name)),
      })),
  ];
  refuseSameNames(
    columns.map(({ name }) => name),
    "join",
    "choose another suffix, or rename columns before",
  );
  const project: Plan = { step: "project", input: joined, columns };
  if (isNear === undefined || plan.kind !== "inner") return { base, steps: [project] };
  return { base, steps: [{ step: "filter", input: joined, predicates: [isNear] }, project] };
}

/** Whether the keys are near enough, where that is asked. */
function nearTest(
  { left, right, direction, tolerance: given }: NearestKey,
  field: Field,
): ExpressionNode | undefined {
  if (given === undefined) return undefined;
  const tolerance = kindOf(field).kind === "date" ? daysOf(given) : given;
  const isWithin = (greater: ExpressionNode, lesser: ExpressionNode): ExpressionNode => {
    const apart: ExpressionNode = { node: "arithmetic", operator: "subtract", left: greater, right: lesser };
    return { node: "comparison", operator: "lte", left: apart, right: tolerance };
  };
  if (direction === "nearest")
    return { node: "and", operands: [isWithin(left, right), isWithin(right, left)] };
  return direction === "backward" ? isWithin(left, right) : isWithin(right, left);
}

/** Dates are apart by whole days. */
function daysOf(duration: LiteralNode): LiteralNode {
  const seconds = literalTicks(kindOfType(new arrow.Duration(0)) as DurationKind, duration);
  return seconds === undefined
    ? duration
    : { node: "literal", type: "integer", text: String(seconds.floor / 86_400n) };
}

const distant: readonly ColumnKind["kind"][] = [
  "integer",
  "float",
  "decimal",
  "timestamp",
  "date",
  "time",
  "duration",
];

/** @throws DlfLanceError InvalidInput for a key of which none is nearer than another. */
function checkDistance(key: ExpressionNode, find: FindField): void {
  const field = inferField(key, find);
  if (distant.includes(kindOf(field).kind)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot join on the nearest ${describeOperand(key, field)}: only numbers and times are nearer or farther; ` +
      'choose the strategy "backward" or "forward"',
  );
}

function checkKeys(
  left: ExpressionNode,
  right: ExpressionNode,
  find: FindField,
  findOther: FindField,
  isOrdered = false,
): void {
  const [leftField, rightField] = [inferField(left, find), inferField(right, findOther)];
  if (isOrdered) checkSortKeys([{ expression: left, descending: false, nullsFirst: false }], find);
  if (areComparable(leftField, rightField)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot join on ${describeOperand(left, leftField)} and ${describeOperand(right, rightField)}: ` +
      "values of these types are never equal; cast one of them first",
  );
}
