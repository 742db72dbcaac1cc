/** Every function that runs on Daft, over odd values: its rows are those of this process. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { isError } from "../../src/errors.ts";
import { col, type Expression, lit } from "../../src/frame/builder/expr.ts";
import { interval } from "../../src/frame/builder/interval.ts";
import { greatest, least, when } from "../../src/frame/builder/when.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { comparable } from "../frame/comparable-rows.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable, type ColumnSample, columnSamples } from "../frame/sample-table.ts";
import { makeBarePython } from "./bare-python.ts";

const rows = 60;
const skipped = /Binary|Dictionary|Asia/;
const samples = columnSamples.filter(({ type }) => !skipped.test(`${type}`));
const types = samples.map(({ type }) => `${type}`);

let folder: LanceFolder;
const bare = makeBarePython();

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = bare.python;
  folder = await openLanceFolder();
  await folder.create(
    "odd",
    buildTable([...samples.entries()].flatMap(([index, sample]) => twins(index, sample))),
  );
  const words = ["", " a ", "Straße", "ǅ", "İI", "ﬁ", "e\u0301", "日本 ", "😀b", "a\nb", "A1_%\\", null];
  await folder.create("words", buildTable([{ name: "w", type: new arrow.Utf8(), cells: words }]));
});
afterAll(async () => {
  stopSidecars();
  bare.remove();
  await folder.remove();
});

function twins(index: number, { type, cell }: ColumnSample) {
  return ["a", "b"].map((side, place) => ({
    name: `${side}${index}`,
    type: type as DataType,
    cells: fc.sample(cell, { numRuns: rows, seed: 10 + place }),
  }));
}

async function compare(name: string, expressions: readonly Expression[], table = "odd"): Promise<number> {
  let ran = 0;
  for (const expression of expressions) {
    const frame = folder.read(table).select(expression.as("value")) as unknown as Frame;
    const expected = await frame.toObjects().catch((error: unknown) => error);
    if (isError(expected, "InvalidInput")) continue;
    if (expected instanceof Error) throw expected;
    const onDaft = frame.on("daft");
    const isRefused = await onDaft.explain().then(
      () => false,
      (error: unknown) => isError(error, "Unsupported"),
    );
    if (isRefused) continue;
    expect(comparable(await onDaft.toObjects(), true), `${name} ${expression}`).toEqual(
      comparable(expected as never, true),
    );
    ran += 1;
  }
  return ran;
}

const isNumber = (type: string) => /^(Int|Uint|Float)/.test(type);
const columnsOf = (is: (type: string) => boolean) =>
  types.flatMap((type, index) => (is(type) ? [[col(`a${index}`), col(`b${index}`)] as const] : []));

test("functions of numbers", { timeout: 120_000 }, async () => {
  const numbers = columnsOf(isNumber);
  const small = (value: Expression) => value.cast("int16", { orNull: true });
  const ran = await compare(
    "numbers",
    numbers.flatMap(([a, b]) => [
      a.abs(),
      a.negate(),
      a.sign(),
      a.floor(),
      a.ceil(),
      a.trunc(),
      a.sqrt(),
      a.div(b),
      small(a).mod(small(b)),
      small(a).intDiv(small(b)),
      a.cast("float64").mod(b.cast("float64")),
      a.cast("float32", { orNull: true }),
      a.cast("int8", { orNull: true }),
      a.cast("uint64", { orNull: true }),
    ]),
  );
  expect(ran).toBeGreaterThan(50);
});

test("where 0 and -0 are one value, it is 0 on Daft", { timeout: 120_000 }, async () => {
  const cells = [-0, 0, -0];
  await folder.create("zeros", buildTable([{ name: "x", type: new arrow.Float64(), cells }]));
  const x = col("x");
  const zeros = folder.read("zeros").on("daft") as Frame;
  const groups = await zeros.groupBy("x").agg(x.min().as("low"), x.max().as("high")).toObjects();
  expect(groups).toEqual([{ x: 0, low: 0, high: 0 }]);
  const of = (await zeros.select(greatest(x, -0).as("most"), least(x, 0).as("least")).toObjects()) as unknown;
  expect(of).toEqual(cells.map(() => ({ most: 0, least: 0 })));
  // What is not compared stays as it is.
  expect(await zeros.select("x", x.add(-0).as("same")).toObjects()).toEqual(
    cells.map((cell) => ({ x: cell, same: cell })),
  );
});

test("functions of decimals and choices", { timeout: 120_000 }, async () => {
  const [pair] = columnsOf((type) => type.startsWith("Decimal"));
  const [a, b] = pair as readonly [Expression, Expression];
  const ran = await compare("decimals", [
    a.add(b),
    a.sub(b),
    a.mul(b).mul(b),
    a.mul(2),
    a.add(1.25),
    a.div(b),
    a.negate(),
    a.abs(),
    a.gt(b),
    a.cast("float64"),
  ]);
  expect(ran).toBe(10);
});

test("decimals of more than 38 digits together are compared", { timeout: 120_000 }, async () => {
  const [pair] = columnsOf((type) => type.startsWith("Decimal"));
  const [a, b] = pair as readonly [Expression, Expression];
  const comparisons = ["eq", "neq", "lt", "lte", "gt", "gte"] as const;
  const pairs = [
    [a.mul(3), b.mul(0.0000000001)],
    [a.mul(2), a.mul(4).mul(0.5000000000001)],
    [a.mul(b), b.mul(a).mul(0.00000000001)],
  ] as const;
  const all = pairs.flatMap(([left, right]) => comparisons.map((name) => left[name](right)));
  expect(await compare("wide decimals", all)).toBe(all.length);
});

/** The same of each shape: of 64 bits and of 128, with digits that a double holds and with more, all behind the point. */
const shapes = [
  [12, 2],
  [9, 9],
  [18, 6],
  [18, 18],
  [19, 2],
  [38, 0],
  [38, 10],
  [38, 38],
] as const;

test("decimals become the doubles of this process, to the last bit", { timeout: 120_000 }, async () => {
  const digits = fc.integer({ min: 1, max: 38 });
  const drawn = digits.chain((most) =>
    fc.bigInt({ min: 1n - 10n ** BigInt(most), max: 10n ** BigInt(most) - 1n }),
  );
  const edges = [2n ** 53n, 2n ** 63n, 2n ** 64n, 299_947n].flatMap((edge) => [
    edge,
    edge + 1n,
    -edge,
    -edge - 1n,
  ]);
  const numbers = [...edges, ...fc.sample(drawn, { numRuns: 600, seed: 7 })];
  const factors = fc.sample(
    // Which zero an extreme is, is not told.
    fc.double({ noNaN: true, min: -1e6, max: 1e6 }).filter((factor) => factor !== 0),
    {
      numRuns: numbers.length,
      seed: 8,
    },
  );
  for (const [precision, scale] of shapes) {
    const cells = numbers.map((number, index) =>
      index % 50 === 49 ? null : number % 10n ** BigInt(precision),
    );
    const table = `decimals${precision}_${scale}`;
    await folder.create(
      table,
      buildTable([
        { name: "id", type: new arrow.Int64(), cells: cells.map((_, id) => BigInt(id)) },
        { name: "d", type: new arrow.Decimal(scale, precision), cells },
        { name: "f", type: new arrow.Float64(), cells: factors },
      ]),
    );
    const frame = folder.read(table) as unknown as Frame;
    const [d, f] = [col("d"), col("f")];
    const double = d.cast("float64");
    const asDouble = frame.select("id", double.as("f"));
    const built: Readonly<Record<string, Frame>> = {
      computed: frame.select(
        double.as("cast"),
        d.div(3).as("div"),
        d.div(d).as("ratio"),
        d.add(f).as("add"),
        f.sub(d).as("sub"),
        d.mul(f).as("mul"),
        d.sqrt().as("sqrt"),
        d.fillNull(f).as("fillNull"),
        when(d.gt(0), d).otherwise(f).as("when"),
        greatest(d, f).as("greatest"),
        least(d, f).as("least"),
        double.lt(f).as("lt"),
        double.div(2).eq(d.div(2)).as("eq"),
      ),
      "one value": frame.where(double.eq(Number(cells[12]) / 10 ** scale)).select("id"),
      unpivoted: frame.unpivot({ columns: ["d", "f"], keys: ["id"] }),
      joined: frame
        .join(asDouble, { leftOn: double, rightOn: "f" })
        .select("id", "id_right")
        .sort("id", "id_right"),
      extremes: frame.agg(double.min().as("min"), double.max().as("max"), double.countDistinct().as("n")),
    };
    for (const [name, one] of Object.entries(built))
      expect(await one.on("daft").toObjects(), `${table}, ${name}`).toEqual(await one.toObjects());
  }
});

test("functions of times", { timeout: 120_000 }, async () => {
  const times = columnsOf((type) => /^(Timestamp|Date)/.test(type));
  const ran = await compare(
    "times",
    times.flatMap(([a]) => [
      a.year(),
      a.quarter(),
      a.month(),
      a.week(),
      a.day(),
      a.dayOfWeek(),
      a.dayOfYear(),
      a.dateTrunc("week"),
      a.dateTrunc("quarter"),
      a.toDate(),
    ]),
  );
  expect(ran).toBeGreaterThan(20);
});

test("dates that are written in the frame", async () => {
  const moved = ["2024-01-31", "1996-02-29", "1900-02-28", "0001-01-01", "9999-12-31", "1969-12-31"].flatMap(
    (text) =>
      [{ months: 1 }, { years: 1, days: -1 }, { months: -13, days: 400 }, { days: -90 }, { days: 0 }].map(
        (length) => lit(text).cast("date").add(interval(length)),
      ),
  );
  expect(await compare("dates", moved, "words")).toBe(moved.length);
  const [at] = columnsOf((type) => type === "Date32<DAY>").flat();
  expect(await compare("dates", [(at as Expression).lt(lit("1999-03-15").cast("date"))])).toBe(1);
  for (const text of ["2023-02-30", "2023-2-3", " 2023-02-03", "2023-02-03T10:00:00Z"]) {
    const frame = folder
      .read("words")
      .select(lit(text).cast("date", { orNull: true }).as("day"))
      .on("daft");
    await expect(frame.explain()).rejects.toMatchObject({ code: "Unsupported" });
  }
});

test("functions of texts", { timeout: 120_000 }, async () => {
  const w = col("w");
  const ran = await compare(
    "texts",
    [
      w.upper(),
      w.lower(),
      w.trim(),
      w.trimStart(),
      w.trimEnd(),
      w.length(),
      w.slice(1),
      w.slice(1, 2),
      w.concat(w).concat("é"),
      w.contains("a"),
      w.startsWith(""),
      w.endsWith("b"),
      w.replace("a", "\\1"),
      w.matches("^[a-zß ]+$"),
      w.matches("a.b"),
      w.like("%a_b%"),
      w.like("_1\\_\\%\\\\"),
      w.fillNull("-"),
    ],
    "words",
  );
  expect(ran).toBe(18);
});
