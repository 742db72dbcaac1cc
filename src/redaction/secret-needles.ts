/**
 * What a secret looks like when it is written: for each of its characters, every spelling that common encodings
 * give it, so that a text which mixes them is found too.
 */

/** One way to write a secret, step by step. */
export interface Needle {
  readonly length: number;
  /** Any one of these may stand at the step. */
  spellings(step: number): readonly string[];
  /** What may stand before the step, which is not the first. */
  gap(step: number): Gap | undefined;
  /** So many steps are as good as all of them where the text is cut after them. */
  readonly beginning: number;
  /** Source of a pattern of what a cut leaves of the step after the last whole one. */
  readonly remainder: string;
}

/** Between two steps; `pattern` is sticky. */
export interface Gap {
  readonly pattern: RegExp;
  /** Sticky, to the text's end: what may become one when more follows. */
  readonly unfinished?: RegExp;
  /** What it may begin with. */
  readonly units: string;
  readonly isRequired: boolean;
}

/** A shorter text is not searched for: it would be found everywhere by chance. */
export const shortestSecret = 6;
/** A line of a secret counts as a secret from this length on. */
const shortestLine = 12;
/** Characters at its beginning that identify a secret. */
const tellingCharacters = 8;

/** Says what kind of secret it is, not which one, so it gives nothing away. */
const publicBeginning =
  /^(?:LTAI|STS\.|TMP\.|CAIS|AKIA|ASIA|eyJ(?:[\w-]*\.)?|sk-|xox[a-z]-|gh[a-z]_|github_pat_|(?:Bearer|Basic) |[A-Za-z][A-Za-z0-9+.-]*:\/\/|-----BEGIN [^\n]*-----\s*)+/;
const frameLine = /^-----(?:BEGIN|END) .*-----$/;

/** The needles of one secret and of its lines: as text in any escaping, as Base64, and as bytes in digits. */
export function needlesOf(secret: string): readonly Needle[] {
  if (secret.length < shortestSecret) return [];
  const text = secret.replace(/\r\n?/g, "\n");
  const lines = text.includes("\n") ? text.split("\n").map((line) => line.trim()) : [];
  const telling = lines.filter((line) => [...line].length >= shortestLine && !frameLine.test(line));
  const rounded = /^\d+$/.test(secret) ? spellRounded(secret) : [];
  return [text, ...telling, ...rounded].flatMap(needlesOfText);
}

/** What a number has left of a secret that is all digits. */
function spellRounded(digits: string): string[] {
  const number = Number(digits);
  if (!Number.isFinite(number)) return [];
  const spelled = [String(number), BigInt(number).toString()];
  return spelled.filter((text) => text !== digits && text.length >= shortestLine);
}

function needlesOfText(text: string): readonly Needle[] {
  const known = publicBeginning.exec(text)?.[0] ?? "";
  const bytes = Buffer.from(text, "utf8");
  // Of characters, not of bytes: a secret that is not ASCII has more bytes.
  const telling = Buffer.byteLength(known) + tellingCharacters;
  return [
    textNeedle([...text], [...known].length + tellingCharacters),
    ...base64Cores(bytes).map((core) => base64Needle(core, Math.ceil((telling * 8) / 6))),
    hexNeedle(bytes, telling),
    decimalNeedle(bytes, telling),
  ];
}

const digitGap: Gap = { pattern: /[,_'’ \u00a0\u202f]/y, units: ",_'’ \u00a0\u202f", isRequired: false };
/** After a line end stands what lays out the next line: an indentation, the quotes of a text in parts. */
const lineGap: Gap = {
  pattern: /(?:['"`+,\s]|&(?:#39|quot);)+/y,
  units: "'\"`+, \t\r\n&",
  isRequired: false,
};
const base64Gap: Gap = {
  pattern: /(?:[\r\n]|\\+[rn]|<br ?\/?>)+[ \t]*/y,
  unfinished: /(?:[\r\n]|\\+[rn]|<br ?\/?>)*(?:\\+|<b?r? ?\/?)$/y,
  units: "\r\n\\<",
  isRequired: false,
};
const hexGap: Gap = {
  pattern: /(?:[\s:,-]|\\+[rn])*(?:0x)?/y,
  unfinished: /(?:[\s:,-]|\\+[rn])*(?:0|\\+)$/y,
  units: " \t\r\n:,-\\0",
  isRequired: false,
};
/** Also the keys of bytes that became an object: `{"0":112,"1":97}`. */
const decimalGap: Gap = {
  pattern: /(?:[\s,]|\\+[rn])+(?:(?:\\*["']|&(?:#39|quot);)?\d{1,7}(?:\\*["']|&(?:#39|quot);)?\s*:\s*)?/y,
  unfinished: /(?:[\s,]|\\+[rn])+(?:\\*["']?|&[#\w]{0,5};?)\d{0,7}(?:\\*["']?|&[#\w]{0,5};?)\s*$/y,
  units: " \t\r\n,\\",
  isRequired: true,
};

function textNeedle(characters: readonly string[], beginning: number): Needle {
  const isNumber = characters.every((character) => /^\d$/.test(character));
  return {
    length: characters.length,
    spellings: (step) => spellingsOfCharacter(characters[step] ?? ""),
    gap: (step) => {
      if (isNumber) return digitGap;
      return characters[step - 1] === "\n" ? lineGap : undefined;
    },
    beginning,
    remainder: String.raw`%[0-9A-Fa-f]{0,4}|\\+[ux]?\{?[0-9A-Fa-f]{0,5}|&#?\w{0,6}`,
  };
}

function base64Needle(digits: string, beginning: number): Needle {
  return {
    length: digits.length,
    spellings: (step) => base64Spellings[digits[step] ?? ""] ?? [],
    gap: () => base64Gap,
    beginning,
    // A text that was cut before it was encoded has other digits at its end.
    remainder: "[A-Za-z0-9+/_-]?(?:=|%3[Dd]){0,2}",
  };
}

function hexNeedle(bytes: Buffer, beginning: number): Needle {
  return {
    length: bytes.length,
    spellings: (step) => hexOfByte[bytes[step] ?? 0] ?? [],
    gap: () => hexGap,
    beginning,
    remainder: String.raw`[\s:,-]?(?:0x)?[0-9A-Fa-f]?`,
  };
}

function decimalNeedle(bytes: Buffer, beginning: number): Needle {
  return {
    length: bytes.length,
    spellings: (step) => decimalOfByte[bytes[step] ?? 0] ?? [],
    gap: () => decimalGap,
    beginning,
    remainder: String.raw`[\s,]{0,4}\d{0,2}`,
  };
}

const htmlNames: Readonly<Record<string, readonly string[]>> = {
  "&": ["&amp;"],
  "<": ["&lt;"],
  ">": ["&gt;"],
  '"': ["&quot;"],
  "'": ["&apos;"],
};

/** As displays show what would break a line. */
const controlPictures: Readonly<Record<string, readonly string[]>> = {
  "\n": ["⏎", "␍⏎", "\r\n", "\\r\\n", "\\\\r\\\\n", "%0D%0A", "%0d%0a", "<br>", "<br/>", "<br />"],
  "\t": ["⇥"],
};

const characterSpellings = new Map<string, readonly string[]>();

function spellingsOfCharacter(character: string): readonly string[] {
  const known = characterSpellings.get(character);
  if (known !== undefined) return known;
  const found = [
    ...new Set([
      character,
      ...spellUrl(character),
      ...spellScript(character),
      ...spellHtml(character),
      ...(controlPictures[character] ?? []),
    ]),
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
  if (point < 256) spelled.push(...bothCases(point).map((digits) => `\\x${digits}`));
  if (/[^A-Za-z0-9\s]/.test(character)) spelled.push(`\\${character}`);
  return [...spelled, ...spelled.map((text) => JSON.stringify(text).slice(1, -1))];
}

function spellHtml(character: string): string[] {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  return [...(htmlNames[character] ?? []), `&#${point};`, `&#x${hex};`, `&#x${hex.toUpperCase()};`];
}

/** Both Base64 alphabets, and what a URL makes of their signs. */
const base64Spellings: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", (digit) => [digit, [digit]]),
  ),
  "+": ["+", "-", "%2B", "%2b", "\\u002b", "\\u002B"],
  "/": ["/", "_", "%2F", "%2f", "\\/", "\\u002f", "\\u002F"],
};

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

const hexOfByte = Array.from({ length: 256 }, (_, byte) => bothCases(byte));
const decimalOfByte = Array.from({ length: 256 }, (_, byte) => [String(byte)]);

function bothCases(value: number): string[] {
  const digits = value.toString(16).padStart(2, "0");
  return [...new Set([digits, digits.toUpperCase()])];
}
