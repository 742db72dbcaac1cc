/** What TypeScript says about frames in cells: with the compiler of editors and with plain tslab's. */
import { describe, expect, test } from "vitest";
import { compile, compilers } from "../declarations/compile.ts";

const prelude = `
import { col, count, desc, type Expression, fromRows, type Frame, lag, lit, rank, read, udf, when } from "dlf-lance";
import { z } from "zod";
declare function expectType<T>(value: T): void;
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;
const orders = read("default.orders");
const typed = read("default.orders").as(z.object({
  id: z.bigint(), name: z.string().nullable(), price: z.number(), paid: z.boolean(), at: z.date(), tags: z.array(z.string()),
}));
const users = read("default.users").as(z.object({ id: z.bigint(), name: z.string(), age: z.number() }));
`;

const good: readonly string[] = [
  `orders.where(col("anything").gt(1)).select("a", col("b").add(1).as("c")).where(col("c").lt(3));`,
  `const rows: { a: unknown; c: number | bigint | string | null }[] = await orders.select("a", col("b").add(1).as("c")).toObjects();`,
  `const names = ["a", "b"]; orders.select(...names).where(col("a").eq(1));`,
  `orders.where("a > 1 AND b").where({ a: 1, b: null }).limit(5, { offset: 2 });`,
  `typed.where(col("price").mul(2).gt(col("id")).and(col("paid")));`,
  `typed.where(col("name").upper().startsWith("A").or(col("at").year().eq(2024n)));`,
  `typed.where(col("name").isNull()).where({ name: null, paid: true });`,
  `const rows: { id: bigint; double: number | bigint | null }[] = await typed.select("id", col("price").mul(2).as("double")).toObjects();`,
  `const rows: { id: bigint; label: string | null }[] = await typed.select("id", col("name").as("label")).toObjects();`,
  `const row: { id: bigint; name: string | null } | undefined = await typed.exclude("price", "paid", "at", "tags").first();`,
  `typed.withColumn("year", col("at").year()).where(col("year").gt(2000n)).select("year", "id");`,
  `typed.withColumns({ half: col("price").div(2), big: when(col("price").gt(10), "yes").otherwise("no") }).sort("big", { by: "half", descending: true });`,
  `typed.withColumn("o", col("at").sub(col("at"))).select(col("o").totalDays().as("days")).where(col("days").gt(1));`,
  `typed.rename({ id: "key" }).select("key", "price");`,
  `typed.groupBy("paid", col("at").year().as("year")).agg(count(), col("price").sum().as("total")).where(col("total").gt(1)).sort("year");`,
  `const rows: { paid: boolean; count: bigint }[] = await typed.groupBy("paid").agg(count()).toObjects();`,
  `typed.agg(col("price").mean().as("mean"), col("id").max().as("last")).select("mean");`,
  `typed.join(users, { on: "id" }).select("id", "age", "name_right");`,
  `const rows: { id: bigint; age: number | null }[] = await typed.join(users, { on: "id", how: "left" }).select("id", "age").toObjects();`,
  `typed.join(users, { on: { left: col("price"), right: col("age") }, suffix: "_user" }).select("id_user");`,
  `typed.join(users, { on: ["id", "name"], how: "semi" }).select("price");`,
  `typed.withColumn("before", lag("price").over({ partitionBy: "paid", orderBy: "at" })).select("before");`,
  `typed.withColumn("place", rank().over({ orderBy: { by: "price", descending: true } })).where(col("place").lte(3n));`,
  `typed.withColumn("share", col("price").sum().over({ partitionBy: "paid" })).select("share");`,
  `const tags: { tags: string | null }[] = await typed.select("tags").explode("tags").toObjects();`,
  `typed.unpivot({ keys: ["id"], columns: ["price"], valueColumn: "amount" }).select("id", "name", "amount");`,
  `typed.pivot({ keys: ["paid"], on: "name", values: ["a", "b"], aggregate: col("price").sum() }).select("a");`,
  `typed.sql\`SELECT * FROM frame WHERE price > \${10} AND id IN (SELECT id FROM \${users})\`.limit(3);`,
  `const conditions: Expression[] = [col("a").gt(1), col("b").isNull()]; const all = conditions.reduce((sum, one) => sum.and(one)); orders.where(all);`,
  `typed.concat(typed.where(col("paid"))).distinct("id").sample({ fraction: 0.1, seed: 3 }).dropNull("name").fillNull("-", "name").tail(3);`,
  `const rows: { id: number | bigint; name: string | null; age: number | null }[] = await users.concat(fromRows([{ age: 1, id: 2, name: "a" }])).select("id", "name").withColumn("age", lit(1).cast("float64")).toObjects();`,
  `const both = users.concat(read("default.more").as(z.object({ id: z.bigint().nullable(), age: z.number(), name: z.string() }))); const ids: (bigint | null)[] = (await both.toObjects()).map((row) => row.id);`,
  `users.intersect(fromRows([{ id: 1, name: "a", age: 2.5 }])).except(users).concat(orders); orders.concat(users).select("x");`,
  `fromRows([{ a: 1 }]).cast({ a: "string" }).at(3).nearest([1, 2], { k: 3, column: "v" });`,
  `function narrow<C>(frame: Frame<C>): Frame<C> { return frame.limit(3); } narrow(typed).select("id"); narrow(orders).select("x");`,
  `function join<C>(a: Frame<C>, b: Frame<C>): Frame<C> { a.intersect(b).except(b); return a.concat(b).concat(b, { how: "diagonal" }).where("true") as Frame<C>; } join(typed, typed).select("id"); join(orders, orders).select("x");`,
  `const at: number = 3; const name = \`x\${at}\` as const; orders.groupBy(name).agg(count()); typed.groupBy(\`x\${at}\`).agg(count()).select("any"); typed.select(name).select("any"); typed.sort(name); typed.exclude(name); typed.withColumn(name, 1).select("any"); typed.dropNull(name).select("id");`,
  `const rows: { id: bigint; price: number }[] = await typed.select(["id", "price"]).toObjects();`,
  `const rows: { id: bigint; twice: number | bigint | null }[] = await typed.select(["id", col("price").mul(2).as("twice")]).toObjects();`,
  `const names: string[] = ["a"]; typed.select(names).select("anything"); typed.exclude(names); typed.sort(names);`,
  `const row: { id: bigint; name: string | null } | undefined = await typed.exclude(["price", "paid", "at", "tags"]).first();`,
  `const rows: { paid: boolean; name: string | null; count: bigint }[] = await typed.groupBy(["paid", "name"]).agg(count()).toObjects();`,
  `const rows: { name: string }[] = await typed.dropNull(["name", "id"]).select("name").toObjects();`,
  `typed.sort(["paid", { by: "price", descending: true }]).distinct(["id"]).fillNull(0, ["price"]).sort([desc("price")], "id");`,
  `typed.select(col("name").mapElements((name: string) => name.length, { type: "int64" })).select("name");`,
  `typed.where(col("price").mapElements((price) => price > 3, { type: "bool" }));`,
  `orders.select(col("a").mapElements((a) => a.trim(), { type: "string" }).upper());`,
  `const rows: { label: string | null }[] = await typed.select(udf((id: bigint, name: string) => name + id, { type: "string" })("id", "name").as("label")).toObjects();`,
  `udf(async (text: string) => text.split(" "), { type: "list<string>" })(col("anything"));`,
  `const people = fromRows([{ name: "Ana", age: 31 }, { name: "Bo", age: 1.5, at: new Date() }]); people.where(col("age").gt(3)).select("at", "name");`,
  `const rows: { a: number | bigint; b: string | null }[] = await fromRows({ a: [1, 2], b: ["x", null] }).toObjects();`,
  `interface Person { name: string; born?: Date } const people: Person[] = []; fromRows(people).where(col("born").isNull()).select("name");`,
  `const any: any = []; fromRows(any).select("anything"); fromRows([] as Record<string, unknown>[]).select("anything"); fromRows([]).select("anything");`,
  `fromRows([{ age: 1.5, tags: ["a"] }]).select(col("age").mapElements((age: number) => age * 2, { type: "float64" }), "tags").explode("tags");`,
  `const conditions: Expression[] = [col("price").gt(1)]; typed.where(...(conditions as [Expression])).select("price");`,
  `typed.groupBy("paid").agg(col("price").sum().div(count()).as("mean"), lit(1).as("one")).select("mean", "one");`,
  `const rows: { paid: boolean; count: bigint }[] = await typed.groupBy("paid").agg([count()]).toObjects();`,
  `const name: string = "pri" + "ce"; typed.groupBy("paid").agg(col(name).sum());`,
  `typed.groupBy("paid").agg(count().filter(col("price").gt(1)).as("dear"), col("id").max().filter(col("paid"))).sort("dear");`,
  `orders.agg([count().filter(col("price").gt(1)), count().filter(col("x").isNull()).as("z")]);`,
  `col("a").cast("decimal(10, 2)").cast("timestamp[us, Europe/Berlin]").cast("list<int64>"); const type: string = "int64"; col("a").cast(type);`,
  `lit("2024-05-01").year(); lit(null).upper(); col("a").max().dateTrunc("day"); when(col("a").gt(1), 1).otherwise(null).round(2);`,
  `const same: Same<Awaited<ReturnType<typeof typed.toObjects>>[number]["at"], Date> = true;`,
];

/** Each with a part of what is said. */
const bad: readonly (readonly [string, RegExp])[] = [
  [`typed.select("prize");`, /"prize"/],
  [`typed.where(col("prize").gt(1));`, /prize/],
  [`typed.exclude("prize");`, /"prize"/],
  [`typed.sort("prize");`, /prize/],
  [`typed.select(["id", "prize"]);`, /prize/],
  [`typed.select("id", ["prize"]);`, /prize/],
  [`typed.exclude(["prize"]);`, /prize/],
  [`typed.sort(["prize"]);`, /prize/],
  [`typed.sort([{ by: "prize" }]);`, /prize/],
  [`typed.dropNull(["prize"]);`, /prize/],
  [`typed.groupBy(["prize"]).agg(count());`, /prize/],
  [`typed.select(["id"]).select("price");`, /price/],
  [`typed.rename({ prize: "x" });`, /prize/],
  [`typed.withColumn("x", col("prize").add(1));`, /prize/],
  [`typed.groupBy("prize").agg(count());`, /prize/],
  [`typed.groupBy("paid").agg(col("prize").sum());`, /prize/],
  [`typed.groupBy("paid").agg(count().filter(col("prize").gt(1)));`, /prize/],
  [`typed.join(users, { on: "price" });`, /price/],
  [`typed.join(users, { on: "id", how: "sideways" });`, /sideways/],
  [`orders.select("a", "b").select("c");`, /"c"/],
  [`orders.select("a").where(col("b").gt(1));`, /"?b"?/],
  [`typed.groupBy("paid").agg(count()).select("price");`, /"price"/],
  [`typed.exclude("price").where(col("price").gt(1));`, /price/],
  [`typed.rename({ id: "key" }).select("id");`, /"id"/],
  [`typed.withColumn("x", col("paid").add("a" as never as boolean));`, /boolean/],
  [`lit(true).add("x");`, /string|boolean/],
  [`col("a").gt(1).add(1);`, /number|1/],
  [`typed.where(col("name").add(1).gt(2));`, /string/],
  [`typed.where(col("price").upper().eq("A"));`, /number/],
  [`typed.where(col("name").year().eq(1n).and(col("price").year().eq(1n)));`, /number/],
  [`typed.where(col("paid").eq("yes"));`, /boolean/],
  [`typed.where(col("price").eq("yes"));`, /number/],
  [`typed.where(col("at").gt(true));`, /Date/],
  [`typed.where(col("price").isIn(["a"]));`, /number/],
  [`typed.where({ prize: 1 });`, /prize/],
  [`typed.where(col("price").like("a%"));`, /number/],
  [`count().upper();`, /bigint/],
  [`lit(3).year();`, /'this'/],
  [`typed.where(col("price").gt(1).sqrt());`, /Truth/],
  [`typed.select(col("price").quantile(0.5).lower());`, /number/],
  [`count().eq("a");`, /"a"/],
  [`typed.agg(col("price"));`, /NotAnAggregate/],
  [`typed.groupBy("paid").agg(count(), col("price").mul(2));`, /NotAnAggregate/],
  [`typed.agg([col("price").sum(), col("price")]);`, /NotAnAggregate/],
  [`typed.agg({ x: col("price") });`, /NamedLike/],
  [`users.concat(typed);`, /DifferentColumns/],
  [`users.concat(fromRows([{ id: 1, name: "a", age: "b" }]));`, /DifferentColumns/],
  [`users.intersect(users.exclude("age"));`, /DifferentColumns/],
  [`typed.groupBy("paid").agg(rank().over({ orderBy: "price" }));`, /NotAnAggregate/],
  [`col("a").cast("flot64");`, /NotAType/],
  [`typed.cast({ price: "flot64" });`, /NotAType/],
  [`col("a").mapElements((a) => a, { type: "in64" });`, /NotAType/],
  [`typed.join(users, { on: "id", hwo: "left" });`, /NotAnOption/],
  [
    `typed.pivot({ keys: ["paid"], on: "name", values: ["a"], aggregate: col("price").sum(), value: 3 });`,
    /NotAnOption/,
  ],
  [`typed["price"];`, /price/],
  [`fromRows([{ name: "Ana", age: 31 }]).select("agee");`, /agee/],
  [`fromRows([{ name: "Ana", age: 31 }]).where(col("age").gt("3"));`, /number/],
  [`fromRows({ a: [1, 2] }).sort("b");`, /"b"/],
  [`typed.limit("3");`, /string/],
  [`typed.where(3);`, /number|3/],
  [`const rows: { id: number }[] = await typed.select("id").toObjects();`, /bigint/],
  [`typed.select(col("price").mapElements((price: string) => price, { type: "string" }));`, /string/],
  [`typed.select(col("price").mapElements((price: number) => price, { type: "string" }));`, /number/],
  [`typed.select(udf((name: string) => name, { type: "string" })("prize"));`, /prize/],
  [`typed.select(udf((name: string) => name, { type: "string" })("price"));`, /string/],
  [`typed.select(col("name").mapElements((name: string) => name));`, /2 arguments|Expected/],
  [`typed.withColumn("x", col("price").sum().over({ partitionBy: "paid", rows: "all" }));`, /string|rows/],
];

const cells = [...good, ...bad.map(([code]) => code)];
const fileOf = (code: string) => `cell-${cells.indexOf(code)}.ts`;

describe.each(compilers)("%s", (library) => {
  const sources = cells.map((code) => [fileOf(code), `${prelude}${code}\nexport {};\n`] as const);
  const problems = compile(library, Object.fromEntries(sources));
  const errorsOf = (code: string): readonly string[] => problems.get(fileOf(code)) ?? ["no such cell"];

  test.each(good)("takes %s", (code) => {
    expect(errorsOf(code)).toEqual([]);
  });

  test.each(bad)("refuses %s", (code, message) => {
    const errors = errorsOf(code);
    expect(errors).not.toEqual([]);
    expect(errors.join("\n")).toMatch(message);
  });
});
