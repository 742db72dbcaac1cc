/**
 * Calls that people write who come from elsewhere, or in haste. Each does the obvious thing, or its message names the
 * way. They are calls that TypeScript refuses, as plain JavaScript and `any` let them through.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import * as library from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

// biome-ignore lint/suspicious/noExplicitAny: what TypeScript refuses is what is tried
type Anything = any;
const { coalesce, col, count, desc, fromRows, greatest, interval, lag, rank, when } = library as Anything;

let opened: TemporaryLake;
let lake: Anything;
let frame: Anything;
let table: Anything;

beforeAll(async () => {
  opened = await openTemporaryLake();
  lake = opened.lake;
  await lake.createTable("default.orders", [
    { id: 1n, price: 2.5, name: "a", tags: ["x", "y"], address: { city: "Bonn" } },
  ]);
  frame = lake.read("default.orders");
  table = lake.table("default.orders");
});
afterAll(() => opened.close());

const refused: readonly (readonly [call: string, run: () => unknown, way: string])[] = [
  ["isIn(5)", () => col("id").isIn(5), "5 is not a list; pass [5]"],
  ["isIn of a text", () => col("name").isIn("abc"), '"abc" is not a list; pass ["abc"]'],
  ["join of rows", () => frame.join([{ id: 1 }], { on: "id" }), "the other side is a list; pass a frame"],
  ["join on a text", () => frame.join(frame, "id"), 'the options are "id"; pass an object with on'],
  ["concat of a list", () => frame.concat([frame]), "the other side is a list; pass a frame"],
  ["concat of nothing", () => frame.concat(), "the other side is undefined; pass a frame"],
  ["concat of three", () => frame.concat(frame, frame), "the options are a frame; pass an object with how"],
  ["+ of a column", () => frame.withColumn("r", col("id") + 1), "do not work on columns; write .add(…)"],
  ["> of a column", () => frame.where(col("id") > 1), "do not work on columns; write .add(…), .lt(…)"],
  ["a list of conditions", () => frame.where([col("id").gt(1)]), "as in where(a, b)"],
  [
    "SQL text over given rows",
    () =>
      fromRows([{ id: 1 }])
        .where("id = 1")
        .toObjects(),
    'only Lance reads SQL text such as "id = 1", and no table is read there; write it as an expression',
  ],
  ["topK of less than one", () => frame.agg(col("id").topK(-1)), "-1 is not a whole number of 1 or more"],
  ["a quantile as text", () => frame.agg(col("id").quantile("0.5")), "is not a number from 0 to 1"],
  ["desc of two", () => frame.sort(desc("id", "name")), 'as in sort(desc("price"), desc("name"))'],
  ["split at a RegExp", () => col("name").split(/,/), "write its pattern as a text"],
  ["sql of nothing", () => lake.sql(), "the statement is not a text"],
  ["cast(Number)", () => col("id").cast(Number), "the class Number is not a type; the types are bool, int8"],
  ["a frame's cast(Number)", () => frame.cast({ id: Number }), 'pass its name, such as "int64"'],
  ["cast of two texts", () => frame.cast("id", "string"), "pass an object such as { price: … }"],
  [
    "mapBatches to a list",
    () => frame.mapBatches(() => [1]).collect(),
    "it returned a list; return a record batch",
  ],
  [
    "mapBatches to nothing",
    () => frame.mapBatches(() => {}).collect(),
    "it returned undefined; return a record",
  ],
  [
    "mapBatches to a row",
    () => frame.mapBatches(() => ({ a: 1 })).collect(),
    "it returned an object; return",
  ],
  ["addColumns of an expression", () => table.addColumns({ d: col("price") }), '{ sql: "price * 2" }'],
  ["addColumns of a text", () => table.addColumns({ d: "price * 2" }), '{ sql: "price * 2" }'],
  ["addColumns of two texts", () => table.addColumns("d", "int64"), 'the options are "int64"'],
  ["withColumn of rank()", () => frame.withColumn("r", rank()), "rank() without a window; add over()"],
  ["withColumn without a name", () => frame.withColumn(col("id")), "pass the name first, as in withColumn("],
  [
    "withColumn of a function",
    () => frame.withColumn("r", (x: unknown) => x),
    "change whole batches with mapBatches",
  ],
  ["withColumn of a list", () => frame.withColumn("r", [1, 2]), "make a frame of such rows with fromRows()"],
  ["group_by", () => frame.group_by("id"), "a frame has no method of that name; write groupBy()"],
  ["with_columns", () => frame.with_columns(col("id")), "write withColumns()"],
  ["n_unique", () => col("id").n_unique(), "an expression has no method of that name; write countDistinct()"],
  ["fill_null", () => col("id").fill_null(0), "write fillNull()"],
  ["when without a value", () => when(col("id").gt(1)), '.otherwise("low")'],
  ["when with the other value", () => when(col("id").gt(1), "a", "b"), "more is given; write when("],
  ["greatest of names", () => greatest("price", "quantity"), 'write greatest(col("a"), col("b"))'],
  ["coalesce of a list", () => coalesce(["price", "quantity"]), "one by one"],
  [
    "listContains of a list",
    () => col("tags").listContains([1]),
    "write toList(1, 2) for a list in each row",
  ],
  ["timeBucket of a text", () => col("at").timeBucket("1h30m"), "such as { hours: 1, minutes: 30 }"],
  [
    "groupByDynamic of a text",
    () => frame.groupByDynamic("at", { every: "15 minutes" }),
    "such as { minutes: 15 }",
  ],
  ["offsetBy of a text", () => col("at").offsetBy("1mo"), "such as { months: 1 }"],
  ["offsetBy of any text", () => col("at").offsetBy("tomorrow"), "such as { days: 1 }"],
  ["withColumns of a list", () => frame.withColumns([col("id")]), "pass an object such as { price: … }"],
  [
    "update to an expression",
    () => table.update({ price: col("price").mul(2) }),
    'pass SQL, as in { sql: "price * 2" }',
  ],
  ["update where, as a text", () => table.update({ price: 2 }, "id > 5"), "pass an object with where"],
  ["agg of a column", () => frame.agg(col("price")), "price is not an aggregate; pass one such as"],
  [
    "agg of a name",
    () => frame.groupBy("name").agg("price"),
    '"price" is not an aggregate; pass one such as',
  ],
  ["agg of an object", () => frame.agg({ price: "sum" }), "an object is not an aggregate; pass one such as"],
  ["agg of a sum and a column", () => frame.agg(col("price").sum().add(col("id"))), "is not an aggregate"],
  ["a column twice", () => frame.select("price", "price"), "column price is named twice; name it once"],
  ["select of nothing", () => frame.select(), "no column; name at least one"],
  ["select of an object", () => frame.select({ a: col("id") }), "an object is not the name of a column"],
  [
    "select of a function",
    () => frame.select((x: Anything) => x.id),
    "a function is not the name of a column",
  ],
  ["select of lag()", () => frame.select(lag("id")), "lag(id, 1) without a window; add over()"],
  ['select("*")', () => frame.select("*").collect(), "leave select() out to keep all columns"],
  ["select of a path", () => frame.select("address.city").collect(), 'write col("address").field("city")'],
  ["select … as …", () => frame.select("price as p").collect(), 'write col("price").as("p")'],
  ["select of a product", () => frame.select("price * 2").collect(), 'compute it with col("price")'],
  ["select of names in one text", () => frame.select("id, price").collect(), 'one by one: "id", "price"'],
  ["where with ==", () => frame.where('name == "x"').collect(), "in single quotes, as in 'x'"],
  ["where with ===", () => frame.where("id === 5").collect(), "write = and <> for comparisons"],
  ["where with &&", () => frame.where("id > 5 && price < 3").collect(), "no operator &&; write AND"],
  [
    "where with a typing error",
    () => frame.where("prise > 5").collect(),
    "no column prise; did you mean price?",
  ],
  [
    "where of a name and a value",
    () => frame.where("id", 5).collect(),
    'pass an expression such as col("id").gt(5)',
  ],
  [
    "where of a function",
    () => frame.where((x: Anything) => x.id > 1),
    "a function is not a condition; pass",
  ],
  [
    "where with >",
    () => frame.where(col("id") > 5),
    "JavaScript's own +, <, == and the like do not work on columns",
  ],
  ["where of nothing", () => frame.where(undefined), "undefined is not a condition; pass"],
  ["where of an empty text", () => frame.where(" "), "the text is empty; leave it out to keep all rows"],
  ["where of a list", () => frame.where({ id: [1, 2] }), "use isIn([1, 2])"],
  ["where of undefined", () => frame.where({ id: undefined }), "use isNull() or isNotNull()"],
  ["where of a text column", () => frame.where(col("name")).collect(), "column name (string)"],
  [
    "eq of a large number",
    () => frame.where(col("id").eq(2 ** 53 + 2)).collect(),
    "pass a bigint, as in 9007199254740994n",
  ],
  ['sort("price desc")', () => frame.sort("price desc").collect(), 'pass { by: "price", descending: true }'],
  ['sort("-price")', () => frame.sort("-price").collect(), 'pass { by: "price", descending: true }'],
  ['sort("price", "desc")', () => frame.sort("price", "desc").collect(), "descending: true }"],
  [
    "sort by an object without by",
    () => frame.sort("price", { descending: true }),
    "a direction stands without its key",
  ],
  ["sort({ price: … })", () => frame.sort({ price: "desc" }), '{ by: "price", descending: true }'],
  [
    "sort by a function",
    () => frame.sort((a: number, b: number) => a - b),
    '{ by: "price", descending: true }',
  ],
  ["sort by nothing", () => frame.sort(), "no key; name at least one column"],
  [
    "descending as a text",
    () => frame.sort({ by: "price", descending: "yes" }),
    'descending is "yes"; pass true or false',
  ],
  ["limit of a text", () => frame.limit("5"), '"5" is not a whole number of rows'],
  ["limit of fewer than none", () => frame.limit(-1), "-1 is negative; pass 0 or more rows"],
  ["limit and offset as numbers", () => frame.limit(5, 2), "the options are 2; pass an object with offset"],
  ["rename of two texts", () => frame.rename("id", "key"), "pass an object such as { price: … }"],
  ["fillNull of an object", () => frame.fillNull({ id: 0 }), 'as in fillNull(0, "price")'],
  ["fillNull of null", () => frame.fillNull(null), 'as in fillNull(0, "price")'],
  ["explode of a text", () => frame.explode("name").collect(), "it is not a list"],
  ["count of a column", () => count("id"), 'use col("id").count()'],
  ["over a name", () => rank().over("id"), "pass an object with partitionBy, orderBy, rows or range"],
  [
    "merge with the rows first",
    () => table.merge([{ id: 1n }], "id"),
    'pass it first, as in merge("id", rows)',
  ],
  ["nearest to a text", () => frame.nearest("words"), "is a text; pass its vector"],
  ["search for a number", () => frame.search(5), "5 is not a text; pass the words to look for"],
  ["fromRows of none", () => fromRows([]), "pass at least one row"],
  [
    "filter",
    () => frame.filter("id > 1"),
    'a frame has no method of that name; write where(col("price").gt(5))',
  ],
  ["describe", () => frame.describe(), "write await frame.summarize()"],
  ["orderBy", () => frame.orderBy("price"), "write sort("],
  ["withColumnRenamed", () => frame.withColumnRenamed("id", "key"), "write rename("],
  ["drop", () => frame.drop("id"), 'write exclude("price")'],
  ["alias", () => col("id").alias("key"), 'an expression has no method of that name; write as("total")'],
  ["desc", () => frame.sort(col("price").desc()), "write sort({ by: "],
  ["crossJoin", () => frame.crossJoin(frame), 'write join(other, { how: "cross" })'],
  ["mean of a frame", () => frame.mean(), 'write agg(col("price").mean())'],
  [
    "a frame's columns",
    () => frame.columns,
    "a frame has no property of that name; write (await frame.schema())",
  ],
  ["iloc", () => frame.iloc[0], "write limit(10, { offset: 20 })"],
  [
    "collect of groups",
    () => frame.groupBy("name").collect(),
    "a frame in groups has no method of that name",
  ],
  ["head of groups", () => frame.groupBy("name").head(1), "rowNumber().over({ partitionBy: "],
  [
    "str.upper",
    () => col("name").str.upper(),
    "an expression has no property of that name; write the method itself",
  ],
  ["dt.year", () => col("at").dt.year(), "write the method itself"],
  ["apply", () => col("name").apply((x: unknown) => x), "write mapElements((value) => value"],
  ["get of a list", () => col("tags").get(0), "write listGet(0)"],
  ["else", () => when(col("id").gt(1), "a").else("b"), 'write otherwise("b")'],
  ["cumsum", () => col("price").cumsum(), "write cumSum()"],
  ["two names in col", () => col("id", "price"), "col() takes one name, and 2 are given"],
  ["concat of two texts", () => col("name").concat("a", "b"), "concat() takes one text, and 2 are given"],
  ["explode of two lists", () => frame.explode("tags", "more"), 'as in explode("a").explode("b")'],
  ["isIn of a frame", () => col("id").isIn(frame), 'with join(frame, { on: "id", how: "semi" })'],
  ["isIn of a column", () => col("id").isIn(col("tags")), "for a list in each row there is listContains()"],
  [
    "contains on a list",
    () => frame.where(col("tags").contains("x")).collect(),
    "for lists there is listContains()",
  ],
  ["between a list", () => col("price").between([1, 2]), "takes both ends, as in between(1, 5)"],
  ["contains of a RegExp", () => col("name").contains(/a+/), 'as in matches("a+")'],
  ["clip without ends", () => col("price").clip(), "it takes 2 arguments, not 0"],
  ["quantile without its part", () => col("price").quantile(), "is not a number from 0 to 1"],
  ["cast to int", () => col("price").cast("int"), '"int" is not a type; did you mean "int64"?'],
  ["cast to VARCHAR(10)", () => col("price").cast("VARCHAR(10)"), 'did you mean "string"?'],
  ["cast to Float64", () => col("price").cast("Float64"), 'did you mean "float64"?'],
  ["a unit in the plural", () => col("at").dateTrunc("days"), 'the unit is "days"; pass "year"'],
  ["a pattern of another kind", () => col("at").strftime("YYYY-MM-DD"), "a pattern such as %Y-%m-%d"],
  [
    "a text that has another form",
    () => frame.select(col("name").strptime("%Y")).collect(),
    '"a" as a time: it does not have the form "%Y"',
  ],
  [
    "rank without an order",
    () => rank().over({ partitionBy: "name" }),
    "rank() goes by an order; pass orderBy",
  ],
  ["rank of a column", () => rank("price"), 'write rank().over({ orderBy: "price" })'],
  ["rows as a number", () => col("id").sum().over({ rows: 3 }), "rows is 3; pass two edges, such as [-2, 0]"],
  [
    "rows from the end",
    () =>
      col("id")
        .sum()
        .over({ rows: [1, -1] }),
    "begin after their end",
  ],
  [
    "an interval of a text",
    () => interval("1 day"),
    '"1 day" is a text; pass an object, such as { days: 1 }',
  ],
  ["an interval of a day", () => interval({ day: 1 }), "no option named day; did you mean days?"],
  ["an interval added to a name", () => interval({ days: 1 }).add("at"), 'an expression such as col("day")'],
  ["a time and an object", () => col("at").add({ days: 1 }), "wrap it, as in interval({ days: 1 })"],
  [
    "a month by itself",
    () => frame.withColumn("x", interval({ months: 1 })),
    "months differ in length, so interval({ months: 1 }) is not a duration",
  ],
  [
    "a number and an interval",
    () => frame.select(col("price").add(interval({ days: 1 }))).collect(),
    "column price (double)",
  ],
  ["join without options", () => frame.join(frame), "nothing says how; pass an object with on, leftOn"],
  ["joinAsof without a key", () => frame.joinAsof(frame, {}), "a key is the name of a column of both"],
  [
    "joinAsof nearest of texts",
    () => frame.joinAsof(frame, { on: "name", strategy: "nearest" }).collect(),
    "only numbers and times are nearer or farther",
  ],
  [
    "more values than parameters",
    () => lake.sql("SELECT $1", [1, 2]),
    "2 values are passed, and the statement has no $2",
  ],
  [
    "question marks",
    () => lake.sql("SELECT ? AS a").collect(),
    "write it as $1 and pass the values in a list",
  ],
  ["named parameters", () => lake.sql("SELECT :a").collect(), "write values as $1, $2"],
  ["SELECT TOP", () => lake.sql("SELECT TOP 3 * FROM default.orders").collect(), "write LIMIT at the end"],
  ["backticks", () => lake.sql("SELECT `id` FROM default.orders").collect(), "names stand in double quotes"],
  ["nvl", () => lake.sql("SELECT nvl(name, 'x') AS n FROM default.orders").collect(), "write coalesce(a, b)"],
  [
    "read_parquet",
    () => lake.sql("SELECT * FROM read_parquet('a.parquet')").collect(),
    'read "a.parquet" with readFile()',
  ],
  [
    "a table's name as a value",
    () => lake.sql`SELECT * FROM ${"default.orders"}`.collect(),
    "or put a frame in",
  ],
  [
    "a difference of times with and without a zone",
    () =>
      fromRows([{ t: new Date(0) }])
        .select(col("t").sub(col("t").replaceTimeZone(null)).as("d"))
        .collect(),
    "give it one with replaceTimeZone()",
  ],
  [
    "an expression as options",
    () => frame.sample(col("id")),
    "the options are an expression; pass an object with",
  ],
  ["an expression as a number", () => col("id").round(col("id")), "an expression is not a whole number"],
  ["html of a text", () => library.html("<b>" as Anything), "write html`<b>…</b>`"],
  [
    "a getter that fails",
    () => fromRows([{ a: 1 }, Object.defineProperty({}, "a", { get: failed, enumerable: true })]),
    "row 2: reading a failed with RangeError: no a",
  ],
  [
    "a getter that fails, of columns",
    () => fromRows(Object.defineProperty({}, "a", { get: failed, enumerable: true })),
    "reading a failed with RangeError: no a",
  ],
  [
    "a getter that fails, inside a value",
    () => fromRows([{ a: Object.defineProperty({}, "b", { get: failed, enumerable: true }) }]),
    "column a: reading b failed with RangeError: no a",
  ],
  ...[1_000, 3_000].map(
    (depth) =>
      [
        `an expression of ${depth} levels`,
        () => {
          let sum = col("price");
          for (let level = 0; level < depth; level++) sum = sum.add(1);
          return fromRows([{ price: 1 }])
            .select(sum.as("sum"))
            .collect();
        },
        "as in fromRows(await frame.collect())",
      ] as const,
  ),
  ...[3_000].flatMap((depth) =>
    Object.entries({
      concat: (of: Anything) => of.concat(fromRows([{ price: 1 }])),
      where: (of: Anything) => of.where(col("price").gt(0)),
      withColumn: (of: Anything) => of.withColumn("price", col("price").add(1)),
    }).map(
      ([name, step]) =>
        [
          `${depth} steps of ${name}`,
          () => {
            let steps = fromRows([{ price: 1 }]);
            for (let level = 0; level < depth; level++) steps = step(steps);
            return steps.collect();
          },
          "as in fromRows(await frame.collect())",
        ] as const,
    ),
  ),
  ["ALTER TABLE", () => lake.sql("ALTER TABLE default.orders ADD COLUMN x INT").collect(), "addColumns()"],
];

test.each(refused)("%s: the message names the way", async (_, run, way) => {
  const message = await refusal(run);
  expect(message).toContain(way);
  expect(message).toMatch(/^\w+: Cannot [^\n]*[^.\n]$/);
});

function failed(): never {
  throw new RangeError("no a");
}

/** Values that most code reads without a thought, and fails. */
const odd: Readonly<Record<string, unknown>> = {
  symbol: Symbol("s"),
  "an object without a prototype": Object.create(null),
  "an object whose text fails": { toString: failed },
  "an object whose text is an object": { [Symbol.toPrimitive]: () => ({}) },
  "a list of symbols": [Symbol("s")],
  "a list of objects without a prototype": [Object.create(null)],
  function: failed,
  class: class Odd {},
  "an invalid date": new Date(Number.NaN),
  null: null,
  undefined: undefined,
  NaN: Number.NaN,
  "a lone surrogate": "\ud800",
  "a null character": "\0",
  Map: new Map([[1, 2]]),
  RegExp: /x/g,
  promise: Promise.resolve(1),
  expression: col("x"),
  frame: fromRows([{ x: 1 }]),
};

const makers: Readonly<Record<string, Anything>> = {
  "an expression": col("x"),
  "a frame": fromRows([{ x: 1, s: "a" }]),
  "the functions": Object.fromEntries(
    Object.entries({ ...library }).filter(([name]) =>
      /^(?:col|lit|when|coalesce|greatest|least|lag|lead|rank|rowNumber|ntile|udf|toList|toStruct|interval|desc|asc|html|md|fromRows)$/.test(
        name,
      ),
    ),
  ),
};

test.each(Object.keys(odd))("%s in any place is taken, or refused in our words", async (name) => {
  const value = odd[name];
  for (const [of, maker] of Object.entries(makers)) {
    const methods = new Set<string>();
    for (let at = maker; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const [key, { value: method }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
        if (typeof (method as unknown) === "function") methods.add(key);
    }
    methods.delete("constructor");
    for (const method of methods) {
      // What writes, shows or runs is called elsewhere.
      if (running.test(method)) continue;
      for (const given of [[value], [1, value], ["x", value], [{ x: value }], [value, value]]) {
        try {
          maker[method](...given);
        } catch (error) {
          expect(error, `${method} of ${of}`).toBeInstanceOf(library.DlfLanceError);
        }
      }
    }
  }
});

const running =
  /^(?:to[A-Z]\w+|write\w*|show|collect\w*|first|count|plot|profile|summarize|submit|page|schema|explain|batches|\w*[rR]ows|for\w+)$/;

const obvious: readonly (readonly [call: string, run: () => Promise<unknown>, result: unknown])[] = [
  ["select of a list", () => frame.select(["id", "price"]).toObjects(), [{ id: 1n, price: 2.5 }]],
  [
    "exclude of a list",
    () => frame.exclude(["tags", "address", "name"]).toObjects(),
    [{ id: 1n, price: 2.5 }],
  ],
  ["groupBy of a list", () => frame.groupBy(["name"]).agg(count()).toObjects(), [{ name: "a", count: 1n }]],
  ["agg of a list", () => frame.groupBy("name").agg([count()]).toObjects(), [{ name: "a", count: 1n }]],
  ["sort by a list", () => frame.sort(["price", "id"]).select("id").toObjects(), [{ id: 1n }]],
  ["distinct of a list", () => frame.distinct(["id"]).select("id").toObjects(), [{ id: 1n }]],
  [
    "explode of a column",
    () => frame.explode(col("tags")).select("tags").toObjects(),
    [{ tags: "x" }, { tags: "y" }],
  ],
  ["over nothing", () => frame.select(col("id").sum().over().as("all")).toObjects(), [{ all: 1n }]],
  ["a frame as text", async () => `${frame}`, "default.orders"],
];

test.each(obvious)("%s does the obvious thing", async (_, run, result) => {
  const given = await run();
  if (typeof result === "string") expect(given).toContain(result);
  else expect(given).toEqual(result);
});
