/** Types of columns on their way through SQL. */
import { expect, test } from "vitest";
import { arrow, type DataType } from "../../../../src/arrow.ts";
import { typeName } from "../../../../src/display/arrow/type-name.ts";
import { fromRows } from "../../../../src/index.ts";
import { refusal } from "../../../refusal.ts";

test("columns that a statement hands on keep types that DuckDB has not, and what it computes has DuckDB's", async () => {
  const column = (type: DataType, values: BigInt64Array | Int32Array) =>
    new arrow.Vector([new arrow.Data(type, 0, 2, 0, [undefined, values] as never) as never]);
  const ticks = BigInt64Array.of(1001n, 86_400_000_002_001n);
  const frame = fromRows(
    new arrow.Table({
      id: arrow.vectorFromArray([1n, 2n], new arrow.Int64()),
      ns: column(new arrow.Timestamp(3, "UTC"), ticks),
      ms: column(new arrow.Timestamp(1, "Asia/Shanghai"), BigInt64Array.of(1000n, 2001n)),
      s: column(new arrow.Timestamp(0, "UTC"), BigInt64Array.of(1n, 2n)),
      lasts: column(new arrow.Duration(2), ticks),
      long: column(new arrow.Duration(3), ticks),
      short: column(new arrow.Duration(0), BigInt64Array.of(1n, 2n)),
      clock: column(new arrow.Time(0, 32), Int32Array.of(1, 2)),
    }),
  );
  const typesOf = async (sql: string) =>
    (await frame.sql(sql).schema()).fields.map(({ name, type }) => `${name} ${typeName(type)}`);
  const all = (await frame.schema()).fields.map(({ name, type }) => `${name} ${typeName(type)}`);
  for (const sql of [
    "SELECT * FROM frame",
    "SELECT * FROM frame WHERE ns > '1970-01-01' AND hour(ms) >= 0 ORDER BY ms DESC, ns",
    "WITH other AS (SELECT * FROM frame) SELECT b.* FROM frame a JOIN other b USING (id)",
    "SELECT max(id) AS id, max(ns) AS ns, min(ms) AS ms, any_value(s) AS s, first(lasts) AS lasts, " +
      "arg_max(long, id) AS long, coalesce(max(short), NULL) AS short, last(clock) AS clock FROM frame",
  ]) {
    expect(await typesOf(sql)).toEqual(all);
    expect((await frame.sql(sql).toObjects()).length).toBeGreaterThan(0);
  }
  const rows = await frame.toObjects();
  expect(await frame.sql("SELECT * FROM frame ORDER BY id").toObjects()).toEqual(rows);
  expect(
    await typesOf(
      "SELECT [ns] AS list, {x: ms} AS struct, lasts AS e, year(ns) AS y, lasts * 2 AS twice, date_trunc('day', ms) AS day, " +
        "median(ms) OVER () AS mid, ns::TIMESTAMPTZ AS us, lasts::INTERVAL AS i FROM frame",
    ),
  ).toEqual([
    "list list<timestamp[ns, UTC]>",
    "struct struct<x: timestamp[ms, Asia/Shanghai]>",
    "e duration[us]",
    "y int64",
    "twice struct<months: int32, days: int32, microseconds: int64>",
    "day timestamp[us, UTC]",
    "mid timestamp[us, UTC]",
    "us timestamp[us, UTC]",
    "i struct<months: int32, days: int32, microseconds: int64>",
  ]);
  const mixed = (sql: string) => refusal(() => frame.sql(`SELECT ${sql} AS x FROM frame`).toObjects());
  expect(await mixed("CASE WHEN id = 1 THEN lasts ELSE INTERVAL 1 MONTH END")).toBe(
    'InvalidInput: Cannot compute column "x": an interval with months is not a duration; cast it in the statement, as in x::INTERVAL',
  );
  expect(await mixed("CASE WHEN id = 1 THEN ms ELSE TIMESTAMPTZ '2020-01-01 00:00:00.000001' END")).toContain(
    "a value is finer than timestamp[ms, Asia/Shanghai]; cast it in the statement, as in x::TIMESTAMPTZ",
  );
});
