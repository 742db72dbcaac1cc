/** Every step of a frame over rows from everywhere: the rows of the plain engine, or an error that tells the next step. */
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { arrow, type RecordBatch, type Table } from "../../src/arrow.ts";
import { parsePlanDocument } from "../../src/frame/plan/plan-document.ts";
import {
  type Connection,
  col,
  connect,
  count,
  DlfLanceError,
  type Frame,
  fromRows,
  lag,
  lit,
  rank,
  readFile,
  rowNumber,
  when,
} from "../../src/index.ts";
import { readPlainly } from "../frame/plain-engine/run-plain.ts";
import { buildTable } from "../frame/sample-table.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let second: Connection;
const folder = mkdtempSync(join(tmpdir(), "dlf-lance-sources-"));
const file = join(folder, "rows.parquet");

const called = new Set<string>();
const grouped = fromRows({ id: [1n] }).groupBy("id");
const methods = [fromRows({ id: [1n] }), grouped].flatMap((frame) =>
  listMethods(Object.getPrototypeOf(frame)),
);
for (const { prototype, name, full, method } of methods) {
  Object.defineProperty(prototype, name, {
    configurable: true,
    value(...all: readonly unknown[]) {
      called.add(full);
      return Reflect.apply(method, this, all);
    },
  });
}

/** Those that are on the prototype only to say how something is called here have other names as functions. */
function listMethods(prototype: object) {
  return Object.entries(Object.getOwnPropertyDescriptors(prototype)).flatMap(([name, { value: method }]) =>
    typeof method === "function" && method.name === name
      ? [{ prototype, name, full: `${prototype.constructor.name}.${name}`, method }]
      : [],
  );
}

const ids = Array.from({ length: 12 }, (_, row) => row);

function buildRows() {
  const flat = buildTable([
    { name: "id", type: new arrow.Int64(), cells: ids.map(BigInt) },
    { name: "n", type: new arrow.Int32(), cells: ids.map((id) => (id % 4 === 3 ? null : BigInt(id % 3))) },
    {
      name: "x",
      type: new arrow.Float64(),
      cells: ids.map((id) => [1.5, -2.25, null, Number.NaN, 0, 1e6][id % 6]),
    },
    { name: "s", type: new arrow.Utf8(), cells: ids.map((id) => ["b", "Aé", null, "it's", "a\nb"][id % 5]) },
    { name: "flag", type: new arrow.Bool(), cells: ids.map((id) => (id % 5 === 4 ? null : id % 2 === 0)) },
    {
      name: "made",
      type: new arrow.TimestampMicrosecond(),
      cells: ids.map((id) => BigInt(id) * 86_400_000_123n * 1000n),
    },
    { name: "day", type: new arrow.DateDay(), cells: ids.map((id) => BigInt(id * 100)) },
    { name: "price", type: new arrow.Decimal(2, 10), cells: ids.map((id) => BigInt(id * 199)) },
  ]);
  const nested = new arrow.Table({
    tags: arrow.vectorFromArray(
      ids.map((id) => (id % 3 === 0 ? null : ["p", "q"].slice(0, id % 3))),
      new arrow.List(new arrow.Field("item", new arrow.Utf8(), true)),
    ),
    address: arrow.vectorFromArray(
      ids.map((id) => ({ city: `c${id % 3}`, zip: id })),
      new arrow.Struct([
        new arrow.Field("city", new arrow.Utf8(), true),
        new arrow.Field("zip", new arrow.Int32(), true),
      ]),
    ),
    v: arrow.vectorFromArray(
      ids.map((id) => [id, 1]),
      new arrow.FixedSizeList(2, new arrow.Field("item", new arrow.Float32(), true)),
    ),
  });
  return flat.assign(nested);
}

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  second = await connect(temporary.local.config);
  await lake.createNamespace("demo");
  await lake.createTable("demo.t", buildRows());
  await lake.table("demo.t").createIndex("s", { type: "fts" });
  await fromRows(buildRows()).select("id", "n", "x", "s", "flag", "made", "day", "price").toParquet(file);
}, 60_000);
afterAll(async () => {
  await second?.close();
  await temporary?.close();
  await rm(folder, { recursive: true });
});

const sources: Readonly<Record<string, () => Frame | Promise<Frame>>> = {
  rows: () => fromRows(buildRows()),
  table: () => lake.read("demo.t"),
  version: () => lake.read("demo.t", { at: 1 }),
  "a table's version": () => lake.table("demo.t").at(1),
  "a table of another connection": () => second.read("demo.t"),
  search: () => lake.read("demo.t").nearest([3, 1], { k: 9 }),
  "a search after a selection": () =>
    lake
      .read("demo.t")
      .where(col("id").lt(11))
      .select("id", "n", "x", "s", "flag", "made", "day", "price", "tags", "address", "v")
      .nearest([3, 1], { k: 9 }),
  "a text search": () => lake.read("demo.t").search("b aé", { k: 9 }),
  "SQL over a search": () => lake.read("demo.t").nearest([3, 1], { k: 9 }).sql`SELECT * FROM frame`,
  "a search and a table": () =>
    lake
      .read("demo.t")
      .nearest([3, 1], { k: 9 })
      .concat(lake.read("demo.t").where(col("id").lt(4)), { how: "diagonal" }),
  SQL: () => lake.sql`SELECT * FROM demo.t`,
  "SQL over a frame": () => lake.read("demo.t").limit(10).sql`SELECT * FROM frame WHERE id < 9`,
  function: () => lake.read("demo.t").mapBatches((batch) => batch),
  "SQL over a function": () => lake.read("demo.t").mapBatches((batch) => batch).sql`SELECT * FROM frame`,
  "a function over SQL": () => lake.sql`SELECT * FROM demo.t`.mapBatches((batch) => batch),
  file: () => readFile(file),
  "a file and a table": () =>
    readFile(file).concat(
      lake.read("demo.t").select("id", "n", "x", "s", "flag", "made", "day", "price") as unknown as Frame,
    ),
};
/** Which know no connection to write with. */
const ofNoConnection = new Set(["rows", "file"]);
const flatSources = new Set(["file", "a file and a table"]);

/** Whose rows come in an order that means something. */
const ordered = new Set([
  "rows",
  "table",
  "version",
  "a table's version",
  "a table of another connection",
  "function",
  "file",
]);

interface Step {
  readonly run: (frame: Frame) => object;
  /** The result has an order of its own, or none matters. */
  readonly isSorted?: true;
  readonly needsOrder?: true;
  readonly isNested?: true;
  /** The plain engine does not do it: DuckDB over rows of the program says what it comes to. */
  readonly isBeyondPlain?: true;
  /** What it says over these sources. */
  readonly refused?: {
    readonly over: (source: string) => boolean;
    readonly code: string;
    readonly says: string;
  };
}

const isTable = (source: string) =>
  ["table", "version", "a table's version", "a table of another connection"].includes(source);

const steps: Readonly<Record<string, Step>> = {
  where: { run: (frame) => frame.where(col("id").gt(3).and(col("s").isNotNull())) },
  "where by a record": { run: (frame) => frame.where({ n: 1 }) },
  "where SQL text": {
    run: (frame) => frame.where("id > 3"),
    refused: { over: (source) => !isTable(source), code: "Unsupported", says: "only Lance reads SQL text" },
  },
  "where upper": { run: (frame) => frame.where(col("s").upper().eq("B")) },
  select: { run: (frame) => frame.select("s", "id") },
  "select computed": { run: (frame) => frame.select(col("id").add(1).as("more"), "n") },
  exclude: { run: (frame) => frame.exclude("s", "x") },
  upper: { run: (frame) => frame.select("id", col("s").upper().as("u")) },
  lower: { run: (frame) => frame.select("id", col("s").lower().as("l")) },
  ilike: { run: (frame) => frame.where(col("s").ilike("a%")) },
  round: { run: (frame) => frame.select("id", col("x").round(1).as("r")) },
  pow: { run: (frame) => frame.select("id", col("id").cast("float64").pow(2).as("p")) },
  exp: { run: (frame) => frame.select("id", col("id").cast("float64").exp().as("e")) },
  "text beside text": { run: (frame) => frame.select("id", col("s").concat("!").as("c")) },
  "cast to float32": { run: (frame) => frame.cast({ x: "float32" }).select("id", "x") },
  "cast to text": { run: (frame) => frame.select("id", col("id").cast("string").as("t")) },
  year: { run: (frame) => frame.select("id", col("made").year().as("y"), col("day").month().as("m")) },
  "date truncated": { run: (frame) => frame.select("id", col("made").dateTrunc("day").as("d")) },
  case: {
    run: (frame) => frame.withColumn("c", when(col("n").gt(1), "many").otherwise("few")).select("id", "c"),
  },
  withColumn: { run: (frame) => frame.withColumn("one", lit(1)).select("id", "one") },
  rename: { run: (frame) => frame.rename({ id: "number" }).select("number", "s") },
  limit: { run: (frame) => frame.limit(3, { offset: 1 }).select("id"), needsOrder: true },
  offset: { run: (frame) => frame.offset(2).select("id"), needsOrder: true },
  head: { run: (frame) => frame.head(2).select("id"), needsOrder: true },
  tail: { run: (frame) => frame.tail(3).select("id", "s"), needsOrder: true },
  sort: { run: (frame) => frame.sort({ by: "n", descending: true }, "id").select("id", "n"), isSorted: true },
  "sort and limit": {
    run: (frame) => frame.sort({ by: "x", nullsFirst: true }, "id").limit(3).select("id"),
    isSorted: true,
  },
  "sort and tail": { run: (frame) => frame.sort("id").tail(3).select("id"), isSorted: true },
  distinct: { run: (frame) => frame.select("n", "flag").distinct() },
  "distinct on": { run: (frame) => frame.distinct("n").select("n") },
  sample: { run: (frame) => frame.sample({ rows: 4, seed: 1 }).select("id"), needsOrder: true },
  "sample of a part": {
    run: (frame) => frame.sample({ fraction: 0.5, seed: 2 }).select("id"),
    needsOrder: true,
  },
  dropNull: { run: (frame) => frame.dropNull("s", "n").select("id") },
  fillNull: { run: (frame) => frame.fillNull(0, "n").select("id", "n") },
  explode: { run: (frame) => frame.explode("tags").select("id", "tags"), isNested: true },
  unnest: { run: (frame) => frame.select("id", "address").unnest("address"), isNested: true },
  "a field of a struct": {
    run: (frame) => frame.select("id", col("address").field("city").as("city")),
    isNested: true,
  },
  "a field of a struct, sorted": {
    run: (frame) => frame.select("id", col("address").field("city").as("city")).sort("city", "id"),
    isSorted: true,
    isNested: true,
  },
  concat: {
    run: (frame) => frame.select("id", "made").concat(frame.where(col("id").gt(8)).select("id", "made")),
  },
  groupBy: {
    run: (frame) => frame.groupBy("n").agg(count(), col("id").sum().as("sum"), col("s").max().as("m")),
  },
  "groupBy computed": { run: (frame) => frame.groupBy(col("id").mod(2).as("odd")).agg(count()) },
  agg: {
    run: (frame) => frame.agg(count().as("rows"), col("price").max().as("p"), col("day").min().as("d")),
  },
  join: { run: (frame) => frame.select("id", "s").join(frame.select("id", "n"), { on: "id" }) },
  "join with rows": {
    run: (frame) => frame.select("id", "s").join(fromRows([{ id: 3n, w: "w" }]), { on: "id", how: "left" }),
  },
  "join with the table": {
    run: (frame) => frame.select("id").join(lake.read("demo.t").select("id", "price"), { on: "id" }),
  },
  pivot: {
    run: (frame) => frame.pivot({ keys: ["flag"], on: "n", values: [0, 1], aggregate: col("id").count() }),
  },
  unpivot: { run: (frame) => frame.unpivot({ columns: ["n", "id"], keys: ["s"] }) },
  window: {
    run: (frame) =>
      frame
        .withColumn("r", rank().over({ partitionBy: "n", orderBy: "id" }))
        .withColumn("before", lag("id").over({ orderBy: "id" }))
        .withColumn("row", rowNumber().over({ orderBy: "id" }))
        .select("id", "r", "before", "row"),
  },
  mapBatches: { run: (frame) => frame.select("id").mapBatches((batch) => batch) },
  "mapBatches and more": {
    run: (frame) =>
      frame
        .select("id", "n")
        .mapBatches((batch) => batch)
        .where(col("id").gt(2))
        .groupBy("n")
        .agg(count()),
  },
  sql: { run: (frame) => frame.sql`SELECT id, upper(s) AS u FROM frame WHERE id > ${2}` },
  "sql of a struct": {
    run: (frame) => frame.sql`SELECT id, address.city FROM frame WHERE frame.address.zip > 1`,
    isNested: true,
  },
  "sql joined": {
    run: (frame) => frame.sql`SELECT a.id, b.price FROM frame a JOIN ${frame} b USING (id) WHERE b.n = 1`,
  },
  "sql, then more": {
    run: (frame) => frame.sql`SELECT id, made FROM frame`.sort("id").tail(2),
    isSorted: true,
  },
  unique: { run: (frame) => frame.unique({ on: "n", keep: "none" }).select("id", "n") },
  "unique, the last": {
    run: (frame) => frame.unique({ on: "n", keep: "last" }).select("id", "n"),
    needsOrder: true,
  },
  withRowIndex: { run: (frame) => frame.withRowIndex("row", 1).select("id", "row"), needsOrder: true },
  valueCounts: { run: (frame) => frame.valueCounts("n") },
  intersect: {
    isBeyondPlain: true,
    run: (frame) => frame.select("n", "flag").intersect(frame.where(col("id").gt(4)).select("n", "flag")),
  },
  except: {
    isBeyondPlain: true,
    run: (frame) => frame.select("id", "s").except(frame.where(col("id").gt(4)).select("id", "s")),
  },
  groupByDynamic: {
    isBeyondPlain: true,
    run: (frame) => frame.groupByDynamic("made", { every: { days: 3 }, by: ["flag"] }).agg(count()),
  },
  joinAsof: {
    isBeyondPlain: true,
    run: (frame) =>
      frame
        .select("id", "made")
        .joinAsof(frame.where(col("id").mod(3).eq(0)).select("made", "n"), { on: "made" }),
  },
  "join on a condition": {
    isBeyondPlain: true,
    run: (frame) =>
      frame
        .select("id", "n")
        .join(fromRows([{ from: 2n, to: 6n }]), { where: col("id").between(col("from"), col("to")) }),
  },
  "semi join with the table": {
    run: (frame) =>
      frame.select("id", "s").join(lake.read("demo.t").where(col("id").gt(2)), { on: "id", how: "semi" }),
  },
  "join with another version": {
    run: (frame) =>
      frame
        .select("id")
        .join(lake.read("demo.t", { at: 1 }).select("id", "price"), { on: "id", how: "full" })
        .join(second.read("demo.t").select("id", "day"), { on: "id" }),
  },
  "concat with rows, in both orders": {
    run: (frame) => {
      const pick = (one: Frame) => one.select("id", "made", "day", "x") as unknown as Frame;
      const made = pick(fromRows(buildRows()));
      return made.concat(pick(frame)).concat(made);
    },
  },
  "concat, diagonal": {
    run: (frame) => frame.select("id", "n").concat(frame.select("id", "s"), { how: "diagonal" }),
  },
  withColumns: {
    run: (frame) =>
      frame
        .withColumns({ a: col("id").mul(2), b: col("n").add(1), s: col("s").fillNull("-") })
        .select("id", "a", "b", "s"),
  },
  "first and last of groups": {
    run: (frame) =>
      frame.sort("id").groupBy("flag").agg(col("id").first().as("first"), col("s").last().as("last")),
  },
  "sql of sql": {
    run: (frame) =>
      frame.sql`SELECT id, n FROM frame WHERE id > 1`
        .sql`SELECT n, sum(id) AS sum FROM frame GROUP BY n`.where(col("sum").gt(3)),
  },
  "sql with the table": {
    run: (frame) => frame.sql`SELECT f.id, t.price FROM frame f JOIN ${lake.read("demo.t")} t USING (id)`,
  },
  "sql with a search": {
    run: (frame) =>
      frame.sql`SELECT f.id FROM frame f JOIN ${lake.read("demo.t").nearest([2, 1], { k: 4 })} t USING (id)`,
  },
  "sql between functions": {
    run: (frame) =>
      frame.select("id", "n").mapBatches((batch) => batch).sql`SELECT id, n FROM frame WHERE n > 0`
        .mapBatches((batch) => batch)
        .select("id"),
  },
  "groups by one word": {
    run: (frame) => frame.groupBy("flag").sum("id").join(frame.groupBy("flag").count(), { on: "flag" }),
  },
  "extremes of groups": {
    run: (frame) =>
      frame
        .groupBy("flag")
        .min("id")
        .concat(frame.groupBy("flag").max("id") as never)
        .concat(frame.sort("id").groupBy("flag").first("id") as never)
        .concat(frame.sort("id").groupBy("flag").last("id") as never),
  },
  "means of groups": {
    run: (frame) =>
      frame
        .groupBy("flag")
        .mean("id")
        .concat(frame.groupBy("flag").median("id") as never),
  },
  "run here": { run: (frame) => frame.on("here").select("id") },
  "at a version": {
    run: (frame) => frame.at(1).select("id"),
    refused: {
      over: (source) => !isTable(source),
      code: "InvalidInput",
      says: "at() stands on the table itself, as in",
    },
  },
  as: {
    run: (frame) => frame.as(z.object({ id: z.bigint(), s: z.string().nullable() })),
  },
  nearest: {
    run: (frame) => frame.nearest([5, 1], { k: 3 }).select("id", "_distance"),
    isSorted: true,
    refused: { over: (source) => !isTable(source), code: "Unsupported", says: "put it first" },
  },
};

function lines(rows: readonly Record<string, unknown>[], isOrdered: boolean): string[] {
  const show = (_: string, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "number") return value;
    return Number.isFinite(value) ? Number(value.toPrecision(10)) : String(value);
  };
  const texts = rows.map((row) => JSON.stringify({ ...row }, show));
  return isOrdered ? texts : texts.sort();
}

/** By the plain engine, which reads no SQL. */
function runSimply(name: string, step: Step, frame: Frame) {
  return name.startsWith("sql") || step.isBeyondPlain
    ? frame.toObjects({ engine: "duckdb" })
    : readPlainly(frame);
}

async function refusalOf(work: () => Promise<unknown>): Promise<DlfLanceError> {
  try {
    await work();
  } catch (error) {
    if (error instanceof DlfLanceError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

/** A plan with a function of the program is not written as JSON. */
function holdsFunction({ plan }: Frame): boolean {
  return inspect(plan, { depth: Number.POSITIVE_INFINITY }).includes("mapBatches");
}

/** Every third step over every third source, so that each meets a third of the others; all of them at full size. */
function isTried(source: number, step: number): boolean {
  return process.env.DLF_LANCE_TEST_SIZE === "full" || (source + step) % 3 === 0;
}

for (const [place, [source, open]] of Object.entries(sources).entries()) {
  let held: Promise<Table> | undefined;
  const tried = Object.entries(steps).filter(
    ([, { isNested }], index) => isTried(place, index) && !(isNested && flatSources.has(source)),
  );

  test.each(tried)(`over ${source}: %s`, async (name, step) => {
    const frame = await open();
    if (step.refused?.over(source)) {
      const { code, message } = await refusalOf(async () => (step.run(frame) as Frame).toObjects());
      expect([code, message]).toEqual([step.refused.code, expect.stringContaining(step.refused.says)]);
      return;
    }
    const changed = step.run(frame) as Frame;
    if (!holdsFunction(changed))
      expect(parsePlanDocument(JSON.parse(JSON.stringify(changed)))).toEqual(changed.plan);
    const found = await changed.toObjects();
    // What tables alone do, the plain engine does not.
    if (step.refused !== undefined) {
      expect(found.length).toBeGreaterThan(0);
      return;
    }
    held ??= frame.collect();
    const expected = await runSimply(name, step, step.run(fromRows(await held)) as Frame);
    const isLoose = step.needsOrder === true && !ordered.has(source);
    if (isLoose) expect(found.length).toBe(expected.length);
    else {
      const isOrdered = step.isSorted === true || step.needsOrder === true;
      expect(lines(found, isOrdered)).toEqual(lines(expected, isOrdered));
    }
    expect(await changed.count()).toBe(expected.length);
  });

  test(`over ${source}: what reads`, async () => {
    const frame = await open();
    const rows = await frame.count();
    expect(rows).toBeGreaterThan(7);
    expect(await frame.first()).toMatchObject({ id: expect.anything() });
    expect((await frame.schema()).fields[0]?.name).toBe("id");
    expect((await frame.select("id", "n", "s").summarize()).plan.step).toBe("input");
    expect(String(await frame.show(3))).toContain("id");
    expect((await frame.page(1, { size: 5 })).table.numRows).toBe(5);
    expect(String(await frame.sort("id").explain())).toContain("Stages");
    expect((await frame.plot({ x: "n" })).constructor.name).toBe("Chart");
    let streamed = 0;
    for await (const batch of frame.batches()) streamed += batch.numRows;
    expect(streamed).toBe(rows);
    expect((await frame.select("id", "s").profile()).constructor.name).toBe("Profile");
    expect(String(frame)).not.toBe("");
    expect(String(frame.groupBy("n"))).toContain("groups of rows");
  });

  test.runIf(isTried(place, 0))(`over ${source}: what writes`, async () => {
    const frame = (await open()).select("id", "s", "price", "made");
    const rows = await frame.count();
    expect(await frame.toParquet(join(folder, "written.parquet"), { overwrite: true })).toBe(rows);
    expect(await frame.toCsv(join(folder, "written.csv"), { overwrite: true })).toBe(rows);
    expect(await frame.toJson(join(folder, "written.jsonl"), { overwrite: true })).toBe(rows);
    expect(await frame.toArrow(join(folder, "written.arrow"), { overwrite: true })).toBe(rows);
    const table = "demo.written";
    if (ofNoConnection.has(source)) {
      const { code, message } = await refusalOf(() => frame.write(table, { mode: "overwrite" }));
      expect([code, message]).toEqual(["Unsupported", expect.stringContaining("; ")]);
    } else {
      await frame.write(table, { mode: "overwrite" });
      expect(await lake.read(table).count()).toBe(rows);
    }
    const { code, message } = await refusalOf(() => frame.submit(table));
    expect(["Unsupported", "InvalidInput"]).toContain(code);
    expect(message).toMatch(/^Cannot .+; /s);
  });

  test(`over ${source}: an interruption is obeyed`, async () => {
    const frame = await open();
    const signal = AbortSignal.abort();
    for (const work of [
      () => frame.collect({ signal }),
      () => frame.sort("id").tail(2).count({ signal }),
      () => frame.mapBatches((batch) => batch).sql`SELECT count(*) FROM frame`.collect({ signal }),
    ])
      expect((await refusalOf(work)).code).toBe("Interrupted");
  });

  test(`over ${source}: what is more than the memory limit is done on disk`, async () => {
    const frame = await open();
    for (const work of [
      frame.sql`SELECT id, n, s FROM frame ORDER BY s, id`,
      frame.mapBatches((batch) => batch).sql`SELECT id, n, s FROM frame ORDER BY id`,
      frame.select("id", "s").sort("s", "id"),
      frame.select("id", "s").sort("s", "id").tail(1),
    ]) {
      const found = await work.toObjects({ memoryLimit: 100 });
      expect(found.length).toBeGreaterThan(0);
      expect(found).toEqual(await work.toObjects());
    }
  });
}

test("every method of frames, and of frames in groups, was called", () => {
  expect(methods.map(({ full }) => full).filter((full) => !called.has(full))).toEqual([]);
});

/** Rows without end, as far as a test can wait. */
const endless = () => lake.sql`SELECT range AS id FROM range(100000000000)`;
const slow = async (batch: RecordBatch) => {
  await setTimeout(100);
  return batch;
};

test.each<[string, () => Pick<Frame, "collect">]>([
  ["SQL", endless],
  ["SQL over a table", () => lake.read("demo.t").sql`SELECT count(*) FROM frame a, range(100000000000) b`],
  ["a filter", () => endless().where(col("id").lt(0))],
  ["a sort", () => endless().sort({ by: "id", descending: true })],
  ["groups", () => endless().groupBy(col("id").mod(7).as("k")).agg(count())],
  ["a join", () => endless().join(lake.read("demo.t").select("id"), { on: "id" })],
  ["a window", () => endless().withColumn("row", rowNumber().over({ orderBy: "id" }))],
  ["a function", () => endless().mapBatches(slow)],
  ["SQL over a function", () => endless().mapBatches(slow).sql`SELECT sum(id) FROM frame`],
  ["the last rows", () => endless().tail(2)],
])("an interruption ends %s in the middle", async (_, build) => {
  const begin = performance.now();
  const signal = AbortSignal.timeout(80);
  expect((await refusalOf(() => build().collect({ signal }))).code).toBe("Interrupted");
  expect(performance.now() - begin).toBeLessThan(10_000);
});
