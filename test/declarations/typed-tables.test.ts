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
import { append, col, connect, count, describe, type Frame, lag, lit, rank, read, rowSchema, type Untyped, when } from "dlf-lance";
const lake = await connect();
const sales = read("demo.sales");
const table = lake.table("demo.sales");
declare const by: string;
declare const names: string[];
declare const either: "price" | "paid";
declare const misspelt: "price" | "pric";
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
  `table.at(3).select("order_id").join(table.read().select("order_id"), { on: "order_id", where: col("order_id").eq(1n) });`,
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
  `const schema = await rowSchema("demo.sales"); const parsed = schema.parse({}); const id: bigint | null = parsed.order_id; const city: string | null | undefined = parsed.address?.city;`,
  `const typed = sales.as((await lake.rowSchema("demo.sales")).pick({ order_id: true, customer: true })); typed.select("customer").sort("customer");`,
  `const loose = await lake.rowSchema("other.table"); loose.shape.anything;`,
  // Names that are known only when the cell runs.
  `const some: Frame<Untyped> = sales.select(...names); const one: Frame<Untyped> = sales.select(by, "price", col("paid").as("x"));`,
  `sales.select(either).where(col("price").gt(3)); sales.select(either, col("paid").as("x")).select("x");`,
  `sales.exclude(by).select("any"); sales.exclude(...names); sales.exclude("price").select("paid");`,
  `sales.sort(by, "price"); sales.sort({ by, descending: true }); sales.sort(...names); sales.sort(col("price"), by);`,
  `sales.distinct(by); sales.distinct(...names); sales.dropNull(...names); sales.dropNull(by).select("paid"); sales.fillNull("", by);`,
  `sales.explode(by).select("any"); sales.unnest(by); sales.groupBy(by).agg(count()).select("any"); sales.groupBy(...names, col("paid")).agg(count());`,
  `sales.rename({ [by]: "x" }).select("any"); sales.cast({ [by]: "int64" }).select("any"); sales.where({ [by]: 3 });`,
  `sales.withColumn(by, lit(3)).select("any"); sales.withColumns({ [by]: lit(3) }).select("any");`,
  `sales.where(col(by).gt(3)); sales.select(col(by).add(1)).select("any"); sales.agg(col(by).sum()); sales.groupBy("paid").agg(col(by).upper());`,
  `sales.plot({ x: by }); sales.plot({ x: by, y: "price", color: by }); sales.plot({ mark: "bar", encoding: {} });`,
  `sales.join(read("demo.documents"), { on: by }).select("any"); sales.join(read("demo.documents"), { on: names });`,
  `sales.pivot({ keys: [by], on: by, values: ["a"], aggregate: col("price").sum() }); sales.pivot({ keys: names, on: "paid", values: [true], aggregate: count() });`,
  `sales.unpivot({ keys: names, columns: names }).select("any"); sales.unpivot({ keys: ["paid"], columns: [by] }).select("paid", "name", "value");`,
  `sales.withColumn("x", rank().over({ partitionBy: by, orderBy: by })); sales.withColumn("x", lag(by).over({ orderBy: "price" }));`,
  `sales.withColumn("x", rank().over({ partitionBy: ["paid", col("ordered_at").year()], orderBy: [col("price").mul(2), { by: "paid", descending: true }] }));`,
  `table.merge(by, [{ order_id: 1n }]); table.merge(names, [{ order_id: 1n }]); table.update({ [by]: 3 }); table.delete(col(by).gt(3));`,
  `const cast = (await sales.cast({ price: "double", quantity: "string" }).first())!; const price: number | null = cast.price; const many: string | null = cast.quantity;`,
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
  [`sales.join(read("demo.documents"), { on: "order_id" });`, /order_id/],
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
  [`(await rowSchema("demo.sales")).shape.pric;`, /pric/],
  [`sales.select(misspelt);`, /"pric"/],
  [`sales.select("paid", "pric");`, /"pric"/],
  [`sales.sort("paid", "pric");`, /"pric"/],
  [`sales.sort(col("price"), { by: "pric" });`, /"pric"/],
  [`sales.sort({ by: "price", descendng: true });`, /by, descending and nullsFirst/],
  [`sales.where({ paid: true, pric: 3 });`, /pric/],
  [`sales.fillNull("", "pric");`, /"pric"/],
  [`sales.explode("pric");`, /"pric"/],
  [`sales.unnest("pric");`, /"pric"/],
  [`sales.cast({ pric: "int64" });`, /pric/],
  [`sales.plot({ x: "pric" });`, /pric/],
  [`sales.pivot({ keys: ["pric"], on: "paid", values: ["a"], aggregate: col("price").sum() });`, /"pric"/],
  [`sales.pivot({ keys: ["price"], on: "pric", values: ["a"], aggregate: col("price").sum() });`, /"pric"/],
  [`sales.unpivot({ keys: ["pric"], columns: ["price"] });`, /"pric"/],
  [`sales.unpivot({ keys: ["price"], columns: ["pric"] });`, /"pric"/],
  [`sales.withColumn("x", rank().over({ partitionBy: "pric" }));`, /pric/],
  [`sales.withColumn("x", rank().over({ orderBy: { by: "pric" } }));`, /pric/],
  [`sales.withColumn("x", rank().over({ orderBy: "price", partitonBy: 3 }));`, /partitonBy/],
  [`sales.join(sales.select("order_id"), { on: "price" });`, /price/],
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
