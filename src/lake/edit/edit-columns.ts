/** Columns added, altered and dropped. Each is one commit; data files are rewritten only where values change. */
import { arrow, type DataType, type Field, type Schema } from "../../arrow.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { checkEntries, checkOptions, describeValue, type OptionNames } from "../../check-options.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { checkSqlText } from "../../frame/expression/sql-text.ts";
import { parseType } from "../../frame/types/parse-type.ts";
import { ValueMismatch } from "../../table/columns/value-mismatch.ts";
import { refuseColumnNames } from "../../table/ingest/column-names.ts";
import { refuseNarrowing } from "../../table/ingest/refuse-narrowing.ts";
import { refuseFixedOffsets } from "../../table/ingest/written-field.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import type { ColumnAlteration } from "../../table/native/table-edits.ts";
import type { EditResult } from "../commit/edit-result.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { type ChangeOptions, changeTable } from "./change-table.ts";
import { checkComputed } from "./check-computed.ts";
import { findColumn } from "./edit-rows.ts";

/**
 * A new column: the value of an expression in Lance's SQL dialect, or a column of nulls with a type, given by Arrow's
 * name (`int64`, `timestamp[us, UTC]`) or as an Arrow type.
 */
export type NewColumn = { readonly sql: string } | { readonly type: string | DataType };

/** What to change of a column. Types change within their kind: `int32` to `int64`, `double` to `float`. */
export interface ColumnChange {
  readonly rename?: string;
  readonly type?: string | DataType;
  /** A column that takes nulls cannot be made one that does not. */
  readonly nullable?: boolean;
}

const columnChange: OptionNames<ColumnChange> = { rename: true, type: true, nullable: "flag" };

/** Expressions and null columns together are two commits. */
export function addColumns(
  storage: LakeStorage,
  id: TableId,
  columns: Readonly<Record<string, NewColumn>>,
  options: ChangeOptions,
): Promise<EditResult> {
  const action = `add columns to ${formatTableId(id)}`;
  const entries = checkEntries(columns, '{ total: { sql: "price * 2" }, note: { type: "string" } }', action);
  for (const [name, column] of entries) {
    if (isNewColumn(column)) continue;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: column ${name} is neither { sql: "price * 2" } nor { type: "string" }; ` +
        "what SQL does not compute, write with merge() into a column of a type",
    );
  }
  const computed = entries.flatMap(([name, column]) => {
    if (!("sql" in column)) return [];
    checkSqlText(column.sql, name);
    return [{ name, sql: column.sql }];
  });
  const empty = entries.flatMap(([name, column]) =>
    "sql" in column ? [] : [{ name, type: readType(name, column.type, action) }],
  );
  refuseColumnNames([...computed, ...empty], action);
  const change = {
    doing: "add columns to",
    done: "added columns to",
    changesColumns: true,
    async work(handle: LanceTable) {
      refuseExisting(
        await handle.schema(),
        entries.map(([name]) => name),
        action,
      );
      await checkComputed(handle, computed, { action });
      if (empty.length === 0) return { version: await handle.edits.addColumns(computed) };
      const version = await handle.edits.addNullColumns(empty);
      return { version: computed.length === 0 ? version : await handle.edits.addColumns(computed) };
    },
  };
  return changeTable(storage, id, change, options);
}

function isNewColumn(column: unknown): column is NewColumn {
  if (typeof column !== "object" || column === null) return false;
  const keys = Object.keys(column);
  return keys.length === 1 && (keys[0] === "sql" || keys[0] === "type");
}

export function alterColumns(
  storage: LakeStorage,
  id: TableId,
  columns: Readonly<Record<string, ColumnChange>>,
  options: ChangeOptions,
): Promise<EditResult> {
  const action = `alter columns of ${formatTableId(id)}`;
  const example = '{ total: { rename: "sum", type: "int64" } }';
  const alterations = checkEntries(columns, example, action).map(([column, change]) => {
    // Nothing is not an object of options here.
    const { rename, type, nullable } = checkOptions(change ?? (null as never), columnChange, action);
    if (rename === undefined && type === undefined && nullable === undefined) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${action}: nothing of column ${column} changes; name what does, as in ${example}`,
      );
    }
    return {
      column,
      rename,
      type: type === undefined ? undefined : readType(column, type, action),
      nullable,
    };
  });
  refuseColumnNames(
    alterations.flatMap(({ column, rename }) =>
      rename === undefined || column.includes(".") ? [] : [{ name: rename }],
    ),
    action,
  );
  for (const { column, rename } of alterations) {
    const parents = column.split(".").slice(0, -1);
    if (rename !== undefined && parents.length > 0) refuseColumnNames([{ name: rename }], action, parents);
  }
  const change = {
    doing: "alter columns of",
    done: "altered columns of",
    changesColumns: true,
    async work(handle: LanceTable) {
      const schema = await handle.schema();
      // A nested column is addressed by a path.
      for (const { column } of alterations) findColumn(schema, column.split(".")[0] ?? column, action);
      refuseTakenNames(schema.fields, alterations, action);
      await refuseNarrowed(handle, schema, alterations, action);
      return { version: await handle.edits.alterColumns(alterations) };
    },
  };
  return changeTable(storage, id, change, options);
}

export function dropColumns(
  storage: LakeStorage,
  id: TableId,
  columns: readonly string[],
  options: ChangeOptions,
): Promise<EditResult> {
  const action = `drop columns of ${formatTableId(id)}`;
  if (!Array.isArray(columns) || columns.length === 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the columns are ${describeValue(columns)}; name at least one column, as in ["note"]`,
    );
  }
  const change = {
    doing: "drop columns of",
    done: "dropped columns of",
    changesColumns: true,
    async work(handle: LanceTable) {
      const schema = await handle.schema();
      for (const column of columns) findColumn(schema, column, action);
      if (schema.fields.every(({ name }) => columns.includes(name))) {
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot ${action}: no column would be left; drop the table instead`,
        );
      }
      if (await storage.wouldEmptyFragment(id, await handle.version(), columns)) {
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot ${action}: some rows have data in no other column, and Lance cannot read a table of such rows; ` +
            "give another column values in them first, with update()",
        );
      }
      return { version: await handle.edits.dropColumns(columns) };
    },
  };
  return changeTable(storage, id, change, options);
}

/** @throws DlfLanceError InvalidInput for a new name that another column of the table has */
function refuseTakenNames(
  fields: readonly Field[],
  alterations: readonly ColumnAlteration[],
  action: string,
): void {
  for (const { column, rename } of alterations) {
    const path = column.split(".");
    const siblings = path
      .slice(0, -1)
      .reduce<readonly Field[]>(
        (within, name) => within.find((field) => field.name === name)?.type.children ?? [],
        fields,
      );
    if (rename === undefined || rename === path.at(-1) || !siblings.some(({ name }) => name === rename))
      continue;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: there is a column ${rename} already; choose another name for ${column}, or rename or drop that one first`,
    );
  }
}

/** @throws DlfLanceError InvalidInput naming the first value that the new type would change */
async function refuseNarrowed(
  handle: LanceTable,
  schema: Schema,
  alterations: readonly ColumnAlteration[],
  action: string,
): Promise<void> {
  const changed = alterations.flatMap(({ column, type }) => {
    const field = schema.fields.find(({ name }) => name === column);
    if (type === undefined || field === undefined) return [];
    return [new arrow.Field(column, type, true)];
  });
  if (changed.length === 0) return;
  let first = 0;
  for await (const batch of handle.scan({ columns: changed.map(({ name }) => name) })) {
    for (const field of changed) {
      try {
        const vector = batch.getChild(field.name);
        if (vector !== null) refuseNarrowing(vector, field);
      } catch (error) {
        if (!(error instanceof ValueMismatch)) throw error;
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot ${action}: row ${first + (error.row ?? 0) + 1}, column ${field.name}: ${error.reason}; ` +
            `the new type is ${fieldTypeName(field)}; choose a type that holds all values, or update() these first`,
        );
      }
    }
    first += batch.numRows;
  }
}

function readType(column: string, type: string | DataType, action: string): DataType {
  const isType = typeof type === "object" && type !== null && typeof type.typeId === "number";
  const read = isType ? type : parseType(type as string, action);
  refuseFixedOffsets([new arrow.Field(column, read, true)], action);
  return read;
}

function refuseExisting(
  schema: { readonly fields: readonly { readonly name: string }[] },
  names: readonly string[],
  action: string,
): void {
  const existing = schema.fields.find(({ name }) => names.includes(name));
  if (existing === undefined) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: there is a column ${existing.name} already; choose another name, or drop that one first`,
  );
}
