/** Box plots: least, first quarter, median, third quarter and greatest value of each group. */
import type { ChartModel } from "../../chart/chart-model.ts";
import { createLabels } from "../../chart/labels.ts";
import { countOf } from "../../display/number-text.ts";
import { compareValues } from "./plot-groups.ts";
import { measureColumns } from "./plot-key.ts";
import { refusePlot } from "./plot-options.ts";
import {
  joinNotes,
  mostCategories,
  noteCut,
  noteLeftOut,
  type PlotRequest,
  titleOf,
} from "./plot-request.ts";
import type { PlotColumn } from "./plot-source.ts";
import { aggregateNode, columnNode, readColumn, readNumbers, reductionPlan } from "./reduction.ts";

export async function plotBoxes(request: PlotRequest): Promise<ChartModel> {
  const { source, options } = request;
  const { measured, along, isLying } = arrangeBoxes(request);
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
  const names = along === undefined ? [] : readColumn(table, "key", "nominal");
  const order = along === undefined ? [] : readColumn(table, "key", along.type);
  const [rows, low, first, median, third, high] = ["rows", "low", "first", "median", "third", "high"].map(
    (name) => readNumbers(table, name),
  );
  const label = createLabels();
  const boxes = Array.from({ length: table.numRows }, (_, row) => ({
    name: names[row] ?? null,
    order: order[row] ?? null,
    rows: rows?.[row] ?? 0,
    low: low?.[row] ?? null,
    first: first?.[row] ?? null,
    median: median?.[row] ?? null,
    third: third?.[row] ?? null,
    high: high?.[row] ?? null,
  })).filter((box) => box.median !== null);
  const kept = boxes
    .toSorted((a, b) => b.rows - a.rows || compareValues(a.order, b.order))
    .slice(0, mostCategories)
    .toSorted((a, b) => compareValues(a.order, b.order));
  const points = kept.map(({ name, order: _, rows: __, ...box }) => {
    const place = along === undefined ? "all rows" : label(name);
    return { ...box, ...(isLying ? { x: null, y: place } : { x: place, y: null }) };
  });
  const counted = boxes.reduce((sum, box) => sum + box.rows, 0);
  const value = { title: measured.title, type: "quantitative" } as const;
  const category = { title: along?.title ?? "", type: "nominal" } as const;
  return {
    kind: "box",
    title: titleOf(request, along === undefined ? measured.title : `${measured.title} by ${along.title}`),
    note: joinNotes(
      `${countOf(counted, "row")}; boxes hold the middle half, with the median, lines reach the least and the greatest value`,
      along !== undefined && noteCut(kept.length, boxes.length, along, "most frequent"),
      noteLeftOut(range.rows - counted, `a value of ${measured.title}`),
    ),
    x: isLying ? value : category,
    y: isLying ? category : value,
    color: undefined,
    isStacked: false,
    points,
    width: options.width,
    height: options.height,
  };
}

function arrangeBoxes({ x, y, color }: PlotRequest): {
  readonly measured: PlotColumn;
  readonly along: PlotColumn | undefined;
  readonly isLying: boolean;
} {
  if (color !== undefined) throw refusePlot("a box plot has no colours; give the column of the groups as x");
  const isLying = x !== undefined && x.type === "quantitative" && y?.type !== "quantitative";
  const [along, measured] = isLying ? [y, x] : [x, y];
  if (measured?.type !== "quantitative") throw refusePlot("a box plot needs a column of numbers as y");
  return { measured, along, isLying };
}
