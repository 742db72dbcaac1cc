/**
 * What a secret looks like when it is written: for each of its characters, every spelling that common encodings
 * give it, so that a text which mixes them is found too.
 */

/** For each step, the spellings any one of which may stand there. */
export type Needle = readonly (readonly string[])[];

/** A shorter text is not searched for: it would be found everywhere by chance. */
export const shortestSecret = 6;

/** The needles of one secret: as text in any escaping, as Base64 at each of its three alignments, as hex. */
export function needlesOf(secret: string): readonly Needle[] {
  if (secret.length < shortestSecret) return [];
  const bytes = Buffer.from(secret, "utf8");
  return [
    [...secret].map(spellingsOfCharacter),
    ...base64Cores(bytes).map((core) => [...core].map(spellingsOfBase64)),
    [...bytes].map(spellingsOfByte),
  ];
}

const htmlNames: Readonly<Record<string, readonly string[]>> = {
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;"],
  "'": ["&apos;"],
};

const characterSpellings = new Map<string, readonly string[]>();

function spellingsOfCharacter(character: string): readonly string[] {
  const known = characterSpellings.get(character);
  if (known !== undefined) return known;
  const found = [
    ...new Set([character, ...spellUrl(character), ...spellScript(character), ...spellHtml(character)]),
  ];
  characterSpellings.set(character, found);
  return found;
}

/** Percent encoding, once and twice over, and the plus sign of forms. */
function spellUrl(character: string): string[] {
  const hex = [...Buffer.from(character, "utf8")].map((byte) => byte.toString(16).padStart(2, "0"));
  const spelled = ["%", "%25"].flatMap((sign) => {
    const lower = hex.map((digits) => sign + digits).join("");
    return [lower, hex.map((digits) => sign + digits.toUpperCase()).join("")];
  });
  return character === " " ? [...spelled, "+"] : spelled;
}

/** JSON, once and twice over, and the escapes of JavaScript and Python string literals. */
function spellScript(character: string): string[] {
  const json = JSON.stringify(character).slice(1, -1);
  const units = Array.from({ length: character.length }, (_, index) => character.charCodeAt(index));
  const unicode = units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("");
  const point = character.codePointAt(0) ?? 0;
  const spelled = [
    json,
    unicode,
    unicode.toUpperCase().replaceAll("\\U", "\\u"),
    `\\u{${point.toString(16)}}`,
  ];
  if (point < 256) spelled.push(...bothCases(point, (digits) => `\\x${digits}`));
  if (/[^A-Za-z0-9\s]/.test(character)) spelled.push(`\\${character}`);
  return [...spelled, ...spelled.map((text) => JSON.stringify(text).slice(1, -1))];
}

function spellHtml(character: string): string[] {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  return [...(htmlNames[character] ?? []), `&#${point};`, `&#x${hex};`, `&#x${hex.toUpperCase()};`];
}

/** Both Base64 alphabets, and what a URL makes of their signs. */
function spellingsOfBase64(digit: string): readonly string[] {
  if (digit === "+") return ["+", "-", "%2B", "%2b", "\\u002b", "\\u002B"];
  if (digit === "/") return ["/", "_", "%2F", "%2f", "\\/", "\\u002f", "\\u002F"];
  return [digit];
}

/**
 * The Base64 digits that the bytes alone decide, for each place they may have in a longer text: the digits that
 * they share with their neighbours are left out.
 */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

const byteSpellings = new Map<number, readonly string[]>();

/** Hex digits, also as a dump separates them. */
function spellingsOfByte(byte: number, index: number): readonly string[] {
  if (index === 0) return spellByte(byte, [""]);
  const known = byteSpellings.get(byte);
  if (known !== undefined) return known;
  const found = spellByte(byte, ["", " ", ":", "-", ", ", ",", "\n"]);
  byteSpellings.set(byte, found);
  return found;
}

function spellByte(byte: number, separators: readonly string[]): string[] {
  return separators.flatMap((separator) =>
    ["", "0x"].flatMap((sign) => bothCases(byte, (digits) => separator + sign + digits)),
  );
}

function bothCases(value: number, write: (digits: string) => string): string[] {
  const digits = value.toString(16).padStart(2, "0");
  return [...new Set([write(digits), write(digits.toUpperCase())])];
}
