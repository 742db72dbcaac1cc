import { editDistance } from "../../../nearest.ts";
import { editDistanceFunction } from "../../functions/text-functions.ts";
import { defineFunction } from "./define-function.ts";
import type { Connection, DuckDb } from "./duckdb.ts";
import { readText } from "./read-text.ts";
import { getBit } from "./vectors/bits.ts";

/** Adds the edit distance in characters, of two texts; DuckDB's own counts bytes. */
export function registerEditDistance(duckdb: DuckDb, connection: Connection): void {
  const { BIGINT, VARCHAR } = duckdb.Type;
  defineFunction(duckdb, connection, {
    name: editDistanceFunction,
    parameters: [VARCHAR, VARCHAR],
    result: BIGINT,
    compute(rows, read) {
      const texts = [read(0, 16), read(1, 16)] as const;
      const distances = new BigInt64Array(rows);
      for (let row = 0; row < rows; row++) {
        if (texts.some(({ validity }) => validity !== undefined && !getBit(validity, row))) continue;
        const [one, other] = texts.map((text) => readText(duckdb, text, row)) as [string, string];
        distances[row] = BigInt(editDistance(one, other));
      }
      return distances;
    },
  });
}
