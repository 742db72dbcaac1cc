import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../../../src/arrow.ts";
import { col, type Expression, lit } from "../../../../src/frame/builder/expr.ts";
import { filterSql, isPushable } from "../../../../src/frame/engines/lance/filter-sql.ts";
import { conditionOf } from "../../../../src/frame/expression/expression-build.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { sizes } from "../../../sizes.ts";
import { type LanceFolder, openLanceFolder, type RecordingSource } from "../../lance-folder.ts";
import { buildTable, text } from "../../sample-table.ts";

let folder: LanceFolder;
let source: RecordingSource;

const hostileName = "n'a\"m)e; -- OR 1=1 /*";
const table = buildTable([
  { name: "i", type: new arrow.Int64(), cells: [1n, 2n, null] },
  { name: "u", type: new arrow.Uint64(), cells: [1n, 2n, null] },
  { name: "t", type: new arrow.Int8(), cells: [1n, 2n, null] },
  { name: "f", type: new arrow.Float64(), cells: [1, Number.NaN, null] },
  { name: "g", type: new arrow.Float32(), cells: [1, Number.NaN, null] },
  { name: "s", type: new arrow.Utf8(), cells: ["a", "it's", null] },
  { name: "b", type: new arrow.Bool(), cells: [true, false, null] },
  { name: "y", type: new arrow.Binary(), cells: [new Uint8Array([1]), new Uint8Array(), null] },
  { name: "m", type: new arrow.TimestampMillisecond(), cells: [0n, 1n, null] },
  { name: "n", type: new arrow.TimestampNanosecond(), cells: [0n, 1n, null] },
  { name: "z", type: new arrow.Timestamp(2, "Asia/Shanghai"), cells: [0n, 1n, null] },
  { name: "d", type: new arrow.DateDay(), cells: [0n, 1n, null] },
  { name: "p", type: new arrow.Decimal(2, 10), cells: [150n, -150n, null] },
  { name: hostileName, type: new arrow.Int32(), cells: [1n, 2n, null] },
  {
    name: "q",
    type: new arrow.Struct([
      new arrow.Field("f", new arrow.Float64(), true),
      new arrow.Field("it's", new arrow.Utf8(), true),
      new arrow.Field("a`b", new arrow.Utf8(), true),
    ]),
    cells: [{ f: Number.NaN, "it's": "a", "a`b": "x" }, null, { f: -0, "it's": null, "a`b": null }],
  },
]);

beforeAll(async () => {
  folder = await openLanceFolder();
  source = await folder.create("t", table);
});
afterAll(() => folder.remove());

const find = (column: string) => table.schema.fields.find(({ name }) => name === column);
const never = (name: string) => `\`${name}\` <> \`${name}\``;
const least = "CAST('-Infinity' AS DOUBLE)";
const always = (name: string) => `\`${name}\` = \`${name}\``;

test.each<[string, Expression]>([
  ["`i` = 1", col("i").eq(1)],
  ["`i` <> 9007199254740993", col("i").neq(9_007_199_254_740_993n)],
  ["`i` > 1", col("i").gt(1.5)],
  ["`i` > 1", col("i").gte(1.5)],
  ["`i` <= 1", col("i").lt(1.5)],
  ["`i` <= -2", col("i").lte(-1.5)],
  [never("i"), col("i").eq(1.5)],
  [always("i"), col("i").neq(1.5)],
  [always("i"), col("i").lt(Number.NaN)],
  [never("i"), col("i").lt(Number.NEGATIVE_INFINITY)],
  [never("i"), col("i").gt(2n ** 63n - 1n)],
  [always("i"), col("i").lte(2n ** 63n)],
  ["`i` = CAST('-9223372036854775808' AS BIGINT)", col("i").eq(-(2n ** 63n))],
  [always("i"), col("i").gte(-(2n ** 63n))],
  ["`u` = 18446744073709551615", col("u").eq(2n ** 64n - 1n)],
  [always("u"), col("u").gt(-1)],
  [never("t"), col("t").gt(1000)],
  ["`t` IN (1, 2)", col("t").isIn([1, 2n, 1.5, 1000, 1])],
  ["`t` IS NOT NULL AND `t` NOT IN (1)", col("t").isIn([1]).not()],
  [never("t"), col("t").isIn([1000])],
  ["false", col("t").isIn([])],
  ["true", col("t").isIn([]).not()],
  ["`f` = 0", col("f").eq(-0)],
  [`(\`f\` < 1e+21 AND \`f\` >= ${least})`, col("f").lt(1e21)],
  ["isnan(`f`)", col("f").eq(Number.NaN)],
  ["isnan(`f`)", col("f").isNaN()],
  ["NOT isnan(`f`)", col("f").isNaN().not()],
  ["NOT isnan(`f`)", col("f").eq(Number.NaN).not()],
  [always("f"), col("f").lte(Number.NaN)],
  [`(\`f\` > ${least} OR \`f\` < ${least})`, col("f").gt(Number.NEGATIVE_INFINITY)],
  ["`f` = 9007199254740992", col("f").eq(9_007_199_254_740_993n)],
  ["(`g` IN (0.1) OR isnan(`g`))", col("g").isIn([0.1, Number.NaN])],
  [
    "nanvl(CAST(`f` AS DOUBLE) + 0.0, CAST('NaN' AS DOUBLE)) < nanvl(CAST(`i` AS DOUBLE) + 0.0, CAST('NaN' AS DOUBLE))",
    col("f").lt(col("i")),
  ],
  ["`i` < `u`", col("i").lt(col("u"))],
  [
    `(((\`f\` * CAST('2' AS DOUBLE)) + CAST(\`i\` AS DOUBLE)) < 5 AND ((\`f\` * CAST('2' AS DOUBLE)) + CAST(\`i\` AS DOUBLE)) >= ${least})`,
    col("f").mul(2).add(col("i")).lt(5),
  ],
  ["(CAST(`i` AS DOUBLE) / (CAST('2' AS DOUBLE) + 0.0)) = 0.5", col("i").div(2).eq(0.5)],
  ["`s` = 'it''s'", col("s").eq("it's")],
  ["`s` > '\\'", col("s").gt("\\")],
  ["`s` LIKE '100\\%_'", col("s").like("100\\%_")],
  ["`s` NOT LIKE '%'", col("s").like("%").not()],
  ["starts_with(`s`, 'a''')", col("s").startsWith("a'")],
  ["NOT starts_with(`s`, '%')", col("s").startsWith("%").not()],
  ["`b`", col("b")],
  ["NOT `b`", col("b").not()],
  ["`b` = true", col("b").eq(true)],
  ["`y` = x'00ff'", col("y").eq(new Uint8Array([0, 255]))],
  ["`m` >= TIMESTAMP '2024-02-29 12:00:00.123'", col("m").gte(new Date("2024-02-29T12:00:00.123Z"))],
  ["`m` > TIMESTAMP '1970-01-01 00:00:00'", col("m").gt("1970-01-01T00:00:00.0005")],
  ["`m` < arrow_cast(253402300800000, 'Timestamp(Millisecond, None)')", col("m").lt("+010000-01-01")],
  ["`n` = arrow_cast(1000000, 'Timestamp(Nanosecond, None)')", col("n").eq(new Date(1))],
  [always("n"), col("n").lt(new Date("3000-01-01"))],
  [`\`z\` = arrow_cast(1000, 'Timestamp(Microsecond, Some("Asia/Shanghai"))')`, col("z").eq(new Date(1))],
  ["`d` = DATE '2024-02-29'", col("d").eq("2024-02-29")],
  ["`d` <= DATE '1970-01-01'", col("d").lt(new Date(1))],
  ["`d` < arrow_cast(2932897, 'Date32')", col("d").lt("+010000-01-01")],
  ["`p` = arrow_cast('1.50', 'Decimal128(10, 2)')", col("p").eq(1.5)],
  ["`p` > arrow_cast('-0.01', 'Decimal128(10, 2)')", col("p").gt("-0.005")],
  [never("p"), col("p").eq("1.505")],
  ["`i` IS NULL", col("i").isNull()],
  ["`i` IS NOT NULL", col("i").isNotNull()],
  ["`i` = 1 AND `s` = 'a'", col("i").eq(1).and(col("s").eq("a"))],
  ["(`i` = 1 OR `b`) AND `s` = 'a'", col("i").eq(1).or(col("b")).and(col("s").eq("a"))],
  ["`i` <> 1 OR NOT `b`", col("i").eq(1).and(col("b")).not()],
  [
    "`i` <> 1 AND (`s` <= 'a' OR NOT `b`)",
    col("i")
      .eq(1)
      .or(col("s").gt("a").and(col("b")))
      .not(),
  ],
  [`(\`q\`.\`f\` < 1 AND \`q\`.\`f\` >= ${least})`, col("q").field("f").lt(1)],
  ["`q`.`it's` IS NULL", col("q").field("it's").isNull()],
  [
    "starts_with(`q`.`it's`, 'a') OR isnan(`q`.`f`)",
    col("q").field("it's").startsWith("a").or(col("q").field("f").eq(Number.NaN)),
  ],
  ["true", lit(true)],
  ["`n'a\"m)e; -- OR 1=1 /*` > 1", col(hostileName).gt(1)],
])("%s", async (sql, expression) => {
  expect(filterSql([conditionOf(expression, "where")], find)).toBe(sql);
  const frame = Frame.from(source).where(expression);
  expect(await frame.count()).toBe((await frame.toObjects()).length);
  // What is always true is not asked.
  expect(sql === "true" ? ["true", undefined] : [sql]).toContain(source.counts.at(-1));
});

test("a field that Lance cannot name is read by another engine", async () => {
  const odd = col("q").field("a`b").eq("x");
  expect(isPushable(conditionOf(odd, "where"), find)).toBe(false);
  expect(await Frame.from(source).where(odd).count()).toBe(1);
});

test("several predicates are joined, SQL text in parentheses", () => {
  const sql = { node: "sql", text: "i > 1 OR b" } as const;
  expect(filterSql([sql], find)).toBe("i > 1 OR b");
  const either = conditionOf(col("b").or(col("i").eq(1)), "where");
  expect(filterSql([sql, either], find)).toBe("(i > 1 OR b) AND (`b` OR `i` = 1)");
});

test("null is in no list and not outside of one, however lists are combined", async () => {
  const frame = Frame.from(source);
  const [one, other] = [col("s").isIn(["a"]), col("s").isIn(["b", "c"])];
  expect(await frame.where(one.and(other).not()).count()).toBe(2);
  expect(await frame.where(one.not().or(other.not())).count()).toBe(2);
  expect(await frame.where(one.not().or(one)).count()).toBe(2);
  expect(await frame.where(one.not().and(other.not())).count()).toBe(1);
});

test("text that looks like SQL stays text", async () => {
  const hostile = "' OR 1=1 --";
  const frame = Frame.from(source);
  expect(await frame.where(col("s").eq(hostile)).count()).toBe(0);
  expect(await frame.where(col("s").isIn([hostile, "'; DROP TABLE t; --"])).count()).toBe(0);
  expect(await frame.where(col("s").like("%' OR '1'='1")).count()).toBe(0);
  expect(await frame.where(col("s").startsWith("') OR (1=1")).count()).toBe(0);
});

test("any text finds itself and nothing else", async () => {
  const frame = Frame.from(source);
  await fc.assert(
    fc.asyncProperty(text, async (value) => {
      const found = await frame
        .where(
          col("s")
            .eq(value)
            .or(col("s").like(value.replace(/[\\%_]/g, "\\$&"))),
        )
        .count();
      expect(found).toBe(["a", "it's"].includes(value) ? 1 : 0);
    }),
    { numRuns: sizes.generatedCases, endOnFailure: true },
  );
});

test("arithmetic of floats comes to the same in Lance; that of whole numbers and decimals is not given to it", async () => {
  const { POSITIVE_INFINITY: infinite, NaN: nan, MAX_VALUE: greatest, MIN_VALUE: smallest } = Number;
  const numbers = [0, 1, 0.1, 3, smallest, greatest, 2 ** 53, 1e16, infinite, nan];
  const odd = [null, ...numbers, ...numbers.map((number) => -number)];
  const pairs = odd.flatMap((f) => odd.map((g) => ({ f, g })));
  const cells = (name: "f" | "g") => pairs.map((pair) => pair[name]);
  const floats = await folder.create(
    "pairs",
    buildTable([
      { name: "f", type: new arrow.Float64(), cells: cells("f") },
      { name: "g", type: new arrow.Float64(), cells: cells("g") },
      { name: "h", type: new arrow.Float32(), cells: cells("g") },
      { name: "k", type: new arrow.Int64(), cells: pairs.map((_, row) => 2n ** 53n + BigInt(row)) },
      { name: "row", type: new arrow.Int32(), cells: pairs.map((_, row) => BigInt(row)) },
    ]),
  );
  const frame = Frame.from(floats);
  const [f, g] = [col("f"), col("g")];
  const computed = [
    f.add(g),
    f.sub(g),
    f.mul(g),
    f.div(g),
    f.add(col("h")).mul(0.1),
    f.sub(col("k")),
    col("k").div(g),
  ];
  for (const value of computed) {
    const conditions = [
      value.lt(0),
      value.gte(0.1),
      value.eq(nan),
      value.neq(0),
      value.lte(g),
      value.gt(-infinite),
    ];
    for (const condition of conditions) {
      const pushed = frame.withColumn("w", value).where(condition).select("row");
      expect((await pushed.explain()).scans[0]?.request.filter).toBeDefined();
      expect(await pushed.toObjects()).toEqual(await pushed.toObjects({ engine: "duckdb" }));
    }
  }
  const named = frame.withColumn("w", f.mul(2)).where(col("w").gt(1), col("row").add(1).gt(3));
  expect((await named.explain()).scans[0]?.request.filter).toContain("`f` * CAST('2' AS DOUBLE)");
  expect(await named.toObjects()).toEqual(await named.toObjects({ engine: "duckdb" }));
  for (const left of [col("row").add(1), col("p").mul(2), col("i").mod(2), lit(1).add(2)])
    expect(isPushable(conditionOf(left.gt(1), "where"), find)).toBe(false);
});

test("a thousand alternatives are pushed down; nesting beyond Lance's parser is done in memory", async () => {
  const flat = Array.from({ length: 1000 }, (_, index) => col("i").eq(index)).reduce((all, one) =>
    all.or(one),
  );
  const frame = Frame.from(source).where(flat);
  expect((await frame.explain()).engine).toBe("lance");
  expect(await frame.count()).toBe(2);

  const nest = (depth: number) =>
    Array.from({ length: depth }, (_, index) => col("i").eq(index)).reduce((all, one, index) =>
      index % 2 === 0 ? all.and(one.not()) : all.or(one),
    );
  const [shallow, deep] = [nest(25), nest(80)].map((expression) => Frame.from(source).where(expression));
  expect((await shallow?.explain())?.engine).toBe("lance");
  expect(isPushable(conditionOf(nest(80), "where"), find)).toBe(false);
  expect((await deep?.explain())?.scans[0]?.request.filter).toBeUndefined();
  expect(await shallow?.count()).toBe((await shallow?.toObjects())?.length);
  expect(await deep?.count()).toBe((await deep?.toObjects())?.length);
});
