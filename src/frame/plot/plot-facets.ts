/** Panels side by side or below each other: the same chart of the rows with each value of a column. */

import { Types } from "../../arrow.ts";
import type { AxisValue } from "../../chart/axis-values.ts";
import { type ChartFacet, type ChartPoint, mostPoints } from "../../chart/chart-model.ts";
import { createLabels } from "../../chart/labels.ts";
import { sortNames } from "../../chart/name-order.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { Plan } from "../plan/plan.ts";
import { chooseColorKey } from "./plot-colors.ts";
import { collectGroups, rankKey } from "./plot-groups.ts";
import { exactKey, type PlotKey } from "./plot-key.ts";
import { refusePlot } from "./plot-options.ts";
import { type Drawn, joinNotes, noteCut, type PlotRequest, type PlottedModel } from "./plot-request.ts";
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
  reduce: (request: PlotRequest) => Promise<PlottedModel>,
): Promise<PlottedModel> {
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
      note: noteCut(values, all, column, "most frequent"),
    };
  });
  const panels = groups.filter(({ keys }) =>
    facets.every(({ values }, index) => values.includes(keys[index] ?? null)),
  );
  const isLine = request.kind === "line" || request.kind === "area";
  const bins = options.bins ?? (isLine || request.color !== undefined ? panelBins : undefined);
  // What is in none of the panels is not to be counted, ranked or colored.
  const cut = facets.filter(({ note }) => note !== false);
  const shown = cut.length === 0 ? source : narrow(source, cut.map(isShown));
  const all = { ...request, source: shown };
  const colorKey = isSeries(request) ? await chooseColorKey(all) : undefined;
  const colors = await rankColors(all, colorKey);
  const asPanel: PlotRequest = {
    ...all,
    options: { ...options, ...(bins === undefined ? {} : { bins }) },
    ...(colorKey === undefined ? {} : { colorKey }),
    ...(colors === undefined ? {} : { colors }),
  };
  const whole = await reduce(asPanel);
  const found: { readonly panel: PlottedModel; readonly place: Partial<Record<Direction, string>> }[] = [];
  for (const { keys } of panels) {
    const predicates = facets.map(({ column }, index) => isValue(column, keys[index] ?? null));
    const panel = await reduce({
      ...asPanel,
      source: narrow(source, predicates),
      whole: shown,
      ...(whole.places === undefined ? {} : { places: whole.places }),
    });
    const place = Object.fromEntries(
      facets.map(({ direction, label }, index) => [direction, label(keys[index] ?? null)]),
    );
    found.push({ panel, place });
  }
  const marks = found.reduce((sum, { panel }) => sum + panel.points.length, 0);
  const isThinned = request.kind === "point" && marks > mostPoints;
  // Each panel keeps one point at least.
  const part = isThinned ? (mostPoints - panels.length) / marks : 1;
  const points = inOrder(
    whole,
    found.flatMap(({ panel, place }) =>
      thin(panel.points, Math.max(1, Math.floor(panel.points.length * part))).map((point) => ({
        ...point,
        ...place,
      })),
    ),
  );
  const drawn = addDrawn(found.map(({ panel }) => panel));
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
    note: joinNotes(
      whole.noteOf === undefined
        ? whole.note
        : whole.noteOf(request.kind === "point" ? { ...drawn, rows: points.length } : drawn),
      ...facets.map(({ note }) => note),
    ),
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

/** Rows that are in one of the panels. */
function isShown({ column, values }: Facet): ExpressionNode {
  return { node: "or", operands: values.map((value) => isValue(column, value)) };
}

function addDrawn(panels: readonly PlottedModel[]): Drawn {
  const add = (name: keyof Drawn) => panels.reduce((sum, { drawn }) => sum + (drawn?.[name] ?? 0), 0);
  return { rows: add("rows"), outliers: add("outliers"), hidden: add("hidden") };
}

/** Names have the order of the whole also where the first panel lacks some: Vega goes by the order of the marks. */
function inOrder({ kind, places, y }: PlottedModel, points: readonly ChartPoint[]): readonly ChartPoint[] {
  const [names] = places?.values() ?? [];
  if (names === undefined || kind === "heatmap") return points;
  const label = createLabels();
  const order = new Map<AxisValue, number>(names.map((name, at) => [label(name), at]));
  const along = y.type === "nominal" ? "y" : "x";
  const placeOf = (point: ChartPoint) => order.get(point[along]) ?? 0;
  return points.toSorted((a, b) => placeOf(a) - placeOf(b));
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
