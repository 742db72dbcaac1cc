/** Puts a filter over a plan, as far below as it keeps the same rows. */
import type { ExpressionNode } from "../expression/expression-node.ts";
import { columnsOf, operandsOf, replaceColumns } from "../expression/expression-parts.ts";
import type { AggregatePlan, JoinPlan, Plan, Predicate, ProjectPlan, WindowPlan } from "../plan/plan.ts";
import { type LeafColumns, planColumns } from "../plan/plan-columns.ts";

/** What a predicate becomes one step below, or undefined where it has to stay. */
type Lower = (predicate: Predicate) => Predicate | undefined;

export function filterOver(input: Plan, predicates: readonly Predicate[], leafColumns: LeafColumns): Plan {
  const parts = predicates.flatMap(conjuncts);
  if (parts.length === 0) return input;
  const columnsOfPlan = (plan: Plan) => new Set(planColumns(plan, leafColumns));
  const lowerInto = (plan: Plan, kept: readonly Predicate[]) => filterOver(plan, kept, leafColumns);
  switch (input.step) {
    case "filter":
      return lowerInto(input.input, [...input.predicates, ...parts]);
    case "project":
      return split(input, parts, throughProject(input), lowerInto);
    case "sort":
    case "unpivot":
    case "explode":
    case "window":
    case "apply":
    case "aggregate":
    case "distinct":
      return split(input, parts, through(input), lowerInto);
    case "concat": {
      const own = parts.filter((part) => part.node !== "sql");
      if (own.length < parts.length) return filter(input, parts);
      return { ...input, input: lowerInto(input.input, own), other: lowerInto(input.other, own) };
    }
    case "join":
      return filterJoin(input, parts, columnsOfPlan, lowerInto);
    default:
      return filter(input, parts);
  }
}

/** First what only compares, in whatever order it was written: a value that cannot be computed fails in the rows that are left, with every engine. */
function filter(input: Plan, predicates: readonly Predicate[]): Plan {
  if (predicates.length === 0) return input;
  const inOrder = [...predicates.filter(onlyCompares), ...predicates.filter((each) => !onlyCompares(each))];
  return { step: "filter", input, predicates: inOrder };
}

function onlyCompares(node: Predicate): boolean {
  if (node.node === "sql") return true;
  if (node.node === "call") return node.function === "startsWith" || node.function === "isNaN";
  return comparing.has(node.node) && operandsOf(node).every(onlyCompares);
}

const comparing: ReadonlySet<string> = new Set<ExpressionNode["node"]>([
  "literal",
  "column",
  "field",
  "comparison",
  "isNull",
  "isIn",
  "like",
  "not",
  "and",
  "or",
]);

/** The parts of an `and`, without those that are always true. */
function conjuncts(predicate: Predicate): readonly Predicate[] {
  if (predicate.node === "and") return predicate.operands.flatMap(conjuncts);
  return predicate.node === "literal" && predicate.text === "true" ? [] : [predicate];
}

type LowerInto = (plan: Plan, predicates: readonly Predicate[]) => Plan;

function split<P extends Plan & { readonly input: Plan }>(
  plan: P,
  predicates: readonly Predicate[],
  lower: Lower,
  lowerInto: LowerInto,
): Plan {
  const lowered = predicates.map(lower);
  const staying = predicates.filter((_, index) => lowered[index] === undefined);
  const moving = lowered.filter((predicate) => predicate !== undefined);
  return filter(moving.length === 0 ? plan : { ...plan, input: lowerInto(plan.input, moving) }, staying);
}

/** SQL text sees the table's own columns by definition, so a select below it never hides one. */
function throughProject({ columns }: ProjectPlan): Lower {
  const plain = plainNames(columns);
  return (predicate) => (predicate.node === "sql" ? predicate : renamed(predicate, plain));
}

function plainNames(columns: ProjectPlan["columns"]): ReadonlyMap<string, string> {
  return new Map(
    columns.flatMap(({ name, expression }) =>
      expression.node === "column" ? [[name, expression.name] as const] : [],
    ),
  );
}

/** The predicate with the names below, or undefined when it reads what is not a plain column. */
function renamed(node: ExpressionNode, plain: ReadonlyMap<string, string>): ExpressionNode | undefined {
  if (![...columnsOf(node)].every((name) => plain.has(name))) return undefined;
  return replaceColumns(node, (name) => ({ node: "column", name: plain.get(name) ?? name }));
}

function through(
  plan: Extract<
    Plan,
    { step: "sort" | "unpivot" | "explode" | "window" | "apply" | "aggregate" | "distinct" }
  >,
): Lower {
  const unless = (isKept: (columns: ReadonlySet<string>, node: ExpressionNode) => boolean): Lower => {
    return (predicate) => {
      if (predicate.node === "sql") return undefined;
      return isKept(columnsOf(predicate), predicate) ? predicate : undefined;
    };
  };
  switch (plan.step) {
    case "sort":
      return unless(() => true);
    case "unpivot":
      return unless((columns) => isWithin(columns, plan.keys));
    case "explode":
      return unless((columns) => !columns.has(plan.column));
    case "window":
      return unless((columns, node) => isWithin(columns, partitionColumns(plan)) && keepsEquals(node));
    case "apply":
      return unless((columns) => !plan.functions.some(({ name }) => columns.has(name)));
    case "distinct":
      return unless((columns, node) => (plan.on === null || isWithin(columns, plan.on)) && keepsEquals(node));
    case "aggregate":
      return throughAggregate(plan);
    default:
      return plan satisfies never;
  }
}

function throughAggregate({ keys }: AggregatePlan): Lower {
  const plain = plainNames(keys);
  // Without keys there is one row also when no row is left.
  if (plain.size === 0) return () => undefined;
  return (predicate) => {
    if (predicate.node === "sql" || !keepsEquals(predicate) || columnsOf(predicate).size === 0)
      return undefined;
    return renamed(predicate, plain);
  };
}

function partitionColumns({ partitionBy }: WindowPlan): readonly string[] {
  return partitionBy.flatMap((node) => (node.node === "column" ? [node.name] : []));
}

function isWithin(columns: ReadonlySet<string>, names: readonly string[]): boolean {
  return columns.size > 0 && [...columns].every((column) => names.includes(column));
}

/** Whether values that count as one, such as 0 and -0, are the same to the predicate. */
function keepsEquals(node: ExpressionNode): boolean {
  switch (node.node) {
    case "column":
    case "literal":
      return true;
    case "comparison":
    case "isNull":
    case "isIn":
    case "like":
    case "not":
    case "and":
    case "or":
      return operandsOf(node).every(keepsEquals);
    default:
      return false;
  }
}

/** Kinds of join in which each row of the side stands for itself: it goes, or stays, whatever else there is. */
const pushedLeft: readonly JoinPlan["kind"][] = ["inner", "left", "semi", "anti", "cross"];
const pushedRight: readonly JoinPlan["kind"][] = ["inner", "right", "cross"];

function filterJoin(
  join: JoinPlan,
  predicates: readonly Predicate[],
  columnsOfPlan: (plan: Plan) => ReadonlySet<string>,
  lowerInto: LowerInto,
): Plan {
  const sides = [
    { plan: join.input, columns: [...columnsOfPlan(join.input)], isPushed: pushedLeft.includes(join.kind) },
    {
      plan: join.other,
      columns: [...columnsOfPlan(join.other)],
      isPushed: join.nearest === undefined && pushedRight.includes(join.kind),
    },
  ];
  const sideOf = (predicate: Predicate): number => {
    if (predicate.node === "sql") return -1;
    const columns = columnsOf(predicate);
    return sides.findIndex((side) => side.isPushed && isWithin(columns, side.columns));
  };
  const moved = predicates.map(sideOf);
  const partFor = (side: number) => predicates.filter((_, index) => moved[index] === side);
  return filter(
    { ...join, input: lowerInto(join.input, partFor(0)), other: lowerInto(join.other, partFor(1)) },
    partFor(-1),
  );
}
