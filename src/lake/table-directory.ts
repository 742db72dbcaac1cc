import { formatTableId, parseTableId } from "../catalog/identifier.ts";
import type { TableDirectory } from "../table-directory.ts";
import type { LakeStorage } from "./storage.ts";

/** Milliseconds for which a listing is taken for the newest. */
const listingLife = 60_000;

/** The tables of a connection, for completion and checks of cells. */
export function createTableDirectory(storage: LakeStorage): TableDirectory {
  let listing: { readonly names: Promise<readonly string[]>; readonly since: number } | undefined;

  return {
    list() {
      if (listing === undefined || Date.now() - listing.since > listingLife) {
        const names = storage.catalog.listAllTables().then((ids) => ids.map(formatTableId));
        const asked = { names, since: Date.now() };
        listing = asked;
        names.catch(() => {
          if (listing === asked) listing = undefined;
        });
      }
      return listing.names;
    },
    async columns(table) {
      const id = parseTableId(table);
      const known = await storage.recallSchema(id);
      return (known ?? (await storage.withTable(id, (handle) => handle.schema()))).fields;
    },
    renewColumns: async (table) =>
      (await storage.withTable(parseTableId(table), (handle) => handle.schema())).fields,
    describe: (table) =>
      storage.withTable(parseTableId(table), async (handle, { location, comment }) => {
        const version = await handle.version();
        const [rows, { fields }] = await Promise.all([handle.countRows(), handle.schema()]);
        return { location, version, rows, comment, columns: fields };
      }),
    recallColumns: async (table) => (await storage.recallSchema(parseTableId(table)))?.fields,
  };
}
