/**
 * What may stand in the place of a word is the same however much of the word is written: the server is asked once a
 * word, as editors ask it, and not after each key. Each new text is a new program to it.
 */
import type { CompletionItem } from "./completions.ts";

/** A cursor in the text of a draft. */
export interface Cursor {
  readonly text: string;
  readonly offset: number;
}

export interface WordMemory {
  /** What was answered for the word that the cursor is in. */
  recall(cursor: Cursor, revision: number): readonly CompletionItem[] | undefined;
  /** @param revision that of all else that the answer depends on */
  keep(cursor: Cursor, revision: number, items: readonly CompletionItem[]): void;
}

const wordBefore = /[\p{ID_Continue}$]*$/u;
/** Files come and go without a word to the server. */
const inModuleName = /\b(?:from|import|require)\b[^;\n]*["'`][^"'`\n]*$/;

/** One word may take two questions: what may stand there, and what columns its frame has. The third is about a cell without text. */
const mostKept = 3;

export function createWordMemory(): WordMemory {
  let kept: readonly { readonly key: string; readonly items: readonly CompletionItem[] }[] = [];

  return {
    recall: (cursor, revision) => {
      const key = keyOf(cursor, revision);
      return kept.find((answer) => answer.key === key)?.items;
    },
    keep: (cursor, revision, items) => {
      const key = keyOf(cursor, revision);
      if (key !== undefined && items.length > 0) kept = [{ key, items }, ...kept].slice(0, mostKept);
    },
  };
}

/** Undefined where more of a word may mean something else: in a number, or in the name of a file. */
function keyOf({ text, offset }: Cursor, revision: number): string | undefined {
  const typed = wordBefore.exec(text.slice(0, offset))?.[0] ?? "";
  const before = text.slice(0, offset - typed.length);
  if (/^\d/.test(typed) || inModuleName.test(before)) return undefined;
  return JSON.stringify([revision, before, text.slice(offset)]);
}
