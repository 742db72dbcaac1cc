/** Changes to Lance tables that the catalog has: properties, names, and registering what lies somewhere already. */
import { DlfLanceError, isError } from "../../errors.ts";
import { formatTableId, parseNamespaceName, type TableId } from "../protocol/identifier.ts";
import type { TableChange } from "../protocol/schemas.ts";
import type { Call, CallOptions, Calls } from "./calls.ts";
import type { CatalogTable } from "./catalog-table.ts";
import type { Databases, PropertyChanges } from "./databases.ts";
import { type ModeName, readMode } from "./modes.ts";
import { refuseBoth, refuseReserved } from "./properties.ts";
import { settle } from "./settle.ts";
import type { Tables } from "./tables.ts";

/** Options of `registerTable`. */
export interface RegisterTableOptions extends CallOptions {
  /** Address of the folder that is the Lance dataset. */
  readonly location: string;
  /** What to do when the name is taken: fail (`Create`), or replace the registration (`Overwrite`). */
  readonly mode?: ModeName<"Create" | "Overwrite">;
  readonly properties?: Readonly<Record<string, string>>;
}

export interface TableChanges {
  alter(id: TableId, changes: PropertyChanges): Promise<void>;
  rename(from: TableId, to: TableId, options: CallOptions): Promise<void>;
  register(id: TableId, options: RegisterTableOptions): Promise<CatalogTable>;
  deregister(id: TableId, options: CallOptions): Promise<CatalogTable>;
}

/** How often a rename whose answer was lost is asked for. */
const rounds = 3;

export function createTableChanges(calls: Calls, databases: Databases, tables: Tables): TableChanges {
  async function alter(id: TableId, { set = {}, remove = [], signal }: PropertyChanges): Promise<void> {
    const action = `change properties of table ${formatTableId(id)}`;
    refuseReserved([...Object.keys(set), ...remove], action);
    refuseBoth(set, remove, action);
    const changes: TableChange[] = [
      ...Object.entries(set).map(([key, value]) => ({ action: "setOption", key, value })),
      ...[...new Set(remove)].map((key) => ({ action: "removeOption", key })),
    ];
    // Asking first keeps tables of other types untouched.
    await tables.get(id, { signal });
    if (changes.length === 0) return;
    await tables.change(id, action, changes, { signal });
  }

  async function rename(from: TableId, to: TableId, { signal }: CallOptions): Promise<void> {
    const action = `rename table ${formatTableId(from)} to ${formatTableId(to)}`;
    const { location } = await tables.get(from, { signal });
    const call: Call<"renameTable"> = {
      operation: "renameTable",
      names: {},
      body: { source: identifierOf(from), destination: identifierOf(to) },
      purpose: { action, missing: "TableNotFound", existing: "TableAlreadyExists" },
      signal,
    };
    for (let round = 1; ; round++) {
      const outcome = await calls.attempt(call);
      if (outcome.kind === "answer") return;
      const { error, unclear, tries } = outcome;
      const isRefused = error.status === 404 || error.status === 409;
      if (unclear || (isRefused && (tries > 1 || round > 1))) {
        const found = await settle(() => findLance(to, action, signal), error);
        if (found?.location === location) return;
      }
      if (unclear && round < rounds) continue;
      throw isError(error, "NamespaceNotFound")
        ? await databases.explainMissing(parseNamespaceName(to.namespace), action, { signal })
        : error;
    }
  }

  /** A Lance table; undefined for a table of another type. */
  async function findLance(
    id: TableId,
    action: string,
    signal: AbortSignal | undefined,
  ): Promise<CatalogTable | undefined> {
    try {
      return await tables.look(id, action, { signal });
    } catch (error) {
      if (isError(error, "TableNotFound")) return undefined;
      throw error;
    }
  }

  async function register(id: TableId, options: RegisterTableOptions): Promise<CatalogTable> {
    const { location, properties = {}, signal } = options;
    const action = `register table ${formatTableId(id)}`;
    const mode = readMode(action, options.mode, ["Create", "Overwrite"]);
    const declaration = { location, properties, signal };
    const existing = mode === "Overwrite" ? await tables.look(id, action, { signal }) : undefined;
    if (existing === undefined) return tables.declare(id, declaration);
    refuseManaged(existing, action, "registering another in its place");
    await tables.drop(id, { signal });
    try {
      return await tables.declare(id, declaration);
    } catch (error) {
      // What was registered before still lies there: without this its name would be lost.
      const earlier = { location: existing.location, properties: existing.properties };
      await tables.declare(id, earlier).catch(() => undefined);
      throw error;
    }
  }

  async function deregister(id: TableId, { signal }: CallOptions): Promise<CatalogTable> {
    const action = `deregister table ${formatTableId(id)}`;
    const table = await tables.get(id, { signal });
    refuseManaged(table, action, "forgetting it");
    await tables.drop(id, { signal });
    return table;
  }

  return { alter, rename, register, deregister };
}

/** The protocol's only way to forget a table deletes the data of one that the catalog itself has placed. */
function refuseManaged({ isExternal }: CatalogTable, action: string, deed: string): void {
  if (isExternal) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot ${action}: DLF manages its data, and ${deed} would delete them; use dropTable when that is meant`,
  );
}

function identifierOf(id: TableId): { database: string; object: string } {
  return { database: id.namespace, object: id.table };
}
