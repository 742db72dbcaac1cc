/** Joins, also those that take the nearest row. */

import { typeName } from "../../../display/arrow/type-name.ts";
import type { ComparisonOperator } from "../../expression/expression-node.ts";
import { caseSql } from "../../functions/case-sql.ts";
import { comparisonSql } from "../../functions/comparison.ts";
import { expressionSql, passSql, type Scope, writeOperand } from "../../functions/expression-sql.ts";
import { inferField, microsecondsPerTick } from "../../functions/infer-type.ts";
import { doubleSql, type Operand } from "../../functions/operand.ts";
import type { JoinKey, JoinPlan, NearestKey } from "../../plan/plan.ts";
import { isCarriedInOrder } from "../../types/carried-type.ts";
import { type ColumnKind, kindOf } from "../../types/column-kind.ts";
import { columnList, keySql, numbered, type SqlRows, scopeOf } from "./sql-rows.ts";

const joinNames = {
  inner: "",
  left: "LEFT",
  right: "RIGHT",
  full: "FULL",
  semi: "SEMI",
  anti: "ANTI",
  cross: "CROSS",
} as const;

export function joinSql(plan: JoinPlan, input: SqlRows, other: SqlRows): string {
  const { kind, on, condition, nearest } = plan;
  if (nearest?.direction === "nearest") return nearestSql(plan, nearest, input, other);
  const [left, right] = [scopeOf(input, "l"), scopeOf(other, "r")];
  const conditions =
    nearest === undefined
      ? on.map((pair) => equalSql(pair, left, right))
      : asofConditions(on, nearest, nearest.direction, left, right);
  if (condition !== undefined) {
    const isLeft = (column: string) => input.fields.some(({ name }) => name === column);
    const both: Scope = {
      field: (column) => (isLeft(column) ? left : right).field(column),
      sql: (column) => (isLeft(column) ? left : right).sql(column),
    };
    conditions.push(expressionSql(condition, both));
  }
  const leftColumns = input.fields.map((_, index) => `l.c${index} AS c${index}`);
  const rightColumns = other.fields.map((_, index) => `r.c${index} AS c${input.fields.length + index}`);
  const columns = kind === "semi" || kind === "anti" ? leftColumns : [...leftColumns, ...rightColumns];
  const match = kind === "cross" ? "" : ` ON ${conditions.join(" AND ")}`;
  const [asof, rows] =
    nearest === undefined
      ? ["", `(${other.sql})`]
      : ["ASOF ", `(${keyedSql({ on, nearest }, nearest.direction, other)})`];
  return `SELECT ${columns.join(", ") || "1"} FROM (${input.sql}) AS l ${asof}${joinNames[kind]} JOIN ${rows} AS r${match}`;
}

function pairSql(operator: ComparisonOperator, pair: JoinKey, left: Scope, right: Scope): string {
  return comparisonSql(operator, writeOperand(pair.left, left), writeOperand(pair.right, right));
}

/** Also of columns that DuckDB cannot compute with, where both have one type. */
function equalSql(pair: JoinKey, left: Scope, right: Scope): string {
  const [one, other] = [inferField(pair.left, left.field).type, inferField(pair.right, right.field).type];
  return isCarriedInOrder(one) && typeName(one) === typeName(other)
    ? `(${passSql(pair.left, left)} = ${passSql(pair.right, right)})`
    : pairSql("eq", pair, left, right);
}

function asofConditions(
  on: readonly JoinKey[],
  nearest: NearestKey,
  direction: "backward" | "forward",
  left: Scope,
  right: Scope,
): string[] {
  const operator = `${direction === "backward" ? "g" : "l"}t${nearest.takesEqual ? "e" : ""}` as const;
  const [one, other] = [writeOperand(nearest.left, left), writeOperand(nearest.right, right)];
  return [
    ...on.map((pair) => equalSql(pair, left, right)),
    // Null is near nothing; for DuckDB a wide number that is null is above all others here.
    `(${one.sql} IS NULL) = (${other.sql} IS NULL)`,
    pairSql(operator, nearest, left, right),
  ];
}

/** The rows that have a key, and of those with equal keys the one next to the other frame's: the last one before it. */
function keyedSql(
  { on, nearest }: Pick<JoinPlan, "on"> & { readonly nearest: NearestKey },
  direction: "backward" | "forward",
  other: SqlRows,
): string {
  const scope = scopeOf(other, "q");
  const key = keySql(nearest.right, scope);
  const equal = [...on.map(({ right }) => keySql(right, scope)), key].join(", ");
  return (
    `SELECT ${columnList(other.fields.length)} ${numbered(other)} WHERE ${key} IS NOT NULL ` +
    // Three times as fast as the first row by its number.
    `QUALIFY ${direction === "backward" ? "lead" : "lag"}(rn) OVER (PARTITION BY ${equal} ORDER BY rn) IS NULL`
  );
}

/** The last row at or before each and the first at or after it, and of both the one whose key is nearer. */
function nearestSql({ kind, on }: JoinPlan, nearest: NearestKey, input: SqlRows, other: SqlRows): string {
  const left = scopeOf(input, "l");
  const shared: SqlRows = { sql: "SELECT * FROM r", fields: other.fields, isNumbered: true };
  const [before, after] = [scopeOf(other, "b"), scopeOf(other, "a")];
  const [own, lower, higher] = [
    writeOperand(nearest.left, left),
    writeOperand(nearest.right, before),
    writeOperand(nearest.right, after),
  ];
  const isLower =
    `(${higher.sql} IS NULL OR ${comparisonSql("eq", own, lower)} IS TRUE OR ` +
    `${distanceSql(own, lower)} <= ${distanceSql(higher, own)})`;
  const columns = [
    ...input.fields.map((_, index) => `l.c${index} AS c${index}`),
    ...other.fields.map(({ type }, index) => {
      const value = caseSql([{ when: isLower, value: `b.c${index}` }], `a.c${index}`, type);
      return `${value} AS c${input.fields.length + index}`;
    }),
  ];
  const join = (alias: string, direction: "backward" | "forward", scope: Scope) =>
    ` ASOF LEFT JOIN (${keyedSql({ on, nearest }, direction, shared)}) AS ${alias} ` +
    `ON ${asofConditions(on, nearest, direction, left, scope).join(" AND ")}`;
  const isFound = kind === "inner" ? ` WHERE ${lower.sql} IS NOT NULL OR ${higher.sql} IS NOT NULL` : "";
  return (
    `WITH r AS MATERIALIZED (SELECT *, row_number() OVER () AS rn FROM (${other.sql}) AS p) ` +
    `SELECT ${columns.join(", ")} FROM (${input.sql}) AS l` +
    `${join("b", "backward", before)}${join("a", "forward", after)}${isFound}`
  );
}

/** How far one number or time is above another. */
function distanceSql(greater: Operand, lesser: Operand): string {
  const [a, b] = [greater, lesser].map(({ field }) => kindOf(field)) as [ColumnKind, ColumnKind];
  if (a.kind === "float" || b.kind === "float") return `(${doubleSql(greater)} - ${doubleSql(lesser)})`;
  if (a.kind === "decimal" || b.kind === "decimal") return `(${greater.sql} - ${lesser.sql})`;
  const finest = Math.min(...[a, b].map(microsecondsPerTick));
  const wide = ({ sql }: Operand, kind: ColumnKind) =>
    `CAST(${sql} AS HUGEINT) * ${BigInt(Math.round(microsecondsPerTick(kind) / finest))}`;
  return `(${wide(greater, a)} - ${wide(lesser, b)})`;
}
