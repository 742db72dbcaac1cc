/** Rows as the data of the user's own specification. */
import type { Table } from "../arrow.ts";
import { isPlainObject } from "../display/cell/value-cell.ts";
import { countOf } from "../display/text/number-text.ts";
import { type AxisValue, axisTypeOf, readAxisValues } from "./axis-values.ts";
import { Chart } from "./chart.ts";
import { mostPoints } from "./chart-model.ts";
import { finishSpec, withNote } from "./chart-spec.ts";
import { chartConfig } from "./chart-theme.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

export type ChartRow = Readonly<Record<string, AxisValue | boolean>>;

/** Rows of an Arrow table; columns that no axis can show are left out. */
export function tableRows(table: Table): ChartRow[] {
  const columns = table.schema.fields.flatMap((field, index) => {
    const type = axisTypeOf(field);
    const column = table.getChildAt(index);
    if (type === undefined || column === null) return [];
    const values = readAxisValues(field, column, type);
    return [[field.name, type === "temporal" ? values.map(withoutZone) : values] as const];
  });
  return Array.from({ length: table.numRows }, (_, row) =>
    Object.fromEntries(columns.map(([name, values]) => [name, values[row] ?? null])),
  );
}

/** Plain objects: int64 becomes a number, a Date its time, and what no axis can show is left out. */
export function objectRows(rows: readonly object[]): ChartRow[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, value]) => {
        const shown = toAxisValue(value);
        return shown === undefined ? [] : [[name, shown]];
      }),
    ),
  );
}

function toAxisValue(value: unknown): AxisValue | boolean | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      return Number.isFinite(value) ? value : null;
    case "bigint":
      return Number(value);
    default:
  }
  if (value === null || value === undefined) return null;
  // By tag: a notebook's cells may run in a realm with other classes.
  if (Object.prototype.toString.call(value) !== "[object Date]") return undefined;
  const time = Number(value);
  return Number.isNaN(time) ? null : withoutZone(new Date(time).toISOString());
}

/**
 * A time without a zone is that of the reader's clock, so that a chart that says nothing of UTC shows the same hours
 * everywhere.
 */
function withoutZone(value: AxisValue): AxisValue {
  return typeof value === "string" ? value.replace(/Z$/, "") : value;
}

/** At most 5,000 of the rows, at equal distances. */
export function thinRows<T>(rows: readonly T[]): readonly T[] {
  if (rows.length <= mostPoints) return rows;
  return Array.from(
    { length: mostPoints },
    (_, index) => rows[Math.floor((index * rows.length) / mostPoints)] as T,
  );
}

/** A chart of a specification and its rows. @throws DlfLanceError InvalidInput in the words of vega-lite. */
export function createSpecChart(
  spec: ChartSpec,
  rows: readonly ChartRow[],
  note: string | undefined,
): Promise<Chart> {
  const { $schema: _, config, datasets, description, ...inner } = spec;
  const text = typeof description === "string" ? description : describeSpec(spec, rows.length);
  const sized = { ...fitNames(spec, rows), ...inner, data: { values: rows } };
  const drawn = withNote(note, sized, widthOf(spec));
  const outer = {
    ...drawn,
    ...(config === undefined ? {} : { config }),
    ...(datasets === undefined ? {} : { datasets }),
  };
  return Chart.create({
    spec: finishSpec(outer, text),
    note,
    description: note === undefined ? text : `${text}\n${note}`,
  });
}

/** Pixels that Vega gives a name; fewer names would make a chart that is smaller than the others. */
const nameStep = 20;

/** The usual size of a chart along an axis of few names, unless the specification says how it is laid out. */
function fitNames({ encoding, width, height }: ChartSpec, rows: readonly ChartRow[]): ChartSpec {
  if (!isPlainObject(encoding)) return {};
  if (["column", "row", "facet", "xOffset", "yOffset"].some((channel) => channel in encoding)) return {};
  const { continuousWidth, continuousHeight } = chartConfig.view;
  const hasRoom = (channel: unknown, size: number) => {
    const names = countNames(channel, rows);
    return names > 0 && names * nameStep < size;
  };
  return {
    ...(width === undefined && hasRoom(encoding.x, continuousWidth) ? { width: continuousWidth } : {}),
    ...(height === undefined && hasRoom(encoding.y, continuousHeight) ? { height: continuousHeight } : {}),
  };
}

/** Different values of an axis of names; zero for others. */
function countNames(channel: unknown, rows: readonly ChartRow[]): number {
  if (!isPlainObject(channel) || ["bin", "timeUnit", "aggregate"].some((name) => name in channel)) return 0;
  const { field, type } = channel;
  if (typeof field !== "string" || (type !== "nominal" && type !== "ordinal")) return 0;
  return new Set(rows.map((row) => row[field] ?? null)).size;
}

function widthOf({ width }: ChartSpec): number {
  return typeof width === "number" ? width : chartConfig.view.continuousWidth;
}

function describeSpec({ title, mark }: ChartSpec, rows: number): string {
  const kind = typeof mark === "string" ? mark : (mark as { type?: unknown } | undefined)?.type;
  const name = typeof title === "string" ? title : (title as { text?: unknown } | undefined)?.text;
  const subject = typeof name === "string" ? `: ${name}` : "";
  return `${typeof kind === "string" ? `Chart of ${kind} marks` : "Chart"}${subject}, of ${countOf(rows, "row")}`;
}
