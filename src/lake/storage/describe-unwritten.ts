import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";

/** What to do about a table that is in the catalog, and of which the store has nothing. */
export function describeUnwritten(id: TableId): string {
  const name = JSON.stringify(formatTableId(id));
  return (
    "it is declared and holds no data: its createTable was stopped, or is still running; " +
    `write it with createTable and { mode: "Overwrite" }, or drop it with dropTable(${name})`
  );
}
