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
        const [one, other] = texts.map((text) => [...readText(duckdb, text, row)]) as [string[], string[]];
        distances[row] = BigInt(editDistance(one, other));
      }
      return distances;
    },
  });
}

/** How many characters to insert, remove or replace: one row of the table of all beginnings at a time. */
function editDistance(one: readonly string[], other: readonly string[]): number {
  const distances = Uint32Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [place, character] of one.entries()) {
    let diagonal = place;
    distances[0] = place + 1;
    for (const [index, theirs] of other.entries()) {
      const above = distances[index + 1] as number;
      const replaced = diagonal + (character === theirs ? 0 : 1);
      distances[index + 1] = Math.min(replaced, above + 1, (distances[index] as number) + 1);
      diagonal = above;
    }
  }
  return distances[other.length] as number;
}
