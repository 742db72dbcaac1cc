/** Changes to the rows, columns and files of one open table. Each is one commit, except where it says more. */
import type * as LanceDb from "@lancedb/lancedb";
import { arrow, type DataType, type Table } from "../../arrow.ts";
import { encloseSql } from "./enclose-sql.ts";
import { translateNativeError, translateNativeRead } from "./native-error.ts";

export interface ColumnAlteration {
  readonly column: string;
  readonly rename?: string | undefined;
  readonly type?: DataType | undefined;
  readonly nullable?: boolean | undefined;
}

/** What a merge does with rows, in Lance's SQL dialect; what is left out is left alone. */
export interface MergeSteps {
  /** Rows of both sides take the new values; only where the text is true, which calls them `source` and `target`. */
  readonly updateMatched?: true | string | undefined;
  readonly insertUnmatched?: boolean | undefined;
  /** Rows of the table alone are deleted; only where the text is true. */
  readonly deleteUnmatched?: true | string | undefined;
}

export interface RowChanges {
  readonly version: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface FileChanges {
  readonly fragmentsRemoved: number;
  readonly fragmentsAdded: number;
  readonly versionsRemoved: number;
  readonly bytesRemoved: number;
}

export interface LanceEdits {
  /** How many rows a change would choose. @param action the change, for messages */
  countRows(filter: string, action: string): Promise<number>;
  delete(filter: string): Promise<RowChanges>;
  /** Each column takes what its SQL text comes to. Without a filter in all rows. */
  update(values: ReadonlyMap<string, string>, filter: string | undefined): Promise<RowChanges>;
  /** @param data the key columns and those to be written; of other columns matched rows keep their values */
  merge(keys: readonly string[], data: Table, steps: MergeSteps): Promise<RowChanges>;
  addColumns(columns: readonly { readonly name: string; readonly sql: string }[]): Promise<number>;
  addNullColumns(columns: readonly { readonly name: string; readonly type: DataType }[]): Promise<number>;
  alterColumns(alterations: readonly ColumnAlteration[]): Promise<number>;
  dropColumns(columns: readonly string[]): Promise<number>;
  /**
   * Compacts, then deletes what only versions before a time need, then brings indices up to date: several commits.
   * @param removeUnverified also files younger than seven days that no version knows; they may be those of a write
   *   that is under way
   * @param doing as whose part it is done, for messages
   */
  optimize(
    removeBefore: Date,
    removeUnverified: boolean,
    doing?: "compact" | "clean up",
  ): Promise<FileChanges>;
}

export function createEdits(name: string, table: LanceDb.Table): LanceEdits {
  const run = translateNativeError;
  return {
    countRows: (filter, action) =>
      translateNativeRead(action, () => table.countRows(encloseSql(filter)), undefined, "condition"),
    delete: (filter) =>
      run(
        `delete rows of ${name}`,
        async () => {
          const { version, numDeletedRows } = await table.delete(encloseSql(filter));
          return { version, inserted: 0, updated: 0, deleted: numDeletedRows };
        },
        "condition",
      ),
    update: (values, filter) =>
      run(
        `update ${name}`,
        async () => {
          const { version, rowsUpdated } = await table.update({
            valuesSql: new Map([...values].map(([column, sql]) => [column, encloseSql(sql)])),
            ...(filter === undefined ? {} : { where: encloseSql(filter) }),
          });
          return { version, inserted: 0, updated: rowsUpdated, deleted: 0 };
        },
        // Rows are counted first: a condition that cannot be computed has failed there.
        "values",
      ),
    merge: (keys, data, steps) =>
      run(
        `merge into ${name}`,
        async () => {
          const result = await buildMerge(table.mergeInsert([...keys]), steps).execute(data);
          const { version, numInsertedRows, numUpdatedRows, numDeletedRows } = result;
          return { version, inserted: numInsertedRows, updated: numUpdatedRows, deleted: numDeletedRows };
        },
        "condition",
      ),
    addColumns: (columns) =>
      run(
        `add columns to ${name}`,
        async () => {
          const added = columns.map((column) => ({ name: column.name, valueSql: encloseSql(column.sql) }));
          return (await table.addColumns(added)).version;
        },
        "values",
      ),
    addNullColumns: (columns) =>
      run(`add columns to ${name}`, async () => {
        const fields = columns.map((column) => new arrow.Field(column.name, column.type, true));
        return (await table.addColumns(fields)).version;
      }),
    alterColumns: (alterations) =>
      run(`alter columns of ${name}`, async () => {
        const changed = alterations.map(({ column, rename, type, nullable }) => ({
          path: column,
          ...(rename === undefined ? {} : { rename }),
          ...(type === undefined ? {} : { dataType: type }),
          ...(nullable === undefined ? {} : { nullable }),
        }));
        return (await table.alterColumns(changed)).version;
      }),
    dropColumns: (columns) =>
      run(`drop columns of ${name}`, async () => (await table.dropColumns([...columns])).version),
    optimize: (removeBefore, removeUnverified, doing = "compact") =>
      run(`${doing} ${name}`, async () => {
        const options = { cleanupOlderThan: removeBefore, deleteUnverified: removeUnverified };
        const { compaction, prune } = await table.optimize(options);
        return {
          fragmentsRemoved: compaction.fragmentsRemoved,
          fragmentsAdded: compaction.fragmentsAdded,
          versionsRemoved: prune.oldVersionsRemoved,
          bytesRemoved: prune.bytesRemoved,
        };
      }),
  };
}

type MergeBuilder = ReturnType<LanceDb.Table["mergeInsert"]>;

function buildMerge(builder: MergeBuilder, steps: MergeSteps): MergeBuilder {
  const { updateMatched, insertUnmatched, deleteUnmatched } = steps;
  const where = (condition: true | string) =>
    condition === true ? undefined : { where: encloseSql(condition) };
  let built = builder;
  if (updateMatched !== undefined) built = built.whenMatchedUpdateAll(where(updateMatched));
  if (insertUnmatched === true) built = built.whenNotMatchedInsertAll();
  if (deleteUnmatched !== undefined) built = built.whenNotMatchedBySourceDelete(where(deleteUnmatched));
  return built;
}
