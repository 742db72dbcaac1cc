/** Tables made by chance, under the names that go wrong most easily. */
import fc from "fast-check";
import type { DataType, Table } from "../../src/arrow.ts";
import { type Draw, type DrawnColumn, drawFrom } from "./draw-frame.ts";
import { buildTable, type ColumnSample } from "./sample-table.ts";

/** Whatever Lance lets a column be called; a dot, a backtick and its own names it does not. */
export const columnName = fc
  .oneof(
    fc.constantFrom(
      "a",
      "A",
      "a b",
      "it's",
      'say "x"',
      "a--",
      "a;b",
      "select",
      "é",
      "日本",
      "😀",
      "%",
      "__proto__",
      "a\\",
      "1",
      "\n",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 6 }),
  )
  .filter(
    (name) => name.isWellFormed() && !/[.`]/.test(name) && !/^_(row|distance|score|relevance)/.test(name),
  );

/** apache-arrow writes a boolean column of nulls alone so that Lance refuses it. */
function drawCells(draw: Draw, type: DataType, cell: ColumnSample["cell"], rows: number) {
  const cells = Array.from({ length: rows }, () => drawFrom(draw, cell));
  return type.toString() === "Bool" && cells.every((value) => value === null)
    ? [true, ...cells.slice(1)]
    : cells;
}

export function drawTable(draw: Draw, columns: readonly DrawnColumn[], rows: number): Table {
  return buildTable(
    columns.map(({ name, type, cell }) => ({ name, type, cells: drawCells(draw, type, cell, rows) })),
  );
}
