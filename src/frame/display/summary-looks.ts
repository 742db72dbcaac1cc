/** How a summary is shown: floats with the digits that suit both ends of their column, the exact ones in the cell's title. */
import type { Table } from "../../arrow.ts";
import { isFloatName } from "../../display/arrow/type-name.ts";
import type { DataTableOptions } from "../../display/table/data-table.ts";
import { chooseFloatFormat } from "../../display/text/float-format.ts";
import { showText } from "../../display/text/visible-text.ts";

const ends = ["min", "max"];
/** A struct of many fields would push the values out of sight. */
const longestType = 30;

export function summaryLooks(table: Table): DataTableOptions {
  const [types, ...values] = ["type", ...ends].map((name) => table.getChild(name));
  const [typePlace, ...places] = ["type", ...ends].map((name) =>
    table.schema.fields.findIndex((field) => field.name === name),
  );
  return {
    isMixed: true,
    keepsColumns: true,
    change(cell, row, column) {
      if (cell.kind === "string" && column === typePlace && cell.text.length > longestType)
        return { kind: "scalar", align: "right", text: showText(cell.text, longestType), exact: cell.text };
      if (cell.kind !== "string" || !places.includes(column) || !isFloatName(String(types?.get(row))))
        return cell;
      const numbers = values.map((value) => Number(value?.get(row)));
      return { kind: "scalar", align: "right", text: showEnd(Number(cell.text), numbers), exact: cell.text };
    },
  };
}

/** One of the ends in their common form; but not 0.999 as 9.99e-1, because the other one is tiny. */
function showEnd(end: number, ends: readonly number[]): string {
  const common = chooseFloatFormat(ends)(end);
  const alone = chooseFloatFormat([end])(end);
  return common.includes("e") && !alone.includes("e") ? alone : common;
}
