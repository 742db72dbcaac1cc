import { expect, test } from "vitest";
import { coalesce, col, fromRows, toStruct, when } from "../../../src/index.ts";
import { refusal } from "../../refusal.ts";

test("a vector of zeros, and one with NaN, has no direction", async () => {
  const rows = [{ v: [0, 0] }, { v: [Number.NaN, 1] }, { v: [2, 0] }];
  const frame = fromRows(rows).select(
    col("v").cosineSimilarity([1, 0]).as("similarity"),
    col("v").cosineDistance([1, 0]).as("distance"),
  );
  expect(await frame.toObjects()).toEqual([
    { similarity: Number.NaN, distance: Number.NaN },
    { similarity: Number.NaN, distance: Number.NaN },
    { similarity: 1, distance: 0 },
  ]);
});

test("vectors are chosen among, as any other values", async () => {
  const [a, b] = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
  const frame = fromRows([
    { n: 1, a, b },
    { n: 2, a: null, b },
    { n: 3, a: b, b },
  ]);
  const struct = (name: "a" | "b") => toStruct({ v: col(name) });
  const chosen = frame.select(
    coalesce(col("a"), col("b")).as("coalesce"),
    when(col("n").gt(1), col("a")).otherwise(col("b")).as("when"),
    when(col("n").gt(1), col("a")).as("alone"),
    col("a").nullIf(col("b")).as("nullIf"),
    when(col("n").gt(2), struct("a")).otherwise(struct("b")).as("struct"),
  );
  const rows = JSON.parse(JSON.stringify(await chosen.toObjects()));
  expect(rows).toEqual([
    { coalesce: [1, 2], when: [3, 4], alone: null, nullIf: [1, 2], struct: { v: [3, 4] } },
    { coalesce: [3, 4], when: null, alone: null, nullIf: null, struct: { v: [3, 4] } },
    { coalesce: [3, 4], when: [3, 4], alone: [3, 4], nullIf: null, struct: { v: [3, 4] } },
  ]);
  const others = frame.select("n", col("b").as("nearest"));
  const nearest = frame.joinAsof(others, { on: "n", strategy: "nearest" });
  expect(JSON.stringify((await nearest.toObjects())[0])).toContain('"nearest":[3,4]');
  expect(await refusal(() => frame.sql`SELECT coalesce(a, b) AS c FROM frame`.collect())).toContain(
    "cast them to lists, as in coalesce(a::FLOAT[], b::FLOAT[])",
  );
});
