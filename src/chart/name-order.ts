/** In which order names stand: numbers in them by size, weekdays and months as the calendar has them. */
import type { AxisValue } from "./axis-values.ts";
import { nullLabel } from "./labels.ts";

/** A collator takes no notice of a minus. */
const plainNumber = /^[+-]?\d+(?:\.\d+)?$/;
const collator = new Intl.Collator("en", { numeric: true });
const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const months = [
  ...["january", "february", "march", "april", "may", "june", "july", "august", "september"],
  ...["october", "november", "december"],
];
/** As many letters tell the names of a calendar apart. */
const tellingLetters = 3;

/** Null is last. */
export function compareNames(a: AxisValue, b: AxisValue): number {
  const [left, right] = [String(a), String(b)];
  const bySize = plainNumber.test(left) && plainNumber.test(right) ? Number(left) - Number(right) : 0;
  return Number(isNothing(a)) - Number(isNothing(b)) || bySize || collator.compare(left, right);
}

function isNothing(name: AxisValue): boolean {
  return name === null || name === nullLabel;
}

/** Names in their order. */
export function sortNames(names: readonly AxisValue[]): readonly AxisValue[] {
  const calendar = findCalendar(names.filter((name) => !isNothing(name)));
  if (calendar === undefined) return names.toSorted(compareNames);
  return names.toSorted(
    (a, b) =>
      Number(isNothing(a)) - Number(isNothing(b)) ||
      placeIn(calendar, a) - placeIn(calendar, b) ||
      compareNames(a, b),
  );
}

/** Whether names have an order that readers expect: weekdays, months, and what begins with a number, such as `2024-03`. */
export function areInOrder(names: readonly AxisValue[]): boolean {
  const present = names.filter((name) => !isNothing(name));
  if (present.length < 2) return false;
  return findCalendar(present) !== undefined || present.every((name) => /^[+-]?\d/.test(String(name)));
}

/** Weekdays or months, where all names are some of them. */
function findCalendar(names: readonly AxisValue[]): readonly string[] | undefined {
  return [weekdays, months].find((words) => names.every((name) => placeIn(words, name) >= 0));
}

/** The whole name, or its beginning: `Sep`, `Sept`. */
function placeIn(words: readonly string[], name: AxisValue): number {
  const text = String(name).toLowerCase().replace(/\.$/, "");
  return text.length < tellingLetters ? -1 : words.findIndex((word) => word.startsWith(text));
}
