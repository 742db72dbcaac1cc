/** Why a search for text found nothing, when the index could not have found it. */
import type * as LanceDb from "@lancedb/lancedb";
import { DlfLanceError } from "../../errors.ts";
import { translateNativeError } from "./native-error.ts";

/** Scripts that put no spaces between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** A sentence of seven characters that any tokenizer who knows words makes at least two of. */
const sentence = "我爱北京天安门";
const letters = "abcdefghij";

/**
 * Looks, after a search that found nothing, whether rows hold the text all the same.
 * @throws DlfLanceError InvalidInput when they do and the index's tokenizer is why they were not found
 */
export async function explainNoMatch(
  name: string,
  table: LanceDb.Table,
  text: string,
  columns: readonly string[] | null,
  filter: string | undefined,
): Promise<void> {
  await translateNativeError(`search ${name}`, async () => {
    for (const { column, index } of await findTextIndices(table, columns)) {
      const problem = await findProblem(table, index, text);
      if (problem === undefined || !(await holdsAny(table, column, problem.words, filter))) continue;
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot search ${name} for ${JSON.stringify(text)}: rows hold it, but ${problem.reason}; ${problem.next}`,
      );
    }
  });
}

async function findTextIndices(
  table: LanceDb.Table,
  columns: readonly string[] | null,
): Promise<{ column: string; index: string }[]> {
  const indices = await table.listIndices();
  return indices
    .filter(({ indexType }) => indexType === "FTS")
    .map(({ name: index, columns: [column = ""] }) => ({ column, index }))
    .filter(({ column }) => columns === null || columns.includes(column));
}

interface Problem {
  readonly words: readonly string[];
  readonly reason: string;
  readonly next: string;
}

async function findProblem(table: LanceDb.Table, index: string, text: string): Promise<Problem | undefined> {
  const tokenize = async (words: string) =>
    (await table.tokenize(words, { indexName: index })).map((token) => token.text);
  const words = text.split(/\s+/).filter((word) => word !== "");
  const pieces = await tokenize(letters);
  if ((await tokenize(text)).length === 0) {
    const shortest = Math.min(...pieces.map((piece) => piece.length));
    return pieces.length > 1
      ? {
          words,
          reason: `the n-grams of index ${index} have ${shortest} characters or more`,
          next: 'search for a longer text, or create the index again with { tokenizer: "ngram", ngramMinLength: 2 }',
        }
      : {
          words,
          reason: `index ${index} leaves out all its words`,
          next: "create it again with { removeStopWords: false }",
        };
  }
  const foreign = words.filter((word) => unspaced.test(word));
  if (foreign.length === 0 || pieces.length > 1 || (await tokenize(sentence)).length > 1) return undefined;
  return {
    words: foreign,
    reason: `index ${index} cuts text at spaces, which this script has none of`,
    next: 'create it again with { tokenizer: "icu" }',
  };
}

async function holdsAny(
  table: LanceDb.Table,
  column: string,
  words: readonly string[],
  filter: string | undefined,
): Promise<boolean> {
  const held = words.map(
    (word) => `contains(lower(\`${column}\`), '${word.toLowerCase().replaceAll("'", "''")}')`,
  );
  const condition = `(${held.join(" OR ")})${filter === undefined ? "" : ` AND (${filter})`}`;
  const rows = await table.query().where(condition).select([column]).limit(1).toArray();
  return rows.length > 0;
}
