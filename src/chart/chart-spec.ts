/** Vega-Lite specifications of charts, in what version 5.6 knows: that is what JupyterLab draws. */
import { drawBars } from "./bar-marks.ts";
import { drawBoxes } from "./box-marks.ts";
import { fitLabels } from "./chart-axes.ts";
import { type ChartFacet, type ChartModel, type ChartPoint, usualHeight } from "./chart-model.ts";
import { chartConfig, textColor } from "./chart-theme.ts";
import { addExactTexts, sayExactTexts } from "./exact-axis.ts";
import { drawAreas, drawLines } from "./line-marks.ts";
import { drawPoints } from "./point-marks.ts";
import { drawTiles } from "./tile-marks.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";
import { wrapText } from "./wrap-text.ts";

/** JupyterLab and VS Code draw `vnd.vegalite.v5+json`, also where they hold version 6 of the library. */
const specVersion = "https://vega.github.io/schema/vega-lite/v5.json";

/** Names that lie closer touch. */
const nameHeight = 16;

/**
 * The specification of a chart. Its data have names of our own, so that a column's name, whatever characters it has,
 * is only ever shown.
 */
export function buildSpec(model: ChartModel): ChartSpec {
  const { title, width } = model;
  const height = Math.max(model.height, model.height === usualHeight ? countNames(model) * nameHeight : 0);
  const data = { values: addExactTexts(model).map(dropUndefined) };
  const isOne = model.column === undefined && model.row === undefined;
  const drawing =
    model.points.length === 0 || isOne
      ? {
          width,
          height,
          data,
          ...(model.points.length === 0 ? drawNothing : drawMarks({ ...model, height })),
        }
      : { data, ...drawPanels(model) };
  return withNote(model.note, { title: { text: wrapTitle(title, width) }, ...drawing }, width);
}

/** Names that lie below each other. */
function countNames({ y, points }: ChartModel): number {
  return y.type === "nominal" ? new Set(points.map((point) => point.y)).size : 0;
}

/** Without a value, the ends of an axis would not be numbers. */
const drawNothing: ChartSpec = {
  layer: [
    { data: { values: [{}] }, mark: { type: "text", text: "no values", fontSize: 13, color: textColor } },
  ],
};

/** Panels in a row of at most so many, where there is nothing below each other. */
const panelsInRow = 4;
const leastPanel = { width: 120, height: 90 } as const;

function drawPanels(model: ChartModel): ChartSpec {
  const { column, row } = model;
  const inRow = Math.min(panelsInRow, column?.values.length ?? 1);
  const width = Math.max(
    leastPanel.width,
    Math.floor(model.width / (row === undefined ? inRow : (column?.values.length ?? 1))),
  );
  const lines = row?.values.length ?? Math.ceil((column?.values.length ?? 1) / panelsInRow);
  const height = Math.max(leastPanel.height, Math.floor(model.height / lines));
  const field = (name: "column" | "row", { title, values }: ChartFacet) => ({
    field: name,
    type: "nominal",
    title,
    sort: values,
    // A name that is longer than its panel would push the panels apart, or cover the next name.
    header: fitLabels(name === "column" ? width : height),
  });
  const spec = { width, height, ...drawMarks({ ...model, width, height }) };
  if (column !== undefined && row === undefined)
    return { facet: field("column", column), columns: inRow, spec };
  const facet = {
    ...(column === undefined ? {} : { column: field("column", column) }),
    ...(row === undefined ? {} : { row: field("row", row) }),
  };
  return { facet, spec };
}

/** Adds what all charts share: version, theme, alternative text, and the note under the chart. */
export function finishSpec(spec: ChartSpec, description: string): ChartSpec {
  const { config, ...rest } = spec;
  return {
    $schema: specVersion,
    description,
    ...rest,
    config: mergeConfig(config),
  };
}

/** What the user says wins, part by part. */
function mergeConfig(config: unknown): ChartSpec {
  if (!isPart(config)) return chartConfig;
  const ours: ChartSpec = chartConfig;
  const merged = Object.entries(config).map(([name, value]) => {
    const own = ours[name];
    return [name, isPart(value) && isPart(own) ? { ...own, ...value } : value];
  });
  return { ...ours, ...Object.fromEntries(merged) };
}

function isPart(value: unknown): value is ChartSpec {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Of a letter of a note, and of a title, in pixels, about. */
const noteLetterWidth = 6.2;
const titleLetterWidth = 8.4;

/** A narrow chart has a title of at least so many letters a line. */
function wrapTitle(title: string, width: number): string | readonly string[] {
  const lines = wrapText(title, Math.max(36, Math.floor(width / titleLetterWidth)));
  return lines.length === 1 ? title : lines;
}

/**
 * A title stands above or below a chart; where a note stands below, the chart keeps its own title inside.
 * @param width of the chart: a longer line would make the picture wider than what it shows.
 */
export function withNote(note: string | undefined, chart: ChartSpec, width: number): ChartSpec {
  if (note === undefined) return chart;
  const text = wrapText(note, Math.max(40, Math.floor(width / noteLetterWidth)));
  return {
    title: { text, orient: "bottom", anchor: "start", fontSize: 11, fontWeight: "normal", offset: 6 },
    vconcat: [chart],
  };
}

function drawMarks(model: ChartModel): ChartSpec {
  return sayExactTexts(drawKind(model), model);
}

function drawKind(model: ChartModel): ChartSpec {
  switch (model.kind) {
    case "bar":
    case "histogram":
      return drawBars(model);
    case "line":
      return drawLines(model);
    case "area":
      return drawAreas(model);
    case "point":
      return drawPoints(model);
    case "heatmap":
      return drawTiles(model);
    case "box":
      return drawBoxes(model);
    default:
      return model.kind satisfies never;
  }
}

function dropUndefined(point: ChartPoint): ChartPoint {
  return Object.fromEntries(
    Object.entries(point).filter(([, value]) => value !== undefined),
  ) as unknown as ChartPoint;
}
