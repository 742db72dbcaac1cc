import { expect, test } from "vitest";
import { Frame } from "../../../../src/frame/frame.ts";
import { col, count, type Expression } from "../../../../src/index.ts";
import { oddTable } from "../duckdb/odd-rows.ts";

const rows = Frame.of(oddTable(5), "rows");
const units = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"] as const;
const keys: readonly (readonly [string, Expression])[] = (["t0", "t1", "t2", "z"] as const).flatMap(
  (name) => [
    ...units.map((unit) => [`${unit} of ${name}`, col(name).dateTrunc(unit).as("key")] as const),
    [`date of ${name}`, col(name).toDate().as("key")] as const,
  ],
);

test.each(keys)("groups by the %s are DuckDB's", async (_, key) => {
  const grouped = rows.groupBy(key).agg(count(), col("i").mean().as("mean"));
  const read = async (engine: "aggregate" | "duckdb") =>
    (await grouped.toObjects({ engine, timestamps: "text" }))
      .map((row) => `${row.key}: ${row.count} ${row.mean}`)
      .sort();
  expect(await read("aggregate")).toEqual(await read("duckdb"));
});
