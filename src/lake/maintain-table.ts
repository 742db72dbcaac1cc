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

/** @throws DlfLanceError InvalidInput for a time that is too young, and when a tag holds on to an older version */
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
      await refuseTagged(handle, olderThan, action);
      return handle.edits.optimize(olderThan, allowRecent);
    },
  };
  return changeTable(storage, id, change, options);
}

/** Lance would compact first and refuse then. */
async function refuseTagged(handle: LanceTable, olderThan: Date, action: string): Promise<void> {
  const tags = await handle.versions.listTags();
  if (tags.size === 0) return;
  const newest = await handle.version();
  const old = (await handle.versions.list()).filter(
    ({ version, time }) => time < olderThan && version !== newest,
  );
  const held = [...tags].filter(([, version]) => old.some((candidate) => candidate.version === version));
  if (held.length === 0) return;
  const names = held.map(([tag, version]) => `${tag} (version ${version})`).join(", ");
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: tags hold on to versions that old: ${names}; delete these tags, or choose an earlier olderThan.`,
  );
}
