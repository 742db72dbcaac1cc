/** Columns of odd values and names through every kind of step: Daft gives what this process gives, or refuses before it starts. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { isError } from "../../src/errors.ts";
import { col, lit } from "../../src/frame/builder/expr.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { comparable } from "../frame/comparable-rows.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable } from "../frame/sample-table.ts";
import { makeBarePython } from "./bare-python.ts";

const { Field } = arrow;
const most64 = 2n ** 63n - 1n;

const columns: Readonly<Record<string, readonly [type: DataType, cells: readonly unknown[]]>> = {
  uint64: [new arrow.Uint64(), [0n, 2n ** 64n - 1n, 2n ** 63n, most64, null, 1n]],
  int64: [new arrow.Int64(), [0n, most64, -most64 - 1n, -1n, null, 2n ** 53n + 1n]],
  int8: [new arrow.Int8(), [0n, 127n, -128n, -1n, null, 1n]],
  uint32: [new arrow.Uint32(), [0n, 2n ** 32n - 1n, 2n ** 31n, 1n, null, 7n]],
  double: [new arrow.Float64(), [Number.NaN, -0, 0, Number.NEGATIVE_INFINITY, null, Number.NaN]],
  float: [new arrow.Float32(), [Number.NaN, -0, 0, Number.POSITIVE_INFINITY, null, 1.5]],
  decimal38: [new arrow.Decimal(0, 38), [0n, 10n ** 38n - 1n, -(10n ** 38n) + 1n, 1n, null, -1n]],
  "decimal38.38": [new arrow.Decimal(38, 38), [0n, 10n ** 38n - 1n, -(10n ** 38n) + 1n, 1n, null, -1n]],
  nanoseconds: [new arrow.TimestampNanosecond(), [0n, most64, -most64, 1n, null, -1n]],
  "zoned nanoseconds": [
    new arrow.TimestampNanosecond("Asia/Shanghai"),
    [0n, most64, -most64, 1n, null, 999n],
  ],
  seconds: [new arrow.TimestampSecond("UTC"), [0n, 253_402_300_799n, -62_135_596_800n, 1n, null, -1n]],
  days: [new arrow.DateDay(), [0n, 2_932_896n, -719_162n, 1n, null, -1n]],
  "time of day": [new arrow.TimeNanosecond(), [0n, 86_399_999_999_999n, 1n, 1_000n, null, 5n]],
  duration: [new arrow.DurationMicrosecond(), [0n, most64, -most64, 1n, null, -1n]],
  text: [new arrow.Utf8(), ["", "e\u0301", "é", "a\0b", null, "\u{1f600}"]],
  dictionary: [
    new arrow.Dictionary(new arrow.Utf8(), new arrow.Int32()),
    ["", "e\u0301", "é", "it's", null, "é"],
  ],
  bytes: [
    new arrow.Binary(),
    [new Uint8Array(), new Uint8Array([0]), new Uint8Array([255, 0]), new Uint8Array([255]), null, null],
  ],
  boolean: [new arrow.Bool(), [true, false, null, true, null, false]],
  "nested nulls": [
    new arrow.List(new Field("item", new arrow.Int64(), true)),
    [[], [null], null, [1n, null], [null, null], [1n, null]],
  ],
  struct: [
    new arrow.Struct([
      new Field("it's", new arrow.Utf8(), true),
      new Field("all", new arrow.List(new Field("item", new arrow.Float64(), true)), true),
    ]),
    [
      { "it's": null, all: null },
      null,
      { "it's": "", all: [] },
      { "it's": "x", all: [null, Number.NaN] },
      { "it's": "x", all: null },
      null,
    ],
  ],
};

/** Names of their columns, one after the other. */
const names = [
  "__index_level_0__",
  'a"b',
  "it's",
  "x y",
  "tick's",
  "Größe",
  "日本",
  "\u{1f600}",
  "e\u0301",
  "row",
  "none",
  "c1",
  "_rowid_",
  "select",
  "kept_0",
  "a-b",
  "%s {0}",
  "\\",
  "NULL",
  "\t",
];

const steps: Readonly<Record<string, (frame: Frame, name: string) => Frame>> = {
  "as it is": (frame) => frame,
  "no rows": (frame) => frame.where(col("id").add(1).lt(0)),
  "no rows, counted": (frame, name) =>
    frame.where(col("id").add(1).lt(0)).agg(col(name).count().as("n"), col("id").count().as("all")),
  "without null": (frame, name) => frame.where(col(name).isNull().not(), col("id").add(0).gte(0)),
  groups: (frame, name) => frame.groupBy(name).agg(col("id").count().as("n"), col("id").sum().as("s")),
  "extremes and counts": (frame, name) =>
    frame
      .groupBy(col("id").mod(2).as("half"))
      .agg(
        col(name).min().as("least"),
        col(name).max().as("most"),
        col(name).count().as("n"),
        col(name).countDistinct().as("d"),
      ),
  sums: (frame, name) => frame.agg(col(name).sum().as("s"), col(name).mean().as("m")),
  different: (frame, name) => frame.select(name).distinct(),
  sorted: (frame, name) => frame.sort({ by: name, descending: true, nulls: "first" }, "id"),
  joined: (frame, name) => frame.join(frame.select(name, col("id").as("other")), { on: name }),
  "joined as a whole": (frame, name) =>
    frame.join(frame.where(col("id").add(0).gt(1)).select(name, col("id").as("other")), {
      on: name,
      how: "full",
    }),
  "semi-joined": (frame, name) =>
    frame.join(frame.where(col("id").add(0).gt(2)).select(name), { on: name, how: "semi" }),
  "anti-joined": (frame, name) =>
    frame.join(frame.where(col("id").add(0).gt(2)).select(name), { on: name, how: "anti" }),
  concatenated: (frame) => frame.concat(frame),
  "among constants and null": (frame, name) =>
    frame.where(
      col(name)
        .isIn([lit(null)] as never)
        .isNull(),
    ),
  compared: (frame, name) =>
    frame.select("id", col(name).lt(col(name)).as("lt"), col(name).eq(col(name)).as("eq")),
  negated: (frame, name) => frame.select("id", col(name).negate().as("n"), col(name).abs().as("a")),
  plus: (frame, name) => frame.select("id", col(name).add(col(name)).as("p")),
};

let folder: LanceFolder;
const bare = makeBarePython();

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = bare.python;
  folder = await openLanceFolder(2);
  for (const [index, [type, cells]] of Object.values(columns).entries())
    await folder.create(
      `odd${index}`,
      buildTable([
        { name: "id", type: new arrow.Int64(), cells: cells.map((_, id) => BigInt(id)) },
        { name: names[index] as string, type, cells },
      ]),
    );
});
afterAll(async () => {
  stopSidecars();
  bare.remove();
  await folder.remove();
});

/** The rows, or that the frame does not fit or cannot be computed. */
async function outcomeOf(frame: Frame, isOrdered: boolean): Promise<readonly string[] | string> {
  try {
    return comparable(await frame.toObjects(), isOrdered);
  } catch (error) {
    if (isError(error)) return `fails as ${error.code}: ${error.message}`;
    throw error;
  }
}

test.each(Object.keys(columns).map((kind, index) => [kind, index] as const))("%s", async (kind, index) => {
  const name = names[index] as string;
  const wrong: string[] = [];
  for (const [step, build] of Object.entries(steps)) {
    const told = `${kind}, ${step}`;
    const isOrdered = step === "sorted" || step === "as it is";
    let frame: Frame;
    try {
      frame = build(folder.read(`odd${index}`), name);
    } catch (error) {
      if (isError(error)) continue;
      throw error;
    }
    const here = await outcomeOf(frame, isOrdered);
    const refused = await frame
      .on("daft")
      .explain()
      .then(
        () => undefined,
        (error: Error) => error,
      );
    if (refused !== undefined) {
      const isWorded =
        /^(Unsupported: Cannot run the frame over .* on Daft: .*; .*run the frame with \.on\("here"\)|InvalidInput: )/s.test(
          String(refused),
        );
      if (!isWorded) wrong.push(`${told}: ${refused}`);
      continue;
    }
    const there = await outcomeOf(frame.on("daft"), isOrdered);
    const isSame =
      typeof here === "string" && typeof there === "string"
        ? here.split(":")[0] === there.split(":")[0]
        : JSON.stringify(here) === JSON.stringify(there);
    if (!isSame) wrong.push(`${told}:\n here ${JSON.stringify(here)}\n there ${JSON.stringify(there)}`);
  }
  expect(wrong).toEqual([]);
});
