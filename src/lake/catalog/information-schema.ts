/** The catalog as tables of SQL: `information_schema.schemata`, `.tables` and `.columns`. */
import { arrow, type Field } from "../../arrow.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { wrapData } from "../../frame/rows/build-data.ts";
import type { Data } from "../../frame/rows/number-words.ts";
import { pickColumns } from "../../frame/rows/pass-rows.ts";
import type { ResolvedRows, RowSource } from "../../frame/source.ts";
import { stopIfAborted } from "../../interrupt.ts";
import type { LakeStorage } from "../storage/storage.ts";

/** The columns of a table are read by opening it. */
const mostOpened = 100;

// Arrow loads on first use, and not with this file.
const place: Readonly<Record<string, ColumnType>> = {
  table_catalog: "text",
  table_schema: "text",
  table_name: "text",
};

type ColumnType = "text" | "number";
type Row = readonly (string | number)[];
type FindRows = (storage: LakeStorage, action: string, signal: AbortSignal | undefined) => Promise<Row[]>;

interface CatalogTable {
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly find: FindRows;
}

const listed: ReadonlyMap<string, CatalogTable> = new Map([
  ["schemata", { columns: { catalog_name: "text", schema_name: "text" }, find: listSchemata }],
  ["tables", { columns: { ...place, table_type: "text" }, find: listTables }],
  [
    "columns",
    {
      columns: {
        ...place,
        column_name: "text",
        ordinal_position: "number",
        is_nullable: "text",
        data_type: "text",
      },
      find: listColumns,
    },
  ],
]);

/**
 * The rows of a table that a statement names, if it is one of these.
 * @throws DlfLanceError TableNotFound for another table of this schema
 */
export function findCatalogRows(storage: LakeStorage, name: string): RowSource | undefined {
  const [schema, table = "", ...others] = name.toLowerCase().split(".");
  if (schema !== "information_schema" || others.length > 0) return undefined;
  const found = listed.get(table);
  if (found === undefined) {
    throw new DlfLanceError(
      "TableNotFound",
      `Cannot read ${name}: information_schema has the tables ${[...listed.keys()].join(", ")}; name one of them`,
    );
  }
  const { columns, find } = found;
  return {
    name,
    async resolve(signal) {
      const fields = Object.entries(columns).map(
        ([column, type]) =>
          new arrow.Field(column, type === "text" ? new arrow.Utf8() : new arrow.Int32(), true),
      );
      return createRows(fields, await find(storage, `read ${name}`, signal));
    },
  };
}

function createRows(fields: readonly Field[], rows: readonly Row[]): ResolvedRows {
  const children = fields.map(
    (field, index) =>
      arrow.vectorFromArray(
        rows.map((row) => row[index]),
        field.type,
      ).data[0] as Data,
  );
  const batch = wrapData(fields, children, rows.length);
  return {
    schema: batch.schema,
    rows: rows.length,
    async *batches(wanted) {
      if (rows.length > 0) yield wanted === undefined ? batch : pickColumns(batch, wanted);
    },
  };
}

async function listSchemata({ catalog }: LakeStorage): Promise<Row[]> {
  return (await catalog.listNamespaces()).map((namespace) => [catalog.warehouse, namespace]);
}

async function listTables({ catalog }: LakeStorage): Promise<Row[]> {
  const ids = await catalog.listAllTables();
  return ids.map((id) => [...placeOf(catalog.warehouse, id), "BASE TABLE"]);
}

function placeOf(warehouse: string, id: TableId): readonly [string, string, string] {
  return [warehouse, id.namespace, id.table];
}

async function listColumns(
  storage: LakeStorage,
  action: string,
  signal: AbortSignal | undefined,
): Promise<Row[]> {
  const ids = await storage.catalog.listAllTables();
  if (ids.length > mostOpened) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: the catalog has ${ids.length} tables, and each would be opened; ask for one, as in DESCRIBE ${formatTableId(ids[0] as TableId)}`,
    );
  }
  const rows: Row[] = [];
  for (const id of ids) {
    stopIfAborted(signal, action);
    const schema = await storage.withTable(id, (handle) => handle.schema()).catch(passMissing);
    const own = placeOf(storage.catalog.warehouse, id);
    for (const [index, field] of schema?.fields.entries() ?? []) {
      rows.push([...own, field.name, index + 1, field.nullable ? "YES" : "NO", fieldTypeName(field)]);
    }
  }
  return rows;
}

/** A table that was declared and never written has no columns, nor has one that was dropped meanwhile. */
function passMissing(error: unknown): undefined {
  if (!isError(error, "TableNotFound")) throw error;
}
