/** The settings of an index for text: checked, and completed where the native library's own choice would lose words. */
import { checkChoice } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import type { IndexKind } from "../../table/native/table-indices.ts";

type TextIndexKind = Extract<IndexKind, { readonly type: "fts" }>;

/** Tokenizers by their whole name, and those that a dictionary of theirs follows. */
const tokenizers = ["simple", "whitespace", "raw", "ngram", "icu", "icu/split"] as const;
const withDictionary = /^(?:jieba|lindera)(?:\/.+)?$/;

/** @throws DlfLanceError InvalidInput for settings that the native library refuses or passes over in silence */
export function checkTextSettings(kind: TextIndexKind, action: string): void {
  const { tokenizer, ngramMinLength, ngramMaxLength, prefixOnly } = kind;
  if (tokenizer !== undefined && !withDictionary.test(tokenizer))
    checkChoice(tokenizer, tokenizers as readonly string[], "tokenizer", action);
  if (tokenizer !== "ngram") {
    const [setting] = Object.entries({ ngramMinLength, ngramMaxLength, prefixOnly }).find(
      ([, value]) => value !== undefined,
    ) ?? [undefined];
    if (setting === undefined) return;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${setting} is a setting of n-grams; pass { tokenizer: "ngram" } too, or leave it out`,
    );
  }
  if (ngramMinLength !== undefined && ngramMaxLength !== undefined && ngramMinLength > ngramMaxLength) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ngramMinLength is ${ngramMinLength} and ngramMaxLength is ${ngramMaxLength}; pass the lower one as ngramMinLength`,
    );
  }
}

/** How many rows are looked at, all over the table, for the scripts of their texts. */
const sampleSize = 1_000;
const foreignLetter = /(?!\p{Script=Latin})\p{L}/u;

/** The settings with what is left out of them: where that depends on the texts, some of them are looked at. */
export async function completeTextSettings(
  handle: LanceTable,
  column: string,
  kind: TextIndexKind,
): Promise<TextIndexKind> {
  const isForeign = kind.tokenizer === undefined && (await holdsForeignText(handle, column));
  return keepWords(completeLengths(isForeign ? { ...kind, tokenizer: "icu" } : kind));
}

/** Whether there are texts in other scripts than Latin, which are not cut at spaces and punctuation alone. */
async function holdsForeignText(handle: LanceTable, column: string): Promise<boolean> {
  const rows = await handle.countRows();
  const step = Math.max(1, rows / sampleSize);
  const offsets = Array.from({ length: Math.min(rows, sampleSize) }, (_, index) => Math.floor(index * step));
  for await (const batch of handle.rows.take(offsets, { columns: [column] })) {
    for (const text of batch.getChildAt(0) ?? []) {
      if (foreignLetter.test(String(text ?? ""))) return true;
    }
  }
  return false;
}

const usualLength = 3;

/** One length given alone moves the other one, which is 3, out of its way. */
function completeLengths(kind: TextIndexKind): TextIndexKind {
  const { ngramMinLength: least, ngramMaxLength: most } = kind;
  if (least === undefined && most === undefined) return kind;
  return {
    ...kind,
    ngramMinLength: least ?? Math.min(usualLength, most ?? usualLength),
    ngramMaxLength: most ?? Math.max(usualLength, least ?? usualLength),
  };
}

/**
 * Stop words stay where leaving them out loses rows in silence: with `icu` they are those of all languages, such as the
 * Danish "dog", and a phrase is looked for without them.
 */
function keepWords(kind: TextIndexKind): TextIndexKind {
  const { tokenizer, language, withPosition, removeStopWords } = kind;
  if (removeStopWords !== undefined) return kind;
  const isOfAll = tokenizer?.startsWith("icu") === true && language === undefined;
  return isOfAll || withPosition ? { ...kind, removeStopWords: false } : kind;
}
