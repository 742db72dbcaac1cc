/** What windows compute: a value for each row from the rows around it. */
import { arrow, type Field } from "../../../src/arrow.ts";
import type {
  AggregateNode,
  ShiftNode,
  WindowFunctionNode,
} from "../../../src/frame/expression/expression-node.ts";
import { inferField, inferWindowFunction } from "../../../src/frame/functions/infer-type.ts";
import type { WindowPlan } from "../../../src/frame/plan/plan.ts";
import { buildBatch } from "../../../src/frame/rows/build-data.ts";
import type { ReadValue, Value } from "../../../src/frame/rows/values.ts";
import { literalValue } from "../../../src/frame/types/literal-value.ts";
import { accumulator } from "./accumulate.ts";
import { widen } from "./cast.ts";
import { valueKey } from "./compare.ts";
import { compileExpression } from "./evaluate.ts";
import type { Rows } from "./rows.ts";
import { keyColumns, rowOrder } from "./sort.ts";

/** The rows of one partition in their order. */
interface Partition {
  readonly rows: readonly number[];
  /** For each of them, where its equals by the order begin and end. */
  readonly peers: readonly { readonly begin: number; readonly end: number }[];
}

/** A column for each function of the plan, in the order of the rows as they came. */
export function windowColumns(plan: WindowPlan, rows: Rows): Value[][] {
  const batch = buildBatch(rows.fields, rows.columns, rows.count);
  const byName = new Map(rows.fields.map((field) => [field.name, field]));
  const find = (column: string) => byName.get(column) as Field;
  const order = rowOrder(plan.orderBy, keyColumns(plan.orderBy, batch));
  const keys = plan.partitionBy.map((node) => compileExpression(node, batch));
  const partitions = partition(rows.count, keys).map((members) => arrange(members, order));
  return plan.functions.map(({ function: node }) => {
    const column: Value[] = new Array(rows.count).fill(null);
    const read = operandReader(node, (expression) => compileExpression(expression, batch));
    const compute = windowFunction(node, plan, read, find);
    for (const part of partitions) {
      for (const [index, value] of compute(part).entries()) column[part.rows[index] ?? 0] = value;
    }
    return column;
  });
}

function partition(count: number, keys: readonly ReadValue[]): number[][] {
  const partitions = new Map<string, number[]>();
  for (let row = 0; row < count; row++) {
    const key = keys.map((read) => valueKey(read(row))).join(",");
    const members = partitions.get(key);
    if (members === undefined) partitions.set(key, [row]);
    else members.push(row);
  }
  return [...partitions.values()];
}

function arrange(members: number[], order: (a: number, b: number) => number): Partition {
  const rows = members.sort((a, b) => order(a, b) || a - b);
  const peers: { begin: number; end: number }[] = [];
  for (let begin = 0; begin < rows.length; ) {
    let end = begin + 1;
    while (end < rows.length && order(rows[begin] ?? 0, rows[end] ?? 0) === 0) end += 1;
    for (let index = begin; index < end; index++) peers.push({ begin, end });
    begin = end;
  }
  return { rows, peers };
}

function operandReader(
  node: WindowFunctionNode,
  compile: (expression: AggregateNode["operand"] & object) => ReadValue,
): ReadValue {
  return node.node === "ranking" || node.operand === null ? () => null : compile(node.operand);
}

type Compute = (part: Partition) => readonly Value[];

function windowFunction(
  node: WindowFunctionNode,
  plan: WindowPlan,
  read: ReadValue,
  find: (column: string) => Field,
): Compute {
  switch (node.node) {
    case "ranking":
      return (part) => rank(node.function, part);
    case "shift":
      return shift(node, read, find);
    case "aggregate":
      return aggregateOver(node, plan, read, find);
    default:
      return node satisfies never;
  }
}

function rank(name: string, { peers }: Partition): readonly Value[] {
  let dense = 0;
  return peers.map(({ begin }, index) => {
    if (begin === index) dense += 1;
    return BigInt(name === "rowNumber" ? index + 1 : name === "rank" ? begin + 1 : dense);
  });
}

function shift(node: ShiftNode, read: ReadValue, find: (column: string) => Field): Compute {
  const type = inferWindowFunction(node, find);
  const change = widen(inferField(node.operand, find).type, type);
  const otherwise = node.otherwise === null ? null : literalValue(node.otherwise, type);
  const offset = node.function === "lag" ? -node.offset : node.offset;
  return ({ rows }) =>
    rows.map((_, index) => {
      const row = rows[index + offset];
      return row === undefined ? otherwise : change(read(row));
    });
}

function aggregateOver(
  node: AggregateNode,
  { frame, orderBy }: WindowPlan,
  read: ReadValue,
  find: (column: string) => Field,
): Compute {
  const operand = node.operand === null ? undefined : inferField(node.operand, find).type;
  const create = accumulator(node, operand ?? new arrow.Null());
  const over = (rows: readonly number[]): Value => {
    const state = create();
    for (const row of rows) state.add(read(row));
    return state.finish();
  };
  if (frame !== null) {
    return ({ rows }) =>
      rows.map((_, index) => {
        const begin = frame.start === null ? 0 : Math.max(0, index + frame.start);
        const end = frame.end === null ? rows.length : Math.max(0, index + frame.end + 1);
        return over(rows.slice(begin, Math.max(begin, end)));
      });
  }
  if (orderBy.length === 0) {
    return ({ rows }) => {
      const value = over(rows);
      return rows.map(() => value);
    };
  }
  return ({ rows, peers }) => {
    const ends = new Map<number, Value>();
    return peers.map(({ end }) => {
      if (!ends.has(end)) ends.set(end, over(rows.slice(0, end)));
      return ends.get(end) ?? null;
    });
  };
}
