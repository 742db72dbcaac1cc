/** Means and variances of exact sums. */
import {
  exactMeanFunction,
  exactMeanOfPartsFunction,
  exactVarianceFunction,
  highPartDigits,
} from "../../functions/aggregate-functions.ts";
import { exactMean } from "../../functions/exact-mean.ts";
import { type ArgumentValues, defineFunction } from "./define-function.ts";
import type { Connection, DuckDb } from "./duckdb.ts";
import { getBit } from "./vectors/bits.ts";

/**
 * Adds the mean of an exact sum: `(sum HUGEINT or DECIMAL(38, s), count BIGINT) → DOUBLE`, that of a sum in three parts,
 * and the variance by sums of products. Each is null for a null sum.
 */
export function registerExactMeans(duckdb: DuckDb, connection: Connection): void {
  const { ANY, BIGINT, BOOLEAN, DOUBLE, HUGEINT } = duckdb.Type;
  const readScale = ({ type }: ArgumentValues) =>
    duckdb.get_type_id(type) === duckdb.Type.DECIMAL ? duckdb.decimal_scale(type) : 0;
  defineFunction(duckdb, connection, {
    name: exactMeanFunction,
    parameters: [ANY, BIGINT],
    result: DOUBLE,
    compute(rows, read) {
      const [sums, counts] = [read(0, 16), read(1, 8)];
      const [sum, count, scale] = [readWide(sums), readCounts(counts), readScale(sums)];
      return eachRow(rows, [sums], (row) => exactMean(sum(row), scale, count(row)));
    },
  });
  defineFunction(duckdb, connection, {
    name: exactMeanOfPartsFunction,
    parameters: [ANY, ANY, HUGEINT, BIGINT],
    result: DOUBLE,
    compute(rows, read) {
      const [fines, middles, highs] = [read(0, 16), read(1, 16), read(2, 16)];
      const [fine, middle, high, count] = [
        ...[fines, middles, highs].map(readWide),
        readCounts(read(3, 8)),
      ] as [ReadRow, ReadRow, ReadRow, ReadRow];
      const scale = readScale(fines);
      const ofMiddle = 10n ** BigInt(scale - readScale(middles));
      const ofHigh = 10n ** BigInt(highPartDigits + scale);
      return eachRow(rows, [fines, middles, highs], (row) =>
        exactMean(fine(row) + middle(row) * ofMiddle + high(row) * ofHigh, scale, count(row)),
      );
    },
  });
  defineFunction(duckdb, connection, {
    name: exactVarianceFunction,
    parameters: [HUGEINT, HUGEINT, HUGEINT, HUGEINT, BIGINT, BOOLEAN],
    result: DOUBLE,
    compute(rows, read) {
      const sums = [0, 1, 2, 3].map((place) => read(place, 16));
      const [high, cross, low, sum] = sums.map(readWide) as [ReadRow, ReadRow, ReadRow, ReadRow];
      const [count, isSample] = [readCounts(read(4, 8)), read(5, 1).bytes];
      return eachRow(rows, sums, (row) => {
        const values = count(row);
        const squares = (high(row) << 64n) + (cross(row) << 33n) + low(row);
        const divisor = isSample[row] === 0 ? values : values - 1n;
        // The variance of a sample of one is null, which the statement says.
        if (divisor === 0n) return Number.NaN;
        return exactMean(values * squares - sum(row) ** 2n, 0, values * divisor);
      });
    },
  });
}

type ReadRow = (row: number) => bigint;

/** Of 128 bits, in two's complement. */
function readWide({ bytes }: ArgumentValues): ReadRow {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return (row) => (view.getBigInt64(row * 16 + 8, true) << 64n) | view.getBigUint64(row * 16, true);
}

function readCounts({ bytes }: ArgumentValues): ReadRow {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  return (row) => view.getBigInt64(row * 8, true);
}

/** What is computed of the rows in which no argument is null. */
function eachRow(
  rows: number,
  values: readonly ArgumentValues[],
  compute: (row: number) => number,
): Float64Array {
  const results = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    if (values.every(({ validity }) => validity === undefined || getBit(validity, row)))
      results[row] = compute(row);
  }
  return results;
}
