/** A table as displays read it, whichever library holds its values. */
import type { Cell } from "../cell/cell.ts";
import type { GridColumn } from "../grid/grid.ts";

export interface TableView {
  readonly rowCount: number;
  /** Of the columns, exactly; they may repeat. */
  readonly names: readonly string[];
  /** Bytes the values take in memory, where the library says so. */
  readonly byteCount?: number;
  /** Stands below the table, after its shape. */
  readonly note?: string | undefined;
  readonly column: (column: number) => GridColumn;
  /** Asked for shown cells only. */
  readonly cell: (row: number, column: number) => Cell;
}
