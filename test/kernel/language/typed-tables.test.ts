/** What completes and what is refused in cells once tables are declared. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import { declareTables } from "../../../src/declarations/declare-tables.ts";
import { demoTables } from "../../../src/demo/demo-tables.ts";
import { startChecker } from "../../../src/kernel/language/start-checker.ts";
import { analyseCell } from "../../../src/kernel/source/cell-source.ts";

const folder = mkdtempSync(join(tmpdir(), "dlf-lance-typed-tables-"));
const sales = demoTables.sales?.().schema.fields ?? [];
const columns = sales.map(({ name }) => name);
const pairs = new arrow.Map_(
  new arrow.Field(
    "entries",
    new arrow.Struct([
      new arrow.Field("key", new arrow.Utf8(), false),
      new arrow.Field("value", new arrow.Int32(), true),
    ]),
    false,
  ) as never,
);
let checker: ReturnType<typeof startChecker>;

beforeAll(async () => {
  checker = startChecker(folder, {
    module: "dlf-lance",
    types: resolve(import.meta.dirname, "../../../dist/index.d.ts"),
    names: ["append", "col", "connect", "count", "describe", "lag", "lit", "rank", "read", "when"],
    declarations: "",
  });
  declareDemoTables();
  checker.nameTables(tables);
  const cell = analyseCell(`const lake = await connect(); const frame = read("demo.sales");`);
  expect(await checker.check(1, cell)).toEqual([]);
  checker.keep(1, cell.names.keys());
});

afterAll(() => {
  checker.close();
  rmSync(folder, { recursive: true, force: true });
});

function declareDemoTables(): void {
  checker.declareTables(
    declareTables([
      { name: "demo.sales", fields: sales },
      { name: "demo.documents" },
      {
        name: "demo.strict",
        fields: [
          new arrow.Field("id", new arrow.Int64(), false),
          new arrow.Field("name", new arrow.Utf8(), false),
          new arrow.Field("note", new arrow.Utf8(), true),
        ],
      },
      {
        name: "demo.odd",
        fields: ['a"b', "c'd", "e`f", "g\\h", "price", "price_usd"].map(
          (name) => new arrow.Field(name, new arrow.Utf8(), true),
        ),
      },
      { name: "demo.pairs", fields: [new arrow.Field("pairs", pairs, true)] },
    ]),
  );
}

async function matchesAt(code: string): Promise<string[]> {
  const offset = code.indexOf("|");
  const { matches } = await checker.complete(code.replace("|", ""), offset);
  return matches.map(({ text }) => text).sort();
}

test("columns complete with their Arrow types, and whether they may be null", async () => {
  for (const code of [`frame.where(col("pri|`, `frame.select("pri|")`, `frame.where({ pri| })`]) {
    const { matches } = await checker.complete(code.replace("|", ""), code.indexOf("|"));
    expect(matches, code).toMatchObject([{ text: "price", detail: "decimal128(12, 2), may be null" }]);
  }
  const computed = `frame.withColumn("twice", col("quantity").mul(2)).sort("twi`;
  expect((await checker.complete(computed, computed.length)).matches).toMatchObject([
    { text: "twice", detail: "number | bigint | null" },
  ]);
  expect((await checker.inspect(`frame.where(col("name_of_none"))`, 20))?.text ?? "").not.toMatch(/null/);
  for (const code of [`frame.where(col("price"))`, `frame.where(col("price`, `frame.select("price`])
    expect((await checker.inspect(code, code.indexOf("ice") + 3))?.text).toBe(
      "price: decimal128(12, 2), may be null",
    );
});

test("columns and tables in the text of a statement are described, and names with escapes", async () => {
  for (const code of [
    "lake.sql`SELECT s.price| FROM demo.sales s`",
    `lake.sql("SELECT pri|ce FROM demo.sales")`,
  ])
    expect((await checker.inspect(code.replace("|", ""), code.indexOf("|")))?.text).toBe(
      "price: decimal128(12, 2), may be null",
    );
  const code = `read("demo.odd").select('c\\'|d')`;
  expect((await checker.inspect(code.replace("|", ""), code.indexOf("|")))?.text).toBe(
    "c'd: string, may be null",
  );
});

test("of ten thousand tables the namespaces complete first, at once, and cells are checked as before", async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `part_${index % 100}.table_${index}`);
  checker.nameTables([...tables, ...many]);
  const start = process.cpuUsage();
  try {
    expect(await matchesAt(`read("|`)).toHaveLength(101);
    expect(await matchesAt(`read("part_7|`)).toHaveLength(11);
    expect(await matchesAt(`read("part_7.|`)).toHaveLength(100);
    expect(await matchesAt("lake.sql`SELECT 1 FROM part_77.table_1|`")).toHaveLength(11);
    // 100 ms of this process for each, whatever else the machine does; all of it happens here.
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(400);
  } finally {
    checker.nameTables(tables);
  }
});

let next = 2;
async function problemsOf(code: string): Promise<string[]> {
  const found = await checker.check(next, analyseCell(code));
  checker.discard(next++);
  return found.map(({ text }) => text);
}

const tables = ["demo.documents", "demo.sales", "demo.strict"];

test.each([
  [`read("|")`, tables],
  [`read("demo.sa|")`, ["demo.sales"]],
  [`lake.read("|")`, tables],
  [`lake.table("|")`, tables],
  [`describe("|")`, tables],
  [`lake.describe("|")`, tables],
  [`append("|", [])`, tables],
  [`lake.insertOverwrite('demo.st|`, ["demo.strict"]],
  [`lake.listTables("|")`, ["demo"]],
  [`frame.select("|")`, [...columns].sort()],
  [`read("demo.sales").select("order_id", "pri|")`, ["price"]],
  [`lake.table("demo.sales").read().exclude("order|")`, ["order_id", "ordered_at", "ordered_on"]],
  [`frame.select(["pri|"])`, ["price"]],
  [`frame.groupBy("cust|")`, ["customer"]],
  [`frame.sort("pri|")`, ["price"]],
  [`frame.sort({ by: "pri|" })`, ["price"]],
  [`frame.dropNull("pai|")`, ["paid"]],
  [`frame.distinct("pai|")`, ["paid"]],
  [`frame.where({ cust| })`, ["customer"]],
  [`frame.rename({ cust| })`, ["customer"]],
  [`frame.cast({ cust| })`, ["customer"]],
  [`frame.explode("ta|")`, ["tags"]],
  [`frame.unnest("addr|")`, ["address"]],
  [`frame.join(read("demo.sales"), { on: "cust|" })`, ["customer"]],
  [`lake.table("demo.sales").merge("order_i|", [])`, ["order_id"]],
  [`lake.table("demo.sales").update({ quan| })`, ["quantity"]],
  [`append("demo.sales", [{ quan| }])`, ["quantity"]],
  [`append("demo.sales", [{|`, [...columns].sort()],
  [`await append("demo.sales", [{ order_id: 1n }, { | }])`, [...columns].sort()],
  [`append("demo.strict", [{ id: 1n, |`, ["name", "note"]],
  [`append("demo.strict", { |`, ["id", "name", "note"]],
  [`append("demo.sales", [{ address: { ci| } }])`, ["city"]],
  [`lake.table("demo.strict").append([{|`, ["id", "name", "note"]],
  [`lake.table("demo.strict").merge("id", [{|`, ["id", "name", "note"]],
  [`lake.table("demo.strict").update({|`, ["id", "name", "note"]],
  [`lake.insertOverwrite("demo.strict", [{|`, ["id", "name", "note"]],
  [`lake.insertOverwrite("demo.strict", [], { on: "na|" })`, ["name"]],
  [`lake.insertOverwrite("demo.strict", [], { where: col("na|`, ["name"]],
  [`lake.overwrite("demo.strict", [{ n|`, ["name", "note"]],
  [`read("demo.strict").where({|`, ["id", "name", "note"]],
  [`read("demo.odd").select("price|")`, ["price", "price_usd"]],
  [`read("demo.odd").where(col("price|`, ["price", "price_usd"]],
  [`read("demo.odd").select("a|`, ['a\\"b']],
  [`read("demo.odd").select('c|')`, ["c\\'d"]],
  ["read('demo.odd').sort(`e|`)", ["e\\`f"]],
  [`read("demo.odd").where(col('g|'))`, ["g\\\\h"]],
  [`read("demo.odd").where(col("g\\\\|"))`, ["g\\\\h"]],
  [`read("demo.odd").where({ '|' })`, ['a"b', "c\\'d", "e`f", "g\\\\h", "price", "price_usd"]],
  ["lake.sql`SELECT c| FROM demo.odd`", [`"c'd"`]],
  [`lake.sql("SELECT a| FROM demo.odd")`, ['\\"a\\"\\"b\\"']],
  [`lake.sql("SELECT 1 FROM demo.st|`, ["demo.strict"]],
  [`lake.table("demo.strict").createIndex("na|`, ["name"]],
  [`lake.table("demo.strict").dropColumns(["no|"])`, ["note"]],
  [`lake.table("demo.documents").nearest([1], { column: "emb|" })`, []],
  [`frame.plot({ x: "pri|`, ["price"]],
  [`frame.plot({ x: "price", kind: "hi|" })`, ["histogram"]],
  [`lake.dropTable("demo.st|")`, ["demo.strict"]],
  [`lake.use("|")`, ["demo"]],
  [`frame.where(col("pri|")`, ["price"]],
  [`frame.where(col("quantity").gt(col("pri|"))).limit(3)`, ["price"]],
  [`const x = await frame.select(col("cust|").as("a")).toObjects()`, ["customer"]],
  [`frame.groupBy("paid").agg(col("quan|")`, ["quantity"]],
  [`frame.withColumn("x", col("quantity").sum().over({ partitionBy: "pai|" }))`, ["paid"]],
  [`frame.withColumn("x", rank().over({ orderBy: [{ by: "pri|`, ["price"]],
  [`frame.withColumn("x", lag("pri|").over({ orderBy: "price" }))`, ["price"]],
  [`frame.withColumn("unit price", lit(1)).where(col("unit|`, ["unit price"]],
  [`frame.join(read("demo.strict"), { on: { left: col("pri|`, ["price"]],
  [`frame.join(read("demo.strict"), { on: { left: col("price"), right: col("not|") } })`, ["note"]],
  [`lake.table("demo.strict").delete(col("na|"))`, ["name"]],
  [`lake.table("demo.sales").update({ paid: true }, { where: col("pri|")`, ["price"]],
  [`frame.where(when(col("pai|"), 1)`, ["paid"]],
  [`frame.select(col("price").cast("in|"))`, ["int16", "int32", "int64", "int8"]],
  [`frame.cast({ price: "dec|" })`, ["decimal(12, 2)"]],
  [`frame.plot({ x: "pri|" })`, ["price"]],
  [`frame.pivot({ keys: ["pai|"] })`, ["paid"]],
  ["lake.sql`SELECT * FROM |`", tables],
  ["lake.sql`SELECT * FROM demo.sa|", ["demo.sales"]],
  ["lake.sql`SELECT | FROM demo.strict`", ["id", "name", "note"]],
  ["const x = lake.sql`SELECT pri| FROM demo.sales WHERE paid`; x.show()", ["price"]],
  ["lake.sql`SELECT s.pri| FROM demo.sales s JOIN demo.strict t ON s.order_id = t.id`", ["price"]],
  ["lake.sql`SELECT 1 FROM demo.sales AS s JOIN demo.strict t ON t.|", ["id", "name", "note"]],
  ["lake.sql`SELECT 1 FROM demo.sales WHERE customer = ${lit(`a`)} AND quan|`", ["quantity"]],
  ["lake.sql`SELECT f.no| FROM ${read('demo.strict').limit(3)} f`", ["note"]],
  ["frame.sql`SELECT pri| FROM frame`", ["price"]],
  ["lake.sql`SELECT 1 FROM demo.sales WHERE customer = 'pri|'`", []],
  [`(await frame.toObjects())[0].pri|`, ["price"]],
  [`(await frame.first())?.address?.ci|`, ["city"]],
])("completes %s", async (code, expected) => {
  expect(await matchesAt(code)).toEqual(expected);
});

test.each([
  [`read("demo.sales").select("pric")`, "No column named pric; did you mean price?"],
  [`frame.where(col("pric").gt(3))`, "No column named pric; did you mean price?"],
  [`frame.where(col("paid").and(col("pric").lt(3)))`, "No column named pric; did you mean price?"],
  [`frame.groupBy("custmer")`, "No column named custmer; did you mean customer?"],
  [`frame.groupBy("customer").agg(col("pric").sum())`, "No column named pric; did you mean price?"],
  [`frame.withColumn("double", col("pric").mul(2))`, "No column named pric; did you mean price?"],
  [`frame.sort("pric")`, "No column named pric; did you mean price?"],
  [`frame.sort({ by: "pric" })`, "No column named pric; did you mean price?"],
  [
    `frame.sort("price", { descending: true })`,
    'sort({ by: "price", descending: true }) or sort(desc("price"))',
  ],
  [`frame.sort({ by: "pric", descending: true })`, "No column named pric; did you mean price?"],
  [`frame.sort("price", { by: "pric" })`, "No column named pric; did you mean price?"],
  [`frame.sort({ by: "adress", descending: true })`, "No column named adress; did you mean address?"],
  [`frame.sort(["address", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.select(["address", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.select("address", ["shipped_at", "adress"])`, "No column named adress; did you mean address?"],
  [`frame.groupBy(["address", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.exclude(["address", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.sort("price", { nullsFirst: true })`, "A direction stands with its key"],
  [`frame.sort("price", "desc")`, 'sort({ by: "price", descending: true }) or sort(desc("price"))'],
  [`frame.select(["order_id", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.exclude(["order_id", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.sort(["order_id", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.dropNull(["order_id", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.groupBy(["order_id", "pric"])`, "No column named pric; did you mean price?"],
  [`frame.exclude("pric")`, "No column named pric; did you mean price?"],
  [`frame.dropNull("pric")`, "No column named pric; did you mean price?"],
  [
    `frame.select("price", "paid").where(col("customer").eq("a"))`,
    "No column named customer; the columns are paid, price",
  ],
  [`frame.select("price", "paid").select("zebra")`, "No column named zebra; the columns are paid, price"],
  [
    `frame.rename({ price: "unit price" }).select("unit prise")`,
    "No column named unit prise; did you mean unit price?",
  ],
  [
    `frame.withColumn("m", col("shipped_at").dateTrunc("months"))`,
    '"months" does not fit here; did you mean "month"?',
  ],
  [
    `lake.table("demo.sales").createIndex("price", { type: "btre" })`,
    '"btre" does not fit here; did you mean "btree"?',
  ],
  [`frame.join(frame, { on: "order_id", how: "cros" })`, '"cros" does not fit here; did you mean "cross"?'],
  [`lake.table("demo.sales").merge("tracking", [])`, "No column named tracking; the columns are"],
  [`lake.table("demo.sales").delete(col("pric").gt(3))`, "No column named pric; did you mean price?"],
  [
    `frame.join(frame.select("order_id", "paid"), { on: "pric" })`,
    "No column named pric; did you mean price?",
  ],
  [
    `frame.join(frame.select("order_id", "paid"), { on: ["order_id", "price"] })`,
    "No column named price in the other frame; the columns are order_id, paid",
  ],
  [
    `frame.join(frame.select("paid"), { on: { left: col("paid"), right: col("pad") } })`,
    "No column named pad; did you mean paid?",
  ],
  [`frame.join(read("demo.strict"), { on: "id" })`, "No column is in both frames; pair two:"],
  [`frame.plot({ x: "price", color: "pad" })`, "No column named pad; did you mean paid?"],
  [`frame.cast({ pric: "int64" })`, "No column named pric; did you mean price?"],
  [`frame.rename({ pric: "x" })`, "No column named pric; did you mean price?"],
  [`frame.where({ paid: true, pric: 3 })`, "No column named pric; did you mean price?"],
  [`frame.fillNull("", "pric")`, "No column named pric; did you mean price?"],
  [
    `frame.pivot({ keys: ["paid"], on: "pric", values: [1], aggregate: count() })`,
    "No column named pric; did you mean price?",
  ],
  [
    `frame.withColumn("x", when(col("pric").gt(3), 1).otherwise(2))`,
    "No column named pric; did you mean price?",
  ],
  [
    `frame.withColumn("x", rank().over({ partitionBy: "pric" }))`,
    "No column named pric; did you mean price?",
  ],
  [
    `frame.withColumn("x", lag("pric").over({ orderBy: "price" }))`,
    "No column named pric; did you mean price?",
  ],
  [`lake.table("demo.sales").merge(["order_id", "pric"], [])`, "No column named pric; did you mean price?"],
  [`lake.table("demo.sales").update({ pric: 3 })`, "No column named pric; did you mean price?"],
  [
    `frame.groupBy("customer").agg(col("quantity").sum().as("total"), count()).select("zebra")`,
    "No column named zebra; the columns are customer, ",
  ],
  [
    `frame.select("price").withColumn("one", lit(1)).withColumn("two", lit(2)).select("zebra")`,
    "No column named zebra; the columns are price, one, two",
  ],
  [
    `frame.select("price", "paid").exclude("paid").where(col("zebra").gt(3))`,
    "No column named zebra; the columns are price",
  ],
  [`append("demo.strict", [{ id: 1n }])`, "The rows lack column name, which takes no nulls"],
  [
    `append("demo.strict", [{ id: 1n, name: "a" }, { note: "b" }])`,
    "The rows lack columns id, name, which take no nulls",
  ],
  [`append("demo.strict", { note: ["b"] })`, "The rows lack columns id, name, which take no nulls"],
  [`append("demo.strict", { id: [1n], name: ["a"], nte: ["b"] })`, "No column named nte; did you mean note?"],
  [
    `const given = [{ id: 1n }]; append("demo.strict", given)`,
    "The rows lack column name, which takes no nulls",
  ],
  [
    `append("demo.strict", { id: ["x"], name: ["a"] })`,
    "Column id takes number or bigint, and a list of string",
  ],
  [
    `append("demo.strict", { id: 1n, name: "a" })`,
    "one value for each row, and a bigint is given; a row goes in",
  ],
  [
    `lake.table("demo.strict").merge("id", frame)`,
    "Cannot take a frame here: pass its rows, as in await frame.collect()",
  ],
  [
    `append("demo.sales", [{ order_id: "one" }])`,
    "Column order_id takes number, bigint or null, and a text is given",
  ],
  [
    `append("demo.sales", [{ order_id: 1n },\n  { 'paid': 3 }])`,
    "Column paid takes boolean or null, and a number is given",
  ],
  [`append("demo.sales", [{ tags: "a" }])`, "Column tags takes a list, and a text is given"],
  [`append("demo.strict", [{ id: 1n, name: 3 }])`, "Column name takes string, and a number is given"],
  [
    `const paid = 3; lake.table("demo.sales").merge("order_id", [{ paid }])`,
    "Column paid takes boolean or null, and a number is given",
  ],
  [`frame.where({ paid: "yes" })`, "Column paid takes boolean or null, and a text is given"],
  [`const own: { x: number | null } = { x: "a" }`, "Type 'string' is not assignable to type 'number'."],
  [`frame.where(col("price").gt(100).and("paid"))`, 'text "paid" as a condition: write col("paid")'],
  [`frame.where(col("price").isNotNull().or('paid'))`, 'text "paid" as a condition: write col("paid")'],
  [`frame.withColumn("x", col("price").gt(1).and("paid"))`, 'as a condition: write col("paid")'],
  [`read("other.table").where(col("price").gt(1).and("paid"))`, 'as a condition: write col("paid")'],
  [`frame.where(col("price").gt(1)\n  .and("pad"))`, "No column named pad; did you mean paid?"],
  [`frame.where(col("paid").and(col("price").gt(1).or("pad")))`, "No column named pad; did you mean paid?"],
  [`frame.where(col("paid").and("price > 3"))`, "Cannot take a text here: pass an expression"],
  [`frame.where(col("paid").and(3))`, "Cannot take a number here: pass an expression"],
  [`frame.where(col("price").gt(1).and(col("paid"), "x"))`, "Expected 1 arguments, but got 2."],
  [`when("paid", 1)`, 'Cannot take the text "paid" as a condition: write col("paid")'],
  [`lake.listTables()`, 'takes a namespace, as in listTables("default"); listNamespaces() lists them'],
  [`frame.join(frame)`, 'join() lacks its options: write join(other, { on: "id" })'],
  [`read("other.table").joinAsof(frame)`, 'lacks its options: write joinAsof(other, { on: "time" })'],
  [`frame.length`, "Property 'length' does not exist on type 'Frame': write await frame.count()."],
  [
    `const [row] = await frame.toObjects(); row!.quantity! + row!.order_id!`,
    'Number(…) around the bigint, or read the rows with toObjects({ ints: "number" })',
  ],
  [`const [whole] = await frame.toObjects(); whole!.order_id! * 1.5`, "a bigint and a number together"],
  [`const describe = 3; describe("t")`, "Cannot call describe: a name of the notebook hides the helper"],
  [`append("demo.strict", "x")`, "Cannot write a text: pass rows, such as [{ id: … }]"],
  [`append("demo.sales", frame.toObjects())`, "Cannot write a promise (await it): pass rows"],
  [`append("demo.sales", [{ address: "x" }])`, "Expected an object such as { city: … }, and a text is given"],
  [`append("demo.strict", [{ id: 1n, name: "a", ["__proto__"]: 3 }])`, "No column named __proto__"],
  [`append("demo.sales", [], { commit: 3 })`, "No option named commit; did you mean commits?"],
  [`append(frame, "demo.sales")`, "Cannot take a frame here: pass the name of a table"],
  [`lake.table("demo.sales").update({ quantity: col("quantity").add(1) })`, "pass SQL, as in { sql:"],
  [
    `lake.table("demo.sales").update({ quantity: "x" })`,
    "Cannot update the column with a text: it takes number",
  ],
  [`lake.table("demo.sales").update("quantity")`, "Cannot update with"],
  [
    `lake.table("demo.sales").update({ paid: true }, { were: "x" })`,
    "No option named were; did you mean where?",
  ],
  [`lake.table("demo.sales").delete(true)`, "Cannot choose rows: true or false is not a condition"],
  [
    `lake.table("demo.sales").delete(col("customer"))`,
    "Cannot choose rows: column customer is not true or false",
  ],
  [
    `lake.insertOverwrite("demo.strict", [], { on: "nam", where: "true" })`,
    "No column named nam; did you mean name?",
  ],
  [`lake.insertOverwrite("demo.strict", [], { on: "id" })`, "The options lack where"],
  [`frame.where(col("price").eq(null))`, "Cannot compare with null: nothing equals null; write isNull()"],
  [`frame.where(true)`, "Cannot choose rows: true or false is not a condition"],
  [`frame.where((row) => true)`, "Cannot choose rows: a function is not a condition"],
  [`frame.where(col("quantity").add(1))`, "Cannot choose rows: the expression is not true or false"],
  [`frame.where({ price: col("price") })`, "Cannot take an expression here, only a value"],
  [
    `frame.where(col("customer").add(1).gt(1))`,
    "needs a number or a time in column customer, which holds string",
  ],
  [
    `frame.where(col("customer").gt(3))`,
    "Column customer holds string, and is compared with a number; compare it with string, or cast() it",
  ],
  [
    `frame.where(col("quantity").eq("3"))`,
    "Column quantity holds number, and is compared with a text; compare it with number, or cast() it",
  ],
  [
    `frame.agg(col("handling_time").sum())`,
    "The expression needs a number in column handling_time, which holds time",
  ],
  [
    `import { plot } from "dlf-lance"; plot([{ x: 1, y: 2 }], { x: "x", y: "y" })`,
    "pass a Vega-Lite specification, such as",
  ],
  [
    `import { plot } from "dlf-lance"; plot(frame, { x: "price" })`,
    "pass a Vega-Lite specification, such as",
  ],
  [
    `frame.withColumn("x", col("paid").year())`,
    "The expression needs a time in column paid, which holds boolean",
  ],
  [`frame.withColumn("x", rank())`, "A window function needs its window: rank().over("],
  [`frame.withColumn("x", (row) => 1)`, "Cannot take a function here: pass an expression"],
  [
    `frame.withColumn("x", rank().over("paid"))`,
    'Cannot take "paid" here: pass options, such as { partitionBy',
  ],
  [`col("price") * 2`, "JavaScript's own arithmetic does not work on columns; write .add(…)"],
  [`col("price") + 2`, "JavaScript's own + does not work on columns; write .add(…)"],
  [`frame.plot({ kind: "pie" })`, '"pie" does not fit here; use area, bar, box'],
  [`frame.plot({ x: "price", colour: "paid" })`, "No option named colour; did you mean color?"],
  [`frame.plot("price")`, 'Cannot take "price" here: pass options, such as { x: "price" }'],
  [`frame.concat(read("demo.strict"))`, "The frames differ: the other frame lacks order_id"],
  [`frame.concat([frame])`, "Expected one frame, and a list of frames is given"],
  [`frame.pivot({ on: "paid" })`, "The options lack keys, values and aggregate"],
  [`frame.explode("customer")`, "Column customer holds no lists"],
  [`frame.unnest("customer")`, "Column customer holds no structs"],
  [
    `frame.agg(count().upper())`,
    "The method takes a text, and the expression before it gives a whole number",
  ],
  [`lit(3).year()`, "The method takes a time, and the expression before it gives a number"],
  [
    `col("price").gt(1).sqrt()`,
    "The method takes a number, and the expression before it gives true or false",
  ],
  [`count().eq("a")`, 'Cannot compare with "a": the expression before it gives values of another type'],
  [`frame.agg(col("price"))`, "Cannot aggregate: column price is not an aggregate; pass one such as"],
  [`frame.agg(count(), col("price").mul(2))`, "Cannot aggregate: the expression is not an aggregate; pass"],
  [`frame.agg(count(), "price")`, "Cannot take a text here: pass an aggregate such as"],
  [`frame.agg(rank())`, "A window function needs its window"],
  [
    `frame.agg(count(), col("paid").sum())`,
    "The expression needs a number in column paid, which holds boolean",
  ],
  [`frame.agg(count(), col("pric").sum())`, "No column named pric; did you mean price?"],
  [`frame.cast({ price: "flot64" })`, '"flot64" is not a type; did you mean "float64"?'],
  [`col("price").cast("varchar(20)")`, '"varchar(20)" is not a type; did you mean "string"?'],
  [`col("price").cast("quaternion")`, '"quaternion" is not a type; the types are bool'],
  [`frame.sort({ by: "price", desc: true })`, "The key of a sort has by, descending and nullsFirst alone"],
  [`frame.join(frame, { on: "customer", hwo: "left" })`, "No option named hwo; did you mean how?"],
  [`frame.join(frame, { on: "customer", sufix: "_r" })`, "No option named sufix; did you mean suffix?"],
  [`frame.join(frame, { leftOn: "custmer", rightOn: "customer" })`, "No column named custmer; did you mean"],
  [`frame["price"]`, 'A frame has no property price: write col("price") in an expression'],
  [`read("no.columns")["price"]`, 'A frame has no property price: write col("price") in an expression'],
  [`frame.price.sum()`, 'A frame has no property price: write col("price") in an expression'],
  [`frame.sample(10)`, "Cannot take a number here: pass an object with fraction, seed and rows"],
  [`frame.groupBy("paid").agg("price")`, "Cannot take a text here: pass an aggregate such as"],
  [`frame.groupBy("paid").sum(col("price"))`, "Cannot take an expression here: pass a text, such as "],
  [`frame.select((row) => row.price)`, "Cannot take a function here: pass a column by name"],
  [`frame.sort({ price: "desc" })`, "Cannot take an object here: pass a column by name"],
  [`frame.join(frame, "order_id")`, 'Cannot take "order_id" here: pass options, such as { on: "id" }'],
  [`for (const row of frame) row`, "write for (const row of await frame.toObjects())"],
  [`frame.toObjects().length`, "does not exist on a promise; write (await …).length"],
  [`(await frame.first())!.price! * 2`, 'A decimal is exact text here; cast("double") makes it a number'],
])("says of %s that %s", async (code, text) => {
  const problems = await problemsOf(code);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(text);
  expect(problems[0]?.split("\n")).toHaveLength(1);
});

test.each([
  [`(await frame.first())!.pric`, /did you mean 'price'/i],
  [`append("demo.sales", [{ order_di: 1n }])`, /^No column named order_di; did you mean order_id\?$/],
  [`frame.where({ pric: 3 })`, /^No column named pric; did you mean price\?$/],
])("refuses %s", async (code, text) => {
  const problems = await problemsOf(code);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(text);
  expect(problems[0]?.length).toBeLessThan(600);
});

test.each([
  `read("demo.documents").select("anything")`,
  `read("other.table").where(col("x").gt(1))`,
  `append("demo.pairs", [{ pairs: new Map([["a", 1]]) }, { pairs: [["a", 1n]] }, { pairs: { a: 1 } }, { pairs: null }])`,
  `frame.where({ price: 3, customer: "a", paid: null, ordered_at: new Date(), ordered_on: "2026-01-31" })`,
  `frame.where(col("paid")).where(col("paid").not(), col("price").gt(3), "price > 3")`,
  `frame.where(when(col("paid"), col("price").gt(3)).otherwise(lit(true))); lake.table("demo.sales").delete(col("paid"))`,
  `frame.plot({ mark: "bar", encoding: {} }); frame.plot({ x: "price", kind: "bar" })`,
  `frame.explode("tags").unnest("address"); frame.concat(frame.where(col("paid")))`,
  `lake.insertOverwrite("demo.strict", [{ id: 1n, name: "a" }], { on: ["id", "name"], where: col("id").eq(1n) })`,
  `read("demo.sales").where(col("price").gt(1)).select("price")`,
  // Sums and products of decimals are decimals, which rows hold as text.
  `const [row] = await frame.agg(col("price").sum().as("t"), col("price").abs().max().as("m"), col("quantity").sum().as("q")).toObjects();
   const texts: (string | null | undefined)[] = [row?.t, row?.m]; const number: number | bigint | null | undefined = row?.q;`,
  `const [row] = await frame.select(col("price").mul(2).as("p"), col("quantity").add(1).round(2).as("q")).toObjects();
   if (typeof row?.p === "string") row.p.slice(1); const number: number | bigint | null | undefined = row?.q;`,
  `const best = (frame: import("dlf-lance").Frame) => frame.limit(1); best(frame); best(frame.select("price"));`,
  `read("demo.sales").select(["order_id", "price"]).sort(["price"]).exclude(["order_id"]).dropNull(["price"])`,
])("takes %s", async (code) => {
  expect(await problemsOf(code)).toEqual([]);
});

test("a helper that an earlier cell has hidden is said to be, and an import brings it back", async () => {
  const hiding = 1000;
  const cell = analyseCell("const count = 3");
  await checker.check(hiding, cell);
  checker.keep(hiding, cell.names.keys());
  expect(await problemsOf("const own = (3)(4)")).toEqual([
    expect.stringMatching(/^This expression is not callable/),
  ]);
  expect(await problemsOf("count()")).toEqual([
    expect.stringMatching(/hides the helper.* import \{ count \} from "dlf-lance"$/),
  ]);
  expect(await problemsOf('import { count } from "dlf-lance"; frame.agg(count())')).toEqual([]);
});

test("other declarations take the place of the first", async () => {
  expect(await problemsOf(`read("demo.fresh").select("b")`)).toEqual([]);
  checker.declareTables(declareTables([{ name: "demo.fresh", fields: sales.slice(0, 1) }]));
  try {
    expect(await problemsOf(`read("demo.fresh").select("b")`)).toHaveLength(1);
    expect(await problemsOf(`read("demo.sales").select("pric")`)).toEqual([]);
  } finally {
    declareDemoTables();
  }
});
