import { html, type SafeHtml } from "./html.ts";

/** Matches words where they stand alone, in any case; a script without spaces has no words that do. */
export function matchWords(words: readonly string[]): RegExp | undefined {
  const escaped = words
    .filter((word) => word.trim() !== "")
    .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  if (escaped.length === 0) return undefined;
  return new RegExp(
    `(?<![\\p{Script=Latin}\\p{N}])(?:${escaped.join("|")})(?![\\p{Script=Latin}\\p{N}])`,
    "giu",
  );
}

/** The text with what matches in bold, which every sanitiser keeps. */
export function markWords(text: string, marks: RegExp | undefined): SafeHtml {
  if (marks === undefined) return html`${text}`;
  const parts: (string | SafeHtml)[] = [];
  let end = 0;
  for (const match of text.matchAll(marks)) {
    parts.push(text.slice(end, match.index), html`<strong>${match[0]}</strong>`);
    end = match.index + match[0].length;
  }
  return html`${[...parts, text.slice(end)]}`;
}
