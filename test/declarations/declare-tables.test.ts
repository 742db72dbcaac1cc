import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type Field } from "../../src/arrow.ts";
import { columnType } from "../../src/declarations/column-type.ts";
import { declareTables } from "../../src/declarations/declare-tables.ts";
import { toRowObjects } from "../../src/frame/rows/row-objects.ts";
import { sampleColumns, tableOf } from "../display/sample-columns.ts";
import { compile } from "./compile.ts";

/** Columns whose values JavaScript has no type for. */
const unknownTypes = /union|interval|Union|Interval/i;

/** A value as TypeScript would write it. */
function writeValue(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") {
    if (Object.is(value, -0)) return "-0";
    return Number.isFinite(value) ? String(value) : `Number(${JSON.stringify(String(value))})`;
  }
  if (typeof value === "string") return JSON.stringify(value);
  if (value instanceof Date) return `new Date(${value.getTime()})`;
  if (value instanceof Uint8Array) return `new Uint8Array(${value.length})`;
  if (Array.isArray(value)) return `[${value.map(writeValue).join(", ")}]`;
  const members = Object.entries(value as object).map(
    ([name, item]) => `${JSON.stringify(name)}: ${writeValue(item)}`,
  );
  return `{ ${members.join(", ")} }`;
}

test("the type of every column takes the values that rows have, and no others", () => {
  const table = tableOf(sampleColumns.filter(({ data }) => !unknownTypes.test(String(data.type))));
  const [batch] = table.batches;
  if (batch === undefined) throw new Error("no rows");
  const rows = toRowObjects(batch);
  const columns = table.schema.fields;
  expect(columns.length).toBeGreaterThan(30);
  const sources = columns.map((field, index): [string, string] => {
    const values = rows.map((row) => writeValue(row[field.name]));
    const type = columnType(field);
    expect(type, field.name).not.toContain("unknown");
    // The imported names are texts that say more than rows do.
    return [
      `column-${index}.ts`,
      `type DecimalText = string; type TimeText = string;\n` +
        `type Column = ${type};\nexport const values: readonly Column[] = [${values.join(", ")}];\n` +
        `export const wrong: Column = Symbol() as symbol;\n`,
    ];
  });
  const problems = compile("typescript-in-process", Object.fromEntries(sources));
  for (const [index, [name, text]] of sources.entries()) {
    expect([columns[index]?.name, ...(problems.get(name) ?? [])], text).toEqual([
      columns[index]?.name,
      expect.stringContaining("'symbol' is not assignable"),
    ]);
  }
});

test("a field that takes no nulls has none in its type, nor have the items of a list that takes none", () => {
  const { Field: ArrowField, Int64, List, Struct, Utf8 } = arrow;
  const type = (field: Field) => columnType(field);
  expect(type(new ArrowField("a", new Int64(), false))).toBe("bigint");
  expect(type(new ArrowField("a", new Int64(), true))).toBe("bigint | null");
  expect(type(new ArrowField("a", new List(new ArrowField("item", new Utf8(), false)), false))).toBe(
    "string[]",
  );
  expect(type(new ArrowField("a", new List(new ArrowField("item", new Utf8(), true)), true))).toBe(
    "(string | null)[] | null",
  );
  expect(type(new ArrowField("a", new Struct([new ArrowField('x"*/', new Int64(), false)]), false))).toBe(
    '{ "x\\"*/": bigint }',
  );
});

test("the same tables give the same text, in whatever order they come", () => {
  const fields = [new arrow.Field("id", new arrow.Int64(), false)];
  const names = ["b.y", "a.z", "a.b"];
  const texts = [names, [...names].reverse()].map((order) =>
    declareTables(order.map((name) => ({ name, fields }))),
  );
  expect(texts[0]).toBe(texts[1]);
});

test("names of any kind stay inside the declarations", () => {
  const hostile = [
    '"',
    "\\",
    "`",
    "*/",
    "/*",
    "//",
    "${x}",
    "'",
    "\n",
    "\r",
    "\u2028",
    "\u2029",
    "}",
    "\0",
    "é",
    "💥",
    "__proto__",
    "constructor",
    "",
  ];
  const name = fc.array(fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: "binary" })), {
    maxLength: 6,
  });
  const names = fc.sample(name, { numRuns: 200, seed: 7 }).map((parts) => parts.join(""));
  const sources = names.map((text, index): [string, string] => {
    const struct = new arrow.Struct([new arrow.Field(text, new arrow.Utf8(), true)]);
    const fields = [
      new arrow.Field(text, new arrow.Int64(), false),
      new arrow.Field(`${text}!`, struct, true),
    ];
    return [`tables-${index}.d.ts`, declareTables([{ name: `n.${index}${text}`, fields }])];
  });
  const uses = names.map((text, index): [string, string] => [
    `use-${index}.ts`,
    `import type { LakeTables } from "dlf-lance";\ntype Row = LakeTables[${JSON.stringify(`n.${index}${text}`)}];\n` +
      `export const row: Row = { ${JSON.stringify(text)}: 1n, ${JSON.stringify(`${text}!`)}: null };\n`,
  ]);
  const problems = compile("typescript-in-process", Object.fromEntries([...sources, ...uses]));
  const found = [...problems].filter(([, texts]) => texts.length > 0);
  expect(found).toEqual([]);
});
