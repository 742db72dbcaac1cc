/** Texts as they stand on an axis: in one short line, and different for different values. */
import { showText } from "../display/text/visible-text.ts";
import type { AxisValue } from "./axis-values.ts";

const maxLabelText = 60;
export const nullLabel = "(null)";

/** Gives each value its own label, the same at every call. */
export function createLabels(): (value: AxisValue) => string {
  const labels = new Map<AxisValue, string>();
  const taken = new Set<string>();
  return (value) => {
    const known = labels.get(value);
    if (known !== undefined) return known;
    const text = value === null ? nullLabel : permit(showText(String(value), maxLabelText) || "(empty)");
    let label = text;
    for (let copy = 2; taken.has(label); copy++) label = `${text} (${copy})`;
    taken.add(label);
    labels.set(value, label);
    return label;
  };
}

/**
 * A column's name or a title as it stands next to a chart. Vega-lite makes expressions of titles, and does not escape
 * their backslashes: a sign that looks the same takes their place.
 */
export function showTitle(title: string): string {
  return permit(showText(title, 120).replaceAll("\\", "\u2216") || "(empty)");
}

/** Vega stumbles over the names that every object has, such as `valueOf`: they end in a space. */
function permit(text: string): string {
  return text in Object.prototype ? `${text}\u00a0` : text;
}
