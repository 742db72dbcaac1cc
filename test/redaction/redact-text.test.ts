import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { createSecretFinder } from "../../src/redaction/find-secrets.ts";
import { createStreamRedactor, redactText } from "../../src/redaction/redact-text.ts";
import { shortestSecret } from "../../src/redaction/secret-needles.ts";
import { sizes } from "../sizes.ts";
import { forgetAll, know } from "./known.ts";

afterEach(forgetAll);

/** What keys, tokens and passwords are made of, and what they are not. */
const secrets = fc
  .oneof(
    fc.stringMatching(/^[A-Za-z0-9+/=_-]{12,60}$/),
    fc.stringMatching(/^[\x21-\x7e]{12,40}$/),
    fc.string({ unit: "grapheme", minLength: 12, maxLength: 30 }),
  )
  .filter((secret) => secret.trim().length >= 12);

const encodings: Record<string, (secret: string, pad: string) => string> = {
  raw: (secret) => secret,
  "percent encoding": (secret) => percent(secret),
  "percent encoding in lower case": (secret) =>
    percent(secret).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  "percent encoding of all": (secret) => [...Buffer.from(secret)].map((byte) => `%${hexOf(byte)}`).join(""),
  "percent encoding twice": (secret) => percent(secret).replaceAll("%", "%25"),
  form: (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  JSON: (secret) => JSON.stringify(secret).slice(1, -1),
  "JSON twice": (secret) => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  "JSON in ASCII": (secret) =>
    Array.from(
      { length: secret.length },
      (_, at) => `\\u${secret.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  HTML: (secret) =>
    secret.replace(
      /[&<>"']/g,
      (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" })[sign] ?? "",
    ),
  Base64: (secret, pad) => Buffer.from(pad + secret + pad).toString("base64"),
  "Base64 for URLs": (secret, pad) => Buffer.from(pad + secret + pad).toString("base64url"),
  "Base64 in a URL": (secret, pad) => encodeURIComponent(Buffer.from(pad + secret + pad).toString("base64")),
  "percent encoding three times": (secret) => percent(secret).replaceAll("%", "%2525"),
  "JSON three times": (secret) => [1, 2, 3].reduce((text) => JSON.stringify(text).slice(1, -1), secret),
  "JSON in HTML": (secret) =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[&<>"']/g, (sign) => `&#x${sign.charCodeAt(0).toString(16)};`),
  CSV: (secret) => secret.replaceAll('"', '""'),
  "SQL literals": (secret) => secret.replaceAll("'", "''"),
  "bytes in colours": (secret) =>
    `[ ${[...Buffer.from(secret)].map((byte) => `\x1b[33m${byte}\x1b[39m`).join(",\n  ")} ]`,
  "bytes as numbers of 64 bits": (secret) =>
    `[ ${[...Buffer.from(secret)].map((byte) => `${byte}n`).join(", ")} ]`,
  "bytes as texts": (secret) => JSON.stringify([...Buffer.from(secret)].map(String)),
  "hex of each byte": (secret) => JSON.stringify([...Buffer.from(secret)].map(hexOf)),
  "characters apart": (secret) => JSON.stringify([...secret]),
  "characters as fields": (secret) => JSON.stringify({ ...[...secret] }, null, 1),
  "code points": (secret) => `[${Array.from(secret, (character) => character.codePointAt(0)).join(", ")}]`,
  hex: (secret) => Buffer.from(secret).toString("hex"),
  "hex in upper case": (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  "UTF-16 read as bytes": (secret) =>
    /^[\0-\x7f]*$/.test(secret) ? Buffer.from(secret, "utf16le").toString("latin1").slice(0, -1) : secret,
  "UTF-16 in hex": (secret) => Buffer.from(secret, "utf16le").toString("hex"),
  "Base64 of UTF-16": (secret) => Buffer.from(secret, "utf16le").toString("base64"),
  "bytes of UTF-16": (secret) => JSON.stringify([...Buffer.from(secret, "utf16le")]),
  "quoted-printable": (secret) =>
    [...Buffer.from(secret)]
      .map((byte) =>
        /[A-Za-z0-9]/.test(String.fromCharCode(byte)) ? String.fromCharCode(byte) : `=${hexOf(byte)}`,
      )
      .join("")
      .replace(/(?<=^.{10}[^=]{3})(?=[^=])/s, "=\r\n"),
  "lower case": (secret) => secret.toLowerCase(),
  "upper case": (secret) => secret.toUpperCase(),
  "lines of a dump": (secret, pad) => dump(`${pad}\0${secret}`),
  "hex in a dump": (secret) =>
    [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, "0")).join(" "),
  "lines of ten": (secret) => inLines(secret, "\n"),
  "lines of a quoted mail": (secret) => inLines(secret, "\r\n> "),
  "indented lines": (secret) => inLines(secret, "\n    "),
  "texts in parts": (secret) => inLines(secret, '" +\n  "'),
  "continued lines": (secret) => inLines(secret, "\\\n"),
  "JSON of lines": (secret) => JSON.stringify(inLines(secret, "\n")).slice(1, -1),
  "lines in HTML": (secret) => inLines(secret, "<br>"),
  "lines in a URL": (secret) => inLines(secret, "%0A"),
  "colours within": (secret) => inLines(secret, "\x1b[31m"),
  "soft hyphens": (secret) => inLines(secret, "\u00ad"),
  "Base64 in lines": (secret, pad) => inLines(Buffer.from(pad + secret + pad).toString("base64"), "\n    "),
  "Base64 in parts": (secret, pad) =>
    inLines(Buffer.from(pad + secret + pad).toString("base64"), "' +\n    '"),
  "hex in parts": (secret) =>
    Buffer.from(secret)
      .toString("hex")
      .replace(/(?<=^(?:.{8})+)(?=.)/g, '" +\n  "'),
  "composed accents": (secret) => secret.normalize("NFC"),
  "decomposed accents": (secret) => secret.normalize("NFD"),
  "UTF-8 read as Latin-1": (secret) => Buffer.from(secret).toString("latin1"),
  "UTF-8 read as Windows-1252": (secret) => new TextDecoder("windows-1252").decode(Buffer.from(secret)),
};

/** Broken after the third character, then after each tenth. */
function inLines(text: string, end: string): string {
  const [start = "", ...rest] = text.match(/^.{3}|.{1,10}/gsu) ?? [];
  return [start, ...rest].join(end);
}

/** As `hexdump -C` shows bytes. */
function dump(text: string): string {
  const bytes = Buffer.from(text);
  const lines = Array.from({ length: Math.ceil(bytes.length / 16) }, (_, line) => {
    const part = bytes.subarray(line * 16, line * 16 + 16);
    const hex = [...part].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const shown = part.toString("latin1").replace(/[^\x20-\x7e]/g, ".");
    return `${(line * 16).toString(16).padStart(8, "0")}  ${hex.padEnd(49)} |${shown}|`;
  });
  return lines.join("\n");
}

function hexOf(byte: number): string {
  return byte.toString(16).padStart(2, "0").toUpperCase();
}

function percent(secret: string): string {
  return encodeURIComponent(secret).replace(/[!'()*]/g, (sign) => `%${hexOf(sign.charCodeAt(0))}`);
}

/** The part of an encoded text that the secret alone decides, and so must be gone. */
function coreOf(encoded: string, name: string): string {
  return name.startsWith("Base64") ? encoded.slice(4, -8) : encoded;
}

const pads = fc.constantFrom("", "a", "ab", "abc");
const noise = fc.string({ maxLength: 20 });

const joinMarks = (text: string) => text.replace(/(?:<redacted>)+/g, "<redacted>");

/** Each encoding of a secret that is known by itself: to learn one takes longer than to look for it. */
function inEveryEncoding(
  check: (name: string, encode: (secret: string, pad: string) => string) => void,
): void {
  for (const [name, encode] of Object.entries(encodings)) {
    try {
      check(name, encode);
    } catch (error) {
      throw new Error(`in ${name}`, { cause: error });
    }
  }
}

describe("a secret in every encoding", () => {
  test("is not left in a text", () => {
    fc.assert(
      fc.property(secrets, pads, noise, noise, (secret, pad, before, after) => {
        forgetAll();
        know(secret);
        inEveryEncoding((name, encode) => {
          const encoded = encode(secret, pad);
          const shown = redactText(before + encoded + after);
          expect(shown).not.toContain(coreOf(encoded, name));
          expect(shown).toContain("<redacted>");
        });
      }),
      { numRuns: Math.ceil(sizes.redactedSecrets / 4) },
    );
  });

  test("is not left in a stream, wherever it is cut", () => {
    fc.assert(
      fc.property(secrets, pads, noise, fc.array(fc.nat(), { maxLength: 6 }), (secret, pad, around, cuts) => {
        forgetAll();
        know(secret);
        inEveryEncoding((name, encode) => {
          const encoded = encode(secret, pad);
          const text = around + encoded + around;
          const shown = streamInParts(text, cuts);
          // Where a secret's beginning follows the secret, a stream may mark it once more.
          expect(joinMarks(shown)).toBe(joinMarks(redactText(text)));
          expect(shown).not.toContain(coreOf(encoded, name));
        });
      }),
      { numRuns: Math.ceil(sizes.redactedSecrets / 4) },
    );
  });
});

test.each(["\u2028", "\u2029", "\u0085", "\v", "\f", "\t", "\u00a0", "\ufeff"])(
  "a secret with the blank %j is not left in any encoding",
  (blank) => {
    const secret = `Ab1${blank.repeat(4)}Cd2${blank.repeat(4)}!z`;
    know(secret);
    inEveryEncoding((name, encode) => {
      const encoded = encode(secret, "");
      expect(streamInParts(`say ${encoded} then`, [])).not.toContain(coreOf(encoded, name));
    });
  },
);

/** What a stream shows of a text that comes in parts. @param cuts anywhere, also beyond the text */
function streamInParts(text: string, cuts: readonly number[]): string {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const redactor = createStreamRedactor();
  let shown = "";
  let start = 0;
  for (const end of [...places, text.length]) {
    shown += redactor.push(text.slice(start, end));
    start = end;
  }
  return shown + redactor.end();
}

test("neither the digits nor the text of a dump show a secret", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[A-Za-z0-9+/=_-]{12,60}$/),
      fc.stringMatching(/^[a-z]{0,20}$/),
      (secret, pad) => {
        forgetAll();
        know(secret);
        const shown = redactText(dump(`${pad}\n${secret}\n${pad}`));
        const digits = Buffer.from(secret).toString("hex");
        expect(shown.replace(/[\s|]/g, "")).not.toContain(digits.slice(0, 16));
        expect(shown).not.toContain(secret.slice(0, 8));
        expect(shown).not.toContain(secret.slice(-8));
      },
    ),
    { numRuns: sizes.generatedCases },
  );
});

test.each([
  "\n",
  "\r\n  ",
  '" +\n    "',
  "'\n# '",
  "\\\n",
  "\n\u2502 ",
  "\\n",
  "\\\\r\\\\n",
  "&#10;",
  "\u23ce",
  "<br/>",
  "<wbr>",
  '</span><span class="token string">',
  "<mark>",
  "\u200b",
  "\x1b[1;31m",
])("no part of a secret is left where a line ends in it: %j", (end) => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9+/=_-]{16,60}$/), fc.nat(), (secret, at) => {
      forgetAll();
      know(secret);
      const place = 1 + (at % (secret.length - 1));
      const shown = redactText(`key: ${secret.slice(0, place)}${end}${secret.slice(place)} ends`);
      expect(shown).toBe("key: <redacted> ends");
      const lines = secret.match(/.{1,5}/g)?.join(end) ?? "";
      expect(redactText(`key: ${lines} ends`)).toBe("key: <redacted> ends");
    }),
    { numRuns: Math.ceil(sizes.redactedSecrets / 10) },
  );
});

test("letters beyond ASCII are found however they are written or misread", () => {
  const secret = "Schlüssel-naïve-Çédille-55ß";
  know(secret);
  const bytes = Buffer.from(secret);
  const latin1 = Buffer.from(secret, "latin1");
  const spelled = [
    secret.normalize("NFD"),
    secret.normalize("NFKD").replace(/\p{M}/gu, ""),
    bytes.toString("latin1"),
    bytes.toString("ascii"),
    latin1.toString("utf8"),
    new TextDecoder("windows-1252").decode(bytes),
    escape(secret),
    latin1.toString("hex"),
    latin1.toString("base64"),
    Buffer.from(secret.normalize("NFD")).toString("hex"),
    encodeURIComponent(secret.normalize("NFD")),
    JSON.stringify([...latin1]),
    secret.replace(/[^ -~]/g, "?"),
    secret.replace(/[^ -~]/g, (sign) => `\\${sign.charCodeAt(0).toString(8)}`),
    secret.replace(/[^ -~]/g, (sign) => `=${sign.charCodeAt(0).toString(16).toUpperCase()}`),
    secret.normalize("NFD").toUpperCase(),
  ];
  for (const text of spelled) {
    expect(redactText(`key: ${text} ends`)).toMatch(/^key: .{0,2}<redacted>.{0,4} ends$/);
  }
});

test("a text without secrets is not changed, in one piece or in many", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary" })), (pieces) => {
      forgetAll();
      know("LTAI5tQeSecretKeyOfNobody", "another/Secret+Key==");
      const redactor = createStreamRedactor();
      expect(pieces.map((piece) => redactor.push(piece)).join("") + redactor.end()).toBe(pieces.join(""));
      expect(pieces.map((piece) => redactor.push(piece) + redactor.release()).join("")).toBe(pieces.join(""));
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("holds back only what may begin a secret", () => {
  know("swordfish-1234");
  const redactor = createStreamRedactor();
  expect(redactor.push("the sword")).toBe("the ");
  expect(redactor.push("play")).toBe("swordplay");
  expect(redactor.push(" of s")).toBe(" of ");
  expect(redactor.end()).toBe("s");
});

test("of a secret that comes letter by letter two are shown while it is waited for", () => {
  const secret = "swordfish-1234";
  know(secret);
  const redactor = createStreamRedactor();
  const shown = [...`!${secret}!`].map((letter) => redactor.push(letter) + redactor.release(true));
  expect(shown.join("") + redactor.end()).toBe("!sw<redacted>!");
});

test("what is released of a secret is shorter than what tells it, and the rest is still found", () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[a-z0-9]{12,60}$/),
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
      (secret, lengths) => {
        forgetAll();
        know(secret);
        const redactor = createStreamRedactor();
        const text = `!${secret}!`;
        let shown = "";
        for (let start = 0, turn = 0; start < text.length; turn++) {
          const end = start + (lengths[turn % lengths.length] ?? 1);
          shown += redactor.push(text.slice(start, end)) + redactor.release();
          start = end;
        }
        expect(shown).toMatch(/^!.{0,7}(?:<redacted>)+!$/);
        expect(shown.startsWith("!<redacted>") || secret.startsWith(shown.slice(1, shown.indexOf("<")))).toBe(
          true,
        );
      },
    ),
    { numRuns: sizes.generatedCases },
  );
});

test("finds secrets that overlap, contain each other, or lie side by side", () => {
  know("abcdefgh", "efghijkl", "abcdefghXYZ");
  expect(redactText("-abcdefghijkl-")).toBe("-<redacted>-");
  expect(redactText("-abcdefghXYZ-")).toBe("-<redacted>-");
  expect(redactText("-abcdefghefghijkl-")).toBe("-<redacted>-");
  const redactor = createStreamRedactor();
  expect(redactor.push("-abcdefgh") + redactor.push("XY") + redactor.push("!") + redactor.end()).toBe(
    "-<redacted>XY!",
  );
});

test("knows secrets that are learnt later, and leaves short texts alone", () => {
  expect(redactText("learnt-later")).toBe("learnt-later");
  know("learnt-later", "abcde");
  expect(redactText("learnt-later abcde")).toBe("<redacted> abcde");
  expect(shortestSecret).toBe(6);
});

test("takes time in proportion to the text, also for a secret of signs that can be read in many ways", () => {
  know("%".repeat(60), "\\".repeat(60));
  const started = process.cpuUsage();
  redactText("%25".repeat(100) + "\\".repeat(200));
  const { user, system } = process.cpuUsage(started);
  // Three seconds next to other work; what tries every way of reading would not end.
  expect((user + system) / 1_000).toBeLessThan(30_000);
});

test("says where a text may not be decided yet", () => {
  const finder = createSecretFinder();
  finder.add("abcdefgh");
  expect(finder.find("xx abcd", false)).toEqual({ spans: [], undecidedFrom: 3 });
  expect(finder.find("xx abcx", false)).toEqual({ spans: [], undecidedFrom: 7 });
  expect(finder.find("abcdefgh abc", false)).toEqual({ spans: [{ start: 0, end: 8 }], undecidedFrom: 9 });
});
