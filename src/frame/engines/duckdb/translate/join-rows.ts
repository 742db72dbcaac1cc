/** Joins rows by the conditions that hold between them, so that equal values are keys and nothing is multiplied that need not be. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { columnsOf, expressionKey } from "../../../expression/expression-parts.ts";
import type { JoinKey, JoinKind, JoinPlan, Plan } from "../../../plan/plan.ts";
import type { Relation } from "./columns.ts";

type Ids = ReadonlySet<string>;

export function idsOf({ columns }: Pick<Relation, "columns">): Ids {
  return new Set(columns.map(({ id }) => id));
}

export function reads(node: ExpressionNode, ids: Ids): boolean {
  return [...columnsOf(node)].every((id) => ids.has(id));
}

/** Conditions of which each has to be true, with what all sides of an OR have in common taken out of it. */
export function separateConditions(nodes: readonly ExpressionNode[]): readonly ExpressionNode[] {
  return nodes.flatMap((node): readonly ExpressionNode[] => {
    if (node.node === "and") return separateConditions(node.operands);
    if (node.node !== "or") return [node];
    const sides = node.operands.map((operand) => separateConditions([operand]));
    const [first = [], ...others] = sides.map(
      (side) => new Map(side.map((part) => [expressionKey(part), part])),
    );
    const common = [...(first as Map<string, ExpressionNode>)].filter(([key]) =>
      others.every((side) => (side as Map<string, ExpressionNode>).has(key)),
    );
    if (common.length === 0) return [node];
    const keys = new Set(common.map(([key]) => key));
    const rests = sides.map((side) => side.filter((part) => !keys.has(expressionKey(part))));
    const parts = common.map(([, part]) => part);
    if (rests.some((rest) => rest.length === 0)) return parts;
    return [...parts, { node: "or", operands: rests.map(allOf) }];
  });
}

function allOf(nodes: readonly ExpressionNode[]): ExpressionNode {
  const [first, ...others] = nodes;
  return others.length === 0 && first !== undefined ? first : { node: "and", operands: nodes };
}

/** The keys of an equality of which one side is computed of these rows, and the other of those. */
export function keyOf(node: ExpressionNode, left: Ids, right: Ids): JoinKey | undefined {
  if (node.node !== "comparison" || node.operator !== "eq") return undefined;
  const computes = (part: ExpressionNode, ids: Ids) => columnsOf(part).size > 0 && reads(part, ids);
  if (computes(node.left, left) && computes(node.right, right)) return { left: node.left, right: node.right };
  if (computes(node.left, right) && computes(node.right, left)) return { left: node.right, right: node.left };
  return undefined;
}

/** Rows of all, for which all conditions are true. */
export function joinAll(relations: readonly Relation[], written: readonly ExpressionNode[]): Plan {
  const conditions = separateConditions(written);
  let left = [...conditions];
  const take = (test: (node: ExpressionNode) => boolean) => {
    const taken = left.filter(test);
    left = left.filter((node) => !taken.includes(node));
    return taken;
  };
  const waiting = relations.map((relation) => {
    const ids = idsOf(relation);
    return {
      ids,
      plan: filterRows(
        relation.plan,
        take((node) => reads(node, ids)),
      ),
    };
  });
  const [first, ...others] = waiting;
  if (first === undefined) throw new TypeError("there are no rows to join");
  let { plan } = first;
  let known = first.ids;
  while (others.length > 0) {
    const keysTo = (ids: Ids) => left.flatMap((node) => keyOf(node, known, ids) ?? []);
    const index = Math.max(
      0,
      others.findIndex(({ ids }) => keysTo(ids).length > 0),
    );
    const [next] = others.splice(index, 1) as [(typeof waiting)[number]];
    const on = keysTo(next.ids);
    take((node) => keyOf(node, known, next.ids) !== undefined);
    known = new Set([...known, ...next.ids]);
    plan = filterRows(
      joinRows(plan, next.plan, on.length === 0 ? "cross" : "inner", on),
      take((node) => reads(node, known)),
    );
  }
  return filterRows(plan, left);
}

export function filterRows(input: Plan, predicates: readonly ExpressionNode[]): Plan {
  return predicates.length === 0 ? input : { step: "filter", input, predicates };
}

export function joinRows(
  input: Plan,
  other: Plan,
  kind: JoinKind,
  on: readonly JoinKey[],
  conditions: readonly ExpressionNode[] = [],
): JoinPlan {
  const condition = conditions.length === 0 ? {} : { condition: allOf(conditions) };
  return { step: "join", input, other, kind, on, suffix: "_right", ...condition };
}
