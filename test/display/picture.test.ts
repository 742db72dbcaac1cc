/** Pictures that a program holds are shown as pictures. */
import { expect, test } from "vitest";
import { formatForDisplay } from "../../src/display/mime.ts";
import { tinyPng } from "./sample-columns.ts";

const base64 = Buffer.from(tinyPng).toString("base64");
const jpeg = Buffer.from("ffd8ffc0001108000a0014030122000211010311", "hex");
const webp = Buffer.concat([
  Buffer.from("RIFF\0\0\0\0WEBPVP8X\0\0\0\0\0\0\0\0"),
  Buffer.from([9, 0, 0, 4, 0, 0]),
]);

test.each([
  ["a Buffer", Buffer.from(tinyPng), "image/png"],
  ["a Uint8Array", new Uint8Array(tinyPng), "image/png"],
  ["a part of a larger buffer", new Uint8Array([0, 0, ...tinyPng]).subarray(2), "image/png"],
  ["an ArrayBuffer", new Uint8Array(tinyPng).buffer, "image/png"],
  ["a JPEG", jpeg, "image/jpeg"],
  ["a WebP", webp, "image/webp"],
  ["a canvas", { toDataURL: () => `data:image/png;base64,${base64}` }, "image/png"],
  ["a canvas that takes its time", { toDataURL: async () => `data:image/png;base64,${base64}` }, "image/png"],
])("%s", async (_, value, type) => {
  const bundle = await formatForDisplay(value);
  expect(Object.keys(bundle)).toEqual([type, "text/plain"]);
  expect(bundle["text/plain"]).toMatch(/^(PNG|JPEG|WebP) \d+×\d+ [\d.]+ k?B$/);
  if (type === "image/png") expect(bundle[type]).toBe(base64);
});

test("other bytes, and a picture too large for a notebook, are words", async () => {
  expect(Object.keys(await formatForDisplay(Buffer.from("hello")))).toEqual(["text/plain"]);
  const large = Buffer.concat([Buffer.from(tinyPng), Buffer.alloc(9_000_000)]);
  const bundle = await formatForDisplay(large);
  expect(Object.keys(bundle)).toEqual(["text/plain"]);
  expect(bundle["text/plain"]).toContain("more than 8.00 MB");
  expect(await formatForDisplay({ toDataURL: () => "data:text/html;base64,AAAA", a: 1 })).not.toHaveProperty(
    "image/png",
  );
});
