/** Every stage of a run can be stopped while its rows never end, goes beyond its memory limit, and shows that it works. */
import { setImmediate } from "node:timers/promises";
import { inspect } from "node:util";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { arrow, type RecordBatch, type Table } from "../../../src/arrow.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { col, rowNumber } from "../../../src/index.ts";
import { type Progress, type ProgressAmount, publishProgressWatcher } from "../../../src/progress.ts";
import { changeTables, type LanceFolder, openLanceFolder } from "../lance-folder.ts";
import { buildTable } from "../sample-table.ts";

let folder: LanceFolder;
let few: Frame;
let endless: Frame;
let afterRows = () => {};

beforeAll(async () => {
  folder = await openLanceFolder();
  const ids = Array.from({ length: 500 }, (_, row) => BigInt(row));
  const source = await folder.create(
    "t",
    buildTable([
      { name: "id", type: new arrow.Int64(), cells: ids },
      { name: "x", type: new arrow.Float64(), cells: ids.map((id) => Number(id) / 3) },
      { name: "s", type: new arrow.Utf8(), cells: ids.map((id) => `text ${id}`) },
      {
        name: "l",
        type: new arrow.List(new arrow.Field("item", new arrow.Int64(), true)),
        cells: ids.map((id) => [id, null]),
      },
    ]),
  );
  few = Frame.from(source);
  endless = Frame.from(
    changeTables(source, (table) => ({
      async *scan(request): AsyncGenerator<RecordBatch, void, undefined> {
        for (;;) {
          yield* table.scan(request);
          afterRows();
          await setImmediate();
        }
      },
    })),
  );
});
afterEach(() => publishProgressWatcher(undefined));
afterAll(() => folder.remove());

const stages: Readonly<Record<string, (frame: Frame) => Pick<Frame, "batches">>> = {
  scan: (frame) => frame,
  filter: (frame) => frame.where(col("x").add(1).lt(0)),
  "computed columns": (frame) => frame.withColumn("y", col("s").upper()),
  explode: (frame) => frame.explode("l"),
  "filled nulls": (frame) => frame.fillNull(0, "x").dropNull("s"),
  sample: (frame) => frame.sample({ fraction: 0.5, seed: 1 }),
  "a sample of some rows": (frame) => frame.sample({ rows: 3, seed: 1 }),
  concat: (frame) => frame.concat(frame.where(col("id").lt(9)) as never),
  "concat in DuckDB": (frame) => frame.concat(frame.sort("s") as never),
  unpivot: (frame) => frame.select("id", "x").unpivot({ keys: ["id"], columns: ["x"] }),
  "a function": (frame) => frame.mapBatches((batch) => batch),
  "a function of values": (frame) =>
    frame.withColumn(
      "y",
      col("id").mapElements(async (id: bigint) => id, { type: "int64" }),
    ),
  "SQL over a function": (frame) => frame.mapBatches((batch) => batch).sql`SELECT max(s) AS s FROM frame`,
  tail: (frame) => frame.tail(3),
  groups: (frame) => frame.groupBy("s").agg(col("x").mean().as("mean")),
  "groups in DuckDB": (frame) => frame.groupBy(col("s").upper().as("S")).agg(col("x").median().as("median")),
  sort: (frame) => frame.sort("s"),
  "the first of a sort": (frame) => frame.sort({ by: "s", descending: true }).limit(5),
  window: (frame) =>
    frame.select(
      rowNumber()
        .over({ orderBy: ["s"] })
        .as("n"),
    ),
  join: (frame) => frame.join(few.select("id", col("s").as("other")), { on: "id" }),
  distinct: (frame) => frame.distinct("s"),
  "distinct rows": (frame) => frame.select("id", "s").distinct(),
  unique: (frame) => frame.unique({ on: "s", keep: "last" }),
  pivot: (frame) =>
    frame.pivot({
      keys: ["s"],
      on: col("id").mod(2),
      values: { even: 0, odd: 1 },
      aggregate: col("x").sum(),
    }),
  "rows of both": (frame) => frame.select("id").intersect(few.select("id") as never),
  "the nearest row": (frame) => frame.joinAsof(few.select("id", col("s").as("other")), { on: "id" }),
  "stretches of numbers": (frame) =>
    frame.groupBy(col("id").intDiv(7).as("k")).agg(col("s").list().as("all")),
  SQL: (frame) => frame.sql`SELECT s, count(*) AS n FROM frame GROUP BY s`,
  "SQL over SQL": (frame) =>
    frame.sql`WITH a AS (SELECT * FROM frame WHERE id >= 0) SELECT max(s) AS s FROM a`,
};

test.each(Object.keys(stages))(
  "%s shows the rows that come, and is interrupted while they do",
  async (name) => {
    for (const limit of [{}, { memoryLimit: 2e5 }]) {
      const { ends, done } = watchProgress();
      const abort = new AbortController();
      let rounds = 0;
      let shown = 0;
      afterRows = () => {
        if (++rounds < 20) return;
        shown = rowsRead(done);
        abort.abort();
      };
      const run = async () => {
        const frame = stages[name]?.(endless) as Frame;
        for await (const _ of frame.batches({ signal: abort.signal, ...limit })) await setImmediate();
      };
      await expect(run()).rejects.toMatchObject({ code: "Interrupted" });
      // The last round may still be on its way, and a filter that reaches the scan leaves rows out.
      expect(shown).toBeGreaterThanOrEqual(name === "filter" ? 0 : 19 * 500);
      expect(ends.at(-1)).toMatch(/^read .*: interrupted$/);
    }
  },
);

test.each(Object.keys(stages))("%s beyond the memory limit comes to the same rows", async (name) => {
  const frame = stages[name]?.(few) as Frame;
  const read = async (options: object) => (await frame.toObjects(options)).map((row) => inspect(row)).sort();
  expect(await read({ memoryLimit: 2_000 })).toEqual(await read({}));
});

/** The stages that need all rows before the first of theirs, and of how many DuckDB is told to read how far it is. */
const computed: Readonly<Record<string, number>> = {
  "SQL over a function": 500,
  "groups in DuckDB": 500,
  sort: 500,
  "the first of a sort": 500,
  window: 500,
  join: 1_000,
  distinct: 500,
  unique: 500,
  "rows of both": 1_000,
  "the nearest row": 1_000,
  pivot: 500,
  "stretches of numbers": 500,
  "concat in DuckDB": 1_000,
  SQL: 500,
  "SQL over SQL": 500,
};

test.each(Object.keys(stages))("%s shows what it reads, and that it computes", async (name) => {
  const { ends, done } = watchProgress();
  for await (const _ of (stages[name] as (frame: Frame) => Frame)(few).batches());
  expect(done.get("compute in DuckDB")?.rows).toBe(computed[name]);
  expect(ends.includes("compute in DuckDB: done")).toBe(name in computed);
  expect(ends.at(-1)).toMatch(/^read .*: done$/);
  expect(rowsRead(done)).toBeGreaterThanOrEqual(name === "filter" ? 0 : 500);
});

test("what goes to disk shows how much of the work is done meanwhile", async () => {
  const { done, reports } = watchProgress();
  const numbers = new Float64Array(1_000_000).map((_, row) => Math.sin(row));
  const frame = Frame.of(arrow.tableFromArrays({ x: numbers }) as Table, "numbers").sort("x");
  for await (const _ of frame.batches({ memoryLimit: 1e6 }));
  expect(done.get("compute in DuckDB")?.parts).toBe(100);
  expect(reports.get("compute in DuckDB")).toBeGreaterThan(1);
});

const large = ["groups in DuckDB", "sort", "window", "join", "distinct", "rows of both", "SQL"];

test.each(large)("%s beyond memory shows how much of the work is done", async (name) => {
  const rows = 100_000;
  const table = arrow.tableFromArrays({
    id: Int32Array.from({ length: rows }, (_, row) => row),
    x: new Float64Array(rows).map((_, row) => Math.sin(row)),
  }) as Table;
  const texts = Frame.of(table, "numbers").withColumn("s", col("x").cast("string"));
  const { done } = watchProgress();
  for await (const _ of (stages[name] as (frame: Frame) => Frame)(texts as never).batches({
    memoryLimit: 1e6,
  }));
  expect(done.get("compute in DuckDB")?.parts).toBe(100);
});

/** By all works that are not within another. */
function rowsRead(done: ReadonlyMap<string, ProgressAmount>): number {
  return [...done].reduce((sum, [title, { rows = 0 }]) => (title.startsWith("read ") ? sum + rows : sum), 0);
}

/** How works end, in their order, and how much of each is done, and in how many reports. */
function watchProgress() {
  const ends: string[] = [];
  const done = new Map<string, Required<ProgressAmount>>();
  const reports = new Map<string, number>();
  const watch = (title: string): Progress => ({
    advance({ rows = 0, bytes = 0, parts = 0 }) {
      reports.set(title, (reports.get(title) ?? 0) + 1);
      const known = done.get(title) ?? { rows: 0, bytes: 0, parts: 0 };
      done.set(title, { rows: known.rows + rows, bytes: known.bytes + bytes, parts: known.parts + parts });
    },
    expect: () => undefined,
    begin: watch,
    end: (how) => ends.push(`${title}: ${how}`),
  });
  publishProgressWatcher(watch);
  return { ends, done, reports };
}
