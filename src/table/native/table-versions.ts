/** The versions and tags of one open table. */
import type * as LanceDb from "@lancedb/lancedb";
import { DlfLanceError, isError } from "../../errors.ts";
import { translateNativeError, translateNativeRead } from "./native-error.ts";

/** A version of a table: its number, the name of a tag, or a time, which means the last version committed by then. */
export type VersionReference = number | string | Date;

/** One version, with the sizes that its manifest tells. */
export interface LanceVersion {
  readonly version: number;
  readonly time: Date;
  readonly rows: number;
  /** Rows deleted from their files, which compaction removes for good. */
  readonly deletedRows: number;
  readonly fragments: number;
  /** Of the data files. */
  readonly bytes: number;
}

/** A name given to a version. */
export interface TableTag {
  readonly tag: string;
  readonly version: number;
}

export interface LanceVersions {
  /** All versions that are left, oldest first. Reads one manifest for each. */
  list(): Promise<LanceVersion[]>;
  /** The number of a version. @param action in messages; to read when left out @throws TableVersionNotFound; TableTagNotFound */
  resolve(reference: VersionReference, action?: string): Promise<number>;
  /** Holds the handle on one version; it can then be read only. @throws TableVersionNotFound */
  checkout(version: number, action?: string): Promise<void>;
  /** Makes the version that is checked out the newest one, as a new commit, and follows the newest again. */
  restore(): Promise<void>;
  listTags(): Promise<ReadonlyMap<string, number>>;
  /** Names of the branches besides the main one, which other clients may have made. */
  listBranches(): Promise<string[]>;
  createTag(tag: string, version: number): Promise<void>;
  updateTag(tag: string, version: number): Promise<void>;
  deleteTag(tag: string): Promise<void>;
}

const shownNames = 20;

export function createVersions(name: string, table: LanceDb.Table): LanceVersions {
  const list = () =>
    translateNativeRead(`list the versions of ${name}`, async () =>
      (await table.listVersions()).map(readVersion).sort((a, b) => a.version - b.version),
    );
  const listTags = () =>
    translateNativeRead(`list the tags of ${name}`, async () => {
      // The values are native objects whose fields are getters.
      const tags = Object.entries(await (await table.tags()).list());
      return new Map(tags.map(([tag, { version }]) => [tag, version]));
    });
  const withTags = (
    action: string,
    work: (tags: Awaited<ReturnType<LanceDb.Table["tags"]>>) => Promise<void>,
  ) => translateNativeError(action, async () => work(await table.tags()));

  async function findTag(tag: string, action: string): Promise<number> {
    const tags = await listTags();
    const version = tags.get(tag);
    if (version !== undefined) return version;
    throw new DlfLanceError(
      "TableTagNotFound",
      `Cannot ${action}: no tag ${JSON.stringify(tag)}; ${describeTags([...tags.keys()])}`,
    );
  }

  async function findTime(time: Date, action: string): Promise<number> {
    const versions = await list();
    const found = versions.findLast((version) => version.time <= time);
    if (found !== undefined) return found.version;
    const first = versions[0];
    throw new DlfLanceError(
      "TableVersionNotFound",
      `Cannot ${action}: nothing is as old as ${time.toISOString()}; the oldest version, ${first?.version}, ` +
        `is of ${first?.time.toISOString()}`,
    );
  }

  return {
    list,
    async resolve(reference, action = `read ${name}`) {
      if (typeof reference === "number") return reference;
      return typeof reference === "string" ? findTag(reference, action) : findTime(reference, action);
    },
    async checkout(version, action = `read version ${version} of ${name}`) {
      try {
        await translateNativeRead(action, () => table.checkout(version));
      } catch (error) {
        if (!isError(error, "TableNotFound") && !isError(error, "TableVersionNotFound")) throw error;
        throw await explainMissingVersion(version, action);
      }
    },
    restore: () => translateNativeError(`restore ${name}`, () => table.restore()),
    listTags,
    listBranches: () =>
      translateNativeRead(`list the branches of ${name}`, async () =>
        Object.keys(await (await table.branches()).list()),
      ),
    createTag: (tag, version) => putTag("create", tag, version),
    updateTag: (tag, version) => putTag("update", tag, version),
    deleteTag: (tag) => withTags(`delete tag ${JSON.stringify(tag)} of ${name}`, (tags) => tags.delete(tag)),
  };

  async function putTag(kind: "create" | "update", tag: string, version: number): Promise<void> {
    const action = `${kind} tag ${JSON.stringify(tag)} of ${name}`;
    try {
      await withTags(action, (tags) => tags[kind](tag, version));
    } catch (error) {
      throw isError(error, "TableVersionNotFound") ? await explainMissingVersion(version, action) : error;
    }
  }

  async function explainMissingVersion(version: number, action: string): Promise<DlfLanceError> {
    const versions = await list().catch(() => []);
    const [first, last] = [versions[0], versions.at(-1)];
    const known =
      first === undefined || last === undefined
        ? ""
        : `; the table has ${first === last ? `version ${first.version} alone` : `versions ${first.version} to ${last.version}`}`;
    return new DlfLanceError("TableVersionNotFound", `Cannot ${action}: no version ${version}${known}`);
  }
}

function readVersion({ version, timestamp, metadata }: LanceDb.Version): LanceVersion {
  const number = (key: string) => Number(metadata[key] ?? Number.NaN);
  return Object.freeze({
    version,
    time: timestamp,
    rows: number("total_rows"),
    deletedRows: number("total_deletion_file_rows"),
    fragments: number("total_fragments"),
    bytes: number("total_files_size"),
  });
}

function describeTags(tags: readonly string[]): string {
  if (tags.length === 0) return "the table has none";
  const more = tags.length > shownNames ? `, … ${tags.length - shownNames} more` : "";
  return `the table has ${[...tags].sort().slice(0, shownNames).join(", ")}${more}`;
}
