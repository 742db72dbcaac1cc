/** Whatever Daft or Ray do not do is refused with its name, before anything runs, and with ways out that work. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { type Connection, col, fromRows, lag, lit, nthValue } from "../../src/index.ts";
import { comparable } from "../frame/comparable-rows.ts";
import { buildTable } from "../frame/sample-table.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { ownChildren } from "./processes.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  const ids = Array.from({ length: 40 }, (_, id) => BigInt(id));
  const column = (name: string, type: DataType, cell: (id: bigint) => unknown) => ({
    name,
    type,
    cells: ids.map(cell),
  });
  const table = buildTable([
    column("id", new arrow.Int64(), (id) => id),
    column("part", new arrow.Int64(), (id) => id % 4n),
    column("word", new arrow.Utf8(), (id) => `w${id % 7n}`),
    column("price", new arrow.Decimal(2, 12), (id) => id * 100n),
    column("at", new arrow.TimestampMillisecond("Asia/Shanghai"), (id) => id * 3_600_000n),
    column("second", new arrow.TimestampSecond(), (id) => id),
    column("milli", new arrow.TimestampMillisecond(), (id) => id * 1_000n),
    column("list", new arrow.List(new arrow.Field("item", new arrow.Int64(), true)), (id) => [id]),
    column("clock", new arrow.TimeSecond(), (id) => Number(id)),
  ]);
  await lake.createTable("default.many", table);
}, 60_000);
afterAll(async () => {
  stopSidecars();
  delete process.env.DLF_LANCE_DAFT_PYTHON;
  await temporary.close();
});

const plain = ["id", "part", "word", "price", "at", "second", "milli", "list"];
const byFew =
  /; run the frame with \.on\("here"\), or put that step over the rows of a groupBy\(\) or sort\(\)\.limit\(\)$/;
const first = (frame: Frame) => frame.sort("id").limit(30);

interface Case {
  readonly build: (frame: Frame) => Frame;
  /** How the step is called. */
  readonly names: RegExp;
  /** What to write in its place; over groups or the first rows of a sort when left out. */
  readonly instead?: readonly [words: RegExp, build: (frame: Frame) => Frame];
  /** Whether it reads a column of a type that Daft does not keep, which is left out for all others. */
  readonly readsForeign?: true;
}

const over = (build: (frame: Frame) => Frame, names: RegExp): Case => ({ build, names });

const cases: Readonly<Record<string, Case>> = {
  "aggregate over a window": over(
    (frame) => frame.withColumn("n", col("id").median().over({ orderBy: "id" })),
    /^aggregates such as median\(\) are/,
  ),
  "function of a window": over(
    (frame) => frame.withColumn("n", nthValue("id", 2).over({ orderBy: "id" })),
    /^window functions such as nthValue\(\) are/,
  ),
  "shift without null": over(
    (frame) => frame.withColumn("n", lag("id", 1, null, { ignoreNulls: true }).over({ orderBy: "id" })),
    /^window functions such as lag\(\) with ignoreNulls are/,
  ),
  "different values of a moving window": over(
    (frame) =>
      frame.withColumn(
        "n",
        col("part")
          .countDistinct()
          .over({ orderBy: "id", rows: [-2, 0] }),
      ),
    /^windows with countDistinct\(\) over rows with two ends are/,
  ),
  "sum of floats over a wide window": {
    build: (frame) =>
      frame.withColumn(
        "n",
        col("id")
          .cast("double")
          .sum()
          .over({ orderBy: "id", rows: [-64, 0] }),
      ),
    names: /^sum\(\) of floats over windows of more than 64 rows with two ends are/,
    instead: [
      /; cast to a decimal, or/,
      (frame) =>
        frame.withColumn(
          "n",
          col("price")
            .sum()
            .over({ orderBy: "id", rows: [-64, 0] }),
        ),
    ],
  },
  "range of values": {
    build: (frame) =>
      frame.withColumn(
        "n",
        col("id")
          .sum()
          .over({ orderBy: "id", range: [-2, 0] }),
      ),
    names: /^windows by a range of values are/,
    instead: [
      /; take rows, or/,
      (frame) =>
        frame.withColumn(
          "n",
          col("id")
            .sum()
            .over({ orderBy: "id", rows: [-2, 0] }),
        ),
    ],
  },
  "full join by a condition": over(
    (frame) =>
      frame.join(frame.select("id", col("part").as("other")), {
        on: "id",
        how: "full",
        where: col("part").gt(col("other")),
      }),
    /^full joins by a condition are/,
  ),
  aggregate: over(
    (frame) => frame.groupBy("part").agg(col("id").median().as("m")),
    /^aggregates such as median\(\) are/,
  ),
  "aggregate of two columns": over(
    (frame) => frame.agg(col("word").argMax(col("id")).as("m")),
    /^aggregates such as argMax\(\)/,
  ),
  function: over(
    (frame) => frame.select("id", col("word").reverse().as("w")),
    /^reverse\(word\) is not computed/,
  ),
  condition: over((frame) => frame.where(col("word").reverse().eq("1w")), /^reverse\(word\) is not computed/),
  "key of a sort": over((frame) => frame.sort(col("word").reverse(), "id"), /^reverse\(word\) is not/),
  "clock of a zone": over((frame) => frame.select(col("at").hour().as("h")), /the clock of Asia\/Shanghai/),
  cast: over((frame) => frame.select(col("milli").cast("string").as("t")), /is a cast from timestamp/),
  "arithmetic of times": over(
    (frame) => frame.where(col("milli").sub(col("milli")).isNull().not()),
    /computes with times/,
  ),
  "text by no constant": over(
    (frame) => frame.where(col("word").contains(col("word").slice(0, 1))),
    /with constants alone/,
  ),
  "function within a condition": over(
    (frame) => frame.where(col("word").upper().padStart(3, "-").eq("-W1")),
    /^padStart\(upper\(word\), 3, "-"\) is not computed/,
  ),
  asof: over(
    (frame) => frame.joinAsof(frame.select("id", col("part").as("other")), { on: "id" }),
    /^joins by the nearest key are/,
  ),
  "quotient of decimals": {
    build: (frame) => frame.select(col("price").mod(lit(3)).as("q")),
    names: /divides decimals with a rest/,
    instead: [
      /; cast to double, or run/,
      (frame) => frame.select(col("price").cast("double").mod(3).as("q")),
    ],
  },
  "floor of a decimal": {
    build: (frame) => frame.select(col("price").floor().as("q")),
    names: /^floor\(price\) of a decimal/,
    instead: [
      /; cast to double, or run/,
      (frame) => frame.select(col("price").cast("double").floor().as("q")),
    ],
  },
  "units of times": {
    build: (frame) => frame.where(col("milli").eq(col("second"))),
    names: /compares times of different units/,
    instead: [/; cast one of them, or run/, (frame) => frame.where(col("milli").eq(col("milli")))],
  },
  "pattern without case": {
    build: (frame) => frame.where(col("word").ilike("W1%")),
    names: /matched without regard to case/,
    instead: [/; use lower\(\), or run/, (frame) => frame.where(col("word").lower().like("w1%"))],
  },
  "key without order": {
    build: (frame) => frame.groupBy("list").agg(col("id").count().as("n")),
    names: /^keys such as list, which has no order, are/,
    instead: [/; use another key, or run/, (frame) => frame.groupBy("word").agg(col("id").count().as("n"))],
  },
  "key that is null": {
    build: (frame) => frame.groupBy(lit(null).as("none")).agg(col("id").count().as("n")),
    names: /^column none is null, which Daft does not keep/,
    instead: [
      /; leave it out with select\(\) or exclude\(\), or/,
      (frame) => frame.groupBy("part").agg(col("id").count().as("n")),
    ],
  },
  "column of another type": {
    readsForeign: true,
    build: (frame) => frame.select("id", "clock"),
    names: /^column clock is time\S* ?.*, which Daft does not keep/,
    instead: [/; leave it out with select\(\) or exclude\(\), or/, (frame) => frame.select("id")],
  },
  tail: {
    build: (frame) => frame.tail(3).where(col("part").eq(1)),
    names: /^tail\(\) is done in this process/,
    instead: [/; move it there, or run/, (frame) => frame.where(col("part").eq(1)).tail(3)],
  },
  "JavaScript function": {
    build: (frame) => frame.mapBatches((batch) => batch).where(col("part").eq(1)),
    names: /^mapBatches\(\) is done in this process/,
    instead: [/; move it there, or/, (frame) => frame.where(col("part").eq(1)).mapBatches((batch) => batch)],
  },
  statement: {
    build: (frame) =>
      frame.sql`SELECT part, arg_max(id, word) AS last FROM frame GROUP BY part` as unknown as Frame,
    names: /^the aggregate arg_max\(\) does not become steps/,
    instead: [/; run the statement with/, (frame) => frame.groupBy("part").agg(col("id").max().as("last"))],
  },
};

const many = () => lake.read("default.many") as unknown as Frame;

test.each(Object.entries(cases))("%s: refused by its name, and the ways out work", async (_, one) => {
  const { build, names, instead, readsForeign } = one;
  const source = readsForeign === true ? many() : many().select(...plain);
  const frame = build(source);
  const before = ownChildren();
  for (const engine of ["daft", "ray"] as const) {
    const error = await frame.collect({ engine }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code: "Unsupported" });
    const prefix = new RegExp(
      `^Cannot run (?:the frame over .*|SQL) on ${engine === "daft" ? "Daft" : "Ray"}: `,
    );
    expect(String((error as Error).message)).toMatch(prefix);
    const told = (error as Error).message.replace(prefix, "");
    expect(told).toMatch(names);
    expect(told).toMatch(instead === undefined ? byFew : instead[0]);
    expect(told).toMatch(/run the (?:frame|statement) with \.on\("here"\)/);
  }
  const submitted = await (frame as Frame)
    .submit("default.job", { identity: { kind: "ecs" } })
    .catch((thrown) => thrown);
  expect(submitted).toMatchObject({
    code: "Unsupported",
    message: expect.stringMatching(
      /^Cannot submit a job to Ray: .*; (.*, or )?write the rows with \.on\("here"\)\.write\(\)$/,
    ),
  });
  expect(submitted.message.replace("Cannot submit a job to Ray: ", "")).toMatch(names);
  expect(ownChildren().filter((pid) => !before.includes(pid))).toEqual([]);
  const here = await frame.on("here").toObjects();
  const mended = instead === undefined ? build(first(source)) : instead[1](source);
  expect(comparable(await mended.on("daft").toObjects(), false)).toEqual(
    comparable(await mended.on("here").toObjects(), false),
  );
  expect(here.length).toBeGreaterThan(0);
});

test("an order that Ray does not keep is refused with the way out", async () => {
  const unordered: Readonly<Record<string, readonly [Frame, RegExp]>> = {
    limit: [
      many().select("id").where(col("id").add(1).gt(3)).limit(3),
      /; put sort\(\) before them, or run the/,
    ],
    "after a sort": [
      many().select("id").sort("id").withColumn("n", col("id").add(1)),
      /; put sort\(\) last, or run/,
    ],
  };
  for (const [frame, words] of Object.values(unordered))
    await expect(frame.on("ray").toObjects()).rejects.toThrow(words);
});

test("rows of this process that are too many are refused with the way out", async () => {
  const rows = fromRows({ id: new BigInt64Array(1_000_001) } as never) as unknown as Frame;
  await expect(rows.agg(col("id").sum().as("s")).on("daft").toObjects()).rejects.toThrow(
    /would have to be sent from this process, and may be more than 1,000,000; make a table of them, or run the frame with \.on\("here"\)$/,
  );
});

const running = (frame: Frame) =>
  frame
    .groupBy("part")
    .agg(col("id").sum().as("sum"))
    .withColumn("running", col("sum").median().over({ orderBy: "part" }));

test("a job of which a part would be done here is refused before it starts, with the step", async () => {
  const submitting = running(many().select(...plain)).submit("default.job", { identity: { kind: "ecs" } });
  await expect(submitting).rejects.toMatchObject({
    code: "Unsupported",
    message:
      'Cannot submit a job to Ray: aggregates such as median() are not run there; write the rows with .on("here").write()',
  });
  for (const [frame, step] of [
    [
      many()
        .select("id")
        .mapBatches((batch) => batch),
      "mapBatches()",
    ],
    [many().select("id").tail(3), "tail()"],
    [many().select("id").sample({ rows: 3 }), "sample()"],
  ] as const)
    await expect((frame as Frame).submit("default.job", { identity: { kind: "ecs" } })).rejects.toThrow(
      `Cannot submit a job to Ray: ${step} is done in this process; leave out that step, or write the rows with .on("here").write()`,
    );
  expect(await lake.tableExists("default.job")).toBe(false);
});

test("what is partly done here is written as one commit, and says where it was done", async () => {
  const frame = running(many().select(...plain)).on("daft");
  const rows = comparable(await running(many().select(...plain)).toObjects(), false);
  const written = async () =>
    comparable(await (lake.read("default.few") as unknown as Frame).toObjects(), false);
  for (const [mode, version, expected] of [
    ["create", 1, rows],
    ["append", 2, [...rows, ...rows].sort()],
    ["overwrite", 3, rows],
  ] as const) {
    expect(await frame.write("default.few", { mode })).toMatchObject({
      version,
      commits: 1,
      rows: rows.length,
      ranOn: expect.stringMatching(/^on Daft: 40 rows .* read, 4 rows .* returned, .*; further steps here$/),
    });
    expect(await written()).toEqual(expected);
  }
  await expect(frame.write("default.few")).rejects.toMatchObject({ code: "TableAlreadyExists" });
  // The first part fails in its process, after the write has begun here.
  const failing = running(many().select("part", col("id").add(9_223_372_036_854_775_800n).as("id"))).on(
    "daft",
  );
  await expect(failing.write("default.never")).rejects.toThrow(/overflow/);
  await expect(failing.write("default.few", { mode: "append" })).rejects.toThrow(/overflow/);
  expect(await lake.tableExists("default.never")).toBe(false);
  expect((await lake.describe("default.few")).version).toBe(3);
});
