/** The short forms of plans, as core steps over the columns of their input. */
import { arrow, type Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeName } from "../expression/describe-expression.ts";
import type { AggregateNode, ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import type { FindField } from "../functions/infer-type.ts";
import { finder, listNames, refuseSameNames, takeName } from "../plan/columns.ts";
import {
  type ExtendPlan,
  type FillNullPlan,
  namePlan,
  type PivotPlan,
  type Plan,
  plainColumn,
  type RenamePlan,
  type SetPlan,
  type ShortPlan,
  type UniquePlan,
  type UnnestPlan,
} from "../plan/plan.ts";
import { kindOf } from "../types/column-kind.ts";
import { fitsKind } from "../types/comparable.ts";
import type { CheckedPlan } from "./checked-plan.ts";

const shortSteps: readonly Plan["step"][] = [
  "exclude",
  "extend",
  "rename",
  "dropNull",
  "fillNull",
  "unnest",
  "unique",
  "pivot",
];

type OneInputShort = Exclude<ShortPlan, SetPlan>;

export function isShortForm(plan: Plan): plan is OneInputShort {
  return shortSteps.includes(plan.step);
}

/**
 * Steps that do the same, in their order. What they name as input does not count.
 * @throws DlfLanceError TableColumnNotFound; InvalidInput where the step makes no sense for these columns.
 */
export function expandStep(plan: OneInputShort, { plan: input, fields }: CheckedPlan): readonly Plan[] {
  const find = finder(fields, plan.input);
  const project = (columns: readonly NamedExpression[]): Plan[] => [{ step: "project", input, columns }];
  switch (plan.step) {
    case "exclude": {
      const dropped = new Set(plan.columns.map((column) => find(column).name));
      const kept = fields.filter((field) => !dropped.has(field.name));
      if (kept.length > 0) return project(kept.map(({ name }) => plainColumn(name)));
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot exclude ${listNames([...dropped])} from ${namePlan(plan)}: no column would be left; use count() if only the number of rows matters`,
      );
    }
    case "extend":
      return project(extendColumns(plan, fields));
    case "rename":
      return project(renameColumns(plan, fields, find));
    case "dropNull": {
      const columns = plan.columns?.map((column) => find(column).name) ?? fields.map(({ name }) => name);
      const predicates = columns.map(
        (name): ExpressionNode => not({ node: "isNull", operand: column(name) }),
      );
      return [{ step: "filter", input, predicates }];
    }
    case "fillNull":
      return project(fillColumns(plan, fields, find));
    case "unnest":
      return project(unnestColumns(plan, fields, find));
    case "unique":
      return keepUnique(plan, fields, find);
    case "pivot":
      return [pivot(plan)];
    default:
      return plan satisfies never;
  }
}

function column(name: string): ExpressionNode {
  return { node: "column", name };
}

function not(operand: ExpressionNode): ExpressionNode {
  return { node: "not", operand };
}

function extendColumns({ columns }: ExtendPlan, fields: readonly Field[]): readonly NamedExpression[] {
  refuseSameNames(
    columns.map(({ name }) => name),
    "add columns",
    "add them one after the other",
  );
  const added = new Map(columns.map((named) => [named.name, named]));
  const names = new Set(fields.map(({ name }) => name));
  return [
    ...fields.map(({ name }) => added.get(name) ?? plainColumn(name)),
    ...columns.filter(({ name }) => !names.has(name)),
  ];
}

function renameColumns({ columns }: RenamePlan, fields: readonly Field[], find: FindField) {
  const renamed = new Map(columns.map(({ from, to }) => [find(from).name, to]));
  const result = fields.map(({ name }) => ({ name: renamed.get(name) ?? name, expression: column(name) }));
  refuseSameNames(
    result.map(({ name }) => name),
    "rename columns",
    "choose another name",
  );
  return result;
}

function fillColumns({ value, columns }: FillNullPlan, fields: readonly Field[], find: FindField) {
  const named = columns?.map((name) => find(name).name);
  const isFilled = (field: Field) => (named === undefined ? fits(field, value) : named.includes(field.name));
  return fields.map((field): NamedExpression => {
    if (!isFilled(field)) return plainColumn(field.name);
    const both: ExpressionNode[] = [column(field.name), value];
    return { name: field.name, expression: { node: "call", function: "coalesce", arguments: both } };
  });
}

function fits(field: Field, value: LiteralNode): boolean {
  return fitsKind(kindOf(field), value);
}

function unnestColumns(plan: UnnestPlan, fields: readonly Field[], find: FindField) {
  const struct = find(plan.column);
  if (!arrow.DataType.isStruct(struct.type)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot unnest column ${describeName(plan.column)}: it is not a struct`,
    );
  }
  const parts: readonly Field[] = struct.type.children;
  const result = fields.flatMap((field): NamedExpression[] => {
    if (field !== struct) return [plainColumn(field.name)];
    const operand = column(field.name);
    return parts.map(({ name }) => ({ name, expression: { node: "field", operand, name } }));
  });
  refuseSameNames(
    result.map(({ name }) => name),
    `unnest ${describeName(plan.column)}`,
    "rename the column before",
  );
  return result;
}

/** `first` and `any` are the first of equal rows; of the others a window tells. */
function keepUnique(plan: UniquePlan, fields: readonly Field[], find: FindField): readonly Plan[] {
  const names = plan.on?.map((name) => find(name).name) ?? fields.map(({ name }) => name);
  const { input, keep } = plan;
  if (keep === "any" || keep === "first") return [{ step: "distinct", input, on: names }];
  const place = takeName("equal rows", new Set(fields.map(({ name }) => name)));
  const counted: ExpressionNode = {
    node: "window",
    function: { node: "aggregate", function: "count", operand: null, fraction: null },
    partitionBy: names.map(column),
    orderBy: [],
    // All of them, or this row and those after it.
    frame: keep === "none" ? null : { start: 0, end: null },
  };
  const one: LiteralNode = { node: "literal", type: "integer", text: "1" };
  return [
    { step: "extend", input, columns: [{ name: place, expression: counted }] },
    {
      step: "filter",
      input,
      predicates: [{ node: "comparison", operator: "eq", left: column(place), right: one }],
    },
    { step: "project", input, columns: fields.map(({ name }) => plainColumn(name)) },
  ];
}

/** Functions that leave null out, so that other values' rows do not count. */
const pivotable: readonly AggregateNode["function"][] = [
  "count",
  "countDistinct",
  "sum",
  "mean",
  "min",
  "max",
  "stddev",
  "stddevPopulation",
  "variance",
  "median",
  "approxQuantile",
];

function pivot(plan: PivotPlan): Plan {
  const { aggregate, on } = plan;
  if (!pivotable.includes(aggregate.function)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot pivot with ${aggregate.function}: it takes one of ${pivotable.join(", ")}`,
    );
  }
  const one: LiteralNode = { node: "literal", type: "integer", text: "1" };
  const aggregates = plan.values.map(({ name, value }) => {
    const when: ExpressionNode =
      value.type === "null"
        ? { node: "isNull", operand: on }
        : { node: "comparison", operator: "eq", left: on, right: value };
    const branches = [{ when, value: aggregate.operand ?? one }];
    const operand: ExpressionNode = { node: "case", branches, otherwise: null };
    return { name, expression: { ...aggregate, operand } };
  });
  return { step: "aggregate", input: plan.input, keys: plan.keys, aggregates };
}
