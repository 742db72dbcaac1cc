/** Fields of structs, and odd names, over SQL: few rows and many take different ways. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { type Connection, col, count } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
const sizes = { few: 20, many: 300_001 };

function build(rows: number) {
  const city = arrow.vectorFromArray(
    Array.from({ length: rows }, (_, row) => `c${row % 3}`),
    new arrow.Utf8(),
  );
  const zip = arrow.makeData({
    type: new arrow.Int32(),
    length: rows,
    data: Int32Array.from({ length: rows }, (_, row) => row),
  });
  const type = new arrow.Struct([
    new arrow.Field("city", new arrow.Utf8(), true),
    new arrow.Field("the\nzip", new arrow.Int32(), true),
  ]);
  const address = arrow.makeData({
    type,
    length: rows,
    nullCount: 0,
    children: [city.data[0], zip] as never,
  });
  const id = arrow.makeData({
    type: new arrow.Int32(),
    length: rows,
    data: Int32Array.from({ length: rows }, (_, row) => row),
  });
  const vectors = { id: [id], address: [address], "line\nfeed": [id], "address.city": [zip] };
  return new arrow.Table(
    Object.fromEntries(
      Object.entries(vectors).map(([name, data]) => [name, new arrow.Vector(data as never)]),
    ),
  );
}

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  await lake.createNamespace("demo");
  for (const [name, rows] of Object.entries(sizes)) {
    const table = build(rows);
    // Lance cannot name a column with a dot.
    await lake.createTable(["demo", name], table.select(["id", "address", "line\nfeed"]));
  }
}, 60_000);
afterAll(() => temporary?.close());

test.each(Object.entries(sizes))("fields of structs over a table of %s rows", async (name, rows) => {
  const cities = Math.ceil(rows / 3);
  const n = async (statement: { toObjects(): Promise<readonly object[]> }) =>
    (await statement.toObjects()).map((row) => Object.values(row));
  const table = lake.read(["demo", name]);
  const spellings = [
    table.sql`SELECT address.city FROM frame`,
    table.sql`SELECT frame.address.city FROM frame`,
    table.sql`SELECT f.address.city FROM frame f`,
    table.sql`SELECT (address).city AS city FROM frame`,
    table.sql`SELECT address['city'] AS city FROM frame`,
    table.sql`SELECT struct_extract(address, 'city') AS city FROM frame`,
    table.sql`SELECT address."city" FROM frame`,
    table.sql`SELECT ADDRESS.CITY AS city FROM frame`,
    table.sql`SELECT city FROM (SELECT address.city FROM frame)`,
    table.sql`SELECT x.city FROM (SELECT address AS x FROM frame)`,
    table.sql`SELECT address.* FROM frame`,
  ];
  for (const statement of spellings)
    expect(await n(statement.groupBy("city").agg(count()).sort("city").limit(1))).toEqual([
      ["c0", BigInt(cities)],
    ]);
  const grouped = lake.sql`
    SELECT address.city, count(*) AS n, max("line
feed") AS most, max(address."the
zip") AS zip
    FROM ${table} GROUP BY ALL ORDER BY ALL LIMIT 1`;
  const last = rows - 1 - ((rows - 1) % 3);
  expect(await n(grouped)).toEqual([["c0", BigInt(cities), last, last]]);
});

test.each(Object.entries(sizes))(
  "fields of structs with a sort, join or window, %s rows",
  async (name, rows) => {
    const city = lake
      .read(["demo", name])
      .select("id", col("address").field("city").as("city"), "line\nfeed");
    const [first] = await city.sort("city", { by: "id", descending: true }).limit(1).toObjects();
    expect(first).toEqual({
      id: rows - 1 - ((rows - 1) % 3),
      city: "c0",
      "line\nfeed": rows - 1 - ((rows - 1) % 3),
    });
    expect(await city.sort("city", "id").count()).toBe(rows);
    expect(await city.join(city.select("id", "line\nfeed"), { on: "id" }).count()).toBe(rows);
    const windows = await city
      .withColumn("n", count().over({ partitionBy: "city" }))
      .where(col("id").lt(1))
      .toObjects();
    expect(windows[0]?.n).toBe(BigInt(Math.ceil(rows / 3)));
  },
);

test("rows of the program may have a column that looks like the field of a struct", async () => {
  const { fromRows } = await import("../../src/index.ts");
  const frame = fromRows(build(6));
  expect(
    await frame.sql`SELECT "address.city" AS a, address.city AS b FROM frame WHERE id = 4`.toObjects(),
  ).toEqual([{ a: 4, b: "c1" }]);
});
