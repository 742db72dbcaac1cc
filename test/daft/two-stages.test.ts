/** Plans that Daft cannot do as a whole: Daft makes few rows, and the rest is done here; over many rows nothing runs. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { displaySymbol } from "../../src/display/bundle.ts";
import { col } from "../../src/frame/builder/expr.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { comparable } from "../frame/comparable-rows.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable } from "../frame/sample-table.ts";
import { makeBarePython } from "./bare-python.ts";
import { ownChildren } from "./processes.ts";

let folder: LanceFolder;
const bare = makeBarePython();

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = bare.python;
  folder = await openLanceFolder();
  const ids = Array.from({ length: 20_000 }, (_, id) => BigInt(id));
  const odd = [Number.NaN, -0, 0, null, Number.POSITIVE_INFINITY, 1.5];
  const words = ["a", "e\u0301", "😀", null, ""];
  const table = buildTable([
    { name: "id", type: new arrow.Int64(), cells: ids },
    { name: "part", type: new arrow.Int64(), cells: ids.map((id) => (id * 7_919n) % 97n) },
    { name: "x y", type: new arrow.Float64(), cells: ids.map((id) => odd[Number(id % 6n)] ?? null) },
    { name: "Word", type: new arrow.Utf8(), cells: ids.map((id) => words[Number(id % 5n)] ?? null) },
  ]);
  await folder.create("many", table);
});
afterEach(stopSidecars);
afterAll(async () => {
  stopSidecars();
  bare.remove();
  await folder.remove();
});

const many = () => folder.read("many") as unknown as Frame;
const sums = (frame: Frame) =>
  frame.groupBy("part").agg(col("id").sum().as("sum"), col("id").max().as("last"));
const running = (frame: Frame) => frame.withColumn("running", col("sum").median().over({ orderBy: "part" }));

/** With how many stages on Daft, and whether the rows have an order. */
const parted: Readonly<
  Record<string, readonly [frame: (many: Frame) => Frame, stages: number, isOrdered?: boolean]>
> = {
  "a window over groups": [(frame) => running(sums(frame)), 1],
  "a sort of a window over groups": [(frame) => running(sums(frame)).sort("part").limit(5), 1, true],
  "groups of groups by a median": [
    (frame) => sums(frame).groupBy(col("part").mod(3).as("third")).agg(col("sum").median().as("median")),
    1,
  ],
  "a function of the rows of a limit": [
    (frame) => frame.limit(3_000, { offset: 9_000 }).select("id", col("Word").reverse().as("back")),
    1,
    true,
  ],
  "a limit of the rows of a function": [
    (frame) => frame.select("x y", col("Word").reverse().as("back")).limit(10),
    1,
    true,
  ],
  "a function of the first rows of a sort": [
    (frame) =>
      frame.sort({ by: "part", descending: true }, "id").limit(7).select("id", col("part").exp().as("e")),
    1,
    true,
  ],
  "a function of different values": [
    (frame) => frame.select("x y", "Word").distinct().select("x y", col("Word").padStart(3, "-").as("wide")),
    1,
  ],
  "a condition over a count": [
    (frame) => frame.agg(col("id").count().as("n")).where(col("n").pow(2).gt(5)),
    1,
  ],
  "steps over tail()": [
    (frame) => running(sums(frame)).sort("part").tail(4).where(col("part").mod(2).eq(0)),
    1,
    true,
  ],
  "steps over a JavaScript function": [
    (frame) =>
      sums(frame)
        .sort("part")
        .mapBatches((batch) => batch)
        .where(col("part").gt(90)),
    1,
    true,
  ],
  "a join of groups by more than equal keys": [
    (frame) =>
      sums(frame)
        .where(col("part").lt(9))
        .joinAsof(frame.groupBy("part").agg(col("id").min().as("first")).where(col("part").mod(4).eq(0)), {
          on: "part",
        }),
    2,
  ],
  "groups after groups": [
    (frame) => running(sums(frame)).concat(running(sums(frame.where(col("id").mod(2).eq(0))))),
    2,
  ],
};

test.each(Object.entries(parted))(
  "%s has the rows of this process",
  async (_, [build, stages, isOrdered = false]) => {
    const frame = build(many());
    const onDaft = frame.on("daft");
    const told = String(await onDaft.explain());
    expect(told.match(/On Daft, in a separate process/g)).toHaveLength(stages);
    expect(told).not.toMatch(/^ {2}On Daft/m);
    expect(comparable(await onDaft.toObjects(), isOrdered)).toEqual(
      comparable(await frame.toObjects(), isOrdered),
    );
  },
);

const refused: Readonly<Record<string, (many: Frame) => Frame>> = {
  "a window over a table": (frame) => frame.withColumn("n", col("id").median().over({ orderBy: "id" })),
  "a median of a table": (frame) => frame.agg(col("id").median().as("m")),
  "groups of a window": (frame) =>
    sums(frame.withColumn("n", col("id").median().over({ orderBy: "id" })).where(col("n").gt(1))),
  "a limit of a window": (frame) =>
    frame.withColumn("n", col("id").median().over({ orderBy: "id" })).limit(3),
  "a function of all different rows": (frame) =>
    frame
      .withColumns({ two: col("id").mul(2) })
      .distinct()
      .withColumn("back", col("Word").reverse()),
  "a function of more rows than are brought": (frame) =>
    frame.limit(1_000_001).select(col("Word").reverse().as("back")),
  "a join of groups with a table": (frame) => running(sums(frame)).join(frame, { on: "part" }),
  "a join of a table with groups": (frame) => frame.join(running(sums(frame)), { on: "part" }),
};

test.each(Object.entries(refused))("%s is refused before anything runs", async (_, build) => {
  const before = ownChildren();
  const frame = build(many());
  for (const engine of ["daft", "ray"] as const)
    await expect(frame.on(engine).toObjects()).rejects.toMatchObject({
      code: "Unsupported",
      message: expect.stringMatching(/^Cannot run the frame over \S*many on (Daft|Ray): .*; /),
    });
  expect(ownChildren().filter((pid) => !before.includes(pid))).toEqual([]);
});

test("on Ray the rest is done here alike", async () => {
  const told = String(await running(sums(many())).on("ray").explain());
  expect(told).toMatch(/In DuckDB:\n.*\n\s+On Daft, on Ray on this machine:/s);
});

test("what is shown says what ran on Daft, and that further steps ran here", async () => {
  const table = await running(sums(many())).on("daft")[displaySymbol]();
  expect(table["text/plain"]).toMatch(
    /on Daft: 20,000 rows \(.*\) read, 97 rows \(.*\) returned, [\d.]+ m?s; further steps here/,
  );
  const whole = await sums(many()).on("daft")[displaySymbol]();
  expect(whole["text/plain"]).not.toContain("further steps");
});
