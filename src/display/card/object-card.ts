/** Plain objects, such as what a catalog says of a namespace: a line for each property, nested ones folded. */
import { inspect, types } from "node:util";
import { redactStart } from "../../redaction/redact-text.ts";
import type { MimeBundle } from "../bundle.ts";
import { cellHtml } from "../cell/cell-html.ts";
import { readProperty, valueCell } from "../cell/value-cell.ts";
import { formatCount } from "../text/number-text.ts";
import { cutText } from "../text/visible-text.ts";
import { renderProperties } from "./properties.ts";

const maxProperties = 200;
const maxInspectedText = 40_000;

/** As a card, and as text the way `console.log` writes it. */
export function renderObject(value: Readonly<Record<string, unknown>>): MimeBundle {
  const rows = Object.keys(value)
    .slice(0, maxProperties)
    .map((key) => [key, cellHtml(valueCell(readProperty(value, key)))] as const);
  const late = Object.keys(value).find((key) => types.isPromise(readProperty(value, key)));
  const note =
    late === undefined ? "" : `\n${late} is a promise of a value: put await in front to have the value`;
  const { "text/plain": text } = renderInspected(value);
  return { ...renderProperties({ rows }), "text/plain": `${text}${note}` };
}

/** A promise says how its value is had: who shows one has forgotten to wait. */
export function renderPromise(value: Promise<unknown>): MimeBundle {
  const { "text/plain": state } = renderInspected(value);
  return { "text/plain": `${state}\nThis is a promise of a value: put await in front to have the value` };
}

/** Several promises, such as those of `tables.map((table) => table.count())`. */
export function renderPromises(values: readonly unknown[]): MimeBundle {
  const { "text/plain": states } = renderInspected(values);
  return {
    "text/plain": `${states}\nThese are promises of values: put await Promise.all(…) around them to have the values`,
  };
}

/** What `util.inspect` says of any value, within bounds. */
export function renderInspected(value: unknown): MimeBundle {
  const text = inspect(value, { depth: 4, maxArrayLength: 100, maxStringLength: 10_000, breakLength: 100 });
  const shown = redactStart(text, maxInspectedText);
  const hidden = text.length - maxInspectedText;
  if (hidden <= 0) return { "text/plain": shown };
  return { "text/plain": `${cutText(shown, maxInspectedText)}\n… ${formatCount(hidden)} more characters` };
}
