import { arrow, type DataType, type Field } from "../../arrow.ts";
import type { CatalogTable } from "../../catalog/operations/catalog-table.ts";
import { formatTableId, parseTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { parseType } from "../../frame/types/parse-type.ts";
import { readCatalogFields } from "../../table/description/catalog-fields.ts";
import type { TableDirectory } from "../../table-directory.ts";
import type { LakeStorage } from "../storage/storage.ts";

/** Milliseconds for which a listing is taken for the newest. */
const listingLife = 60_000;

interface Listing {
  readonly names: Promise<readonly string[]>;
  readonly since: number;
}

/** The tables of a connection, for completion and checks of cells. */
export function createTableDirectory(storage: LakeStorage): TableDirectory {
  const { catalog } = storage;
  let listing: Listing | undefined;
  /** Begun since the last change that this connection has made. */
  let isCurrent = false;
  catalog.watchTables(() => {
    isCurrent = false;
  });

  /** The one before stays where this one fails. */
  function list(): Listing {
    const before = listing;
    const names = catalog.listAllTables().then((ids) => ids.map(formatTableId));
    const asked = { names, since: Date.now() };
    listing = asked;
    isCurrent = true;
    names.catch(() => {
      if (listing === asked) listing = before;
    });
    return asked;
  }

  const renew = (id: TableId) =>
    storage.withTable(id, async (handle, entry) => describeColumns((await handle.schema()).fields, entry));

  async function recall(id: TableId): Promise<readonly Field[] | undefined> {
    const open = await storage.recallTable(id);
    return open && describeColumns((await open.handle.schema()).fields, open.entry);
  }

  return {
    async list() {
      if (listing === undefined || !isCurrent) return list().names;
      const { names, since } = listing;
      if (Date.now() - since > listingLife) list();
      return names;
    },
    async columns(table) {
      const id = parseTableId(table);
      const open = await recall(id);
      if (open !== undefined) return open;
      const { fields } = await catalog.recallTable(id);
      return readCatalogFields(fields, readTypeName) ?? (await renew(id));
    },
    renewColumns: (table) => renew(parseTableId(table)),
    describe: (table) =>
      storage.withTable(parseTableId(table), async (handle, { location, comment }) => {
        const version = await handle.version();
        const [rows, { fields }] = await Promise.all([handle.countRows(), handle.schema()]);
        return { location, version, rows, comment, columns: fields };
      }),
    recallColumns: (table) => recall(parseTableId(table)),
  };
}

/** The columns with what the catalog says of them, as far as it says something. */
function describeColumns(columns: readonly Field[], { fields }: CatalogTable): readonly Field[] {
  const described = new Map(
    readCatalogFields(fields, readTypeName)?.map(({ name, metadata }) => [name, metadata.get("description")]),
  );
  return columns.map((column) => {
    const description = described.get(column.name);
    if (description === undefined) return column;
    const metadata = new Map([...column.metadata, ["description", description]]);
    return new arrow.Field(column.name, column.type, column.nullable, metadata);
  });
}

function readTypeName(name: string): DataType | undefined {
  try {
    return parseType(name, "read a column's type");
  } catch {
    return undefined;
  }
}
