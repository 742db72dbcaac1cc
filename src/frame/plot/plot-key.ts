/** How a column's values are combined into the places of an axis. */
import { type DataType, Types } from "../../arrow.ts";
import { type AxisValue, greatestNumber } from "../../chart/axis-values.ts";
import type { DateUnit, ExpressionNode } from "../expression/expression-node.ts";
import { type BinWidth, binStart, chooseBinWidth, type Precision, stepOf } from "./number-bins.ts";
import type { PlotColumn, PlotSource } from "./plot-source.ts";
import {
  aggregateNode,
  arithmeticNode,
  callNode,
  columnNode,
  finiteNode,
  literalNode,
  presentNode,
  readColumn,
  readNumbers,
  reductionPlan,
} from "./reduction.ts";
import { chooseTimeUnit, nextUnit } from "./time-bins.ts";

/** A place on an axis: where it begins, and where it ends when it is a range. */
export interface PlotKey {
  readonly column: PlotColumn;
  /** What rows of one place have in common. */
  readonly expression: ExpressionNode;
  readonly begin: (key: AxisValue) => AxisValue;
  readonly end?: (key: AxisValue) => AxisValue;
  /** The width of the ranges, as in `day` or `0.5`. */
  readonly step?: string;
}

/** What is known of columns before they are put into ranges. */
export interface PlotRange {
  readonly rows: number;
  readonly ranges: ReadonlyMap<PlotColumn, { readonly min: AxisValue; readonly max: AxisValue }>;
  /** Leave out rows without a finite value in one of the columns. */
  readonly predicates: readonly ExpressionNode[];
}

/** Each value its own place. */
export function exactKey(column: PlotColumn): PlotKey {
  return { column, expression: columnNode(column.field.name), begin: (key) => key };
}

/** At most `most` ranges between the lowest and the highest value. */
export function binnedKey(column: PlotColumn, range: PlotRange, most: number): PlotKey {
  const { min, max } = range.ranges.get(column) ?? { min: null, max: null };
  if (column.type === "temporal") {
    const instants = [min, max].map((value) =>
      typeof value === "string" ? value : new Date(0).toISOString(),
    );
    const isDate = Types.isDate(column.field.type);
    return timeKey(column, chooseTimeUnit(instants[0] ?? "", instants[1] ?? "", most, isDate));
  }
  const width = chooseBinWidth(Number(min ?? 0), Number(max ?? 0), most, precisionOf(column));
  return numberKey(column, width);
}

/** Of a column of numbers. A product of two doubles is rounded once more than they are. */
export function precisionOf({ field }: PlotColumn): Precision {
  const type: DataType = field.type;
  const roundings = [2 ** -9, 2 ** -22, 2 ** -50];
  const rounding = Types.isFloat(type) ? (roundings[type.precision] ?? 0) : 0;
  return { isWhole: Types.isInt(type), rounding };
}

export function numberKey(column: PlotColumn, width: BinWidth): PlotKey {
  const { operator, factor, slack } = width;
  const exact = arithmeticNode(operator, columnNode(column.field.name), literalNode(factor));
  const scaled = slack === 0 ? exact : arithmeticNode("add", exact, literalNode(slack));
  // Ranges of one whole number stand around it.
  const middle = Types.isInt(column.field.type) && stepOf(width) === 1 ? -0.5 : 0;
  const at = (shift: number) => (key: AxisValue) =>
    key === null ? null : binStart(width, Number(key) + shift) + middle;
  return {
    column,
    expression: callNode("floor", scaled),
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
  if (!isOpen) return { ...measured, predicates };
  const { ranges } = await measureRows(source, columns, predicates);
  return { rows: measured.rows, ranges, predicates };
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
        const [min = null] = readColumn(table, `min${index}`, column.type);
        const [max = null] = readColumn(table, `max${index}`, column.type);
        return [column, { min, max }];
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
  return step >= 1e12 ? step.toExponential() : String(step);
}
