/** Leaves columns out that nothing above needs, down to the scans. */
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { columnsOf, operandsOf } from "../expression/expression-parts.ts";
import type { CountedColumns } from "../plan/counted-columns.ts";
import {
  createPlan,
  inputsOf,
  mapInputs,
  type Plan,
  type ProjectPlan,
  plainColumn,
  type WindowPlan,
} from "../plan/plan.ts";
import { type LeafColumns, planColumns } from "../plan/plan-columns.ts";

/**
 * The plan with the same columns, whose steps carry no others than they need.
 * @param counted the columns of which one is read where rows are only counted; the first of all when left out
 */
export function pruneColumns(plan: Plan, leafColumns: LeafColumns, counted: CountedColumns = () => []): Plan {
  const prune = (part: Plan, needed: ReadonlySet<string>) => pruneTo(part, needed, leafColumns, counted);
  return createPlan(prune(plan, new Set(planColumns(plan, leafColumns))));
}

/** @returns a plan with at least the needed columns; those of a project or aggregate are exactly these. */
function pruneTo(
  plan: Plan,
  needed: ReadonlySet<string>,
  leafColumns: LeafColumns,
  counted: CountedColumns,
): Plan {
  const prune = (part: Plan, names: Iterable<string>) => pruneTo(part, new Set(names), leafColumns, counted);
  const all = (part: Plan) => prune(part, planColumns(part, leafColumns));
  switch (plan.step) {
    case "scan":
    case "input":
      return keep(plan, needed, leafColumns, counted);
    case "project": {
      const columns = keepNamed(plan, needed, counted);
      const input = prune(plan.input, namesIn(columns.map(({ expression }) => expression)));
      return { ...plan, columns, input };
    }
    case "filter": {
      const read = plan.predicates.flatMap((part) => (part.node === "sql" ? [] : [part]));
      return { ...plan, input: prune(plan.input, [...needed, ...namesIn(read)]) };
    }
    case "limit":
    case "tail":
    case "sample":
      return { ...plan, input: prune(plan.input, needed) };
    case "sort":
    case "top": {
      const keys = plan.keys.map(({ expression }) => expression);
      return { ...plan, input: prune(plan.input, [...needed, ...namesIn(keys)]) };
    }
    case "distinct":
      if (plan.on === null) return { ...plan, input: all(plan.input) };
      return { ...plan, input: prune(plan.input, [...needed, ...plan.on]) };
    case "explode":
      return { ...plan, input: prune(plan.input, [...needed, plan.column]) };
    // Which columns a search delivers is a matter of its scan.
    case "search":
      return keep(plan, needed, leafColumns, counted);
    case "aggregate": {
      const aggregates = plan.aggregates.filter(({ name }) => needed.has(name));
      const kept = plan.keys.length + aggregates.length === 0 ? plan.aggregates.slice(0, 1) : aggregates;
      const read = namesIn([...plan.keys, ...kept].map(({ expression }) => expression));
      return { ...plan, aggregates: kept, input: prune(plan.input, read) };
    }
    case "window":
      return pruneWindow(plan, needed, prune);
    case "apply": {
      const functions = plan.functions.filter(({ name }) => needed.has(name));
      if (functions.length === 0) return prune(plan.input, needed);
      const names = functions.map(({ name }) => name);
      const read = namesIn(functions.map((part) => part.function));
      return { ...plan, functions, input: prune(plan.input, [...without(needed, names), ...read]) };
    }
    case "unpivot":
      return { ...plan, input: prune(plan.input, [...plan.keys, ...plan.columns]) };
    case "join": {
      const keys = plan.nearest === undefined ? plan.on : [...plan.on, plan.nearest];
      const on = keys.flatMap(({ left, right }) => [left, right]);
      if (plan.condition !== undefined) on.push(plan.condition);
      const wanted = new Set([...needed, ...namesIn(on)]);
      const within = (part: Plan) => planColumns(part, leafColumns).filter((name) => wanted.has(name));
      return {
        ...plan,
        input: prune(plan.input, within(plan.input)),
        other: prune(plan.other, within(plan.other)),
      };
    }
    case "concat": {
      const columns = planColumns(plan, leafColumns).filter((name) => needed.has(name));
      const named = (columns.length === 0 ? planColumns(plan, leafColumns).slice(0, 1) : columns).map(
        plainColumn,
      );
      const exactly = (part: Plan): Plan =>
        pruneTo(
          { step: "project", input: part, columns: named },
          new Set(named.map(({ name }) => name)),
          leafColumns,
          counted,
        );
      if (named.length === planColumns(plan, leafColumns).length) {
        return { ...plan, input: all(plan.input), other: all(plan.other) };
      }
      return { ...plan, input: exactly(plan.input), other: exactly(plan.other) };
    }
    default:
      return mapInputs(plan, all);
  }
}

type Prune = (part: Plan, names: Iterable<string>) => Plan;

function pruneWindow(plan: WindowPlan, needed: ReadonlySet<string>, prune: Prune): Plan {
  const functions = plan.functions.filter(({ name }) => needed.has(name));
  const names = functions.map(({ name }) => name);
  if (functions.length === 0) return prune(plan.input, needed);
  const read = [
    ...plan.partitionBy,
    ...plan.orderBy.map(({ expression }) => expression),
    ...functions.flatMap(({ function: part }) =>
      part.node === "ranking" ? [] : part.node === "aggregate" ? operandsOf(part) : [part.operand],
    ),
  ];
  return { ...plan, functions, input: prune(plan.input, [...without(needed, names), ...namesIn(read)]) };
}

function without(names: ReadonlySet<string>, dropped: readonly string[]): string[] {
  return [...names].filter((name) => !dropped.includes(name));
}

function namesIn(nodes: readonly ExpressionNode[]): Set<string> {
  return new Set(nodes.flatMap((node) => [...columnsOf(node)]));
}

/** Rows need at least one column to be counted by. */
function keepNamed(
  plan: ProjectPlan,
  needed: ReadonlySet<string>,
  counted: CountedColumns,
): readonly NamedExpression[] {
  const kept = plan.columns.filter(({ name }) => needed.has(name));
  if (kept.length > 0) return kept;
  const names = countedBelow(plan.input, counted);
  const isCounted = ({ expression }: NamedExpression) =>
    expression.node === "column" && names.includes(expression.name);
  return [plan.columns.find(isCounted), plan.columns[0]].filter((column) => column !== undefined).slice(0, 1);
}

function keep(
  plan: Plan,
  needed: ReadonlySet<string>,
  leafColumns: LeafColumns,
  counted: CountedColumns,
): Plan {
  const columns = planColumns(plan, leafColumns);
  const kept = columns.filter((name) => needed.has(name));
  if (kept.length === columns.length) return plan;
  const [name = columns[0]] = countedBelow(plan, counted);
  const names = kept.length === 0 && name !== undefined ? [name] : kept;
  return { step: "project", input: plan, columns: names.map(plainColumn) };
}

function countedBelow(plan: Plan, counted: CountedColumns): readonly string[] {
  if (plan.step === "scan" || plan.step === "input" || plan.step === "sql") return counted(plan);
  return inputsOf(plan).flatMap((input) => countedBelow(input, counted));
}
