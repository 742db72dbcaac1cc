/** docs/coming-from.md is what the functions are: npm test -- coming-from -u writes it again. */
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { ExpressionNode } from "../../../src/frame/expression/expression-node.ts";
import { operandsOf } from "../../../src/frame/expression/expression-parts.ts";
import { aggregateFunctions } from "../../../src/frame/functions/aggregate-functions.ts";
import { scalarFunctions } from "../../../src/frame/functions/scalar-functions.ts";
import * as api from "../../../src/index.ts";
import { comingFromPage, sections } from "./coming-from.ts";

const frame = api.fromRows([{ x: 1, y: "a" }]);
const rows = Object.values(sections).flat();

function evaluate(code: string): unknown {
  return new Function(...Object.keys(api), "frame", `return (${code});`)(...Object.values(api), frame);
}

test.each(rows.map(([ours]) => ours))("%s can be written", (code) => {
  const value = evaluate(code);
  expect(value instanceof api.Expression || value instanceof api.Frame).toBe(true);
});

test("every function of the tables has its line", () => {
  const named = new Set<string>();
  const visit = (node: ExpressionNode): void => {
    if (node.node === "call" || node.node === "aggregate") named.add(node.function);
    for (const operand of operandsOf(node)) visit(operand);
  };
  for (const [ours] of rows) {
    const value = evaluate(ours);
    if (value instanceof api.Expression) visit(value.node);
  }
  expect([...scalarFunctions, ...aggregateFunctions].filter((name) => !named.has(name))).toEqual([]);
});

test("the page is up to date", async () => {
  const page = join(resolve(import.meta.dirname, "../../.."), "docs/coming-from.md");
  await expect(comingFromPage()).toMatchFileSnapshot(page);
});
