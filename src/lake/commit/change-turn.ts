/**
 * Changes of one table's rows in a process, one after the other: two merges at once would both insert a key that neither
 * finds, and of updates at once all but one would be computed again.
 */
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { stopIfAborted, waitFor } from "../../interrupt.ts";
import type { LakeStorage } from "../storage/storage.ts";

type Turns = Map<string, Promise<unknown>>;

/** The end of the last change that has been asked for, by table, also of other connections. */
const changes: Turns = new Map();
/** The same of creations, for each connection: what others make at the same time is theirs, and stays. */
const creations = new WeakMap<LakeStorage, Turns>();

/** Runs a change when those before it have ended, however they did. */
export function inTurn<T>(storage: LakeStorage, id: TableId, work: () => Promise<T>): Promise<T> {
  const { uri, warehouse } = storage.catalog;
  return follow(changes, JSON.stringify([uri, warehouse, formatTableId(id)]), work);
}

/**
 * Runs the creation of a table when those before it on this connection have ended: until then the table is declared and has no
 * data, which a second one could neither keep nor replace.
 * @param signal ends the waiting alone
 */
export async function createInTurn<T>(
  storage: LakeStorage,
  id: TableId,
  { action, signal }: { readonly action: string; readonly signal: AbortSignal | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const turns = creations.get(storage) ?? new Map();
  creations.set(storage, turns);
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const running = follow(turns, formatTableId(id), () => {
    stopIfAborted(signal, action);
    begin();
    return work();
  });
  running.catch(() => begin());
  await waitFor(begun, signal, action);
  return running;
}

async function follow<T>(turns: Turns, key: string, work: () => Promise<T>): Promise<T> {
  const before = turns.get(key);
  const running = (async () => {
    await before?.catch(() => undefined);
    return work();
  })();
  turns.set(key, running);
  try {
    return await running;
  } finally {
    if (turns.get(key) === running) turns.delete(key);
  }
}
