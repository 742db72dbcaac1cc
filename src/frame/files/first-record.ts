/**
 * The values of the first line of CSV, which may hold line feeds between quotes.
 * @returns undefined where the text ends before the line does.
 */
export function readFirstRecord(
  text: string,
  delimiter: string,
  isWhole: boolean,
): readonly string[] | undefined {
  const values: string[] = [];
  let value = "";
  let at = 0;
  while (at < text.length) {
    if (text[at] === '"' && value === "") {
      const end = findQuote(text, at + 1);
      if (end === undefined) return undefined;
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
      continue;
    }
    const character = text[at];
    if (character === "\n" || character === "\r") return [...values, value];
    if (character === delimiter) {
      values.push(value);
      value = "";
    } else value += character;
    at += 1;
  }
  if (!isWhole) return undefined;
  return text === "" ? [] : [...values, value];
}

/** The quote that ends a value: one that no other follows. */
function findQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (at + 1 === text.length) return at;
    if (text[at + 1] !== '"') return at;
  }
  return undefined;
}
