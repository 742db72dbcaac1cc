import { expect, test } from "vitest";
import * as z from "zod";
import { arrow } from "../../src/arrow.ts";
import { composeRowSchema } from "../../src/declarations/row-schema.ts";
import { toRowObjects } from "../../src/frame/rows/row-objects.ts";
import { sampleColumns, tableOf } from "../display/sample-columns.ts";
import { openTemporaryLake } from "../temporary-lake.ts";

/** Columns whose values JavaScript has no type for. */
const unknownTypes = /union|interval/i;

test("rows over every type pass the schema of their columns, unchanged", () => {
  const table = tableOf(sampleColumns.filter(({ data }) => !unknownTypes.test(String(data.type))));
  const schema = composeRowSchema(table.schema.fields);
  const rows = table.batches.flatMap((batch) => toRowObjects(batch));
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows) expect(schema.parse(row)).toEqual({ ...row });
});

test("a value of another type is refused, and null where the column takes none", () => {
  const schema = composeRowSchema([
    new arrow.Field("id", new arrow.Int64(), false),
    new arrow.Field("price", new arrow.Float64(), true),
    new arrow.Field("__proto__", new arrow.Utf8(), true),
  ]);
  const row = Object.fromEntries([
    ["id", 1n],
    ["price", Number.NaN],
    ["__proto__", "x"],
  ]);
  expect(schema.safeParse(row).success).toBe(true);
  for (const wrong of [{ id: 1 }, { id: null }, { price: "3" }, { price: undefined }])
    expect(schema.safeParse({ ...row, ...wrong }).success, JSON.stringify(Object.keys(wrong))).toBe(false);
});

test("a table's schema types and checks the rows of a frame, and is a place to start from", async () => {
  const { lake, close } = await openTemporaryLake();
  await lake.createTable("default.readings", [
    { id: 1n, name: "a" },
    { id: 2n, name: null },
  ]);
  const row = await lake.rowSchema("default.readings");
  expect(await lake.read("default.readings").as(row).toObjects()).toEqual([
    { id: 1n, name: "a" },
    { id: 2n, name: null },
  ]);
  const strict = row.extend({ name: z.string() });
  await expect(lake.read("default.readings").as(strict).toObjects()).rejects.toThrow(/row 2.*name/);
  await expect(lake.rowSchema("default.nothing")).rejects.toMatchObject({ code: "TableNotFound" });
  await close();
});
