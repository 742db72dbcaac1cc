/** Box plots: median and quarters of each group, whiskers to the last values within 1.5 × the length of the box, outliers beyond. */
import type { Vector } from "../../arrow.ts";
import { type AxisValue, readAxisValues } from "../../chart/axis-values.ts";
import { createLabels } from "../../chart/labels.ts";
import { sortNames } from "../../chart/name-order.ts";
import { countOf } from "../../display/text/number-text.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import { compareValues } from "./plot-groups.ts";
import { measureColumns } from "./plot-key.ts";
import { refusePlot } from "./plot-options.ts";
import {
  drawableValue,
  joinNotes,
  mostCategories,
  needRoom,
  noteCut,
  noteLeftOut,
  type PlotRequest,
  type PlottedModel,
  titleOf,
  withNoteOf,
} from "./plot-request.ts";
import { readScales } from "./plot-scales.ts";
import type { PlotColumn } from "./plot-source.ts";
import { aggregateNode, columnNode, readColumn, readNumbers, reductionPlan } from "./reduction.ts";

export async function plotBoxes(request: PlotRequest): Promise<PlottedModel> {
  const { source, options } = request;
  const { measured, along, isAsked } = arrangeBoxes(request);
  const scales = readScales(request, undefined);
  const operand = columnNode(measured.field.name);
  const range = await measureColumns(source, [measured]);
  const table = await source.collect((input) =>
    reductionPlan(input, {
      predicates: range.predicates,
      keys: along === undefined ? [] : [{ name: "key", expression: columnNode(along.field.name) }],
      aggregates: [
        { name: "rows", expression: aggregateNode("count", null) },
        { name: "low", expression: aggregateNode("min", operand) },
        { name: "first", expression: aggregateNode("approxQuantile", operand, 0.25) },
        { name: "median", expression: aggregateNode("median", operand) },
        { name: "third", expression: aggregateNode("approxQuantile", operand, 0.75) },
        { name: "high", expression: aggregateNode("max", operand) },
      ],
    }),
  );
  const keys = along === undefined ? [] : readColumn(table, "key", "nominal");
  const sizes = along === undefined ? [] : readColumn(table, "key", along.type);
  const [rows, low, first, median, third, high] = ["rows", "low", "first", "median", "third", "high"].map(
    (name) => readNumbers(table, name),
  );
  const label = createLabels();
  const boxes = Array.from({ length: table.numRows }, (_, row) => ({
    name: keys[row] ?? null,
    order: sizes[row] ?? null,
    rows: rows?.[row] ?? 0,
    low: low?.[row] ?? null,
    first: first?.[row] ?? null,
    median: median?.[row] ?? null,
    third: third?.[row] ?? null,
    high: high?.[row] ?? null,
  })).filter((box) => box.median !== null);
  const ranked = boxes.toSorted((a, b) => b.rows - a.rows || compareValues(a.order, b.order));
  const most = ranked.slice(0, mostCategories);
  const places =
    (along === undefined ? undefined : request.places?.get(along.field.name)) ??
    (along?.type === "nominal"
      ? sortNames(most.map(({ name }) => name))
      : most.toSorted((a, b) => compareValues(a.order, b.order)).map(({ name }) => name));
  const order = new Map(places.map((name, at) => [name, at]));
  const kept = boxes
    .filter(({ name }) => order.has(name))
    .toSorted((a, b) => (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0));
  const beyond = await measureWhiskers(request, measured, along, kept, range.predicates);
  const placeOf = (name: AxisValue) => (along === undefined ? "all rows" : label(name));
  const isLying = isAsked || (along !== undefined && needRoom(places.map(label)));
  const at = (name: AxisValue) => (isLying ? { x: null, y: placeOf(name) } : { x: placeOf(name), y: null });
  const points = [
    ...kept.map(({ name, order: _, rows: __, ...box }) => ({
      ...box,
      ...beyond.whiskers.get(name),
      ...at(name),
    })),
    ...beyond.outliers.map(({ name, value }) => ({ ...at(name), outlier: value })),
  ];
  const counted = boxes.reduce((sum, box) => sum + box.rows, 0);
  const names = ranked.map(({ name }) => name);
  const value = { title: measured.title, type: "quantitative" } as const;
  const category = { title: along?.title ?? "", type: "nominal" } as const;
  return withNoteOf({
    kind: "box",
    title: titleOf(request, along === undefined ? measured.title : `${measured.title} by ${along.title}`),
    drawn: {
      rows: kept.reduce((sum, box) => sum + box.rows, 0),
      outliers: beyond.outliers.length,
      hidden: beyond.count - beyond.outliers.length,
    },
    noteOf: ({ rows, outliers, hidden }) =>
      joinNotes(
        `${countOf(rows, "row")}; boxes hold the middle half, with the median; lines reach the last values within 1.5 times its length`,
        hidden > 0 && `${countOf(hidden, "outlier")} beyond them not drawn`,
        outliers > 0 && `points are the ${countOf(outliers, "outlier")} beyond them`,
        along !== undefined && noteCut(places, names, along, "most frequent"),
        noteLeftOut(range.rows - counted, drawableValue([measured], range.isCut)),
      ),
    x: isLying ? value : category,
    y: isLying ? category : value,
    color: undefined,
    isStacked: false,
    ...scales,
    points,
    ...(along === undefined ? {} : { places: new Map([[along.field.name, places]]) }),
    width: options.width,
    height: options.height,
  });
}

interface Box {
  readonly name: AxisValue;
  readonly first: number | null;
  readonly third: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

interface Whiskers {
  readonly whiskers: ReadonlyMap<AxisValue, { readonly low: number; readonly high: number }>;
  /** None where they are too many to draw. */
  readonly outliers: readonly { readonly name: AxisValue; readonly value: number }[];
  readonly count: number;
}

/** More points than these say less than their number does. */
const mostOutliers = 300;

/** The ends of the lines, and what lies beyond them, by a second look at the values. */
async function measureWhiskers(
  { source }: PlotRequest,
  { field }: PlotColumn,
  along: PlotColumn | undefined,
  boxes: readonly Box[],
  predicates: readonly ExpressionNode[],
): Promise<Whiskers> {
  const fences = new Map(
    boxes.map(({ name, first, third, low, high }) => {
      const reach = 1.5 * ((third ?? 0) - (first ?? 0));
      const [begin, end] = [(first ?? 0) - reach, (third ?? 0) + reach];
      return [
        name,
        { begin, end, low: Infinity, high: -Infinity, hasOutliers: (low ?? 0) < begin || (high ?? 0) > end },
      ];
    }),
  );
  const whole = new Map(boxes.map(({ name, low, high }) => [name, { low: low ?? 0, high: high ?? 0 }]));
  if ([...fences.values()].every(({ hasOutliers }) => !hasOutliers))
    return { whiskers: whole, outliers: [], count: 0 };
  const outliers: { name: AxisValue; value: number }[] = [];
  let count = 0;
  const columns = [
    { name: "value", expression: columnNode(field.name) },
    ...(along === undefined ? [] : [{ name: "key", expression: columnNode(along.field.name) }]),
  ];
  const batches = source.batches((input) => ({
    step: "project",
    columns,
    input: predicates.length === 0 ? input : { step: "filter", predicates, input },
  }));
  for await (const batch of batches) {
    const [values, keys] = batch.schema.fields.map((each, index) =>
      readAxisValues(each, batch.getChildAt(index) as Vector, index === 0 ? "quantitative" : "nominal"),
    );
    for (const [row, value] of (values ?? []).entries()) {
      const name = keys === undefined ? null : (keys[row] ?? null);
      const fence = fences.get(name);
      if (fence === undefined || typeof value !== "number") continue;
      if (value < fence.begin || value > fence.end) {
        count += 1;
        if (count <= mostOutliers) outliers.push({ name, value });
      } else {
        fence.low = Math.min(fence.low, value);
        fence.high = Math.max(fence.high, value);
      }
    }
  }
  const whiskers = new Map(
    [...fences].map(([name, { low, high }]) => [
      name,
      low <= high ? { low, high } : (whole.get(name) ?? { low: 0, high: 0 }),
    ]),
  );
  return { whiskers, outliers: count > mostOutliers ? [] : outliers, count };
}

function arrangeBoxes({ x, y, color }: PlotRequest): {
  readonly measured: PlotColumn;
  readonly along: PlotColumn | undefined;
  /** Whether x and y say that the boxes lie. */
  readonly isAsked: boolean;
} {
  if (color !== undefined) throw refusePlot("a box plot has no colors; give the column of the groups as x");
  const isAsked = x !== undefined && x.type === "quantitative" && y?.type !== "quantitative";
  const [along, measured] = isAsked ? [y, x] : [x, y];
  if (measured?.type !== "quantitative") throw refusePlot("a box plot needs a column of numbers as y");
  return { measured, along, isAsked };
}
