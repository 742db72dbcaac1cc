import { inspect } from "node:util";
import { expect, test } from "vitest";
import { displaySymbol, formatForDisplay, inspectText } from "../../src/display/mime.ts";
import * as api from "../../src/index.ts";

const classes = Object.entries(api).filter(([, value]) => /^class\b/.test(String(value)));
/** Shown by its shape, because it is one of the things everything else is built on. */
const shownByShape = ["DlfLanceError", "Secret"];

test("the classes are found", () => {
  expect(classes.map(([name]) => name)).toEqual(
    expect.arrayContaining(["Connection", "Frame", ...shownByShape]),
  );
});

test.each(classes.filter(([name]) => !shownByShape.includes(name)))(
  "%s says itself how notebooks and consoles show it",
  (_, value) => {
    const { prototype } = value as unknown as { prototype: Record<symbol, unknown> };
    expect(typeof prototype[displaySymbol]).toBe("function");
    expect(typeof prototype[inspect.custom]).toBe("function");
  },
);

test("an error is a card with its message whole, a secret is no more than its name", async () => {
  const error = new api.DlfLanceError("TableNotFound", "Cannot read a.b: <no> such table; list them first.", {
    status: 404,
  });
  const bundle = await formatForDisplay(error);
  expect(inspectText(bundle).split("\n")).toEqual([
    "TableNotFound",
    "  message      Cannot read a.b: <no> such table; list them first.",
    "  HTTP status  404",
  ]);
  expect(bundle["text/html"]).toContain("&lt;no&gt; such table; list them first.");
  expect(await formatForDisplay(new api.Secret("swordfish"))).toEqual({ "text/plain": "<redacted>" });
});

test("an expression and a plan are shown as they read", async () => {
  const bundle = await formatForDisplay(api.col("a<b").gt(1).and(api.col("c").isNull()));
  expect(inspectText(bundle)).toBe('Expression("a<b" > 1 and c is null)');
  expect(bundle["text/html"]).toContain("a&lt;b&quot; &gt; 1");
});
