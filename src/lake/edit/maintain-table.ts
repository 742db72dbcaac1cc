/** Compaction, and the removal of old versions. */
import { types } from "node:util";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeValue } from "../../table/columns/value-mismatch.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import type { FileChanges } from "../../table/native/table-edits.ts";
import type { EditResult } from "../commit/edit-result.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { type ChangeOptions, changeTable } from "./change-table.ts";

/**
 * How old versions must be, in milliseconds, to be removed without `allowRecent`: seven days. Readers and writers
 * that began before may still need them.
 */
const safeAge = 7 * 86_400_000;

/** Options of `cleanup`. */
export interface CleanupOptions extends ChangeOptions {
  /**
   * Versions committed before this are removed; the newest one and those with a tag never are. Seven days ago when left
   * out. In a table with branches, what comes after the oldest of these with a tag stays too.
   */
  readonly olderThan?: Date;
  /**
   * Removes versions younger than seven days too, and files that no version knows, which may be those of a write
   * that is under way: only for a table that nobody else writes.
   */
  readonly allowRecent?: boolean;
}

/** Merges small fragments, drops deleted rows from files, and updates indices. Removes no version. */
export function compactTable(storage: LakeStorage, id: TableId, options: ChangeOptions): Promise<EditResult> {
  const change = {
    doing: "compact",
    done: "compacted",
    isRepeatable: true,
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
        "choose an earlier olderThan, or pass { allowRecent: true } when nobody else uses the table",
    );
  }
  const change = {
    doing: "clean up",
    done: "cleaned up",
    isRepeatable: true,
    async work(handle: LanceTable) {
      const { before, ...first } = await removeBetweenTags(storage, id, handle, olderThan);
      const last = await handle.edits.optimize(before, allowRecent, "clean up");
      return {
        fragmentsRemoved: first.fragmentsRemoved + last.fragmentsRemoved,
        fragmentsAdded: first.fragmentsAdded + last.fragmentsAdded,
        versionsRemoved: first.versionsRemoved + last.versionsRemoved,
        bytesRemoved: first.bytesRemoved + last.bytesRemoved,
      };
    },
  };
  return changeTable(storage, id, change, options);
}

/**
 * The native library removes nothing that is newer than the oldest version with a tag. What lies between tags goes here.
 * @returns the time up to which the library is to remove versions, and what is compacted and removed already
 */
async function removeBetweenTags(
  storage: LakeStorage,
  id: TableId,
  handle: LanceTable,
  olderThan: Date,
): Promise<FileChanges & { readonly before: Date }> {
  const { versions } = handle;
  const nothing = { fragmentsRemoved: 0, fragmentsAdded: 0, versionsRemoved: 0, bytesRemoved: 0 };
  if ((await versions.listTags()).size === 0) return { before: olderThan, ...nothing };
  // What the library's compaction is about to make old can then go as well.
  const compacted = await handle.edits.optimize(new Date(0), false, "clean up");
  const newest = await handle.version();
  const all = await versions.list();
  const [branches, tags] = await Promise.all([versions.listBranches(), versions.listTags()]);
  const tagged = new Set(tags.values());
  const oldest = all.find(
    ({ version, time }) => time < olderThan && version !== newest && tagged.has(version),
  );
  if (oldest === undefined) return { before: olderThan, ...compacted };
  // The library does not say which versions a branch stands on.
  if (branches.length > 0) return { before: oldest.time, ...compacted };
  const isRemoved = ({ version, time }: (typeof all)[number]) =>
    time < olderThan && version < newest && version > oldest.version && !tagged.has(version);
  const numbers = (some: typeof all) => some.map(({ version }) => version);
  const removed = numbers(all.filter(isRemoved));
  const kept = numbers(all.filter((one) => !isRemoved(one)));
  const { versions: versionsRemoved, bytes: bytesRemoved } = await storage.removeVersions(id, removed, kept);
  return { before: oldest.time, ...compacted, versionsRemoved, bytesRemoved };
}
