/** HTML and Markdown that a cell writes as a template. */
import { inspect } from "node:util";
import { describeValue } from "../check-options.ts";
import { displaySymbol, type MimeBundle } from "../display/bundle.ts";
import { escapeHtml } from "../display/html/html.ts";
import { DlfLanceError } from "../errors.ts";

/** A value in a template: text, which is escaped; markup, which is not; lists of both; `null` is left out. */
export type MarkupValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | Markup
  | null
  | undefined
  | MarkupValues;
type MarkupValues = readonly MarkupValue[];

/** Text that a notebook shows as HTML or Markdown. Made by {@link html} and {@link md}. */
export class Markup {
  readonly type: "text/html" | "text/markdown";
  readonly text: string;

  constructor(type: Markup["type"], text: string) {
    this.type = type;
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  [displaySymbol](): MimeBundle {
    return { [this.type]: this.text, "text/plain": this.text };
  }

  [inspect.custom](): string {
    return this.text;
  }
}

/**
 * HTML that a notebook shows. Values are escaped, in text and in attributes. Results of `html` stay markup, and
 * the items of a list are joined.
 *
 * ```ts
 * const names = ["a < b", "c"];
 * html`<ul>${names.map((name) => html`<li>${name}</li>`)}</ul>`;
 * ```
 */
export function html(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup("text/html", fill(strings, values, escapeHtml, keepInAttribute));
}

/**
 * Markdown that a notebook shows. Values are escaped; results of `md` and `html` stay markup.
 *
 * ```ts
 * const rows = 12;
 * md`**${rows}** rows of \`demo.sales\``;
 * ```
 */
export function md(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup("text/markdown", fill(strings, values, escapeMarkdown));
}

function fill(
  strings: TemplateStringsArray,
  values: readonly MarkupValue[],
  toText: (text: string) => string,
  keepInPlace = (text: string, _before: string, _behind: string) => text,
): string {
  const textOf = (value: MarkupValue): string => {
    if (value === null || value === undefined) return "";
    if (value instanceof Markup) return value.text;
    if (Array.isArray(value)) return (value as MarkupValues).map(textOf).join("");
    return toText(value instanceof Date ? value.toISOString() : String(value));
  };
  if (!Array.isArray(strings?.raw)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot make markup of ${describeValue(strings)}: html and md go before a template; write html\`<b>…</b>\``,
    );
  }
  return strings.reduce((before, piece, index) => {
    const [value, text] = [values[index - 1], textOf(values[index - 1])];
    return before + (value instanceof Markup ? text : keepInPlace(text, before, piece)) + piece;
  });
}

/** A tag that is not closed yet, in which no quotes are open, up to a value without quotes. */
const bareAttribute = /<[a-z](?:[^<>"']|"[^"]*"|'[^']*')*(?<=[\s"'])[^\s<>"'=]+\s*=\s*([^\s<>"']*)$/i;

/** Without quotes an attribute ends at the first space of its value. */
function keepInAttribute(text: string, before: string, behind: string): string {
  const begun = bareAttribute.exec(before)?.[1];
  if (begun === undefined) return text;
  const isWhole = begun === "" && /^(?:[\s>/]|$)/.test(behind);
  return isWhole ? `"${text}"` : text.replace(/\s/g, (space) => `&#${space.charCodeAt(0)};`);
}

/** CommonMark lets every sign of ASCII be escaped; a line that ends would begin a block. */
function escapeMarkdown(text: string): string {
  return text.replace(/[!-/:-@[-`{-~]/g, "\\$&").replace(/\s+/g, " ");
}
