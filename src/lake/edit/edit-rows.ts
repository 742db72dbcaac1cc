/** Deletes, updates and merges: changes to the rows that a condition or a key names. */
import { type Field, isArrowTable, type Schema } from "../../arrow.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { checkChoice, checkEntries, checkName, checkOptions } from "../../check-options.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import type { Condition } from "../../frame/builder/arguments.ts";
import type { Untyped } from "../../frame/builder/frame-types.ts";
import { checkSqlText } from "../../frame/expression/sql-text.ts";
import { findNearest } from "../../nearest.ts";
import { refuseBlobKeys, refuseQuotedKeys } from "../../table/ingest/column-names.ts";
import { buildAppendedTable } from "../../table/ingest/ingest.ts";
import { toLogicalBlobs } from "../../table/ingest/logical-blobs.ts";
import { readData, type TableData } from "../../table/ingest/read-data.ts";
import { refuseNanVectors } from "../../table/ingest/refuse-nan-vectors.ts";
import { refuseLargeLists } from "../../table/ingest/written-field.ts";
import type { EditResult } from "../commit/edit-result.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { type ChangeOptions, type Committed, changeTable } from "./change-table.ts";
import { type Computed, checkComputed, writeCheckedCondition } from "./check-computed.ts";
import { adoptZeros, collectKeys, refuseDuplicates } from "./merge-keys.ts";
import { isSqlExpression, refuseTextExpressions, type UpdateValue, updateSql } from "./update-value.ts";

/** Options of `update`. */
export interface UpdateOptions<C = Untyped, V = unknown> extends ChangeOptions {
  /** Which rows; all of them when left out. */
  readonly where?: Condition<C, V>;
}

/** Options of `merge`. */
export interface MergeOptions extends ChangeOptions {
  /** Rows whose keys are in both take the new values: all of them when left out, or those for which the text, in
   * Lance's SQL dialect, is true; it calls the two rows `source` (new) and `target`. */
  readonly whenMatched?: "update" | "keep" | { readonly updateWhere: string };
  /** Rows whose keys the table has not are inserted when left out. */
  readonly whenNotMatched?: "insert" | "skip";
  /** Rows of the table whose keys the data have not stay when left out. */
  readonly whenNotInData?: "keep" | "delete" | { readonly deleteWhere: Condition };
}

export function deleteRows(
  storage: LakeStorage,
  id: TableId,
  where: Condition,
  options: ChangeOptions,
): Promise<EditResult> {
  const table = formatTableId(id);
  const action = `delete rows of ${table}`;
  const change = {
    doing: "delete rows of",
    done: "deleted rows of",
    takesTurn: true,
    mayAdd: (rows: number) => rows < 0,
    async work(handle: Handle) {
      const next = 'pass one, as in delete("id = 5")';
      const filter = await writeCheckedCondition(handle, where, action, next);
      // Lance would make a version of the same rows.
      if ((await handle.edits.countRows(filter, action)) === 0)
        return { version: await handle.version(), rowsDeleted: 0 };
      const { version, deleted } = await handle.edits.delete(filter);
      return { version, rowsDeleted: deleted };
    },
  };
  return changeTable(storage, id, change, options);
}

type Handle = Parameters<Parameters<LakeStorage["withTable"]>[1]>[0];

export function updateRows(
  storage: LakeStorage,
  id: TableId,
  values: Readonly<Record<string, UpdateValue>>,
  { where, ...options }: UpdateOptions,
): Promise<EditResult> {
  const table = formatTableId(id);
  const action = `update ${table}`;
  const entries = checkEntries(values, '{ price: 3, total: { sql: "price * 2" } }', action);
  const prepare = async (handle: Handle) => {
    const schema = await handle.schema();
    const assignments = entries.map(([column, value]): [string, string] => [
      column,
      updateSql(value, findColumn(schema, column, action), action),
    ]);
    await refuseTextExpressions(entries, schema.fields, action);
    const filter =
      where === undefined
        ? undefined
        : await writeCheckedCondition(handle, where, action, "leave where out to update all rows");
    const computed = entries.flatMap(([name, value]): Computed[] =>
      isSqlExpression(value) ? [{ name, field: findColumn(schema, name, action), sql: value.sql }] : [],
    );
    await checkComputed(handle, computed, { action, filter });
    return { assignments, filter };
  };
  const change = {
    doing: "update rows of",
    done: "updated rows of",
    takesTurn: true,
    mayAdd: (rows: number) => rows === 0,
    async work(handle: Handle) {
      const { assignments, filter } = await prepare(handle);
      if (filter !== undefined && (await handle.edits.countRows(filter, action)) === 0)
        return { version: await handle.version(), rowsUpdated: 0 };
      const { version, updated } = await handle.edits.update(new Map(assignments), filter);
      return { version, rowsUpdated: updated };
    },
    async check(_: Handle, { version = 0 }: Committed, versionBefore: number) {
      if (version <= versionBefore + 1) return;
      // Lance has made the change again, over what others had committed: these rows were not checked yet.
      try {
        await storage.withSnapshot(id, version - 1, prepare);
      } catch (error) {
        if (!isError(error, "InvalidInput")) throw error;
        throw new DlfLanceError(
          "ConcurrentModification",
          `${error.message}. Another writer committed these rows meanwhile, and version ${version} holds the changed values; ` +
            `restore(${version - 1}) takes them back`,
        );
      }
    },
  };
  return changeTable(storage, id, change, options);
}

export function mergeRows(
  storage: LakeStorage,
  id: TableId,
  on: string | readonly string[],
  data: TableData,
  options: MergeOptions,
): Promise<EditResult> {
  const table = formatTableId(id);
  const keys = typeof on === "string" ? [on] : Array.isArray(on) ? [...on] : [on];
  if (keys.length === 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot merge into ${table}: name the key, the columns that identify a row`,
    );
  }
  if (!keys.every((key) => typeof key === "string")) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot merge into ${table}: the key is not the name of a column; pass it first, as in merge("id", rows)`,
    );
  }
  refuseQuotedKeys(keys, `merge into ${table}`);
  const action = `merge into ${table}`;
  const { whenMatched, whenNotMatched, whenNotInData } = readMergeOptions(options, action);
  let merged: ReadonlySet<string> = new Set();
  const change = {
    doing: "merge into",
    done: "merged into",
    takesTurn: true,
    async work(handle: Handle) {
      const schema = await handle.schema();
      refuseLargeLists(schema, action);
      for (const key of keys) findColumn(schema, key, action);
      refuseBlobKeys(schema.fields, keys, action);
      const given = selectGiven(buildAppendedTable(data, schema, action), data, keys, table);
      merged = collectKeys([given], keys, action);
      refuseNanVectors([given], action);
      const rows = toLogicalBlobs(await adoptZeros(handle, given, keys), schema);
      const { version, ...counts } = await handle.edits.merge(keys, rows, {
        updateMatched: matchedStep(whenMatched),
        insertUnmatched: whenNotMatched === "insert",
        deleteUnmatched:
          typeof whenNotInData === "object"
            ? await writeCheckedCondition(
                handle,
                whenNotInData.deleteWhere,
                action,
                'pass { whenNotInData: "delete" } to delete all rows that are not in the data',
              )
            : whenNotInData === "delete" || undefined,
      });
      return {
        version,
        rowsInserted: counts.inserted,
        rowsUpdated: counts.updated,
        rowsDeleted: counts.deleted,
      };
    },
    async check(handle: Handle, { version = 0, rowsInserted = 0 }: Committed, versionBefore: number) {
      if (rowsInserted > 0 && version > versionBefore + 1) {
        await refuseDuplicates(handle, merged, keys, action, version);
      }
    },
  };
  return changeTable(storage, id, change, options);
}

function readMergeOptions(options: MergeOptions, action: string): Required<Omit<MergeOptions, "signal">> {
  const { whenMatched = "update", whenNotMatched = "insert", whenNotInData = "keep" } = options;
  return {
    whenMatched:
      typeof whenMatched === "object"
        ? checkOptions(whenMatched, { updateWhere: true }, action)
        : checkChoice<"update" | "keep">(whenMatched, ["update", "keep"], "whenMatched", action),
    whenNotMatched: checkChoice(whenNotMatched, ["insert", "skip"], "whenNotMatched", action),
    whenNotInData:
      typeof whenNotInData === "object"
        ? checkOptions(whenNotInData, { deleteWhere: true }, action)
        : checkChoice<"keep" | "delete">(whenNotInData, ["keep", "delete"], "whenNotInData", action),
  };
}

function matchedStep(whenMatched: NonNullable<MergeOptions["whenMatched"]>): true | string | undefined {
  if (whenMatched === "keep") return undefined;
  if (whenMatched === "update") return true;
  checkSqlText(whenMatched.updateWhere);
  return whenMatched.updateWhere;
}

/** Columns that the data do not name are left as they are in rows that are updated. */
function selectGiven(
  rows: ReturnType<typeof buildAppendedTable>,
  data: TableData,
  keys: readonly string[],
  table: string,
): ReturnType<typeof buildAppendedTable> {
  const given = namesOf(data, `merge into ${table}`);
  const missing = keys.find((key) => !given.has(key));
  if (missing !== undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot merge into ${table}: the data have no column ${missing}, which is the key`,
    );
  }
  return rows.select(rows.schema.fields.map((field) => field.name).filter((name) => given.has(name)));
}

function namesOf(data: TableData, action: string): ReadonlySet<string> {
  const source = readData(data, action);
  return new Set(isArrowTable(source) ? source.schema.fields.map((field) => field.name) : source.keys());
}

/** @throws DlfLanceError TableColumnNotFound */
export function findColumn(schema: Schema, column: string, action: string): Field {
  checkName(column, "the column", action);
  const field = schema.fields.find(({ name }) => name === column);
  if (field !== undefined) return field;
  const names = schema.fields.map(({ name }) => name);
  const near = findNearest(column, names);
  throw new DlfLanceError(
    "TableColumnNotFound",
    `Cannot ${action}: no column ${column}; ${near === undefined ? "it has" : `did you mean ${near}? It has`} ${names.join(", ")}`,
  );
}
