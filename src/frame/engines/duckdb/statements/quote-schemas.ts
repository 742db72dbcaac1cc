/** What DuckDB calls the schema `information_schema` of a lake: it has its own under that name, which takes no tables. */
export const catalogSchema = "information schema";

const quoted: Readonly<Record<string, string>> = {
  default: '"default"',
  information_schema: `"${catalogSchema}"`,
};

/**
 * Puts the names of two namespaces in quotes: `default`, as in `default.orders`, which every catalog has and which is a
 * keyword to DuckDB, and `information_schema`. Texts, quoted names and comments stay as they are.
 */
export function quoteSchemas(text: string): string {
  const parts =
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}_][\p{L}\p{N}_$]*/gu;
  return text.replace(parts, (part, _tag, at: number) => {
    const name = part.toLowerCase();
    const isNamed = Object.hasOwn(quoted, name) && /^\s*\./.test(text.slice(at + part.length));
    return isNamed ? (quoted[name] ?? part) : part;
  });
}
