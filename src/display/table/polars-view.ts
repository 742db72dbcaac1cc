/**
 * Data frames of nodejs-polars. They answer `Symbol.for("Jupyter.display")` themselves, but without a text, and with
 * nested values as `[object Object]`; so they are shown like every other table.
 */
import { loadFlechette } from "../../flechette.ts";
import { remember } from "../grid/grid.ts";
import { type FlechetteTable, viewFlechette } from "./flechette-view.ts";
import type { TableView } from "./table-view.ts";

export interface PolarsFrame {
  readonly height: number;
  readonly columns: readonly string[];
  slice(offset: number, length: number): PolarsFrame;
  /** An Arrow file. */
  writeIPC(): Uint8Array;
}

export function isPolarsFrame(value: unknown): value is PolarsFrame {
  if (Object.prototype.toString.call(value) !== "[object DataFrame]") return false;
  const frame = value as Partial<PolarsFrame>;
  return (
    typeof frame.height === "number" &&
    typeof frame.slice === "function" &&
    typeof frame.writeIPC === "function"
  );
}

/** Rows are taken out of the frame together, because each time has its price. */
const partRows = 20;

export function viewPolars(frame: PolarsFrame): TableView {
  const { tableFromIPC } = loadFlechette();
  const part = remember((number: number) => {
    const rows = frame.slice(number * partRows, partRows).writeIPC();
    return viewFlechette(tableFromIPC(rows) as unknown as FlechetteTable);
  });
  return {
    rowCount: frame.height,
    names: part(0).names,
    column: (column) => part(0).column(column),
    cell: (row, column) => part(Math.floor(row / partRows)).cell(row % partRows, column),
  };
}
