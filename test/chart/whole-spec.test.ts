/** Specifications with their own data, as they are shown, and the size of those of a user's own. */
import { expect, test } from "vitest";
import "../../src/chart/draw-shown-spec.ts";
import { createSpecChart } from "../../src/chart/chart-rows.ts";
import { formatForDisplay } from "../../src/display/mime.ts";

const chartType = "application/vnd.vegalite.v5+json";
const encoding = {
  x: { field: "a", type: "ordinal" },
  y: { field: "b", type: "quantitative" },
};
const values = [
  { a: 1, b: 2 },
  { a: 2, b: 5n },
];

test.each([
  ["values", { mark: "bar", encoding, data: { values } }],
  [
    "a schema alone",
    { $schema: "https://vega.github.io/schema/vega-lite/v6.json", mark: "bar", data: { values } },
  ],
  ["data of a layer", { layer: [{ mark: "bar", encoding, data: { values: [{ a: 1, b: 2 }] } }] }],
  ["named data", { mark: "bar", encoding, data: { name: "d" }, datasets: { d: [{ a: 1, b: 2 }] } }],
  ["numbers", { mark: "bar", encoding: { x: { field: "data", type: "ordinal" } }, data: { values: [1, 2] } }],
])("a specification with %s is drawn, in our theme", async (_what, spec) => {
  const bundle = await formatForDisplay(spec);
  expect(Object.keys(bundle)).toEqual([chartType, "image/png", "text/plain"]);
  expect(bundle[chartType]).toMatchObject({ config: { background: "transparent" } });
  expect(JSON.stringify(bundle[chartType])).toMatch(/"(?:b":2|data":)|\[1,2\]/);
});

test("more rows than a chart holds are a sample", async () => {
  const many = Array.from({ length: 6_000 }, (_, a) => ({ a, b: a }));
  const bundle = await formatForDisplay({ mark: "bar", encoding, data: { values: many } });
  expect(bundle["text/plain"]).toContain("an even sample of 5,000 of 6,000 rows");
  expect(JSON.stringify(bundle[chartType]).length).toBeLessThan(200_000);
});

test.each([
  ["without data", { mark: "bar", encoding }],
  ["with data from an address", { mark: "bar", encoding, data: { url: "https://example.com/a.json" } }],
  ["that vega-lite does not take", { layer: 5, data: { values } }],
  ["of something else", { mark: "X", data: { values: [1] } }],
])("an object %s is a card", async (_what, value) => {
  expect(Object.keys(await formatForDisplay(value))).toEqual(["text/html", "text/plain"]);
});

test("an axis of few names has the usual length, unless the specification says otherwise", async () => {
  const rows = (count: number) => Array.from({ length: count }, (_, a) => ({ a, b: a }));
  const specOf = async (count: number, more: object = {}) =>
    (await createSpecChart({ mark: "bar", encoding, ...more }, rows(count), undefined)).spec;
  expect(await specOf(8)).toMatchObject({ width: 480 });
  expect(await specOf(8)).not.toHaveProperty("height");
  expect(await specOf(40)).not.toHaveProperty("width");
  expect(await specOf(8, { width: 200 })).toMatchObject({ width: 200 });
  expect(await specOf(8, { encoding: { x: encoding.y, y: encoding.x } })).toMatchObject({ height: 300 });
  expect(await specOf(8, { encoding: { ...encoding, column: { field: "b" } } })).not.toHaveProperty("width");
});
