/** Groups of rows, as few as a chart can show. */
import { type DataType, Types } from "../../arrow.ts";
import type { AxisValue } from "../../chart/axis-values.ts";
import { compareNames } from "../../chart/name-order.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import type { PlotKey } from "./plot-key.ts";
import type { PlotAggregate } from "./plot-options.ts";
import type { PlotColumn, PlotSource } from "./plot-source.ts";
import { aggregateNode, castNode, columnNode, readColumn, readNumbers, reductionPlan } from "./reduction.ts";

/** The rows of one place of each axis, and what they come to. Can be added to another group without loss. */
export interface PlotGroup {
  readonly keys: readonly AxisValue[];
  readonly rows: number;
  /** Values that are not null. */
  readonly present: number;
  /** Null when one of the values is NaN or infinite. */
  readonly sum: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/**
 * All groups of the keys with what is needed of the measured column.
 * @param hasEnds whether a mean comes with the lowest and the highest value.
 */
export async function collectGroups(
  source: Pick<PlotSource, "collect">,
  keys: readonly PlotKey[],
  measured: PlotColumn | undefined,
  aggregate: PlotAggregate,
  predicates: readonly ExpressionNode[],
  hasEnds = false,
): Promise<PlotGroup[]> {
  const table = await source.collect((input) =>
    reductionPlan(input, {
      predicates,
      keys: keys.map(({ expression }, index) => ({ name: `key${index}`, expression })),
      aggregates: [
        { name: "rows", expression: aggregateNode("count", null) },
        ...measuresFor(measured, aggregate, hasEnds),
      ],
    }),
  );
  const columns = keys.map(({ column, placeOf }, index) => {
    const values = readColumn(table, `key${index}`, column.type);
    return placeOf === undefined ? values : values.map(placeOf);
  });
  const [rows, present, sum, min, max] = ["rows", "present", "sum", "min", "max"].map((name) =>
    readNumbers(table, name),
  );
  const groups = Array.from({ length: table.numRows }, (_, row) => ({
    keys: columns.map((column) => column[row] ?? null),
    rows: rows?.[row] ?? 0,
    present: present?.[row] ?? 0,
    sum: sum?.[row] ?? ((present?.[row] ?? 0) === 0 ? 0 : null),
    min: min?.[row] ?? null,
    max: max?.[row] ?? null,
  }));
  // The number at the end of the last range comes as a separate group.
  return keys.some(({ placeOf }) => placeOf !== undefined) ? mergeGroups(groups, (own) => own) : groups;
}

function measuresFor(
  column: PlotColumn | undefined,
  aggregate: PlotAggregate,
  hasEnds: boolean,
): NamedExpression[] {
  if (column === undefined) return [];
  const operand = columnNode(column.field.name);
  const summed = isSumSafe(column.field.type) ? operand : castNode(operand, "double");
  const present = { name: "present", expression: aggregateNode("count", operand) };
  switch (aggregate) {
    case "count":
      return [present];
    case "sum":
      return [present, { name: "sum", expression: aggregateNode("sum", summed) }];
    case "mean":
      return [
        present,
        { name: "sum", expression: aggregateNode("sum", summed) },
        ...(hasEnds
          ? (["min", "max"] as const).map((end) => ({ name: end, expression: aggregateNode(end, operand) }))
          : []),
      ];
    case "min":
    case "max":
      return [present, { name: aggregate, expression: aggregateNode(aggregate, operand) }];
    default:
      return aggregate satisfies never;
  }
}

/** Sums of 64-bit numbers and decimals may be more than their type holds, and are drawn no finer than a float. */
function isSumSafe(type: DataType): boolean {
  return Types.isFloat(type) || (Types.isInt(type) && type.bitWidth < 64);
}

/** What is drawn of a group; null when it has no value. */
export function groupValue(group: PlotGroup, measured: boolean, aggregate: PlotAggregate): number | null {
  if (!measured) return group.rows;
  switch (aggregate) {
    case "count":
      return group.present;
    case "sum":
      return group.present === 0 ? null : group.sum;
    case "mean":
      return group.present === 0 || group.sum === null ? null : group.sum / group.present;
    case "min":
      return group.min;
    case "max":
      return group.max;
    default:
      return aggregate satisfies never;
  }
}

function addGroups(a: PlotGroup, b: PlotGroup): PlotGroup {
  return {
    keys: a.keys,
    rows: a.rows + b.rows,
    present: a.present + b.present,
    sum: a.sum === null || b.sum === null ? null : a.sum + b.sum,
    min: a.min === null || b.min === null ? (a.min ?? b.min) : Math.min(a.min, b.min),
    max: a.max === null || b.max === null ? (a.max ?? b.max) : Math.max(a.max, b.max),
  };
}

/** Groups whose keys are equal after `rekey` become one. */
export function mergeGroups(
  groups: readonly PlotGroup[],
  rekey: (keys: readonly AxisValue[]) => readonly AxisValue[],
): PlotGroup[] {
  const merged = new Map<string, PlotGroup>();
  for (const group of groups) {
    const keys = rekey(group.keys);
    const name = JSON.stringify(keys);
    const known = merged.get(name);
    merged.set(name, known === undefined ? { ...group, keys } : addGroups(known, group));
  }
  return [...merged.values()];
}

/** The values of one key, the one with the highest weight first. Equal weights stand in the order of their names. */
export function rankKey(
  groups: readonly PlotGroup[],
  position: number,
  weigh: (group: PlotGroup) => number,
): AxisValue[] {
  const whole = mergeGroups(groups, (keys) => [keys[position] ?? null]);
  const compare = whole.length > mostCollated ? compareCodes : compareValues;
  return whole
    .toSorted((a, b) => weigh(b) - weigh(a) || compare(a.keys[0] ?? null, b.keys[0] ?? null))
    .map(({ keys }) => keys[0] ?? null);
}

/** More names are compared by the numbers of their letters, which is quicker. */
const mostCollated = 5_000;

/** Numbers by size, texts as readers sort them, null last. */
export function compareValues(a: AxisValue, b: AxisValue): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return compareNames(a, b) || compareCodes(a, b);
}

function compareCodes(a: AxisValue, b: AxisValue): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a) < String(b) ? -1 : 1;
}
