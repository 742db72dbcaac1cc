/** Names inside the quotes of a text: with its escapes, and as they are. */

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  0: "\0",
};

/** What the characters between two quotes stand for. An escape that is half written stands for nothing yet. */
export function readEscapes(written: string): string {
  return written.replace(
    /\\(?:u\{([\da-fA-F]+)\}|u([\da-fA-F]{4})|x([\da-fA-F]{2})|(\r\n|[\s\S])|$)/g,
    (_, braced?: string, long?: string, short?: string, character = "") => {
      const code = braced ?? long ?? short;
      if (code !== undefined)
        return Number.parseInt(code, 16) > 0x10ffff ? "" : String.fromCodePoint(Number.parseInt(code, 16));
      return /[\r\n]/.test(character) ? "" : (escapes[character] ?? character);
    },
  );
}

/** The characters that stand for a text between such quotes. */
export function writeEscapes(text: string, quote: string): string {
  const escaped = text
    .replaceAll("\\", "\\\\")
    .replaceAll(quote, `\\${quote}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return quote === "`" ? escaped.replaceAll("${", "\\${") : escaped;
}
