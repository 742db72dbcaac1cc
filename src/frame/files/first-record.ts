/** What stands between two lines; "" at the end of a file. */
export type LineBreak = "\n" | "\r\n" | "\r" | "";

/** The first line of CSV. Its values may hold line breaks between quotes. */
export interface FirstRecord {
  readonly values: readonly string[];
  readonly lineBreak: LineBreak;
  /** The first line break of all, which may be one within a value. */
  readonly firstBreak: LineBreak;
}

/** @returns undefined where the text ends before the line does. */
export function readFirstRecord(text: string, delimiter: string, isWhole: boolean): FirstRecord | undefined {
  const record = (values: readonly string[], end: number): FirstRecord => ({
    values,
    lineBreak: lineBreakAt(text, end),
    firstBreak: lineBreakAt(text, text.search(/[\r\n]/)),
  });
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
    // The other half may follow.
    if (character === "\r" && at + 1 === text.length && !isWhole) return undefined;
    if (character === "\n" || character === "\r") return record([...values, value], at);
    if (character === delimiter) {
      values.push(value);
      value = "";
    } else value += character;
    at += 1;
  }
  if (!isWhole) return undefined;
  return record(text === "" ? [] : [...values, value], text.length);
}

function lineBreakAt(text: string, place: number): LineBreak {
  return (/^(?:\r\n|\n|\r)/.exec(place < 0 ? "" : text.slice(place, place + 2))?.[0] ?? "") as LineBreak;
}

/** The quote that ends a value: one that no other follows. */
function findQuote(text: string, from: number): number | undefined {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (at + 1 === text.length) return at;
    if (text[at + 1] !== '"') return at;
  }
  return undefined;
}
