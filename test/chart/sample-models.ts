/** A chart of each kind, from values made by hand. */
import type { ChartKind, ChartModel } from "../../src/chart/chart-model.ts";

const size = { width: 480, height: 300, note: undefined, color: undefined, isStacked: true };
const cities = ["Beijing", "Hangzhou", "Shanghai", "Shenzhen"];
const days = Array.from({ length: 30 }, (_, day) => new Date(Date.UTC(2024, 0, 1 + day)).toISOString());

export const sampleModels: Readonly<Record<ChartKind, ChartModel>> = {
  bar: {
    ...size,
    kind: "bar",
    title: "sum of price by city",
    note: "sum of price over 1,204 rows; the 4 highest of 12 values of city",
    x: { title: "city", type: "nominal" },
    y: { title: "sum of price", type: "quantitative" },
    color: { title: "paid", type: "nominal" },
    points: cities.flatMap((x, at) => [
      { x, y: 100 - 20 * at, color: "true" },
      { x, y: 30 + at, color: "other values" },
    ]),
    restSeries: "other values",
  },
  line: {
    ...size,
    kind: "line",
    title: "mean of price by ordered_on",
    x: { title: "ordered_on (Asia/Shanghai)", type: "temporal" },
    y: { title: "mean of price", type: "quantitative" },
    color: { title: "city", type: "nominal" },
    points: days.flatMap((x, day) =>
      cities.map((color, at) => ({ x, y: 10 * at + Math.sin(day / 3), color })),
    ),
  },
  area: {
    ...size,
    kind: "area",
    title: "rows by weight",
    x: { title: "weight", type: "quantitative" },
    y: { title: "rows", type: "quantitative" },
    points: Array.from({ length: 50 }, (_, x) => ({ x, y: 100 * Math.exp(-((x - 25) ** 2) / 50) })),
  },
  point: {
    ...size,
    kind: "point",
    title: "price by weight",
    x: { title: "weight", type: "quantitative" },
    y: { title: "price", type: "quantitative" },
    color: { title: "discount", type: "quantitative" },
    points: Array.from({ length: 500 }, (_, at) => ({
      x: (at * 37) % 101,
      y: ((at * 37) % 101) / 2 + ((at * 17) % 29),
      color: (at % 50) / 50,
    })),
  },
  histogram: {
    ...size,
    kind: "histogram",
    title: "price",
    x: { title: "price", type: "quantitative" },
    y: { title: "rows", type: "quantitative" },
    points: Array.from({ length: 20 }, (_, at) => ({ x: at * 5, x2: at * 5 + 5, y: 200 - (at - 9) ** 2 })),
  },
  heatmap: {
    ...size,
    kind: "heatmap",
    title: "rows by weight and city",
    x: { title: "weight", type: "quantitative" },
    y: { title: "city", type: "nominal" },
    color: { title: "rows", type: "quantitative" },
    points: cities.flatMap((y, at) =>
      Array.from({ length: 20 }, (_, x) => ({ x, x2: x + 1, y, color: (x * (at + 3)) % 17 })),
    ),
  },
  box: {
    ...size,
    kind: "box",
    title: "price by city",
    note: "1,204 rows; boxes hold the middle half, with the median, lines reach the lowest and the highest value",
    x: { title: "city", type: "nominal" },
    y: { title: "price", type: "quantitative" },
    points: cities.map((x, at) => ({
      x,
      y: null,
      low: at,
      first: 10 + at,
      median: 20,
      third: 30 - at,
      high: 50,
    })),
  },
};
