/** The extremes of numbers and times: computed as DuckDB, Polars and pandas do, or refused with the way out. */
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../../src/arrow.ts";
import { col, type Frame, fromRows, interval } from "../../../src/index.ts";
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
