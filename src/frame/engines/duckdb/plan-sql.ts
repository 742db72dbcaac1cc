/**
 * Plans as one DuckDB statement. Columns are numbered, so that names of any kind, and names that differ in capital
 * letters alone, never meet DuckDB's rules.
 */
import { type DataType, type Field, Types } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import type {
  AggregateNode,
  ComparisonOperator,
  ExpressionNode,
  SortKey,
  WindowFrame,
  WindowFunctionNode,
} from "../../expression/expression-node.ts";
import { findAggregate } from "../../functions/aggregate-functions.ts";
import { caseSql } from "../../functions/case-sql.ts";
import { comparisonSql } from "../../functions/comparison.ts";
import { aggregateSql, expressionSql, type Scope, writeOperand } from "../../functions/expression-sql.ts";
import { microsecondsPerTick } from "../../functions/infer-type.ts";
import { itemField } from "../../functions/list-functions.ts";
import { convertOperand, convertSql, doubleSql, type Operand, utf8 } from "../../functions/operand.ts";
import { isArray, literalSql, typeSql } from "../../functions/sql-type.ts";
import { describeStep } from "../../plan/describe-plan.ts";
import type {
  AggregatePlan,
  JoinKey,
  JoinPlan,
  NearestKey,
  Plan,
  UnpivotPlan,
  WindowPlan,
} from "../../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../plan/step-fields.ts";
import { type ColumnKind, kindOf } from "../../types/column-kind.ts";

export interface SqlRows {
  /** A query whose columns are `c0`, `c1`, … */
  readonly sql: string;
  /** What the columns stand for. */
  readonly fields: readonly Field[];
  /** Whether it also has the place of each row, as `rn`. */
  readonly isNumbered?: boolean;
}

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
        ({ expression }, index) => `${expressionSql(expression, scope)} AS c${index}`,
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
      return `SELECT ${all} ${numbered(input)} QUALIFY row_number() OVER (PARTITION BY ${keys} ORDER BY rn) = 1`;
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

function unexpected(plan: Plan): DlfLanceError {
  return new DlfLanceError("Internal", `Cannot run ${describeStep(plan)} in DuckDB; report this`);
}

function scopeOf({ fields }: SqlRows, alias: string): Scope {
  const places = new Map(fields.map(({ name }, index) => [name, index]));
  return {
    field(column) {
      const field = fields[places.get(column) ?? -1];
      if (field !== undefined) return field;
      throw new DlfLanceError("Internal", `Cannot read column ${column}: it is missing; report this`);
    },
    sql: (column) => `${alias}.c${places.get(column)}`,
  };
}

/** Rows without columns have one that says nothing. */
export function columnList(count: number): string {
  return count === 0 ? "1" : Array.from({ length: count }, (_, index) => `c${index}`).join(", ");
}

/** The rows with their place in the order of the input, as `rn`. */
function numbered({ sql, isNumbered }: SqlRows): string {
  return isNumbered === true
    ? `FROM (${sql}) AS q`
    : `FROM (SELECT *, row_number() OVER () AS rn FROM (${sql}) AS p) AS q`;
}

function limitSql(count: number | null, offset: number): string {
  return `${count === null ? "" : ` LIMIT ${count}`}${offset === 0 ? "" : ` OFFSET ${offset}`}`;
}

/** A row for each item; one for a list that is null or empty. */
function explodedSql({ type }: Field, sql: string): string {
  const item = typeSql((itemField(type) as Field).type);
  const list = isArray(type) ? `CAST(${sql} AS ${item}[])` : sql;
  return `unnest(CASE WHEN len(${list}) > 0 THEN ${list} ELSE [CAST(NULL AS ${item})] END)`;
}

function orderSql(keys: readonly SortKey[], scope: Scope): string {
  return keys
    .map(({ expression, descending, nullsFirst }) => {
      const direction = `${descending ? "DESC" : "ASC"} NULLS ${nullsFirst ? "FIRST" : "LAST"}`;
      return `${keySql(expression, scope)} ${direction}`;
    })
    .join(", ");
}

/**
 * A key of a sort or a partition. DuckDB restores the column of a key from what it compares, where 0 stands for -0: so
 * what is compared is not the column itself.
 */
function keySql(node: ExpressionNode, scope: Scope): string {
  const { sql, field } = writeOperand(node, scope);
  if (node.node !== "column" || !holdsFloats(field.type)) return sql;
  return kindOf(field).kind === "float"
    ? `(${sql} + CAST(0 AS ${typeSql(field.type)}))`
    : `(CASE WHEN ${sql} IS NOT NULL THEN [${sql}] END)`;
}

function holdsFloats(type: DataType): boolean {
  return Types.isFloat(type) || (type.children ?? []).some((child: Field) => holdsFloats(child.type));
}

const joinNames = {
  inner: "",
  left: "LEFT",
  right: "RIGHT",
  full: "FULL",
  semi: "SEMI",
  anti: "ANTI",
  cross: "CROSS",
} as const;

function joinSql(plan: JoinPlan, input: SqlRows, other: SqlRows): string {
  const { kind, on, condition, nearest } = plan;
  if (nearest?.direction === "nearest") return nearestSql(plan, nearest, input, other);
  const [left, right] = [scopeOf(input, "l"), scopeOf(other, "r")];
  const conditions =
    nearest === undefined
      ? on.map((pair) => pairSql("eq", pair, left, right))
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
    ...on.map((pair) => pairSql("eq", pair, left, right)),
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

function groupSql({ keys, aggregates }: AggregatePlan, input: SqlRows, scope: Scope): string {
  const keySql = keys.map(({ expression }) => expressionSql(expression, scope));
  const functions = aggregates.map(({ expression }) => expression as AggregateNode);
  const isOrdered = functions.some(({ function: name }) => findAggregate(name).order !== undefined);
  const inOrder = isOrdered ? " ORDER BY rn" : "";
  const columns = [...keySql, ...functions.map((node) => aggregateSql(node, scope, "", inOrder))];
  const from = isOrdered ? numbered(input) : `FROM (${input.sql}) AS q`;
  const selected = columns.map((sql, index) => `${sql} AS c${index}`).join(", ");
  return `SELECT ${selected} ${from}${keySql.length === 0 ? "" : ` GROUP BY ${keySql.join(", ")}`}`;
}

function windowSql(plan: WindowPlan, input: SqlRows, scope: Scope): string {
  const keys = plan.partitionBy.map((key) => keySql(key, scope));
  const partition = keys.length === 0 ? "" : `PARTITION BY ${keys.join(", ")} `;
  const order = plan.orderBy.length === 0 ? "" : orderSql(plan.orderBy, scope);
  const stable = `ORDER BY ${order === "" ? "" : `${order}, `}rn`;
  const peers = order === "" ? "" : `ORDER BY ${order}`;
  const range = rangeOrder(plan.frame, plan.orderBy, scope);
  const over = { partition, stable, peers, ...framed(plan.frame, stable, peers, range) };
  const functions = plan.functions.map((part, index) => {
    const sql = windowCallSql(part.function, scope, over);
    return `${sql} AS c${input.fields.length + index}`;
  });
  const own = input.fields.map((_, index) => `c${index}`);
  return `SELECT ${[...own, ...functions].join(", ")} ${numbered(input)} ORDER BY rn`;
}

/** The parts of what follows OVER. */
interface WindowOrder {
  readonly partition: string;
  /** With the place of rows as the last key. */
  readonly stable: string;
  readonly peers: string;
  /** Which rows a function sees, with the order that this takes. */
  readonly frame: string;
  /** The order of these rows inside a call, where that of the frame leaves some equal. */
  readonly inside: string;
}

/** Without a frame the whole partition, or with an order all rows up to the current one and its equals. */
function framed(
  frame: WindowFrame | null,
  stable: string,
  peers: string,
  range: RangeOrder | undefined,
): Pick<WindowOrder, "frame" | "inside"> {
  if (range !== undefined)
    return { frame: `${range.sql} ${frameSql(frame as WindowFrame, range)}`, inside: ` ${range.sql}, rn` };
  if (frame !== null) return { frame: `${stable} ${frameSql(frame)}`, inside: "" };
  if (peers === "") return { frame: `${stable} ${frameSql({ start: null, end: null })}`, inside: "" };
  return { frame: `${peers} ${frameSql({ start: null, end: 0, range: "number" })}`, inside: ` ${stable}` };
}

function windowCallSql(
  node: WindowFunctionNode,
  scope: Scope,
  { partition, stable, peers, frame, inside }: WindowOrder,
): string {
  switch (node.node) {
    case "ranking":
      if (node.function === "rowNumber") return `row_number() OVER (${partition}${stable})`;
      if (node.function === "ntile") return `ntile(${node.count ?? 1}) OVER (${partition}${stable})`;
      return `${rankingNames[node.function]}() OVER (${partition}${peers})`;
    case "shift":
      return shiftSql(node, scope, `${partition}${stable}`, { over: `${partition}${frame}`, inside });
    case "aggregate": {
      const inOrder = findAggregate(node.function).order === "value" ? inside : "";
      return aggregateSql(node, scope, ` OVER (${partition}${frame})`, inOrder);
    }
    default:
      return node satisfies never;
  }
}

const rankingNames = {
  rank: "rank",
  denseRank: "dense_rank",
  percentRank: "percent_rank",
  cumeDist: "cume_dist",
} as const;

function shiftSql(
  node: Extract<WindowFunctionNode, { node: "shift" }>,
  scope: Scope,
  over: string,
  frame: { readonly over: string; readonly inside: string },
): string {
  const operand = writeOperand(node.operand, scope);
  const reach = node.offset === 0 ? "UNBOUNDED" : node.offset;
  const nulls = node.ignoreNulls === true ? " IGNORE NULLS" : "";
  switch (node.function) {
    case "forwardFill":
      return `last_value(${operand.sql} IGNORE NULLS) OVER (${over} ROWS BETWEEN ${reach} PRECEDING AND CURRENT ROW)`;
    case "backwardFill":
      return `first_value(${operand.sql} IGNORE NULLS) OVER (${over} ROWS BETWEEN CURRENT ROW AND ${reach} FOLLOWING)`;
    case "nthValue":
      return `nth_value(${operand.sql}, ${node.offset}${frame.inside}${nulls}) OVER (${frame.over})`;
    case "lag":
    case "lead": {
      const otherwise = node.otherwise === null ? "NULL" : literalSql(node.otherwise, operand.field.type);
      return `${node.function}(${operand.sql}, ${node.offset}, ${otherwise}${nulls}) OVER (${over})`;
    }
    default:
      return node.function satisfies never;
  }
}

/** The one key of a window with a range, as a number. */
interface RangeOrder {
  readonly sql: string;
  /** Microseconds of one. */
  readonly perTick: number;
}

function rangeOrder(
  frame: WindowFrame | null,
  [key]: readonly SortKey[],
  scope: Scope,
): RangeOrder | undefined {
  if (frame?.range === undefined || key === undefined) return undefined;
  const { sql, field } = writeOperand(key.expression, scope);
  const kind = kindOf(field);
  const isExact = kind.kind !== "float" && kind.kind !== "decimal";
  const direction = `${key.descending ? "DESC" : "ASC"} NULLS ${key.nullsFirst ? "FIRST" : "LAST"}`;
  return {
    // What is subtracted may go beyond the type.
    sql: `ORDER BY ${isExact ? `CAST(${sql} AS HUGEINT)` : keySql(key.expression, scope)} ${direction}`,
    perTick: frame.range === "number" ? 1 : microsecondsPerTick(kind),
  };
}

function frameSql({ start, end, range }: WindowFrame, order?: RangeOrder): string {
  const scale = (edge: number | null) => (edge === null ? null : edge / (order?.perTick ?? 1));
  const edges = `${edgeSql(scale(start), "PRECEDING")} AND ${edgeSql(scale(end), "FOLLOWING")}`;
  return `${range === undefined ? "ROWS" : "RANGE"} BETWEEN ${edges}`;
}

function edgeSql(edge: number | null, open: string): string {
  if (edge === null) return `UNBOUNDED ${open}`;
  if (edge === 0) return "CURRENT ROW";
  return edge < 0 ? `${-edge} PRECEDING` : `${edge} FOLLOWING`;
}

function unpivotSql(plan: UnpivotPlan, { sql, fields }: SqlRows, scope: Scope): string {
  const type: DataType = (fields.find(({ name }) => name === plan.columns[0]) as Field).type;
  const parts = plan.columns.map((column) => {
    const node: ExpressionNode = { node: "column", name: column };
    const selected = [
      ...plan.keys.map((key) => scope.sql(key)),
      literalSql({ node: "literal", type: "string", text: column }, utf8()),
      convertOperand(writeOperand(node, scope), type),
    ];
    return `SELECT ${selected.map((value, index) => `${value} AS c${index}`).join(", ")} FROM (${sql}) AS q`;
  });
  return parts.join(" UNION ALL ");
}
