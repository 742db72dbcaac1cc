/** Sums and means of floats depend on the order of rows: each engine's are near the exact ones, by a bound that is stated here. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { col } from "../../../src/index.ts";
import { createRandom } from "../../../src/random.ts";
import { type LanceFolder, openLanceFolder } from "../lance-folder.ts";
import { buildTable } from "../sample-table.ts";

const rows = 60_000;
const groups = 3;
const random = createRandom(17);
/** Of very different sizes and of both signs, so that most digits cancel out. */
const floats = Array.from({ length: rows }, () => (random() - 0.5) * 10 ** Math.floor(random() * 12));
const table = buildTable([
  { name: "key", type: new arrow.Int32(), cells: floats.map((_, row) => row % groups) },
  { name: "x", type: new arrow.Float64(), cells: floats },
  { name: "y", type: new arrow.Float32(), cells: floats.map(Math.fround) },
]);
let folder: LanceFolder;
let lance: Frame;
beforeAll(async () => {
  folder = await openLanceFolder(7_000);
  await folder.create("t", table);
  lance = folder.read("t");
});
afterAll(() => folder.remove());

/** In units of the least double, which every finite one is a whole number of. */
function exactly(value: number): bigint {
  const bits = new BigUint64Array(Float64Array.of(value).buffer)[0] as bigint;
  const exponent = (bits >> 52n) & 0x7ffn;
  const mantissa = (bits & 0xf_ffff_ffff_ffffn) | (exponent === 0n ? 0n : 1n << 52n);
  const size = mantissa << (exponent === 0n ? 0n : exponent - 1n);
  return bits >> 63n === 1n ? -size : size;
}

const distance = (a: bigint, b: bigint) => (a < b ? b - a : a - b);

/** Each of the additions is off by half of the last digit of a sum, which is at most the sum of the sizes. */
function expectNear(found: unknown, values: readonly number[], share: bigint): void {
  const all = values.map(exactly);
  const sum = all.reduce((one, other) => one + other, 0n);
  const sizes = all.reduce((one, other) => one + distance(other, 0n), 0n);
  expect(typeof found).toBe("number");
  const off = distance(exactly(found as number) * share, sum);
  expect(
    off <= (BigInt(values.length) * sizes) >> 53n,
    `${found} is off by ${Number(off) / Number(sizes)}`,
  ).toBe(true);
}

const aggregates = ["x", "y"].flatMap((name) => [
  col(name).sum().as(`sum_${name}`),
  col(name).mean().as(`mean_${name}`),
]);
const selected = "sum(x) AS sum_x, avg(x) AS mean_x, sum(y::DOUBLE) AS sum_y, avg(y) AS mean_y";
const held = () => Frame.of(table, "t");

const ways: Readonly<Record<string, () => Promise<readonly object[]>>> = {
  "groups as they stream": () =>
    held()
      .groupBy("key")
      .agg(...aggregates)
      .toObjects(),
  "groups of a Lance table": () =>
    lance
      .groupBy("key")
      .agg(...aggregates)
      .toObjects(),
  "groups in DuckDB": () =>
    held()
      .groupBy("key")
      .agg(...aggregates)
      .toObjects({ engine: "duckdb" }),
  "groups beyond memory": () =>
    held()
      .groupBy("key")
      .agg(...aggregates)
      .toObjects({ engine: "duckdb", memoryLimit: 2e5 }),
  windows: () =>
    held()
      .select("key", ...aggregates.map((one) => one.over({ partitionBy: ["key"] })))
      .unique({ on: "key" })
      .toObjects(),
  SQL: () => lance.sql(`SELECT key, ${selected} FROM frame GROUP BY key`).toObjects(),
};

test.each(Object.keys(ways))("%s", async (way) => {
  const found = (await ways[way]?.()) as readonly Readonly<Record<string, unknown>>[];
  expect(found).toHaveLength(groups);
  for (const { key, sum_x, mean_x, sum_y, mean_y } of found) {
    const values = floats.filter((_, row) => row % groups === key);
    const count = BigInt(values.length);
    expectNear(sum_x, values, 1n);
    expectNear(mean_x, values, count);
    expectNear(sum_y, values.map(Math.fround), 1n);
    expectNear(mean_y, values.map(Math.fround), count);
  }
});
