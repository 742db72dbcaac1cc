/** The catalog's Lance tables. Tables of other types are seen only to be refused. */
import { randomUUID } from "node:crypto";
import { DlfLanceError, isError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";
import { formatTableId, parseNamespaceName, type TableId } from "../protocol/identifier.ts";
import {
  lanceTableType,
  type TableAnswer,
  type TableChange,
  tableAnswer,
  tableOptions,
  tokenAnswer,
} from "../protocol/schemas.ts";
import type { Call, CallOptions, Calls } from "./calls.ts";
import {
  type CatalogField,
  type CatalogTable,
  namesOf,
  purposeOf,
  readTable,
  typeOf,
} from "./catalog-table.ts";
import { readCredentials, type StorageCredentials } from "./credentials.ts";
import type { Databases } from "./databases.ts";
import { refuseReserved } from "./properties.ts";
import { createOnce, dropOnce, type Standing } from "./settle.ts";
import type { TableListing } from "./table-listing.ts";

/** Options of `declareTable`. */
export interface DeclareTableOptions extends CallOptions {
  readonly properties?: Readonly<Record<string, string>>;
  /** Makes the table external, at this address. Without it the catalog chooses the place. */
  readonly location?: string;
  /** The columns, for those who look at the catalog alone. */
  readonly fields?: readonly CatalogField[];
}

export interface NotifyOptions extends CallOptions {
  /** The commit changed columns: the catalog's list of them counts no more. */
  readonly changesColumns?: boolean;
}

export interface Tables {
  get(id: TableId, options: CallOptions): Promise<CatalogTable>;
  /** Like `get`; `undefined` when there is no table of any type. */
  look(id: TableId, action: string, options: CallOptions): Promise<CatalogTable | undefined>;
  exists(id: TableId, options: CallOptions): Promise<boolean>;
  /** @param onDeclared called once the table exists, while its entry is requested */
  declare(id: TableId, options: DeclareTableOptions, onDeclared?: () => void): Promise<CatalogTable>;
  drop(id: TableId, options: CallOptions): Promise<void>;
  /** Asks for new credentials. */
  vend(id: TableId, options: CallOptions): Promise<StorageCredentials>;
  /**
   * Changes the properties of its entry. Setting and removing twice is the same as once, so a lost answer does no harm.
   * @param alsoRetry further codes of answers after which it is tried again
   */
  change(
    id: TableId,
    action: string,
    changes: readonly TableChange[],
    options: CallOptions,
    alsoRetry?: readonly number[],
  ): Promise<void>;
  /** Returns the properties that record the commit in the table's entry. */
  notifyCommit(id: TableId, options: NotifyOptions): Promise<Readonly<Record<string, string>>>;
  /** Makes the error of a missing table say what is missing, and what was likely meant. */
  explainErrors<T>(id: TableId, action: string, options: CallOptions, work: Promise<T>): Promise<T>;
}

export function createTables(
  calls: Calls,
  databases: Databases,
  listing: TableListing,
  warehouse: string,
  ossEndpoint: string | undefined,
): Tables {
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

  /** Listing the database shows whether the database or only the table is missing. */
  async function explainMissing(id: TableId, action: string, options: CallOptions): Promise<DlfLanceError> {
    let names: string[] = [];
    try {
      names = await listing.list(parseNamespaceName(id.namespace), options);
    } catch (error) {
      if (isError(error, "Interrupted")) return error;
      if (isError(error, "NamespaceNotFound")) {
        return databases.explainMissing(parseNamespaceName(id.namespace), action, options);
      }
    }
    const nearest = findNearest(id.table, names);
    const hint =
      nearest === undefined
        ? `listTables("${id.namespace}") lists them`
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

  async function look(id: TableId, action: string, options: CallOptions): Promise<CatalogTable | undefined> {
    const answer = await find(id, action, options);
    if (answer === undefined) return undefined;
    return readTable(id, await findLance(id, action, options), action);
  }

  async function get(id: TableId, options: CallOptions): Promise<CatalogTable> {
    const action = `open table ${formatTableId(id)}`;
    return readTable(id, await findLance(id, action, options), action);
  }

  async function declare(
    id: TableId,
    options: DeclareTableOptions,
    onDeclared?: () => void,
  ): Promise<CatalogTable> {
    const { properties = {}, location, fields = [], signal } = options;
    const action = `create table ${formatTableId(id)}`;
    refuseReserved(Object.keys(properties), action);
    if (location !== undefined) checkLocation(location, action);
    const creationUuid = randomUUID();
    const call: Call<"createTable"> = {
      operation: "createTable",
      names: { database: id.namespace },
      body: {
        identifier: { database: id.namespace, object: id.table },
        schema: {
          fields,
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
    onDeclared?.();
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

  async function change(
    id: TableId,
    action: string,
    changes: readonly TableChange[],
    options: CallOptions,
    alsoRetry: readonly number[] = [],
  ): Promise<void> {
    const call: Call<"alterTable"> = {
      operation: "alterTable",
      names: namesOf(id),
      body: { changes },
      purpose: { action, missing: "TableNotFound", existing: "ConcurrentModification" },
      repeatable: true,
      alsoRetry,
      signal: options.signal,
    };
    await explainErrors(id, action, options, calls.write(call));
  }

  async function notifyCommit(
    id: TableId,
    options: NotifyOptions,
  ): Promise<Readonly<Record<string, string>>> {
    const recorded = { [tableOptions.commitUuid]: randomUUID() };
    const marked = options.changesColumns === true ? { [tableOptions.columnsChanged]: "true" } : {};
    const changes = Object.entries({ ...recorded, ...marked }).map(
      ([key, value]): TableChange => ({ action: "setOption", key, value }),
    );
    const action = `tell the catalog of a commit to table ${formatTableId(id)}`;
    await change(id, action, changes, options, [409, 500]);
    return recorded;
  }

  return {
    get,
    look,
    async exists(id, options) {
      const answer = await find(id, `look for table ${formatTableId(id)}`, options);
      return answer !== undefined && typeOf(answer) === lanceTableType;
    },
    declare,
    drop,
    vend,
    change,
    notifyCommit,
    explainErrors,
  };
}

/** Addresses of folders: of an object store, or a path of this machine. */
function checkLocation(location: string, action: string): void {
  const isAddress = /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s/?#]*|)\/[^\s?#]+$/.test(location);
  if (isAddress && !/\p{Cc}|(?:^|\/)\.\.?(?:\/|$)/u.test(location)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: location must be the whole address of a folder, such as oss://bucket/path/to/table`,
  );
}
