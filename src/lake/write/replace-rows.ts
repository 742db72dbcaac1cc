import { arrow, type Schema, type Table } from "../../arrow.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { DlfLanceError } from "../../errors.ts";
import type { Condition } from "../../frame/builder/arguments.ts";
import type { NamesOf, Untyped } from "../../frame/builder/frame-types.ts";
import { currentInterruptSignal } from "../../interrupt.ts";
import { type Progress, withProgress } from "../../progress.ts";
import { WriteResult } from "../../table/description/write-result.ts";
import { refuseBlobKeys, refuseQuotedKeys } from "../../table/ingest/column-names.ts";
import { encodeIpcFile } from "../../table/ingest/encode-ipc.ts";
import { buildAppendedTable } from "../../table/ingest/ingest.ts";
import { toLogicalBlobs } from "../../table/ingest/logical-blobs.ts";
import type { TableData } from "../../table/ingest/read-data.ts";
import type { WriteData } from "../../table/ingest/read-pieces.ts";
import { refuseNanVectors } from "../../table/ingest/refuse-nan-vectors.ts";
import { replacingSchema } from "../../table/ingest/written-field.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import { inTurn } from "../commit/change-turn.ts";
import { commitOnce } from "../commit/commit-once.ts";
import { tellOutcome } from "../commit/tell-outcome.ts";
import { writeCheckedCondition } from "../edit/check-computed.ts";
import { adoptZeros, collectKeys, refuseDuplicates } from "../edit/merge-keys.ts";
import { makeRenewable } from "../storage/renewable-table.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { countFragments, createWatch, type WriteOptions } from "./append-rows.ts";
import { type Part, readParts } from "./write-parts.ts";

/** `C` are the columns of the table, `K` the names in `on`, `V` what the condition gives. */
export interface InsertOverwriteOptions<C = Untyped, K extends string = string, V = unknown>
  extends WriteOptions {
  /** Which rows go, as for `delete`: `col("day").eq("2026-01-31")`, or a text in Lance's SQL dialect. */
  readonly where: Condition<C, V>;
  /**
   * The column or columns that tell rows apart. No two of the new rows may have the same keys as one row of the
   * table. A row of the table with the keys of a new one is replaced by it, also where `where` is not true.
   */
  readonly on: NamesOf<C, K>;
}

interface Replacement {
  /** In words, such as `overwrite default.orders`, and once it is done, such as `overwrote`. */
  readonly action: string;
  readonly done: string;
  /** The tables to write: those given, maybe after one of no rows whose schema they take on. What it throws, the table does not take. */
  prepare(schema: Schema, given: readonly Table[], handle: LanceTable): Promise<readonly Table[]>;
  commit(handle: LanceTable, data: Buffer, part: Part): Promise<{ version: number; bytes?: number }>;
  /** Looks at what was committed; what it throws is thrown. */
  check?(handle: LanceTable, version: number, versionBefore: number): Promise<void>;
}

/** Puts rows in place of all that a table has, by its own schema, in one commit. */
export function overwriteRows(
  storage: LakeStorage,
  id: TableId,
  data: WriteData,
  options: WriteOptions = {},
): Promise<WriteResult> {
  const action = `overwrite ${formatTableId(id)}`;
  return withProgress(action, {}, async (progress) => {
    const watch = createWatch(progress);
    return replace(storage, id, data, options, {
      action,
      done: "overwrote",
      async prepare(schema, given) {
        refuseNanVectors(given, action);
        return [new arrow.Table(replacingSchema(schema, action)), ...given];
      },
      async commit(handle, bytes, part) {
        progress.expect({ rows: part.rows });
        const version = await handle.writes.overwrite(bytes, watch.advance);
        return { version, bytes: watch.written().bytes };
      },
    });
  });
}

/** Deletes the rows for which a filter is true and inserts others, in one commit. */
export function insertOverwrite(
  storage: LakeStorage,
  id: TableId,
  data: WriteData,
  options: InsertOverwriteOptions,
): Promise<WriteResult> {
  const action = `replace rows of ${formatTableId(id)}`;
  const { on, where } = options ?? {};
  const keys = typeof on === "string" ? [on] : Array.isArray(on) ? [...on] : [];
  if (keys.length === 0 || (where ?? "") === "" || (typeof where === "string" && where.trim() === "")) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: give both where, for the rows that go, and on, for the columns that tell rows apart. ` +
        "Without them the native library has no single commit for it: delete() the rows, then append(), as two commits",
    );
  }
  refuseQuotedKeys(keys, action);
  let merged: ReadonlySet<string> = new Set();
  let filter = "";
  const run = (progress: Progress) =>
    replace(storage, id, data, options, {
      action,
      done: "replaced rows of",
      async prepare(schema, given, handle) {
        refuseNanVectors(given, action);
        refuseBlobKeys(schema.fields, keys, action);
        const next = "pass one, or overwrite() the table to replace all rows";
        filter = await writeCheckedCondition(handle, where, action, next);
        merged = collectKeys(given, keys, action);
        const signed = await Promise.all(given.map((table) => adoptZeros(handle, table, keys)));
        return signed.map((table) => toLogicalBlobs(table, schema));
      },
      async commit(handle, bytes, part) {
        progress.expect({ rows: part.rows });
        const version = await handle.writes.replace(bytes, keys, filter);
        progress.advance({ rows: part.rows });
        return { version };
      },
      async check(handle, version, versionBefore) {
        if (version > versionBefore + 1) await refuseDuplicates(handle, merged, keys, action, version);
      },
    });
  return withProgress(action, {}, (progress) => inTurn(storage, id, () => run(progress)));
}

function replace(
  storage: LakeStorage,
  id: TableId,
  data: WriteData,
  { signal = currentInterruptSignal() }: WriteOptions,
  { action, done, prepare, commit, check }: Replacement,
): Promise<WriteResult> {
  const table = formatTableId(id);
  const running = storage.withTable(id, async (handle) => {
    const versionBefore = await handle.version();
    const schema = await handle.schema();
    const build = (piece: TableData, firstRow: number) =>
      buildAppendedTable(piece, schema, action, { firstRow });
    const parts = readParts(data, build, { action, commits: "one", signal });
    const { value: part = { tables: [], rows: 0, bytes: 0 } } = await parts.next();
    const tables = [...(await prepare(schema, part.tables, handle))];
    if (tables.length === 0) tables.push(build([], 0));
    await storage.refuseVersioning(id, versionBefore);
    let bytes: number | undefined;
    const renewable = makeRenewable(storage, id, handle);
    const version = await commitOnce(
      {
        action,
        versionBefore,
        signal,
        findVersion: () => renewable.use((current) => current.refresh()),
        renew: renewable.renew,
        onCommitted: () => storage.notify(id),
      },
      async () => {
        const data = encodeIpcFile(tables);
        const committed = await renewable.use((current) => commit(current, data, part));
        bytes = committed.bytes;
        return committed.version;
      },
    );
    await renewable.use(async (current) => check?.(current, version, versionBefore));
    const { fragments } = await countFragments(renewable);
    return new WriteResult({ done, table, rows: part.rows, versionBefore, version, bytes, fragments });
  });
  return tellOutcome(action, signal, running);
}
