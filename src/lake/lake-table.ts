import { inspect } from "node:util";
import type { Table } from "../arrow.ts";
import { formatTableId, type TableId } from "../catalog/protocol/identifier.ts";
import { checkName, checkOptions } from "../check-options.ts";
import { displaySymbol, type MimeBundle } from "../display/mime.ts";
import { tracedToCaller } from "../errors.ts";
import type { Condition } from "../frame/builder/arguments.ts";
import type { Named, RowOf, Untyped } from "../frame/builder/frame-types.ts";
import type { TableDataFor, WriteDataFor } from "../frame/builder/lake-tables.ts";
import { parseNearest, parseTextSearch } from "../frame/builder/search-options.ts";
import { Frame } from "../frame/frame.ts";
import type { TableDescription } from "../table/description/table-description.ts";
import type { WriteResult } from "../table/description/write-result.ts";
import type { TableData } from "../table/ingest/read-data.ts";
import type { WriteData } from "../table/ingest/read-pieces.ts";
import type { IndexKind, LanceIndex, LanceIndexStatistics } from "../table/native/table-indices.ts";
import type { TableTag, VersionReference } from "../table/native/table-versions.ts";
import type { EditResult } from "./commit/edit-result.ts";
import type { ChangeOptions } from "./edit/change-table.ts";
import {
  addColumns,
  alterColumns,
  type ColumnChange,
  dropColumns,
  type NewColumn,
} from "./edit/edit-columns.ts";
import {
  type CreateIndexOptions,
  createTableIndex,
  dropTableIndex,
  requireIndex,
  type WaitForIndexOptions,
  waitForTableIndex,
} from "./edit/edit-indices.ts";
import {
  deleteRows,
  type MergeOptions,
  mergeRows,
  type UpdateOptions,
  updateRows,
} from "./edit/edit-rows.ts";
import { type CleanupOptions, cleanupTable, compactTable } from "./edit/maintain-table.ts";
import type { UpdateValue, UpdateValues } from "./edit/update-value.ts";
import {
  appendOptions,
  changeOptions,
  cleanupOptions,
  createIndexOptions,
  describeOptions,
  fetchOptions,
  mergeOptions,
  sampleOptions,
  tableNearestOptions,
  tableTextSearchOptions,
  takeOptions,
  updateOptions,
  waitForIndexOptions,
} from "./option-names.ts";
import { type DescribeOptions, describeTable } from "./read/describe-table.ts";
import { searchRows, type TableNearestOptions, type TableTextSearchOptions } from "./read/search-rows.ts";
import {
  checkReference,
  deleteTableTag,
  listTableTags,
  listTableVersions,
  putTableTag,
  restoreTable,
  type TableVersion,
} from "./read/table-history.ts";
import {
  fetchTableBlobs,
  type SampleOptions,
  sampleTableRows,
  type TakeOptions,
  takeTableRows,
} from "./read/take-table-rows.ts";
import type { LakeStorage } from "./storage/storage.ts";
import type { LakeTables as ConnectionTables } from "./table-lookup.ts";
import { type AppendOptions, appendRows } from "./write/append-rows.ts";

/**
 * One table of a connection, to read at any version, search, change, index and maintain. Made by `connection.table()`;
 * it holds nothing open. Every change is one commit, which is announced to DLF, and returns what it did.
 *
 * Methods throw TableNotFound, PermissionDenied, Unauthenticated, ServiceUnavailable and Interrupted in addition to
 * what each says; changes throw CommitUnknown when it cannot be determined whether they were committed, and
 * ConcurrentModification when they conflict with another commit.
 */
export class LakeTable<C = Untyped> {
  /** Full name, `namespace.table`. */
  readonly name: string;
  readonly #storage: LakeStorage;
  readonly #id: TableId;
  readonly #tables: ConnectionTables;

  /** @internal */
  constructor(storage: LakeStorage, id: TableId, tables: ConnectionTables) {
    this.name = formatTableId(id);
    this.#storage = storage;
    this.#id = id;
    this.#tables = tables;
  }

  /** A lazy frame over the newest version. */
  read(): Frame<C> {
    return Frame.read<C>(this.#tables.context, this.#tables.nameOf(this.#id));
  }

  /**
   * A lazy frame over one version: its number, a tag, or the last one committed at or before a time.
   * @throws DlfLanceError TableVersionNotFound or TableTagNotFound when it is read
   */
  at(version: VersionReference): Frame<C> {
    return this.read().at(checkReference(version, `read ${this.name}`));
  }

  /** Where the table lies, and everything known about it. */
  async describe(options: DescribeOptions = {}): Promise<TableDescription> {
    checkOptions(options, describeOptions, `describe ${this.name}`);
    return describeTable(this.#storage, this.#id, options);
  }

  /** The number of rows, taken from the table's metadata. */
  count(): Promise<number> {
    return this.#storage.withTable(this.#id, (handle) => handle.countRows());
  }

  /** The first row, or undefined when there is none. */
  first(): Promise<RowOf<C> | undefined> {
    return this.read().first();
  }

  /**
   * The rows at these positions, in this order. A position that is given twice returns its row twice.
   * @param offsets from 0 on
   * @throws DlfLanceError InvalidInput for a position beyond the last row; TableColumnNotFound
   */
  async take(offsets: readonly number[], options: TakeOptions = {}): Promise<Table> {
    checkOptions(options, takeOptions, `take rows of ${this.name}`);
    return takeTableRows(this.#storage, this.#id, offsets, options);
  }

  /** Rows chosen at random, each at most once, in the table's order. Only they are read. */
  async sample(count: number, options: SampleOptions = {}): Promise<Table> {
    checkOptions(options, sampleOptions, `sample rows of ${this.name}`);
    return sampleTableRows(this.#storage, this.#id, count, options);
  }

  /**
   * The bytes in a blob column, for the rows at these positions, in this order. Other reads return where each blob
   * lies; only displays read its bytes, to show a picture or a player.
   * @throws DlfLanceError Unsupported for a column without blobs, or with blobs of the older kind
   */
  async fetchBlobs(
    column: string,
    offsets: readonly number[],
    options: Omit<TakeOptions, "columns"> = {},
  ): Promise<(Uint8Array | null)[]> {
    checkOptions(options, fetchOptions, `fetch blobs of ${this.name}`);
    return fetchTableBlobs(this.#storage, this.#id, column, offsets, options);
  }

  /**
   * The rows whose vectors are nearest, nearest first, with their `_distance`. An index of the same metric is used if
   * there is one.
   * @throws DlfLanceError InvalidInput for a vector that does not fit the column, or if you must name the column
   */
  async nearest(vector: ArrayLike<number>, options: TableNearestOptions = {}): Promise<Table> {
    checkOptions(options, tableNearestOptions, `search ${this.name}`);
    return searchRows(this.#storage, this.#id, (search) => parseNearest(vector, search), options);
  }

  /**
   * The rows that match a text best, best first, with their `_score`. With a vector, text and vector are searched
   * together, and rows come with their `_relevance_score`. Needs an index of type `fts`, unless you name `textColumns`.
   */
  async search(text: string, options: TableTextSearchOptions = {}): Promise<Table> {
    checkOptions(options, tableTextSearchOptions, `search ${this.name}`);
    return searchRows(this.#storage, this.#id, (search) => parseTextSearch(text, search), options);
  }

  /** Appends rows as one new version, or as several if you ask for `commits`. */
  async append(data: WriteDataFor<C>, options: AppendOptions = {}): Promise<WriteResult> {
    checkOptions(options, appendOptions, `append to ${this.name}`);
    return tracedToCaller(appendRows(this.#storage, this.#id, data as WriteData, options));
  }

  /** Deletes the rows for which the condition is true. */
  async delete<V = never>(where: Condition<C, V>, options: ChangeOptions = {}): Promise<EditResult> {
    checkOptions(options, changeOptions, `delete rows of ${this.name}`);
    return tracedToCaller(deleteRows(this.#storage, this.#id, where as Condition, options));
  }

  /**
   * Sets columns to new values, in the rows for which `where` is true:
   * `{ price: 3, note: null, total: { sql: "price * 2" } }`. A text that reads as an expression over the columns is
   * refused, unless you wrap it in `lit()`.
   * @throws DlfLanceError InvalidInput for a value that the column cannot hold; TableColumnNotFound
   */
  async update<V = never>(values: UpdateValues<C>, options: UpdateOptions<C, V> = {}): Promise<EditResult> {
    checkOptions(options, updateOptions, `update ${this.name}`);
    return tracedToCaller(
      updateRows(
        this.#storage,
        this.#id,
        values as Readonly<Record<string, UpdateValue>>,
        options as UpdateOptions,
      ),
    );
  }

  /**
   * Writes rows by their key (an upsert): rows whose key exists are updated, the others are inserted, unless you choose
   * otherwise in the options. Columns missing from the data keep their values in updated rows, and are null in inserted
   * ones.
   *
   * Merges, updates and deletes of one table in one process wait for each other. Two processes that insert the same new
   * key at the same time both insert it, and the last one to commit gets `ConcurrentModification`, which names the keys.
   * @param on the columns whose values identify a row; no two rows of the data may be. 0 and -0 are the
   *   same, so are NaN and NaN; null is the same as nothing, so that such rows are inserted
   * @throws DlfLanceError InvalidInput for two rows with the same key; ConcurrentModification; Unsupported for a table
   *   with large lists, which the native library cannot merge
   */
  async merge<const N extends string>(
    on: Named<C, N> | readonly Named<C, N>[],
    data: TableDataFor<C>,
    options: MergeOptions = {},
  ): Promise<EditResult> {
    checkOptions(options, mergeOptions, `merge into ${this.name}`);
    return tracedToCaller(mergeRows(this.#storage, this.#id, on, data as TableData, options));
  }

  /** Adds columns: `{ total: { sql: "price * quantity" }, note: { type: "string" } }`, the latter null in all rows. */
  async addColumns(
    columns: Readonly<Record<string, NewColumn>>,
    options: ChangeOptions = {},
  ): Promise<EditResult> {
    checkOptions(options, changeOptions, `add columns to ${this.name}`);
    return tracedToCaller(addColumns(this.#storage, this.#id, columns, options));
  }

  /** Renames columns and changes their types: `{ total: { rename: "sum", type: "int64" } }`. */
  async alterColumns(
    columns: Readonly<Record<string, ColumnChange>>,
    options: ChangeOptions = {},
  ): Promise<EditResult> {
    checkOptions(options, changeOptions, `alter columns of ${this.name}`);
    return tracedToCaller(alterColumns(this.#storage, this.#id, columns, options));
  }

  /** Drops columns; older versions keep them. */
  async dropColumns(columns: readonly string[], options: ChangeOptions = {}): Promise<EditResult> {
    checkOptions(options, changeOptions, `drop columns of ${this.name}`);
    return tracedToCaller(dropColumns(this.#storage, this.#id, columns, options));
  }

  /** Merges small fragments, drops deleted rows from files, and updates indices. Removes no version. */
  async compact(options: ChangeOptions = {}): Promise<EditResult> {
    checkOptions(options, changeOptions, `compact ${this.name}`);
    return tracedToCaller(compactTable(this.#storage, this.#id, options));
  }

  /**
   * Removes versions older than seven days, or than `olderThan`, and the files that only they need. Compacts the table
   * too. Versions with a tag stay.
   * @throws DlfLanceError InvalidInput for younger versions, unless you allow it
   */
  async cleanup(options: CleanupOptions = {}): Promise<EditResult> {
    checkOptions(options, cleanupOptions, `clean up ${this.name}`);
    return tracedToCaller(cleanupTable(this.#storage, this.#id, options));
  }

  /** All remaining versions, oldest first. Reads one small file per version. */
  versions(): Promise<TableVersion[]> {
    return listTableVersions(this.#storage, this.#id);
  }

  /** Restores an older version, as a new one. No version is lost. */
  async restore(version: VersionReference, options: ChangeOptions = {}): Promise<EditResult> {
    checkOptions(options, changeOptions, `restore ${this.name}`);
    return tracedToCaller(restoreTable(this.#storage, this.#id, version, options));
  }

  /** The names given to versions, and the version of each. */
  tags(): Promise<TableTag[]> {
    return listTableTags(this.#storage, this.#id);
  }

  /** Names a version, the newest one when left out. @throws DlfLanceError TableTagAlreadyExists */
  createTag(tag: string, version?: VersionReference): Promise<TableTag> {
    return tracedToCaller(putTableTag(this.#storage, this.#id, "create", tag, version));
  }

  /** Moves a tag to another version. @throws DlfLanceError TableTagNotFound */
  updateTag(tag: string, version?: VersionReference): Promise<TableTag> {
    return tracedToCaller(putTableTag(this.#storage, this.#id, "update", tag, version));
  }

  /** Removes the name; the version stays until it is cleaned up. @throws DlfLanceError TableTagNotFound */
  deleteTag(tag: string): Promise<void> {
    return tracedToCaller(deleteTableTag(this.#storage, this.#id, tag));
  }

  /** The indices of the newest version. */
  indices(): Promise<LanceIndex[]> {
    return this.#storage.withTable(this.#id, (handle) => handle.indices.list());
  }

  /**
   * Builds an index over a column: `{ type: "ivf_pq", metric: "cosine" }`, `{ type: "btree" }`, `{ type: "fts" }`. An
   * interruption stops the build.
   * @throws DlfLanceError TableIndexAlreadyExists; InvalidInput for a column of another type
   */
  async createIndex(column: string, kind: IndexKind, options: CreateIndexOptions = {}): Promise<EditResult> {
    checkName(column, "the column", `index ${this.name}`);
    checkOptions(options, createIndexOptions, `index column ${column} of ${this.name}`);
    return tracedToCaller(createTableIndex(this.#storage, this.#id, column, kind, options));
  }

  /** What Lance counts of one index. @throws DlfLanceError TableIndexNotFound */
  async indexStatistics(index: string): Promise<LanceIndexStatistics> {
    checkName(index, "the index", `read an index of ${this.name}`);
    return this.#storage.withTable(this.#id, async (handle) => {
      const found = await requireIndex(handle, index, `read index ${index} of ${this.name}`);
      const statistics = await handle.indices.statistics(index);
      return (
        statistics ?? {
          type: found.type,
          metric: undefined,
          indexedRows: found.indexedRows ?? 0,
          unindexedRows: found.unindexedRows ?? 0,
          segments: undefined,
        }
      );
    });
  }

  /** Waits until an index exists and covers all rows. @throws DlfLanceError TableIndexNotFound; InvalidTableState */
  async waitForIndex(index: string, options: WaitForIndexOptions = {}): Promise<LanceIndex> {
    checkName(index, "the index", `wait for an index of ${this.name}`);
    checkOptions(options, waitForIndexOptions, `wait for index ${index} of ${this.name}`);
    return waitForTableIndex(this.#storage, this.#id, index, options);
  }

  /** Removes an index; searches and filters go on without it. @throws DlfLanceError TableIndexNotFound */
  async dropIndex(index: string, options: ChangeOptions = {}): Promise<EditResult> {
    checkName(index, "the index", `drop an index of ${this.name}`);
    checkOptions(options, changeOptions, `drop index ${index} of ${this.name}`);
    return tracedToCaller(dropTableIndex(this.#storage, this.#id, index, options));
  }

  /** A notebook shows the table's description. */
  async [displaySymbol](): Promise<MimeBundle> {
    return (await this.describe())[displaySymbol]();
  }

  [inspect.custom](): string {
    return `LakeTable ${this.name}`;
  }
}
