/** What completes and what is refused in cells once tables are declared. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
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
    names: ["append", "col", "connect", "count", "describe", "read"],
    declarations: "",
  });
  checker.declareTables(declareTables([{ name: "demo.sales", fields: sales }, { name: "demo.documents" }]));
  const cell = analyseCell(`const lake = await connect(); const frame = read("demo.sales");`);
  expect(await checker.check(1, cell)).toEqual([]);
  checker.keep(1, cell.names.keys());
});

afterAll(() => {
  checker.close();
  rmSync(folder, { recursive: true, force: true });
});

async function matchesAt(code: string): Promise<string[]> {
  const offset = code.indexOf("|");
  const { matches } = await checker.complete(code.replace("|", ""), offset);
  return matches.map(({ text }) => text).sort();
}

let next = 2;
async function problemsOf(code: string): Promise<string[]> {
  const found = await checker.check(next, analyseCell(code));
  checker.discard(next++);
  return found.map(({ text }) => text);
}

const tables = ["demo.documents", "demo.sales"];

test.each([
  [`read("|")`, tables],
  [`read("demo.s|")`, ["demo.sales"]],
  [`lake.read("|")`, tables],
  [`lake.table("|")`, tables],
  [`describe("|")`, tables],
  [`lake.describe("|")`, tables],
  [`append("|", [])`, tables],
  [`frame.select("|")`, [...columns].sort()],
  [`read("demo.sales").select("order_id", "pri|")`, ["price"]],
  [`lake.table("demo.sales").read().exclude("order|")`, ["order_id", "ordered_at", "ordered_on"]],
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
])("takes %s", async (code) => {
  expect(await problemsOf(code)).toEqual([]);
});

test("other declarations take the place of the first", async () => {
  expect(await problemsOf(`read("demo.fresh").select("b")`)).toEqual([]);
  checker.declareTables(declareTables([{ name: "demo.fresh", fields: sales.slice(0, 1) }]));
  expect(await problemsOf(`read("demo.fresh").select("b")`)).toHaveLength(1);
  expect(await problemsOf(`read("demo.sales").select("pric")`)).toEqual([]);
});
