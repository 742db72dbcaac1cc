/** The examples in the documentation of expressions: each runs, and gives what stands beside it. */
import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import { holds } from "../../../src/frame/expression/expression-parts.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { aggregateFunctions } from "../../../src/frame/functions/aggregate-functions.ts";
import { scalarFunctions } from "../../../src/frame/functions/scalar-functions.ts";
import * as api from "../../../src/index.ts";
import { buildTable } from "../sample-table.ts";

const builder = resolve(import.meta.dirname, "../../../src/frame/builder");

const sources = readdirSync(builder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readFileSync(join(builder, file), "utf8"));

const examples = sources.flatMap((source) =>
  [...source.matchAll(/@example (?<code>.+?) \/\/ (?<result>.+?)(?: \*\/)?$/gm)].map(
    ({ groups }) => [groups?.["code"] ?? "", groups?.["result"] ?? ""] as const,
  ),
);

const entries = new arrow.Struct([
  new arrow.Field("key", new arrow.Utf8(), false),
  new arrow.Field("value", new arrow.Int64(), true),
]);
const map = new arrow.Map_(new arrow.Field("entries", entries, false) as never);
const rows = buildTable([
  { name: "n", type: new arrow.Float64(), cells: [3, 1, 2, 2] },
  { name: "t", type: new arrow.Utf8(), cells: ["a", null, null, "b"] },
  { name: "o", type: new arrow.Duration(0), cells: [129_600n, 0n, 1n, null] },
  {
    name: "m",
    type: map,
    cells: Array.from(
      { length: 4 },
      () =>
        new Map([
          ["a", 1n],
          ["b", 2n],
        ]),
    ),
  },
]);

function evaluate(code: string): unknown {
  const plain = stripTypeScriptTypes(`(${code})`);
  return new Function(...Object.keys(api), "Buffer", `return ${plain};`)(...Object.values(api), Buffer);
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "object" && value !== null && "toArray" in value
    ? Array.from(value as never)
    : value;
}

test.each(examples)("%s is %s", async (code, result) => {
  const expression = evaluate(code) as api.Expression;
  const value = expression.as("value");
  const frame: Frame = Frame.of(rows, "rows");
  const isOne = holds(expression.node, "aggregate") && !holds(expression.node, "window");
  const found = isOne ? await frame.agg(value).toObjects() : await frame.select(value).toObjects();
  const values = found.map((row) => plain(row["value"]));
  expect(holds(expression.node, "window") ? values : values[0]).toEqual(evaluate(result));
});

test("every function of the tables has an example, or a method written by hand", () => {
  const text = examples.map(([code]) => code).join("\n");
  const isDocumented = (name: string) =>
    text.includes(`${name}(`) || sources.some((source) => source.includes(`"${name}"`));
  expect([...scalarFunctions, ...aggregateFunctions].filter((name) => !isDocumented(name))).toEqual([]);
});
