/** The catalog's Lance tables. Tables of other types are seen only to be refused. */
import { randomUUID } from "node:crypto";
import { DlfLanceError, isError } from "../errors.ts";
import { findNearest } from "../nearest.ts";
import type { Call, CallOptions, Calls } from "./calls.ts";
import { readCredentials, type StorageCredentials } from "./credentials.ts";
import type { Databases } from "./databases.ts";
import { formatTableId, type NamespaceName, parseNamespaceName, type TableId } from "./identifier.ts";
import {
  lanceTableType,
  plainTableType,
  queryNames,
  type TableAnswer,
  tableAnswer,
  tableOptions,
  tablesPage,
  tokenAnswer,
} from "./schemas.ts";
import type { Purpose } from "./server-error.ts";
import { createOnce, dropOnce, type Standing } from "./settle.ts";

/** A Lance table as the catalog has it. */
export interface CatalogTable {
  readonly id: TableId;
  /** Address of the folder that is the Lance dataset. */
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Whether dropping the table leaves its data. */
  readonly isExternal: boolean;
  readonly uuid?: string;
  readonly comment?: string;
  readonly owner?: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
}

export interface ListTablesOptions extends CallOptions {
  /** The beginning of the names wanted, followed by `%`; without `%`, the name itself. */
  readonly pattern?: string;
}

export interface DeclareTableOptions extends CallOptions {
  readonly properties?: Readonly<Record<string, string>>;
  /** Makes the table external, at this address. The catalog chooses a place of its own when absent. */
  readonly location?: string;
}

export interface Tables {
  list(namespace: NamespaceName, options: ListTablesOptions): Promise<string[]>;
  get(id: TableId, options: CallOptions): Promise<CatalogTable>;
  exists(id: TableId, options: CallOptions): Promise<boolean>;
  declare(id: TableId, options: DeclareTableOptions): Promise<CatalogTable>;
  drop(id: TableId, options: CallOptions): Promise<void>;
  /** Asks for new credentials. */
  vend(id: TableId, options: CallOptions): Promise<StorageCredentials>;
  notifyCommit(id: TableId, options: CallOptions): Promise<void>;
}

export function createTables(
  calls: Calls,
  databases: Databases,
  warehouse: string,
  ossEndpoint: string | undefined,
): Tables {
  async function list(namespace: NamespaceName, { pattern, signal }: ListTablesOptions): Promise<string[]> {
    const action = `list tables of ${namespace}`;
    const call: Call<"listTables"> = {
      operation: "listTables",
      names: { database: namespace },
      query: { [queryNames.tableType]: lanceTableType, [queryNames.tableNamePattern]: pattern },
      purpose: { action, missing: "NamespaceNotFound", existing: "Internal" },
      signal,
    };
    const names: string[] = [];
    try {
      for await (const page of calls.readPages(call, tablesPage)) names.push(...page.tables);
    } catch (error) {
      throw isError(error, "NamespaceNotFound")
        ? await databases.explainMissing(namespace, action, { signal })
        : error;
    }
    return names;
  }

  /** A table of any type; `undefined` when it, or its database, does not exist. */
  async function find(
    id: TableId,
    action: string,
    { signal }: CallOptions,
  ): Promise<TableAnswer | undefined> {
    const call: Call<"getTable"> = {
      operation: "getTable",
      names: namesOf(id),
      purpose: purposeOf(action),
      signal,
    };
    try {
      return await calls.read(call, tableAnswer);
    } catch (error) {
      if (isError(error, "TableNotFound") || isError(error, "NamespaceNotFound")) return undefined;
      throw error;
    }
  }

  /** A Lance table, or the error that says why there is none. */
  async function findLance(id: TableId, action: string, options: CallOptions): Promise<TableAnswer> {
    const answer = await find(id, action, options);
    if (answer === undefined) throw await explainMissing(id, action, options);
    const type = typeOf(answer);
    if (type === lanceTableType) return answer;
    throw new DlfLanceError(
      "TableNotFound",
      `Cannot ${action}: it is a table of type ${type}, not a Lance table (${lanceTableType})`,
    );
  }

  /** Listing the database tells whether the database or only the table is missing. */
  async function explainMissing(id: TableId, action: string, options: CallOptions): Promise<DlfLanceError> {
    let names: string[] = [];
    try {
      names = await list(parseNamespaceName(id.namespace), options);
    } catch (error) {
      if (isError(error, "Interrupted")) return error;
      if (isError(error, "NamespaceNotFound")) {
        return databases.explainMissing(parseNamespaceName(id.namespace), action, options);
      }
    }
    const nearest = findNearest(id.table, names);
    const hint =
      nearest === undefined
        ? `listTables("${id.namespace}") tells which there are`
        : `did you mean ${id.namespace}.${nearest}?`;
    return new DlfLanceError(
      "TableNotFound",
      `Cannot ${action}: no such table in catalog ${warehouse}; ${hint}`,
      { status: 404 },
    );
  }

  async function explainErrors<T>(
    id: TableId,
    action: string,
    options: CallOptions,
    work: Promise<T>,
  ): Promise<T> {
    try {
      return await work;
    } catch (error) {
      const isMissing = isError(error, "TableNotFound") || isError(error, "NamespaceNotFound");
      throw isMissing ? await explainMissing(id, action, options) : error;
    }
  }

  async function get(id: TableId, options: CallOptions): Promise<CatalogTable> {
    const action = `open table ${formatTableId(id)}`;
    return readTable(id, await findLance(id, action, options), action);
  }

  async function declare(id: TableId, options: DeclareTableOptions): Promise<CatalogTable> {
    const { properties = {}, location, signal } = options;
    const action = `create table ${formatTableId(id)}`;
    refuseReserved(properties, action);
    const creationUuid = randomUUID();
    const call: Call<"createTable"> = {
      operation: "createTable",
      names: { database: id.namespace },
      body: {
        identifier: { database: id.namespace, object: id.table },
        schema: {
          fields: [],
          partitionKeys: [],
          primaryKeys: [],
          options: {
            ...properties,
            [tableOptions.type]: lanceTableType,
            [tableOptions.creationUuid]: creationUuid,
            ...(location === undefined ? {} : { [tableOptions.path]: location }),
          },
        },
      },
      purpose: purposeOf(action, "NamespaceNotFound"),
      signal,
    };
    const look = async (): Promise<Standing> => {
      const answer = await find(id, action, { signal });
      if (answer === undefined) return "nothing";
      return answer.schema.options[tableOptions.creationUuid] === creationUuid ? "own" : "other";
    };
    try {
      await createOnce(() => calls.attempt(call), look);
    } catch (error) {
      if (isError(error, "NamespaceNotFound")) {
        throw await databases.explainMissing(parseNamespaceName(id.namespace), action, { signal });
      }
      throw isError(error, "TableAlreadyExists") ? await explainExisting(id, action, { signal }) : error;
    }
    return readTable(id, await findLance(id, action, { signal }), action);
  }

  async function explainExisting(id: TableId, action: string, options: CallOptions): Promise<DlfLanceError> {
    const answer = await find(id, action, options).catch(() => undefined);
    const type = answer === undefined ? lanceTableType : typeOf(answer);
    const kind = type === lanceTableType ? "it" : `a table of type ${type} under that name`;
    return new DlfLanceError(
      "TableAlreadyExists",
      `Cannot ${action}: catalog ${warehouse} has ${kind} already; append to it, or choose another name`,
      { status: 409 },
    );
  }

  async function drop(id: TableId, { signal }: CallOptions): Promise<void> {
    const action = `drop table ${formatTableId(id)}`;
    const existing = await findLance(id, action, { signal });
    const call: Call<"dropTable"> = {
      operation: "dropTable",
      names: namesOf(id),
      purpose: purposeOf(action),
      signal,
    };
    const isGone = async () => {
      const now = await find(id, action, { signal });
      return now === undefined || now.id !== existing.id;
    };
    await explainErrors(
      id,
      action,
      { signal },
      dropOnce(() => calls.attempt(call), isGone),
    );
  }

  async function vend(id: TableId, options: CallOptions): Promise<StorageCredentials> {
    const action = `get storage credentials of table ${formatTableId(id)}`;
    const call: Call<"getTableToken"> = {
      operation: "getTableToken",
      names: namesOf(id),
      purpose: purposeOf(action, "Unsupported"),
      signal: options.signal,
    };
    const answer = await explainErrors(id, action, options, calls.read(call, tokenAnswer));
    return readCredentials(answer, formatTableId(id), ossEndpoint);
  }

  async function notifyCommit(id: TableId, options: CallOptions): Promise<void> {
    const action = `tell the catalog of a commit to table ${formatTableId(id)}`;
    const call: Call<"alterTable"> = {
      operation: "alterTable",
      names: namesOf(id),
      body: { changes: [{ action: "setOption", key: tableOptions.commitUuid, value: randomUUID() }] },
      purpose: { action, missing: "TableNotFound", existing: "ConcurrentModification" },
      repeatable: true,
      alsoRetry: [409, 500],
      signal: options.signal,
    };
    await explainErrors(id, action, options, calls.write(call));
  }

  return {
    list,
    get,
    async exists(id, options) {
      const answer = await find(id, `look for table ${formatTableId(id)}`, options);
      return answer !== undefined && typeOf(answer) === lanceTableType;
    },
    declare,
    drop,
    vend,
    notifyCommit,
  };
}

function namesOf(id: TableId): { database: string; table: string } {
  return { database: id.namespace, table: id.table };
}

function purposeOf(action: string, missing: Purpose["missing"] = "TableNotFound"): Purpose {
  return { action, missing, existing: "TableAlreadyExists" };
}

function typeOf(answer: TableAnswer): string {
  return answer.schema.options[tableOptions.type] ?? plainTableType;
}

/** Options that the catalog reads itself are not a caller's properties. */
function refuseReserved(properties: Readonly<Record<string, string>>, action: string): void {
  const reserved = [tableOptions.type, tableOptions.path, tableOptions.creationUuid] as const;
  const key = reserved.find((name) => Object.hasOwn(properties, name));
  if (key === undefined) return;
  const hint = key === tableOptions.path ? "; give it as location" : "";
  throw new DlfLanceError("InvalidInput", `Cannot ${action}: property ${key} is the catalog's own${hint}`);
}

function readTable(id: TableId, answer: TableAnswer, action: string): CatalogTable {
  const {
    type: _type,
    path: listedPath,
    [tableOptions.creationUuid]: _uuid,
    ...properties
  } = answer.schema.options;
  const location = answer.path ?? listedPath;
  if (location === undefined) {
    throw new DlfLanceError("Internal", `Cannot ${action}: the service's answer names no path`);
  }
  return Object.freeze({
    id,
    location,
    properties: Object.freeze(properties),
    isExternal: answer.isExternal ?? false,
    ...(answer.id === undefined ? {} : { uuid: answer.id }),
    ...(answer.schema.comment === undefined ? {} : { comment: answer.schema.comment }),
    ...(answer.owner === undefined ? {} : { owner: answer.owner }),
    ...(answer.createdAt === undefined ? {} : { createdAt: new Date(answer.createdAt) }),
    ...(answer.updatedAt === undefined ? {} : { updatedAt: new Date(answer.updatedAt) }),
  });
}
