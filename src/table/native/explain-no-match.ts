/** Why a search for text found nothing, when the index could not have found it. */
import type * as LanceDb from "@lancedb/lancedb";
import { DlfLanceError } from "../../errors.ts";
import { encloseSql } from "./enclose-sql.ts";
import { translateNativeRead } from "./native-error.ts";

/** Scripts that put no spaces between words, and Korean, which writes particles onto them: a word stands within others. */
const joined =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Hangul}]/u;
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
/** A sentence of seven characters that any tokenizer who knows words makes at least two of. */
const sentence = "我爱北京天安门";
const letters = "abcdefghij";
/** In UTF-8 bytes: words this long, and longer ones, are in no index but of n-grams. */
const leftOutBytes = 40;
/** How many rows that hold a word are looked at, and how many of their words are named. */
const mostRows = 256;
const namedWords = 3;

/**
 * Looks, after a search that found nothing, whether rows hold one of its words all the same.
 * @throws DlfLanceError InvalidInput when they do and the index's tokenizer is why they were not found
 */
export async function explainNoMatch(
  name: string,
  table: LanceDb.Table,
  text: string,
  columns: readonly string[] | null,
  filter: string | undefined,
): Promise<void> {
  await translateNativeRead(`search ${name}`, async () => {
    for (const { column, index } of await findTextIndices(table, columns)) {
      const tokenize = createTokenizer(table, index);
      for (const word of new Set(text.split(/\s+/).filter((each) => each !== ""))) {
        const problem = await findProblem(word, { column, index }, tokenize, () =>
          readHolding(table, column, word, filter),
        );
        if (problem === undefined) continue;
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot search ${name} for ${JSON.stringify(text)}: rows hold ${word === text ? "it" : JSON.stringify(word)}, but ${problem}`,
        );
      }
    }
  });
}

type Tokenize = (text: string) => Promise<readonly string[]>;

function createTokenizer(table: LanceDb.Table, index: string): Tokenize {
  return async (text) => (await table.tokenize(text, { indexName: index })).map((token) => token.text);
}

interface TextIndex {
  readonly column: string;
  readonly index: string;
}

async function findTextIndices(
  table: LanceDb.Table,
  columns: readonly string[] | null,
): Promise<TextIndex[]> {
  const indices = await table.listIndices();
  return indices
    .filter(({ indexType }) => indexType === "FTS")
    .map(({ name: index, columns: [column = ""] }) => ({ column, index }))
    .filter(({ column }) => columns === null || columns.includes(column));
}

/** What keeps a word from being found in rows that hold it, and what helps; undefined where nothing does. */
async function findProblem(
  word: string,
  { column, index }: TextIndex,
  tokenize: Tokenize,
  readRows: () => Promise<readonly string[]>,
): Promise<string | undefined> {
  const again = (settings: string) =>
    `createIndex(${JSON.stringify(column)}, { type: "fts", ${settings} }, { replace: true })`;
  const tokens = await tokenize(word);
  const pieces = await tokenize(letters);
  const ngrams = again(`tokenizer: "ngram", ngramMinLength: ${Math.min(2, [...word].length)}`);
  for (const row of await readRows()) {
    if (tokens.length === 0) {
      const shortest = Math.min(...pieces.map((piece) => piece.length));
      if (pieces.length > 1)
        return `the n-grams of index ${index} have ${shortest} characters or more; search for a longer text, or create the index again, with ${ngrams}`;
      return Buffer.byteLength(word) >= leftOutBytes
        ? `index ${index} leaves out words of ${leftOutBytes} bytes or more; create it again, with ${ngrams}`
        : `index ${index} leaves out this word; create it again, with ${again("removeStopWords: false")}`;
    }
    const held = await tokenize(row);
    if (pieces.length > 1 || !standsIn(row, word) || tokens.some((token) => held.includes(token))) continue;
    if (unspaced.test(word) && (await tokenize(sentence)).length === 1)
      return `index ${index} cuts text at spaces, which this script has none of; create it again, with ${again('tokenizer: "icu"')}`;
    const named = held.slice(0, namedWords).map((token) => JSON.stringify(token));
    const cut = `index ${index} cuts their text into ${named.join(", ")}${held.length > namedWords ? ", …" : ""}`;
    return joined.test(word)
      ? `${cut}; search for one of these, or create the index again, with ${ngrams}`
      : `${cut}; search for one of these, or create the index again, with ${again('tokenizer: "simple"')}`;
  }
  return undefined;
}

/** Whether a row holds the word as one: in most scripts not within a longer one. */
function standsIn(row: string, word: string): boolean {
  if (joined.test(word)) return true;
  const [text, part] = [row.toLowerCase(), word.toLowerCase()];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    const [before, after] = [text.slice(0, at), text.slice(at + part.length)];
    if (!/[\p{L}\p{N}]$/u.test(before) && !/^[\p{L}\p{N}]/u.test(after)) return true;
  }
  return false;
}

/** Texts of rows that hold the word, in letters of either case. */
async function readHolding(
  table: LanceDb.Table,
  column: string,
  word: string,
  filter: string | undefined,
): Promise<readonly string[]> {
  const held = `contains(lower(\`${column}\`), '${word.toLowerCase().replaceAll("'", "''")}')`;
  const condition = filter === undefined ? held : `${held} AND ${encloseSql(filter)}`;
  const rows = await table.query().where(encloseSql(condition)).select([column]).limit(mostRows).toArray();
  return rows.map((row) => String(row[column]));
}
