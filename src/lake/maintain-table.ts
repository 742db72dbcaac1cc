/** Compaction, and the removal of old versions. */
import { types } from "node:util";
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import { DlfLanceError } from "../errors.ts";
import type { LanceTable } from "../table/lance.ts";
import { describeValue } from "../table/value-mismatch.ts";
import { type ChangeOptions, changeTable } from "./change-table.ts";
import type { EditResult } from "./edit-result.ts";
import type { LakeStorage } from "./storage.ts";

/**
 * How old versions must be, in milliseconds, to be removed without `allowRecent`: seven days. Readers and writers
 * that began before may still need them.
 */
export const safeAge = 7 * 86_400_000;

export interface CleanupOptions extends ChangeOptions {
  /**
   * Versions committed before this are removed; the newest one never is. The oldest one of these with a tag, and what
   * comes after it, stays. Seven days ago when left out.
   */
  readonly olderThan?: Date;
  /**
   * Removes versions younger than seven days too, and files that no version knows, which may be those of a write
   * that is under way: only for a table that nobody else writes.
   */
  readonly allowRecent?: boolean;
}

/** Puts small fragments together, drops deleted rows from files, and brings indices up to date. Removes no version. */
export function compactTable(storage: LakeStorage, id: TableId, options: ChangeOptions): Promise<EditResult> {
  const change = {
    doing: "compact",
    done: "compacted",
    async work(handle: LanceTable) {
      // Lance removes versions in the same call: with this time, none.
      const { fragmentsRemoved, fragmentsAdded } = await handle.edits.optimize(new Date(0), false);
      return { fragmentsRemoved, fragmentsAdded };
    },
  };
  return changeTable(storage, id, change, options);
}

/** @throws DlfLanceError InvalidInput for a time that is too young, or none */
export function cleanupTable(
  storage: LakeStorage,
  id: TableId,
  options: CleanupOptions,
): Promise<EditResult> {
  const { olderThan = new Date(Date.now() - safeAge), allowRecent = false } = options;
  const action = `clean up ${formatTableId(id)}`;
  if (!types.isDate(olderThan) || Number.isNaN(olderThan.getTime())) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: olderThan is ${describeValue(olderThan)}; pass a Date, such as new Date("2026-01-31")`,
    );
  }
  if (!allowRecent && Date.now() - olderThan.getTime() < safeAge - 60_000) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: versions younger than seven days may still be needed by readers and writers that have begun; ` +
        "choose an earlier olderThan, or say { allowRecent: true } when nobody else uses the table.",
    );
  }
  const change = {
    doing: "clean up",
    done: "cleaned up",
    async work(handle: LanceTable) {
      return handle.edits.optimize(await stopAtTag(handle, olderThan), allowRecent);
    },
  };
  return changeTable(storage, id, change, options);
}

/** The native library refuses a time behind which a tag's version lies: the oldest such version is as far as it goes. */
async function stopAtTag(handle: LanceTable, olderThan: Date): Promise<Date> {
  const tagged = new Set((await handle.versions.listTags()).values());
  if (tagged.size === 0) return olderThan;
  const newest = await handle.version();
  const held = (await handle.versions.list()).find(
    ({ version, time }) => time < olderThan && version !== newest && tagged.has(version),
  );
  return held?.time ?? olderThan;
}
