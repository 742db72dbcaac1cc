/** A chart that was asked for, with its columns found. */
import { Types } from "../../arrow.ts";
import { type AxisValue, greatestNumber } from "../../chart/axis-values.ts";
import type { ChartKind, ChartModel } from "../../chart/chart-model.ts";
import { nullLabel, showTitle } from "../../chart/labels.ts";
import { countOf } from "../../display/text/number-text.ts";
import { chooseKind } from "./choose-kind.ts";
import type { PlotKey } from "./plot-key.ts";
import { type ParsedPlotOptions, type PlotAggregate, refusePlot } from "./plot-options.ts";
import { findPlotColumn, type PlotColumn, type PlotSource } from "./plot-source.ts";

export interface PlotRequest {
  readonly source: PlotSource;
  /** The rows of all panels, where these rows are those of one: its ranges are theirs. */
  readonly whole?: PlotSource;
  readonly options: ParsedPlotOptions;
  readonly kind: ChartKind;
  readonly x: PlotColumn | undefined;
  readonly y: PlotColumn | undefined;
  readonly color: PlotColumn | undefined;
  /** The values that give colors, the most frequent first, where they are those of all panels. */
  readonly colors?: readonly AxisValue[];
  /** What gives colors, where it is that of all panels. */
  readonly colorKey?: PlotKey;
  /** The names along the axes, where they are those of all panels. */
  readonly places?: Places;
}

/** The names along an axis, in their order, by the column they are of. */
export type Places = ReadonlyMap<string, readonly AxisValue[]>;

/** How much is drawn; of panels, all of them together. */
export interface Drawn {
  readonly rows: number;
  /** Points beyond the whiskers of boxes. */
  readonly outliers: number;
  /** The same, where they are too many to draw. */
  readonly hidden: number;
}

/** A chart, and what it takes to make panels of it. */
export interface PlottedModel extends ChartModel {
  readonly places?: Places;
  readonly drawn?: Drawn;
  /** The note under so much. */
  readonly noteOf?: (drawn: Drawn) => string | undefined;
}

/** A chart with the note under what is drawn of it. */
export function withNoteOf(
  model: Omit<PlottedModel, "note"> & Required<Pick<PlottedModel, "drawn" | "noteOf">>,
): PlottedModel {
  return { ...model, note: model.noteOf(model.drawn) };
}

/** @throws DlfLanceError TableColumnNotFound, InvalidInput */
export function createPlotRequest(source: PlotSource, options: ParsedPlotOptions): PlotRequest {
  const find = (name: string | undefined) => (name === undefined ? undefined : findPlotColumn(source, name));
  const [x, y, color] = [find(options.x), find(options.y), find(options.color)];
  return { source, options, kind: options.kind ?? chooseKind(x?.type, y?.type), x, y, color };
}

/** The title that was asked for, or else one made of what is shown. */
export function titleOf({ options }: PlotRequest, otherwise: string): string {
  return showTitle(options.title ?? otherwise);
}

/** How many different values of a text get a separate place. */
export const mostCategories = 30;
/** How many series get a separate color. */
export const mostSeries = 7;

/** Values by their texts, whatever their type. */
export function asNominal(column: PlotColumn): PlotColumn {
  return { ...column, type: "nominal" };
}

const measureNames = {
  count: "values of",
  sum: "total",
  mean: "mean",
  min: "minimum",
  max: "maximum",
} as const satisfies Record<PlotAggregate, string>;

/** What the values of a mark are: `mean price`. */
export function nameMeasure(measured: PlotColumn | undefined, aggregate: PlotAggregate): string {
  return measured === undefined ? "rows" : `${measureNames[aggregate]} ${measured.title}`;
}

/** What a title says of the places along an axis: `city`, `month`. */
export function namePlaces({ column, step }: PlotKey): string {
  return step !== undefined && column.type === "temporal" ? String(step) : column.title;
}

/** @throws DlfLanceError InvalidInput for an aggregate of what is not a number. */
export function checkMeasure(measured: PlotColumn | undefined, aggregate: PlotAggregate): void {
  if (measured === undefined && aggregate !== "count") {
    throw refusePlot(`the ${aggregate} needs a column of numbers; name it, or count the rows`);
  }
  if (measured !== undefined && measured.type !== "quantitative" && aggregate !== "count") {
    throw refusePlot(
      `there is no ${aggregate} of ${measured.title}, which holds no numbers; take { aggregate: "count" }, or { kind: "heatmap" }`,
    );
  }
}

const mostUprightNames = 12;
const longestUprightName = 14;

/** Whether names are too many or too long to stand side by side. */
export function needRoom(names: readonly string[]): boolean {
  return names.length > mostUprightNames || names.some((name) => name.length > longestUprightName);
}

/** `400 rows`, `mean price over 400 rows: ordered by day`. */
export function describeGroups(measured: string | undefined, rows: number, keys: readonly PlotKey[]): string {
  const counted = measured === undefined ? countOf(rows, "row") : `${measured} over ${countOf(rows, "row")}`;
  const steps = keys.map(describeStep).filter((step) => step !== "");
  return steps.length === 0 ? counted : `${counted}: ${steps.join(" and ")}`;
}

/** `a bar chart`. */
export function nameChart(kind: ChartKind): string {
  if (kind === "heatmap") return "a heat map";
  if (kind === "box") return "a box plot";
  if (kind === "histogram") return "a histogram";
  return `${kind === "area" ? "an" : "a"} ${kind} chart`;
}

/** The sentences that are true, as one text. */
export function joinNotes(...notes: readonly (string | undefined | false)[]): string | undefined {
  const texts = notes.filter((note) => typeof note === "string");
  return texts.length === 0 ? undefined : texts.join("; ");
}

/** `price in ranges of 5`, `ordered by day`; the empty text for a column as it is, and for single whole numbers. */
function describeStep({ column, step }: PlotKey): string {
  if (step === undefined || (step === "1" && Types.isInt(column.field.type))) return "";
  return column.type === "temporal" ? `${column.title} by ${step}` : `${column.title} in ranges of ${step}`;
}

/** Which of all values are kept. Null is none of them, and is named separately. */
export function noteCut(
  kept: readonly AxisValue[],
  all: readonly AxisValue[],
  { title }: PlotColumn,
  order: string,
): string | false {
  if (all.length <= kept.length) return false;
  const count = (of: readonly AxisValue[]) => of.filter((value) => value !== null).length;
  const values = `${count(kept)} ${order} of ${countOf(count(all), "value")} of ${title}`;
  if (!all.includes(null)) return `the ${values}`;
  return kept.includes(null) ? `${nullLabel} and the ${values}` : `the ${values} and ${nullLabel}`;
}

/**
 * What rows that are left out lack on an axis, or on both: of floats, some may hold NaN or an infinite value.
 * @param isCut whether some have a value, which is too large to draw.
 */
export function drawableValue(columns: readonly PlotColumn[], isCut: boolean): string {
  const [first] = columns;
  const place = columns.length === 1 ? `of ${first?.title}` : "on both axes";
  if (isCut) return `a value ${place} between -${greatestNumber} and ${greatestNumber}`;
  return `${columns.some(({ field }) => Types.isFloat(field.type)) ? "a finite value" : "a value"} ${place}`;
}

export function noteLeftOut(rows: number, what: string): string | false {
  return rows > 0 && `${countOf(rows, "row")} without ${what} left out`;
}
