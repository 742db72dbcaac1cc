/** The same frames on Daft on Ray, in a cluster of this machine: `npm run test:scale`, and a part of `npm run test:full`. */
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import {
  type Connection,
  col,
  connect,
  cumeDist,
  fromRows,
  lag,
  lit,
  rank,
  rowNumber,
  when,
} from "../../src/index.ts";
import { type Progress, publishProgressWatcher } from "../../src/progress.ts";
import { runPython } from "../interop/run-python.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { isAlive, ownChildren, ownRayWorkers } from "./processes.ts";
import { type RayCluster, startRayCluster } from "./ray-cluster.ts";
import { createSlowTable } from "./slow-table.ts";
import { expectUntold, formsOf } from "./told-secrets.ts";

const python = inject("rayPython") ?? "";
const tokenSeconds = 5;
/** A name, and a value, that means something wherever it is taken for code. */
const hostile = "n'a\"m`)e; -- OR 1=1 /* \\ ${__import__('os').system('id')} {0} %s \u{1f600}";

const clusters = {
  "a cluster of this machine": undefined,
  "a running cluster": { processors: 0, nodes: 2 },
  "a running cluster, from outside": { processors: 0, nodes: 2, hasClientServer: true },
};

describe.skipIf(python === "").each(Object.entries(clusters))("on %s", (_, size) => {
  let temporary: TemporaryLake;
  let lake: Connection;
  let cluster: RayCluster | undefined;

  beforeAll(async () => {
    temporary = await openTemporaryLake({ tokenLifetime: tokenSeconds, faults: true });
    if (size !== undefined) cluster = await startRayCluster(python, size);
    lake = await connect({
      ...temporary.local.config,
      engine: {
        kind: "daft",
        runner: "ray",
        python,
        ...(cluster === undefined ? {} : { address: cluster.address }),
      },
    });
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, word: `w${id % 7}`, half: id / 2 }));
    await lake.createTable("default.numbers", rows);
    await lake.append("default.numbers", rows);
  }, 300_000);
  afterAll(async () => {
    stopSidecars();
    await lake.close();
    await temporary.close();
    await cluster?.stop();
  }, 60_000);

  /** Not of the sidecar and Ray's workers, nor in what Ray keeps on disk. */
  async function expectNoSecrets(): Promise<void> {
    const { config, tokenFile } = temporary.local;
    const file = JSON.parse(await readFile(tokenFile as string, "utf8")) as Readonly<Record<string, string>>;
    expectUntold(formsOf([config["dlf.access-key-secret"], file.AccessKeySecret, file.SecurityToken]));
  }

  test("frames give the rows of this process, while tokens expire", { timeout: 600_000 }, async () => {
    const numbers = lake.read("default.numbers");
    const names = fromRows([
      { word: "w3", name: "three" },
      { word: "w5", name: "five" },
    ]);
    const frames = [
      numbers.groupBy("word").agg(col("id").sum().as("s"), col("half").mean().as("m")).sort("word"),
      numbers
        .where(col("id").add(1).mod(5).eq(0))
        .agg(col("id").count().as("n"), col("half").max().as("most")),
      numbers.join(names, { on: "word" }).groupBy("name").agg(col("id").countDistinct().as("d")).sort("name"),
      numbers.select("id", "word").distinct().sort({ by: "id", descending: true }, "word").limit(50),
      numbers
        .select(col("id").as(hostile), "word")
        .where(col(hostile).mod(1_000).eq(3), col("word").concat(lit(hostile)).neq(`w3${hostile}`))
        .groupBy(col("word").concat(lit(hostile)).as(`${hostile}2`))
        .agg(col(hostile).sum().as("s"))
        .sort(`${hostile}2`),
    ];
    for (const frame of frames) expect(await frame.toObjects()).toEqual(await frame.on("here").toObjects());
    await sleep(tokenSeconds * 1_000 + 1_000);
    for (const frame of frames) expect(await frame.toObjects()).toEqual(await frame.on("here").toObjects());
    await expectNoSecrets();
  });

  test("partitions without rows are no rows", { timeout: 600_000 }, async () => {
    const numbers = lake.read("default.numbers");
    const groups = numbers.groupBy("word").agg(col("id").count().as("n"));
    const found = await groups.toObjects();
    const expected = await groups.on("here").toObjects();
    expect(found).toHaveLength(expected.length);
    expect(found).toEqual(expect.arrayContaining(expected));
    expect(await groups.where(col("n").lt(0)).toObjects()).toEqual([]);
  });

  test("windows and joins by conditions give the rows of this process", { timeout: 600_000 }, async () => {
    const numbers = lake.read("default.numbers");
    const inOrder = { partitionBy: "word", orderBy: "id" } as const;
    const words = numbers
      .where(col("id").lt(300))
      .groupBy("word")
      .agg(col("id").mean().as("middle"), col("id").max().as("last"));
    const near = { on: "word", where: col("id").sub(20).gt(col("middle")) } as const;
    const few = numbers.where(col("id").lt(400)).select("id", "word");
    const frames = [
      numbers
        .withColumns({
          number: rowNumber().over({ ...inOrder, orderBy: ["id", "half"] }),
          place: rank().over({ ...inOrder, orderBy: { by: "id", descending: true } }),
          part: cumeDist().over(inOrder),
          before: lag("id", 3, -1).over(inOrder),
          running: col("id").sum().over(inOrder),
          five: col("half")
            .sum()
            .over({ ...inOrder, rows: [-2, 2] }),
          mean: col("id").mean().over({ partitionBy: "word" }),
          all: col("id").max().over({}),
        })
        .where(col("number").mod(500).eq(1))
        .sort("word", "number"),
      few.join(words, near).sort("id"),
      few.join(words, { ...near, how: "left" }).sort("id"),
      few.join(words, { ...near, how: "semi" }).sort("id"),
      few.join(words, { ...near, how: "anti" }).sort("id"),
      few.join(words, { where: col("id").gt(col("last")), how: "semi" }).sort("id"),
    ];
    for (const frame of frames) {
      const here = await frame.on("here").toObjects();
      expect(here.length).toBeGreaterThan(10);
      expect(await frame.toObjects()).toEqual(here);
    }
    await expect(
      numbers.withColumn("n", rowNumber().over({ partitionBy: "word" })).toObjects(),
    ).rejects.toThrow(/windows in the order of the rows are not run there; pass orderBy to over\(\), or/);
  });

  test("rows are written there, as one commit of few fragments", { timeout: 600_000 }, async () => {
    const numbers = lake.read("default.numbers");
    const made = await numbers.select("id", "word").write("default.made");
    expect(made).toMatchObject({ rows: 40_000, version: 1, versionBefore: undefined, fragments: 1 });
    const grown = await numbers
      .select("word", "id")
      .where(col("id").lt(10))
      .write("default.made", { mode: "append" });
    expect(grown).toMatchObject({ rows: 20, version: 2, versionBefore: 1 });
    const sums = (frame: typeof numbers) =>
      frame.on("here").agg(col("id").sum().as("s"), col("id").count().as("n")).toObjects();
    expect(await sums(lake.read("default.made") as never)).toEqual([{ s: 399_980_000n + 90n, n: 40_020n }]);
    await expect(numbers.write("default.made", { mode: "append" })).rejects.toMatchObject({
      code: "TableSchemaValidationError",
    });
    await expect(numbers.write("default.made")).rejects.toMatchObject({ code: "TableAlreadyExists" });
    const failing = numbers.select(col("id").add(9_223_372_036_854_770_000n).as("n")).write("default.never");
    await expect(failing).rejects.toThrow(/overflow/i);
    expect(await lake.tableExists("default.never")).toBe(false);
    expect((await numbers.select("id").where(col("id").lt(0)).write("default.none")).rows).toBe(0);
    expect(await lake.read("default.none").on("here").count()).toBe(0);
    const many = new arrow.Table({
      n: arrow.vectorFromArray(Int32Array.from({ length: 2_200_000 }, (_, n) => n)),
    });
    await lake.createTable("default.many", many);
    const groups = lake
      .read("default.many")
      .groupBy(col("n").mod(5).as("last"))
      .agg(col("n").count().as("count"));
    expect(await groups.write("default.groups")).toMatchObject({ rows: 5, fragments: 1 });
    const pairs = groups.join(groups.select("last"), { on: "last" });
    expect(await pairs.write("default.pairs")).toMatchObject({ rows: 5, fragments: 1 });
    await expectNoSecrets();
  });

  test("what is created, appended and replaced there, PyLance reads as this process does", {
    timeout: 600_000,
  }, async () => {
    const rows = (first: number, last: number) =>
      lake
        .read("default.numbers")
        .where(col("id").between(first, last))
        .select("id", when(col("id").mod(3).eq(0), null).otherwise(col("word")).as("word"), "half");
    const writes = [
      { mode: "create", frame: rows(0, 9), count: 20 },
      { mode: "append", frame: rows(10, 99), count: 200 },
      { mode: "overwrite", frame: rows(50, 59).withColumns({ more: col("id").negate() }), count: 20 },
    ] as const;
    const { config, environment } = temporary.local;
    for (const [index, { mode, frame, count }] of writes.entries()) {
      expect(await frame.write("default.peer", { mode })).toMatchObject({
        version: index + 1,
        ranOn: expect.stringMatching(/^on Ray /),
      });
      const printed = await runPython(
        { ...environment, DLF_CONFIG: JSON.stringify(config) },
        "peer.py",
        "describe",
        "default",
        "peer",
      );
      const seen = JSON.parse(printed) as { readonly rows: readonly object[]; readonly version: number };
      const read = await lake.read("default.peer").on("here").toObjects();
      expect(seen.version).toBe(index + 1);
      expect(read).toHaveLength(count);
      expect(asPythonPrints(seen.rows)).toEqual(asPythonPrints(read));
    }
  });

  test("a read whose workers are killed is repeated", { timeout: 600_000 }, async () => {
    const some = lake.read("default.numbers").where(col("id").lt(3_000)).select("id");
    const reading = untilReading();
    const running = some
      .join(some, { how: "cross" })
      .agg(col("id").add(col("id_right")).sum().as("s"))
      .toObjects();
    await reading;
    killWorkers();
    expect(await running).toEqual([{ s: 6_000n * 6_000n * 2_999n }]);
  });

  test("a write whose workers are killed is not repeated, and the table is as it was", {
    timeout: 600_000,
  }, async () => {
    const some = lake.read("default.numbers").where(col("id").lt(3_000)).select("id");
    const many = some.join(some, { how: "cross" }).select("id");
    await some.limit(10).on("here").write("default.kept");
    for (const [table, mode] of [
      ["default.kept", "append"],
      ["default.begun", "create"],
    ] as const) {
      const reading = untilReading();
      const writing = expect(many.write(table, { mode })).rejects.toMatchObject({
        code: "ServiceUnavailable",
        message: expect.stringMatching(/; run it again$/),
      });
      await reading;
      killWorkers();
      await writing;
    }
    expect(await lake.tableExists("default.begun")).toBe(false);
    expect((await lake.describe("default.kept")).version).toBe(1);
    expect(await lake.read("default.kept").on("here").count()).toBe(10);
  });

  test("displays tell on which cluster a frame ran", { timeout: 600_000 }, async () => {
    const numbers = lake.read("default.numbers").groupBy("word").agg(col("id").max().as("last")).sort("word");
    const shown = String(await numbers.show());
    const where = cluster === undefined ? "on this machine" : `at ${cluster.address}`;
    expect(shown).toContain(`on Ray ${where}: `);
    expect(shown).toMatch(/: 40,000 rows \(.* kB\) read, 7 rows \(.*\) returned, /);
    expect(String(await numbers.explain())).toContain(`On Daft, on Ray ${where}:`);
    const first = lake.read("default.numbers").where(col("id").add(1).gt(6));
    expect(String(await first.show(3))).toMatch(
      /\b6 .*\b7 .*\b8 .* · read here: Ray keeps no order of the rows/s,
    );
    expect((await first.sql`SELECT count(*) AS n FROM frame WHERE id < 10`.toObjects()).length).toBe(1);
    await expect(first.sql`SELECT list(id) FROM frame`.show()).rejects.toMatchObject({ code: "Unsupported" });
  });

  test("an interrupted run ends within two seconds, and its workers with it", {
    timeout: 600_000,
  }, async () => {
    const stop = new AbortController();
    const numbers = lake.read("default.numbers");
    const reading = untilReading();
    const running = numbers
      .join(numbers, { how: "cross" })
      .agg(col("id").add(col("id_right")).sum().as("s"))
      .collect({ signal: stop.signal });
    await reading;
    const workers = ownRayWorkers();
    expect(workers.length).toBeGreaterThan(0);
    const begun = performance.now();
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "Interrupted" });
    expect(performance.now() - begun).toBeLessThan(2_000);
    const left = () => workers.filter(isAlive);
    await expect.poll(left, { timeout: 20_000, interval: 20 }).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  // The process of the test before is gone: this one's is still being started when the table changes.
  test("a table that is made again under its name is not taken for the one that is meant", {
    timeout: 600_000,
  }, async () => {
    const rows = (first: number) => Array.from({ length: 100 }, (_, index) => ({ id: first + index }));
    await lake.createTable("default.remade", rows(0));
    const others = new Set(ownChildren());
    const remade = lake.read("default.remade");
    const reading = remade
      .agg(col("id").add(1).max().as("last"))
      .toObjects()
      .catch((error: unknown) => error);
    await expect.poll(() => ownChildren().some((pid) => !others.has(pid)), { interval: 5 }).toBe(true);
    await lake.dropTable("default.remade");
    await lake.createTable("default.remade", rows(1_000));
    expect(await reading).toMatchObject({
      code: "TableNotFound",
      message: expect.stringMatching(
        /another was made under its name; look what is there with listTables\(\)/,
      ),
    });
    expect(await remade.agg(col("id").add(1).max().as("last")).toObjects()).toEqual([{ last: 1_100n }]);
  });

  test("a table that is dropped while it is read is called gone", { timeout: 600_000 }, async () => {
    const quicken = await createSlowTable(lake, temporary, "default.dropped");
    const reading = untilReading();
    const ended = lake
      .read("default.dropped")
      .agg(col("id").add(1).max().as("last"))
      .toObjects()
      .catch((error: unknown) => error);
    await reading;
    await lake.dropTable("default.dropped");
    expect(await ended).toMatchObject({
      code: "TableNotFound",
      message: expect.stringMatching(/look what is there with listTables\(\), and run it again$/),
    });
    await quicken();
  });

  test("what depends on an order that Ray does not keep is refused", async () => {
    const numbers = lake.read("default.numbers");
    for (const frame of [
      numbers.where(col("id").add(1).gt(3)).limit(3),
      numbers.sort("id").withColumn("next", col("id").add(1)),
    ])
      await expect(frame.collect()).rejects.toMatchObject({
        code: "Unsupported",
        message: expect.stringMatching(/ on Ray: .* are not run there; put sort\(\)/),
      });
  });
});

/** In whichever order they come. */
function asPythonPrints(rows: readonly object[]): readonly string[] {
  const plain = (_: string, value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return rows.map((row) => JSON.stringify(row, plain)).sort();
}

/** Resolves when the next work has read rows: then workers are there, and busy. */
function untilReading(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const progress: Progress = {
    advance({ rows = 0 }) {
      if (rows > 0) resolve();
    },
    expect: () => undefined,
    end: () => undefined,
    begin: () => progress,
  };
  publishProgressWatcher(() => progress);
  return promise.finally(() => publishProgressWatcher(undefined));
}

function killWorkers(): void {
  const workers = ownRayWorkers();
  expect(workers.length).toBeGreaterThan(0);
  for (const pid of workers) process.kill(pid, "SIGKILL");
}
