/**
 * Where the startup snapshots of the compiler's process are and whether they can be used. A kernel looks before it does
 * anything else, so this loads nothing but Node's own modules.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, isPrivate } from "./cache-folder.ts";
import { isRunning } from "./is-running.ts";

/** What is written beside a snapshot. */
export interface SnapshotRecord {
  readonly packageFolder: string;
  /** The Node that made it, and alone can use it. */
  readonly node: string;
  readonly nodeVersion: string;
  /** The snapshot itself and each file that went into it. */
  readonly files: readonly FileMark[];
}

/** A file as it was: path, bytes, and milliseconds of its last change. */
export type FileMark = readonly [path: string, size: number, changed: number];

export interface SnapshotPlace {
  readonly folder: string;
  readonly snapshot: string;
  readonly record: string;
  /** Held by the process that builds the snapshot. */
  readonly lock: string;
}

export type SnapshotState = "fresh" | "stale" | "missing";

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const isSource = import.meta.url.endsWith(".ts");

/** The place of the snapshot of this package under this Node. */
export function locateSnapshot(): SnapshotPlace {
  const identity = [process.version, process.arch, process.platform, packageFolder, String(isSource)];
  const name = createHash("sha256").update(identity.join("\n")).digest("hex").slice(0, 16);
  const folder = join(cacheFolder(), "kernel");
  const at = (ending: string): string => join(folder, `${name}.${ending}`);
  return { folder, snapshot: at("snapshot"), record: at("json"), lock: at("lock") };
}

export function snapshotState(place: SnapshotPlace): SnapshotState {
  const record = readRecord(place.record);
  if (record === undefined) return "missing";
  const isTrusted = isPrivate(place.folder) && isPrivate(place.snapshot);
  return isTrusted && record.nodeVersion === process.version && record.files.every(isUnchanged)
    ? "fresh"
    : "stale";
}

/** The snapshot to start from, if there is one that can be trusted. */
export function findSnapshot(): SnapshotPlace | undefined {
  const place = locateSnapshot();
  return snapshotState(place) === "fresh" ? place : undefined;
}

export function removeSnapshot(place: SnapshotPlace): void {
  for (const file of [place.record, place.snapshot]) rmSync(file, { force: true });
}

/** Removes the snapshots of Nodes and packages that are gone or were replaced, and what killed builders have left. */
export function removeOldSnapshots(): void {
  const current = locateSnapshot();
  removeAbandonedParts(current.folder);
  for (const file of listFiles(current.folder).filter((name) => name.endsWith(".json"))) {
    const record = join(current.folder, file);
    if (record === current.record) continue;
    const found = readRecord(record);
    const isReplaced = found?.packageFolder === packageFolder && found.node === process.execPath;
    if (found !== undefined && !isReplaced && existsSync(found.node) && existsSync(found.packageFolder))
      continue;
    const at = (ending: string): string => record.replace(/json$/, ending);
    const place = { folder: current.folder, record, snapshot: at("snapshot"), lock: at("lock") };
    removeSnapshot(place);
  }
}

function removeAbandonedParts(folder: string): void {
  for (const file of listFiles(folder)) {
    const builder = /\.snapshot\.(\d+)/.exec(file)?.[1];
    if (builder !== undefined && !isRunning(Number(builder))) rmSync(join(folder, file), { force: true });
  }
}

/** `files` are those that went into the snapshot at `snapshot`. */
export function describeSnapshot(snapshot: string, files: readonly string[]): SnapshotRecord {
  const marks = [snapshot, ...files].map((file): FileMark => {
    const { size, mtimeMs } = statSync(file);
    return [file, size, mtimeMs];
  });
  return { packageFolder, node: process.execPath, nodeVersion: process.version, files: marks };
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Undefined for what is not a record. It is looked at by hand: a kernel's start has no time to load a library. */
function readRecord(file: string): SnapshotRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(file, "utf8")) as Partial<SnapshotRecord> | null;
    const { packageFolder: made, node, nodeVersion, files } = record ?? {};
    if (made === undefined || node === undefined || nodeVersion === undefined) return undefined;
    return Array.isArray(files) && files.length > 0
      ? { packageFolder: made, node, nodeVersion, files }
      : undefined;
  } catch {
    return undefined;
  }
}

function isUnchanged(mark: FileMark): boolean {
  const [file, size, changed] = mark;
  const found = statSync(file, { throwIfNoEntry: false });
  return found !== undefined && found.size === size && found.mtimeMs === changed;
}
