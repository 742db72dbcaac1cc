/** Vega-Lite specifications of charts, in what version 5.6 knows: that is what JupyterLab draws. */
import { textWidth } from "../display/text/text-width.ts";
import type { AxisValue } from "./axis-values.ts";
import {
  type ChartAxis,
  type ChartFacet,
  type ChartModel,
  type ChartPoint,
  canHaveTrend,
  isAroundWhole,
  isLying,
  usualHeight,
} from "./chart-model.ts";
import { chartConfig, restColor, singleColor, textColor, trendColor } from "./chart-theme.ts";
import { looksLikeYears, nullLabel } from "./labels.ts";
import { chooseColors } from "./series-colors.ts";

/** A Vega-Lite specification as JSON. */
export type ChartSpec = Readonly<Record<string, unknown>>;

/** What says what a Vega-Lite specification draws. */
type Drawing = "mark" | "layer" | "concat" | "hconcat" | "vconcat" | "spec";

/** A Vega-Lite specification without data. */
export type VegaLiteSpec = { [D in Drawing]: ChartSpec & { readonly [Name in D]: unknown } }[Drawing];

/** JupyterLab and VS Code draw `vnd.vegalite.v5+json`, also where they hold version 6 of the library. */
const specVersion = "https://vega.github.io/schema/vega-lite/v5.json";

type Encoding = Record<string, unknown>;

/** Pixels, about. */
const letterWidth = 6.5;
/** Names that lie closer touch. */
const nameHeight = 16;

/**
 * The specification of a chart. Its data have names of our own, so that a column's name, whatever characters it has,
 * is only ever shown.
 */
export function buildSpec(model: ChartModel): ChartSpec {
  const { title, width } = model;
  const height = Math.max(model.height, model.height === usualHeight ? countNames(model) * nameHeight : 0);
  const data = { values: model.points.map(dropUndefined) };
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
  return withNote(model.note, { title: { text: title }, ...drawing }, width);
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
  const field = (name: "column" | "row", { title, values }: ChartFacet) => ({
    field: name,
    type: "nominal",
    title,
    sort: values,
  });
  const inRow = Math.min(panelsInRow, column?.values.length ?? 1);
  const width = Math.max(
    leastPanel.width,
    Math.floor(model.width / (row === undefined ? inRow : (column?.values.length ?? 1))),
  );
  const lines = row?.values.length ?? Math.ceil((column?.values.length ?? 1) / panelsInRow);
  const height = Math.max(leastPanel.height, Math.floor(model.height / lines));
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

/** Of a letter of a note, in pixels, about. */
const noteLetterWidth = 6.2;

/**
 * A title stands above or below a chart; where a note stands below, the chart keeps its own title inside.
 * @param width of the chart: a longer line would make the picture wider than what it shows.
 */
export function withNote(note: string | undefined, chart: ChartSpec, width: number): ChartSpec {
  if (note === undefined) return chart;
  const text = wrap(note, Math.max(40, Math.floor(width / noteLetterWidth)));
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
        mark: {
          type: "bar",
          tooltip: true,
          orient: isLying(model) ? "horizontal" : "vertical",
          ...narrowBars(model),
        },
        encoding: encodeBars(model),
      };
    case "line":
      if (model.points.some(({ low }) => low !== undefined)) return drawBand(model);
      return {
        mark: { type: "line", tooltip: true, point: model.points.length <= 60 },
        encoding: encode(model, model.isStacked ? {} : { scale: { zero: false } }),
      };
    case "area":
      return {
        mark: { type: "area", tooltip: true, opacity: model.isStacked ? 0.8 : 0.4, line: true },
        encoding: encode(model, stackOf(model)),
      };
    case "point":
      return drawPoints(model);
    case "heatmap":
      return { mark: { type: "rect", tooltip: true }, encoding: encodeTiles(model) };
    case "box":
      return drawBoxes(model);
    default:
      return model.kind satisfies never;
  }
}

/** A line of means over the band of the values that they are means of. */
function drawBand(model: ChartModel): ChartSpec {
  const { x, y } = encode(model, { scale: { zero: false } });
  const tooltip = [
    { field: "x", type: model.x.type, title: model.x.title },
    { field: "y", type: "quantitative", title: model.y.title },
    { field: "low", type: "quantitative", title: "lowest" },
    { field: "high", type: "quantitative", title: "highest" },
  ];
  const band = { ...(y as Encoding), field: "low" };
  return {
    encoding: { x, tooltip },
    layer: [
      { mark: { type: "area", opacity: 0.25 }, encoding: { y: band, y2: { field: "high" } } },
      { mark: { type: "line" }, encoding: { y } },
    ],
  };
}

/** Pixels that a name next to a horizontal bar may take. */
const longNameWidth = 260;
/** Marks at the ends of an axis are whole. */
const pointPadding = 8;

/** More marks than these would cover each other. */
const densePoints = 1_500;

function isDense({ points }: ChartModel): boolean {
  return points.length > densePoints;
}

function drawPoints(model: ChartModel): ChartSpec {
  const { x, y } = encode(model);
  const padded = (encoding: Encoding): Encoding => ({
    ...encoding,
    scale: {
      padding: pointPadding,
      nice: false,
      // A logarithm and a time have no zero.
      ...(encoding.scale === undefined ? { zero: false } : (encoding.scale as object)),
    },
  });
  const isPlain = (type: string) => type !== "nominal";
  const marks = {
    mark: {
      type: "point",
      filled: true,
      tooltip: true,
      ...(isDense(model) ? { size: 9, opacity: 0.35 } : { size: 25, opacity: 0.6 }),
    },
    encoding: {
      x: isPlain(model.x.type) ? padded(x as Encoding) : x,
      y: isPlain(model.y.type) ? padded(y as Encoding) : y,
      ...encodeColor(model),
    },
  };
  if (model.trend === undefined || !canHaveTrend(model.points)) return marks;
  return { layer: [marks, drawTrend(model)] };
}

/** Of the logarithms where the axis is one: a line is straight as it is drawn, and never below zero. */
function drawTrend(model: ChartModel): ChartSpec {
  const logged = (["x", "y"] as const).filter((field) => isLog(field, model));
  const [on, of] = (["x", "y"] as const).map((field) => (logged.includes(field) ? `log ${field}` : field));
  const from = logged.map((field) => ({ calculate: `log(datum.${field})`, as: `log ${field}` }));
  const back = logged.map((field) => ({ calculate: `exp(datum["log ${field}"])`, as: field }));
  const curve = model.trend === "loess" ? { loess: of, on } : { regression: of, on };
  const axes = { x: { field: "x", type: "quantitative" }, y: { field: "y", type: "quantitative" } };
  return {
    mark: { type: "line", color: trendColor, size: 2.5 },
    transform: [...from, curve, ...back],
    encoding: axes,
  };
}

function stackOf({ isStacked, isNormalized }: ChartModel): Encoding {
  if (isNormalized === true) return { stack: "normalize", axis: { format: "%" } };
  return isStacked ? {} : { stack: null };
}

function encode(model: ChartModel, onY: Encoding = {}): Encoding {
  return {
    x: axis("x", model.x, model),
    y: addScale(axis("y", model.y, model), onY),
    ...encodeColor(model),
  };
}

/** Narrower bars, in pixels, are nothing but the gap after them. */
const narrow = 3;

/** Bars over ranges that are short compared with the whole axis, such as years in which one is 9999, have no gap, and an edge. */
function narrowBars(model: ChartModel): Encoding {
  const isFlat = isLying(model);
  const ends = model.points.flatMap(({ x, y, x2, y2 }) => {
    const [begin, end] = isFlat ? [placeOf(y), placeOf(y2)] : [placeOf(x), placeOf(x2)];
    return begin === undefined || end === undefined ? [] : [{ begin, end }];
  });
  if (ends.length === 0) return {};
  const span = Math.max(...ends.map(({ end }) => end)) - Math.min(...ends.map(({ begin }) => begin));
  const shortest = Math.min(...ends.map(({ begin, end }) => end - begin));
  const pixels = ((isFlat ? model.height : model.width) * shortest) / span;
  if (!(pixels < narrow)) return {};
  return { binSpacing: 0, ...(model.color === undefined ? { stroke: singleColor, strokeWidth: 1 } : {}) };
}

function placeOf(value: unknown): number | undefined {
  const place = typeof value === "string" ? Date.parse(value) : value;
  return typeof place === "number" && Number.isFinite(place) ? place : undefined;
}

function addScale(encoding: Encoding, other: Encoding): Encoding {
  // A logarithm and a time have no zero.
  return { ...encoding, ...other, ...(encoding.scale === undefined ? {} : { scale: encoding.scale }) };
}

function encodeBars(model: ChartModel): Encoding {
  const { x, y, color, isStacked, points } = model;
  const [along, across] = isLying(model) ? (["y", "x"] as const) : (["x", "y"] as const);
  const [alongAxis, acrossAxis] = isLying(model) ? [y, x] : [x, y];
  const isBeside = color !== undefined && !isStacked;
  return {
    [along]: rangeAxis(along, alongAxis, model),
    ...rangeEnd(along, points),
    [across]: {
      ...axis(across, acrossAxis, model),
      ...(isBeside || model.isNormalized ? stackOf(model) : {}),
    },
    ...(isBeside && alongAxis.type === "nominal"
      ? { [`${along}Offset`]: { field: "color", type: "nominal" } }
      : {}),
    ...(isBeside && alongAxis.type !== "nominal" ? { opacity: { value: 0.6 } } : partialOpacity(points)),
    ...encodeColor(model),
  };
}

/** What is less because its time is shorter is paler. */
function partialOpacity(points: readonly ChartPoint[]): Encoding {
  if (points.every(({ isPartial }) => isPartial !== true)) return {};
  return { opacity: { condition: { test: "datum.isPartial === true", value: 0.45 }, value: 1 } };
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
  const boxes = model.points.filter(({ outlier }) => outlier === undefined);
  const room = (along === "x" ? model.width : model.height) / Math.max(1, boxes.length);
  const size = Math.round(Math.min(60, Math.max(8, room * 0.6)));
  const value = (field: string) => ({
    field,
    type: "quantitative",
    title: acrossAxis.title,
    scale: { zero: false, nice: false, padding: pointPadding },
    ...numberAxis(across, model),
  });
  const tooltip = [
    { field: along, type: "nominal", title: alongAxis.title },
    ...[
      ["low", "lower whisker"],
      ["first", "first quarter"],
      ["median", "median"],
      ["third", "third quarter"],
      ["high", "upper whisker"],
    ].map(([field, title]) => ({ field, type: "quantitative", title })),
  ];
  const ofBoxes = { transform: [{ filter: "isValid(datum.median)" }] };
  const outlierTip = [tooltip[0], { field: "outlier", type: "quantitative", title: acrossAxis.title }];
  const outliers = {
    transform: [{ filter: "isValid(datum.outlier)" }],
    mark: { type: "point", filled: true, size: 14, opacity: 0.7 },
    encoding: { [across]: value("outlier"), tooltip: outlierTip },
  };
  return {
    encoding: { [along]: category, tooltip },
    layer: [
      // From the box to its ends: a line through the box would be seen through it.
      ...[
        ["low", "first"],
        ["third", "high"],
      ].map(([from = "", to = ""]) => ({
        ...ofBoxes,
        mark: { type: "rule", size: 1.5, color: textColor },
        encoding: { [across]: value(from), [`${across}2`]: { field: to } },
      })),
      {
        ...ofBoxes,
        mark: { type: "bar", size, opacity: 0.85 },
        encoding: { [across]: value("first"), [`${across}2`]: { field: "third" } },
      },
      {
        ...ofBoxes,
        mark: { type: "tick", size, thickness: 2, color: "#ffffff" },
        encoding: { [across]: value("median") },
      },
      ...(boxes.length < model.points.length ? [outliers] : []),
    ],
  };
}

function axis(field: "x" | "y", { type, title }: ChartAxis, model: ChartModel): Encoding {
  switch (type) {
    case "nominal": {
      const encoding = { field, type, title, sort: orderOf(field, model) };
      const layout =
        field === "x"
          ? { labelAngle: nameAngle(model), ...(isCrowded(model) ? { labelOverlap: "greedy" } : {}) }
          : { labelLimit: longNameWidth, maxExtent: longNameWidth + 20, labelOverlap: "greedy" };
      return { ...encoding, axis: layout };
    }
    case "temporal":
      return {
        field,
        type,
        title,
        scale: { type: "utc" },
        axis: { labelOverlap: "parity", labelSeparation: 8, labelExpr: timeLabel },
      };
    case "quantitative":
      return {
        field,
        type,
        title,
        ...(isLog(field, model) ? { scale: { type: "log" } } : {}),
        ...numberAxis(field, model),
      };
    default:
      return type satisfies never;
  }
}

/** Names in the order of the data, which is that of importance; where no axis measures anything, in their own. */
function orderOf(field: "x" | "y", { kind, points }: ChartModel): readonly AxisValue[] | null {
  if (kind !== "heatmap" && kind !== "point") return null;
  return [...new Set(points.map((point) => point[field]))].toSorted((a, b) => compareNames(a, b, undefined));
}

const clock = "utchours(datum.value) || utcminutes(datum.value) || utcseconds(datum.value)";
/**
 * As finely as the tick stands: `2024`, `Mar 2024`, `Mar 05`, `14:30`. The first one has its day or its year below, which
 * Vega's own labels never say.
 */
const timeLabel =
  "datum.index === 0 && " +
  `(${clock} || utcdate(datum.value) > 1) ? ` +
  `[utcFormat(datum.value, ${clock} ? '%H:%M' : '%b %d'), utcFormat(datum.value, ${clock} ? '%b %d, %Y' : '%Y')] : ` +
  "utcFormat(datum.value, utcmilliseconds(datum.value) ? '%H:%M:%S.%L' : utcseconds(datum.value) ? '%H:%M:%S' : " +
  `${clock} ? '%H:%M' : utcdate(datum.value) > 1 ? '%b %d' : utcmonth(datum.value) ? '%b %Y' : '%Y')`;

/** Numbers whose zeros would fill the axis are written with exponents; ticks stand at whole numbers alone. */
function numberAxis(field: "x" | "y", model: ChartModel): Encoding {
  const { points } = model;
  const fields = [field, `${field}2`] as const;
  const ofBoxes = ["low", "high"] as const;
  let greatest = 0;
  let least = Number.POSITIVE_INFINITY;
  let isWhole = true;
  for (const point of points) {
    const isBox = point.median !== undefined && point[field] === null;
    for (const name of isBox ? ofBoxes : fields) {
      const value = point[name];
      if (typeof value !== "number") continue;
      greatest = Math.max(greatest, Math.abs(value));
      least = Math.min(least, value);
      isWhole &&= Number.isInteger(value) || isAroundWhole(Number(point[field]), Number(point[`${field}2`]));
    }
  }
  if (greatest >= 1e12 || (greatest > 0 && greatest < 1e-4)) return { axis: { format: ".4~g" } };
  if (!isWhole) return {};
  const isYears = !isMeasure(field, model) && looksLikeYears(least, greatest);
  return { axis: { tickMinStep: 1, ...(isYears ? { format: "d" } : {}) } };
}

/** Whether the axis has the lengths of bars, areas, boxes or a line, and not their places. */
function isMeasure(field: "x" | "y", model: ChartModel): boolean {
  if (model.kind === "heatmap" || model.kind === "point") return false;
  return field === (isLying(model) ? "x" : "y");
}

function isLog(field: "x" | "y", { log }: ChartModel): boolean {
  return log === field || log === "both";
}

/** Of a name at an angle, in pixels. */
const leastNameWidth = 9;

/** In a narrow panel, names would cover each other, also at an angle. */
function isCrowded({ points, width }: ChartModel): boolean {
  return new Set(points.map(({ x }) => x)).size * leastNameWidth > width;
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
    // Without a value, the ends of a scale are not numbers.
    if (points.every((point) => (point.color ?? null) === null)) return { color: { value: restColor } };
    const scale = color.type === "temporal" ? { scale: { type: "utc" } } : {};
    return { color: { field: "color", type: color.type, title: color.title, ...scale } };
  }
  const names = [...new Set(points.map((point) => point.color ?? null))];
  const domain = names.toSorted((a, b) => compareNames(a, b, restSeries));
  const range = chooseColors(
    domain.map((name) => (name === restSeries || name === null ? undefined : String(name))),
  );
  return { color: { field: "color", type: "nominal", title: color.title, scale: { domain, range } } };
}

/** Names by their letters, numbers in them by size; null and the rest last. */
function compareNames(a: AxisValue, b: AxisValue, rest: string | undefined): number {
  const rank = (name: AxisValue) => (name === rest ? 2 : name === null || name === nullLabel ? 1 : 0);
  return rank(a) - rank(b) || String(a).localeCompare(String(b), "en", { numeric: true });
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
