import type { Dirent } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { folderPath, fromFileName, objectPath } from "./object-path.ts";
import { describeObject, type ObjectInfo } from "./object-read.ts";
import type { ObjectStore } from "./object-store.ts";

export interface ListQuery {
  readonly prefix: string;
  /** Keys with the same text up to the delimiter, after the prefix, are rolled up into one; "" for no rolling up. */
  readonly delimiter: string;
  /** Only keys after this one. */
  readonly after: string;
  /** Also leaves out the keys that are rolled up into `after`, because an earlier page had them. */
  readonly afterRolledUp: boolean;
  readonly limit: number;
}

export interface ListedObject extends ObjectInfo {
  readonly key: string;
}

export interface ListPage {
  readonly objects: readonly ListedObject[];
  readonly commonPrefixes: readonly string[];
  /** The last key or common prefix of this page if there are more, else undefined. */
  readonly next: string | undefined;
}

interface Walk {
  readonly buckets: string;
  readonly bucket: string;
  readonly prefix: string;
  readonly after: string;
  /** Keys that start with this are passed over; changes on the way. */
  skip: string | undefined;
}

/** One page of a bucket's keys in the order of their UTF-8 bytes. */
export async function listObjects(store: ObjectStore, bucket: string, query: ListQuery): Promise<ListPage> {
  const { prefix, delimiter, after, limit } = query;
  const walk: Walk = {
    buckets: store.buckets,
    bucket,
    prefix,
    after,
    skip: query.afterRolledUp && rollUp(after, prefix, delimiter) === after ? after : undefined,
  };
  const found: { name: string; rolledUp: boolean }[] = [];
  for await (const key of walkKeys(walk, "")) {
    const common = rollUp(key, prefix, delimiter);
    found.push({ name: common ?? key, rolledUp: common !== undefined });
    walk.skip = common;
    if (found.length > limit) break;
  }
  const page = found.slice(0, limit);
  const names = page.filter((item) => !item.rolledUp).map((item) => item.name);
  const described = await Promise.all(names.map((key) => describeListed(store, bucket, key)));
  return {
    objects: described.filter((object) => object !== undefined),
    commonPrefixes: page.filter((item) => item.rolledUp).map((item) => item.name),
    next: found.length > limit ? page.at(-1)?.name : undefined,
  };
}

/** The common prefix that a key is rolled up into, or undefined. */
function rollUp(key: string, prefix: string, delimiter: string): string | undefined {
  if (delimiter === "" || !key.startsWith(prefix)) return undefined;
  const end = key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

/** All wanted keys below a folder, in order. `folder` is "" or ends with `/`. */
async function* walkKeys(walk: Walk, folder: string): AsyncGenerator<string> {
  const path = folderPath(walk.buckets, walk.bucket, folder);
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  for (const { name, isFolder } of sortedNames(entries, folder)) {
    if (walk.skip !== undefined && name.startsWith(walk.skip)) continue;
    if (isFolder) {
      if (mayHoldWanted(walk, name)) yield* walkKeys(walk, name);
    } else if (name.startsWith(walk.prefix) && compareKeys(name, walk.after) > 0) yield name;
  }
}

/** A folder sorts as its name with the slash, for that is what all keys in it begin with. */
function sortedNames(entries: readonly Dirent[], folder: string): { name: string; isFolder: boolean }[] {
  return entries
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .map((entry) => {
      const isFolder = entry.isDirectory();
      return { name: folder + fromFileName(entry.name) + (isFolder ? "/" : ""), isFolder };
    })
    .sort((a, b) => compareKeys(a.name, b.name));
}

function mayHoldWanted({ prefix, after }: Walk, folder: string): boolean {
  if (!folder.startsWith(prefix) && !prefix.startsWith(folder)) return false;
  return compareKeys(folder, after) > 0 || after.startsWith(folder);
}

async function describeListed(
  store: ObjectStore,
  bucket: string,
  key: string,
): Promise<ListedObject | undefined> {
  // An object that was deleted since the folder was read is left out.
  const stats = await lstat(objectPath(store.buckets, bucket, key), { bigint: true }).catch(() => undefined);
  return stats?.isFile() ? { key, ...describeObject(store, stats) } : undefined;
}

/**
 * Compares by UTF-8 bytes. JavaScript compares by UTF-16 units, which differs for surrogates only: they stand
 * for characters above all others.
 */
function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rankUnit(left) - rankUnit(right);
  }
  return a.length - b.length;
}

function rankUnit(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
