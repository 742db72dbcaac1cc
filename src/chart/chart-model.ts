/** A chart before it becomes a Vega-Lite specification: what is drawn, from values that are small already. */
import type { AxisType, AxisValue } from "./axis-values.ts";

export const chartKinds = ["bar", "line", "area", "point", "histogram", "heatmap", "box"] as const;
export type ChartKind = (typeof chartKinds)[number];

/** The most values a chart holds. */
export const mostPoints = 5_000;

export interface ChartAxis {
  readonly title: string;
  readonly type: AxisType;
  /** A decimal number that the values of the points are to be added to, where their sums have more digits than doubles. */
  readonly origin?: string | undefined;
}

/** A mark. `x2` and `y2` are where a range that begins at `x` or `y` ends. */
export interface ChartPoint {
  readonly x: AxisValue;
  readonly y: AxisValue;
  readonly x2?: AxisValue;
  readonly y2?: AxisValue;
  readonly color?: AxisValue;
  /** The whiskers of a box, or the lowest and highest value behind a place of a line. */
  readonly low?: AxisValue;
  readonly first?: AxisValue;
  readonly median?: AxisValue;
  readonly third?: AxisValue;
  readonly high?: AxisValue;
  /** A value beyond the whiskers of the box at its place. */
  readonly outlier?: AxisValue;
  /** The range reaches beyond the values: it begins before the first, or ends after the last. */
  readonly isPartial?: boolean;
  /** The panel in which the mark stands. */
  readonly column?: AxisValue;
  readonly row?: AxisValue;
}

/** Panels side by side or below each other, one for each value. */
export interface ChartFacet {
  readonly title: string;
  /** In their order. */
  readonly values: readonly AxisValue[];
}

/** Pixels, unless another height is asked for. */
export const usualHeight = 300;

export interface ChartModel {
  readonly kind: ChartKind;
  readonly title: string;
  /** What was aggregated, sampled or left out; stands under the chart. */
  readonly note: string | undefined;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly color: ChartAxis | undefined;
  /** The color of the series by this name is that of the rest. */
  readonly restSeries?: string | undefined;
  /** The series, where they are ranges of numbers or times: in their order. */
  readonly colorRanges?: readonly string[] | undefined;
  /** Parts that add up to a whole are stacked, others stand next to each other. */
  readonly isStacked: boolean;
  /** Axes that are logarithmic. */
  readonly log?: "x" | "y" | "both" | undefined;
  /** Stacked parts are shares of their whole. */
  readonly isNormalized?: boolean;
  /** A curve through the points. */
  readonly trend?: "linear" | "loess" | undefined;
  readonly column?: ChartFacet | undefined;
  readonly row?: ChartFacet | undefined;
  readonly points: readonly ChartPoint[];
  readonly width: number;
  readonly height: number;
}

/** Bars and boxes lie where their places are on y. */
export function isLying({ y, points }: Pick<ChartModel, "y" | "points">): boolean {
  return y.type === "nominal" || points.some((point) => point.y2 !== undefined);
}

/** A curve needs so many places on x. */
const leastPlaces = 3;

export function canHaveTrend(points: readonly ChartPoint[]): boolean {
  return new Set(points.map((point) => point.x)).size >= leastPlaces;
}

/** A range of one whole number, which stands in its middle. */
export function isAroundWhole(begin: number, end: number): boolean {
  return end - begin === 1 && Number.isInteger(begin + 0.5);
}
