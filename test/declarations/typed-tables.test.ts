/** Tables declared by name: what scripts and cells may and may not do with them. */
import { describe, expect, test } from "vitest";
import { declareTables } from "../../src/declarations/declare-tables.ts";
import { demoTables } from "../../src/demo/demo-tables.ts";
import { compile, compilers } from "./compile.ts";

const declarations = declareTables(
  Object.entries(demoTables).map(([name, build]) => ({
    name: `demo.${name}`,
    fields: build().schema.fields,
  })),
);

const prelude = `
import { append, col, connect, count, describe, type Frame, lag, lit, read, type Untyped, when } from "dlf-lance";
const lake = await connect();
const sales = read("demo.sales");
const table = lake.table("demo.sales");
const rows = await sales.toObjects();
const row = rows[0]!;
`;

const right: readonly string[] = [
  `const id: bigint | null = row.order_id; const many: number | null = row.quantity;`,
  `const text: string = row.price ?? ""; const cents = Number(row.price) * 100;`,
  `const day: Date | null = row.ordered_on; const moment: string | null = row.ordered_at;`,
  `const shipped: Date | null = row.shipped_at; const time: string | null = row.handling_time;`,
  `const tags: (string | null)[] | null = row.tags; const city: string | null | undefined = row.address?.city;`,
  `const place: number | null | undefined = row.address?.place?.latitude;`,
  `sales.where(col("quantity").gt(3)).select("order_id", "customer");`,
  `sales.where(col("price").gt(3).and(col("paid"))).limit(2);`,
  `sales.select("order_id", col("price").mul(2).as("double"));`,
  `sales.groupBy("customer").agg(count(), col("quantity").sum().as("total")).sort("total");`,
  `sales.withColumn("year", col("ordered_at").year()).where(col("year").eq(2026n));`,
  `sales.join(read("demo.documents"), { on: { left: col("order_id"), right: col("id") } });`,
  `sales.where({ customer: "a", paid: null });`,
  `sales.sort({ by: "price", descending: true }).dropNull("customer").distinct("customer");`,
  `lake.read("demo.sales").select("order_id"); lake.table("demo.sales").read().select("order_id");`,
  `table.at(3).select("order_id").join(table.read().select("order_id"), { on: "order_id", where: "order_id = 1" });`,
  `const first = await table.first(); first?.order_id?.toString();`,
  `read(["demo", "sales"]).select("order_id");`,
  `const name: string = "demo.sales"; read(name).select("anything"); read(name as string).where(col("x").gt(1));`,
  `read("other.table").select("anything"); lake.table("other.table").delete("a > 1");`,
  `await append("demo.sales", [{ order_id: 1n, quantity: 2, price: "9.95" }]);`,
  `await append("demo.sales", [{ order_id: 1, price: 9, ordered_on: new Date(0), ordered_at: new Date(), shipped_at: "2026-01-31T08:00:00" }]);`,
  `await append("demo.sales", { order_id: [1n, 2n], customer: ["a", null] });`,
  `await append("demo.sales", { order_id: new BigInt64Array(2), quantity: new Int32Array(2) });`,
  `await append("demo.sales", sales); await append("other.table", [{ a: 1 }]);`,
  `await table.append([{ order_id: 1n, tags: ["a", null], address: { city: "Berlin" } }]);`,
  `await table.merge("order_id", [{ order_id: 1n, customer: "a" }]);`,
  `await table.update({ customer: null, quantity: 3, price: { sql: "price * 2" } }, { where: col("order_id").eq(1n) });`,
  `await table.delete(col("customer").isNull());`,
  `await lake.insertOverwrite("demo.sales", [{ order_id: 1n }], { on: "order_id", where: "order_id = 1" });`,
  `const known: string = (await sales.dropNull("customer").first())!.customer;`,
  `const known: string = (await sales.where(col("customer").isNotNull()).first())!.customer;`,
  `const known: bigint = (await sales.dropNull().first())!.order_id;`,
  `const documents = await read("demo.documents").toObjects();`,
  `await describe("demo.sales"); await describe(["demo", "sales"]);`,
];

/** Each with a part of what is said. */
const wrong: readonly (readonly [string, RegExp])[] = [
  [`sales.select("pric");`, /"pric"/],
  [`sales.where(col("pric").gt(3));`, /pric/],
  [`sales.groupBy("custmer");`, /custmer/],
  [`sales.sort("pric");`, /pric/],
  [`sales.sort({ by: "pric" });`, /pric/],
  [`sales.exclude("pric");`, /pric/],
  [`sales.rename({ pric: "x" });`, /pric/],
  [`sales.distinct("pric");`, /pric/],
  [`sales.dropNull("pric");`, /pric/],
  [`sales.withColumn("x", col("pric").add(1));`, /pric/],
  [`sales.where({ pric: 3 });`, /pric/],
  [`sales.join(read("demo.documents"), { on: "order_id", where: "order_id = 1" });`, /order_id/],
  [`sales.select("order_id").where(col("customer").isNull());`, /customer/],
  [`sales.where(col("customer").add(1).gt(1));`, /string|customer/],
  [`sales.where(col("quantity").upper().eq("A"));`, /number|quantity/],
  [`sales.where(col("paid").year().eq(1n));`, /boolean|paid/],
  [`row.pric;`, /pric/],
  [`const wrong: number = row.order_id!;`, /bigint/],
  [`const wrong = row.price! * 2;`, /arithmetic/],
  [`row.customer.toUpperCase();`, /null/],
  [`const known: string = (await sales.dropNull("paid").first())!.customer;`, /null/],
  [`const known: string = (await sales.where(col("paid").isNotNull()).first())!.customer;`, /null/],
  [
    `const known: string = (await sales.where(col("customer").isNotNull().or(col("paid"))).first())!.customer;`,
    /null/,
  ],
  [`lake.read("demo.sales").select("pric");`, /"pric"/],
  [`table.read().select("pric");`, /"pric"/],
  [`table.at("tag").select("pric");`, /"pric"/],
  [`read(["demo", "sales"]).select("pric");`, /"pric"/],
  [`await append("demo.sales", [{ order_id: "one" }]);`, /string/],
  [`await append("demo.sales", [{ order_id: 1n, pric: 3 }]);`, /pric/],
  [`await table.append([{ order_id: 1n, quantity: true }]);`, /true/],
  [`await table.merge("pric", [{ order_id: 1n }]);`, /"pric"/],
  [`await table.merge("order_id", [{ order_id: 1n, quantity: "x" }]);`, /string/],
  [`await table.update({ pric: 3 });`, /pric/],
  [`await table.update({ customer: 3 });`, /number/],
  [`await table.update({ quantity: 3 }, { where: col("pric").gt(3) });`, /pric/],
  [`await table.delete(col("pric").gt(3));`, /pric/],
];

describe.each(compilers)("%s", (library) => {
  const cells = [...right, ...wrong.map(([code]) => code)];
  const problems = compile(library, {
    "lake.d.ts": declarations,
    ...Object.fromEntries(
      cells.map((code, index) => [`cell-${index}.ts`, `${prelude}${code}\nexport {};\n`]),
    ),
  });
  const problemsOf = (code: string) => problems.get(`cell-${cells.indexOf(code)}.ts`) ?? ["no such cell"];

  test("the declarations themselves are right", () => {
    expect(problems.get("lake.d.ts")).toEqual([]);
  });

  test.each(right)("takes %s", (code) => {
    expect(problemsOf(code)).toEqual([]);
  });

  test.each(wrong)("refuses %s", (code, message) => {
    expect(problemsOf(code).join("\n")).toMatch(message);
  });
});
