import type * as LanceDb from "@lancedb/lancedb";

/** A call under way, as next to one that has failed, keeps the native table open; it is then freed with its handle. */
export function closeTable(table: LanceDb.Table): void {
  try {
    table.close();
  } catch (error) {
    if (!/borrow is active/.test(String(error))) throw error;
  }
}
