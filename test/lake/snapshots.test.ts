/** One run sees one version of each table, whoever writes meanwhile. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connection, col, connect, count, type Frame } from "../../src/index.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let writer: Connection;
const rowsOfWrite = 7;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  writer = await connect(temporary.local.config);
  await lake.createNamespace("demo");
});
afterAll(async () => {
  await writer?.close();
  await temporary?.close();
});

const rowsFrom = (begin: number) =>
  Array.from({ length: rowsOfWrite }, (_, row) => ({ id: begin + row, w: `w${(begin + row) % 3}` }));

/** Runs the work again and again beside a writer; the number of versions written meanwhile. */
async function besideWriter(table: string, work: () => Promise<void>): Promise<number> {
  await lake.createTable(table, rowsFrom(0));
  let isDone = false;
  let written = 0;
  const writing = (async () => {
    while (!isDone) await writer.append(table, rowsFrom(rowsOfWrite * ++written));
  })();
  try {
    for (let run = 0; run < 4; run++) await work();
    // As many versions as make it likely that some were written between two scans.
    while (written < 4) await work();
  } finally {
    isDone = true;
    await writing;
  }
  return written;
}

test("two reads of one table in a plan are of one version, in joins, concats and SQL", async () => {
  const table = () => lake.read("demo.moving");
  const written = await besideWriter("demo.moving", async () => {
    const self = await table()
      .join(table().select("id") as unknown as Frame, { on: "id", how: "full" })
      .agg(count().as("all"), col("w").count().as("matched"))
      .toObjects();
    expect(self[0]?.all).toBe(self[0]?.matched);
    const [first, second] = await table()
      .agg(count().as("n"))
      .concat(table().agg(count().as("n")))
      .toObjects();
    expect(first).toEqual(second);
    const both = await lake.sql`
      SELECT (SELECT count(*) FROM demo.moving) AS a, (SELECT count(*) FROM ${table()}) AS b`.toObjects();
    expect(both[0]?.a).toEqual(both[0]?.b);
  });
  expect(written).toBeGreaterThan(3);
}, 120_000);

test("the label of a display is the version of its rows, and the rows in all are those of it", async () => {
  const versionOf = new Map<number, number>();
  await besideWriter("demo.shown", async () => {
    const shown = String(await lake.read("demo.shown").show(3));
    const [, rows, version] = /([\d,]+) rows × 2 columns · version (\d+)/.exec(shown) ?? [];
    const all = Number(rows?.replaceAll(",", ""));
    expect(all, shown).toBe(Number(version) * rowsOfWrite);
    versionOf.set(Number(version), all);
  });
  expect(versionOf.size).toBeGreaterThan(0);
}, 120_000);

test("two versions of a table are compared by a join, and written back", async () => {
  await lake.createTable("demo.compared", rowsFrom(0));
  await lake.append("demo.compared", rowsFrom(100));
  const before = lake.read("demo.compared", { at: 1 });
  const added = lake.table("demo.compared").read().join(before, { on: "id", how: "anti" });
  expect((await added.sort("id").toObjects()).map(({ id }) => id)).toEqual(
    rowsFrom(100).map(({ id }) => BigInt(id)),
  );
  await added.write("demo.added");
  expect(await lake.read("demo.added").count()).toBe(rowsOfWrite);
  expect(await lake.sql`SELECT count(*) AS n FROM ${lake.table("demo.compared").at(1)}`.toObjects()).toEqual([
    { n: BigInt(rowsOfWrite) },
  ]);
});

test("tables of two connections join, each read with its own connection", async () => {
  await lake.createTable("demo.left", rowsFrom(0));
  await lake.createTable("demo.right", rowsFrom(3));
  const joined = lake
    .read("demo.left")
    .join(writer.read("demo.right").select("id") as unknown as Frame, { on: "id" });
  expect(await joined.count()).toBe(rowsOfWrite - 3);
  expect(await joined.sql`SELECT count(*) AS n FROM frame JOIN demo.right USING (id)`.toObjects()).toEqual([
    { n: BigInt(rowsOfWrite - 3) },
  ]);
  const nested = writer.sql`SELECT * FROM demo.right WHERE id > 4`;
  expect(
    await lake
      .read("demo.left")
      .join(nested.select("id") as unknown as Frame, { on: "id" })
      .count(),
  ).toBe(2);
});

test("a plan document is the same frame on a connection", async () => {
  const frame = lake.read("demo.left", { at: 1 }).where(col("id").gt(2))
    .sql`SELECT w, count(*) AS n FROM frame GROUP BY w`.sort("w");
  const document: unknown = JSON.parse(JSON.stringify(frame));
  expect(await writer.frame(document).toObjects()).toEqual(await frame.toObjects());
});

/** Builds the same frame each time it is called. */
type Build = () => Frame;

const drawnTable = "demo.drawn";
const fragmentsAtMost = 15;
const drawnSource = fc.oneof(
  fc.constant<Build>(() => lake.read(drawnTable)),
  fc.constant<Build>(() => lake.sql`SELECT id, w, v FROM demo.drawn WHERE id >= 0`),
  fc.integer({ min: 1, max: 3 }).map(
    (at): Build =>
      () =>
        lake.read(drawnTable, { at }),
  ),
  fc.record({ k: fc.integer({ min: 1, max: 60 }), least: fc.nat(10) }).map(
    ({ k, least }): Build =>
      () =>
        lake
          .read(drawnTable)
          .where(col("id").gte(least))
          .nearest([0.3, 0.3], { k })
          .select("id", "w", "v") as unknown as Frame,
  ),
  // Rows of one score are in no order: all that match are taken.
  fc.constantFrom("w0", "w1 w2").map(
    (word): Build =>
      () =>
        lake.read(drawnTable).search(word, { k: 10_000 }).select("id", "w", "v") as unknown as Frame,
  ),
  fc.integer({ min: 1, max: 40 }).map(
    (k): Build =>
      () =>
        lake.sql`SELECT s.id, s.w, s.v FROM ${lake.read(drawnTable).nearest([0.3, 0.3], { k })} s JOIN demo.drawn d USING (id)`,
  ),
);
type Step = (frame: Frame) => Frame;
const drawnStep: fc.Arbitrary<Step> = fc.oneof(
  fc.nat(40).map(
    (least): Step =>
      (frame) =>
        frame.where(col("id").gte(least)),
  ),
  fc.integer({ min: 1, max: 30 }).map(
    (rows): Step =>
      (frame) =>
        frame.sort("id").limit(rows),
  ),
  fc.constant<Step>((frame) => frame.sort({ by: "id", descending: true }).limit(9)),
  fc.constant<Step>((frame) => frame.select("w", "id", "v").distinct() as unknown as Frame),
  fc.constant<Step>((frame) => frame.sql`SELECT id, w, v FROM frame WHERE w <> 'w1'`),
  fc.constant<Step>((frame) => frame.mapBatches((batch) => batch)),
  fc.constant<Step>((frame) =>
    frame.concat(lake.read(drawnTable, { at: 1 }).select("id", "w", "v") as unknown as Frame),
  ),
  fc.constant<Step>((frame) =>
    frame.join(lake.read(drawnTable).select("id") as unknown as Frame, { on: "id" }),
  ),
);

test("generated plans over tables, versions, searches and SQL read one version, beside a writer", async () => {
  const plans = fc.sample(fc.tuple(drawnSource, fc.array(drawnStep, { maxLength: 3 })), sizes.snapshotPlans);
  const sum = (build: Build) => build().agg(count().as("n"), col("id").sum().as("ids"));
  const rows = (begin: number) =>
    rowsFrom(begin).map((row) => ({ ...row, v: Float32Array.of(row.id / 100, 0.5) }));
  await lake.createTable(drawnTable, rows(0));
  let next = 1;
  // Versions 2 and 3, which are read by their numbers.
  for (; next < 3; next++) await writer.append(drawnTable, rows(next * rowsOfWrite));
  await writer.table(drawnTable).createIndex("w", { type: "fts" });
  for (const [source, steps] of plans) {
    const build: Build = () => steps.reduce<Frame>((frame, step) => step(frame), source());
    const twice = sum(build).concat(sum(build) as never);
    const written = writer.append(drawnTable, rows(rowsOfWrite * next++));
    const [first, second] = await twice.toObjects();
    expect(second, String(await twice.explain())).toEqual(first);
    await written;
    // Also keeps hundreds of small files from making each plan slower than the one before.
    if (next % fragmentsAtMost === 0) await writer.table(drawnTable).compact();
  }
}, 1_200_000);
