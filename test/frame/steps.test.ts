/** What each step and function comes to, worked out by hand. */
import { expect, test } from "vitest";
import { arrow, type RecordBatch } from "../../src/arrow.ts";
import { col, type Expression, lit } from "../../src/frame/builder/expr.ts";
import { coalesce, greatest, least, when } from "../../src/frame/builder/when.ts";
import { count, denseRank, lag, lead, rank, rowNumber } from "../../src/frame/builder/window-functions.ts";
import { Frame } from "../../src/frame/frame.ts";
import { fromRows } from "../../src/frame/from-rows.ts";
import { refusal } from "../refusal.ts";
import { buildTable } from "./sample-table.ts";

const instant = new Date("2024-02-29T23:30:15.500Z");
const one = fromRows({
  i: [7n],
  n: [-7n],
  x: [2.5],
  nan: [Number.NaN],
  s: ["  Ünï😀 "],
  w: ["a-b-c"],
  b: [true],
  t: [instant],
  l: [[1n, 2n]],
  o: [{ p: 1n, q: "z" }],
  u: ["x"],
});

test.each<[string, Expression, unknown]>([
  ["7 + 2", col("i").add(2), 9n],
  ["7 + 0.5", col("i").add(0.5), 7.5],
  ["7 / 2", col("i").div(2), 3.5],
  ["1 / 0", lit(1).div(0), Number.POSITIVE_INFINITY],
  ["1 / -0", lit(1).div(-0), Number.POSITIVE_INFINITY],
  ["7 // -2", col("i").intDiv(-2), -3n],
  ["7 // 0", col("i").intDiv(0), null],
  ["-7 % 2", col("n").mod(2), -1n],
  ["7 % 0", col("i").mod(0), null],
  ["null + 1", col("i").nullIf(7n).add(1), null],
  ["negate", col("i").negate(), -7n],
  ["abs", col("n").abs(), 7n],
  ["sign", col("x").negate().sign(), -1],
  ["round half up", col("x").round(), 3],
  ["round half down below zero", col("x").negate().round(), -3],
  ["round to tens", lit(-15n).round(-1), -20n],
  ["floor", col("x").negate().floor(), -3],
  ["trunc", col("x").negate().trunc(), -2],
  ["sqrt of less than 0", col("n").sqrt(), Number.NaN],
  ["power", col("i").pow(2), 49],
  ["isNaN", col("nan").isNaN(), true],
  ["NaN is above all", col("nan").gt(1e308), true],
  ["greatest leaves null out", greatest(col("i"), 3, null), 7n],
  ["least", least(col("x"), 3.5), 2.5],
  ["length counts code points", col("s").length(), 7n],
  ["upper", col("s").upper(), "  ÜNÏ😀 "],
  ["trim", col("s").trim(), "Ünï😀"],
  ["trimStart", col("s").trimStart(), "Ünï😀 "],
  ["slice counts code points", col("s").slice(4, 2), "ï😀"],
  ["slice to the end", col("w").slice(2), "b-c"],
  ["reverse", col("s").reverse(), " 😀ïnÜ  "],
  ["concat", col("u").concat(col("w")), "xa-b-c"],
  ["contains", col("w").contains("-b"), true],
  ["ends", col("w").endsWith("c"), true],
  ["replace takes no patterns", col("w").replace("-", "$&"), "a$&b$&c"],
  ["matches", col("w").matches("^a.b"), true],
  ["regexpReplace", col("w").regexpReplace("[ab]", "."), ".-.-c"],
  ["regexpExtract", col("w").regexpExtract("(b)-(c)", 2), "c"],
  ["regexpExtract without a match", col("w").regexpExtract("z"), null],
  ["split", col("w").split("-"), ["a", "b", "c"]],
  ["like", col("w").like("a_b%"), true],
  ["ilike", col("w").ilike("A-B-C"), true],
  ["year", col("t").year(), 2024n],
  ["quarter", col("t").quarter(), 1n],
  ["week", col("t").week(), 9n],
  ["dayOfWeek", col("t").dayOfWeek(), 4n],
  ["dayOfYear", col("t").dayOfYear(), 60n],
  ["hour in UTC", col("t").hour(), 23n],
  ["hour in Shanghai", col("t").cast("timestamp[ms, Asia/Shanghai]").hour(), 7n],
  ["day in Shanghai", col("t").cast("timestamp[ms, Asia/Shanghai]").day(), 1n],
  ["dateTrunc", col("t").dateTrunc("month"), new Date("2024-02-01")],
  [
    "dateTrunc in Shanghai",
    col("t").cast("timestamp[ms, Asia/Shanghai]").dateTrunc("day"),
    new Date("2024-02-29T16:00:00Z"),
  ],
  ["toDate", col("t").toDate(), new Date("2024-02-29")],
  ["listLength", col("l").listLength(), 2n],
  ["listGet from the end", col("l").listGet(-1), 2n],
  ["listGet beyond", col("l").listGet(2), null],
  ["listContains", col("l").listContains(2), true],
  ["field", col("o").field("q"), "z"],
  ["when", when(col("i").gt(9), "big").when(col("i").gt(5), "middle").otherwise("small"), "middle"],
  [
    "when: a constant that is no int8 makes int64",
    when(lit(false), col("i").cast("int8")).otherwise(300),
    300n,
  ],
  ["when of nothing", when(lit(false), 1), null],
  ["coalesce", coalesce(col("i").nullIf(7n), col("n")), -7n],
  ["fillNull", col("i").nullIf(7n).fillNull(3n), 3n],
  ["cast to text", col("x").cast("string"), "2.5"],
  ["cast to a whole number", col("x").negate().cast("int32"), -2],
  ["cast to a decimal", col("x").cast("decimal(5, 2)"), "2.50"],
  ["cast of what does not fit", lit(300n).cast("int8", { orNull: true }), null],
  ["cast of text to a date", lit("2024-02-29").cast("date"), new Date("2024-02-29")],
  ["cast of text to a number", lit(" -1.5e3 ").cast("float64"), -1500],
  ["cast of a list", col("l").cast("list<string>"), ["1", "2"]],
  ["in a list", col("i").isIn([1, 7]), true],
  ["between", col("i").between(7, 8), true],
])("%s", async (_, expression: Expression, expected) => {
  expect(await one.select(expression.as("value")).toObjects()).toEqual([{ value: expected }]);
});

const sales = fromRows({
  city: ["b", "a", "b", null, "a", null],
  price: [3, 1, Number.NaN, 5, null, -0],
  n: [1n, 2n, 3n, 4n, 5n, 6n],
});
const rows = (frame: { toObjects(): Promise<unknown[]> }) => frame.toObjects();

test("groups: null is a group, NaN a value, and a group of nulls has no sum", async () => {
  const groups = sales
    .groupBy("city")
    .agg(
      count(),
      col("price").count().as("priced"),
      col("price").max().as("max"),
      col("n").sum(),
      col("n").mean().as("mean"),
    )
    .sort("city");
  expect(await rows(groups)).toEqual([
    { city: "a", count: 2n, priced: 1n, max: 1, n: 7n, mean: 3.5 },
    { city: "b", count: 2n, priced: 2n, max: Number.NaN, n: 4n, mean: 2 },
    { city: null, count: 2n, priced: 2n, max: 5, n: 10n, mean: 5 },
  ]);
  expect(await rows(sales.where(lit(false)).agg(count(), col("n").sum()))).toEqual([{ count: 0n, n: null }]);
  expect(
    await rows(sales.agg(col("n").sum().div(count()).as("mean"), col("n").list().listLength().as("l"))),
  ).toEqual([{ mean: 3.5, l: 6n }]);
  const spread = sales.agg(
    col("n").stddev().as("stddev"),
    col("n").stddevPopulation().as("population"),
    col("n").median().as("median"),
    col("n").approxQuantile(0.2).as("quantile"),
    col("city").countDistinct().as("cities"),
    col("n").first().as("first"),
    col("n").last().as("last"),
  );
  expect(await rows(spread)).toEqual([
    {
      stddev: Math.sqrt(3.5),
      population: Math.sqrt(17.5 / 6),
      median: 3.5,
      quantile: 2,
      cities: 2n,
      first: 1n,
      last: 6n,
    },
  ]);
});

test("sort: nulls last unless told, NaN above all, equals as they came", async () => {
  const order = async (frame: typeof sales) =>
    (await frame.select("n").toObjects()).map((row) => Number(row.n));
  expect(await order(sales.sort("price"))).toEqual([6, 2, 1, 4, 3, 5]);
  expect(await order(sales.sort({ by: "price", descending: true, nullsFirst: true }))).toEqual([
    5, 3, 4, 1, 2, 6,
  ]);
  expect(await order(sales.sort("city", { by: col("n").negate() }))).toEqual([5, 2, 3, 1, 6, 4]);
  expect(await order(sales.tail(2))).toEqual([5, 6]);
  expect(await order(sales.distinct("city").sort("n"))).toEqual([1, 2, 4]);
});

const people = fromRows({ id: [1n, 2n, 3n, null], name: ["x", "y", "z", "nobody"] });
const visits = fromRows({ id: [2, 2, 4, Number.NaN], name: ["p", "q", "r", "s"] });

test.each<["inner" | "left" | "right" | "full" | "semi" | "anti", unknown[]]>([
  [
    "inner",
    [
      [2n, "y", "p"],
      [2n, "y", "q"],
    ],
  ],
  [
    "left",
    [
      [1n, "x", null],
      [2n, "y", "p"],
      [2n, "y", "q"],
      [3n, "z", null],
      [null, "nobody", null],
    ],
  ],
  [
    "right",
    [
      [2, "y", "p"],
      [2, "y", "q"],
      [4, null, "r"],
      [Number.NaN, null, "s"],
    ],
  ],
  [
    "full",
    [
      [1, "x", null],
      [2, "y", "p"],
      [2, "y", "q"],
      [3, "z", null],
      [4, null, "r"],
      [Number.NaN, null, "s"],
      [null, "nobody", null],
    ],
  ],
  ["semi", [[2n, "y"]]],
  [
    "anti",
    [
      [1n, "x"],
      [3n, "z"],
      [null, "nobody"],
    ],
  ],
])("a %s join: a shared key is one column, null equals nothing", async (how, expected) => {
  const joined = people
    .join(visits, { on: "id", how })
    .sort("id", "name", ...(how === "semi" || how === "anti" ? [] : ["name_right"]));
  expect((await rows(joined)).map((row) => Object.values(row as object))).toEqual(expected);
});

test("joins of all pairs, and on expressions", async () => {
  expect(await people.join(visits, { how: "cross" }).count()).toBe(16);
  const shifted = people.join(visits, { on: { left: col("id").add(1), right: col("id") }, suffix: "_v" });
  expect(await rows(shifted.select("id", "id_v", "name_v").sort("id", "name_v"))).toEqual([
    { id: 1n, id_v: 2, name_v: "p" },
    { id: 1n, id_v: 2, name_v: "q" },
    { id: 3n, id_v: 4, name_v: "r" },
  ]);
});

test("windows", async () => {
  const windowed = fromRows({ g: ["a", "a", "b", "a"], v: [2n, 1n, 5n, 2n] })
    .withColumns({
      row: rowNumber().over({ partitionBy: "g", orderBy: "v" }),
      rank: rank().over({ partitionBy: "g", orderBy: { by: "v", descending: true } }),
      dense: denseRank().over({ partitionBy: "g", orderBy: { by: "v", descending: true } }),
      before: lag("v", 1, 0).over({ partitionBy: "g", orderBy: "v" }),
      after: lead(col("v").mul(10)).over({ partitionBy: "g", orderBy: "v" }),
      total: col("v").sum().over({ partitionBy: "g" }),
      running: col("v").sum().over({ partitionBy: "g", orderBy: "v" }),
      near: col("v")
        .sum()
        .over({ partitionBy: "g", orderBy: "v", rows: [-1, 0] }),
      share: col("v").div(col("v").sum().over({})),
    })
    .exclude("g");
  expect(await rows(windowed)).toEqual([
    {
      v: 2n,
      row: 2n,
      rank: 1n,
      dense: 1n,
      before: 1n,
      after: 20n,
      total: 5n,
      running: 5n,
      near: 3n,
      share: 0.2,
    },
    {
      v: 1n,
      row: 1n,
      rank: 3n,
      dense: 2n,
      before: 0n,
      after: 20n,
      total: 5n,
      running: 1n,
      near: 1n,
      share: 0.1,
    },
    {
      v: 5n,
      row: 1n,
      rank: 1n,
      dense: 1n,
      before: 0n,
      after: null,
      total: 5n,
      running: 5n,
      near: 5n,
      share: 0.5,
    },
    {
      v: 2n,
      row: 3n,
      rank: 1n,
      dense: 1n,
      before: 2n,
      after: null,
      total: 5n,
      running: 5n,
      near: 4n,
      share: 0.2,
    },
  ]);
});

test("explode, unnest, pivot and unpivot", async () => {
  const lists = fromRows([
    { id: 1, l: ["a", null], o: { p: 1, q: "x" } },
    { id: 2, l: [], o: null },
    { id: 3, l: null, o: { p: null, q: "y" } },
  ]);
  expect(await rows(lists.explode("l").unnest("o"))).toEqual([
    { id: 1n, l: "a", p: 1n, q: "x" },
    { id: 1n, l: null, p: 1n, q: "x" },
    { id: 2n, l: null, p: null, q: null },
    { id: 3n, l: null, p: null, q: "y" },
  ]);
  const pivoted = sales.pivot({
    keys: ["city"],
    on: col("n").mod(2),
    values: { even: 0, odd: 1 },
    aggregate: col("n").sum(),
  });
  expect(await rows(pivoted.sort("city"))).toEqual([
    { city: "a", even: 2n, odd: 5n },
    { city: "b", even: null, odd: 4n },
    { city: null, even: 10n, odd: null },
  ]);
  const long = sales
    .limit(2)
    .unpivot({ keys: ["city"], columns: ["n", "price"], valueColumn: "amount" })
    .sort({ by: "city", descending: true }, "name");
  expect(await rows(long)).toEqual([
    { city: "b", name: "n", amount: 1 },
    { city: "b", name: "price", amount: 3 },
    { city: "a", name: "n", amount: 2 },
    { city: "a", name: "price", amount: 1 },
  ]);
});

test("null dropped and filled, columns renamed, cast and replaced, rows put together", async () => {
  expect(await sales.dropNull().count()).toBe(3);
  expect(await sales.dropNull("price").count()).toBe(5);
  expect((await sales.fillNull("-").fillNull(9, "price").toObjects())[4]).toEqual({
    city: "a",
    price: 9,
    n: 5n,
  });
  expect((await sales.fillNull("-").toObjects())[3]).toMatchObject({ city: "-" });
  expect(
    await sales.limit(1).rename({ n: "id" }).cast({ id: "string" }).withColumn("price", 0).toObjects(),
  ).toEqual([{ city: "b", price: 0n, id: "1" }]);
  const both = sales.select("n", "city").concat(fromRows({ city: ["z"], n: [0.5] }) as never);
  expect((await rows(both)).at(-1)).toEqual({ n: 0.5, city: "z" });
});

test("columns of any name", async () => {
  const odd = fromRows({ x: [1n] })
    .rename({ x: "__proto__" })
    .withColumns({ "a.b `c`": col("__proto__").add(1), constructor: 2n });
  expect(
    await odd
      .where({ ["__proto__"]: 1n } as never)
      .select("a.b `c`", "constructor")
      .toObjects(),
  ).toEqual([{ "a.b `c`": 2n, constructor: 2n }]);
});

test("a sample is the same for the same seed, and of the size asked for", async () => {
  const many = fromRows({ n: Array.from({ length: 2000 }, (_, index) => BigInt(index)) });
  const part = many.sample({ fraction: 0.25, seed: 1 });
  expect(await part.count()).toBeGreaterThan(400);
  expect(await part.count()).toBeLessThan(600);
  expect(await part.toObjects()).toEqual(await part.toObjects());
  expect(await many.sample({ fraction: 0.25, seed: 2 }).toObjects()).not.toEqual(await part.toObjects());
  const some = await many.sample({ rows: 10, seed: 1 }).toObjects();
  expect(some).toHaveLength(10);
  expect(await many.sample({ rows: 5000 }).count()).toBe(2000);
});

test("a JavaScript function over batches", async () => {
  const first = (batch: RecordBatch) => batch.slice(0, 1);
  const mapped = sales.mapBatches(first).where(col("n").eq(1));
  expect(await mapped.toObjects()).toEqual([{ city: "b", price: 3, n: 1n }]);
  expect(await refusal(() => JSON.stringify(mapped))).toContain("JavaScript function first of mapBatches");
  const renamed = (batch: RecordBatch) => new arrow.RecordBatch({ m: batch.getChild("n")?.data[0] } as never);
  expect(await refusal(() => sales.mapBatches(renamed).collect())).toContain("tell mapBatches the columns");
  expect(
    await sales
      .mapBatches(renamed, { columns: { m: "int64" } })
      .limit(1)
      .toObjects(),
  ).toEqual([{ m: 1n }]);
});

test.each<[string, () => unknown, string]>([
  ["an int64 that overflows", () => one.select(col("i").mul(2n ** 62n)).collect(), "does not fit int64"],
  [
    "a cast that fails",
    () => one.select(col("w").cast("int64")).collect(),
    'Cannot cast "a-b-c" (string) to int64',
  ],
  ["an unknown type", () => col("i").cast("integer" as string), '"integer" is not a type'],
  [
    "a cast to half floats",
    () => one.select(col("i").cast("float16")).collect(),
    "Cannot cast column i (int64) to halffloat: the types do not convert",
  ],
  ["an unlike cast", () => one.select(col("b").cast("date")).collect(), "the types do not convert"],
  ["text in arithmetic", () => one.select(col("w").add(1) as never).collect(), "column w (string)"],
  [
    "unlike branches",
    () => one.select(when(col("b"), col("w")).otherwise(col("i"))).collect(),
    "their types differ",
  ],
  [
    "a constant that no whole number holds, though no row chooses it",
    () => one.select(when(lit(true), col("i")).otherwise(2n ** 64n)).collect(),
    "the type cannot hold it exactly",
  ],
  ["an unknown field", () => one.select(col("o").field("pp")).collect(), "did you mean p?"],
  ["a field of no struct", () => one.select(col("i").field("p")).collect(), "it is not a struct"],
  ["an aggregate of a row", () => one.select(col("i").sum()).collect(), "use agg(), or over()"],
  ["an aggregate in a filter", () => one.where(col("i").sum().gt(1)).collect(), "computes over many rows"],
  [
    "an aggregate of aggregates",
    () => one.agg(col("i").sum().max()).collect(),
    "computes over many rows already",
  ],
  [
    "a column beside aggregates",
    () => one.agg(col("i").add(count()) as never).collect(),
    "is not an aggregate",
  ],
  [
    "two columns of one name",
    () => one.select("i", col("n").as("i")).collect(),
    "two columns would be called i",
  ],
  [
    "unlike keys",
    () => people.join(visits, { on: { left: col("name"), right: col("id") } }).collect(),
    "never equal",
  ],
  ["a join without keys", () => people.join(visits, {}), "tell on which columns"],
  [
    "columns that clash",
    () =>
      people
        .rename({ name: "name_right" })
        .join(visits.rename({ id: "i" }), { how: "cross" } as never)
        .rename({ i: "name" })
        .collect(),
    "called name",
  ],
  [
    "unlike columns put together",
    () => people.concat(visits.rename({ name: "n" }) as never).collect(),
    "no column named ",
  ],
  ["explode of no list", () => one.explode("i" as never).collect(), "it is not a list"],
  [
    "a regular expression that is none",
    () => one.where(col("w").matches("(")).collect(),
    "regular expression is wrong",
  ],
  ["a version of rows", () => one.limit(1).at(1), "at() stands on the table itself"],
  ["a search after a limit", () => one.limit(1).nearest([1]).collect(), "put it first"],
  [
    "an unknown engine",
    () => one.collect({ engine: "spark" as never }),
    "no engine named spark; pass one of",
  ],
  ["a mistyped engine", () => one.on("Dafd" as never).collect(), "no engine named Dafd; did you mean daft?"],
  ["an engine that is no text", () => one.on(5 as never).collect(), "no engine named 5; pass one of here,"],
  ["null as engine", () => one.collect({ engine: null as never }), "no engine named null; pass one of here,"],
  ["lance for what it cannot do", () => one.sort("i").collect({ engine: "lance" }), "the scan takes filters"],
  ["an expression in SQL", () => one.sql`SELECT ${col("i") as never}`, "Cannot put an expression"],
])("refuses %s", async (_, work, message) => {
  expect(await refusal(work)).toContain(message);
});

test("a text without a zone next to a column of another zone than UTC, and a moment next to days, are refused", async () => {
  const at = "2024-03-01T10:00:00Z";
  const zoned = fromRows([{ at, utc: at, day: "2024-03-01" }]).cast({
    at: "timestamp[us, Asia/Shanghai]",
    utc: "timestamp[us, UTC]",
    day: "date",
  });
  const count = (condition: Parameters<typeof zoned.where>[0]) => zoned.where(condition).count();
  for (const condition of [
    col("at").gte("2024-03-01"),
    col("at").isIn(["2024-03-01T18:00:00"]),
    { at: "2024-03-01T18:00:00" },
  ]) {
    expect(await refusal(() => count(condition))).toMatch(
      /the column is in Asia\/Shanghai, and the text names no zone; write one/,
    );
  }
  for (const condition of [
    col("day").eq(new Date(at)),
    col("day").isIn([new Date(at)]),
    lit(new Date(at)).neq(col("day")),
    { day: at },
  ]) {
    const told = /the column holds days, and this has a time of day; pass the day, as in "2024-03-01"$/;
    expect(await refusal(() => count(condition))).toMatch(told);
  }
  for (const condition of [
    col("at").eq("2024-03-01T18:00:00+08:00"),
    col("at").eq(new Date(at)),
    col("utc").eq("2024-03-01T10:00:00"),
    col("day").lt(new Date(at)),
    col("day").eq(new Date("2024-03-01")),
  ]) {
    expect(await count(condition)).toBe(1);
  }
});

test("a mean is what the sum is where that is infinite, in every engine", async () => {
  const { POSITIVE_INFINITY: most, NEGATIVE_INFINITY: least } = Number;
  const large = Number.MAX_VALUE;
  const frame = fromRows({
    k: ["a", "a", "b", "b", "c", "c", "d", "d"],
    x: [most, most, 1, most, most, least, large, large],
  });
  const means = frame.groupBy("k").agg(col("x").mean().as("m")).sort("k");
  for (const engine of [undefined, "duckdb"] as const) {
    expect((await means.toObjects(engine && { engine })).map((row) => row.m)).toEqual([
      most,
      most,
      Number.NaN,
      most,
    ]);
  }
});

test.each([
  "i * 1.8",
  "i*1.8",
  "i + n",
  "-i",
  "(i - 32) / 1.8",
  "round(x, 1)",
  "upper(trim(s))",
  "i > 5 and not (n is null)",
  "w || '-' || u",
  '"i" * 2',
  "o.p + 1",
  "i",
  "(i)",
  '"i"',
  "`i` + 1",
  "o.p",
  "UPPER(S)",
  "case when i > 1 then 'x' else 'y' end",
  "i::text",
  "w in ('x')",
  "not (i is null)",
  "i between 1 and 2",
  "cast(x as text)",
  "coalesce(i, n)",
  "-x",
  "i * 1.8 as f",
  "sum(x) over (order by i)",
  "list_transform([i], j -> j + x)",
  "extract(year from i)",
  "(select max(i))",
  "i * 2;",
  "i ** 2 -- squared",
])("the text %j as a new column is refused with both ways out", async (text) => {
  const quoted = JSON.stringify(text);
  const problem = `InvalidInput: Cannot add column f: ${quoted} is a text, and reads as an expression over `;
  const ways = ` and its methods or with frame.sql\`SELECT *, … FROM frame\`, or store the text with lit(${quoted})`;
  for (const frame of [one.withColumn("f", text), one.withColumns({ a: 1, f: text })]) {
    const message = await refusal(() => frame.schema());
    expect(message.startsWith(problem)).toBe(true);
    expect(message).toMatch(/; compute it with col\("[inxsuwo]"\)/);
    expect(message.endsWith(ways)).toBe(true);
  }
  expect(await one.withColumn("f", lit(text)).select("f").toObjects()).toEqual([{ f: text }]);
});

test.each([
  "I",
  "i list",
  "all i",
  "distinct i",
  "kind: i",
  "i, n",
  "i.csv",
  "i = 5 in all",
  "i from s",
  "i 'm",
  "it is i",
  "'i'",
  "5 * 2",
  "temp * 1.8",
  "i *",
  "(i",
  "i j",
  "2024-01-02",
  "i - later",
  "a/b",
  "C++",
  "not known",
  "-",
])("the text %j as a new column is stored", async (text) => {
  expect(await one.withColumn("f", text).select("f").toObjects()).toEqual([{ f: text }]);
});

const dec = col("dec");

test("decimals of 38 digits are exact, and what has one more is refused", async () => {
  const most = 10n ** 38n - 1n;
  const frame = Frame.of(
    buildTable([{ name: "x", type: new arrow.Decimal(0, 38, 128), cells: [most, 1n, -most, null] }]),
    "long decimals",
  );
  expect(await frame.agg(col("x").sum().as("sum"), col("x").max().as("max")).toObjects()).toEqual([
    { sum: "1", max: String(most) },
  ]);
  expect(await frame.where(col("x").eq(most)).count()).toBe(1);
  const first = frame.limit(2);
  expect(await first.agg(col("x").mean().as("mean")).toObjects()).toEqual([{ mean: 5e37 }]);
  for (const beyond of [
    first.agg(col("x").sum()),
    first.select(col("x").sum().over({ orderBy: "x" })),
    first.sql`SELECT sum(x) AS sum FROM frame`,
    first.select(col("x").add(1)),
  ])
    expect(await refusal(() => beyond.collect())).toContain("has more than 38 digits");
});

test.each([
  ["add", (x: typeof dec) => x.add(x)],
  ["subtract", (x: typeof dec) => x.mul(-1).sub(x)],
  ["multiply", (x: typeof dec) => x.mul(x)],
] as const)(
  "decimals that are too long to %s are refused without digits that nobody wrote",
  async (verb, compute) => {
    const most = fromRows({ t: ["99999999999999999999999999999999999.999"] });
    const frame = most.select(col("t").cast("decimal(38, 3)").as("dec"));
    expect(await refusal(() => frame.select(compute(dec).as("y")).collect())).toBe(
      `InvalidInput: Cannot ${verb} decimals: the result has more than 38 digits; cast one of them to double`,
    );
  },
);
