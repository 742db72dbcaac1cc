/** Markup made by {@link html} holds no unescaped text; the parts written in the source are its only tags. */

/** Markup that is already safe to insert. Made by {@link html} and {@link raw} only. */
export class SafeHtml {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }

  toString(): string {
    return this.markup;
  }
}

export type HtmlPart = string | number | bigint | SafeHtml | readonly HtmlPart[] | undefined;

/** A tagged template: everything put in is escaped, for text and for quoted attributes, unless it is {@link SafeHtml}. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): SafeHtml {
  return new SafeHtml(strings.reduce((markup, text, index) => markup + toMarkup(parts[index - 1]) + text));
}

/** Declares markup safe as it stands. Only for text written in this package's own source. */
export function raw(markup: string): SafeHtml {
  return new SafeHtml(markup);
}

/** Most texts are made of these, which stand for themselves. */
const plainText = /^[\w .,:;()[\]{}#%/+*=|~^$@!?…·×-]*$/;

const namedEntities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/**
 * Text as it may stand between tags and inside a quoted attribute. What HTML cannot hold (control characters but tab
 * and newline, half surrogates) becomes U+FFFD.
 */
export function escapeHtml(text: string): string {
  if (plainText.test(text)) return text;
  return text.replace(
    /[&<>"'`]|\p{Surrogate}|(?![\t\n])\p{Cc}/gu,
    (found) => namedEntities[found] ?? "\ufffd",
  );
}

/** What a reader of the markup would read: tags dropped, entities resolved. */
export function htmlToText(safe: SafeHtml): string {
  const entities = new Map(Object.entries(namedEntities).map(([text, entity]) => [entity, text]));
  return safe.markup
    .replace(/<[^>]*>/g, "")
    .replace(/&(?:\w+|#\d+);/g, (entity) => entities.get(entity) ?? entity);
}

function toMarkup(part: HtmlPart): string {
  if (part === undefined) return "";
  if (part instanceof SafeHtml) return part.markup;
  if (typeof part === "object") return part.map(toMarkup).join("");
  return escapeHtml(String(part));
}
