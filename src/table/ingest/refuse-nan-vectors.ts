import { arrow, type Table } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import type { Data } from "../arrow/column-data.ts";
import { type ColumnProblem, refuseProblems } from "./column-problem.ts";

/**
 * Refuses vectors that hold NaN, which the native library appends to no table, though it makes one of them: it would say
 * so in the middle of the write, and not where they are. A merge would write them, after which an append of the same rows fails. Infinities, nulls and vectors inside of structs and
 * lists it takes.
 * @param firstRow the number of the first row, when rows came before it
 * @throws DlfLanceError TableSchemaValidationError naming every such column and its first row
 */
export function refuseNanVectors(tables: readonly Table[], action: string, firstRow = 0): void {
  const problems = new Map<string, ColumnProblem>();
  let row = firstRow;
  for (const batch of tables.flatMap((table) => table.batches)) {
    for (const [index, field] of batch.schema.fields.entries()) {
      if (problems.has(field.name)) continue;
      const place = findNanVector(batch.data.children[index] as Data);
      if (place === undefined) continue;
      problems.set(field.name, {
        column: field.name,
        row: row + place,
        have: "a vector that holds NaN",
        want: `${fieldTypeName(field)}, and Lance adds none to a table that exists`,
        fix: "write null for that item or for the whole vector",
      });
    }
    row += batch.numRows;
  }
  if (problems.size > 0) throw refuseProblems(action, [...problems.values()]);
}

/** The first row of a column of vectors that holds NaN; undefined when none does, and for other columns. */
function findNanVector(vectors: Data): number | undefined {
  const { type, children } = vectors;
  if (!arrow.DataType.isFixedSizeList(type)) return undefined;
  const items = children[0] as Data;
  const itemType = type.children[0]?.type;
  if (!arrow.DataType.isFloat(itemType)) return undefined;
  const values = items.values as ArrayLike<number>;
  const isHalf = itemType.precision === arrow.Precision.HALF;
  for (let place = 0; place < items.length; place++) {
    const value = values[place] ?? 0;
    if (isHalf ? (value & 0x7f_ff) <= 0x7c_00 : !Number.isNaN(value)) continue;
    const row = Math.floor(place / type.listSize);
    if (items.getValid(place) && vectors.getValid(row)) return row;
  }
  return undefined;
}
