/** The extremes of numbers and times: computed as DuckDB, Polars and pandas do, or refused with the way out. */
import { expect, test } from "vitest";
import { arrow, type DataType, type Field } from "../../../src/arrow.ts";
import { call } from "../../../src/frame/expression/expression-build.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { inferField } from "../../../src/frame/functions/infer-type.ts";
import { findScalar, scalarFunctions } from "../../../src/frame/functions/scalar-functions.ts";
import { col, count, DlfLanceError, Expression, fromRows, interval, lit, rank } from "../../../src/index.ts";
import { refusal } from "../../refusal.ts";

const day = 86_400_000_000_000n;
const [lowest, highest] = [-(2n ** 63n), 2n ** 63n - 1n];

async function ticksIn(frame: Frame): Promise<readonly bigint[]> {
  const column = (await frame.collect()).getChild("t");
  return [...(column?.data.flatMap(({ values }) => [...(values as BigInt64Array)]) ?? [])];
}

function ticksOf(type: DataType, ticks: readonly bigint[]): Frame {
  const data = new arrow.Data(type, 0, ticks.length, 0, [undefined, BigInt64Array.from(ticks)] as never);
  return fromRows(new arrow.Table({ t: new arrow.Vector([data as never]) }));
}

test("numbers that have more than 38 digits together are compared exactly, and null with nothing", async () => {
  const tiny = "2.000000000000000000000000000001";
  const rows = fromRows({
    text: ["2", tiny, "-2.5", null, "2"],
    whole: [2n, 2n, -2n, 2n, null],
  }).select(col("text").cast("decimal(38, 30)").as("d"), col("whole").as("i"));
  for (const engine of [undefined, "duckdb"] as const) {
    const read = async (condition: Expression) =>
      (await rows.select(condition.as("x")).toObjects(engine && { engine })).map(({ x }) => x);
    expect(await read(col("d").eq(col("i")))).toEqual([true, false, false, null, null]);
    expect(await read(col("i").lt(col("d")))).toEqual([false, true, false, null, null]);
    expect(await read(col("d").neq(col("i")).not())).toEqual([true, false, false, null, null]);
    expect(await read(col("d").gte(col("i")))).toEqual([true, true, false, null, null]);
    expect(await rows.where(col("d").eq(col("i")).not()).count()).toBe(2);
  }
});

test("durations are written as DuckDB writes intervals, and nanoseconds behind that", async () => {
  const texts = async (unit: 0 | 1 | 2 | 3, ticks: readonly bigint[]) => {
    const rows = await ticksOf(new arrow.Duration(unit), ticks)
      .select(col("t").cast("string").as("x"))
      .toObjects();
    return rows.map(({ x }) => x);
  };
  expect(await texts(3, [0n, 1n, -1n, 1_001n, -day - 500_000_000n, lowest, highest])).toEqual([
    "00:00:00",
    "00:00:00.000000001",
    "-00:00:00.000000001",
    "00:00:00.000001001",
    "-24:00:00.5",
    "-2562047:47:16.854775808",
    "2562047:47:16.854775807",
  ]);
  expect(await texts(2, [93_600_000_001n, -1n])).toEqual(["26:00:00.000001", "-00:00:00.000001"]);
  expect(await texts(1, [1_500n])).toEqual(["00:00:01.5"]);
  expect(await texts(0, [-90n])).toEqual(["-00:01:30"]);
  await expect(texts(0, [highest])).rejects.toThrow("Cannot");
});

test.each([
  ["int8", [-128, -2, 0, 127], "TINYINT"],
  ["int16", [-32_768, -2, 1], "SMALLINT"],
  ["int32", [-2, 2 ** 31 - 1], "INTEGER"],
  ["int64", [-2, 5], "BIGINT"],
  ["uint8", [0, 5, 200, 255], "UTINYINT"],
  ["uint16", [5, 60_000], "USMALLINT"],
  ["uint32", [5, 4_000_000_000], "UINTEGER"],
  ["uint64", [0n, 5n, 2n ** 64n - 1n], "UBIGINT"],
] as const)("the bits of %s are those of its type", async (type, values, sql) => {
  const rows = fromRows({ text: values.map(String) }).select(col("text").cast(type).as("x"));
  const ours = rows.select(
    col("x").bitCount().as("count"),
    col("x").bitwiseNot().as("not"),
    col("x").bitwiseAnd(6).as("and"),
    col("x").bitwiseOr(col("x")).as("or"),
    col("x").bitwiseXor(5).as("xor"),
    col("x").shiftRight(1).as("right"),
    col("x").shiftLeft(0).as("left"),
  );
  const wide = type === "uint64" ? "UBIGINT" : "BIGINT";
  const forms = {
    count: "bit_count(x)::BIGINT",
    not: `(~x)::${wide}`,
    and: `(x & 6)::${wide}`,
    or: `(x | x)::${wide}`,
    xor: `xor(x, 5)::${wide}`,
    right: `(x >> 1)::${wide}`,
    left: `x::${wide}`,
  };
  const list = Object.entries(forms).map(([name, form]) => `${form} AS "${name}"`);
  const theirs = rows.sql(`SELECT ${list.join(", ")} FROM (SELECT x::${sql} AS x FROM frame)`);
  expect(await ours.toObjects()).toEqual(await theirs.toObjects());
});

test("whole numbers that int64 cannot hold are named, and no cast is blamed that nobody wrote", async () => {
  const wide = fromRows({ x: new BigUint64Array([2n ** 64n - 1n]) });
  const said = /^InvalidInput: Cannot compute .*18446744073709551615.*; cast the column to double first/;
  for (const computed of [col("x").mul(1), col("x").bitwiseOr(-1), col("x").abs()])
    expect(await refusal(() => wide.select(computed.as("y")).toObjects())).toMatch(said);
  const sums = fromRows({ x: [2n ** 62n, 2n ** 62n, 2n ** 62n], k: [1, 1, 1] });
  const beyond = /^InvalidInput: Cannot compute .*13835058055282163712.*; cast the column to double first/;
  expect(await refusal(() => sums.agg(col("x").sum()).toObjects())).toMatch(beyond);
  const running = col("x").sum().over({ partitionBy: "k" }).as("y");
  expect(await refusal(() => sums.select(running).toObjects())).toMatch(beyond);
  expect(await refusal(() => wide.select(col("x").cast("int64")).toObjects())).toContain("{ orNull: true }");
});

test("days and months are added to nanoseconds up to both ends of their range", async () => {
  for (const zone of [null, "UTC", "Asia/Shanghai"]) {
    const type = new arrow.Timestamp(3, zone);
    // The clock of Shanghai is eight hours ahead, and has to fit too.
    const last = highest - day - (zone === "Asia/Shanghai" ? day / 3n : 0n);
    const late = [4_611_772_418_427_387_904n, 2n ** 62n, last, last - 1n];
    const dayLater = col("t")
      .add(interval({ days: 1 }))
      .as("t");
    expect(await ticksIn(ticksOf(type, late).select(dayLater))).toEqual(late.map((tick) => tick + day));
    const early = [lowest, lowest + 1n, -(2n ** 62n) - 1n];
    const hoursLater = col("t")
      .add(interval({ days: 1, hours: 1 }))
      .as("t");
    expect(await ticksIn(ticksOf(type, early).select(hoursLater))).toEqual(
      early.map((tick) => tick + day + day / 24n),
    );
    const beyond = ticksOf(type, [highest]).select(col("t").add(interval({ days: 1 })));
    expect(await refusal(() => beyond.toObjects())).toContain("and the result lies beyond");
  }
});

test("one extreme value does not take down a summary, nor the spread of the rest", async () => {
  const rows = fromRows({ x: [1e300, 1, 2, 5], y: [1, 2, 3, 4], k: [1, 1, 1, 1] });
  const [summary] = (await (await rows.select("x").summarize()).toObjects()) as { stddev: number }[];
  // Of 1e300 and three values that are 0 next to it.
  expect(summary?.stddev).toBeCloseTo(1e300 / 2, -286);
  const measures = [
    col("x").stddev().as("stddev"),
    col("x").stddevPopulation().as("population"),
    col("x").variance().as("variance"),
    col("x").variancePopulation().as("variancePopulation"),
    col("x").skew().as("skew"),
    col("x").kurtosis().as("kurtosis"),
    col("x").corr(col("y")).as("corr"),
    col("x").covariance(col("y")).as("covariance"),
  ];
  const [all] = await rows.agg(...measures).toObjects();
  expect(all).toMatchObject({ variance: Number.POSITIVE_INFINITY, skew: Number.NaN, corr: Number.NaN });
  const [duckdb] = await rows
    .limit(4)
    .agg(...measures, col("x").median().as("median"))
    .toObjects();
  expect(duckdb).toMatchObject(all as object);
  expect(all?.stddev).toBeCloseTo(1e300 / 2, -286);
  expect(all?.population).toBeCloseTo((1e300 * Math.sqrt(3)) / 4, -286);
  const infinite = fromRows({ x: [1e300, Number.POSITIVE_INFINITY, null] });
  expect(await (await infinite.summarize()).toObjects()).toMatchObject([
    { count: 2n, nulls: 1n, stddev: Number.NaN },
  ]);
});

/** Both zeros, a number, and NaN of either sign and with other bits: for Python and DuckDB's groups four values. */
const bits = [
  0x7ff8000000000000n,
  0xfff8000000000000n,
  0x7ff8000000000001n,
  0x3ff0000000000000n,
  0x8000000000000000n,
  0n,
];
const odd = new Float64Array(BigUint64Array.from(bits).buffer);

test.each(["float64", "float32"] as const)(
  "NaN of any bits is one value of %s, and so are both zeros",
  async (type) => {
    const rows = fromRows({ x: odd, k: [1, 1, 1, 1, 1, 1] }).select(col("x").cast(type).as("x"), "k");
    const distinct = [0, 1, Number.NaN];
    const aggregates = {
      listUnique: col("x").listUnique(),
      countDistinct: col("x").countDistinct(),
      approxCountDistinct: col("x").approxCountDistinct(),
      mode: col("x").mode(),
      distinctOfList: col("x").list().listDistinct(),
      countOfList: col("x").list().listCountDistinct(),
      intersect: col("x").list().listIntersect(col("x").list()).listLength(),
    };
    const expected = {
      listUnique: distinct,
      countDistinct: 3n,
      approxCountDistinct: 3n,
      mode: Number.NaN,
      distinctOfList: distinct,
      countOfList: 3n,
      intersect: 3n,
    };
    const named = Object.entries(aggregates).map(([name, value]) => value.as(name));
    expect(plusZero(await rows.agg(...named).toObjects())).toEqual([expected]);
    expect(
      plusZero(
        await rows
          .groupBy("k")
          .agg(...named)
          .select(...Object.keys(expected))
          .toObjects(),
      ),
    ).toEqual([expected]);
    const over = rows.select(
      ...["listUnique", "mode"].map((name) => aggregates[name as "mode"].over({ partitionBy: "k" }).as(name)),
    );
    expect(plusZero(await over.limit(1).toObjects())).toEqual([{ listUnique: distinct, mode: Number.NaN }]);
    const counts = (await rows.valueCounts("x").sort("x").toObjects()) as { count: bigint }[];
    expect(counts.map(({ count: each }) => each)).toEqual([2n, 1n, 3n]);
    const x = rows.select("x");
    for (const set of [x.distinct(), x.unique({ keep: "last" }), x.intersect(x), x.groupBy("x").count()])
      expect(await set.count()).toBe(3);
    expect(await x.except(x).count()).toBe(0);
    expect(await x.unique({ keep: "none" }).count()).toBe(1);
    expect(await x.where(col("x").isIn([Number.NaN, 0])).count()).toBe(5);
    expect(await x.join(x, { on: "x" }).count()).toBe(9 + 1 + 4);
    const lists = rows.agg(col("x").list().as("l"));
    const held = lists.select(
      col("l").listContains(Number.NaN).as("nan"),
      col("l").listContains(-0).as("zero"),
      col("l").listIndexOf(Number.NaN).as("at"),
    );
    expect(await held.toObjects()).toEqual([{ nan: true, zero: true, at: 0n }]);
  },
);

/** The list with 0 for -0, where either may be shown. */
function plusZero(value: unknown): unknown {
  if (typeof value === "number") return value + 0;
  if (Array.isArray(value)) return value.map(plusZero);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plusZero(each)]))
    : value;
}

test("rows keep the sign of zero through sorts, windows and unique, whatever they are ordered by", async () => {
  const cells = [0, -0, 1.5, -0, 0, -2];
  const rows = fromRows(cells.map((x, i) => ({ x, l: [x], s: { x }, i })));
  const signs = async (frame: Frame) =>
    ((await frame.sort("i").toObjects()) as { x: number; l: number[]; s: { x: number } }[]).flatMap(
      ({ x, l, s }) => [x, l[0], s.x],
    );
  const all = cells.flatMap((x) => [x, x, x]);
  for (const key of ["x", "l", "s"] as const) {
    const changed: readonly Frame[] = [
      rows.sort(key),
      rows.sort({ by: key, descending: true, nullsFirst: true }),
      rows.sort(key).limit(6),
      rows.withColumn("n", count().over({ partitionBy: key })),
      rows.withColumn("n", count().over({ orderBy: key })),
      rows.withColumn(
        "n",
        col("i")
          .sum()
          .over({ partitionBy: key, rows: [0, null] }),
      ),
      rows.withColumn("n", rank().over({ partitionBy: "i", orderBy: key })),
    ];
    for (const frame of changed) expect(await signs(frame)).toEqual(all);
    const kept = (keep: "first" | "last") => signs(rows.unique({ on: key, keep }));
    expect(await kept("first")).toEqual([0, 1.5, -2].flatMap((x) => [x, x, x]));
    expect(await kept("last")).toEqual([1.5, 0, -2].flatMap((x) => [x, x, x]));
    const later = rows.where(col("i").gt(0).and(col("i").lt(4)));
    expect(await signs(later.unique({ on: key, keep: "last" }))).toEqual([1.5, -0].flatMap((x) => [x, x, x]));
    expect(await signs(later.unique({ on: key, keep: "first" }))).toEqual(
      [-0, 1.5].flatMap((x) => [x, x, x]),
    );
  }
  const range = rows.withColumn("n", count().over({ orderBy: "x", range: [-1, 0] }));
  expect(await signs(range)).toEqual(all);
});

test.each(["no rows", "null alone", "no row that fits"] as const)("aggregates over %s", async (kind) => {
  const some = fromRows([
    { x: 1.5, s: "a", g: 1 },
    { x: null, s: null, g: 2 },
    { x: null, s: null, g: 2 },
  ]);
  const x = col("x");
  const groups: Readonly<Record<string, readonly Expression[]>> = {
    zero: [
      x.count(),
      x.countDistinct(),
      x.approxCountDistinct(),
      x.gt(1).countIf(),
      ...(kind === "null alone" ? [] : [count()]),
    ],
    empty: [x.topK(2), x.bottomK(2), x.listUnique(), ...(kind === "null alone" ? [] : [x.list()])],
    null: [
      ...[
        x.sum(),
        x.mean(),
        x.min(),
        x.max(),
        x.median(),
        x.quantile(0.9),
        x.approxQuantile(0.9),
        x.mode(),
        x.product(),
      ],
      ...[x.stddev(), x.stddevPopulation(), x.variance(), x.variancePopulation(), x.skew(), x.kurtosis()],
      ...[
        x.corr(x),
        x.covariance(x),
        x.covariancePopulation(x),
        x.argMin(x),
        x.argMax(x),
        x.first(),
        x.last(),
      ],
      ...[x.gt(1).any(), x.gt(1).all(), col("s").stringAgg("-")],
    ],
  };
  const values = { zero: 0n, empty: [], null: null };
  for (const [name, all] of Object.entries(groups)) {
    const named = all.map((value, index) =>
      (kind === "no row that fits" ? value.filter(col("g").gt(9)) : value).as(`${index}`),
    );
    const rows =
      kind === "no rows"
        ? some.where(col("g").gt(9))
        : kind === "null alone"
          ? some.where(col("g").eq(2))
          : some;
    const expected = all.map(() => values[name as keyof typeof values]);
    for (const found of [
      rows.agg(...(named as never[])),
      rows.groupBy(lit(1).as("k")).agg(...(named as never[])),
    ]) {
      const objects = (await found.toObjects()) as Readonly<Record<string, unknown>>[];
      expect(
        objects.map((row) => all.map((_, index) => row[index])),
        name,
      ).toEqual(kind === "no rows" && objects.length === 0 ? [] : [expected]);
    }
  }
});

test("what the lowest int64 and the last times cannot become is said in words of numbers and times", async () => {
  const rows = fromRows({ x: BigInt64Array.from([lowest]), by: BigInt64Array.from([-1n]) });
  const x = col("x");
  for (const computed of [x.abs(), x.negate(), x.mod(-1), x.mod(col("by"))])
    expect(await refusal(() => rows.select(computed.as("y")).toObjects())).toMatch(
      /^InvalidInput: Cannot compute the .* of -9223372036854775808: the result does not fit int64; cast the column to double/,
    );
  for (const tick of [lowest, highest]) {
    const times = ticksOf(new arrow.Timestamp(3, null), [tick]);
    for (const written of [col("t").cast("string"), col("t").strftime("%Y")])
      expect(await refusal(() => times.select(written).toObjects())).toMatch(
        /^InvalidInput: Cannot compute a time: it lies beyond .* in nanoseconds from 1677-09-22 to 2262-04-11; cast nanoseconds/,
      );
    const milliseconds = ticksOf(new arrow.Timestamp(1, null), [tick]);
    expect(await refusal(() => milliseconds.select(col("t").year()).toObjects())).toContain(
      "Cannot compute a time",
    );
  }
});

test.each(["duckdb", "aggregate"] as const)(
  "spreads of very small and very large numbers, by %s",
  async (engine) => {
    const spreads = [col("x").stddev().as("stddev"), col("x").stddevPopulation().as("population")];
    const scales = [1e-305, 1e-300, 1e-200, 1e-150, 1e-130, 1e-128, 1e-100, 1, 1e100, 1e144, 1e146, 4e307];
    const rows = fromRows(scales.flatMap((scale, k) => [1, 2, 4].map((x) => ({ k, x: x * scale }))));
    const found = await rows
      .groupBy("k")
      .agg(...spreads)
      .toObjects({ engine });
    const byScale = new Map(found.map((row) => [Number(row.k), row]));
    for (const [k, scale] of scales.entries()) {
      expect(Number(byScale.get(k)?.stddev) / scale).toBeCloseTo(Math.sqrt(7 / 3), 9);
      expect(Number(byScale.get(k)?.population) / scale).toBeCloseTo(Math.sqrt(14 / 9), 9);
    }
    const variance = col("x").variance().as("variance");
    const mixed = async (...x: number[]) =>
      Number((await fromRows({ x }).agg(variance).toObjects({ engine }))[0]?.variance);
    expect(await mixed(1e-300, 1, 2e-300, 3)).toBeCloseTo(2, 9);
    expect((await mixed(1e-140, 3e-140, 1e-100, 3e-100)) / 1e-200).toBeCloseTo(2, 9);
    expect(await mixed(0, 0, 0)).toBe(0);
    expect(await mixed(1e-200, 3e-200)).toBe(0);
    expect((await mixed(1e-300, 1e150, 3e150)) / 1e300).toBeCloseTo(7 / 3, 9);
  },
);

test("every function of a column of nulls alone gives null, or is refused in words", async () => {
  const nulls = arrow.vectorFromArray([null, null], new arrow.Null());
  const table = new arrow.Table({ n: nulls, k: arrow.vectorFromArray([1, 2], new arrow.Int32()) });
  const frame = Frame.of(table as never, "rows");
  const { fields } = table.schema;
  const find = (name: string) => fields.find((field) => field.name === name) as Field;
  const columns: Expression[] = [];
  for (const name of scalarFunctions) {
    const { takes, least = takes.length, seesNull } = findScalar(name);
    for (const other of [col("n"), col("k"), lit("a"), lit(1), lit("day")]) {
      const more = Array.from({ length: Math.max(least, 1) - 1 }, () => other);
      try {
        const expression = new Expression(call(name, col("n"), ...more), "n");
        inferField(expression.node, find);
        if (seesNull !== true) columns.push(expression.as(`${name} ${columns.length}`));
      } catch (error) {
        expect(error, name).toBeInstanceOf(DlfLanceError);
      }
    }
  }
  expect(columns.length).toBeGreaterThan(200);
  for (const row of await frame.select(...columns).toObjects())
    expect(
      Object.entries(row).filter(([name, value]) => value !== null && !name.startsWith("toStruct")),
    ).toEqual([]);
});

test("a decimal that a whole number cannot hold is refused in our words", async () => {
  const prices = fromRows({ price: ["4326.00", "1.00"] }).select(col("price").cast("decimal(12, 2)"));
  expect(await refusal(() => prices.select(col("price").cast("int8")).collect())).toBe(
    "InvalidInput: Cannot cast 4326 (decimal) to int8: the type cannot hold it; with { orNull: true } such values become null",
  );
  const kept = prices.select(col("price").cast("int8", { orNull: true }));
  expect(await kept.toObjects()).toEqual([{ price: null }, { price: 1 }]);
});
