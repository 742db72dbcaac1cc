/** Bars, histograms, lines and areas: one value, or one of each color, at every place of one axis. */
import { Types } from "../../arrow.ts";
import type { AxisValue } from "../../chart/axis-values.ts";
import { type ChartPoint, mostPoints } from "../../chart/chart-model.ts";
import { countBins, isPlainNumber } from "./count-bins.ts";
import { chooseColorKey, colorGroups } from "./plot-colors.ts";
import { collectGroups, groupValue, type PlotGroup } from "./plot-groups.ts";
import { binnedKey, exactKey, measureColumns, type PlotKey, type PlotRange } from "./plot-key.ts";
import { type PlotAggregate, refusePlot } from "./plot-options.ts";
import { placeGroups } from "./plot-places.ts";
import {
  checkMeasure,
  describeGroups,
  drawableValue,
  joinNotes,
  mostSeries,
  nameChart,
  nameMeasure,
  namePlaces,
  noteLeftOut,
  type PlotRequest,
  type PlottedModel,
  titleOf,
  withNoteOf,
} from "./plot-request.ts";
import { isOffLog, readScales } from "./plot-scales.ts";
import type { PlotColumn, PlotSource } from "./plot-source.ts";
import { showInstant } from "./time-bins.ts";

/** A line through more instants is a solid block. */
const mostInstants = 500;
/** Ranges of a histogram, unless another number is asked for. */
const mostBars = 40;

/** Where the values stand, and what they measure. */
interface Series {
  readonly along: PlotColumn;
  readonly measured: PlotColumn | undefined;
  readonly aggregate: PlotAggregate;
  /** The values lie along x: the user named the places as y. */
  readonly isLying: boolean;
}

export async function plotSeries(request: PlotRequest): Promise<PlottedModel> {
  const { options, kind, color } = request;
  const series = arrangeSeries(request);
  const { along, measured, aggregate } = series;
  const colorKey = await chooseColorKey(request);
  const { key, groups, rows, ends, isCut = false } = await groupRows(request, series, colorKey);
  const hasBand = options.log === undefined && isBanded(request, series, key);
  const isPart = aggregate === "count" || aggregate === "sum";
  const partial = isPart ? partialPlaces(groups, key, ends) : new Map<AxisValue, string>();
  const value = (group: PlotGroup) => groupValue(group, measured !== undefined, aggregate);
  const placed = placeGroups(groups, key, {
    kind,
    aggregate,
    value: (group) => value(group) ?? Number.NEGATIVE_INFINITY,
    chosen: request.places?.get(along.field.name),
  });
  const colored = colorGroups(placed.groups, colorKey, request);
  const isLying = series.isLying || (kind === "bar" && along.type === "nominal" && placed.isRoomNeeded);
  const hasRange = (kind === "bar" || kind === "histogram") && key.end !== undefined;
  const marks = colored.groups.flatMap((group) => {
    const [place = null, series = null] = group.keys;
    const [begin, end] = [key.begin(place), hasRange ? key.end?.(place) : undefined];
    const amount = value(group);
    const isPartial = partial.has(place);
    if (amount === null || (begin === null && along.type !== "nominal")) return [];
    if (isOffLog(request, begin, amount)) return [];
    const low = hasBand ? { low: group.min ?? amount, high: group.max ?? amount } : {};
    const name = along.type === "nominal" ? placed.label(place) : begin;
    return [{ begin: name, end, amount, series, group, extra: isPartial ? { ...low, isPartial } : low }];
  });
  const points = marks.map(
    ({ begin, end, amount, series, extra }): ChartPoint => ({
      ...extra,
      ...(isLying
        ? { x: amount, y: begin, ...(end === undefined ? {} : { y2: end }) }
        : { x: begin, y: amount, ...(end === undefined ? {} : { x2: end }) }),
      ...(color === undefined ? {} : { color: series }),
    }),
  );
  if (options.stack === "normalize") refuseNegatives(points, isLying ? "x" : "y");
  const all = groups.reduce((sum, group) => sum + group.rows, 0);
  const shown = marks.reduce((sum, { group }) => sum + group.rows, 0);
  const unmeasured = colored.groups.reduce((sum, group) => sum + (value(group) === null ? group.rows : 0), 0);
  const isExact = shown === marks.length && key.step === undefined && colorKey?.step === undefined;
  const isChosen = options.aggregate !== undefined || measured === undefined;
  const name = isExact && !isChosen ? measured.title : nameMeasure(measured, aggregate);
  const measure = {
    title: options.stack === "normalize" ? `share of ${name}` : name,
    type: "quantitative",
  } as const;
  const place = { title: along.title, type: along.type, origin: key.origin };
  const title =
    kind === "histogram" ? `distribution of ${along.title}` : `${measure.title} by ${namePlaces(key)}`;
  return withNoteOf({
    kind,
    title: titleOf(
      request,
      color === undefined || color.field === along.field
        ? title
        : `${title} ${kind === "histogram" ? "by" : "and"} ${color.title}`,
    ),
    drawn: { rows: shown, outliers: 0, hidden: 0 },
    noteOf: (drawn) =>
      joinNotes(
        !isExact &&
          describeGroups(
            measured && measure.title,
            drawn.rows,
            colorKey?.step === undefined ? [key] : [key, colorKey],
          ),
        hasBand && "the band reaches from the lowest to the highest value",
        ...partial.values(),
        placed.note,
        colored.note,
        ...(options.log === undefined
          ? [
              noteLeftOut((rows ?? all) - shown - placed.cut - unmeasured, drawableValue([along], isCut)),
              // In panels, other rows are summed together.
              options.column === undefined &&
                options.row === undefined &&
                noteLeftOut(unmeasured, `a finite ${name}`),
            ]
          : [noteLeftOut((rows ?? all) - shown, "a positive value on both axes")]),
      ),
    x: isLying ? measure : place,
    y: isLying ? place : measure,
    color: color === undefined ? undefined : { title: color.title, type: "nominal" },
    restSeries: colored.rest,
    colorRanges: colored.ranges,
    isStacked: isPart,
    ...readScales(request, aggregate),
    points: checkCount(kind === "area" && isPart && color !== undefined ? fillPlaces(points) : points),
    ...(placed.places === undefined ? {} : { places: new Map([[along.field.name, placed.places]]) }),
    width: options.width,
    height: options.height,
  });
}

/** @throws DlfLanceError InvalidInput: a part below zero is none of a whole */
function refuseNegatives(points: readonly ChartPoint[], field: "x" | "y"): void {
  const negative = points.find((point) => Number(point[field]) < 0);
  if (negative === undefined) return;
  throw refusePlot("shares of a whole need values of zero or more, and some are negative; leave stack out");
}

function checkCount(points: readonly ChartPoint[]): readonly ChartPoint[] {
  if (points.length <= mostPoints) return points;
  throw refusePlot(
    `the chart would have ${points.length} marks, more than ${mostPoints}; ask for fewer bins`,
  );
}

/** A part that a place lacks is zero there: an area would reach over the place, and over the other parts. */
function fillPlaces(points: readonly ChartPoint[]): readonly ChartPoint[] {
  const [places, colors] = (["x", "color"] as const).map((name) => [
    ...new Set(points.map((point) => point[name] ?? null)),
  ]) as [AxisValue[], AxisValue[]];
  if (places.length * colors.length > mostPoints) return points;
  const keyOf = (x: AxisValue, color: AxisValue) => JSON.stringify([x, color]);
  const known = new Map(points.map((point) => [keyOf(point.x, point.color ?? null), point]));
  return places.flatMap((x) => colors.map((color) => known.get(keyOf(x, color)) ?? { x, y: 0, color }));
}

function arrangeSeries({ kind, options, x, y }: PlotRequest): Series {
  if (kind === "histogram") {
    if (x !== undefined && y !== undefined) {
      throw refusePlot(
        'a histogram shows one column and counts rows; leave y out, or take { kind: "heatmap" }',
      );
    }
    const along = x ?? y;
    if (along === undefined || along.type === "nominal") {
      throw refusePlot(`a histogram shows numbers or times; take { kind: "bar" } for ${along?.title}`);
    }
    return { along, measured: undefined, aggregate: "count", isLying: x === undefined };
  }
  const isLying =
    kind === "bar" &&
    (x === undefined || (y !== undefined && y.type === "nominal" && x.type === "quantitative"));
  const [along, measured] = isLying ? [y, x] : [x, y];
  if (along === undefined) throw refusePlot(`${nameChart(kind)} needs a column for x`);
  const aggregate =
    options.aggregate ?? (measured === undefined ? "count" : kind === "line" ? "mean" : "sum");
  checkMeasure(measured, aggregate);
  return { along, measured, aggregate, isLying };
}

interface GroupedRows {
  /** Of the places along the axis. */
  readonly key: PlotKey;
  readonly groups: readonly PlotGroup[];
  /** All rows, where it is known that some are in no group. */
  readonly rows?: number;
  /** Of the values along the axis. */
  readonly ends?: PlotEnds | undefined;
  /** Whether values are left out that are too large to draw. */
  readonly isCut?: boolean;
}

type PlotEnds = { readonly min: AxisValue; readonly max: AxisValue };

/** A line of means of many instants says what they were means of. */
function isBanded(
  { kind, options, color }: PlotRequest,
  { along, aggregate }: Series,
  { step }: PlotKey,
): boolean {
  const isMean = aggregate === "mean" && options.aggregate === undefined;
  return kind === "line" && along.type === "temporal" && step !== undefined && color === undefined && isMean;
}

/** A unit of the calendar that is more than a tenth longer than its values are less than the others by that alone. */
function partialPlaces(
  groups: readonly PlotGroup[],
  { column, step, end, begin }: PlotKey,
  ends: PlotEnds | undefined,
): ReadonlyMap<AxisValue, string> {
  const notes = new Map<AxisValue, string>();
  if (column.type !== "temporal" || step === undefined || end === undefined || ends === undefined)
    return notes;
  const places = groups
    .flatMap(({ keys: [place] }) => (typeof place === "string" ? [place] : []))
    .toSorted((a, b) => Date.parse(a) - Date.parse(b));
  const [first, last] = [places[0], places.at(-1)];
  if (first === undefined || last === undefined || first === last) return notes;
  const isShort = (place: AxisValue, from: AxisValue, to: AxisValue) => {
    const [start, stop] = [begin(place), end(place)].map((value) => Date.parse(String(value)));
    return Date.parse(String(to)) - Date.parse(String(from)) > ((stop ?? 0) - (start ?? 0)) * 0.1;
  };
  const agree = (verb: string) => (step.endsWith("years") ? verb.slice(0, -1) : verb);
  if (isShort(first, begin(first), ends.min))
    notes.set(first, `the first ${step} ${agree("begins")} on ${showInstant(String(ends.min))}`);
  // Values that all stand where a unit begins, as those of days do, are as many in the last unit as in others.
  const rows = new Map<AxisValue, number>();
  for (const {
    keys: [place = null],
    rows: own,
  } of groups)
    rows.set(place, (rows.get(place) ?? 0) + own);
  const usual = [...rows.values()].toSorted((a, b) => a - b)[rows.size >> 1] ?? 0;
  const isWhole = Date.parse(String(ends.max)) === Date.parse(String(begin(last)));
  if (isWhole && 2 * (rows.get(last) ?? 0) >= usual) return notes;
  // A date is a whole day.
  const lasts = Types.isDate(column.field.type) ? 86_400_000 : 0;
  const reached = new Date(Date.parse(String(ends.max)) + lasts).toISOString();
  if (isShort(last, reached, end(last)))
    notes.set(last, `the last ${step} ${agree("ends")} on ${showInstant(String(ends.max))}`);
  return notes;
}

async function groupRows(
  request: PlotRequest,
  series: Series,
  colorKey: PlotKey | undefined,
): Promise<GroupedRows> {
  const { source, options, kind, color } = request;
  const { along, measured, aggregate } = series;
  const isHistogram = kind === "histogram" || (kind === "bar" && measured === undefined);
  if (
    isHistogram &&
    request.whole === undefined &&
    color === undefined &&
    along.type === "quantitative" &&
    isPlainNumber(along) &&
    !(await source.isReducedInPlace())
  ) {
    const counted = await countBins(source, along, Math.min(mostPoints, options.bins ?? mostBars));
    if (counted !== undefined) return counted;
  }
  const { key, range } = await placeValues(request, series);
  const rows = rowsFor(request, series);
  const keys = [key, ...(colorKey === undefined ? [] : [colorKey])];
  const hasEnds = isBanded(request, series, key);
  const groups = await collectGroups(rows, keys, measured, aggregate, range?.predicates ?? [], hasEnds);
  if (range === undefined) return { key, groups };
  return { key, groups, rows: range.rows, ends: range.ranges.get(along), isCut: range.isCut };
}

/** A group of NaN stands nowhere, and where rows are counted alone, it is of no other use. */
function rowsFor(
  { source, whole, color }: PlotRequest,
  { along, measured }: Series,
): Pick<PlotSource, "collect"> {
  const isCounted = measured === undefined && color === undefined && whole === undefined;
  return isCounted && along.type === "quantitative" ? { collect: source.collectNumbers } : source;
}

async function placeValues(
  request: PlotRequest,
  series: Series,
): Promise<{ readonly key: PlotKey; readonly range?: PlotRange }> {
  const { options, kind, color, whole } = request;
  const { along } = series;
  if (along.type === "nominal") return { key: exactKey(along) };
  const range = await measureColumns(whole ?? rowsFor(request, series), [along]);
  const isContinuous = kind === "line" || kind === "area";
  const mostPlaces = along.type === "temporal" ? mostInstants : mostPoints;
  if (isContinuous && options.bins === undefined && range.rows <= mostPlaces)
    return { key: exactKey(along), range };
  const most = color === undefined ? mostPoints : Math.floor(mostPoints / (mostSeries + 1));
  const asked = Math.min(most, options.bins ?? (isContinuous ? 300 : mostBars));
  return { key: binnedKey(along, range, asked, await request.source.isReducedInPlace()), range };
}
