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
  /** Whether it is a list of numbers, which does not begin inside of one. */
  readonly isNumbers?: true;
  /** Source of a pattern of what a cut leaves of the step after the last whole one. */
  readonly remainder: string;
}

/** Between two steps. */
export interface Gap {
  /** Sticky. */
  readonly pattern: RegExp;
  /** Whether a break of the text may stand instead: see `text-breaks.ts`. */
  readonly isBreakable?: true;
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
/** Bytes that somebody may take for one number: a longer one takes long to write in decimal digits. */
const longestNumber = 512;
/** Characters at its beginning that identify a secret. */
const tellingCharacters = 8;

/** Says what kind of secret it is, not which one, so it gives nothing away. */
const publicBeginning =
  /^(?:LTAI|STS\.|TMP\.|CAIS|AKIA|ASIA|eyJ(?:[\w-]*\.)?|sk-|xox[a-z]-|gh[a-z]_|github_pat_|(?:Bearer|Basic) |[A-Za-z][A-Za-z0-9+.-]*:\/\/|-----BEGIN [^\n]*-----\s*)+/;
const frameLine = /^-----(?:BEGIN|END) .*-----$/;

/** The needles of one secret and of its lines: as text in any escaping, as Base64, and as bytes in digits. */
export function needlesOf(secret: string): readonly Needle[] {
  if (secret.length < shortestSecret) return [];
  const rounded = /^\d+$/.test(secret) ? spellRounded(secret) : [];
  const texts = [...textsOf(secret), ...rounded];
  return [...texts, ...texts.flatMap(misread)].flatMap(needlesOfText);
}

/** A secret and the lines of it that are secret by themselves. */
export function textsOf(secret: string): readonly string[] {
  const text = secret.replace(/\r\n?/g, "\n");
  const lines = text.includes("\n") ? text.split("\n").map((line) => line.trim()) : [];
  return [text, ...lines.filter((line) => [...line].length >= shortestLine && !frameLine.test(line))];
}

/** Bytes at the beginning of a secret that say what kind of secret it is. */
export function countPublicBytes(text: string): number {
  return Buffer.byteLength(publicBeginning.exec(text)?.[0] ?? "");
}

const windows1252 = new TextDecoder("windows-1252");

/**
 * What a text that is not ASCII becomes where its accents are composed, decomposed or left out, and where its bytes are
 * read in another encoding. Of what loses characters, only what is left telling.
 */
function misread(text: string): readonly string[] {
  if (isAscii(text)) return [];
  const bytes = Buffer.from(text, "utf8");
  const kept = [
    ...["NFC", "NFD", "NFKC", "NFKD"].map((form) => text.normalize(form)),
    bytes.toString("latin1"),
    windows1252.decode(bytes),
  ];
  const lossy = [
    text.normalize("NFKD").replace(/\p{M}/gu, ""),
    bytes.toString("ascii"),
    Buffer.from(text, "latin1").toString("utf8"),
    text.replace(/[^\0-\x7f]/gu, "?"),
    text.replace(/[^\0-\x7f]/g, "?"),
    text.replace(/[^\0-\x7f]/gu, ""),
  ].filter((found) => found.replace(/[^!-~]|\?/g, "").length >= tellingCharacters);
  return [...new Set([...kept, ...lossy])].filter(
    (found) => found !== text && found.length >= shortestSecret,
  );
}

/** No character beyond U+007F. */
function isAscii(text: string): boolean {
  return Buffer.byteLength(text) === text.length;
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
  const beginning = [...known].length + tellingCharacters;
  const cases = [text.toLowerCase(), text.toUpperCase()].filter((other) => other !== text);
  const wide = Buffer.from(text, "utf16le");
  const wideBig = Buffer.from(wide).swap16();
  return [
    textNeedle([...text], beginning),
    ...cases.map((other) => textNeedle([...other], beginning)),
    ...bytesNeedles(wide, 2 * telling),
    decimalNeedle([...wide], 2 * telling),
    ...bytesNeedles(wideBig, 2 * telling),
    decimalNeedle([...wideBig], 2 * telling),
    ...bigIntegerNeedles(bytes, telling),
    apartNeedle([...text], beginning),
    plainNeedle([...text], beginning, listGap),
    ...bytesNeedles(bytes, telling),
    decimalNeedle([...bytes], telling),
    ...(isAscii(text) ? [] : otherNeedles(text, telling)),
  ];
}

function bytesNeedles(bytes: Buffer, telling: number): readonly Needle[] {
  const cores = base64Cores(bytes).map((core) => base64Needle(core, Math.ceil((telling * 8) / 6)));
  return [...cores, hexNeedle(bytes, telling)];
}

/** The bytes as one whole number, in either order. */
function bigIntegerNeedles(bytes: Buffer, telling: number): readonly Needle[] {
  const reversed = Buffer.from(bytes).reverse();
  const digitsOf = (order: Buffer) => [...BigInt(`0x${order.toString("hex")}`).toString()];
  const digits = bytes.length > longestNumber ? [] : [digitsOf(bytes), digitsOf(reversed)];
  // A byte has 2.41 decimal digits.
  return [
    hexNeedle(reversed, telling),
    ...digits.map((each) => plainNeedle(each, Math.ceil(telling * 2.41))),
  ];
}

/** Of a text that is not ASCII: its code units, and the bytes that `btoa` and Latin-1 give it. */
function otherNeedles(text: string, telling: number): readonly Needle[] {
  const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const isLatin1 = units.every((unit) => unit < 256);
  return [
    decimalNeedle(units, telling),
    ...(points.length === units.length ? [] : [decimalNeedle(points, telling)]),
    ...(isLatin1 ? bytesNeedles(Buffer.from(text, "latin1"), telling) : []),
  ];
}

/** A quote, also escaped. */
const quote = String.raw`(?:\\*["'\`]|&(?:#39|#x27|quot|apos);)`;
const escapeSign = String.raw`\x1b`;
/** A color of a terminal. */
const color = String.raw`(?:${escapeSign}\[[\d;]*m)`;
const mark = `(?:${quote}|${color})`;
/** Between items of a list, or of an object whose keys are numbers, as in `{"0":112,"1":97}`. */
const itemGap = String.raw`(?:[\s,;|]|\\+[rn])+(?:${mark}*\d{1,7}${mark}*\s*:\s*(?=${mark}*\d|${mark}+[^]))?`;
/** After a line end stands what lays out the next line: an indentation, the quotes of a text in parts. */
const lineGap: Gap = {
  pattern: /(?:['"`+,\s]|&(?:#39|quot);)+/y,
  units: "'\"`+, \t\r\n&",
  isRequired: false,
};
/** From the end of a line of a dump, as by hexdump -C and xxd, to the bytes of the next one. */
const dumpLine = String.raw`(?:[ \t]{2,3}[^\r\n]{1,18}|[ \t]{0,3})\r?\n[0-9A-Fa-f]{4,12}:?[ \t]+`;
const dumpBytes = String.raw`(?:[0-9A-Fa-f]{2,8}[ \t]{1,3}){1,16}`;
const digitGap: Gap = {
  pattern: /[.,_'’ \u00a0\u202f]/y,
  units: ".,_'’ \u00a0\u202f",
  isBreakable: true,
  isRequired: false,
};
/**
 * In the text of a dump's lines, behind a soft line break of quoted-printable, or between characters of UTF-16 that were
 * read as bytes.
 */
const textGap: Gap = {
  pattern: new RegExp(
    String.raw`[|<>]?\r?\n[0-9A-Fa-f]{4,12}:?[ \t]+${dumpBytes}[ \t]*[|<>]?|=\r?\n|\0|\\{1,8}(?:u0000|x00|0)|\u2400`,
    "y",
  ),
  units: "|<>\r\n=\0\\\u2400",
  unfinished:
    /(?:[|<>]?\r?(?:\n[0-9A-Fa-f]{0,12}:?[ \t]*(?:[0-9A-Fa-f]{2,8}[ \t]{1,3}){0,16}[0-9A-Fa-f]{0,8})?|=\r?|\\{1,8}(?:u0{0,3}|x0?)?)$/y,
  isBreakable: true,
  isRequired: false,
};
const base64Gap: Gap = {
  pattern: /(?:[\r\n]|\\{1,8}[rn]|<br ?\/?>)+[ \t]*/y,
  unfinished: /(?:[\r\n]|\\{1,8}[rn]|<br ?\/?>)*(?:\\{1,8}|<b?r? ?\/?)$/y,
  units: "\r\n\\<",
  isBreakable: true,
  isRequired: false,
};
/** Nothing but what gaps are made of: a pattern of their parts would be tried in too many ways. */
const unfinishedGap = new RegExp(String.raw`[\s,;:.|[\d\\"'\`${escapeSign}&#xquotapsnrm-]*$`, "y");
const hexGap: Gap = {
  pattern: new RegExp(String.raw`${dumpLine}|(?:[\s:,.|-]|\\+[rn]|${mark})*(?:0x)?`, "y"),
  isBreakable: true,
  unfinished: new RegExp(
    String.raw`[ \t]{0,3}[^\r\n]{0,18}\r?(?:\n[0-9A-Fa-f]{0,12}:?[ \t]*)?$|${unfinishedGap.source}`,
    "y",
  ),
  units: " \t\r\n:,.|-\\0\"'`&\x1b",
  isRequired: false,
};
const decimalGap: Gap = {
  pattern: new RegExp(`(?:n|\\.0)?${mark}*${itemGap}${mark}*`, "y"),
  unfinished: unfinishedGap,
  units: " \t\r\n,;|.\\n\"'`&\x1b",
  isRequired: true,
};
/** Between characters that stand apart, as those of `[...secret]` and `{ ...secret }`. */
const apartGap: Gap = {
  pattern: new RegExp(`${quote}${color}?${itemGap}${color}?${quote}`, "y"),
  unfinished: unfinishedGap,
  units: "\\\"'`&\x1b",
  isRequired: true,
};

/** Between the characters of a list that was made a text, as of `String([...secret])`. */
const listGap: Gap = { pattern: /,/y, unfinished: /,?$/y, units: ",", isRequired: true };

function textNeedle(characters: readonly string[], beginning: number): Needle {
  const isNumber = characters.every((character) => /^\d$/.test(character));
  return {
    length: characters.length,
    spellings: (step) => spellingsOfCharacter(characters[step] ?? ""),
    gap: (step) => {
      if (isNumber) return digitGap;
      if (characters[step - 1] === "\n") return lineGap;
      return textGap;
    },
    beginning,
    remainder: String.raw`%[0-9A-Fa-f]{0,4}|\\+[ux]?\{?[0-9A-Fa-f]{0,5}|&#?\w{0,6}`,
  };
}

function apartNeedle(characters: readonly string[], beginning: number): Needle {
  return {
    length: characters.length,
    spellings: (step) => spellingsOfCharacter(characters[step] ?? ""),
    gap: () => apartGap,
    beginning,
    remainder: String.raw`["'\s,\])}]{0,4}`,
  };
}

/** Without any escapes. */
function plainNeedle(characters: readonly string[], beginning: number, gap?: Gap): Needle {
  return {
    length: characters.length,
    spellings: (step) => [characters[step] ?? ""],
    gap: () => gap,
    beginning,
    remainder: "",
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

function decimalNeedle(numbers: readonly number[], beginning: number): Needle {
  return {
    length: numbers.length,
    spellings: (step) => [String(numbers[step] ?? 0)],
    gap: () => decimalGap,
    beginning,
    isNumbers: true,
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

/** As quotes are written in CSV and in SQL. */
const doubled: ReadonlySet<string> = new Set(['"', "'", "`"]);

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
      ...(doubled.has(character) ? [character + character] : []),
      ...(controlPictures[character] ?? []),
    ]),
  ];
  characterSpellings.set(character, found);
  return found;
}

/** Percent encoding, up to three times over, and the plus sign of forms. */
function spellUrl(character: string): string[] {
  const hex = [...Buffer.from(character, "utf8")].map((byte) => byte.toString(16).padStart(2, "0"));
  const spelled = ["%", "%25", "%2525"].flatMap((sign) => {
    const lower = hex.map((digits) => sign + digits).join("");
    return [lower, hex.map((digits) => sign + digits.toUpperCase()).join("")];
  });
  return character === " " ? [...spelled, "+"] : spelled;
}

/** JSON, up to three times over and as HTML, and the escapes of JavaScript and Python string literals. */
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
  spelled.push(spellQuotedPrintable(character));
  if (point < 128) spelled.push(`\\${point.toString(8).padStart(3, "0")}`);
  if (point > 127) spelled.push(...spellBytes(character));
  const nested = [spelled];
  for (let level = 1; level < 3; level++)
    nested.push(nested.at(-1)?.map((text) => JSON.stringify(text).slice(1, -1)) ?? []);
  const all = nested.flat();
  return htmlNames[character] === undefined ? all : [...all, ...all.flatMap(escapeHtml)];
}

function spellQuotedPrintable(character: string): string {
  return [...Buffer.from(character, "utf8")].map((byte) => `=${(hexOfByte[byte] ?? []).at(-1)}`).join("");
}

/** As Python and a shell write bytes that are not ASCII, and what `escape()` and quoted-printable make of Latin-1. */
function spellBytes(character: string): string[] {
  const bytes = [...Buffer.from(character, "utf8")];
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  const spelled = [
    bytes.map((byte) => `\\x${byte.toString(16)}`).join(""),
    bytes.map((byte) => `\\${byte.toString(8)}`).join(""),
    units.map((unit) => `%u${unit.toString(16).toUpperCase().padStart(4, "0")}`).join(""),
  ];
  const [unit = 0] = units;
  if (units.length > 1 || unit > 255) return spelled;
  const latin1 = ["%", "="].flatMap((sign) => bothCases(unit).map((digits) => sign + digits));
  return [...spelled, ...latin1, `\\${unit.toString(8)}`];
}

/** With the names and with the numbers of its special characters. */
function escapeHtml(text: string): string[] {
  const spellSigns = (spell: (sign: string) => string) => text.replace(/[&<>"']/g, spell);
  return [
    spellSigns((sign) => htmlNames[sign]?.[0] ?? sign),
    spellSigns((sign) => `&#${sign.charCodeAt(0)};`),
    spellSigns((sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
  ];
}

function spellHtml(character: string): string[] {
  const point = character.codePointAt(0) ?? 0;
  const hex = point.toString(16);
  const numbers = [point.toString(), point.toString().padStart(3, "0"), point.toString().padStart(4, "0")];
  const digits = [hex, hex.toUpperCase(), hex.padStart(4, "0"), hex.toUpperCase().padStart(4, "0")];
  const spelled = [...numbers, ...digits.map((each) => `x${each}`), ...digits.map((each) => `X${each}`)];
  const entities = spelled.flatMap((each) => [`&#${each};`, `&amp;#${each};`]);
  return [...(htmlNames[character] ?? []), ...new Set(entities)];
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
 * they share with their neighbors are left out.
 */
export function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
}

const hexOfByte = Array.from({ length: 256 }, (_, byte) => bothCases(byte));

function bothCases(value: number): string[] {
  const digits = value.toString(16).padStart(2, "0");
  return [...new Set([digits, digits.toUpperCase()])];
}
