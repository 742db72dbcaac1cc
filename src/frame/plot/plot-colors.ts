/** What gives bars, lines and areas their colors: names, or ranges of numbers and times where there are many. */
import { Types } from "../../arrow.ts";
import type { AxisValue } from "../../chart/axis-values.ts";
import { addExactly } from "../../chart/exact-axis.ts";
import { createLabels, legendText, nullLabel } from "../../chart/labels.ts";
import { compareValues, mergeGroups, type PlotGroup, rankKey } from "./plot-groups.ts";
import { binnedKey, exactKey, measureColumns, type PlotKey } from "./plot-key.ts";
import { asNominal, mostSeries, noteCut, type PlotRequest } from "./plot-request.ts";
import { aggregateNode, columnNode, readNumbers, reductionPlan } from "./reduction.ts";
import { showInstant } from "./time-bins.ts";

/** The key of the colors; the one of all panels, where these rows are those of one. Undefined without colors. */
export async function chooseColorKey({ source, color, colorKey }: PlotRequest): Promise<PlotKey | undefined> {
  if (color === undefined || colorKey !== undefined) return colorKey;
  if (color.type === "nominal") return exactKey(color);
  const operand = columnNode(color.field.name);
  const table = await source.collect((input) =>
    reductionPlan(input, {
      predicates: [],
      keys: [],
      aggregates: [{ name: "values", expression: aggregateNode("countDistinct", operand) }],
    }),
  );
  if ((readNumbers(table, "values")[0] ?? 0) <= mostSeries) return exactKey(asNominal(color));
  return binnedKey(color, await measureColumns(source, [color]), mostSeries);
}

export interface ColoredGroups {
  readonly groups: readonly PlotGroup[];
  readonly note: string | false;
  /** The name of the series that stands for all values without a color. */
  readonly rest: string | undefined;
  /** The names of the series in their order, where they are ranges. */
  readonly ranges: readonly string[] | undefined;
}

/** The most frequent names, and all others as one; all ranges. */
export function colorGroups(
  groups: readonly PlotGroup[],
  key: PlotKey | undefined,
  { colors }: PlotRequest,
): ColoredGroups {
  if (key === undefined) return { groups, note: false, rest: undefined, ranges: undefined };
  if (key.end !== undefined) return colorRanges(groups, key);
  const all = colors ?? rankKey(groups, 1, ({ rows }) => rows);
  const label = createLabels(legendText);
  const kept = new Map(all.slice(0, mostSeries).map((name) => [name, label(name)]));
  const rest = all.length > mostSeries ? label("other values") : undefined;
  const merged = mergeGroups(groups, ([place = null, name = null]) => [
    place,
    kept.get(name) ?? rest ?? null,
  ]);
  const cut = noteCut([...kept.keys()], all, key.column, "most frequent");
  return { groups: merged, note: cut && `${cut}, the others as one`, rest, ranges: undefined };
}

function colorRanges(groups: readonly PlotGroup[], key: PlotKey): ColoredGroups {
  const places = [...new Set(groups.map(({ keys }) => keys[1] ?? null))].toSorted(compareValues);
  const names = new Map(places.map((place) => [place, nameRange(key, place)]));
  return {
    groups: mergeGroups(groups, ([place = null, range = null]) => [place, names.get(range) ?? null]),
    note: false,
    rest: undefined,
    ranges: [...names.values()].filter((name) => name !== nullLabel),
  };
}

/** `0.5 – 1`; of whole numbers both of which are in it, `10 – 19`; of a unit of time its beginning. */
function nameRange(key: PlotKey, place: AxisValue): string {
  const [begin, end] = [key.begin(place), key.end?.(place) ?? null];
  if (begin === null || end === null) return nullLabel;
  if (typeof begin === "string") return showInstant(begin);
  const isWhole = Types.isInt(key.column.field.type);
  const { origin } = key;
  const shown = (value: number) =>
    origin === undefined ? String(Number(value.toPrecision(12))) : addExactly(origin, value);
  return `${shown(begin)} – ${shown(Number(end) - (isWhole ? 1 : 0))}`;
}
