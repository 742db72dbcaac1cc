/** What frames answer is what Daft answers, on tables that PyLance wrote. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { col, count, type EngineName, type Frame, type RowObject } from "../../src/index.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { runPython } from "./run-python.ts";

const rows = 30_000;

let folder: LanceFolder;
let answers: Readonly<Record<string, readonly RowObject[]>>;
let orders: Frame;
let shops: Frame;

beforeAll(async () => {
  folder = await openLanceFolder();
  const places = [folder.locate("orders"), folder.locate("shops")];
  answers = JSON.parse(await runPython({}, "daft_answers.py", ...places, String(rows)));
  await folder.open("orders");
  await folder.open("shops");
  orders = folder.read("orders");
  shops = folder.read("shops");
}, 120_000);
afterAll(() => folder.remove());

type Query = () => Pick<Frame, "toObjects">;

const price = col("price");
const onShop = { on: { left: col("shop"), right: col("key") } } as const;

const queries: Readonly<Record<string, Query>> = {
  filter: () =>
    orders
      .where(price.gt(500).and(col("city").eq("it's")).and(col("shop").lt(450)))
      .select("id", price.mul(2).add(1).as("twice"), "time"),
  nulls: () => orders.where(col("city").isNull().and(price.isNotNull())).select("id", "shop", "big"),
  groups: () =>
    orders
      .groupBy("city")
      .agg(
        price.count().as("count"),
        price.sum().as("sum"),
        price.mean().as("mean"),
        price.stddev().as("deviation"),
        col("big").min().as("least"),
        col("big").max().as("greatest"),
      ),
  "many groups": () => orders.groupBy("shop").agg(price.sum().as("sum"), count().as("rows")),
  top: () => orders.sort({ by: "price", descending: true }, "id").limit(40).select("id", "price"),
  join: () =>
    orders.join(shops, onShop).groupBy("label").agg(price.sum().as("sum"), count().as("rows")).sort("label"),
  "left join": () =>
    orders
      .where(col("id").lt(300))
      .join(shops, { ...onShop, how: "left" })
      .select("id", "label")
      .sort("id"),
  distinct: () => orders.select("city", "shop").distinct().sort("city", "shop"),
  "distinct count": () =>
    orders.agg(col("big").countDistinct().as("big"), col("city").countDistinct().as("city")),
};

test("Daft was asked the same queries", () => {
  expect(Object.keys(answers)).toEqual(Object.keys(queries));
  for (const answer of Object.values(answers)) expect(answer.length).toBeGreaterThan(0);
});

const engines: readonly (EngineName | undefined)[] = [undefined, "duckdb"];
/** What the engine for group-bys does by itself; it promises no order. */
const grouped = ["groups", "many groups", "distinct count"];

test.each(
  Object.entries(queries).flatMap(([name, query]) =>
    [...engines, ...(grouped.includes(name) ? (["aggregate"] as const) : [])].map((engine) => ({
      name,
      query,
      engine,
    })),
  ),
)("$name, by engine $engine", async ({ name, query, engine }) => {
  const found = await query().toObjects(engine === undefined ? {} : { engine });
  const ordered = (all: readonly RowObject[] = []) =>
    grouped.includes(name) ? all.toSorted((a, b) => keyOf(a).localeCompare(keyOf(b))) : all;
  expect(ordered(found.map(likeDaft))).toEqual(ordered(answers[name]?.map(rounded)));
});

function keyOf({ city, shop }: RowObject): string {
  return JSON.stringify([city, shop]);
}

/** As the script prints them. */
function likeDaft(row: RowObject): RowObject {
  const values = Object.entries(row).map(([name, value]) => {
    if (typeof value === "bigint" || name === "shop") return [name, value === null ? null : String(value)];
    if (name === "time" && typeof value === "string") return [name, value.replace("T", " ")];
    return [name, value];
  });
  return rounded(Object.fromEntries(values));
}

/** Means and deviations may differ in their last bits. */
function rounded(row: RowObject): RowObject {
  const values = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === "number" ? Number(value.toPrecision(12)) : value,
  ]);
  return Object.fromEntries(values);
}
