/** The catalog's databases, which are the namespaces of Lance. */
import { randomUUID } from "node:crypto";
import { DlfLanceError, isError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";
import type { NamespaceName } from "../protocol/identifier.ts";
import {
  type DatabaseAnswer,
  databaseAnswer,
  databasesPage,
  functionsPage,
  queryNames,
  type Shape,
  tableOptions,
  tablesPage,
  viewsPage,
} from "../protocol/schemas.ts";
import type { Purpose } from "../protocol/server-error.ts";
import type { Call, CallOptions, Calls, Page } from "./calls.ts";
import { type ModeName, readMode } from "./modes.ts";
import { refuseBoth, refuseReserved } from "./properties.ts";
import { createOnce, dropOnce } from "./settle.ts";

/** A database as the catalog has it. */
export interface CatalogNamespace {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly uuid?: string;
  readonly location?: string;
  readonly owner?: string;
  readonly createdAt?: Date;
}

/** Options of `createNamespace`. */
export interface CreateNamespaceOptions extends CallOptions {
  /** What to do when it exists: fail (`Create`), keep it (`ExistOk`), or drop it with its tables (`Overwrite`). */
  readonly mode?: ModeName<"Create" | "ExistOk" | "Overwrite">;
  readonly properties?: Readonly<Record<string, string>>;
}

/** Options of `dropNamespace`. */
export interface DropNamespaceOptions extends CallOptions {
  /** `Restrict` refuses when anything is in it; `Cascade` drops its tables and their data too. */
  readonly behavior?: ModeName<"Restrict" | "Cascade">;
  /** What to do when it does not exist: fail (`Fail`), or nothing (`Skip`). */
  readonly mode?: ModeName<"Fail" | "Skip">;
}

/** Options of `listNamespaces` and `iterateNamespaces`. */
export interface ListNamespacesOptions extends CallOptions {
  /** The beginning of the names wanted, followed by `%`; without `%`, the name itself. */
  readonly pattern?: string | undefined;
}

/** Asks for one page. The service may return fewer than `limit`, even if more follow. */
export interface PageOptions {
  readonly limit?: number | undefined;
  /** From the page before. */
  readonly pageToken?: string | undefined;
}

/** Names of namespaces, in the catalog's order, as many as one request returned. */
export interface NamespacesPage {
  readonly namespaces: readonly string[];
  /** Absent on the last page. */
  readonly nextPageToken?: string;
}

/** What to set and what to remove; a key is in one of them only. */
export interface PropertyChanges extends CallOptions {
  readonly set?: Readonly<Record<string, string>> | undefined;
  readonly remove?: readonly string[] | undefined;
}

export interface Databases {
  list(options: ListNamespacesOptions): Promise<string[]>;
  listPage(options: ListNamespacesOptions & PageOptions): Promise<NamespacesPage>;
  describe(name: NamespaceName, options: CallOptions): Promise<CatalogNamespace>;
  exists(name: NamespaceName, options: CallOptions): Promise<boolean>;
  create(name: NamespaceName, options: CreateNamespaceOptions): Promise<CatalogNamespace>;
  drop(name: NamespaceName, options: DropNamespaceOptions): Promise<void>;
  alter(name: NamespaceName, changes: PropertyChanges): Promise<void>;
  /** The error for a database that does not exist, with the name that was likely meant. */
  explainMissing(name: NamespaceName, action: string, options: CallOptions): Promise<DlfLanceError>;
}

export function createDatabases(calls: Calls, warehouse: string): Databases {
  function listingCall({ pattern, signal }: ListNamespacesOptions): Call<"listDatabases"> {
    return {
      operation: "listDatabases",
      names: {},
      query: { [queryNames.databaseNamePattern]: pattern },
      purpose: purposeOf(`list namespaces of catalog ${warehouse}`),
      signal,
    };
  }

  async function list(options: ListNamespacesOptions): Promise<string[]> {
    const names: string[] = [];
    for await (const page of calls.readPages(listingCall(options), databasesPage)) {
      names.push(...page.databases);
    }
    return names;
  }

  async function listPage(options: ListNamespacesOptions & PageOptions): Promise<NamespacesPage> {
    const { databases, nextPageToken } = await calls.readPage(listingCall(options), databasesPage, options);
    return { namespaces: databases, ...(nextPageToken ? { nextPageToken } : {}) };
  }

  /** `undefined` when it does not exist. */
  async function find(
    name: NamespaceName,
    action: string,
    { signal }: CallOptions,
  ): Promise<DatabaseAnswer | undefined> {
    const call: Call<"getDatabase"> = {
      operation: "getDatabase",
      names: { database: name },
      purpose: purposeOf(action),
      signal,
    };
    try {
      return await calls.read(call, databaseAnswer);
    } catch (error) {
      if (isError(error, "NamespaceNotFound")) return undefined;
      throw error;
    }
  }

  async function explainMissing(
    name: NamespaceName,
    action: string,
    options: CallOptions,
  ): Promise<DlfLanceError> {
    const nearest = findNearest(name, await list(options).catch(() => []));
    const hint = nearest === undefined ? "listNamespaces() lists them" : `did you mean ${nearest}?`;
    return new DlfLanceError(
      "NamespaceNotFound",
      `Cannot ${action}: no namespace ${name} in catalog ${warehouse}; ${hint}`,
      { status: 404 },
    );
  }

  async function describe(name: NamespaceName, options: CallOptions): Promise<CatalogNamespace> {
    const action = `describe namespace ${name}`;
    const answer = await find(name, action, options);
    if (answer === undefined) throw await explainMissing(name, action, options);
    return readNamespace(name, answer);
  }

  async function create(name: NamespaceName, options: CreateNamespaceOptions): Promise<CatalogNamespace> {
    const { properties = {}, signal } = options;
    const action = `create namespace ${name}`;
    const mode = readMode(action, options.mode, ["Create", "ExistOk", "Overwrite"]);
    refuseReserved(Object.keys(properties), action);
    if (mode === "Overwrite") await drop(name, { behavior: "Cascade", mode: "Skip", signal });
    const creationUuid = randomUUID();
    const call: Call<"createDatabase"> = {
      operation: "createDatabase",
      names: {},
      body: { name, options: { ...properties, [tableOptions.creationUuid]: creationUuid } },
      purpose: purposeOf(action),
      signal,
    };
    try {
      await createOnce(
        () => calls.attempt(call),
        async () => {
          const answer = await find(name, action, { signal });
          if (answer === undefined) return "nothing";
          return answer.options[tableOptions.creationUuid] === creationUuid ? "own" : "other";
        },
      );
    } catch (error) {
      if (!isError(error, "NamespaceAlreadyExists")) throw error;
      if (mode !== "ExistOk") {
        throw new DlfLanceError(
          "NamespaceAlreadyExists",
          `Cannot ${action}: catalog ${warehouse} has it already; use mode ExistOk to keep it`,
          { status: 409 },
        );
      }
    }
    return describe(name, { signal });
  }

  async function drop(name: NamespaceName, options: DropNamespaceOptions): Promise<void> {
    const { signal } = options;
    const action = `drop namespace ${name}`;
    const behavior = readMode(action, options.behavior, ["Restrict", "Cascade"]);
    const mode = readMode(action, options.mode, ["Fail", "Skip"]);
    if ((await find(name, action, { signal })) === undefined) {
      if (mode === "Skip") return;
      throw await explainMissing(name, action, { signal });
    }
    const call: Call<"dropDatabase"> = {
      operation: "dropDatabase",
      names: { database: name },
      purpose: purposeOf(action),
      signal,
    };
    await dropOnce(
      async () => {
        if (behavior === "Restrict") await refuseContent(name, action, signal);
        return calls.attempt(call);
      },
      async () => (await find(name, action, { signal })) === undefined,
    );
  }

  /** Setting and removing twice is the same as once, so a lost answer does no harm. */
  async function alter(
    name: NamespaceName,
    { set = {}, remove = [], signal }: PropertyChanges,
  ): Promise<void> {
    const action = `change properties of namespace ${name}`;
    refuseReserved([...Object.keys(set), ...remove], action);
    refuseBoth(set, remove, action);
    const call: Call<"alterDatabase"> = {
      operation: "alterDatabase",
      names: { database: name },
      body: { removals: [...new Set(remove)], updates: set },
      purpose: { action, missing: "NamespaceNotFound", existing: "ConcurrentModification" },
      repeatable: true,
      signal,
    };
    try {
      await calls.write(call);
    } catch (error) {
      throw isError(error, "NamespaceNotFound") ? await explainMissing(name, action, { signal }) : error;
    }
  }

  /** The service drops a database with everything in it, so emptiness is the client's to check. */
  async function refuseContent(
    name: NamespaceName,
    action: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const found =
      (await firstOf("listTables", tablesPage, (page) => page.tables, name, action, signal)) ??
      (await firstOf("listViews", viewsPage, (page) => page.views, name, action, signal)) ??
      (await firstOf("listFunctions", functionsPage, (page) => page.functions, name, action, signal));
    if (found === undefined) return;
    throw new DlfLanceError(
      "NamespaceNotEmpty",
      `Cannot ${action}: ${found} is still in it, which a list of Lance tables may not show; use behavior Cascade to drop all of it`,
    );
  }

  async function firstOf<P extends Page>(
    operation: "listTables" | "listViews" | "listFunctions",
    shape: Shape<P>,
    namesOf: (page: P) => readonly string[],
    database: NamespaceName,
    action: string,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const call: Call<typeof operation> = {
      operation,
      names: { database },
      query: { [queryNames.maxResults]: "1" },
      purpose: purposeOf(action, "Unsupported"),
      signal,
    };
    try {
      for await (const page of calls.readPages(call, shape)) {
        const [name] = namesOf(page);
        if (name !== undefined) return name;
      }
    } catch (error) {
      // A catalog without views or functions has none of them in a database.
      if (operation === "listTables" || !isError(error, "Unsupported")) throw error;
    }
    return undefined;
  }

  return {
    list,
    listPage,
    describe,
    exists: async (name, options) => (await find(name, `look for namespace ${name}`, options)) !== undefined,
    create,
    drop,
    alter,
    explainMissing,
  };
}

function purposeOf(action: string, missing: Purpose["missing"] = "NamespaceNotFound"): Purpose {
  return { action, missing, existing: "NamespaceAlreadyExists" };
}

function readNamespace(name: NamespaceName, answer: DatabaseAnswer): CatalogNamespace {
  const { [tableOptions.creationUuid]: _, ...properties } = answer.options;
  return Object.freeze({
    name,
    properties: Object.freeze(properties),
    ...(answer.id === undefined ? {} : { uuid: answer.id }),
    ...(answer.location === undefined ? {} : { location: answer.location }),
    ...(answer.owner === undefined ? {} : { owner: answer.owner }),
    ...(answer.createdAt === undefined ? {} : { createdAt: new Date(answer.createdAt) }),
  });
}
