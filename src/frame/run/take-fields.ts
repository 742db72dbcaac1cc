/** Structs of which only fields are read: a scan delivers these fields as columns, and leaves out the rest. */
import { arrow, type Field, Types } from "../../arrow.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import { mapOperands, operandsOf } from "../expression/expression-parts.ts";
import { mapInputs, type Plan } from "../plan/plan.ts";

/** The columns of an `input` step whose fields can be read one by one; undefined where they cannot. */
export type FindReadable = (input: string) => readonly Field[] | undefined;

export interface TakenFields {
  readonly plan: Plan;
  /** The columns that are read in addition, by the name of the `input` step: the field `b` of `a` is called `a.b`. */
  readonly added: ReadonlyMap<string, readonly Field[]>;
}

export function takeFields(plan: Plan, findReadable: FindReadable): TakenFields {
  const added = new Map<string, readonly Field[]>();
  const rewrite = (part: Plan): Plan => {
    if (part.step !== "project" && part.step !== "aggregate") return mapInputs(part, rewrite);
    const below = passedSteps(part.input);
    const input = below.at(-1);
    const fields = input?.step === "input" ? findReadable(input.name) : undefined;
    if (input?.step !== "input" || fields === undefined) return mapInputs(part, rewrite);
    const found = findFields([part, ...below], fields);
    if (found.size === 0) return part;
    added.set(input.name, [...found.values()]);
    return replaceFields(part, found);
  };
  return { plan: rewrite(plan), added };
}

/** Steps that pass the columns below them, down to what they stand on. */
function passedSteps(plan: Plan): readonly Plan[] {
  switch (plan.step) {
    case "input":
      return [plan];
    case "filter":
    case "limit":
      return [plan, ...passedSteps(plan.input)];
    case "project":
      return isPlain(plan) ? [plan, ...passedSteps(plan.input)] : [];
    default:
      return [];
  }
}

function isPlain(plan: Extract<Plan, { step: "project" }>): boolean {
  return plan.columns.every(
    ({ name, expression }) => expression.node === "column" && expression.name === name,
  );
}

function expressionsOf(step: Plan): readonly ExpressionNode[] {
  switch (step.step) {
    case "project":
      return step.columns.map(({ expression }) => expression);
    case "aggregate":
      return [...step.keys, ...step.aggregates].map(({ expression }) => expression);
    case "filter":
      return step.predicates.filter((predicate) => predicate.node !== "sql");
    default:
      return [];
  }
}

function findFields([top, ...below]: readonly Plan[], fields: readonly Field[]): ReadonlyMap<string, Field> {
  const reading = [top as Plan, ...below.filter(({ step }) => step === "filter")];
  const found = new Map<string, Field>();
  const whole = new Set<string>();
  const visit = (node: ExpressionNode): void => {
    const path = pathOf(node);
    const field = path && findField(path, fields);
    if (path !== undefined && field !== undefined) found.set(path.join("."), field);
    else if (node.node === "column") whole.add(node.name);
    else for (const operand of operandsOf(node)) visit(operand);
  };
  for (const step of reading) for (const node of expressionsOf(step)) visit(node);
  for (const path of found.keys()) if (whole.has(path.split(".")[0] as string)) found.delete(path);
  return found;
}

/** The names from a column to a field in it; undefined for anything else. */
function pathOf(node: ExpressionNode): readonly string[] | undefined {
  if (node.node !== "field") return undefined;
  if (node.operand.node === "column") return [node.operand.name, node.name];
  const outer = pathOf(node.operand);
  return outer && [...outer, node.name];
}

const plainName = /^[A-Za-z_]\w*$/;

/** Undefined for what a scan cannot name, and for what it delivers as something else than it announces, such as JSON. */
function findField(path: readonly string[], fields: readonly Field[]): Field | undefined {
  const name = path.join(".");
  if (!path.every((part) => plainName.test(part)) || fields.some((field) => field.name === name))
    return undefined;
  let among = fields;
  let field: Field | undefined;
  for (const [depth, part] of path.entries()) {
    const [one, ...others] = among.filter((each) => each.name === part);
    if (one === undefined || others.length > 0 || one.metadata.size > 0) return undefined;
    if (depth < path.length - 1 && !Types.isStruct(one.type)) return undefined;
    field = one;
    among = one.type.children ?? [];
  }
  return field && new arrow.Field(name, field.type, true);
}

function replaceFields(plan: Plan, found: ReadonlyMap<string, Field>): Plan {
  const change = (node: ExpressionNode): ExpressionNode => {
    const name = pathOf(node)?.join(".");
    return name !== undefined && found.has(name) ? { node: "column", name } : mapOperands(node, change);
  };
  const below = (step: Plan): Plan => {
    switch (step.step) {
      case "filter":
        return {
          ...step,
          predicates: step.predicates.map((predicate) =>
            predicate.node === "sql" ? predicate : change(predicate),
          ),
          input: below(step.input),
        };
      case "limit":
        return { ...step, input: below(step.input) };
      // It only leaves columns out, by the names that they had.
      case "project":
        return below(step.input);
      default:
        return step;
    }
  };
  const changeNamed = <T extends { readonly expression: ExpressionNode }>(columns: readonly T[]) =>
    columns.map((column) => ({ ...column, expression: change(column.expression) }));
  if (plan.step === "project")
    return { ...plan, columns: changeNamed(plan.columns), input: below(plan.input) };
  if (plan.step !== "aggregate") return plan;
  return {
    ...plan,
    keys: changeNamed(plan.keys),
    aggregates: changeNamed(plan.aggregates) as typeof plan.aggregates,
    input: below(plan.input),
  };
}
