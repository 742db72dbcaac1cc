/** Columns of a type that Daft does not keep hinder nothing that does not read them. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { col } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let sales: Frame;

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  temporary = await openTemporaryLake();
  await temporary.lake.seedDemo();
  sales = temporary.lake.read("demo.sales") as unknown as Frame;
}, 60_000);
afterAll(async () => {
  stopSidecars();
  delete process.env.DLF_LANCE_DAFT_PYTHON;
  await temporary.close();
});

test("the table has one", async () => {
  await expect(sales.on("daft").toObjects()).rejects.toMatchObject({
    code: "Unsupported",
    message: expect.stringContaining("column handling_time is duration[ms], which Daft does not keep"),
  });
});

test.each<[string, (frame: Frame) => Frame]>([
  ["a table", (frame) => frame],
  ["a condition", (frame) => frame.where(col("price").gt(100))],
  ["a computed condition", (frame) => frame.where(col("price").cast("float64").eq(2999.47))],
  ["a limit", (frame) => frame.where(col("paid")).limit(7)],
  ["a sort", (frame) => frame.sort("price")],
])("the rows of %s are counted", async (_, build) => {
  const rows = await build(sales).count();
  expect(rows).toBeGreaterThan(0);
  expect(await build(sales).on("daft").count()).toBe(rows);
});

test.each([{ x: "price" }, { x: "customer", y: "quantity" }, { x: "price", y: "discount", color: "paid" }])(
  "the chart %o is that of this process",
  async (options) => {
    const [there, here] = await Promise.all([sales.on("daft").plot(options), sales.plot(options)]);
    expect(there.spec).toEqual(here.spec);
  },
);
