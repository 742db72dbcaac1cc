/** Heat maps: one color at every place of two axes. */

import type { AxisValue } from "../../chart/axis-values.ts";
import { type ChartAxis, mostPoints } from "../../chart/chart-model.ts";
import { createLabels } from "../../chart/labels.ts";
import { collectGroups, groupValue, type PlotGroup, rankKey } from "./plot-groups.ts";
import { binnedKey, exactKey, measureColumns, type PlotKey } from "./plot-key.ts";
import { refusePlot } from "./plot-options.ts";
import {
  checkMeasure,
  describeGroups,
  drawableValue,
  joinNotes,
  mostCategories,
  nameMeasure,
  noteCut,
  noteLeftOut,
  type Places,
  type PlotRequest,
  type PlottedModel,
  titleOf,
  withNoteOf,
} from "./plot-request.ts";
import { readScales } from "./plot-scales.ts";
import type { PlotColumn } from "./plot-source.ts";

/** Ranges of an axis of numbers or times. */
const usualBins = 40;

export async function plotHeatmap(request: PlotRequest): Promise<PlottedModel> {
  const { source, whole = source, options, x, y, color: measured } = request;
  if (x === undefined || y === undefined) throw refusePlot("a heat map needs columns for x and for y");
  const aggregate = options.aggregate ?? (measured === undefined ? "count" : "mean");
  checkMeasure(measured, aggregate);
  const scales = readScales(request, aggregate);
  const continuous = [x, y].filter(({ type }) => type !== "nominal");
  const range = continuous.length === 0 ? undefined : await measureColumns(whole, continuous);
  const most = Math.min(Math.floor(Math.sqrt(mostPoints)), options.bins ?? usualBins);
  const keyOf = (column: PlotColumn) =>
    range === undefined || column.type === "nominal" ? exactKey(column) : binnedKey(column, range, most);
  const keys: readonly [PlotKey, PlotKey] = [keyOf(x), keyOf(y)];
  const groups = await collectGroups(source, keys, measured, aggregate, range?.predicates ?? []);
  const axes = keys.map((key, index) => arrangeAxis(groups, key, index, request.places));
  const shown = groups.filter(({ keys: [a = null, b = null] }) => axes[0]?.has(a) && axes[1]?.has(b));
  const points = shown.flatMap((group) => {
    const color = groupValue(group, measured !== undefined, aggregate);
    const [xs, ys] = axes.map((axis, index) => axis.place(group.keys[index] ?? null));
    if (color === null || xs === undefined || ys === undefined) return [];
    return [
      {
        x: xs.begin,
        y: ys.begin,
        ...(xs.end === undefined ? {} : { x2: xs.end }),
        ...(ys.end === undefined ? {} : { y2: ys.end }),
        color,
      },
    ];
  });
  const rows = (of: readonly PlotGroup[]) => of.reduce((sum, group) => sum + group.rows, 0);
  const title = nameMeasure(measured, aggregate);
  const axisOf = ({ column: { title, type }, origin }: PlotKey): ChartAxis => ({ title, type, origin });
  return withNoteOf({
    kind: "heatmap",
    title: titleOf(request, `${title} by ${x.title} and ${y.title}`),
    drawn: { rows: rows(shown), outliers: 0, hidden: 0 },
    noteOf: (drawn) =>
      joinNotes(
        describeGroups(measured && title, drawn.rows, keys),
        ...axes.map(({ note }) => note),
        range !== undefined && noteLeftOut(range.rows - rows(groups), drawableValue(continuous, range.isCut)),
      ),
    x: axisOf(keys[0]),
    y: axisOf(keys[1]),
    color: { title, type: "quantitative" },
    isStacked: false,
    ...scales,
    points,
    places: new Map(
      axes.flatMap(({ names }, index) =>
        names === undefined ? [] : [[keys[index]?.column.field.name ?? "", names] as const],
      ),
    ),
    width: options.width,
    height: options.height,
  });
}

/** The places of an axis: of names the most frequent ones. */
function arrangeAxis(
  groups: readonly PlotGroup[],
  key: PlotKey,
  position: number,
  chosen: Places | undefined,
) {
  if (key.column.type !== "nominal") {
    return {
      has: (value: PlotGroup["keys"][number]) => value !== null,
      place: (value: PlotGroup["keys"][number]) => ({ begin: key.begin(value), end: key.end?.(value) }),
      names: undefined,
      note: false as const,
    };
  }
  const all = rankKey(groups, position, ({ rows }) => rows);
  const names: readonly AxisValue[] = chosen?.get(key.column.field.name) ?? all.slice(0, mostCategories);
  const kept = new Set(names);
  const label = createLabels();
  for (const name of kept) label(name);
  return {
    has: (value: PlotGroup["keys"][number]) => kept.has(value),
    place: (value: PlotGroup["keys"][number]) => ({ begin: label(value), end: undefined }),
    names,
    note: noteCut(names, all, key.column, "most frequent"),
  };
}
