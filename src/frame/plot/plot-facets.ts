/** Panels side by side or below each other: the same chart of the rows with each value of a column. */

import { Types } from "../../arrow.ts";
import type { AxisValue } from "../../chart/axis-values.ts";
import { type ChartFacet, type ChartModel, type ChartPoint, mostPoints } from "../../chart/chart-model.ts";
import { createLabels } from "../../chart/labels.ts";
import { sortNames } from "../../chart/name-order.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { Plan } from "../plan/plan.ts";
import { chooseColorKey } from "./plot-colors.ts";
import { collectGroups, rankKey } from "./plot-groups.ts";
import { exactKey, type PlotKey } from "./plot-key.ts";
import { refusePlot } from "./plot-options.ts";
import { joinNotes, noteCut, type PlotRequest } from "./plot-request.ts";
import { findPlotColumn, type PlotColumn, type PlotSource } from "./plot-source.ts";
import { columnNode, literalNode } from "./reduction.ts";

const mostPanels = { column: 12, row: 6 } as const;
/** Ranges of a line in a panel, which is narrow, and of anything that has colors besides. */
const panelBins = 60;

type Direction = keyof typeof mostPanels;

interface Facet {
  readonly direction: Direction;
  readonly column: PlotColumn;
  /** Of most rows, in their order. */
  readonly values: readonly AxisValue[];
  readonly label: (value: AxisValue) => string;
  readonly note: string | false;
}

/** @throws DlfLanceError InvalidInput */
export async function plotFacets(
  request: PlotRequest,
  reduce: (request: PlotRequest) => Promise<ChartModel>,
): Promise<ChartModel> {
  const { source, options } = request;
  const asked = (["column", "row"] as const).flatMap((direction) => {
    const name = options[direction];
    return name === undefined ? [] : [{ direction, column: findFacetColumn(source, name) }];
  });
  if (asked.length === 0) return reduce(request);
  const groups = await collectGroups(
    source,
    asked.map(({ column }) => exactKey(column)),
    undefined,
    "count",
    [],
  );
  const facets = asked.map(({ direction, column }, index): Facet => {
    const all = rankKey(groups, index, ({ rows }) => rows);
    const values = sortNames(all.slice(0, mostPanels[direction]));
    return {
      direction,
      column,
      values,
      label: createLabels(),
      note: noteCut(values.length, all.length, column, "most frequent"),
    };
  });
  const panels = groups.filter(({ keys }) =>
    facets.every(({ values }, index) => values.includes(keys[index] ?? null)),
  );
  const isLine = request.kind === "line" || request.kind === "area";
  const bins = options.bins ?? (isLine || request.color !== undefined ? panelBins : undefined);
  const colorKey = isSeries(request) ? await chooseColorKey(request) : undefined;
  const colors = await rankColors(request, colorKey);
  const asPanel = {
    ...request,
    options: { ...options, ...(bins === undefined ? {} : { bins }) },
    ...(colorKey === undefined ? {} : { colorKey }),
    ...(colors === undefined ? {} : { colors }),
  };
  const whole = await reduce(asPanel);
  const points: ChartPoint[] = [];
  for (const { keys } of panels) {
    const predicates = facets.map(({ column }, index) => isValue(column, keys[index] ?? null));
    const panel = await reduce({ ...asPanel, source: narrow(source, predicates), whole: source });
    const place = Object.fromEntries(
      facets.map(({ direction, label }, index) => [direction, label(keys[index] ?? null)]),
    );
    const kept =
      request.kind === "point" ? thin(panel.points, Math.floor(mostPoints / panels.length)) : panel.points;
    points.push(...kept.map((point) => ({ ...point, ...place })));
  }
  if (points.length > mostPoints)
    throw refusePlot(
      `the panels would have ${points.length} marks, more than ${mostPoints}; ask for fewer bins`,
    );
  const described = Object.fromEntries(
    facets.map(({ direction, column, values, label }): [Direction, ChartFacet] => [
      direction,
      { title: column.title, values: values.map(label) },
    ]),
  );
  return {
    ...whole,
    ...described,
    title:
      options.title === undefined
        ? `${whole.title}, for each ${facets.map(({ column }) => column.title).join(" and ")}`
        : whole.title,
    note: joinNotes(whole.note, ...facets.map(({ note }) => note)),
    points,
  };
}

/** Bars, histograms, lines and areas. */
function isSeries({ kind }: PlotRequest): boolean {
  return kind !== "heatmap" && kind !== "box" && kind !== "point";
}

/** Of all rows, so that a color stands for one value in all panels; undefined where it is not that of a name. */
async function rankColors(
  { source, kind, color }: PlotRequest,
  colorKey: PlotKey | undefined,
): Promise<readonly AxisValue[] | undefined> {
  const ofPoints = kind === "point" && color?.type === "nominal" ? exactKey(color) : undefined;
  const key = colorKey ?? ofPoints;
  if (key === undefined || key.end !== undefined) return undefined;
  const groups = await collectGroups(source, [key], undefined, "count", []);
  return rankKey(groups, 0, ({ rows }) => rows);
}

function findFacetColumn(source: PlotSource, name: string): PlotColumn {
  const column = findPlotColumn(source, name);
  // As texts, whole numbers beyond 2^53 keep their digits.
  if (column.type === "nominal" || isWhole(column)) return { ...column, type: "nominal" };
  throw refusePlot(`panels need a column of names or whole numbers, and ${column.title} is neither`);
}

function isWhole({ field }: PlotColumn): boolean {
  return Types.isInt(field.type);
}

function isValue(column: PlotColumn, value: AxisValue): ExpressionNode {
  const { field } = column;
  const operand = columnNode(field.name);
  if (value === null) return { node: "isNull", operand };
  if (Types.isBool(field.type)) return value === "true" ? operand : { node: "not", operand };
  const right = literalNode(isWhole(column) ? BigInt(value) : String(value));
  return { node: "comparison", operator: "eq", left: operand, right };
}

function narrow(source: PlotSource, predicates: readonly ExpressionNode[]): PlotSource {
  const filtered = (build: (input: Plan) => Plan) => (input: Plan) =>
    build({ step: "filter", predicates, input });
  return {
    ...source,
    collect: (build) => source.collect(filtered(build)),
    collectNumbers: (build) => source.collect(filtered(build)),
    batches: (build) => source.batches(filtered(build)),
  };
}

/** At most so many, at equal distances. */
function thin<T>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points;
  return Array.from({ length: most }, (_, index) => points[Math.floor((index * points.length) / most)] as T);
}
