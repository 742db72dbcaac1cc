import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { checkChoice } from "../../check-options.ts";
import { countOf } from "../../display/text/number-text.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { currentInterruptSignal } from "../../interrupt.ts";
import { type Progress, withProgress } from "../../progress.ts";
import { WriteResult } from "../../table/description/write-result.ts";
import { encodeIpcFile } from "../../table/ingest/encode-ipc.ts";
import { buildAppendedTable } from "../../table/ingest/ingest.ts";
import type { TableData } from "../../table/ingest/read-data.ts";
import type { WriteData } from "../../table/ingest/read-pieces.ts";
import { refuseNanVectors } from "../../table/ingest/refuse-nan-vectors.ts";
import type { Written } from "../../table/native/table-writes.ts";
import { commitOnce, recognizeByRows } from "../commit/commit-once.ts";
import { tellOutcome } from "../commit/tell-outcome.ts";
import { makeRenewable, type RenewableTable } from "../storage/renewable-table.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { type Commits, type Part, type PartOptions, readParts } from "./write-parts.ts";

/** What every write takes. */
export interface WriteOptions {
  /**
   * Ends the write: before its commit begins, nothing is written; afterwards the error says what came of it. In our
   * kernel, by default, the interruption of the cell.
   */
  readonly signal?: AbortSignal | undefined;
}

/** Options of `append`. */
export interface AppendOptions extends WriteOptions {
  /**
   * `one`, the default, for all rows or none, which must fit in memory: 2 GB at most, less where memory is short.
   * `bounded` for a commit every 256 MB, in bounded memory; should it fail, the rows before are there.
   */
  readonly commits?: Commits;
}

/** Appends rows as one new version, or as several where that is allowed. No rows: no new version. */
export function appendRows(
  storage: LakeStorage,
  id: TableId,
  data: WriteData,
  options: AppendOptions & Pick<PartOptions, "partBytes" | "largestPart"> = {},
): Promise<WriteResult> {
  const table = formatTableId(id);
  const action = `append to ${table}`;
  const { commits = "one", signal = currentInterruptSignal(), ...limits } = options;
  checkChoice(commits, ["one", "bounded"], "commits", action);
  const running = storage.withTable(id, (handle) =>
    withProgress(action, {}, async (progress) => {
      const [versionBefore, schema] = await Promise.all([handle.version(), handle.schema()]);
      const build = (piece: TableData, firstRow: number) =>
        buildAppendedTable(piece, schema, action, { firstRow });
      const parts = readParts(data, build, { ...limits, action, commits, signal });
      const total: Total = { rows: 0, bytes: 0, commits: 0, version: versionBefore };
      const written = makeRenewable(storage, id, handle);
      try {
        await appendParts(storage, id, written, parts, total, { action, signal, progress });
      } catch (error) {
        throw total.commits === 0 ? error : describePartial(error, total);
      }
      const { fragments, smallFragments } = await countFragments(written);
      const warning = noticeSmallFragments(storage, table, smallFragments);
      return new WriteResult({ ...total, fragments, warning, table, versionBefore });
    }),
  );
  return tellOutcome(action, signal, running);
}

interface PartsOptions {
  readonly action: string;
  readonly signal: AbortSignal | undefined;
  readonly progress: Progress;
}

/** What has been appended by now. */
export interface Total {
  rows: number;
  bytes: number;
  commits: number;
  /** The version to append to, then the one that was made. */
  version: number;
}

/** Appends part after part, a commit each, and counts them in `total`. */
export async function appendParts(
  storage: LakeStorage,
  id: TableId,
  table: RenewableTable,
  parts: AsyncIterable<Part>,
  total: Total,
  { action, signal, progress }: PartsOptions,
): Promise<void> {
  const onCommitted = () => storage.notify(id);
  for await (const part of parts) {
    if (part.rows === 0) continue;
    progress.expect({ rows: total.rows + part.rows });
    if (total.commits === 0) await storage.refuseVersioning(id, total.version);
    const versionBefore = total.version;
    refuseNanVectors(part.tables, action, total.rows);
    const commit = { signal, versionBefore, progress, onCommitted };
    const written = await appendPart(table, action, part, commit);
    storage.keepStorageVersion(id, versionBefore, written.version);
    total.version = written.version;
    total.bytes += written.bytes;
    total.rows += part.rows;
    total.commits++;
  }
}

interface PartCommit {
  readonly signal: AbortSignal | undefined;
  readonly versionBefore: number;
  readonly progress: Progress;
  onCommitted(): void;
}

async function appendPart(
  table: RenewableTable,
  action: string,
  part: Part,
  { signal, versionBefore, progress, onCommitted }: PartCommit,
): Promise<{ version: number; bytes: number }> {
  const data = encodeIpcFile(part.tables);
  const watch = createWatch(progress);
  const version = await commitOnce(
    {
      action,
      versionBefore,
      signal,
      findVersion: () => table.use((current) => current.refresh()),
      recognize: () =>
        table.use((current) => recognizeByRows(current, versionBefore, (added) => added === part.rows)),
      renew: table.renew,
      onCommitted,
    },
    () => table.use((current) => current.writes.append(data, watch.advance)),
  );
  return { version, bytes: watch.written().bytes };
}

/** Tells progress what the native library counts from the beginning of a commit. */
export function createWatch(progress: Progress): {
  advance(written: Written): void;
  written(): Written;
} {
  let last: Written = { rows: 0, bytes: 0 };
  return {
    advance(written) {
      progress.advance({ rows: written.rows - last.rows, bytes: written.bytes - last.bytes });
      last = written;
    },
    written: () => last,
  };
}

/** What of the table's fragments a write result tells; nothing when it cannot be read, for the write is done. */
export async function countFragments(
  table: Pick<RenewableTable, "use">,
): Promise<{ fragments?: number; smallFragments?: number }> {
  const statistics = await table.use((handle) => handle.statistics()).catch(() => undefined);
  if (statistics === undefined) return {};
  return { fragments: statistics.fragments, smallFragments: statistics.smallFragments };
}

/** From this many fragments with few rows on, reading is slowed down by the opening of files. */
const manyFragments = 100;
/** The tables of which it has been said, and which have had no compaction since. */
const noticed = new WeakMap<LakeStorage, Set<string>>();

/** Says once that a table would gain by a compaction: on stderr, since the results of a loop are not looked at. */
function noticeSmallFragments(
  storage: LakeStorage,
  table: string,
  smallFragments: number | undefined,
): string | undefined {
  if (smallFragments === undefined) return undefined;
  const tables = noticed.get(storage) ?? new Set();
  noticed.set(storage, tables);
  if (smallFragments <= manyFragments) {
    tables.delete(table);
    return undefined;
  }
  if (tables.has(table)) return undefined;
  tables.add(table);
  const warning =
    `${smallFragments} fragments of ${table} hold less than 100,000 rows each, which slows reading down; ` +
    "compact() puts them together";
  console.warn(warning);
  return warning;
}

/** A failure after which rows are left that were committed before. */
export function describePartial(
  error: unknown,
  done: { readonly rows: number; readonly version: number },
): unknown {
  if (!isError(error)) return error;
  // Of this part that is so, and of the whole it is not.
  const found = error.message.replace(/\.? Nothing was written\.$/, "");
  return new DlfLanceError(
    error.code,
    `${found}; the ${countOf(done.rows, "row")} before this part ${done.rows === 1 ? "is" : "are"} written, up to version ${done.version}`,
  );
}
