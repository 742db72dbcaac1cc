/**
 * Changes of one table's rows in a process, one after the other: two merges at once would both insert a key that neither
 * finds, and of updates at once all but one would be computed again.
 */
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import type { LakeStorage } from "../storage/storage.ts";

/** The end of the last change that has been asked for, by table, also of other connections. */
const last = new Map<string, Promise<unknown>>();

/** Runs a change when those before it have ended, however they did. */
export async function inTurn<T>(storage: LakeStorage, id: TableId, work: () => Promise<T>): Promise<T> {
  const { uri, warehouse } = storage.catalog;
  const key = JSON.stringify([uri, warehouse, formatTableId(id)]);
  const before = last.get(key);
  const running = (async () => {
    await before?.catch(() => undefined);
    return work();
  })();
  last.set(key, running);
  try {
    return await running;
  } finally {
    if (last.get(key) === running) last.delete(key);
  }
}
