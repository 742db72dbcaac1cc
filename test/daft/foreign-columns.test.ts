/** Columns of a type that Daft does not keep hinder nothing that does not read them. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { col, readFile } from "../../src/index.ts";
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
  ["a table whose first column it is", (frame) => frame.select("handling_time", "order_id", "price")],
  ["a part of such a table", (frame) => frame.select("handling_time", "price", "order_id").limit(7)],
  [
    "pairs of such a table",
    (frame) => frame.select("order_id").join(frame.select("handling_time", "customer"), { how: "cross" }),
  ],
])("the rows of %s are counted", async (_, build) => {
  const rows = await build(sales).count();
  expect(rows).toBeGreaterThan(0);
  expect(await build(sales).on("daft").count()).toBe(rows);
});

const profiled = ["order_id", "price", "customer"] as const;

test("a profile of few rows has the figures of this process, and of many rows is refused in one sentence", async () => {
  const few = sales
    .select(...profiled)
    .sort("order_id")
    .limit(20);
  expect(JSON.stringify(await few.on("daft").profile())).toBe(JSON.stringify(await few.profile()));
  for (const engine of ["daft", "ray"] as const)
    await expect(sales.select(...profiled).profile({ engine })).rejects.toMatchObject({
      code: "Unsupported",
      message: expect.stringMatching(
        /^Cannot profile demo\.sales on (Daft|Ray): all its rows would come to this process for a sample; run it here with \.on\("here"\)\.profile\(\), or profile groups or sort\(\)\.limit\(\)$/,
      ),
    });
  // What Daft does not do of the frame itself is named.
  await expect(sales.select(col("customer").reverse().as("c")).on("daft").profile()).rejects.toThrow(
    /reverse\(customer\) is not computed there/,
  );
});

test.each(["rows.csv", "rows.jsonl", "rows.csv.gz"])("the rows of %s are counted and sent", async (name) => {
  const folder = await mkdtemp(join(tmpdir(), "daft-files-"));
  try {
    const isCsv = name.includes("csv");
    const line = (id: number) => (isCsv ? `${id},w${id % 3}\n` : `{"id":${id},"word":"w${id % 3}"}\n`);
    const text = `${isCsv ? "id,word\n" : ""}${[1, 2, 3, 4].map(line).join("")}`;
    const path = join(folder, name);
    await writeFile(path, name.endsWith("gz") ? gzipSync(text) : text);
    const file = readFile(path) as unknown as Frame;
    const groups = file.groupBy("word").agg(col("id").sum().as("sum")).sort("word");
    expect(await groups.on("daft").toObjects()).toEqual(await groups.toObjects());
    expect(await file.on("daft").count()).toBe(4);
    // What is partly done here stands on few rows too.
    const median = file.agg(col("id").median().as("m")).join(groups, { how: "cross" });
    expect(await median.on("daft").toObjects()).toEqual(await median.toObjects());
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([{ x: "price" }, { x: "customer", y: "quantity" }, { x: "price", y: "discount", color: "paid" }])(
  "the chart %o is that of this process",
  async (options) => {
    const [there, here] = await Promise.all([sales.on("daft").plot(options), sales.plot(options)]);
    expect(there.spec).toEqual(here.spec);
  },
);
