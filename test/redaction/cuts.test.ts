/** Secrets that a display, a print or an error would cut in two: what is left of them is too short to be of use. */
import { Console } from "node:console";
import { Writable } from "node:stream";
import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import type { MimeBundle } from "../../src/display/bundle.ts";
import { renderError } from "../../src/display/card/error-card.ts";
import { renderProperties } from "../../src/display/card/properties.ts";
import { renderSchema } from "../../src/display/card/schema.ts";
import { renderLines } from "../../src/display/card/text-block.ts";
import { formatForDisplay } from "../../src/display/mime.ts";
import { renderProgress } from "../../src/display/progress/progress-view.ts";
import { renderDataTable } from "../../src/display/table/data-table.ts";
import { DlfLanceError } from "../../src/errors.ts";
import { createStreamRedactor } from "../../src/redaction/redact-text.ts";
import { strings, tableOf, variable } from "../display/sample-columns.ts";
import { longestLeak } from "../secrets.ts";
import { sizes } from "../sizes.ts";
import { forgetAll, know } from "./known.ts";

/** Without its public beginning of four characters. */
const secret = "CAISqV7zRk+2mLw8/xT4pB1eJ6hY9dQs";
const pem = [
  "-----BEGIN PRIVATE KEY-----",
  "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg4vQxS9Wb0dKfYtPz",
  "Tn3uLq7cHj5sXa1rZk8eVo6gDi2hRANCAARm0lEpNw4yBqUxJfCz9TvGk7sWd3oA",
  "1fPq",
  "-----END PRIVATE KEY-----",
].join("\n");
/** More characters than this of a secret are a leak: seven of its own, and its public beginning. */
const harmless = 11;

beforeAll(() => know(secret, pem));
afterAll(forgetAll);

const encodings: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  url: encodeURIComponent,
  json: (text) => JSON.stringify(text),
  base64: (text) => Buffer.from(text).toString("base64"),
  "base64, one byte in": (text) => Buffer.from(`:${text}`).toString("base64url"),
  hex: (text) => Buffer.from(text).toString("hex"),
  bytes: (text) => [...Buffer.from(text)].join(","),
};

type Show = (text: string) => MimeBundle | Promise<MimeBundle>;

/** Each cuts long texts somewhere. */
const places: Readonly<Record<string, Show>> = {
  "a cell": (text) => formatForDisplay([{ cell: text }]),
  "a cell of Arrow": (text) => renderDataTable(tableOf([{ name: "c", data: strings([text]) }], false)),
  "a cell of bytes": (text) =>
    renderDataTable(tableOf([{ name: "c", data: variable(new arrow.Binary(), [Buffer.from(text)]) }], false)),
  "a cell among many": (text) =>
    formatForDisplay(
      Array.from({ length: 20 }, () =>
        Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`c${i}`, text])),
      ),
    ),
  "a nested cell": (text) => formatForDisplay([{ o: { k: text, l: [text, { [text]: text }] } }]),
  "a nested cell of Arrow": (text) => renderDataTable(arrow.tableFromJSON([{ o: { k: text, [text]: 1 } }])),
  "a name": (text) => formatForDisplay([{ [text]: 1 }]),
  "a name of Arrow": (text) => renderDataTable(tableOf([{ name: text, data: strings(["a"]) }], false)),
  "a title and a caption": (text) => formatForDisplay([{ a: 1 }], { title: text, caption: text }),
  "a schema": (text) =>
    renderSchema(
      new arrow.Schema([
        new arrow.Field(text, new arrow.Utf8(), true, new Map([[text, text]])),
        new arrow.Field("s", new arrow.Struct([new arrow.Field(text, new arrow.Utf8())])),
      ]),
      { title: text },
    ),
  "a card": (text) =>
    renderProperties({
      title: text,
      rows: [
        ["a", text],
        [text, [text, text]],
      ],
    }),
  "an object": (text) => formatForDisplay({ a: text, [text]: { b: [text] }, m: new Map([[text, text]]) }),
  "an inspected value": (text) =>
    formatForDisplay(
      new (class Holder {
        held = text;
      })(),
    ),
  "a long object": (text) => formatForDisplay({ a: "x".repeat(9_900) + text }),
  "an error": (text) => renderError(new DlfLanceError("Internal", text, { requestId: text })),
  lines: (text) => renderLines([text, `x${text}`]),
  progress: (text) =>
    renderProgress({
      works: [{ title: text, begun: 0, done: {}, total: {}, steps: [], ended: undefined }],
      earlier: 0,
      now: 1,
    }),
};

function textOf(bundle: MimeBundle): string {
  return Object.values(bundle).join("\n\n");
}

/** Places of the secret so that it meets the cut of every display, and a few beyond. */
const cut = fc.oneof(
  fc.integer({ min: 0, max: 200 }),
  fc
    .constantFrom(64, 100, 120, 160, 200, 256, 300, 400, 600, 1000, 1024, 4000)
    .chain((limit) => fc.integer({ min: Math.max(0, limit - 50), max: limit + 2 })),
);

describe.each(Object.entries(places))("in %s", (_place, show) => {
  test("no display leaves more of a secret than its beginning, wherever it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(cut, fc.constantFrom(...Object.values(encodings)), async (length, encode) => {
        const shown = textOf(
          await show(`${"p".repeat(length)}${encode(secret)} and more`.padEnd(length + 300, "q")),
        );
        expect(longestLeak(shown, secret)).toBeLessThanOrEqual(harmless);
      }),
      { numRuns: Math.ceil(sizes.generatedCases / 4) },
    );
  });

  test("no line of a secret of several lines is shown", async () => {
    for (const text of [pem, pem.replaceAll("\n", "\r\n"), pem.replaceAll("\n", "<br>"), `x\n  ${pem}`]) {
      const shown = textOf(await show(text));
      for (const line of pem.split("\n").slice(1, 3)) {
        expect(longestLeak(shown, line)).toBeLessThanOrEqual(harmless);
      }
    }
  });
});

/** What a cell prints, as the kernel lets it out: in pieces of `pieceLength`. */
function print(write: (out: Console) => void, pieceLength: number): string {
  let written = "";
  const sink = new Writable({
    write(chunk, _encoding, done) {
      written += String(chunk);
      done();
    },
  });
  write(new Console({ stdout: sink, stderr: sink }));
  const redactor = createStreamRedactor();
  let out = "";
  for (let start = 0; start < written.length; start += pieceLength) {
    out += redactor.push(written.slice(start, start + pieceLength));
  }
  return out + redactor.end();
}

const prints: Readonly<Record<string, (out: Console, before: string, secret: string) => void>> = {
  "console.log of a text": (out, before, text) => out.log(before + text),
  "console.log of an object": (out, before, text) => out.log({ body: "x".repeat(9_900) + before + text }),
  "console.log of deep objects": (out, before, text) => out.log({ a: { b: { c: [before + text] } } }),
  "console.log of a buffer": (out, before, text) => out.log(Buffer.from(before.slice(0, 60) + text)),
  "console.log of bytes": (out, before, text) => out.log([...Buffer.from(before + text)]),
  "console.log of a typed array": (out, before, text) => out.log(new TextEncoder().encode(before + text)),
  "JSON of a buffer": (out, before, text) => out.log(JSON.stringify(Buffer.from(before + text))),
  "JSON of a typed array": (out, before, text) =>
    out.log(JSON.stringify({ sent: new TextEncoder().encode(before + text) }, null, 2)),
  "console.dir": (out, before, text) => out.dir({ [before + text]: new Map([[text, before + text]]) }),
  "console.table": (out, before, text) => out.table([{ a: before + text, [text]: 1 }]),
  "console.error of an error": (out, before, text) => out.error(new Error(before + text, { cause: text })),
  "a group": (out, before, text) => {
    out.group(before);
    out.group(text);
    out.log({ text });
    out.groupEnd();
  },
  "a text that its program cut": (out, before, text) => out.log(before + text.slice(0, 31)),
  "a text that its program cut and marked": (out, before, text) =>
    out.log(`${before}${text.slice(0, 20)}... more`),
  "a piece in the middle of a line": (out, before, text) =>
    out.log(`${before} ${text.slice(5, 17)} and ${text.slice(9)} and ${text.slice(0, 24)} are pieces`),
  "pieces in encodings": (out, before, text) => {
    const bytes = Buffer.from(text.slice(5, 25));
    out.log(before, bytes, [...bytes], new Uint8Array(bytes), bytes.toString("hex"), btoa(text.slice(6)), {
      [before]: { held: text.slice(4, -1) },
    });
  },
  "a buffer that its program cut": (out, _before, text) =>
    out.log(Buffer.from(text.slice(0, 25)).toString("base64")),
};

describe.each(Object.entries(prints))("in %s", (_name, write) => {
  test("nothing is printed of a secret but its beginning, wherever it is cut", () => {
    fc.assert(
      fc.property(cut, fc.integer({ min: 1, max: 12_000 }), (length, pieceLength) => {
        const shown = print((out) => write(out, "p".repeat(length), secret), pieceLength);
        expect(longestLeak(shown, secret)).toBeLessThanOrEqual(harmless);
      }),
      { numRuns: Math.ceil(sizes.generatedCases / 4) },
    );
  });

  test("no line of a secret of several lines is printed", () => {
    const shown = print((out) => write(out, "", pem), 50);
    for (const line of pem.split("\n").slice(1, 3)) {
      expect(longestLeak(shown, line)).toBeLessThanOrEqual(harmless);
    }
  });
});

test("the first lines of a key file, which every one has, are shown", () => {
  expect(print((out) => out.log("-----BEGIN PRIVATE KEY-----"), 100)).toBe("-----BEGIN PRIVATE KEY-----\n");
  expect(print((out) => out.log("the file begins with -----BEGIN PRIVATE KEY----- …"), 9)).toBe(
    "the file begins with -----BEGIN PRIVATE KEY----- …\n",
  );
});

test("the public beginning of a key is no secret, and neither are seven characters of its own", () => {
  expect(print((out) => out.log(`key ${secret.slice(0, 11)}… and "${secret.slice(0, 8)}"`), 100)).toBe(
    `key ${secret.slice(0, 11)}… and "${secret.slice(0, 8)}"\n`,
  );
  expect(print((out) => out.log(`key ${secret.slice(0, 12)}…`), 100)).toBe("key <redacted>…\n");
});

test("the words before and behind are kept", () => {
  for (let length = 0; length <= 200; length++) {
    const text = `${"p".repeat(length)}${secret}s'${secret.slice(0, 15)}' and ${secret.slice(0, 11)} is more`;
    expect(print((out) => out.log(text), 7)).toBe(
      `${"p".repeat(length)}<redacted>s'<redacted>' and ${secret.slice(0, 11)} is more\n`,
    );
  }
});

test("words that a secret shares with other texts are shown, up to fifteen characters of them", () => {
  know("postgres://reader:correct-horse-battery@db.example.com:5432/sales");
  const text = "the horse-battery of example.com, 0000000000000000 and LTAI";
  expect(print((out) => out.log(text), 11)).toBe(`${text}\n`);
  expect(print((out) => out.log("at db.example.com:5432"), 11)).toBe("at <redacted>\n");
});

test("digits of a number in any layout are found", () => {
  const digits = "4929123456781234";
  know(digits);
  const texts = ["4929123456781234", "4,929,123,456,781,234", "4929 1234 5678 1234", "4.929.123.456.781.234"];
  expect(texts.map((text) => print((out) => out.log(`${text}.`), 5))).toEqual([
    "<redacted>.\n",
    "<redacted>.\n",
    "<redacted>.\n",
    "<redacted>.\n",
  ]);
  expect(inspect(Number(digits))).toBe(digits);
});
