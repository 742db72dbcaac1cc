/** The places along the axis of bars, lines and areas. */
import type { AxisValue } from "../../chart/axis-values.ts";
import type { ChartKind } from "../../chart/chart-model.ts";
import { createLabels } from "../../chart/labels.ts";
import { areInOrder, sortNames } from "../../chart/name-order.ts";
import { compareValues, type PlotGroup, rankKey } from "./plot-groups.ts";
import type { PlotKey } from "./plot-key.ts";
import type { PlotAggregate } from "./plot-options.ts";
import { mostCategories, needRoom, noteCut } from "./plot-request.ts";

export interface PlacedGroups {
  readonly groups: readonly PlotGroup[];
  /** Names in their order; undefined for numbers and times. */
  readonly places: readonly AxisValue[] | undefined;
  readonly label: (value: AxisValue) => string;
  readonly note: string | false;
  /** Rows of the places that are not shown. */
  readonly cut: number;
  /** The names are too many or too long to stand side by side. */
  readonly isRoomNeeded: boolean;
}

interface Placing {
  readonly kind: ChartKind;
  readonly aggregate: PlotAggregate;
  readonly value: (group: PlotGroup) => number;
  /** The names of all panels, in their order. */
  readonly chosen: readonly AxisValue[] | undefined;
}

/** Names in the order of their values, at most thirty; what has an order in its own, as everything along a line. */
export function placeGroups(
  groups: readonly PlotGroup[],
  key: PlotKey,
  { kind, aggregate, value, chosen }: Placing,
): PlacedGroups {
  const label = createLabels();
  const position = ({ keys }: PlotGroup) => keys[0] ?? null;
  if (key.column.type !== "nominal") {
    const sorted = groups.toSorted((a, b) => compareValues(position(a), position(b)));
    return { groups: sorted, places: undefined, label, note: false, cut: 0, isRoomNeeded: false };
  }
  const isSum = aggregate === "count" || aggregate === "sum";
  const all = rankKey(groups, 0, isSum ? value : ({ rows }) => rows);
  const kept = chosen ?? all.slice(0, mostCategories);
  const isKept = new Set(kept);
  const shown = groups.filter((group) => isKept.has(position(group)));
  const places = chosen ?? orderPlaces(rankKey(shown, 0, value), kind);
  const order = new Map(places.map((name, index) => [name, index]));
  return {
    groups: shown.toSorted((a, b) => (order.get(position(a)) ?? 0) - (order.get(position(b)) ?? 0)),
    places,
    label,
    note: noteCut(kept, all, key.column, isSum ? "highest" : "most frequent"),
    cut: groups.reduce((sum, group) => sum + (isKept.has(position(group)) ? 0 : group.rows), 0),
    isRoomNeeded: needRoom(places.map(label)),
  };
}

function orderPlaces(ranked: readonly AxisValue[], kind: ChartKind): readonly AxisValue[] {
  return kind !== "bar" || areInOrder(ranked) ? sortNames([...ranked]) : ranked;
}
