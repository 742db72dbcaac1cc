/** The versions of a table, the names given to some of them, and the way back to one. */
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { checkName, describeValue } from "../../check-options.ts";
import { countOf } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import type {
  LanceVersion,
  LanceVersions,
  TableTag,
  VersionReference,
} from "../../table/native/table-versions.ts";
import { commitOnce } from "../commit/commit-once.ts";
import type { EditResult } from "../commit/edit-result.ts";
import { type Change, type ChangeOptions, changeTable } from "../edit/change-table.ts";
import { makeRenewable } from "../storage/renewable-table.ts";
import type { LakeStorage } from "../storage/storage.ts";

/** One version of a table and the tags that name it. */
export interface TableVersion extends LanceVersion {
  readonly tags: readonly string[];
}

export function listTableVersions(storage: LakeStorage, id: TableId): Promise<TableVersion[]> {
  return storage.withTable(id, async (handle) => {
    const [versions, tags] = await Promise.all([handle.versions.list(), handle.versions.listTags()]);
    return versions.map((version) =>
      Object.freeze({
        ...version,
        tags: Object.freeze([...tags].filter(([, tagged]) => tagged === version.version).map(([tag]) => tag)),
      }),
    );
  });
}

export function listTableTags(storage: LakeStorage, id: TableId): Promise<TableTag[]> {
  return storage.withTable(id, async (handle) => sortTags(await handle.versions.listTags()));
}

/** In the order of their versions. */
export function sortTags(tags: ReadonlyMap<string, number>): TableTag[] {
  return [...tags]
    .map(([tag, version]) => Object.freeze({ tag, version }))
    .sort((a, b) => a.version - b.version || (a.tag < b.tag ? -1 : 1));
}

export async function putTableTag(
  storage: LakeStorage,
  id: TableId,
  kind: "create" | "update",
  tag: string,
  reference: VersionReference | undefined,
): Promise<TableTag> {
  const action = `${kind} tag ${describeValue(tag)} of ${formatTableId(id)}`;
  checkName(tag, "the tag", action);
  if (kind === "create") refuseTagName(action, tag);
  if (reference !== undefined) checkReference(reference, action);
  return storage.withTable(id, async (handle) => {
    if (kind === "update") await handle.versions.resolve(tag, action);
    const version =
      reference === undefined ? await handle.version() : await handle.versions.resolve(reference, action);
    await changeTags(storage, id, handle, {
      action,
      work: (versions) =>
        kind === "create" ? versions.createTag(tag, version) : versions.updateTag(tag, version),
      isMade: (tags) => tags.get(tag) === version,
    });
    return Object.freeze({ tag, version });
  });
}

/** A tag is kept in a file, `<tag>.json`, and in folders the name of a file has at most 255 bytes. */
const longestTag = 250;

/**
 * Lance takes letters of all scripts, and then finds the tags of the table no more: it asks a store for another name. Others
 * it refuses.
 */
function refuseTagName(action: string, tag: string): void {
  const problem = findTagProblem(tag);
  if (problem === undefined) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${problem}; choose a name of a to z, A to Z, 0 to 9, "-" and "_", with single dots within`,
  );
}

function findTagProblem(tag: string): string | undefined {
  const foreign = tag.match(/[^\w.-]/u)?.[0];
  if (foreign !== undefined) return `${JSON.stringify(foreign)} cannot stand in a tag`;
  if (tag.startsWith(".") || tag.endsWith(".")) return "a tag neither begins nor ends with a dot";
  if (tag.includes("..")) return "two dots cannot follow each other in a tag";
  if (tag.endsWith(".lock")) return 'a tag does not end in ".lock"';
  if (tag.length <= longestTag) return undefined;
  return `it has ${countOf(tag.length, "character")}, and a tag at most ${longestTag}`;
}

export async function deleteTableTag(storage: LakeStorage, id: TableId, tag: string): Promise<void> {
  const action = `delete tag ${describeValue(tag)} of ${formatTableId(id)}`;
  checkName(tag, "the tag", action);
  return storage.withTable(id, async (handle) => {
    await handle.versions.resolve(tag, action);
    await changeTags(storage, id, handle, {
      action,
      work: (versions) => versions.deleteTag(tag),
      isMade: (tags) => !tags.has(tag),
    });
  });
}

interface TagChange {
  readonly action: string;
  work(versions: LanceVersions): Promise<void>;
  isMade(tags: ReadonlyMap<string, number>): boolean;
}

/** A tag is a separate file, so that the tags show whether a change was made: as a version does for a commit. */
async function changeTags(
  storage: LakeStorage,
  id: TableId,
  handle: LanceTable,
  { action, work, isMade }: TagChange,
): Promise<void> {
  const table = makeRenewable(storage, id, handle);
  await commitOnce<void>(
    {
      action,
      versionBefore: 0,
      signal: undefined,
      findVersion: () => table.use(async ({ versions }) => (isMade(await versions.listTags()) ? 1 : 0)),
      recognize: async () => undefined,
      renew: table.renew,
      onCommitted: () => undefined,
    },
    () => table.use(({ versions }) => work(versions)),
  );
}

export function restoreTable(
  storage: LakeStorage,
  id: TableId,
  reference: VersionReference,
  options: ChangeOptions,
): Promise<EditResult> {
  const action = `restore ${formatTableId(id)}`;
  let wanted: number | undefined;
  const change: Change = {
    doing: "restore",
    changesFormat: true,
    done: "restored",
    changesColumns: true,
    async recognize(from, to) {
      if (wanted === undefined) return "unsure";
      for (let version = from; version <= to; version++) {
        if (await storage.holdSame(id, [wanted, version])) return { version };
      }
      return "unsure";
    },
    async work(handle) {
      const version = await handle.versions.resolve(checkReference(reference, action), action);
      wanted = version;
      // It is the newest already: there is nothing to go back to.
      if (version === (await handle.version())) return { version };
      const restored = await handle.snapshot();
      try {
        await restored.versions.checkout(version, action);
        await restored.versions.restore();
      } finally {
        restored.close();
      }
      return {};
    },
  };
  return changeTable(storage, id, change, options);
}

/** @throws DlfLanceError InvalidInput */
export function checkReference(reference: VersionReference, action: string): VersionReference {
  const isNumber = typeof reference === "number" && Number.isSafeInteger(reference) && reference > 0;
  const isTag = typeof reference === "string" && reference !== "";
  const isDate =
    Object.prototype.toString.call(reference) === "[object Date]" && !Number.isNaN(Number(reference));
  if (isNumber || isTag || isDate) return reference;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${describeValue(reference)} is not a version; pass its number (from 1 on), a tag, or a Date`,
  );
}
