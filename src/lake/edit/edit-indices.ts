/** Indices built, awaited and dropped. */
import { setTimeout as sleep } from "node:timers/promises";
import { arrow, type Field, type Schema } from "../../arrow.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { checkChoice, checkOptions } from "../../check-options.ts";
import { countOf } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { currentInterruptSignal, stopIfAborted } from "../../interrupt.ts";
import { findNearest } from "../../nearest.ts";
import { withProgress } from "../../progress.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import type { IndexKind, LanceIndex } from "../../table/native/table-indices.ts";
import type { EditResult } from "../commit/edit-result.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { type ChangeOptions, changeTable } from "./change-table.ts";
import { findColumn } from "./edit-rows.ts";
import { indexSettings } from "./index-settings.ts";
import { checkTextSettings, completeTextSettings } from "./text-index.ts";

/** What every kind of index takes. */
export interface CreateIndexOptions extends ChangeOptions {
  /** The column's name and `_idx` when left out. */
  readonly name?: string;
  /** Builds it again when the name is taken; refused when left out. */
  readonly replace?: boolean;
}

/** Options of `waitForIndex`. */
export interface WaitForIndexOptions extends ChangeOptions {
  /** Milliseconds; a minute when left out. */
  readonly timeout?: number;
}

const usualTimeout = 60_000;
/** Between two looks at an index, in milliseconds. */
const pause = 500;

export function createTableIndex(
  storage: LakeStorage,
  id: TableId,
  column: string,
  kind: IndexKind,
  { name, replace = false, ...options }: CreateIndexOptions,
): Promise<EditResult> {
  const action = `index column ${column} of ${formatTableId(id)}`;
  const type = checkChoice(kind?.type, Object.keys(indexSettings) as IndexKind["type"][], "type", action);
  checkOptions(kind, indexSettings[type], action);
  if (kind.type === "fts") checkTextSettings(kind, action);
  const change = {
    doing: `index column ${column} of`,
    done: `indexed column ${column} of`,
    endsBySignal: true,
    async work(handle: LanceTable, signal: AbortSignal | undefined) {
      const field = findColumn(await handle.schema(), column, `index ${formatTableId(id)}`);
      refuseSubVectors(field, kind, action);
      const chosen = kind.type === "fts" ? await completeTextSettings(handle, column, kind) : kind;
      await handle.indices.create({ column, kind: chosen, name, replace, signal });
      return {};
    },
  };
  return changeTable(storage, id, change, options);
}

/** @throws DlfLanceError InvalidInput for pieces of unequal length */
function refuseSubVectors({ type }: Field, kind: IndexKind, action: string): void {
  if (!("subVectors" in kind) || kind.subVectors === undefined || !arrow.DataType.isFixedSizeList(type))
    return;
  const { listSize } = type;
  if (listSize % kind.subVectors === 0) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: subVectors is ${kind.subVectors}, and the vectors have ${countOf(listSize, "number")}; ` +
      `pass a divisor of ${listSize}, or leave it out`,
  );
}

export function dropTableIndex(
  storage: LakeStorage,
  id: TableId,
  index: string,
  options: ChangeOptions,
): Promise<EditResult> {
  const change = {
    doing: `drop index ${index} of`,
    done: `dropped index ${index} of`,
    async work(handle: LanceTable) {
      await requireIndex(handle, index, `drop index ${index} of ${formatTableId(id)}`);
      await handle.indices.drop(index);
      return {};
    },
  };
  return changeTable(storage, id, change, options);
}

/** Waits until an index, such as one that another client builds, exists and holds all rows. */
export function waitForTableIndex(
  storage: LakeStorage,
  id: TableId,
  index: string,
  { timeout = usualTimeout, signal = currentInterruptSignal() }: WaitForIndexOptions,
): Promise<LanceIndex> {
  const action = `wait for index ${index} of ${formatTableId(id)}`;
  const end = Date.now() + timeout;
  // Every look is at the newest version: the index may be another client's.
  const look = () =>
    storage.withTable(id, async (handle) => {
      const indices = await handle.indices.list();
      const found = indices.find(({ name }) => name === index);
      if (found === undefined) refuseColumnAsIndex(await handle.schema(), indices, index, action);
      return { found, names: indices.map(({ name }) => name) };
    });
  return withProgress(action, {}, async (progress) => {
    let seen = 0;
    for (;;) {
      const { found, names } = await look();
      const { indexedRows = 0, unindexedRows = 0 } = found ?? {};
      if (found !== undefined && unindexedRows === 0) return found;
      progress.expect({ rows: indexedRows + unindexedRows });
      progress.advance({ rows: indexedRows - seen });
      seen = indexedRows;
      if (Date.now() + pause > end) throw describeWait(action, found, names);
      // An interrupt ends the pause.
      await sleep(pause, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      stopIfAborted(signal, action);
    }
  });
}

export async function requireIndex(handle: LanceTable, index: string, action: string): Promise<LanceIndex> {
  const indices = await handle.indices.list();
  const found = indices.find(({ name }) => name === index);
  if (found !== undefined) return found;
  refuseColumnAsIndex(await handle.schema(), indices, index, action);
  const names = indices.map(({ name }) => name);
  const near = findNearest(index, names);
  throw new DlfLanceError(
    "TableIndexNotFound",
    `Cannot ${action}: no such index; ${near === undefined ? describeIndices(names) : `did you mean ${near}?`}`,
  );
}

/** @throws DlfLanceError TableIndexNotFound for a name that is a column's, which would be waited for in vain */
function refuseColumnAsIndex(
  { fields }: Schema,
  indices: readonly LanceIndex[],
  name: string,
  action: string,
): void {
  if (!fields.some((field) => field.name === name)) return;
  const [over] = indices.filter(({ columns }) => columns.includes(name));
  const next =
    over === undefined
      ? `it has none yet, and ${describeIndices(indices.map((index) => index.name))}; create one with createIndex(${JSON.stringify(name)}, …)`
      : `its index is ${over.name}; pass that name`;
  throw new DlfLanceError("TableIndexNotFound", `Cannot ${action}: ${name} is a column; ${next}`);
}

function describeIndices(names: readonly string[]): string {
  return names.length === 0 ? "the table has none" : `the table has ${names.join(", ")}`;
}

function describeWait(
  action: string,
  found: LanceIndex | undefined,
  names: readonly string[],
): DlfLanceError {
  if (found === undefined) {
    return new DlfLanceError(
      "TableIndexNotFound",
      `Cannot ${action}: no index of that name has appeared, and ${describeIndices(names)}; build it with createIndex()`,
    );
  }
  const rows = found.unindexedRows ?? 0;
  return new DlfLanceError(
    "InvalidTableState",
    `Cannot ${action}: ${countOf(rows, "row")} ${rows === 1 ? "is" : "are"} not in it yet; run compact(), or build it again with replace`,
  );
}
