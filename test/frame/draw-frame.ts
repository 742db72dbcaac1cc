/** Frames made by chance: every step, over columns of every kind, with the values that go wrong most easily. */
import fc from "fast-check";
import { col, type Expression, lit } from "../../src/frame/builder/expr.ts";
import { when } from "../../src/frame/builder/when.ts";
import { count, lag, rank, rowNumber } from "../../src/frame/builder/window-functions.ts";
import type { Frame } from "../../src/frame/frame.ts";
import type { ColumnSample } from "./sample-table.ts";
import { text } from "./sample-table.ts";

export type Draw = fc.GeneratorValue;

export interface DrawnColumn extends ColumnSample {
  readonly name: string;
}

export interface DrawnFrame {
  readonly frame: Frame;
  readonly columns: readonly DrawnColumn[];
  /** Whether the order of its rows means something. */
  readonly isOrdered: boolean;
  /** Whether there are columns besides: what was computed of others. */
  readonly hasComputed?: boolean;
  /** Whether rows that are equal in `columns` may differ: in what was computed of a column that is gone. */
  readonly hasOthers?: boolean;
}

export function drawFrom<T>(draw: Draw, values: fc.Arbitrary<T>): T {
  return draw(() => values);
}

/** By index, so that a failure prints a number and not the whole thing. */
export function pick<T>(draw: Draw, values: readonly T[]): T {
  return values[draw(fc.nat, values.length - 1)] as T;
}

const comparisons = ["eq", "neq", "gt", "gte", "lt", "lte"] as const;
const isNumber = ({ type }: ColumnSample) => /^(Int|Uint|Float)/.test(type.toString());
const isText = ({ type }: ColumnSample) => type.toString().includes("Utf8");
const isTime = ({ type }: ColumnSample) => /^Timestamp/.test(type.toString());

export function drawCondition(draw: Draw, columns: readonly DrawnColumn[], depth: number): Expression {
  const kind = draw(fc.integer, { min: 0, max: depth > 0 ? 12 : 8 });
  const column = pick(draw, columns);
  const expression: Expression = col(column.name);
  if (kind >= 9) {
    const left = drawCondition(draw, columns, depth - 1);
    if (kind === 9) return left.not();
    const right = drawCondition(draw, columns, depth - 1);
    return kind === 10 ? left.or(right) : left.and(right);
  }
  const twins = columns.filter(
    (other) => other.type.toString() === column.type.toString() || (isNumber(other) && isNumber(column)),
  );
  switch (kind) {
    case 0:
      return expression.isNull();
    case 1:
      return expression.isIn(drawFrom(draw, fc.array(column.literal, { maxLength: 5 })));
    case 2:
      return expression.between(drawFrom(draw, column.literal), drawFrom(draw, column.literal));
    case 3:
      return expression[pick(draw, comparisons)](col(pick(draw, twins).name));
    case 4:
      if (isText(column)) return expression.like(drawFrom(draw, text).replace(/\\+$/, ""));
      break;
    case 5:
      if (isText(column)) return expression.startsWith(drawFrom(draw, text));
      if (column.type.toString() === "Bool") return expression;
      break;
    case 6:
      return draw(fc.boolean) ? lit(draw(fc.boolean)) : lit(drawFrom(draw, column.literal)).lt(expression);
    case 7:
      return expression.isIn(drawFrom(draw, fc.array(column.literal, { maxLength: 2 }))).not();
    default:
  }
  return expression[pick(draw, comparisons)](drawFrom(draw, column.literal));
}

/** Something computed from a row, or undefined where the column allows nothing. */
function drawComputed(draw: Draw, columns: readonly DrawnColumn[]): Expression | undefined {
  const column = pick(draw, columns);
  const value = col(column.name);
  const other = pick(draw, columns.filter(isNumber).length > 0 ? columns.filter(isNumber) : [column]);
  if (isNumber(column)) {
    const small = draw(fc.integer, { min: -3, max: 3 });
    switch (draw(fc.nat, 6)) {
      case 0:
        return value.div(col(other.name));
      case 1:
        return value.cast("float64").mul(small);
      case 2:
        return value.cast("float64").add(col(other.name).cast("float64"));
      case 3:
        return when(value.gt(small), value).otherwise(small);
      case 4:
        return value.cast("int32", { orNull: true }).mod(small);
      case 5:
        return value.cast("int16", { orNull: true }).mul(small).sub(1);
      default:
        // What the text of a float is, is DuckDB's own affair.
        return /^Float/.test(column.type.toString()) ? value.div(2) : value.cast("string").length();
    }
  }
  if (isText(column)) {
    switch (draw(fc.nat, 5)) {
      case 0:
        return value.length();
      case 1:
        return value.concat("é'");
      case 2:
        return value.slice(1, 2);
      case 3:
        return value.replace("a", "''");
      case 4:
        return value.contains("'");
      default:
        return value.fillNull("-");
    }
  }
  if (isTime(column) && !column.type.toString().includes("Shanghai")) {
    return pick(draw, [
      value.year(),
      value.month(),
      value.hour(),
      value.dayOfWeek(),
      value.dateTrunc("month"),
    ]);
  }
  return undefined;
}

const unsortable = /List|Struct/;

/** Steps by chance. Where an order means nothing, nothing is drawn that asks for one. */
export function drawFrame(
  draw: Draw,
  first: DrawnFrame,
  others: readonly DrawnFrame[],
  steps: number,
): DrawnFrame {
  let drawn = first;
  for (let step = draw(fc.integer, { min: 0, max: steps }); step > 0; step--)
    drawn = drawStep(draw, drawn, others);
  return drawn;
}

function drawStep(draw: Draw, drawn: DrawnFrame, others: readonly DrawnFrame[]): DrawnFrame {
  const { frame, columns, isOrdered, hasComputed = false, hasOthers = false } = drawn;
  const comparable = columns.filter(({ type }) => !unsortable.test(type.toString()));
  const kind = draw(fc.integer, { min: 0, max: 18 });
  if (comparable.length === 0) return drawn;
  switch (kind) {
    case 0: {
      const kept = drawFrom(draw, fc.shuffledSubarray([...columns], { minLength: 1 }));
      return { frame: frame.select(...kept.map(({ name }) => name)) as Frame, columns: kept, isOrdered };
    }
    case 1: {
      const dropped = pick(draw, columns);
      if (columns.length === 1) return drawn;
      return {
        ...drawn,
        frame: frame.exclude(dropped.name),
        columns: columns.filter((one) => one !== dropped),
        hasOthers: hasComputed || hasOthers,
      };
    }
    case 2:
      return isOrdered
        ? { ...drawn, frame: frame.limit(draw(fc.nat, 9), { offset: draw(fc.nat, 4) }) }
        : drawn;
    case 3:
      if (!isOrdered) return drawn;
      return {
        ...drawn,
        frame: draw(fc.boolean) ? frame.offset(draw(fc.nat, 4)) : frame.tail(draw(fc.nat, 5)),
      };
    case 4: {
      const keys = drawFrom(draw, fc.shuffledSubarray([...comparable], { minLength: comparable.length }));
      const sorted = frame.sort(
        ...keys.map(({ name }) => ({ by: name, descending: draw(fc.boolean), nullsFirst: draw(fc.boolean) })),
      );
      return {
        ...drawn,
        frame: sorted,
        isOrdered: isOrdered || (comparable.length === columns.length && !hasOthers),
      };
    }
    case 5:
      return { ...drawn, frame: frame.distinct(), isOrdered: false };
    case 6: {
      const computed = drawComputed(draw, comparable);
      if (computed === undefined) return drawn;
      return { ...drawn, frame: frame.withColumn(`computed ${columns.length}`, computed), hasComputed: true };
    }
    case 7: {
      const from = pick(draw, columns);
      const to = `${from.name}!`;
      if (columns.some(({ name }) => name === to)) return drawn;
      const renamed = columns.map((one) => (one === from ? { ...one, name: to } : one));
      return { ...drawn, frame: frame.rename({ [from.name]: to }), columns: renamed };
    }
    case 8:
      return {
        ...drawn,
        frame: draw(fc.boolean) ? frame.dropNull(pick(draw, columns).name) : frame.fillNull(1),
      };
    case 9: {
      const key = pick(draw, comparable);
      const value = pick(draw, comparable);
      const grouped = frame.groupBy(key.name).agg(count(), ...drawAggregates(draw, value));
      return { frame: grouped as Frame, columns: [key], isOrdered: false };
    }
    case 10: {
      const other = pick(draw, others);
      const keys = comparable.filter(({ name }) => other.columns.some((one) => one.name === name));
      const key = keys[0];
      if (key === undefined) return drawn;
      const how = pick(draw, ["inner", "left", "right", "full", "semi", "anti"] as const);
      const joined = frame.join(other.frame.select(key.name) as unknown as Frame, { on: key.name, how });
      return { ...drawn, frame: joined as Frame, isOrdered: false };
    }
    case 11: {
      const filtered = frame.where(drawCondition(draw, comparable, 1));
      return { ...drawn, frame: frame.concat(filtered) };
    }
    case 12: {
      const [key, ...rest] = drawFrom(draw, fc.shuffledSubarray([...comparable], { minLength: 1 }));
      if (key === undefined || comparable.length < columns.length || hasOthers) return drawn;
      const orderBy = [...rest, ...comparable].map(({ name }) => name);
      const value = drawFrom(
        draw,
        fc.constantFrom<Expression>(
          rank().over({ partitionBy: key.name, orderBy: pick(draw, comparable).name }),
          rowNumber().over({ orderBy }),
          count().over({ partitionBy: key.name }),
          col(key.name)
            .count()
            .over({ orderBy, rows: [-1, 1] }),
          lag(key.name).over({ orderBy }),
        ),
      );
      return { ...drawn, frame: frame.withColumn(`window ${columns.length}`, value), hasComputed: true };
    }
    case 13:
      return isReadable(columns) ? drawStatement(draw, drawn) : drawn;
    default:
      return { ...drawn, frame: frame.where(drawCondition(draw, comparable, 3)) };
  }
}

/** Whether SQL tells the columns apart, takes their names, and keeps their types: DuckDB has one type with a zone. */
function isReadable(columns: readonly DrawnColumn[]): boolean {
  const names = columns.map(({ name }) => name.toLowerCase());
  if (columns.some(({ type }) => /Timestamp<\w+, /.test(type.toString()))) return false;
  return new Set(names).size === names.length && names.every((name) => !name.includes("\0"));
}

/** SQL has no order of its own, and no types of its own for dictionaries and zones. */
function drawStatement(draw: Draw, { frame, columns }: DrawnFrame): DrawnFrame {
  const kept = drawFrom(draw, fc.shuffledSubarray([...columns], { minLength: 1 }));
  const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;
  const names = kept.map(({ name }) => quote(name)).join(", ");
  const text = `SELECT ${names} FROM frame${draw(fc.boolean) ? "" : ` WHERE ${quote(kept[0]?.name ?? "")} IS NOT NULL`}`;
  const strings = Object.assign([text], { raw: [text] });
  return { frame: frame.sql(strings), columns: kept, isOrdered: false };
}

function drawAggregates(draw: Draw, column: DrawnColumn): Expression[] {
  const value = col(column.name);
  const plain: Expression[] = [
    value.count().as("c"),
    value.countDistinct().as("d"),
    value.min().as("least"),
    value.max().as("most"),
  ];
  const float = value.cast("float64");
  const numbers: Expression[] = isNumber(column) ? [float.sum().as("s"), float.mean().as("m")] : [];
  return drawFrom(draw, fc.subarray([...plain, ...numbers], { minLength: 1 }));
}
