import { exactMeanFunction } from "../../functions/aggregate-functions.ts";
import { exactMean } from "../../functions/exact-mean.ts";
import { defineFunction } from "./define-function.ts";
import type { Connection, DuckDb } from "./duckdb.ts";
import { getBit } from "./vectors/bits.ts";

/** Adds the mean of an exact sum: `(sum HUGEINT or DECIMAL(38, s), count BIGINT) → DOUBLE`, null for a null sum. */
export function registerExactMean(duckdb: DuckDb, connection: Connection): void {
  const { ANY, BIGINT, DOUBLE } = duckdb.Type;
  defineFunction(duckdb, connection, {
    name: exactMeanFunction,
    parameters: [ANY, BIGINT],
    result: DOUBLE,
    compute(rows, read) {
      const sums = read(0, 16);
      const counts = read(1, 8);
      const scale =
        duckdb.get_type_id(sums.type) === duckdb.Type.DECIMAL ? duckdb.decimal_scale(sums.type) : 0;
      const [sum, count] = [sums, counts].map(
        ({ bytes }) => new DataView(bytes.buffer, bytes.byteOffset),
      ) as [DataView, DataView];
      const means = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        if (sums.validity !== undefined && !getBit(sums.validity, row)) continue;
        const unscaled = (sum.getBigInt64(row * 16 + 8, true) << 64n) | sum.getBigUint64(row * 16, true);
        means[row] = exactMean(unscaled, scale, count.getBigInt64(row * 8, true));
      }
      return means;
    },
  });
}
