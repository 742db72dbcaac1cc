/** What the HTML and the text of a table are drawn from. */

import type { Cell } from "../cell/cell.ts";
import { type Excerpt, shownOf, shrinkExcerpt } from "../text/excerpt.ts";
import type { BarScale } from "./bars.ts";

/** The texts hold no control characters. */
export interface GridColumn {
  readonly name: string;
  /** Stands under the name. */
  readonly type?: string;
  readonly align: "left" | "right";
  /** Undefined without bars in its cells. */
  readonly bars?: BarScale | undefined;
}

export interface Grid {
  readonly rows: Excerpt;
  /** What a row is, for the count of hidden ones: "row". */
  readonly rowNoun: string;
  readonly columns: Excerpt;
  /** Whether text has narrow cells before it leaves out columns. */
  readonly keepsColumns?: boolean;
  /** By column number, for the columns of the excerpt. */
  readonly column: (column: number) => GridColumn;
  /** By row and column number, for those of the excerpts. */
  readonly cell: (row: number, column: number) => Cell;
}

/** The same grid with about half of its rows or columns, whichever are more; undefined for a single cell. */
export function halveGrid(grid: Grid): Grid | undefined {
  const rowCount = shownOf(grid.rows).length;
  const columnCount = shownOf(grid.columns).length;
  if (rowCount <= 1 && columnCount <= 1) return undefined;
  if (rowCount > columnCount) return { ...grid, rows: shrinkExcerpt(grid.rows, Math.ceil(rowCount / 2)) };
  return { ...grid, columns: shrinkExcerpt(grid.columns, Math.ceil(columnCount / 2)) };
}

/** Calls `read` once for each number, however often it is asked for. */
export function remember<Value>(read: (number: number) => Value): (number: number) => Value {
  const known = new Map<number, Value>();
  return (number) => {
    const value = known.get(number) ?? read(number);
    known.set(number, value);
    return value;
  };
}

/** The same for a row and a column. */
export function rememberCells(read: Grid["cell"]): Grid["cell"] {
  const rows = remember((row) => remember((column) => read(row, column)));
  return (row, column) => rows(row)(column);
}

export function isEmptyGrid(grid: Grid): boolean {
  return shownOf(grid.columns).length === 0;
}
