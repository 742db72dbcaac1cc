/** From the language server's completions to those a front end offers. */
import type { Completion, Completions } from "./checker.ts";
import type { Position } from "./problems.ts";

/** @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#completionItem */
export interface CompletionItem {
  readonly label: string;
  readonly kind?: number;
  readonly sortText?: string;
  readonly insertText?: string;
  /** Only of an item that was asked about again. */
  readonly detail?: string;
  readonly documentation?: string | { readonly value: string };
  /** What is typed for it, where that is another text. */
  readonly filterText?: string;
  readonly textEdit?: {
    readonly newText: string;
    readonly range: { readonly start: Position; readonly end: Position };
  };
}

/** By the protocol's numbers, from 1. */
const kinds = [
  "text",
  "method",
  "function",
  "constructor",
  // The server's word for what front ends call a property.
  "property",
  "variable",
  "class",
  "interface",
  "module",
  "property",
  "unit",
  "value",
  "enum",
  "keyword",
  "snippet",
  "color",
  "path",
  "reference",
  "path",
  "enum",
  "constant",
  "class",
  "event",
  "operator",
  "type",
];

const word = /[\p{ID_Continue}$#]*$/u;

/**
 * Chooses what begins with what is typed. A front end replaces one stretch of text, whichever it chooses: what would
 * replace another (`["a b"]` after a dot) is offered only where there is nothing else.
 *
 * @param toOffset finds a position of the server's in the code
 */
export function readCompletions(
  items: readonly CompletionItem[],
  code: string,
  offset: number,
  toOffset: (position: Position) => number,
): Completions {
  const ownStart = offset - (word.exec(code.slice(0, offset))?.[0].length ?? 0);
  const placed = items.map((item) => {
    const start = item.textEdit === undefined ? ownStart : toOffset(item.textEdit.range.start);
    const text = item.textEdit?.newText ?? item.insertText ?? item.label;
    const typed = start === ownStart ? text : (item.filterText ?? text);
    return { start, text, typed, kind: kinds[(item.kind ?? 0) - 1] ?? "", rank: item.sortText ?? item.label };
  });
  const start = placed.reduce((latest, item) => Math.max(latest, item.start), 0);
  const typed = code.slice(start, offset);
  // Where any text may stand, the half-written one is offered as well.
  const isEcho = (offered: number): boolean =>
    typed === "" || (offered > 1 && /["'`]/.test(code.charAt(start - 1)));
  const matches = placed
    // The documents of cells lie next to the notebook's files, and their names next to a cell's.
    .filter(({ text }) => !text.startsWith("~") && !text.includes("ː"))
    .filter((item) => item.start === start && item.typed.toLowerCase().startsWith(typed.toLowerCase()))
    .filter((item, _, { length }) => item.text !== typed || !isEcho(length))
    .sort(
      (a, b) =>
        isOtherCase(a.text, typed) - isOtherCase(b.text, typed) ||
        compare(a.rank, b.rank) ||
        compare(a.text, b.text),
    )
    .map(({ text, kind }): Completion => ({ text, kind }));
  return matches.length === 0 ? { start: offset, end: offset, matches } : { start, end: offset, matches };
}

function isOtherCase(text: string, typed: string): number {
  return text.startsWith(typed) ? 0 : 1;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
