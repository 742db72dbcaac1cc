import { expect, test } from "vitest";
import { col, fromRows } from "../../../src/index.ts";

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
