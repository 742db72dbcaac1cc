import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type Table } from "../../src/arrow.ts";
import { type Connection, col, connect, type LakeTable } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

const rows = 2_000;
const dimensions = 8;

let temporary: TemporaryLake;
let lake: Connection;
let table: LakeTable;

function vectorAt(row: number): number[] {
  return Array.from({ length: dimensions }, (_, index) => Math.fround(Math.sin(row * 1.7 + index * 0.9)));
}

function vectors(item: InstanceType<typeof arrow.DataType>) {
  const type = new arrow.FixedSizeList(dimensions, new arrow.Field("item", item, true));
  return arrow.vectorFromArray(
    Array.from({ length: rows }, (_, row) => vectorAt(row)),
    type,
  );
}

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  const data = new arrow.Table({
    id: arrow.vectorFromArray(
      Array.from({ length: rows }, (_, row) => BigInt(row)),
      new arrow.Int64(),
    ),
    words: arrow.vectorFromArray(
      Array.from({ length: rows }, (_, row) =>
        row % 100 === 7 ? `a red fox in field ${row}` : `nothing ${row}`,
      ),
      new arrow.Utf8(),
    ),
    vector: vectors(new arrow.Float32()),
  });
  await lake.createTable("default.searched", data);
  table = lake.table("default.searched");
});

afterAll(() => temporary?.close());

const idsOf = (found: Table) => [...(found.getChild("id") ?? [])].map(Number);

/** The nearest rows, found by looking at all of them. */
function findNearest(
  vector: readonly number[],
  count: number,
  isWanted: (row: number) => boolean = () => true,
): number[] {
  const distance = (row: number) =>
    vectorAt(row).reduce((sum, value, index) => sum + (value - (vector[index] ?? 0)) ** 2, 0);
  return Array.from({ length: rows }, (_, row) => row)
    .filter(isWanted)
    .sort((a, b) => distance(a) - distance(b))
    .slice(0, count);
}

test("the nearest vectors are found without an index, exactly, among the rows a condition keeps", async () => {
  const vector = vectorAt(123).map((value) => value + 0.001);
  const found = await table.nearest(vector, { k: 5 });
  expect(idsOf(found)).toEqual(findNearest(vector, 5));
  expect(found.schema.fields.map(({ name }) => name)).toEqual(["id", "words", "vector", "_distance"]);
  const distances = [...(found.getChild("_distance") ?? [])];
  expect(distances).toEqual([...distances].sort((a, b) => a - b));

  const few = await table.nearest(vector, { k: 3, where: col("id").gt(1_500), columns: ["id"] });
  expect(idsOf(few)).toEqual(findNearest(vector, 3, (row) => row > 1_500));
  expect(few.schema.fields.map(({ name }) => name)).toEqual(["id", "_distance"]);
  expect((await table.nearest(Float32Array.from(vector), { k: 2, where: "id < 0" })).numRows).toBe(0);
});

test("a vector index is built, listed, used and dropped", async () => {
  const built = await table.createIndex("vector", {
    type: "ivf_pq",
    metric: "cosine",
    partitions: 4,
    subVectors: 4,
  });
  expect(built.version).toBe(built.versionBefore + 1);
  expect(await table.indices()).toMatchObject([
    { name: "vector_idx", type: "IvfPq", columns: ["vector"], indexedRows: rows, unindexedRows: 0 },
  ]);
  expect(await table.indexStatistics("vector_idx")).toMatchObject({ metric: "cosine", indexedRows: rows });
  const options = { k: 10, probes: 4, refine: 20, metric: "cosine" as const };
  expect(idsOf(await table.nearest(vectorAt(55), options))).toContain(55);
  expect(await refusal(() => table.createIndex("vector", { type: "ivf_flat" }))).toMatch(
    /^TableIndexAlreadyExists: /,
  );
  await table.append([{ id: 9_999, words: "late", vector: vectorAt(1) }]);
  expect((await table.indices())[0]?.unindexedRows).toBe(1);
  expect(await refusal(() => table.waitForIndex("vector_idx", { timeout: 100 }))).toMatch(
    /^InvalidTableState: .*: 1 row is not in it yet/,
  );
  for (const call of [
    () => table.waitForIndex("vector"),
    () => table.indexStatistics("vector"),
    () => table.dropIndex("vector"),
  ])
    expect(await refusal(call)).toMatch(
      /^TableIndexNotFound: .*: vector is a column; its index is vector_idx; pass that name$/,
    );
  expect(await refusal(() => table.waitForIndex("words"))).toMatch(
    /^TableIndexNotFound: .*: words is a column; it has none yet, and the table has vector_idx; create one with createIndex\("words", …\)$/,
  );
  expect(await refusal(() => table.dropIndex("vector_ix"))).toMatch(
    /: no such index; did you mean vector_idx\?$/,
  );
  expect(await refusal(() => table.waitForIndex("other", { timeout: 100 }))).toMatch(
    /^TableIndexNotFound: .*: no index of that name has appeared, and the table has vector_idx; build it/,
  );
  await table.compact();
  expect((await table.waitForIndex("vector_idx")).unindexedRows).toBe(0);
  await table.delete("id = 9999");
  await table.dropIndex("vector_idx");
  expect(await table.indices()).toEqual([]);
});

test.each([
  ["vector", { type: "ivf_flat", partitions: 2 }],
  ["vector", { type: "ivf_hnsw_sq", partitions: 1 }],
  ["vector", { type: "ivf_hnsw_pq", partitions: 1, subVectors: 4 }],
  ["id", { type: "btree" }],
  ["id", { type: "bitmap" }],
] as const)("over column %s an index %o is built, and finds the same rows", async (column, kind) => {
  await table.createIndex(column, kind, { name: "tried" });
  expect((await table.indices()).map(({ name }) => name)).toEqual(["tried"]);
  if (column === "id") expect(await table.read().where("id = 77").count()).toBe(1);
  else expect(idsOf(await table.nearest(vectorAt(77), { k: 5, refine: 10, probes: 2 }))).toContain(77);
  await table.dropIndex("tried");
});

test.each<[column: string, kind: object, options: object, told: RegExp]>([
  [
    "vector",
    { type: "ivf_pq", subVectors: 3 },
    {},
    /: subVectors is 3, and the vectors have \d+ numbers; pass a divisor of \d+, or leave it out$/,
  ],
  ["vector", { type: "ivf_hnsw_pq", subVectors: 64 }, {}, /: subVectors is 64, and the vectors have /],
  [
    "vector",
    { type: "ivf_flat", partitions: 1_000_000 },
    {},
    /: 1000000 partitions need more vectors than the \d+ there are; pass fewer/,
  ],
  ["vector", { type: "ivf_hnsw_sq", m: 1 }, {}, /: m is 1; pass 4 or more$/],
  [
    "id",
    { type: "btree" },
    {},
    /: there is an index id_idx already; pass \{ replace: true \} after the settings to build it again$/,
  ],
  [
    "words",
    { type: "btree" },
    { name: "id_idx" },
    /: index id_idx is over another column; pass another name, as in \{ name: "…" \}$/,
  ],
])("over column %s an index %o with %o is refused in our words", async (column, kind, options, told) => {
  await table.createIndex("id", { type: "btree" }, { replace: true });
  expect(await refusal(() => table.createIndex(column, kind as { type: "btree" }, options))).toMatch(told);
  expect(await table.indices()).toHaveLength(1);
  await table.dropIndex("id_idx");
});

test("an index that another client builds, or brings up to date, is waited for", async () => {
  const other = await connect(temporary.local.config);
  try {
    await lake.createTable("default.awaited", [{ id: 1 }]);
    const awaited = lake.table("default.awaited");
    const built = awaited.waitForIndex("id_idx", { timeout: 30_000 });
    await other.table("default.awaited").createIndex("id", { type: "btree" });
    expect(await built).toMatchObject({ name: "id_idx", unindexedRows: 0 });
    await awaited.append([{ id: 2 }]);
    const whole = awaited.waitForIndex("id_idx", { timeout: 30_000 });
    await other.table("default.awaited").compact();
    expect(await whole).toMatchObject({ indexedRows: 2, unindexedRows: 0 });
  } finally {
    await other.close();
  }
});

test("text is searched by an index, also together with a vector", async () => {
  await table.createIndex("words", { type: "fts" });
  const found = await table.search("fox", { k: 5, where: "id > 1000" });
  expect(found.numRows).toBe(5);
  expect(idsOf(found).every((id) => id > 1_000 && id % 100 === 7)).toBe(true);
  expect(found.schema.fields.at(-1)?.name).toBe("_score");
  expect((await table.search("zebra", { textColumns: ["words"] })).numRows).toBe(0);

  const both = await table.search("fox", {
    k: 6,
    vector: vectorAt(300),
    columns: ["words"],
    where: "id < 1000",
  });
  expect(both.schema.fields.map(({ name }) => name)).toEqual(["words", "_relevance_score"]);
  const words = [...(both.getChild("words") ?? [])].join();
  expect(words).toContain("fox");
  expect(words).toContain("nothing 300");
  await table.dropIndex("words_idx");
});

test("what cannot be searched is refused in words", async () => {
  expect(await refusal(() => table.nearest([1, 2]))).toMatch(
    /^InvalidInput: .*it holds vectors of 8 numbers, and the one given has 2/,
  );
  expect(await refusal(() => table.nearest([...vectorAt(0).slice(1), Number.NaN]))).toMatch(/not NaN$/);
  expect(await refusal(() => table.nearest(vectorAt(0), { column: "id" }))).toMatch(
    /it is int64, not a list/,
  );
  expect(await refusal(() => table.nearest(vectorAt(0), { column: "no" }))).toMatch(/^TableColumnNotFound: /);
  expect(await refusal(() => table.nearest(vectorAt(0), { k: 0 }))).toMatch(
    /^InvalidInput: .*: k is 0; pass a whole number above 0$/,
  );
  expect(await refusal(() => table.search(" "))).toMatch(/the text to search for is empty/);
  expect(await refusal(() => table.search("fox"))).toMatch(
    /^InvalidInput: .*no column has an index for text; create one with createIndex/,
  );
  expect(await refusal(() => table.search("fox", { textColumns: ["id"] }))).toMatch(/it is int64, not text/);
  expect(await refusal(() => table.dropIndex("no"))).toMatch(/^TableIndexNotFound: .*the table has none/);
  expect(await refusal(() => table.createIndex("vector", { type: "bitmap" }))).toMatch(/^InvalidInput: /);
  await lake.createTable(
    "default.two",
    new arrow.Table({ a: vectors(new arrow.Float32()), b: vectors(new arrow.Float64()) }),
  );
  const two = lake.table("default.two");
  expect(await refusal(() => two.nearest(vectorAt(0)))).toMatch(/name the column, one of a \(8\), b \(8\)/);
  expect((await two.nearest(vectorAt(0), { column: "b", k: 1 })).getChild("_distance")?.get(0)).toBeCloseTo(
    0,
  );
});

test("an interruption ends the building of an index, and nothing of it stays", async () => {
  const [count, length] = [20_000, 64];
  const values = Float32Array.from({ length: count * length }, (_, index) => Math.sin(index * index));
  const child = arrow.makeData({ type: new arrow.Float32(), length: values.length, data: values });
  const type = new arrow.FixedSizeList(length, new arrow.Field("item", new arrow.Float32(), true));
  const vector = arrow.makeVector(arrow.makeData({ type, length: count, child }));
  await lake.createTable("default.large", new arrow.Table({ vector }));
  const large = lake.table("default.large");
  const controller = new AbortController();
  // In the middle of a native call that says nothing while it works.
  setTimeout(() => controller.abort(), 300);
  const building = () =>
    large.createIndex("vector", { type: "ivf_pq", partitions: 128 }, { signal: controller.signal });
  expect(await refusal(building)).toMatch(/^Interrupted: .*Nothing was changed/);
  expect(await large.indices()).toEqual([]);
});
