/** Windows: which rows a function sees, and in which order. */
import type { SortKey, WindowFrame, WindowFunctionNode } from "../../expression/expression-node.ts";
import { findAggregate } from "../../functions/aggregate-functions.ts";
import { aggregateSql, type Scope, writeOperand } from "../../functions/expression-sql.ts";
import { inferWindowFunction, microsecondsPerTick } from "../../functions/infer-type.ts";
import { convertOperand } from "../../functions/operand.ts";
import { literalSql } from "../../functions/sql-type.ts";
import type { WindowPlan } from "../../plan/plan.ts";
import { kindOf } from "../../types/column-kind.ts";
import { keySql, numbered, orderSql, type SqlRows } from "./sql-rows.ts";

export function windowSql(plan: WindowPlan, input: SqlRows, scope: Scope): string {
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
      if (node.otherwise === null)
        return `${node.function}(${operand.sql}, ${node.offset}, NULL${nulls}) OVER (${over})`;
      const type = inferWindowFunction(node, scope.field);
      const [value, otherwise] = [convertOperand(operand, type), literalSql(node.otherwise, type)];
      return `${node.function}(${value}, ${node.offset}, ${otherwise}${nulls}) OVER (${over})`;
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
