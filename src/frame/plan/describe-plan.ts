/** Plans as a person reads them: one line, or one line a step. */
import { countOf, formatCount } from "../../display/text/number-text.ts";
import { showControls } from "../../display/text/visible-text.ts";
import {
  describeExpression,
  describeName,
  describeSortKeys,
  describeSpecification,
  describeWindowFunction,
} from "../expression/describe-expression.ts";
import type { NamedExpression } from "../expression/expression-node.ts";
import { inputsOf, namePlan, type Plan, type Predicate, type SearchPlan, type TableVersion } from "./plan.ts";

/** `scan default.orders → where f0 > 201 → select f0, f1 → limit 10`. Of a second input only its table is named. */
export function describePlan(plan: Plan): string {
  const steps: string[] = [];
  let at: Plan | undefined = plan;
  while (at !== undefined) {
    const [input, other]: readonly Plan[] = inputsOf(at);
    steps.unshift(showControls(stepText(at, other === undefined ? undefined : namePlan(other))));
    at = input;
  }
  return steps.join(" → ");
}

/** Each step in the order in which they work on the rows; what a step takes in addition is indented before it. */
export function planLines(plan: Plan): string[] {
  const [input, ...others] = inputsOf(plan);
  return [
    ...(input === undefined ? [] : planLines(input)),
    ...others.flatMap((other) => planLines(other).map((line) => `  ${line}`)),
    describeStep(plan),
  ];
}

export function describeStep(plan: Plan): string {
  return showControls(stepText(plan));
}

/** @param other what the rows of a second input are called */
function stepText(plan: Plan, other = "the rows above"): string {
  switch (plan.step) {
    case "scan":
      return `scan ${plan.table}${plan.version === null ? "" : ` at ${describeVersion(plan.version)}`}`;
    case "input":
      return `rows of ${plan.name}`;
    case "search":
      return describeSearch(plan.search);
    case "filter":
      return `where ${describePredicates(plan.predicates)}`;
    case "project":
      return `select ${listColumns(plan.columns)}`;
    case "exclude":
      return `exclude ${listNames(plan.columns)}`;
    case "extend":
      return `with ${listColumns(plan.columns)}`;
    case "rename":
      return `rename ${plan.columns.map(({ from, to }) => `${describeName(from)} to ${describeName(to)}`).join(", ")}`;
    case "limit":
      return describeLimit(plan.count, plan.offset);
    case "tail":
      return `tail ${formatCount(plan.count)}`;
    case "sort":
      return `sort by ${describeSortKeys(plan.keys)}`;
    case "top":
      return `sort by ${describeSortKeys(plan.keys)}, ${describeLimit(plan.count, plan.offset)}`;
    case "distinct":
      return plan.on === null ? "distinct" : `distinct on ${listNames(plan.on)}`;
    case "sample":
      return `sample ${plan.rows === null ? `${plan.fraction} of the rows` : countOf(plan.rows, "row")} (seed ${plan.seed})`;
    case "dropNull":
      return plan.columns === null ? "drop null" : `drop null in ${listNames(plan.columns)}`;
    case "fillNull":
      return `fill null with ${describeExpression(plan.value)}${plan.columns === null ? "" : ` in ${listNames(plan.columns)}`}`;
    case "explode":
    case "unnest":
      return `${plan.step} ${describeName(plan.column)}`;
    case "concat":
      return `concat with ${other}${plan.fillsMissing === true ? ", missing columns as null" : ""}`;
    case "set":
      return `${plan.operation} ${other}`;
    case "unique":
      return `unique rows${plan.on === null ? "" : ` by ${listNames(plan.on)}`}, keeping ${plan.keep}`;
    case "join":
      return describeJoin(plan, other);
    case "aggregate":
      return describeGroups(plan.keys, plan.aggregates);
    case "window":
      return `window ${describeSpecification(plan)}: ${plan.functions.map((part) => `${describeWindowFunction(part.function)} as ${describeName(part.name)}`).join(", ")}`;
    case "pivot":
      return `pivot ${describeExpression(plan.on)} by ${listColumns(plan.keys)}: ${describeExpression(plan.aggregate)} for ${listNames(plan.values.map(({ name }) => name))}`;
    case "unpivot":
      return `unpivot ${listNames(plan.columns)} by ${listNames(plan.keys)}`;
    case "sql":
      return `sql ${writeOnOneLine(plan.text)}`;
    case "apply":
      return `apply ${listColumns(plan.functions.map((part) => ({ name: part.name, expression: part.function })))}`;
    case "mapBatches":
      return `map batches by ${plan.name}`;
    default:
      return plan satisfies never;
  }
}

function describePredicates(predicates: readonly Predicate[]): string {
  const texts = predicates.map((predicate) => {
    const text = predicate.node === "sql" ? predicate.text : describeExpression(predicate);
    const isCompound = predicate.node === "sql" || predicate.node === "or";
    return predicates.length > 1 && isCompound ? `(${text})` : text;
  });
  return texts.join(" and ");
}

function describeLimit(count: number | null, offset: number): string {
  const skipped = offset === 0 ? "" : `offset ${formatCount(offset)}`;
  if (count === null) return skipped === "" ? "offset 0" : skipped;
  return `limit ${formatCount(count)} ${skipped}`.trimEnd();
}

function describeVersion(version: TableVersion): string {
  if ("number" in version) return `version ${version.number}`;
  return "tag" in version ? `tag ${describeName(version.tag)}` : version.time;
}

export function describeSearch(search: SearchPlan["search"]): string {
  const parts = [
    search.nearest === null
      ? ""
      : `nearest to a vector of ${search.nearest.vector.length}${search.nearest.column === null ? "" : ` in ${describeName(search.nearest.column)}`}`,
    search.text === null ? "" : `search ${JSON.stringify(search.text.text)}`,
  ];
  return `${parts.filter((part) => part !== "").join(" and ")}, ${countOf(search.count, "row")}`;
}

/** A statement on one line; what is quoted in it stays as it is, and shows its line ends. */
function writeOnOneLine(sql: string): string {
  return sql
    .trim()
    .replace(/'[^']*'|"[^"]*"|\s+/g, (part) =>
      /^\s/.test(part) ? " " : part.replaceAll("\n", "\\n").replaceAll("\r", "\\r"),
    );
}

function describeJoin(plan: Extract<Plan, { step: "join" }>, other: string): string {
  const on = plan.on.map(({ left, right }) => {
    const [a, b] = [describeExpression(left), describeExpression(right)];
    return a === b ? a : `${a} = ${b}`;
  });
  const { nearest, condition } = plan;
  const near =
    nearest === undefined
      ? []
      : [
          `nearest ${describeExpression(nearest.right)} ${nearest.direction} of ${describeExpression(nearest.left)}`,
        ];
  const keys = [...on, ...near, ...(condition === undefined ? [] : [describeExpression(condition)])];
  return `${plan.kind} join with ${other}${keys.length === 0 ? "" : ` on ${keys.join(", ")}`}`;
}

function describeGroups(keys: readonly NamedExpression[], aggregates: readonly NamedExpression[]): string {
  if (keys.length === 0) return `aggregate ${listColumns(aggregates)}`;
  return `group by ${listColumns(keys)}${aggregates.length === 0 ? "" : `: ${listColumns(aggregates)}`}`;
}

function listColumns(columns: readonly NamedExpression[]): string {
  return columns
    .map(({ name, expression }) =>
      expression.node === "column" && expression.name === name
        ? describeName(name)
        : `${describeExpression(expression)} as ${describeName(name)}`,
    )
    .join(", ");
}

function listNames(names: readonly string[]): string {
  return names.map(describeName).join(", ");
}
