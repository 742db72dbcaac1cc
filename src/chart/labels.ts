/** Texts as they stand on an axis: in one short line, and different for different values. */
import { showControls, showText } from "../display/text/visible-text.ts";
import { redactText } from "../redaction/redact-text.ts";
import type { AxisValue } from "./axis-values.ts";

const maxLabelText = 60;
/** Of a text whose end is shown. */
const longestCut = 500;
export const nullLabel = "(null)";
const emptyLabel = "(empty)";

/** As many letters as a legend has room for. */
export const legendText = 30;

/**
 * Gives each value its own label, the same at every call.
 * @param longest letters; of longer texts the middle is left out, since names of one kind differ at their ends
 */
export function createLabels(longest = maxLabelText): (value: AxisValue) => string {
  const labels = new Map<AxisValue, string>();
  const taken = new Set<string>();
  return (value) => {
    const known = labels.get(value);
    if (known !== undefined) return known;
    const text = value === null ? nullLabel : permit(showName(String(value), longest));
    let label = text;
    for (let copy = 2; taken.has(label); copy++) label = `${text} (${copy})`;
    taken.add(label);
    labels.set(value, label);
    return label;
  };
}

/** A name of nothing but blanks is quoted, so that it is seen; so is a name that looks like null. */
function showName(value: string, longest: number): string {
  const text = cutMiddle(value, longest);
  if (text === "") return emptyLabel;
  return text.trim() === "" || text === nullLabel || text === emptyLabel ? `"${text}"` : text;
}

function cutMiddle(value: string, longest: number): string {
  const letters = [...showText(value, longestCut)];
  if (letters.length <= longest) return letters.join("");
  const half = Math.floor((longest - 1) / 2);
  // Of what is longer still, redacted as a whole: the end of a cut secret would not be known.
  const end = value.length > longestCut ? [...showControls(redactText(value).slice(-longestCut))] : letters;
  return `${letters.slice(0, half).join("")}…${end.slice(-half).join("")}`;
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

/** Digits that a double has. */
const mostDigits = 17;

/** So many digits, at least `least`, that the texts of different numbers differ. */
export function digitsToTell(
  values: readonly number[],
  least: number,
  show: (value: number, digits: number) => string,
): number {
  const numbers = [...new Set(values)];
  for (let digits = least; digits < mostDigits; digits++) {
    if (new Set(numbers.map((value) => show(value, digits))).size === numbers.length) return digits;
  }
  return mostDigits;
}

/** Whole numbers of four digits, which are written without a comma: most are years. */
export function looksLikeYears(least: number, greatest: number): boolean {
  return least >= 1_000 && greatest < 10_000;
}
