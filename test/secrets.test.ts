import fc from "fast-check";
import { expect, test } from "vitest";
import { findSecrets } from "./secrets.ts";
import { sizes } from "./sizes.ts";

const encodings: Record<string, (text: string) => string> = {
  raw: (text) => text,
  url: encodeURIComponent,
  "url, every byte": (text) => Buffer.from(text).toString("hex").replace(/../g, "%$&"),
  json: (text) => JSON.stringify(text),
  "json in json": (text) => JSON.stringify(JSON.stringify(text)),
  "url in json": (text) => JSON.stringify({ url: encodeURIComponent(text) }),
  "json, every character": (text) =>
    Array.from(
      { length: text.length },
      (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  html: (text) => text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`),
  base64: (text) => Buffer.from(text).toString("base64"),
  base64url: (text) => Buffer.from(text).toString("base64url"),
  "base64, one byte in": (text) => Buffer.from(`k${text}`).toString("base64"),
  "base64, two bytes in": (text) => Buffer.from(`k:${text}`).toString("base64"),
  "base64 over lines": (text) => Buffer.from(`user:${text}`).toString("base64").replace(/.{8}/g, "$&\n"),
  "base64 over lines in json": (text) =>
    JSON.stringify(Buffer.from(`user:${text}`).toString("base64").replace(/.{8}/g, "$&\n")),
  hex: (text) => Buffer.from(text).toString("hex"),
  "upper-case hex": (text) => Buffer.from(text).toString("hex").toUpperCase(),
};
const secrets = fc.string({ unit: "grapheme", minLength: 8, maxLength: 40 });
const surroundings = fc.string({ maxLength: 30 }).filter((text) => !/[\\%&]/.test(text));

test.each(Object.entries(encodings))("finds a secret written as %s", (_name, encode) => {
  fc.assert(
    fc.property(secrets, surroundings, surroundings, (secret, before, after) => {
      const lines = findSecrets(`${before} ${encode(secret)} ${after}`, ["another one", secret]);
      expect(lines.filter((line) => line.startsWith("secret 1 "))).not.toEqual([]);
      expect(lines.join()).not.toContain(secret);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("finds nothing where nothing is", () => {
  const secret = "not-in-the-text-0123456789";
  fc.assert(
    fc.property(secrets, (text) => {
      const page = Object.values(encodings).map((encode) => encode(text));
      expect(findSecrets(page.join("\n"), [secret])).toEqual([]);
    }),
    { numRuns: sizes.generatedCases },
  );
});

test("refuses a search that could not fail, and one that could not pass", () => {
  expect(() => findSecrets("text", [])).toThrow("no secrets to look for");
  expect(() => findSecrets("text", ["a secret", ""])).toThrow("or an empty one");
});
