/** Checks a plan against the schemas of its tables and writes its short forms out, before anything is read. */
import type { Field, Schema } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { holds } from "../expression/expression-parts.ts";
import type { TextExpression } from "../expression/text-expression.ts";
import { checkCondition, checkSortKeys } from "../functions/infer-type.ts";
import { plainType } from "../functions/operand.ts";
import { finder, refuseSameNames, takeName } from "../plan/columns.ts";
import {
  type ConcatPlan,
  type FilterPlan,
  type Plan,
  type Predicate,
  plainColumn,
  type ScanPlan,
  type SearchPlan,
  type SetPlan,
  type SqlPlan,
} from "../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../plan/step-fields.ts";
import { carrySearch } from "./carry-search.ts";
import { checkProjection } from "./check-projection.ts";
import type { CheckedPlan } from "./checked-plan.ts";
import { expandJoin } from "./expand-join.ts";
import { expandStep, isShortForm } from "./expand-step.ts";
import { refuseTexts } from "./refuse-texts.ts";
import { separateAggregates } from "./separate-aggregates.ts";
import { uniteColumns } from "./unite-columns.ts";

/** Where schemas are asked for. */
export interface SchemaLookup {
  scan(plan: ScanPlan): Promise<Schema>;
  input(name: string): Schema;
  /** @param inputs the fields of the statement's inputs, by their names. */
  sql(plan: SqlPlan, inputs: ReadonlyMap<string, readonly Field[]>): Promise<Schema>;
  /** What a text reads as in SQL; undefined for one that is not an expression. */
  readText(text: string): Promise<TextExpression | undefined>;
}

/**
 * @throws DlfLanceError TableColumnNotFound naming the column, the columns there are and the nearest of them;
 *   InvalidInput for expressions and steps that make no sense.
 */
export async function checkPlan(plan: Plan, schemas: SchemaLookup): Promise<CheckedPlan> {
  switch (plan.step) {
    case "scan":
      return { plan, fields: (await schemas.scan(plan)).fields };
    case "input":
      return { plan, fields: schemas.input(plan.name).fields };
    case "sql": {
      const inputs = await Promise.all(
        plan.inputs.map(async (input) => ({ name: input.name, ...(await checkPlan(input.plan, schemas)) })),
      );
      const checked: SqlPlan = {
        ...plan,
        inputs: inputs.map((input) => ({ name: input.name, plan: input.plan })),
      };
      const fields = new Map(inputs.map((input) => [input.name, input.fields]));
      return { plan: checked, fields: (await schemas.sql(checked, fields)).fields };
    }
    case "join":
    case "set":
    case "concat": {
      const [input, other] = await Promise.all([
        checkPlan(plan.input, schemas),
        checkPlan(plan.other, schemas),
      ]);
      if (plan.step === "concat") return checkConcat(plan, input, other);
      if (plan.step === "set") return checkSet(plan, input, other);
      for (const { left, right } of plan.on) for (const key of [left, right]) refuseFunction(key, "join on");
      if (plan.condition !== undefined) refuseFunction(plan.condition, "join where");
      const { base, steps } = expandJoin(plan, input, other);
      return steps.reduce(checkStep, base);
    }
    case "search":
      return checkSearch(plan, await checkPlan(plan.input, schemas), schemas);
    case "extend": {
      const input = await checkPlan(plan.input, schemas);
      await refuseTexts(plan, input.fields, schemas.readText);
      return checkStep(input, plan);
    }
    default:
      return checkStep(await checkPlan(plan.input, schemas), plan);
  }
}

type OneInputPlan = Exclude<Plan, { step: "scan" | "input" | "sql" | "search" | "join" | "concat" | "set" }>;

/** @param input checked; what the step itself names as its input does not count. */
function checkStep(input: CheckedPlan, plan: Plan): CheckedPlan {
  if (isShortForm(plan)) return expandStep(plan, input).reduce(checkStep, input);
  const step = plan as Exclude<OneInputPlan, Parameters<typeof expandStep>[0]>;
  const find = finder(input.fields, step.input);
  switch (step.step) {
    case "filter":
      if (step.predicates.some((part) => part.node !== "sql" && holds(part, "function")))
        return filterByFunctions(step, input);
      for (const predicate of step.predicates) {
        if (predicate.node === "sql") continue;
        refuseManyRows(predicate, "filter by");
        checkCondition(predicate, find);
      }
      return complete(step, input);
    case "project":
      return checkProjection(step, input);
    case "sort":
    case "top":
      for (const { expression } of step.keys) {
        refuseManyRows(expression, "sort by");
        refuseFunction(expression, "sort by");
      }
      checkSortKeys(step.keys, find);
      return complete(step, input);
    case "distinct":
      for (const column of step.on ?? []) find(column);
      return complete(step, input);
    case "explode":
      find(step.column);
      return complete(step, input);
    case "aggregate": {
      for (const { expression } of step.keys) refuseFunction(expression, "group by");
      for (const { expression } of step.aggregates) refuseFunction(expression, "aggregate");
      const { aggregate, after } = separateAggregates(step);
      const groups = complete({ ...step, ...aggregate }, input);
      refuseSameNames(
        groups.fields.map(({ name }) => name),
        "group rows",
        "give one of them another name with as()",
      );
      return after === undefined
        ? groups
        : checkStep(groups, { step: "project", input: step, columns: after });
    }
    case "unpivot": {
      const { columns } = uniteColumns(step.columns, find);
      refuseSameNames(
        [...step.keys, step.nameColumn, step.valueColumn],
        "unpivot",
        "choose other names for the columns of names and values",
      );
      const narrowed = checkStep(input, {
        step: "project",
        input: step.input,
        columns: [...step.keys.map(plainColumn), ...columns],
      });
      return complete(step, narrowed);
    }
    case "limit":
    case "tail":
    case "sample":
    case "window":
    case "mapBatches":
    case "apply":
      return complete(step, input);
    default:
      return step satisfies never;
  }
}

function complete(plan: StepOnInputs, input: CheckedPlan): CheckedPlan {
  return { plan: { ...plan, input: input.plan }, fields: stepFields(plan, [input.fields]) };
}

/** Aggregates and windows need more rows than one. */
function refuseManyRows(node: ExpressionNode, action: string): void {
  if (!holds(node, "aggregate") && !holds(node, "window")) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action} ${describeExpression(node)}: it computes over many rows; make it a column first, with agg() or withColumn()`,
  );
}

/** The functions' conditions are columns first, that go again. */
function filterByFunctions(step: FilterPlan, input: CheckedPlan): CheckedPlan {
  const taken = new Set(input.fields.map(({ name }) => name));
  const columns: NamedExpression[] = [];
  const predicates = step.predicates.map((predicate): Predicate => {
    if (predicate.node === "sql" || !holds(predicate, "function")) return predicate;
    checkCondition(predicate, finder(input.fields, step.input));
    const name = takeName(describeExpression(predicate), taken);
    columns.push({ name, expression: predicate });
    return { node: "column", name };
  });
  const steps: readonly OneInputPlan[] = [
    { step: "extend", input: step, columns },
    { step: "filter", input: step, predicates },
    { step: "project", input: step, columns: input.fields.map(({ name }) => plainColumn(name)) },
  ];
  return steps.reduce(checkStep, input);
}

/** @throws DlfLanceError InvalidInput for a JavaScript function where its values have no column yet. */
function refuseFunction(node: ExpressionNode, action: string): void {
  if (!holds(node, "function")) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action} ${describeExpression(node)}: a JavaScript function computes it; make it a column first, with withColumn()`,
  );
}

async function checkSearch(
  plan: SearchPlan,
  input: CheckedPlan,
  schemas: SchemaLookup,
): Promise<CheckedPlan> {
  const { scan, search, columns } = carrySearch(plan, input.plan, input.fields);
  const { fields } = await schemas.scan(scan);
  const searched: CheckedPlan = { plan: search, fields: stepFields(search, [fields]) };
  return columns === undefined ? searched : checkStep(searched, { step: "project", input: search, columns });
}

/** Both sides with the same columns, types and order. */
function checkConcat(plan: ConcatPlan, input: CheckedPlan, other: CheckedPlan): CheckedPlan {
  const [find, findOther] = [finder(input.fields, plan.input), finder(other.fields, plan.other)];
  if (plan.fillsMissing === true) return concatMissing(plan, input, other);
  for (const { name } of other.fields) find(name);
  const united = input.fields.map(({ name }) => uniteColumns([name], find, findOther).columns);
  const select = (side: CheckedPlan, index: 0 | 1): CheckedPlan =>
    checkStep(side, {
      step: "project",
      input: plan,
      columns: united.flatMap((columns) => columns[index] ?? []),
    });
  const [left, right] = [select(input, 0), select(other, 1)];
  const concat: ConcatPlan = { step: "concat", input: left.plan, other: right.plan };
  return { plan: concat, fields: stepFields(concat, [left.fields, right.fields]) };
}

/** Both sides with all columns of either: what one lacks is null there. */
function concatMissing(plan: ConcatPlan, input: CheckedPlan, other: CheckedPlan): CheckedPlan {
  const fill = (side: CheckedPlan, missing: readonly Field[]): CheckedPlan => {
    const columns = missing.map(({ name, type }) => ({
      name,
      expression: nullOf(typeName(plainType(type))),
    }));
    return columns.length === 0 ? side : checkStep(side, { step: "extend", input: plan, columns });
  };
  const lacking = (side: CheckedPlan, from: CheckedPlan) =>
    from.fields.filter(({ name }) => !side.fields.some((field) => field.name === name));
  const { fillsMissing: _, ...concat } = plan;
  return checkConcat(concat, fill(input, lacking(input, other)), fill(other, lacking(other, input)));
}

function nullOf(type: string): ExpressionNode {
  return { node: "cast", operand: { node: "literal", type: "null", text: "" }, type, orNull: false };
}

/** Groups of equal rows of both, of which those are kept that the first has, and that the second has or has not. */
function checkSet(plan: SetPlan, input: CheckedPlan, other: CheckedPlan): CheckedPlan {
  const names = input.fields.map(({ name }) => name);
  const taken = new Set([...names, ...other.fields.map(({ name }) => name)]);
  const [side, first, second] = ["side", "of the first", "of the second"].map((name) =>
    takeName(name, taken),
  ) as [string, string, string];
  const constant = (value: boolean): ExpressionNode => ({
    node: "literal",
    type: "boolean",
    text: String(value),
  });
  const mark = (checked: CheckedPlan, isFirst: boolean) =>
    checkStep(checked, {
      step: "extend",
      input: plan,
      columns: [{ name: side, expression: constant(isFirst) }],
    });
  const both = checkConcat(
    { step: "concat", input: plan.input, other: plan.other },
    mark(input, true),
    mark(other, false),
  );
  const column = (name: string): ExpressionNode => ({ node: "column", name });
  const any = (name: string, expression: ExpressionNode) => ({
    name,
    expression: { node: "aggregate", function: "any", operand: expression, fraction: null } as const,
  });
  const isKept: ExpressionNode =
    plan.operation === "intersect" ? column(second) : { node: "not", operand: column(second) };
  const steps: readonly OneInputPlan[] = [
    {
      step: "aggregate",
      input: plan,
      keys: names.map(plainColumn),
      aggregates: [any(first, column(side)), any(second, { node: "not", operand: column(side) })],
    },
    { step: "filter", input: plan, predicates: [column(first), isKept] },
    { step: "project", input: plan, columns: names.map(plainColumn) },
  ];
  return steps.reduce(checkStep, both);
}
