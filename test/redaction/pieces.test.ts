/** Pieces of secrets, as `slice` leaves them, in whatever way their characters are written one by one. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStreamRedactor, redactText } from "../../src/redaction/redact-text.ts";
import { sizes } from "../sizes.ts";
import { forgetAll, know } from "./known.ts";

const secret = "kq7VzRk2mLw8xT4pB1eJ6hY9dQsNcA";
const path = "gH3+Xz/5tLp=Rm8 Wq2vYb7NcK4dSf";

beforeAll(() => know(secret, path));
afterAll(forgetAll);

const hexOf = (byte: number) => byte.toString(16).padStart(2, "0");
const hex = (character: string) => hexOf(character.charCodeAt(0));
const each = (write: (character: string) => string) => (text: string) => Array.from(text, write).join("");
const wide = (text: string) => Buffer.from(text, "utf16le");
const big = (text: string) => wide(text).swap16();
const some = (write: (character: string) => string) => (text: string) =>
  Array.from(text, (character, at) => (at % 3 === 1 ? write(character) : character)).join("");
const percent = (character: string) => `%${hex(character)}`;
const entity = (character: string) => `&#${character.charCodeAt(0)};`;
const unicode = (character: string) => `\\u00${hex(character)}`;

const encodings: Readonly<Record<string, (text: string) => string>> = {
  "percent signs": each(percent),
  "percent signs, in capitals": each((character) => percent(character).toUpperCase()),
  "percent signs twice": each((character) => `%25${hex(character)}`),
  "percent signs here and there": some(percent),
  "one percent sign": (text) => text.slice(0, 7) + percent(text.charAt(7)) + text.slice(8),
  entities: each(entity),
  "hexadecimal entities": each((character) => `&#x${hex(character)};`),
  "padded entities": each((character) => `&#${String(character.charCodeAt(0)).padStart(3, "0")};`),
  "padded hexadecimal entities": each((character) => `&#X00${hex(character).toUpperCase()};`),
  "entities of escaped HTML": each((character) => `&amp;#${character.charCodeAt(0)};`),
  "entities here and there": some(entity),
  "one entity": (text) => text.slice(0, 7) + entity(text.charAt(7)) + text.slice(8),
  "escapes of JSON": each(unicode),
  "escapes of JSON in JSON": each((character) => `\\\\u00${hex(character)}`),
  "escapes here and there": some(unicode),
  "escapes of JavaScript": each((character) => `\\u{${hex(character)}}`),
  "escapes of Python": each((character) => `\\x${hex(character)}`),
  "octal escapes": each((character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`),
  "quoted-printable": each((character) => `=${hex(character).toUpperCase()}`),
  "UTF-16 in hexadecimal digits": (text) => wide(text).toString("hex"),
  "UTF-16 in hexadecimal digits, the large byte first": (text) => big(text).toString("hex"),
  "UTF-16 in hexadecimal digits apart": (text) => wide(text).toString("hex").replace(/../g, "$& "),
  "UTF-32 in hexadecimal digits": each((character) => `${hex(character)}000000`),
  "UTF-16 in numbers": (text) => [...wide(text)].join(", "),
  "UTF-16 in numbers, the large byte first": (text) => [...big(text)].join(","),
  "UTF-16 in Base64": (text) => wide(text).toString("base64"),
  "UTF-16 in Base64, the large byte first": (text) => big(text).toString("base64"),
  "UTF-16 read as bytes": (text) => wide(text).toString("latin1"),
  "UTF-16 read as bytes, the large byte first": (text) => big(text).toString("latin1"),
  "hexadecimal digits with colons": (text) =>
    Buffer.from(text)
      .toString("hex")
      .replace(/..(?=.)/g, "$&:"),
  "hexadecimal numbers": (text) => Buffer.from(text).toString("hex").replace(/../g, "0x$&, "),
  "hexadecimal digits in groups": (text) => Buffer.from(text).toString("hex").replace(/.{8}/g, "$& "),
  "hexadecimal digits in lines": (text) => Buffer.from(text).toString("hex").replace(/.{16}/g, "$&\n"),
  "a list of characters": (text) => JSON.stringify([...text]),
  "a list of characters, as Python writes it": (text) => `['${[...text].join("', '")}']`,
};

/** Characters of what was encoded that are left, at most. */
function longestLeft(shown: string, written: string, length: number): number {
  let longest = 0;
  for (let start = 0; start + longest < written.length; start++) {
    while (start + longest < written.length && shown.includes(written.slice(start, start + longest + 1)))
      longest++;
  }
  return (longest / written.length) * length;
}

function stream(text: string, lengths: readonly number[]): string {
  const redactor = createStreamRedactor();
  let [shown, start] = ["", 0];
  for (let turn = 0; start < text.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    shown += redactor.push(text.slice(start, start + length));
    start += length;
  }
  return shown + redactor.end();
}

describe.each(Object.entries(encodings))("in %s", (_name, encode) => {
  test.each([secret, path])("the whole, its beginning and its pieces are hidden", (known) => {
    expect(redactText(`say ${encode(known)} then`)).not.toContain(encode(known.slice(0, 8)));
    for (let start = 0; start + 16 <= known.length; start++) {
      const written = encode(known.slice(start, start + 16));
      const shown = redactText(`say ${written} then`);
      // Base64 shares its first and last digits with what stands next to them.
      expect([start, longestLeft(shown, written, 16)]).toEqual([start, expect.toSatisfy((left) => left < 4)]);
      expect(shown).toMatch(/^say /);
    }
  });

  test.each([...",;:.([{<\"'`&%=|/ \n\t\\"])("pieces are hidden behind %j", (sign) => {
    const written = encode(secret.slice(5, 25));
    for (const front of [sign, `${sign} `, sign + sign, `${written}${sign}`]) {
      const shown = redactText(`${front}${written} then`);
      expect(longestLeft(shown, written, 20)).toBeLessThan(4);
    }
  });

  test("pieces are hidden also where they come in pieces themselves", () => {
    const pieces = fc.record({
      start: fc.integer({ min: 0, max: 12 }),
      length: fc.integer({ min: 16, max: 18 }),
      lengths: fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 6 }),
      before: fc.integer({ min: 0, max: 30 }),
    });
    fc.assert(
      fc.property(pieces, ({ start, length, lengths, before }) => {
        const written = encode(secret.slice(start, start + length));
        const shown = stream(`${"p ".repeat(before)}${written} then`, lengths);
        expect(longestLeft(shown, written, length)).toBeLessThan(7);
      }),
      { numRuns: sizes.generatedCases },
    );
  });
});

test.each<[string, (text: string) => string]>([
  ["a whole number", (text) => String(BigInt(`0x${Buffer.from(text).toString("hex")}`))],
  [
    "a whole number of reversed bytes",
    (text) => String(BigInt(`0x${Buffer.from(text).reverse().toString("hex")}`)),
  ],
  ["reversed bytes", (text) => Buffer.from(text).reverse().toString("hex")],
  ["a text of a list of characters", (text) => String([...text])],
  ["numbers with semicolons", (text) => [...Buffer.from(text)].join("; ")],
  ["numbers with decimals", (text) => [...Buffer.from(text)].map((byte) => `${byte}.0`).join(", ")],
])("the whole is hidden as %s", (_name, encode) => {
  for (const known of [secret, path])
    expect(redactText(`say ${encode(known)} then`)).toMatch(/^say \W{0,2}<redacted>[^a-zA-Z]{0,3} then$/);
});

test("a million characters of anything else are left as they are", () => {
  const million = 1_000_000;
  const bytes = randomBytes(million);
  const digits = bytes.toString("hex");
  const texts: Readonly<Record<string, string>> = {
    hex: digits,
    "hex apart": digits.replace(/../g, "$& "),
    base64: bytes.toString("base64"),
    numbers: [...bytes].join(","),
    "numbers in lines": [...bytes].join("\n"),
    percent: digits.replace(/../g, "%$&"),
    entities: [...bytes].map((byte) => `&#${byte};`).join(""),
    escapes: digits.replace(/../g, "\\u00$&"),
    octal: [...bytes].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join(""),
    characters: JSON.stringify([...bytes.toString("base64")]),
    bytes: bytes.toString("latin1"),
    "UTF-16": bytes.toString("latin1").replace(/./gs, "$&\0"),
  };
  for (const [name, text] of Object.entries(texts)) {
    const whole = text.slice(0, million);
    expect([name, redactText(whole) === whole]).toEqual([name, true]);
  }
});

test("lists of a million items are read in little time, and a piece of a secret in them is found", () => {
  const numbers = Array.from({ length: 1_000_000 }, (_, at) => at);
  const texts: Readonly<Record<string, readonly [text: string, piece: string]>> = {
    numbers: [numbers.join(","), [...Buffer.from(secret.slice(3, 20))].join(",")],
    "numbers in lines": [
      JSON.stringify(numbers, null, 2),
      [...Buffer.from(secret.slice(3, 20))].join(",\n  "),
    ],
    bytes: [
      numbers.map((number) => number % 100).join(", "),
      [...Buffer.from(secret.slice(3, 20))].join(", "),
    ],
    "hexadecimal digits": [
      numbers.map((number) => hexOf(number % 256)).join(" "),
      Buffer.from(secret.slice(3, 20)).toString("hex").replace(/../g, "$& "),
    ],
    "hexadecimal digits of UTF-16": ["4100".repeat(1_000_000), wide(secret.slice(3, 20)).toString("hex")],
    characters: [
      JSON.stringify(numbers.map((number) => String(number % 10))),
      JSON.stringify([...secret.slice(3, 20)]),
    ],
    percent: [
      numbers.map((number) => `%${hexOf(number % 256)}`).join(""),
      each(percent)(secret.slice(3, 20)),
    ],
  };
  for (const [name, [list, piece]] of Object.entries(texts)) {
    const begin = process.cpuUsage();
    const shown = redactText(`${list} ${piece}, 1`);
    const { user } = process.cpuUsage(begin);
    expect([name, shown.startsWith(list), shown.endsWith(", 1")]).toEqual([name, true, true]);
    expect([name, longestLeft(shown.slice(list.length), piece, 17)]).toEqual([
      name,
      expect.toSatisfy((left) => left < 4),
    ]);
    // Half a second; ten next to other work.
    expect(user / 1_000).toBeLessThan(10_000);
  }
});

test.each(["\\", "'\\", "%25", "&amp;", "\u001b[31m", "'a',", '"\\"', "0x"])(
  "a row of %j takes time in proportion to its length",
  (sign) => {
    for (const text of [`'a${sign.repeat(20_000)}x'`, `${sign.repeat(20_000)}'`]) {
      const begin = performance.now();
      expect(redactText(text)).toBe(text);
      // A second on a busy machine; where each sign doubles the time, forty of them take longer than anybody waits.
      expect(performance.now() - begin).toBeLessThan(5_000);
    }
  },
);
