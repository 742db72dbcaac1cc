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

test("of ten thousand tables the namespaces complete first, at once, and cells are checked as before", async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => `part_${index % 100}.table_${index}`);
  checker.nameTables([...tables, ...many]);
  const start = performance.now();
  try {
    expect(await matchesAt(`read("|`)).toHaveLength(101);
    expect(await matchesAt(`read("part_7|`)).toHaveLength(11);
    expect(await matchesAt(`read("part_7.|`)).toHaveLength(100);
    expect(await matchesAt("lake.sql`SELECT 1 FROM part_77.table_1|`")).toHaveLength(11);
    // 100 ms for each, on a machine that does other things too.
    expect(performance.now() - start).toBeLessThan(400);
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
  [`(await frame.first())!.price! * 2`, 'A decimal is exact text here; cast("double") makes it a number'],
])("says of %s that %s", async (code, text) => {
  const problems = await problemsOf(code);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(text);
  expect(problems[0]?.split("\n")).toHaveLength(1);
});

test.each([
  [`(await frame.first())!.pric`, /did you mean 'price'/i],
  [
    `append("demo.sales", [{ order_id: "one" }])`,
    /^Type 'string' is not assignable to type 'number \| bigint \| null \| undefined'\.$/,
  ],
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
  `read("demo.sales").where(col("price").gt(1)).select("price")`,
  `read("demo.sales").select(["order_id", "price"]).sort(["price"]).exclude(["order_id"]).dropNull(["price"])`,
])("takes %s", async (code) => {
  expect(await problemsOf(code)).toEqual([]);
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
