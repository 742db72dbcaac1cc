/** Takes JavaScript functions out of a selection: those of one depth become a step that adds columns. */
import { describeExpression } from "../expression/describe-expression.ts";
import type { ExpressionNode, FunctionNode, NamedExpression } from "../expression/expression-node.ts";
import { expressionKey, holds, mapOperands } from "../expression/expression-parts.ts";
import { takeName } from "../plan/columns.ts";
import { type ApplyPlan, type ProjectPlan, plainColumn } from "../plan/plan.ts";
import { stepFields } from "../plan/step-fields.ts";
import type { CheckedPlan } from "./checked-plan.ts";

export interface SeparatedFunctions {
  /** What the columns are computed from: the input with the functions' columns added. */
  readonly under: CheckedPlan;
  readonly columns: readonly NamedExpression[];
}

/** @param input checked, as are the columns; no window is left in these. */
export function separateFunctions(
  columns: readonly NamedExpression[],
  input: CheckedPlan,
): SeparatedFunctions {
  if (!columns.some(({ expression }) => holds(expression, "function"))) return { under: input, columns };
  const taken = new Set([...input.fields, ...columns].map(({ name }) => name));
  const names = new Map<string, string>();
  const found: { readonly name: string; readonly node: FunctionNode }[] = [];
  const separate = (node: ExpressionNode, wanted?: string): ExpressionNode => {
    if (node.node !== "function") return mapOperands(node, (operand) => separate(operand));
    // A function of what a function gives comes in the next round.
    if (node.arguments.some((argument) => holds(argument, "function")))
      return mapOperands(node, (operand) => separate(operand));
    const key = expressionKey(node);
    let name = names.get(key);
    if (name === undefined) {
      name = wanted ?? takeName(describeExpression(node), taken);
      names.set(key, name);
      found.push({ name, node });
    }
    return { node: "column", name };
  };
  const isFree = (name: string) => !input.fields.some((field) => field.name === name);
  const separated = columns.map(({ name, expression }) => ({
    name,
    expression: separate(expression, isFree(name) ? name : undefined),
  }));
  return separateFunctions(separated, addColumns(found, input, taken));
}

/** The input with the columns of functions, whose arguments become columns before. */
function addColumns(
  found: readonly { readonly name: string; readonly node: FunctionNode }[],
  input: CheckedPlan,
  taken: Set<string>,
): CheckedPlan {
  const computed: NamedExpression[] = [];
  const columnOf = (argument: ExpressionNode) => {
    if (argument.node === "column") return argument;
    const name = takeName(describeExpression(argument), taken);
    computed.push({ name, expression: argument });
    return { node: "column", name } as const;
  };
  const functions = found.map(({ name, node }) => ({
    name,
    function: { ...node, arguments: node.arguments.map(columnOf) },
  }));
  const project: ProjectPlan = {
    step: "project",
    input: input.plan,
    columns: [...input.fields.map(({ name }) => plainColumn(name)), ...computed],
  };
  const below: CheckedPlan =
    computed.length === 0 ? input : { plan: project, fields: stepFields(project, [input.fields]) };
  const apply: ApplyPlan = { step: "apply", input: below.plan, functions };
  return { plan: apply, fields: stepFields(apply, [below.fields]) };
}
