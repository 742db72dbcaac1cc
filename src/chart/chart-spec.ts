/** Vega-Lite specifications of charts, in what version 5.6 knows: that is what JupyterLab draws. */
import { textWidth } from "../display/text-width.ts";
import type { AxisValue } from "./axis-values.ts";
import type { ChartAxis, ChartModel, ChartPoint } from "./chart-model.ts";
import { chartConfig, restColor, seriesColors, textColor } from "./chart-theme.ts";

/** A Vega-Lite specification as JSON. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** What says what a Vega-Lite specification draws. */
type Drawing = "mark" | "layer" | "concat" | "hconcat" | "vconcat" | "spec";

/** A Vega-Lite specification of a user's own, without data. */
export type VegaLiteSpec = { [D in Drawing]: ChartSpec & { readonly [Name in D]: unknown } }[Drawing];

/** JupyterLab and VS Code draw `vnd.vegalite.v5+json`, also where they hold version 6 of the library. */
export const specVersion = "https://vega.github.io/schema/vega-lite/v5.json";

type Encoding = Record<string, unknown>;

/** Pixels, about. */
const letterWidth = 6.5;

/**
 * The specification of a chart. Its data have names of our own, so that a column's name, whatever characters it has,
 * is only ever shown.
 */
export function buildSpec(model: ChartModel): ChartSpec {
  const { title, width, height } = model;
  return withNote(model.note, {
    title: { text: title },
    width,
    height,
    data: { values: model.points.map(dropUndefined) },
    ...drawMarks(model),
  });
}

/** Adds what all charts share: version, theme, alternative text, and the note under the chart. */
export function finishSpec(spec: ChartSpec, description: string): ChartSpec {
  const { config, ...rest } = spec;
  return {
    $schema: specVersion,
    description,
    ...rest,
    config: { ...chartConfig, ...(typeof config === "object" ? config : {}) },
  };
}

/** A title stands above or below a chart; where a note stands below, the chart keeps its own title inside. */
export function withNote(note: string | undefined, chart: ChartSpec): ChartSpec {
  if (note === undefined) return chart;
  const text = wrap(note, 90);
  return {
    title: { text, orient: "bottom", anchor: "start", fontSize: 11, fontWeight: "normal", offset: 6 },
    vconcat: [chart],
  };
}

function drawMarks(model: ChartModel): ChartSpec {
  switch (model.kind) {
    case "bar":
    case "histogram":
      return {
        mark: { type: "bar", tooltip: true, orient: isLying(model) ? "horizontal" : "vertical" },
        encoding: encodeBars(model),
      };
    case "line":
      return {
        mark: { type: "line", tooltip: true, point: model.points.length <= 60 },
        encoding: encode(model),
      };
    case "area":
      return {
        mark: { type: "area", tooltip: true, opacity: model.isStacked ? 0.8 : 0.4, line: true },
        encoding: encode(model, model.isStacked ? {} : { stack: null }),
      };
    case "point":
      return {
        mark: { type: "point", filled: true, tooltip: true, size: 25, opacity: 0.6 },
        encoding: encode(model),
      };
    case "heatmap":
      return { mark: { type: "rect", tooltip: true }, encoding: encodeTiles(model) };
    case "box":
      return drawBoxes(model);
    default:
      return model.kind satisfies never;
  }
}

function encode(model: ChartModel, onY: Encoding = {}): Encoding {
  return {
    x: axis("x", model.x, model),
    y: { ...axis("y", model.y, model), ...onY },
    ...encodeColor(model),
  };
}

function encodeBars(model: ChartModel): Encoding {
  const { x, y, color, isStacked, points } = model;
  const [along, across] = isLying(model) ? (["y", "x"] as const) : (["x", "y"] as const);
  const [alongAxis, acrossAxis] = isLying(model) ? [y, x] : [x, y];
  const isBeside = color !== undefined && !isStacked;
  return {
    [along]: rangeAxis(along, alongAxis, model),
    ...rangeEnd(along, points),
    [across]: { ...axis(across, acrossAxis, model), ...(isBeside ? { stack: null } : {}) },
    ...(isBeside && alongAxis.type === "nominal"
      ? { [`${along}Offset`]: { field: "color", type: "nominal" } }
      : {}),
    ...(isBeside && alongAxis.type !== "nominal" ? { opacity: { value: 0.6 } } : {}),
    ...encodeColor(model),
  };
}

function encodeTiles(model: ChartModel): Encoding {
  const { x, y, color, points } = model;
  return {
    x: rangeAxis("x", x, model),
    ...rangeEnd("x", points),
    y: rangeAxis("y", y, model),
    ...rangeEnd("y", points),
    ...(color === undefined ? {} : { color: { field: "color", type: "quantitative", title: color.title } }),
  };
}

function drawBoxes(model: ChartModel): ChartSpec {
  const { x, y } = model;
  const [along, across] = isLying(model) ? (["y", "x"] as const) : (["x", "y"] as const);
  const [alongAxis, acrossAxis] = isLying(model) ? [y, x] : [x, y];
  const category = axis(along, alongAxis, model);
  const value = (field: string) => ({
    field,
    type: "quantitative",
    title: acrossAxis.title,
    scale: { zero: false },
  });
  const tooltip = [
    { field: along, type: "nominal", title: alongAxis.title },
    ...[
      ["low", "least"],
      ["first", "first quarter"],
      ["median", "median"],
      ["third", "third quarter"],
      ["high", "greatest"],
    ].map(([field, title]) => ({ field, type: "quantitative", title })),
  ];
  return {
    encoding: { [along]: category, tooltip },
    layer: [
      {
        mark: { type: "rule", size: 1.5, color: textColor },
        encoding: { [across]: value("low"), [`${across}2`]: { field: "high" } },
      },
      {
        mark: { type: "bar", size: 18, opacity: 0.85 },
        encoding: { [across]: value("first"), [`${across}2`]: { field: "third" } },
      },
      {
        mark: { type: "tick", size: 18, thickness: 2, color: "#ffffff" },
        encoding: { [across]: value("median") },
      },
    ],
  };
}

/** Bars and boxes lie where their places are on y. */
function isLying({ y, points }: ChartModel): boolean {
  return y.type === "nominal" || points.some((point) => point.y2 !== undefined);
}

function axis(field: "x" | "y", { type, title }: ChartAxis, model: ChartModel): Encoding {
  switch (type) {
    case "nominal": {
      // In the order of the data, which is the order of importance.
      const encoding = { field, type, title, sort: null };
      return field === "x" ? { ...encoding, axis: { labelAngle: nameAngle(model) } } : encoding;
    }
    case "temporal":
      return { field, type, title, scale: { type: "utc" } };
    case "quantitative":
      return { field, type, title };
    default:
      return type satisfies never;
  }
}

/** Names stand upright where they fit side by side. */
function nameAngle({ points, width }: ChartModel): number {
  const names = [...new Set(points.map(({ x }) => String(x)))];
  const longest = Math.max(0, ...names.map((name) => textWidth(name)));
  return names.length * (longest + 2) * letterWidth <= width ? 0 : -40;
}

/** An axis of ranges that are given by their two ends, where the points have them. */
function rangeAxis(field: "x" | "y", of: ChartAxis, model: ChartModel): Encoding {
  const encoding = axis(field, of, model);
  return hasEnds(field, model.points) ? { ...encoding, bin: "binned" } : encoding;
}

function rangeEnd(field: "x" | "y", points: readonly ChartPoint[]): Encoding {
  return hasEnds(field, points) ? { [`${field}2`]: { field: `${field}2` } } : {};
}

function hasEnds(field: "x" | "y", points: readonly ChartPoint[]): boolean {
  return points.some((point) => point[`${field}2`] !== undefined);
}

function encodeColor({ color, points, restSeries }: ChartModel): Encoding {
  if (color === undefined) return {};
  if (color.type !== "nominal") {
    const scale = color.type === "temporal" ? { scale: { type: "utc" } } : {};
    return { color: { field: "color", type: color.type, title: color.title, ...scale } };
  }
  const domain = [...new Set(points.map((point) => point.color ?? null))];
  const range = domain.map((name, index) => seriesColor(name, index, restSeries));
  return { color: { field: "color", type: "nominal", title: color.title, scale: { domain, range } } };
}

function seriesColor(name: AxisValue, index: number, restSeries: string | undefined): string {
  if (name === restSeries) return restColor;
  return seriesColors[index % seriesColors.length] ?? restColor;
}

function dropUndefined(point: ChartPoint): ChartPoint {
  return Object.fromEntries(
    Object.entries(point).filter(([, value]) => value !== undefined),
  ) as unknown as ChartPoint;
}

/** Lines of at most so many characters, where the words allow it. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
