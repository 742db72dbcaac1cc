/** The colors of marks: of names, numbers and times. */
import type { AxisValue } from "./axis-values.ts";
import type { ChartModel } from "./chart-model.ts";
import { nullColor, rampColors } from "./chart-theme.ts";
import { nullLabel } from "./labels.ts";
import { sortNames } from "./name-order.ts";
import { chooseColors } from "./series-colors.ts";
import type { Encoding } from "./vega-lite-spec.ts";

const day = 86_400_000;

export function encodeColor(model: ChartModel): Encoding {
  const { color, points } = model;
  if (color === undefined) return {};
  if (color.type === "nominal") {
    const domain = seriesOrder(model);
    return {
      color: {
        field: "color",
        type: "nominal",
        title: color.title,
        scale: { domain, range: colorsOf(model, domain) },
      },
    };
  }
  const values = points.map((point) => point.color ?? null);
  // Without a value, the ends of a scale are not numbers.
  if (values.every((value) => value === null)) return { color: { value: nullColor } };
  // Else Vega leaves the marks out.
  const nulls = values.includes(null)
    ? { condition: { test: "!isValid(datum.color)", value: nullColor } }
    : {};
  const times = color.type === "temporal" ? encodeTimes(values) : {};
  return { color: { ...nulls, field: "color", type: color.type, title: color.title, ...times } };
}

/** Vega has no scheme for times, and that of JupyterLab takes no more than two of them: the colors between are much the same. */
function encodeTimes(values: readonly AxisValue[]): Encoding {
  const times = values.flatMap((value) => (typeof value === "string" ? Date.parse(value) : []));
  const [first, last] = [Math.min(...times), Math.max(...times)];
  const span = last - first;
  const format = span > 3 * day ? "%Y-%m-%d" : span > 60_000 ? "%b %d %H:%M" : "%H:%M:%S.%L";
  return {
    scale: { type: "utc", nice: false, domain: [first, last], range: [rampColors[0], rampColors.at(-1)] },
    legend: { labelExpr: `utcFormat(datum.value, '${format}')`, labelOffset: 6 },
  };
}

function colorsOf({ colorRanges, restSeries }: ChartModel, domain: readonly AxisValue[]): readonly string[] {
  if (colorRanges !== undefined) {
    return domain.map((name) => {
      const at = colorRanges.indexOf(String(name));
      return at < 0 ? nullColor : rampColor(at, colorRanges.length);
    });
  }
  return chooseColors(domain.map((name) => (name === restSeries ? undefined : String(name ?? nullLabel))));
}

/** Evenly from the darkest to the lightest. */
function rampColor(at: number, count: number): string {
  const place = count < 2 ? 0 : Math.round((at * (rampColors.length - 1)) / (count - 1));
  return rampColors[place] ?? nullColor;
}

/** The series as the legend has them: names and ranges in their order, null and the rest last. */
export function seriesOrder({ points, restSeries, colorRanges }: ChartModel): readonly AxisValue[] {
  const names = new Set(points.map((point) => point.color ?? null));
  if (colorRanges !== undefined) {
    const ranges = colorRanges.filter((name) => names.has(name));
    return [...ranges, ...[...names].filter((name) => !ranges.includes(String(name)))];
  }
  const rest = restSeries !== undefined && names.delete(restSeries) ? [restSeries] : [];
  return [...sortNames([...names]), ...rest];
}

/** In stacks, parts are in the order of the legend; from the top where bars stand, from the left where they lie. */
export function stackInOrder(model: ChartModel, isLying: boolean): Encoding {
  if (model.color?.type !== "nominal" || !model.isStacked) return {};
  const order = JSON.stringify(seriesOrder(model).map((name) => name ?? nullLabel));
  return {
    transform: [{ calculate: `indexof(${order}, datum.color)`, as: "place in the legend" }],
    order: { field: "place in the legend", type: "quantitative", sort: isLying ? "ascending" : "descending" },
  };
}
