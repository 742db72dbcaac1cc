/**
 * Plans as one DuckDB statement. Columns are numbered, so that names of any kind, and names that differ in capital
 * letters alone, never meet DuckDB's rules.
 */
import { arrow, type DataType, type Field } from "../../../arrow.ts";
import type {
  AggregateNode,
  ExpressionNode,
  SortKey,
  WindowFrame,
  WindowFunctionNode,
} from "../../expression/expression-node.ts";
import type { AggregatePlan, JoinPlan, Plan, UnpivotPlan, WindowPlan } from "../../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../plan/step-fields.ts";
import { kindOf } from "../../types/column-kind.ts";
import { Abstention } from "./abstention.ts";
import {
  convertSql,
  expressionSql,
  fieldOf,
  literalSql,
  numberSql,
  type Scope,
  sqlAs,
} from "./expression-sql.ts";

export interface SqlRows {
  /** A query whose columns are `c0`, `c1`, … */
  readonly sql: string;
  /** What the columns stand for. */
  readonly fields: readonly Field[];
}

/** The function that delivers the rows of an input, and their fields. */
export type FindInput = (name: string) => { readonly table: string; readonly fields: readonly Field[] };

const { DataType: Types } = arrow;

/** @throws Abstention */
export function planSql(plan: Plan, findInput: FindInput): SqlRows {
  if (plan.step === "input") {
    const { table, fields } = findInput(plan.name);
    return { sql: `SELECT ${columnList(fields.length)} FROM ${table}()`, fields };
  }
  if (plan.step === "scan" || plan.step === "sql")
    throw new Abstention(`a ${plan.step} stands inside the plan`);
  if (!("input" in plan)) throw new Abstention("it is no plan on rows");
  const input = planSql(plan.input, findInput);
  const other = "other" in plan ? planSql(plan.other, findInput) : undefined;
  const fields = stepFields(plan as StepOnInputs, [
    input.fields,
    ...(other === undefined ? [] : [other.fields]),
  ]);
  return { sql: stepSql(plan, input, other, fields), fields };
}

function stepSql(plan: Plan, input: SqlRows, other: SqlRows | undefined, fields: readonly Field[]): string {
  const scope = scopeOf(input, "q");
  const all = columnList(input.fields.length);
  const from = `FROM (${input.sql}) AS q`;
  switch (plan.step) {
    case "filter": {
      const conditions = plan.predicates.map((predicate) => {
        if (predicate.node === "sql") throw new Abstention("a condition is text in Lance's SQL");
        return expressionSql(predicate, scope);
      });
      return `SELECT ${all} ${from} WHERE ${conditions.join(" AND ")}`;
    }
    case "project":
      return `SELECT ${plan.columns.map(({ expression }, index) => `${expressionSql(expression, scope)} AS c${index}`).join(", ")} ${from}`;
    case "limit":
      return `SELECT ${all} ${from}${limitSql(plan.count, plan.offset)}`;
    case "sort":
      return `SELECT ${all} ${numbered(input)} ORDER BY ${orderSql(plan.keys, scope)}, rn`;
    case "top":
      return `SELECT ${all} ${numbered(input)} ORDER BY ${orderSql(plan.keys, scope)}, rn${limitSql(plan.count, plan.offset)}`;
    case "distinct": {
      if (plan.on === null) return `SELECT DISTINCT ${all} ${from}`;
      const keys = plan.on.map((column) => scope.sql(column));
      return `SELECT DISTINCT ON (${keys.join(", ")}) ${all} ${numbered(input)} ORDER BY rn`;
    }
    case "explode": {
      const columns = input.fields.map((field, index) => {
        if (field.name !== plan.column) return `c${index}`;
        const list = Types.isFixedSizeList(field.type)
          ? `CAST(c${index} AS ${itemsSql(field)})`
          : `c${index}`;
        return `unnest(CASE WHEN len(${list}) > 0 THEN ${list} ELSE [NULL] END) AS c${index}`;
      });
      return `SELECT ${columns.join(", ")} ${from}`;
    }
    case "concat": {
      const right = other as SqlRows;
      const columns = fields.map((field, index) => {
        const place = right.fields.findIndex(({ name }) => name === field.name);
        return `${convertSql(`c${place}`, (right.fields[place] as Field).type, field.type)} AS c${index}`;
      });
      return `SELECT ${all} ${from} UNION ALL SELECT ${columns.join(", ")} FROM (${right.sql}) AS r`;
    }
    case "join":
      return joinSql(plan, input, other as SqlRows);
    case "aggregate":
      return aggregateSql(plan, input, scope);
    case "window":
      return windowSql(plan, input, scope);
    case "unpivot":
      return unpivotSql(plan, input, scope);
    case "tail":
    case "sample":
    case "mapBatches":
    case "search":
      throw new Abstention(`it does no ${plan.step}`);
    default:
      throw new Abstention(`it knows no step ${plan.step}`);
  }
}

function scopeOf({ fields }: SqlRows, alias: string): Scope {
  const places = new Map(fields.map(({ name }, index) => [name, index]));
  return {
    field(column) {
      const place = places.get(column);
      if (place === undefined) throw new Abstention(`column ${column} is missing`);
      return fields[place] as Field;
    },
    sql: (column) => `${alias}.c${places.get(column)}`,
  };
}

function columnList(count: number): string {
  if (count === 0) throw new Abstention("rows have no columns");
  return Array.from({ length: count }, (_, index) => `c${index}`).join(", ");
}

/** The rows with their place in the order of the input, as `rn`. */
function numbered({ sql }: SqlRows): string {
  return `FROM (SELECT *, row_number() OVER () AS rn FROM (${sql}) AS p) AS q`;
}

function limitSql(count: number | null, offset: number): string {
  return `${count === null ? "" : ` LIMIT ${count}`}${offset === 0 ? "" : ` OFFSET ${offset}`}`;
}

function itemsSql(field: Field): string {
  const item = field.type.children[0] as Field;
  const type = kindOf(item).kind === "float" ? (item.type.precision === 2 ? "DOUBLE" : "FLOAT") : undefined;
  if (type === undefined) throw new Abstention("a list of a fixed size of no floats is exploded");
  return `${type}[]`;
}

function orderSql(keys: readonly SortKey[], scope: Scope): string {
  return keys
    .map(({ expression, descending, nullsFirst }) => {
      const direction = `${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
      return `${expressionSql(expression, scope)} ${direction}`;
    })
    .join(", ");
}

function joinSql({ kind, on }: JoinPlan, input: SqlRows, other: SqlRows): string {
  const [left, right] = [scopeOf(input, "l"), scopeOf(other, "r")];
  const both: Scope = {
    field: (column) => (column.startsWith("r:") ? right.field(column.slice(2)) : left.field(column.slice(2))),
    sql: (column) => (column.startsWith("r:") ? right.sql(column.slice(2)) : left.sql(column.slice(2))),
  };
  const conditions = on.map((pair) =>
    expressionSql(
      {
        node: "comparison",
        operator: "eq",
        left: prefixColumns(pair.left, "l:"),
        right: prefixColumns(pair.right, "r:"),
      },
      both,
    ),
  );
  const leftColumns = input.fields.map((_, index) => `l.c${index} AS c${index}`);
  const rightColumns = other.fields.map((_, index) => `r.c${index} AS c${input.fields.length + index}`);
  const names = {
    inner: "",
    left: "LEFT",
    right: "RIGHT",
    full: "FULL",
    semi: "SEMI",
    anti: "ANTI",
    cross: "CROSS",
  };
  const columns = kind === "semi" || kind === "anti" ? leftColumns : [...leftColumns, ...rightColumns];
  const condition = kind === "cross" ? "" : ` ON ${conditions.join(" AND ")}`;
  return `SELECT ${columns.join(", ")} FROM (${input.sql}) AS l ${names[kind]} JOIN (${other.sql}) AS r${condition}`;
}

/** The expression with its columns told apart from those of the other side. */
function prefixColumns(node: ExpressionNode, prefix: string): ExpressionNode {
  const change = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== "object" || value === null) return value;
    const part = value as { readonly node?: unknown; readonly name?: unknown };
    if (part.node === "column") return { ...part, name: `${prefix}${part.name}` };
    return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, change(inner)]));
  };
  return change(node) as ExpressionNode;
}

function aggregateSql({ keys, aggregates }: AggregatePlan, input: SqlRows, scope: Scope): string {
  const keySql = keys.map(({ expression }) => expressionSql(expression, scope));
  const columns = [
    ...keySql,
    ...aggregates.map(({ expression }) => {
      if (expression.node !== "aggregate") throw new Abstention("it computes with aggregates");
      return aggregateCallSql(expression, scope);
    }),
  ];
  const isOrdered = aggregates.some(({ expression }) =>
    expression.node === "aggregate" ? ["list", "first", "last"].includes(expression.function) : false,
  );
  const from = isOrdered ? numbered(input) : `FROM (${input.sql}) AS q`;
  const selected = columns.map((sql, index) => `${sql} AS c${index}`).join(", ");
  return `SELECT ${selected} ${from}${keySql.length === 0 ? "" : ` GROUP BY ${keySql.join(", ")}`}`;
}

/** @param over what follows the call where it is one of a window. */
function aggregateCallSql(node: AggregateNode, scope: Scope, over = ""): string {
  const { operand } = node;
  if (operand === null) return `count(*)${over}`;
  const type: DataType = fieldOf(operand, scope).type;
  const kind = kindOf(fieldOf(operand, scope));
  const value = () => expressionSql(operand, scope);
  const float = () => numberSql(operand, false, scope);
  if (Types.isNull(type)) throw new Abstention("it aggregates a column of nulls");
  /** Infinity and NaN are an error of DuckDB's own functions. @param least values below which there is no spread. */
  const spread = (name: string, least: number) =>
    `(CASE WHEN bool_or(NOT isfinite(${float()}))${over} ` +
    `THEN (CASE WHEN count(${float()})${over} >= ${least} THEN CAST('nan' AS DOUBLE) END) ` +
    `ELSE ${name}(CASE WHEN isfinite(${float()}) THEN ${float()} END)${over} END)`;
  switch (node.function) {
    case "count":
      return `count(${value()})${over}`;
    case "countDistinct":
      return `count(DISTINCT ${value()})${over}`;
    case "sum":
      if (kind.kind === "integer") return `CAST(sum(${value()})${over} AS BIGINT)`;
      if (kind.kind === "decimal") return `sum(${value()})${over}`;
      return `sum(${float()})${over}`;
    case "mean":
      return kind.kind === "integer" ? `avg(${value()})${over}` : `avg(${float()})${over}`;
    case "min":
    case "max":
      return `${node.function}(${value()})${over}`;
    case "stddev":
      return spread("stddev_samp", 2);
    case "stddevPopulation":
      return spread("stddev_pop", 1);
    case "variance":
      return spread("var_samp", 2);
    case "median":
      return `quantile_cont(${float()}, 0.5)${over}`;
    case "approxQuantile":
      return `quantile_cont(${float()}, ${Number(node.fraction)})${over}`;
    case "list":
      if (over !== "") throw new Abstention("a window gathers a list");
      return `coalesce(list(${value()} ORDER BY rn), [])`;
    case "first":
      return over === "" ? `first(${value()} ORDER BY rn)` : `first_value(${value()})${over}`;
    case "last":
      return over === "" ? `last(${value()} ORDER BY rn)` : `last_value(${value()})${over}`;
    default:
      return node.function satisfies never;
  }
}

function windowSql(plan: WindowPlan, input: SqlRows, scope: Scope): string {
  const partition =
    plan.partitionBy.length === 0
      ? ""
      : `PARTITION BY ${plan.partitionBy.map((key) => expressionSql(key, scope)).join(", ")} `;
  const order = plan.orderBy.length === 0 ? "" : orderSql(plan.orderBy, scope);
  const stable = `ORDER BY ${order === "" ? "" : `${order}, `}rn`;
  const peers = order === "" ? "" : `ORDER BY ${order}`;
  const functions = plan.functions.map((part, index) => {
    const sql = windowCallSql(part.function, plan.frame, scope, partition, stable, peers);
    return `${sql} AS c${input.fields.length + index}`;
  });
  return `SELECT ${[columnList(input.fields.length), ...functions].join(", ")} ${numbered(input)} ORDER BY rn`;
}

function windowCallSql(
  node: WindowFunctionNode,
  frame: WindowFrame | null,
  scope: Scope,
  partition: string,
  stable: string,
  peers: string,
): string {
  switch (node.node) {
    case "ranking":
      if (node.function === "rowNumber") return `row_number() OVER (${partition}${stable})`;
      return `${node.function === "rank" ? "rank" : "dense_rank"}() OVER (${partition}${peers})`;
    case "shift": {
      const value = expressionSql(node.operand, scope);
      const type = fieldOf(node.operand, scope).type;
      const otherwise = node.otherwise === null ? "NULL" : literalSql(node.otherwise, type);
      return `${node.function}(${value}, ${node.offset}, ${otherwise}) OVER (${partition}${stable})`;
    }
    case "aggregate": {
      const isOrdered = node.function === "first" || node.function === "last";
      if (frame === null)
        return aggregateCallSql(node, scope, ` OVER (${partition}${isOrdered ? stable : peers})`);
      const rows = `ROWS BETWEEN ${edgeSql(frame.start, "PRECEDING")} AND ${edgeSql(frame.end, "FOLLOWING")}`;
      return aggregateCallSql(node, scope, ` OVER (${partition}${stable} ${rows})`);
    }
    default:
      return node satisfies never;
  }
}

function edgeSql(edge: number | null, open: string): string {
  if (edge === null) return `UNBOUNDED ${open}`;
  if (edge === 0) return "CURRENT ROW";
  return edge < 0 ? `${-edge} PRECEDING` : `${edge} FOLLOWING`;
}

function unpivotSql(plan: UnpivotPlan, { sql, fields }: SqlRows, scope: Scope): string {
  const type: DataType = (fields.find(({ name }) => name === plan.columns[0]) as Field).type;
  const parts = plan.columns.map((column) => {
    const selected = [
      ...plan.keys.map((key) => scope.sql(key)),
      literalSql({ node: "literal", type: "string", text: column }, new arrow.Utf8()),
      sqlAs({ node: "column", name: column }, type, scope),
    ];
    return `SELECT ${selected.map((value, index) => `${value} AS c${index}`).join(", ")} FROM (${sql}) AS q`;
  });
  return parts.join(" UNION ALL ");
}
