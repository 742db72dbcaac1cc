/** Texts as they stand on an axis: in one short line, and different for different values. */
import { showText } from "../display/visible-text.ts";
import type { AxisValue } from "./axis-values.ts";

const maxLabelText = 60;
const nullLabel = "(null)";

/** Gives each value a label of its own, the same at every call. */
export function createLabels(): (value: AxisValue) => string {
  const labels = new Map<AxisValue, string>();
  const taken = new Set<string>();
  return (value) => {
    const known = labels.get(value);
    if (known !== undefined) return known;
    const text = value === null ? nullLabel : showText(String(value), maxLabelText) || "(empty)";
    let label = text;
    for (let copy = 2; taken.has(label); copy++) label = `${text} (${copy})`;
    taken.add(label);
    labels.set(value, label);
    return label;
  };
}

/**
 * A column's name or a title as it stands beside a chart. Vega-lite makes expressions of titles: backslashes, which it
 * does not escape, are replaced by a sign that looks the same, and names that Vega forbids there end in a space.
 */
export function showTitle(title: string): string {
  const text = showText(title, 120).replaceAll("\\", "\u2216") || "(empty)";
  return text in Object.prototype ? `${text}\u00a0` : text;
}
