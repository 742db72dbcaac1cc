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
  /** The number of a version. @throws TableVersionNotFound; TableTagNotFound */
  resolve(reference: VersionReference): Promise<number>;
  /** Holds the handle on one version; it can then be read only. @throws TableVersionNotFound */
  checkout(version: number): Promise<void>;
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

  async function findTag(tag: string): Promise<number> {
    const tags = await listTags();
    const version = tags.get(tag);
    if (version !== undefined) return version;
    throw new DlfLanceError(
      "TableTagNotFound",
      `Cannot read ${name} at tag ${JSON.stringify(tag)}: no such tag; ${describeTags([...tags.keys()])}`,
    );
  }

  async function findTime(time: Date): Promise<number> {
    const versions = await list();
    const found = versions.findLast((version) => version.time <= time);
    if (found !== undefined) return found.version;
    const first = versions[0];
    throw new DlfLanceError(
      "TableVersionNotFound",
      `Cannot read ${name} as of ${time.toISOString()}: ` +
        `its oldest version, ${first?.version}, is of ${first?.time.toISOString()}`,
    );
  }

  return {
    list,
    async resolve(reference) {
      if (typeof reference === "number") return reference;
      return typeof reference === "string" ? findTag(reference) : findTime(reference);
    },
    async checkout(version) {
      try {
        await translateNativeRead(`read version ${version} of ${name}`, () => table.checkout(version));
      } catch (error) {
        if (!isError(error, "TableNotFound") && !isError(error, "TableVersionNotFound")) throw error;
        throw await explainMissingVersion(version);
      }
    },
    restore: () => translateNativeError(`restore ${name}`, () => table.restore()),
    listTags,
    listBranches: () =>
      translateNativeRead(`list the branches of ${name}`, async () =>
        Object.keys(await (await table.branches()).list()),
      ),
    createTag: (tag, version) =>
      withTags(`create tag ${JSON.stringify(tag)} of ${name}`, (tags) => tags.create(tag, version)),
    updateTag: (tag, version) =>
      withTags(`update tag ${JSON.stringify(tag)} of ${name}`, (tags) => tags.update(tag, version)),
    deleteTag: (tag) => withTags(`delete tag ${JSON.stringify(tag)} of ${name}`, (tags) => tags.delete(tag)),
  };

  async function explainMissingVersion(version: number): Promise<DlfLanceError> {
    const versions = await list().catch(() => []);
    const [first, last] = [versions[0], versions.at(-1)];
    const known =
      first === undefined || last === undefined
        ? ""
        : `; it has versions ${first.version} to ${last.version}`;
    return new DlfLanceError(
      "TableVersionNotFound",
      `Cannot read version ${version} of ${name}: no such version${known}`,
    );
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
  if (tags.length === 0) return "it has none";
  const more = tags.length > shownNames ? `, … ${tags.length - shownNames} more` : "";
  return `it has ${tags.slice(0, shownNames).join(", ")}${more}`;
}
