import { inflateSync } from "node:zlib";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Connection } from "../../src/index.ts";
import { publishProgressWatcher } from "../../src/progress.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { readPng } from "./read-png.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

test("the demo tables are made once, and are the same everywhere", async () => {
  const names = ["demo.sales", "demo.documents", "demo.images"];
  expect(await lake.seedDemo()).toEqual(names);
  expect(await lake.seedDemo()).toEqual(names);
  expect((await lake.listTables("demo")).sort()).toEqual(["documents", "images", "sales"]);
  for (const name of names) expect((await lake.describe(name)).version).toBe(1);
  expect(await lake.read("demo.documents").select("topic", "text").limit(1).toObjects()).toEqual([
    { topic: expect.stringMatching(/^(storage|weather|cooking|music)$/), text: expect.any(String) },
  ]);
});

test("tables that exist are not made again, and no progress says so", async () => {
  await lake.seedDemo();
  const titles: string[] = [];
  const watched = { advance: () => {}, expect: () => {}, begin: () => watched, end: () => {} };
  publishProgressWatcher((title) => {
    titles.push(title);
    return watched;
  });
  onTestFinished(() => publishProgressWatcher(undefined));
  await lake.seedDemo();
  expect(titles).toEqual([]);
  await lake.createTable("demo.made", [{ id: 1 }]);
  expect(titles).toEqual(["create table demo.made"]);
  await lake.dropTable("demo.made");
});

test("sales have every column type that people meet, with nulls", async () => {
  await lake.seedDemo();
  const { schema, rows } = await lake.describe("demo.sales");
  expect(rows).toBe(1_000);
  expect(Object.fromEntries(schema.fields.map(({ name, type }) => [name, String(type)]))).toEqual({
    order_id: "Int64",
    tracking_number: "Uint64",
    customer: "Utf8",
    quantity: "Int32",
    price: "Decimal[12e+2]",
    discount: "Float64",
    weight_kg: "Float32",
    paid: "Bool",
    ordered_on: "Date32<DAY>",
    ordered_at: "Timestamp<MICROSECOND, Asia/Shanghai>",
    shipped_at: "Timestamp<MILLISECOND>",
    handling_time: "Duration<MILLISECOND>",
    tags: "List<Utf8>",
    address: expect.stringMatching(/^Struct<\{city:Utf8, postcode:Utf8, place:Struct/),
  });
  const table = await lake.read("demo.sales").collect();
  for (const name of ["customer", "discount", "weight_kg", "paid", "shipped_at", "tags", "address"]) {
    expect([name, table.getChild(name)?.nullCount ?? 0]).toEqual([
      name,
      expect.toSatisfy((count) => count > 20),
    ]);
  }
  const first = table.get(0)?.toJSON();
  expect(first).toMatchObject({ order_id: 1n, tracking_number: 9_007_199_254_740_993n });
  expect(table.getChild("price")?.get(0)).toBeDefined();
});

test("documents that share a topic lie near each other", async () => {
  await lake.seedDemo();
  const rows = (await lake.read("demo.documents").toObjects()) as {
    topic: string;
    embedding: Iterable<number>;
  }[];
  const vectors = rows.map(({ topic, embedding }) => ({ topic, vector: [...embedding] }));
  const similarity = (a: number[], b: number[]) =>
    a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
  const [first, ...others] = vectors;
  if (first === undefined) throw new Error("there are no documents");
  expect(similarity(first.vector, first.vector)).toBeCloseTo(1, 5);
  const mean = (same: boolean) => {
    const chosen = others.filter(({ topic }) => (topic === first.topic) === same);
    return chosen.reduce((sum, { vector }) => sum + similarity(first.vector, vector), 0) / chosen.length;
  };
  expect(mean(true)).toBeGreaterThan(mean(false) + 0.5);
});

test("the images are PNG files with the right checksums and as many pixels as they say", async () => {
  await lake.seedDemo();
  const rows = (await lake.read("demo.images").toObjects()) as { label: string; image: Uint8Array }[];
  expect(rows).toHaveLength(24);
  for (const { image } of rows) {
    const { width, height, pixels } = readPng(image);
    expect([width, height, inflateSync(pixels).length]).toEqual([48, 48, (48 * 3 + 1) * 48]);
  }
});
