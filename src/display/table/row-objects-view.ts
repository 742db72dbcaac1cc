/** Arrays of plain objects as tables: what `toObjects()`, `JSON.parse` and most of npm make. */
import { nullCell, undefinedCell } from "../cell/cell.ts";
import { isPlainObject, readProperty, valueCell } from "../cell/value-cell.ts";
import { formatCount } from "../text/number-text.ts";
import type { TableView } from "./table-view.ts";
import { describeValues } from "./value-column.ts";

/** Looked at to find the columns and their types; of a longer array its end too. */
const sampledRows = 1000;
const sampledEndRows = 10;
const maxTypedRows = 100;

/**
 * The array as a table, or undefined when it is not one: rows are plain objects, and on average fill at least half of the
 * columns. Of a long array the columns are those of its beginning and end.
 */
export function viewRowObjects(values: readonly unknown[]): TableView | undefined {
  const sample = [
    ...values.slice(0, sampledRows),
    ...values.slice(Math.max(sampledRows, values.length - sampledEndRows)),
  ];
  if (sample.length === 0 || !sample.every(isPlainObject)) return undefined;
  const keys = new Set<string>();
  let filled = 0;
  for (const row of sample) {
    const own = Object.keys(row);
    filled += own.length;
    for (const key of own) keys.add(key);
  }
  if (keys.size === 0 || filled * 2 < keys.size * sample.length) return undefined;
  const names = [...keys];
  const typed = sample.length <= maxTypedRows ? sample : sample.filter((_, row) => row % 10 === 0);
  return {
    rowCount: values.length,
    names,
    note:
      sample.length < values.length
        ? `columns as in the first ${formatCount(sampledRows)} rows and the last ${sampledEndRows}`
        : undefined,
    column: (column) => {
      const name = names[column] ?? "";
      return describeValues(
        name,
        typed.map((row) => readProperty(row, name)),
      );
    },
    cell: (row, column) => {
      const owner = values[row];
      if (owner === null) return nullCell;
      return isPlainObject(owner) ? valueCell(readProperty(owner, names[column] ?? "")) : undefinedCell;
    },
  };
}
