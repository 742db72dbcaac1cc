/** What a user asks a frame to plot, checked at the call. */

import { type ChartKind, chartKinds, usualHeight } from "../../chart/chart-model.ts";
import { describeIssue, refuseOptions, wordIssue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";

const aggregates = ["count", "sum", "mean", "min", "max"] as const;
/** How the values of y that share a place on x become one. */
export type PlotAggregate = (typeof aggregates)[number];

/** `N` are the names of the columns, where they are known. */
export interface PlotOptions<N extends string = string> {
  /** Chosen by the types of x and y when left out. */
  readonly kind?: ChartKind;
  /** A column. One of x and y at least. */
  readonly x?: N;
  /** A column. */
  readonly y?: N;
  /** A column that gives the marks their colors; in a heat map the one whose values are aggregated. */
  readonly color?: N;
  /** A column of names: a panel for each of its values, side by side; of `row` below each other. */
  readonly column?: N;
  readonly row?: N;
  /**
   * What becomes of the many rows behind one mark: by default `count` without y (in a heat map: without color), `sum`
   * in bars and areas, `mean` in lines and heat maps.
   */
  readonly aggregate?: PlotAggregate;
  /** About how many ranges numbers and times are put into; a round width is chosen that gives at most as many. */
  readonly bins?: number;
  readonly title?: string;
  /** `normalize` shows the parts of bars and areas as shares of their whole. */
  readonly stack?: "normalize";
  /** Axes of a scatter plot or a line whose steps multiply: each tenfold is as long. Values up to zero are left out. */
  readonly log?: "x" | "y" | "both";
  /** A curve through the points of a scatter plot, of those that are drawn. */
  readonly trend?: "linear" | "loess";
  /** Pixels, without the axes; 480 by 300 when left out. */
  readonly width?: number;
  readonly height?: number;
}

const columnName = loadWhenUsed(() => z.string().min(1));
const pixels = loadWhenUsed(() => z.number().min(50).max(4000));

const plotOptions = loadWhenUsed(() =>
  z.strictObject({
    kind: z.enum(chartKinds).optional(),
    x: columnName.optional(),
    y: columnName.optional(),
    color: columnName.optional(),
    column: columnName.optional(),
    row: columnName.optional(),
    aggregate: z.enum(aggregates).optional(),
    bins: z.int().min(1).max(1000).optional(),
    title: z.string().optional(),
    stack: z.enum(["normalize"]).optional(),
    log: z.enum(["x", "y", "both"]).optional(),
    trend: z.enum(["linear", "loess"]).optional(),
    width: pixels.default(480),
    height: pixels.default(usualHeight),
  }),
);

export type ParsedPlotOptions = z.output<typeof plotOptions>;

/** @throws DlfLanceError InvalidInput */
export function parsePlotOptions(options: unknown): ParsedPlotOptions {
  const result = plotOptions.safeParse(options, { error: wordIssue });
  if (!result.success) {
    const [issue] = result.error.issues;
    if (issue?.code === "unrecognized_keys")
      throw refuseOptions(issue.keys, Object.keys(plotOptions.shape), "plot");
    throw refusePlot(describeIssue(issue));
  }
  if (result.data.x === undefined && result.data.y === undefined) {
    throw refusePlot('name a column, as in plot({ x: "price" })');
  }
  return result.data;
}

export function refusePlot(reason: string): DlfLanceError {
  return new DlfLanceError("InvalidInput", `Cannot plot: ${reason}`);
}
