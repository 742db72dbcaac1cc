/**
 * Plans as one DuckDB statement. Columns are numbered, so that names of any kind, and names that differ in capital
 * letters alone, never meet DuckDB's rules.
 */
import { type DataType, type Field, Types } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import type { AggregateNode } from "../../expression/expression-node.ts";
import { findAggregate } from "../../functions/aggregate-functions.ts";
import { aggregateSql, expressionSql, passSql, type Scope } from "../../functions/expression-sql.ts";
import { itemField } from "../../functions/list-functions.ts";
import { convertSql, utf8 } from "../../functions/operand.ts";
import { isArray, literalSql, storedTypeSql } from "../../functions/sql-type.ts";
import { describeStep } from "../../plan/describe-plan.ts";
import type { AggregatePlan, Plan, UnpivotPlan } from "../../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../plan/step-fields.ts";
import { joinSql } from "./join-sql.ts";
import { columnList, holdsFloats, keySql, numbered, orderSql, type SqlRows, scopeOf } from "./sql-rows.ts";
import { windowSql } from "./window-sql.ts";

/** The rows that a part of the plan stands for; undefined for what the statement does itself. */
export type FindRows = (plan: Plan) => SqlRows | undefined;

export function planSql(plan: Plan, findRows: FindRows): SqlRows {
  const found = findRows(plan);
  if (found !== undefined) return found;
  if (!("input" in plan)) throw unexpected(plan);
  const input = planSql(plan.input, findRows);
  const other = "other" in plan ? planSql(plan.other, findRows) : undefined;
  const inputs = [input.fields, ...(other === undefined ? [] : [other.fields])];
  const fields = stepFields(plan as StepOnInputs, inputs);
  return { sql: stepSql(plan, input, other, fields), fields };
}

function stepSql(plan: Plan, input: SqlRows, other: SqlRows | undefined, fields: readonly Field[]): string {
  const scope = scopeOf(input, "q");
  const all = columnList(input.fields.length);
  const from = `FROM (${input.sql}) AS q`;
  switch (plan.step) {
    case "filter": {
      const conditions = plan.predicates.map((predicate) => {
        if (predicate.node === "sql") throw unexpected(plan);
        return expressionSql(predicate, scope);
      });
      return `SELECT ${all} ${from} WHERE ${conditions.join(" AND ")}`;
    }
    case "project": {
      const columns = plan.columns.map(
        ({ expression }, index) => `${passSql(expression, scope)} AS c${index}`,
      );
      return `SELECT ${columns.join(", ")} ${from}`;
    }
    case "limit":
      return `SELECT ${all} ${from}${limitSql(plan.count, plan.offset)}`;
    case "sort":
      return `SELECT ${all} ${numbered(input)} ORDER BY ${orderSql(plan.keys, scope)}, rn`;
    case "top":
      return `SELECT ${all} ${numbered(input)} ORDER BY ${orderSql(plan.keys, scope)}, rn${limitSql(plan.count, plan.offset)}`;
    case "distinct": {
      if (plan.on === null) return `SELECT DISTINCT ${all} ${from}`;
      // As a window, because DISTINCT ON does not go to disk.
      const keys = plan.on.map((name) => keySql({ node: "column", name }, scope)).join(", ");
      const over = `OVER (PARTITION BY ${keys} ORDER BY rn)`;
      // DuckDB takes the first by its number as an aggregate, up to three times as fast; but -0 within lists becomes 0 there.
      const isFirst = input.fields.some(holdsInnerFloats)
        ? `lag(rn) ${over} IS NULL`
        : `row_number() ${over} = 1`;
      return `SELECT ${all} ${numbered(input)} QUALIFY ${isFirst}`;
    }
    case "explode": {
      const columns = input.fields.map((field, index) =>
        field.name === plan.column ? `${explodedSql(field, `c${index}`)} AS c${index}` : `c${index}`,
      );
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
      return groupSql(plan, input, scope);
    case "window":
      return windowSql(plan, input, scope);
    case "unpivot":
      return unpivotSql(plan, input, scope);
    default:
      throw unexpected(plan);
  }
}

function holdsInnerFloats({ type }: Field): boolean {
  return !Types.isFloat(type) && holdsFloats(type);
}

function unexpected(plan: Plan): DlfLanceError {
  return new DlfLanceError("Internal", `Cannot run ${describeStep(plan)} in DuckDB; report this`);
}

function limitSql(count: number | null, offset: number): string {
  return `${count === null ? "" : ` LIMIT ${count}`}${offset === 0 ? "" : ` OFFSET ${offset}`}`;
}

/** A row for each item; one for a list that is null or empty. */
function explodedSql({ type }: Field, sql: string): string {
  const item = storedTypeSql((itemField(type) as Field).type);
  const list = isArray(type) ? `CAST(${sql} AS ${item}[])` : sql;
  return `unnest(CASE WHEN len(${list}) > 0 THEN ${list} ELSE [CAST(NULL AS ${item})] END)`;
}

function groupSql({ keys, aggregates }: AggregatePlan, input: SqlRows, scope: Scope): string {
  const keySql = keys.map(({ expression }) => passSql(expression, scope));
  const functions = aggregates.map(({ expression }) => expression as AggregateNode);
  const isOrdered = functions.some(({ function: name }) => findAggregate(name).order !== undefined);
  const inOrder = isOrdered ? " ORDER BY rn" : "";
  const columns = [...keySql, ...functions.map((node) => aggregateSql(node, scope, "", inOrder))];
  const from = isOrdered ? numbered(input) : `FROM (${input.sql}) AS q`;
  const selected = columns.map((sql, index) => `${sql} AS c${index}`).join(", ");
  return `SELECT ${selected} ${from}${keySql.length === 0 ? "" : ` GROUP BY ${keySql.join(", ")}`}`;
}

function unpivotSql(plan: UnpivotPlan, { sql, fields }: SqlRows, scope: Scope): string {
  const type: DataType = (fields.find(({ name }) => name === plan.columns[0]) as Field).type;
  const parts = plan.columns.map((column) => {
    const selected = [
      ...plan.keys.map((key) => scope.sql(key)),
      literalSql({ node: "literal", type: "string", text: column }, utf8()),
      convertSql(scope.sql(column), scope.field(column).type, type),
    ];
    return `SELECT ${selected.map((value, index) => `${value} AS c${index}`).join(", ")} FROM (${sql}) AS q`;
  });
  return parts.join(" UNION ALL ");
}
