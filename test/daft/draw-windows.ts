/** Windows, and joins by conditions, made by chance: of what Daft does and of what it refuses. */
import fc from "fast-check";
import { col, type Expression } from "../../src/frame/builder/expr.ts";
import type { Window } from "../../src/frame/builder/window.ts";
import {
  count,
  cumeDist,
  denseRank,
  lag,
  lead,
  ntile,
  percentRank,
  rank,
  rowNumber,
} from "../../src/frame/builder/window-functions.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { type Draw, type DrawnColumn, drawCondition, drawFrom, pick } from "../frame/draw-frame.ts";

const isNumber = ({ type }: DrawnColumn) => /^(Int|Uint|Float|Decimal)/.test(type.toString());
export const hasOrder = ({ type }: DrawnColumn) => !/List|Struct/.test(type.toString());
const edge = fc.option(fc.integer({ min: -4, max: 4 }), { freq: 4 });

type Over = Window<readonly string[], never>;

/** Two of them at most. */
function drawSome(draw: Draw, columns: readonly DrawnColumn[]): readonly DrawnColumn[] {
  const indices = drawFrom(draw, fc.shuffledSubarray([...columns.keys()]));
  return indices.slice(0, draw(fc.nat, 2)).map((index) => columns[index] as DrawnColumn);
}

/** Which rows count, and in what order; rarely by a range. @param isOrdered whether the rows have an order of their own */
function drawWindow(draw: Draw, columns: readonly DrawnColumn[], isOrdered: boolean): Over {
  const keys = drawSome(draw, columns);
  const order = isOrdered ? drawSome(draw, columns) : columns;
  const [from, to] = [drawFrom(draw, edge), drawFrom(draw, edge)];
  const isTurned = from !== null && to !== null && from > to;
  const rows: Over["rows"] = isTurned ? [to, from] : [from, to];
  const shapes: readonly Partial<Over>[] = [
    {},
    { rows },
    { rows },
    ...(order.length === 1
      ? [{ range: drawFrom(draw, fc.constantFrom([null, 0], [0, null])) as never }]
      : []),
  ];
  return {
    partitionBy: keys.map(({ name }) => name),
    orderBy: order.map(({ name }) => ({
      by: name,
      descending: draw(fc.boolean),
      nullsFirst: draw(fc.boolean),
    })) as never,
    ...pick(draw, shapes),
  };
}

/** @param columns those with an order */
function drawFunction(
  draw: Draw,
  columns: readonly DrawnColumn[],
  all: readonly DrawnColumn[],
  isOrdered: boolean,
): Expression {
  const window = drawWindow(draw, columns, isOrdered);
  const value = pick(draw, columns);
  const some = col(value.name);
  const other = pick(draw, all).name;
  const offset = draw(fc.integer, { min: 0, max: 3 });
  const isRanked = (window.orderBy as unknown as readonly unknown[]).length > 0;
  const ranks = [rank, denseRank, percentRank, cumeDist].map((make) => () => make().over(window));
  const reduced = draw(fc.nat, 3) === 0 ? drawCondition(draw, columns, 0) : undefined;
  const over = (aggregate: Expression) =>
    (reduced === undefined ? aggregate : aggregate.filter(reduced)).over(window) as Expression;
  const sums = [() => over(some.sum() as Expression), () => over(some.mean() as Expression)];
  const makers: readonly (() => Expression)[] = [
    () => rowNumber().over(window),
    () => ntile(draw(fc.integer, { min: 1, max: 5 })).over(window),
    ...(isRanked ? ranks : []),
    () => lag(other, offset).over(window),
    () => lead(other, offset).over(window),
    () => lag(value.name, offset, drawFrom(draw, value.literal)).over(window),
    () => col(other).first().over(window) as Expression,
    () => col(other).last().over(window) as Expression,
    () => (col(other).forwardFill(offset + 1) as Expression).over(window) as Expression,
    () => (col(other).backwardFill() as Expression).over(window) as Expression,
    () => over(count() as Expression),
    () => over(some.count() as Expression),
    () => over(some.countDistinct() as Expression),
    () => over(some.min() as Expression),
    () => over(some.max() as Expression),
    ...(isNumber(value) ? [...sums, ...sums, ...sums] : []),
  ];
  return pick(draw, makers)() as Expression;
}

export function drawWindows(
  draw: Draw,
  frame: Frame,
  columns: readonly DrawnColumn[],
  isOrdered = true,
): Frame {
  const ordered = columns.filter(hasOrder);
  const added: Record<string, Expression> = {};
  for (let index = draw(fc.integer, { min: 1, max: 4 }); index > 0; index--)
    added[`window ${index}`] = drawFunction(draw, ordered, columns, isOrdered);
  return frame.withColumns(added) as unknown as Frame;
}

/**
 * Windows over groups, different rows or a join, which have no order of their own and come in parts, some of them empty: all columns
 * order them. Without floats, whose sums depend on the order.
 */
export function drawWindowsOfResult(
  draw: Draw,
  frame: Frame,
  other: Frame,
  columns: readonly DrawnColumn[],
): Frame {
  const kept = columns.filter((column) => hasOrder(column) && !/^Float/.test(column.type.toString()));
  if (kept.length === 0) return drawWindows(draw, frame, columns);
  const names = kept.map(({ name }) => name) as [string, ...string[]];
  const how = pick(draw, ["inner", "left", "semi", "anti"] as const);
  const results = [
    () => frame.select(...names).distinct(),
    () => frame.groupBy(...names).agg(count().as("rows of a group")),
    () => frame.select(...names).join(other.select(names[0]) as never, { on: names[0], how } as never),
  ];
  return drawWindows(draw, pick(draw, results)() as unknown as Frame, kept, false);
}

/** @param columns of both */
export function drawJoin(draw: Draw, frame: Frame, other: Frame, columns: readonly DrawnColumn[]): Frame {
  const suffix = "~";
  const keys = drawSome(draw, columns.filter(hasOrder));
  const names = keys.map(({ name }) => name);
  // Keys of one name are one column.
  const both = columns
    .filter((column) => hasOrder(column) && !names.includes(column.name))
    .flatMap((column) => [column, { ...column, name: `${column.name}${suffix}` }]);
  const how = pick(draw, ["inner", "left", "right", "semi", "anti", "full"] as const);
  const where = drawCondition(draw, both.length === 0 ? keys : both, 2);
  const by = names.length === 0 ? {} : { on: names };
  return frame.join(other as never, { ...by, how, where, suffix } as never) as unknown as Frame;
}
