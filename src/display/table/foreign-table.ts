/** Tables of other libraries, recognized by their shape. */

import { valueCell } from "../cell/value-cell.ts";
import { isFlechetteTable, viewFlechette } from "./flechette-view.ts";
import { viewRowObjects } from "./row-objects-view.ts";
import type { TableView } from "./table-view.ts";
import { describeValues } from "./value-column.ts";

const typedRows = 20;

/** A table of Arquero or Flechette, or an array of plain objects; undefined for anything else. */
export function viewForeignTable(value: unknown): TableView | undefined {
  if (Array.isArray(value)) return viewRowObjects(value);
  if (isFlechetteTable(value)) return viewFlechette(value);
  return isArqueroTable(value) ? viewArquero(value) : undefined;
}

interface ArqueroTable {
  numRows(): number;
  numCols(): number;
  columnNames(): string[];
  get(name: string, row: number): unknown;
}

function isArqueroTable(value: unknown): value is ArqueroTable {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Partial<ArqueroTable>;
  return [table.numRows, table.numCols, table.columnNames, table.get].every(
    (method) => typeof method === "function",
  );
}

/** Rows as the table's filter and order leave them. */
function viewArquero(table: ArqueroTable): TableView {
  const names = table.columnNames();
  const rowCount = table.numRows();
  const read = (row: number, column: number) => table.get(names[column] ?? "", row);
  const typed = Array.from({ length: Math.min(typedRows, rowCount) }, (_, row) => row);
  return {
    rowCount,
    names,
    column: (column) =>
      describeValues(
        names[column] ?? "",
        typed.map((row) => read(row, column)),
      ),
    cell: (row, column) => valueCell(read(row, column)),
  };
}
