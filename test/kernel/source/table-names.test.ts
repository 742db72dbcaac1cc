import { expect, test } from "vitest";
import { analyseCell } from "../../../src/kernel/source/cell-source.ts";
import { findTableAt } from "../../../src/kernel/source/table-names.ts";

const find = (code: string) => analyseCell(code).tables.names;

test.each<[string, string[]]>([
  [`read("demo.sales")`, ["demo.sales"]],
  [`const sales = lake.read('demo.sales').where(col("a.b").gt(1));`, ["demo.sales"]],
  ["await (await connect()).table(`demo.sales`).append([{ a: 1 }])", ["demo.sales"]],
  [`lake?.table(["demo", "sa.les"])`, ["demo.sa.les"]],
  [`await append("demo.sales", read("demo.other").limit(3))`, ["demo.sales", "demo.other"]],
  [`function f() { return class { g = () => describe("demo.sales"); }; }`, ["demo.sales"]],
  [`lake.insertOverwrite("demo.sales", rows, { on: "a.b", where: "x.y" })`, ["demo.sales"]],
  [`read("demo.sales"); read("demo.sales")`, ["demo.sales"]],
  [`const view = <b title={read("demo.sales")}>x</b>`, ["demo.sales"]],
  [`// read("demo.sales")\nconst text = 'read("demo.sales")'`, []],
  [`read(name); read("sales"); read("a.b.c"); read(\`demo.\${name}\`); read(); read(...["demo.sales"])`, []],
  [`fs.readFile("rows.csv"); open("demo.sales"); console.log("demo.sales")`, []],
  [`read("demo.sales"`, []],
])("%s", (code, names) => {
  expect(find(code)).toEqual(names);
});

test("a cell that names thousands of tables has its first ones looked up", () => {
  const code = Array.from({ length: 5_000 }, (_, index) => `read("demo.t${index}");`).join("\n");
  expect(find(code)).toHaveLength(50);
});

test.each([
  [`await lake.table("a.b").addColumns({ c: { sql: "1" } }); read("a.b")`, true],
  [`await lake.createTable("a.b", rows, { mode: "Overwrite" }); read("a.b")`, true],
  [`await lake.dropTable("a.b")`, true],
  [`read("a.b").select("c"); await append("a.b", rows)`, false],
])("%s changes tables: %s", (code, isChanging) => {
  expect(analyseCell(code).tables.isChanging).toBe(isChanging);
});

test.each([
  ['read("demo.sales")', 8, "demo.sales"],
  ['lake.table("demo.sales', 22, "demo.sales"],
  ['f("demo.sales")', 8, undefined],
  ['read("demo")', 8, undefined],
  ['read("a.b"); read("c.d")', 20, "c.d"],
  ["lake.sql`SELECT 1 FROM demo.sales s`", 27, "demo.sales"],
  ["lake.sql`SELECT sales FROM demo.sales s`", 18, undefined],
  [`lake.sql('SELECT 1 FROM demo.sales JOIN demo."or"')`, 40, "demo.or"],
  ["read('demo.it\\'s')", 8, "demo.it's"],
])("the cursor in %s at %i is on %s", (code, offset, table) => {
  expect(findTableAt(code, offset)).toBe(table);
});
