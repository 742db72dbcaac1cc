/**
 * Puts the word `default` in quotes where it names a namespace, as in `default.orders`: every catalog has one of that
 * name, and to DuckDB the word alone is a keyword. Texts, quoted names and comments stay as they are.
 */
export function quoteDefault(text: string): string {
  const parts =
    /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|--[^\n]*|\/\*[\s\S]*?\*\/|[\p{L}_][\p{L}\p{N}_$]*/gu;
  return text.replace(parts, (part, _tag, at: number) =>
    /^default$/i.test(part) && /^\s*\./.test(text.slice(at + part.length)) ? '"default"' : part,
  );
}
