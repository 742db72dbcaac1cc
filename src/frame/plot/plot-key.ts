/** How a column's values are combined into the places of an axis. */
import { type DataType, Types } from "../../arrow.ts";
import { type AxisType, type AxisValue, greatestNumber } from "../../chart/axis-values.ts";
import { formatCount } from "../../display/text/number-text.ts";
import type { DateUnit, ExpressionNode } from "../expression/expression-node.ts";
import { type ExactEnds, hasLongDigits, placeExactly, readExactEnds } from "./exact-bins.ts";
import { type BinWidth, binOf, binStart, chooseBinWidth, type Precision, stepOf } from "./number-bins.ts";
import { countRows, type PlotColumn, type PlotSource } from "./plot-source.ts";
import {
  aggregateNode,
  arithmeticNode,
  callNode,
  castNode,
  columnNode,
  finiteNode,
  literalNode,
  presentNode,
  readColumn,
  readNumbers,
  reductionPlan,
} from "./reduction.ts";
import { beginYears, chooseTimeUnit, chooseYears, endYears, mostYears, nextUnit } from "./time-bins.ts";

/** A place on an axis: where it begins, and where it ends when it is a range. */
export interface PlotKey {
  readonly column: PlotColumn;
  /** What rows of one place have in common. */
  readonly expression: ExpressionNode;
  /** The place by a value of the expression; the value itself where it is missing. */
  readonly placeOf?: (value: AxisValue) => AxisValue;
  readonly begin: (key: AxisValue) => AxisValue;
  readonly end?: (key: AxisValue) => AxisValue;
  /** The width of the ranges, as in `day` or `0.5`. */
  readonly step?: string;
  /** What is added to where places begin and end: a decimal number of more digits than theirs. Zero if left out. */
  readonly origin?: string;
}

/** The lowest and the highest value of a column. */
export interface ColumnRange {
  readonly min: AxisValue;
  readonly max: AxisValue;
  /** The same by all their digits, where doubles would round some values. */
  readonly exact?: ExactEnds | undefined;
  /** How many different years have values, where they may be too many to draw. */
  readonly years?: number;
}

/** What is known of columns before they are put into ranges. */
export interface PlotRange {
  readonly rows: number;
  readonly ranges: ReadonlyMap<PlotColumn, ColumnRange>;
  /** Leave out rows without a finite value in one of the columns. */
  readonly predicates: readonly ExpressionNode[];
  /** Whether they leave out finite values, because these are too large to draw. */
  readonly isCut: boolean;
}

/** Each value its own place. */
export function exactKey(column: PlotColumn): PlotKey {
  return { column, expression: columnNode(column.field.name), begin: (key) => key };
}

/**
 * At most `most` ranges between the lowest and the highest value.
 * @param isInDuckDb whether DuckDB alone computes the places: it counts few small integers in an array, in less time than
 * it looks floats up.
 */
export function binnedKey(column: PlotColumn, range: PlotRange, most: number, isInDuckDb = false): PlotKey {
  const { min, max, exact, years = 0 }: ColumnRange = range.ranges.get(column) ?? { min: null, max: null };
  if (column.type === "temporal") {
    const instants = [min, max].map((value) =>
      typeof value === "string" ? value : new Date(0).toISOString(),
    );
    const isDate = Types.isDate(column.field.type);
    const [first = "", last = ""] = instants;
    const unit = timeKey(column, chooseTimeUnit(first, last, most, isDate));
    return years > mostYears ? yearsKey(unit, chooseYears(first, last, most)) : unit;
  }
  if (exact !== undefined) {
    const { first, last, ...places } = placeExactly(column, exact, most);
    const key = { column, ...places };
    return isInDuckDb ? narrowKey(key, first, last) : key;
  }
  const [low, high] = [Number(min ?? 0), Number(max ?? 0)];
  const width = chooseBinWidth(low, high, most, precisionOf(column));
  const key = numberKey(column, width);
  return isInDuckDb ? narrowKey(key, binOf(width, low), binOf(width, high) + 1) : key;
}

/** The same key as integers of eight bits, where the places from `first` to `last` are few. */
function narrowKey(key: PlotKey, first: number, last: number): PlotKey {
  const isSigned = first >= -128 && last <= 127;
  if (!isSigned && (last - first > 255 || !Number.isSafeInteger(first))) return key;
  const shift = isSigned ? 0 : first;
  const { expression, placeOf = (value) => value } = key;
  const shifted = shift === 0 ? expression : arithmeticNode("subtract", expression, literalNode(shift));
  return {
    ...key,
    // What is left out of the ends, as NaN is, fits no such integer.
    expression: castNode(shifted, isSigned ? "int8" : "uint8", true),
    placeOf: (value) => placeOf(value === null ? null : Number(value) + shift),
  };
}

/** Of a column of numbers. A product of two doubles is rounded once more than they are. */
export function precisionOf(column: PlotColumn): Precision {
  const type: DataType = column.field.type;
  const roundings = [2 ** -9, 2 ** -22, 2 ** -50];
  const rounding = Types.isFloat(type) ? roundings[type.precision] : 0;
  return { isWhole: Types.isInt(type), rounding: rounding ?? 0 };
}

export function numberKey(column: PlotColumn, width: BinWidth): PlotKey {
  const { operator, factor, slack, last } = width;
  const value = columnNode(column.field.name);
  const exact = arithmeticNode(operator, value, literalNode(factor));
  const scaled = slack === 0 ? exact : arithmeticNode("add", exact, literalNode(slack));
  // Ranges of one whole number stand around it.
  const middle = Types.isInt(column.field.type) && stepOf(width) === 1 ? -0.5 : 0;
  const at = (shift: number) => (key: AxisValue) =>
    key === null ? null : binStart(width, Number(key) + shift) + middle;
  return {
    column,
    expression: callNode("floor", scaled),
    ...(last === undefined
      ? {}
      : { placeOf: (value) => (value === null ? null : Math.min(last, Number(value))) }),
    begin: at(0),
    end: at(1),
    step: formatStep(stepOf(width)),
  };
}

function timeKey(column: PlotColumn, unit: DateUnit): PlotKey {
  return {
    column,
    expression: callNode("dateTrunc", literalNode(unit), columnNode(column.field.name)),
    begin: (key) => key,
    end: (key) => (key === null ? null : nextUnit(String(key), unit)),
    step: unit,
  };
}

/** Of a key of single years, so many of which become one place. */
function yearsKey(key: PlotKey, years: number): PlotKey {
  const place = (value: AxisValue) => (value === null ? null : beginYears(String(value), years));
  return {
    ...key,
    placeOf: place,
    end: (value) => (value === null ? null : endYears(String(value), years)),
    step: `${formatCount(years)} years`,
  };
}

type Collects = Pick<PlotSource, "collect">;

/** Reads the ends of the columns. Where one of them holds NaN or infinite values, these are left out from then on. */
export async function measureColumns(source: Collects, columns: readonly PlotColumn[]): Promise<PlotRange> {
  const measured = await measureRows(source, columns, []);
  const isOpen = columns.some(
    (column) => isFloat(column) && (measured.present.get(column) ?? 0) > 0 && hasOpenEnd(measured, column),
  );
  const predicates = columns.flatMap((column) => {
    const node = columnNode(column.field.name);
    if (isFloat(column) && isOpen) return [finiteNode(node, greatestOf(column))];
    return (measured.present.get(column) ?? 0) < measured.rows ? [presentNode(node)] : [];
  });
  if (!isOpen) {
    const ranges = await countYears(source, measured.ranges);
    return { rows: measured.rows, ranges, predicates, isCut: false };
  }
  const [{ ranges }, cut] = await Promise.all([
    measureRows(source, columns, predicates),
    countCut(source, columns),
  ]);
  return { rows: measured.rows, ranges: await countYears(source, ranges), predicates, isCut: cut > 0 };
}

/** Adds the number of different years to columns of times whose ends are many years apart. */
async function countYears(source: Collects, ranges: PlotRange["ranges"]): Promise<PlotRange["ranges"]> {
  const counted = new Map(ranges);
  for (const [column, range] of ranges) {
    const [min, max] = [range.min, range.max].map((end) => new Date(String(end)).getUTCFullYear());
    if (column.type !== "temporal" || !((max ?? 0) - (min ?? 0) >= mostYears)) continue;
    const year = callNode("dateTrunc", literalNode("year"), columnNode(column.field.name));
    const aggregates = [{ name: "years", expression: aggregateNode("countDistinct", year) }];
    const table = await source.collect((input) =>
      reductionPlan(input, { predicates: [], keys: [], aggregates }),
    );
    counted.set(column, { ...range, years: readNumbers(table, "years")[0] ?? 0 });
  }
  return counted;
}

/** Rows with a finite value that is too large to draw, as doubles alone hold it. */
async function countCut(source: Collects, columns: readonly PlotColumn[]): Promise<number> {
  const operands = columns.flatMap((column): ExpressionNode[] => {
    if (!isFloat(column) || column.field.type.precision !== 2) return [];
    const node = columnNode(column.field.name);
    const isTooLarge: ExpressionNode = { node: "not", operand: finiteNode(node, greatestOf(column)) };
    return [{ node: "and", operands: [finiteNode(node, Number.MAX_VALUE), isTooLarge] }];
  });
  return operands.length === 0 ? 0 : countRows(source, [{ node: "or", operands }]);
}

interface Measured {
  readonly rows: number;
  readonly present: ReadonlyMap<PlotColumn, number>;
  readonly ranges: PlotRange["ranges"];
}

async function measureRows(
  source: Collects,
  columns: readonly PlotColumn[],
  predicates: readonly ExpressionNode[],
): Promise<Measured> {
  const table = await source.collect((input) =>
    reductionPlan(input, {
      predicates,
      keys: [],
      aggregates: [
        { name: "rows", expression: aggregateNode("count", null) },
        ...columns.flatMap(({ field }, index) => [
          { name: `present${index}`, expression: aggregateNode("count", columnNode(field.name)) },
          { name: `min${index}`, expression: aggregateNode("min", columnNode(field.name)) },
          { name: `max${index}`, expression: aggregateNode("max", columnNode(field.name)) },
        ]),
      ],
    }),
  );
  return {
    rows: readNumbers(table, "rows")[0] ?? 0,
    present: new Map(columns.map((column, index) => [column, readNumbers(table, `present${index}`)[0] ?? 0])),
    ranges: new Map(
      columns.map((column, index) => {
        const ends = (type: AxisType) =>
          (["min", "max"] as const).map((end) => readColumn(table, `${end}${index}`, type)[0] ?? null);
        const [min = null, max = null] = ends(column.type);
        if (!hasLongDigits(column)) return [column, { min, max }];
        const [low = null, high = null] = ends("nominal");
        return [column, { min, max, exact: readExactEnds(low, high, column) }];
      }),
    ),
  };
}

function hasOpenEnd({ ranges }: Measured, column: PlotColumn): boolean {
  const range = ranges.get(column);
  return range === undefined || range.min === null || range.max === null;
}

function isFloat({ field }: PlotColumn): boolean {
  return Types.isFloat(field.type);
}

/** A constant is rounded to the precision of the column it is compared with. */
export function greatestOf({ field }: PlotColumn): number {
  if (!Types.isFloat(field.type)) return greatestNumber;
  return [65_504, 3.4028234663852886e38][field.type.precision] ?? greatestNumber;
}

function formatStep(step: number): string {
  if (step >= 1e12) return step.toExponential();
  // As on axes; a year, which has four digits, is written without a comma.
  return step >= 10_000 ? formatCount(step) : String(step);
}
