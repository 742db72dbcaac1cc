/**
 * Names at the beginning of a statement, without a question to the server: for that each new text is a new program. All
 * names but those of the cell itself are the same until another cell has run, and its own are read from its text.
 */
import type { CellSource, DeclarationKind } from "../source/cell-source.ts";
import { isClosed, readTokens } from "../source/draft-tokens.ts";
import type { CompletionItem } from "./completions.ts";

const word = /(?:[\p{ID_Start}$_][\p{ID_Continue}$]*)?$/u;
const openComment = /\/\/[^\n]*$|\/\*(?:(?!\*\/)[\s\S])*$/;

/** Whether a statement of the cell itself begins with the word before the cursor. False where that is not sure. */
export function beginsStatement(code: string, offset: number): boolean {
  const start = offset - (word.exec(code.slice(0, offset))?.[0].length ?? 0);
  const before = code.slice(0, start);
  const tokens = readTokens(before);
  const isInside = tokens.some(
    (token) => token.partner === undefined && /^[([{]/.test(before.slice(token.start, token.end)),
  );
  const last = tokens.at(-1);
  const between = before.slice(last?.end ?? 0);
  if (isInside || openComment.test(between)) return false;
  if (last === undefined) return true;
  const text = before.slice(last.start, last.end);
  if (text === ";") return true;
  if (!between.includes("\n")) return false;
  return last.kind === "number" || text === ")" || text === "]" || isClosed(text);
}

/** By the protocol's numbers. */
const kinds: Partial<Record<DeclarationKind, number>> = {
  let: 6,
  const: 6,
  function: 3,
  class: 7,
  enum: 13,
  namespace: 9,
};

/** As the server ranks names that are nearer than global ones. */
const nearRank = "11";

/**
 * What may stand there.
 *
 * @param others the names that a cell without text has
 * @returns undefined where the server knows better
 */
export function namesInScope(
  { names, isParsed }: Pick<CellSource, "names" | "isParsed">,
  others: readonly CompletionItem[],
): readonly CompletionItem[] | undefined {
  if (!isParsed) return undefined;
  const own: CompletionItem[] = [];
  for (const [label, { kind, isType }] of names) {
    if (isType) continue;
    const number = kinds[kind];
    if (number === undefined) return undefined;
    own.push({ label, kind: number, sortText: nearRank });
  }
  return [...others.filter(({ label }) => !names.has(label)), ...own];
}
