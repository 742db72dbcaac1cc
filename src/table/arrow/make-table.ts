import { arrow, type Schema, type Table, type Vector } from "../../arrow.ts";

/** The table of a schema and its columns, in the schema's order: whatever their names are, and without rows too. */
export function makeTable(schema: Schema, columns: readonly Vector[]): Table {
  if (columns.every(({ length }) => length === 0)) return new arrow.Table(schema);
  // By place: an object would put names that are numbers first.
  return new arrow.Table(
    schema,
    Object.fromEntries(columns.map((column, index) => [`column ${index}`, column])),
  );
}
