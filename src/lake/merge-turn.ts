/** Merges of one table in a process, one after the other: two at once would both insert a key that neither finds. */
import { formatTableId, type TableId } from "../catalog/protocol/identifier.ts";
import type { LakeStorage } from "./storage.ts";

/** The end of the last merge that has been asked for, by table, also of other connections. */
const last = new Map<string, Promise<unknown>>();

/** Runs a merge when those before it have ended, however they did. */
export async function inMergeTurn<T>(storage: LakeStorage, id: TableId, work: () => Promise<T>): Promise<T> {
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
