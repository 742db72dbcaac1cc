/** What to write where a column has the name of a keyword, of which DuckDB's parser says only that something is wrong nearby. */
import { computeText } from "./compute-text.ts";
import { quoteName } from "./quote-name.ts";

interface Token {
  readonly text: string;
  readonly at: number;
}

const tokens =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}_][\p{L}\p{N}_$]*|\d[\w.]*|\S/gu;
/** What stands before and behind an operand, where a keyword in its own sense would have more to say. */
const before = /^(?:[,(.=<>+*/-]|select|distinct|where|and|or|not|on|by|as|when|then|else|having)$/i;
const behind = /^(?:[,);.=<>+*/-]|from|where|and|or|is|in|between|like|asc|desc|then|else|end|as|limit)$/i;

/**
 * The advice to quote the names that make the statement one, or undefined where quotes do not help.
 * @param parses whether a text is a statement
 */
export async function adviseOnKeywords(
  text: string,
  parses: (text: string) => Promise<boolean>,
): Promise<string | undefined> {
  const operands = findOperands(text);
  const keywords = await keepKeywords(operands);
  const found = operands.filter(({ text }) => keywords.has(text.toLowerCase()));
  for (const one of found) {
    if (await parses(quote(text, [one]))) return advise([one.text]);
  }
  if (found.length > 1 && (await parses(quote(text, found)))) {
    return advise([...new Set(found.map((token) => token.text))]);
  }
  return undefined;
}

function findOperands(text: string): readonly Token[] {
  const all = [...text.matchAll(tokens)]
    .map((match): Token => ({ text: match[0], at: match.index }))
    .filter((token) => !/^(?:--|\/\*)/.test(token.text));
  return all.filter(({ text: word }, index) => {
    const [previous, next] = [all[index - 1]?.text ?? "", all[index + 1]?.text ?? ";"];
    return /^[\p{L}_]/u.test(word) && before.test(previous) && behind.test(next);
  });
}

async function keepKeywords(operands: readonly Token[]): Promise<ReadonlySet<string>> {
  if (operands.length === 0) return new Set();
  const words = operands.map(({ text }) => text.toLowerCase()).join(" ");
  const kept = await computeText(
    "(SELECT string_agg(keyword_name, ' ') FROM duckdb_keywords() WHERE keyword_category <> 'unreserved' AND list_contains(string_split($1, ' '), keyword_name))",
    words,
    "read SQL",
  );
  return new Set(kept.split(" "));
}

function quote(text: string, names: readonly Token[]): string {
  let [quoted, end] = ["", 0];
  for (const { text: name, at } of names) {
    quoted += text.slice(end, at) + quoteName(name);
    end = at + name.length;
  }
  return quoted + text.slice(end);
}

function advise(names: readonly string[]): string {
  const [first = ""] = names;
  return names.length === 1
    ? `${first} is a keyword; a column of that name stands in double quotes, as ${quoteName(first)}`
    : `${names.join(" and ")} are keywords; columns of these names stand in double quotes, as ${quoteName(first)}`;
}
