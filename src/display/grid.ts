/** What the HTML and the text of a table are drawn from. */
import type { BarScale } from "./bars.ts";
import type { Cell } from "./cell.ts";
import { type Excerpt, shownOf, shrinkExcerpt } from "./excerpt.ts";

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

/** Calls `read` once for each combination of numbers, however often it is asked for. */
export function remember<Numbers extends readonly number[], Value>(
  read: (...numbers: Numbers) => Value,
): (...numbers: Numbers) => Value {
  const known = new Map<string, Value>();
  return (...numbers) => {
    const key = numbers.join(" ");
    const value = known.get(key) ?? read(...numbers);
    known.set(key, value);
    return value;
  };
}

export function isEmptyGrid(grid: Grid): boolean {
  return shownOf(grid.columns).length === 0;
}
