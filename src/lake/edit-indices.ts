/** Indices built, awaited and dropped. */
import { formatTableId, type TableId } from "../catalog/protocol/identifier.ts";
import { checkChoice, checkOptions } from "../check-options.ts";
import { DlfLanceError } from "../errors.ts";
import { createInterruption, currentInterruptSignal } from "../interrupt.ts";
import { withProgress } from "../progress.ts";
import type { LanceTable } from "../table/native/lance.ts";
import type { IndexKind, LanceIndex } from "../table/native/table-indices.ts";
import { type ChangeOptions, changeTable } from "./change-table.ts";
import type { EditResult } from "./edit-result.ts";
import { findColumn } from "./edit-rows.ts";
import { indexSettings } from "./index-settings.ts";
import type { LakeStorage } from "./storage.ts";

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
  const change = {
    doing: `index column ${column} of`,
    done: `indexed column ${column} of`,
    endsBySignal: true,
    async work(handle: LanceTable, signal: AbortSignal | undefined) {
      findColumn(await handle.schema(), column, `index ${formatTableId(id)}`);
      const chosen = kind.type === "fts" ? await chooseTokenizer(handle, column, kind) : kind;
      await handle.indices.create({ column, kind: chosen, name, replace, signal });
      return {};
    },
  };
  return changeTable(storage, id, change, options);
}

type TextIndexKind = Extract<IndexKind, { readonly type: "fts" }>;

/** How many rows are looked at, all over the table, for the scripts of their texts. */
const sampleSize = 1_000;
const foreignLetter = /(?!\p{Script=Latin})\p{L}/u;

/** Text in other scripts than Latin is not cut at spaces and punctuation alone. */
async function chooseTokenizer(
  handle: LanceTable,
  column: string,
  kind: TextIndexKind,
): Promise<TextIndexKind> {
  if (kind.tokenizer !== undefined) return kind;
  const rows = await handle.countRows();
  const step = Math.max(1, rows / sampleSize);
  const offsets = Array.from({ length: Math.min(rows, sampleSize) }, (_, index) => Math.floor(index * step));
  for await (const batch of handle.rows.take(offsets, { columns: [column] })) {
    for (const text of batch.getChildAt(0) ?? []) {
      if (foreignLetter.test(String(text ?? ""))) return { ...kind, tokenizer: "icu" };
    }
  }
  return kind;
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
  return withProgress(action, {}, (progress) =>
    storage.withTable(id, async (handle) => {
      let seen = 0;
      for (;;) {
        const found = (await handle.indices.list()).find(({ name }) => name === index);
        const { indexedRows = 0, unindexedRows = 0 } = found ?? {};
        if (found !== undefined && unindexedRows === 0) return found;
        progress.expect({ rows: indexedRows + unindexedRows });
        progress.advance({ rows: indexedRows - seen });
        seen = indexedRows;
        if (Date.now() + pause > end) throw describeWait(action, found);
        await sleep(pause, signal, action);
      }
    }),
  );
}

export async function requireIndex(handle: LanceTable, index: string, action: string): Promise<LanceIndex> {
  const indices = await handle.indices.list();
  const found = indices.find(({ name }) => name === index);
  if (found !== undefined) return found;
  const names = indices.map(({ name }) => name);
  throw new DlfLanceError(
    "TableIndexNotFound",
    `Cannot ${action}: no such index; ${names.length === 0 ? "it has none" : `it has ${names.join(", ")}`}`,
  );
}

function describeWait(action: string, found: LanceIndex | undefined): DlfLanceError {
  if (found === undefined) {
    return new DlfLanceError(
      "TableIndexNotFound",
      `Cannot ${action}: no index of that name has appeared; build it with createIndex()`,
    );
  }
  return new DlfLanceError(
    "InvalidTableState",
    `Cannot ${action}: ${found.unindexedRows} rows are not in it yet; run compact(), or build it again with replace`,
  );
}

function sleep(milliseconds: number, signal: AbortSignal | undefined, action: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(createInterruption(action));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", end);
      resolve();
    }, milliseconds);
    if (signal?.aborted) end();
    else signal?.addEventListener("abort", end, { once: true });
  });
}
