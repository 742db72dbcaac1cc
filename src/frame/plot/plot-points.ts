/** Scatter plots: a mark for each row, or for each row of an even sample. */
import type { Table } from "../../arrow.ts";
import { type AxisValue, drawableNumber } from "../../chart/axis-values.ts";
import { type ChartPoint, canHaveTrend, mostPoints } from "../../chart/chart-model.ts";
import { createLabels, legendText, nullLabel } from "../../chart/labels.ts";
import { countOf, formatCount } from "../../display/text/number-text.ts";
import { refusePlot } from "./plot-options.ts";
import {
  drawableValue,
  joinNotes,
  mostSeries,
  noteCut,
  noteLeftOut,
  type PlotRequest,
  type PlottedModel,
  titleOf,
  withNoteOf,
} from "./plot-request.ts";
import { isOffLog, readScales } from "./plot-scales.ts";
import { countRows, type PlotColumn } from "./plot-source.ts";
import { columnNode, presentNode, readColumn, samplePlan } from "./reduction.ts";

export async function plotPoints(request: PlotRequest): Promise<PlottedModel> {
  const { source, options, x, y, color } = request;
  if (x === undefined || y === undefined) throw refusePlot("a scatter plot needs columns for x and for y");
  if (options.aggregate !== undefined)
    throw refusePlot("a scatter plot shows rows; take another kind to aggregate");
  const predicates = [x, y].map(({ field }) => presentNode(columnNode(field.name)));
  const columns = Object.entries({ x, y, ...(color === undefined ? {} : { color }) }).map(
    ([name, { field }]) => ({ name, expression: columnNode(field.name) }),
  );
  const table = await source.collect((input) => samplePlan({ step: "filter", predicates, input }, columns));
  const isSample = table.numRows === mostPoints;
  const [rows, present] = await Promise.all([
    countRows(source, []),
    isSample ? countRows(source, predicates) : table.numRows,
  ]);
  const read = (name: "x" | "y" | "color", column: PlotColumn | undefined) => {
    if (column === undefined) return [];
    const values = readColumn(table, name, column.type);
    if (column.type !== "nominal") return values;
    const label = name === "color" ? createLabels(legendText) : createLabels();
    return values.map(label);
  };
  const [xs, ys] = [read("x", x), read("y", y)];
  const colors = colorNames(read("color", color), request);
  const points: ChartPoint[] = xs.flatMap((value, row) => {
    const other = ys[row] ?? null;
    if (value === null || other === null || isOffLog(request, value, other)) return [];
    return [{ x: value, y: other, ...(color === undefined ? {} : { color: colors.values[row] ?? null }) }];
  });
  const lost = table.numRows - points.length;
  const isCut = lost > 0 && ["x", "y"].some((name) => holdsTooLarge(table, name));
  return withNoteOf({
    kind: "point",
    title: titleOf(request, `${y.title} by ${x.title}`),
    drawn: { rows: points.length, outliers: 0, hidden: 0 },
    noteOf: (drawn) =>
      joinNotes(
        present - (isSample ? 0 : lost) > drawn.rows &&
          `${formatCount(drawn.rows)} of ${countOf(present, "row")}, an even sample`,
        colors.note,
        noteTrend(options, points),
        noteLeftOut(
          rows - present + (isSample ? 0 : lost),
          options.log === undefined ? drawableValue([x, y], isCut) : "a positive value on both axes",
        ),
      ),
    x: { title: x.title, type: x.type },
    y: { title: y.title, type: y.type },
    color: color === undefined ? undefined : { title: color.title, type: color.type },
    restSeries: colors.rest,
    isStacked: false,
    ...readScales(request, undefined),
    points,
    width: options.width,
    height: options.height,
  });
}

function holdsTooLarge(table: Table, name: string): boolean {
  const values: readonly unknown[] = [...(table.getChild(name) ?? [])];
  return values.some((value) => Number.isFinite(value) && drawableNumber(value as number) === null);
}

function noteTrend({ trend, log }: PlotRequest["options"], points: readonly ChartPoint[]): string | false {
  if (trend === undefined) return false;
  if (!canHaveTrend(points)) return "too few different values for a trend";
  const kind = trend === "loess" ? "local trend (LOESS)" : "linear trend";
  return `the line is the ${kind} of these points${log === undefined ? "" : ", as the axes show them"}`;
}

function asValues(labels: Iterable<string>): AxisValue[] {
  return [...labels].map((label) => (label === nullLabel ? null : label));
}

/** Of names the most frequent ones, and all others as one. */
function colorNames(values: ReturnType<typeof readColumn>, { color: column, colors }: PlotRequest) {
  if (column?.type !== "nominal") return { values, note: undefined, rest: undefined };
  const counts = new Map<string, number>(
    colors?.map(createLabels(legendText)).map((name) => [String(name), 0]),
  );
  for (const value of colors === undefined ? values : [])
    counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
  if (counts.size <= mostSeries) return { values, note: undefined, rest: undefined };
  const ranked = [...counts].toSorted(([, a], [, b]) => b - a).map(([name]) => name);
  const kept = new Set(ranked.slice(0, mostSeries));
  const rest = "other values";
  return {
    values: values.map((value) => (kept.has(String(value)) ? value : rest)),
    note: `${noteCut(asValues(kept), asValues(counts.keys()), column, "most frequent")}, the others as one`,
    rest,
  };
}
