/**
 * Checked plan in, equivalent plan out: filters as near to the scans as they come, a sort and its limit in one step,
 * neighbors of one kind in one step, and no column carried that nothing needs.
 *
 * The same rows come out, in the same order where the order means something. A row on which an expression fails, such
 * as a cast, may be dropped before it is computed: then it does not fail.
 *
 * It leaves alone:
 * - a filter above a limit, tail, top, sample, search, SQL statement or JavaScript function: they depend on the rows
 *   that the filter drops;
 * - a filter on computed columns: they would be computed twice;
 * - a filter above an aggregate or window, unless it only asks for keys that are plain columns; above a join, unless it
 *   asks for one side alone and that side's rows never come without a match; above a distinct, unless it asks for the
 *   compared columns alone; and above these three when it could tell 0 from -0;
 * - a select above a select that computes what it names more than once;
 * - two limits whose offsets add up to more than a number holds exactly; a limit above a filter or a join;
 * - the columns of what a SQL statement or a JavaScript function takes, and of a distinct over all columns;
 * - expressions themselves: only `true` among conditions goes.
 */
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { columnsOf, replaceColumns } from "../expression/expression-parts.ts";
import type { CountedColumns } from "../plan/counted-columns.ts";
import { createPlan, mapInputs, type Plan, type ProjectPlan } from "../plan/plan.ts";
import { type LeafColumns, planColumns } from "../plan/plan-columns.ts";
import { filterOver } from "./filter-over.ts";
import { pruneColumns } from "./prune-columns.ts";

/**
 * @param leafColumns the columns of the plan's tables and statements
 * @param counted as {@link pruneColumns} has it
 */
export function optimize(plan: Plan, leafColumns: LeafColumns, counted?: CountedColumns): Plan {
  const moved = moveSteps(plan, leafColumns);
  return createPlan(moveSteps(pruneColumns(moved, leafColumns, counted), leafColumns));
}

function moveSteps(plan: Plan, leafColumns: LeafColumns): Plan {
  const moved = mapInputs(plan, (input) => moveSteps(input, leafColumns));
  switch (moved.step) {
    case "filter":
      return filterOver(moved.input, moved.predicates, leafColumns);
    case "project":
      return dropIdle(projectOver(moved.input, moved.columns), leafColumns);
    case "limit":
      return limitOver(moved.input, moved.count, moved.offset);
    default:
      return moved;
  }
}

/** A select of all columns in their order does nothing. */
function dropIdle(plan: ProjectPlan, leafColumns: LeafColumns): Plan {
  const names = planColumns(plan.input, leafColumns);
  const isIdle =
    names.length === plan.columns.length &&
    plan.columns.every(
      ({ name, expression }, index) =>
        name === names[index] && expression.node === "column" && expression.name === name,
    );
  return isIdle ? plan.input : plan;
}

function projectOver(input: Plan, columns: readonly NamedExpression[]): ProjectPlan {
  if (input.step !== "project" || !isMergeable(columns, input)) return { step: "project", input, columns };
  const inner = new Map(input.columns.map(({ name, expression }) => [name, expression]));
  const merged = columns.map(({ name, expression }) => ({
    name,
    expression: replaceColumns(expression, (column) => inner.get(column)),
  }));
  return projectOver(input.input, merged);
}

/** Nothing that is computed below may be needed twice, or inside something else that is computed twice. */
function isMergeable(columns: readonly NamedExpression[], { columns: inner }: ProjectPlan): boolean {
  const uses = new Map<string, number>();
  const count = (node: ExpressionNode): void => {
    for (const name of columnsOf(node)) uses.set(name, (uses.get(name) ?? 0) + 1);
  };
  for (const { expression } of columns) {
    count(expression);
    // A column that one expression names twice is computed twice there.
    if (expression.node !== "column") count(expression);
  }
  return inner.every(
    ({ name, expression }) =>
      expression.node === "column" || expression.node === "literal" || (uses.get(name) ?? 0) <= 1,
  );
}

function limitOver(input: Plan, count: number | null, offset: number): Plan {
  // A function of a row's values is called for the rows that are taken alone.
  if (input.step === "project" || input.step === "apply") {
    return { ...input, input: limitOver(input.input, count, offset) };
  }
  if (input.step === "sort" && count !== null) {
    return { step: "top", input: input.input, keys: input.keys, count, offset };
  }
  if ((input.step !== "limit" && input.step !== "top") || !Number.isSafeInteger(input.offset + offset)) {
    return { step: "limit", input, count, offset };
  }
  const left = input.count === null ? Number.POSITIVE_INFINITY : Math.max(0, input.count - offset);
  const fewest = Math.min(left, count ?? Number.POSITIVE_INFINITY);
  if (input.step === "top") return { ...input, count: fewest, offset: input.offset + offset };
  return {
    step: "limit",
    input: input.input,
    count: fewest === Number.POSITIVE_INFINITY ? null : fewest,
    offset: input.offset + offset,
  };
}
