/** Rows in an order. */
import type { RecordBatch } from "../../../src/arrow.ts";
import type { SortKey } from "../../../src/frame/expression/expression-node.ts";
import type { Value } from "../../../src/frame/rows/values.ts";
import { compareValues } from "./compare.ts";
import { compileExpression } from "./evaluate.ts";

/** The values of the keys at each row of a batch, one list a key. */
export function keyColumns(keys: readonly SortKey[], batch: RecordBatch): Value[][] {
  return keys.map(({ expression }) => {
    const read = compileExpression(expression, batch);
    return Array.from({ length: batch.numRows }, (_, row) => read(row));
  });
}

/** How two rows stand to each other by their keys; zero keeps them as they come. */
export function rowOrder(
  keys: readonly SortKey[],
  columns: readonly (readonly Value[])[],
): (a: number, b: number) => number {
  return (a, b) => {
    for (const [index, { descending, nullsFirst }] of keys.entries()) {
      const column = columns[index] ?? [];
      const [left, right] = [column[a] ?? null, column[b] ?? null];
      if (left === null && right === null) continue;
      if (left === null) return nullsFirst ? -1 : 1;
      if (right === null) return nullsFirst ? 1 : -1;
      const sign = compareValues(left, right);
      if (sign !== 0) return descending ? -sign : sign;
    }
    return 0;
  };
}
