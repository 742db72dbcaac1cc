import { inspect } from "node:util";
import * as foreign from "apache-arrow";
import { expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { displaySymbol, formatForDisplay, inspectText, isDisplayable } from "../../src/display/mime.ts";
import { Secret } from "../../src/secret.ts";
import { makeData, strings, tableOf } from "./sample-columns.ts";

const text = async (value: unknown) => inspectText(await formatForDisplay(value));

test("a value's own display comes first, also from a promise, a class or another library", async () => {
  const bundle = { "text/html": "<b>x</b>", "text/plain": "x" };
  expect(await formatForDisplay({ [Symbol.for("Jupyter.display")]: () => bundle })).toBe(bundle);
  expect(await formatForDisplay({ [displaySymbol]: async () => bundle })).toBe(bundle);
  const shown = Object.assign(() => 1, { [displaySymbol]: () => bundle });
  expect(isDisplayable(shown)).toBe(true);
  expect(await formatForDisplay(shown)).toBe(bundle);
  const table = Object.assign(tableOf([{ name: "a", data: strings(["1"]) }]), {
    [displaySymbol]: () => bundle,
  });
  expect(await formatForDisplay(table)).toBe(bundle);
});

test.each([undefined, null, "text", {}, { plain: "x" }, ["text/plain"]])(
  "a display that answers %j is refused",
  async (answer) => {
    await expect(formatForDisplay({ [displaySymbol]: () => answer })).rejects.toMatchObject({
      code: "InvalidInput",
      message: expect.stringContaining("MIME bundle"),
    });
  },
);

test("a display that fails fails the cell", async () => {
  const failing = {
    [displaySymbol]: () => {
      throw new RangeError("no such column");
    },
  };
  await expect(formatForDisplay(failing)).rejects.toThrow("no such column");
});

test("tables and batches of both copies of apache-arrow are tables", async () => {
  const own = tableOf([
    { name: "id", data: makeData({ type: new arrow.Int64(), data: BigInt64Array.of(2n ** 60n) }) },
  ]);
  const other = foreign.tableFromIPC(arrow.tableToIPC(own));
  expect(other).not.toBeInstanceOf(arrow.Table);
  for (const value of [own, other, own.batches[0], other.batches[0]]) {
    const bundle = await formatForDisplay(value);
    expect(Object.keys(bundle)).toEqual(["text/html", "text/plain"]);
    expect(inspectText(bundle)).toBe(
      [
        "┌─────────────────────┐",
        "│                  id │",
        "│               int64 │",
        "├─────────────────────┤",
        "│ 1152921504606846976 │",
        "└─────────────────────┘",
        "1 row × 1 column · 8 B",
      ].join("\n"),
    );
  }
});

test("a vector is a table of one column", async () => {
  const vector = arrow.vectorFromArray([1.5, null], new arrow.Float64());
  expect((await text(vector)).split("\n").slice(2)).toEqual([
    "│ double │",
    "├────────┤",
    "│    1.5 │",
    "│   null │",
    "└────────┘",
    expect.stringMatching(/^2 rows × 1 column · \d+ B$/),
  ]);
});

test("a schema is a list of its columns", async () => {
  const { schema } = tableOf([{ name: "id", data: strings(["1"]) }], false);
  expect(await text(schema)).toMatch(/│ id\s+│ string │ no\s+│/);
});

test("everything else is text", async () => {
  expect(await text("two\nlines")).toBe("two\nlines");
  expect(await text(12n)).toBe("12n");
  expect(await text(undefined)).toBe("undefined");
  expect(await text(null)).toBe("null");
  expect(await text(["a", "b"])).toBe("[ 'a', 'b' ]");
  expect(await text({ a: { b: { c: { d: 1 } } } })).toContain("d: 1");
  expect(await text(new Secret("swordfish"))).not.toContain("swordfish");
  expect(await text({ [inspect.custom]: () => "custom" })).toBe("custom");
});

test("a huge value is cut", async () => {
  expect((await text(Array.from({ length: 1e5 }, () => "x".repeat(1e5)))).length).toBeLessThan(41_000);
});

test("text of a bundle without text is empty", () => {
  expect(inspectText({ "image/png": "" })).toBe("");
});
