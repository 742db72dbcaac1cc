/** Opens connections, and offers the verbs of a notebook on the latest of them. */
import { homedir } from "node:os";
import { join } from "node:path";
import { CatalogClient } from "./catalog/client.ts";
import { type CatalogConfig, type CatalogSettings, parseConfig } from "./catalog/configuration/config.ts";
import { namesCatalog, resolveConfig } from "./catalog/configuration/profiles.ts";
import {
  formatTableId,
  type NamespaceName,
  parseNamespaceName,
  parseTableId,
  type TableName,
} from "./catalog/protocol/identifier.ts";
import { isPlainObject } from "./check-options.ts";
import { Connection, type ReadOptions } from "./connection.ts";
import { type ChosenEngine, type EngineSettings, parseEngineSettings } from "./daft/settings.ts";
import { currentDisplayer } from "./display/displayer.ts";
import { DlfLanceError } from "./errors.ts";
import type {
  ColumnsOf,
  DeclaredTableName,
  TableRowSchema,
  WriteDataFor,
} from "./frame/builder/lake-tables.ts";
import { warmUpEngines } from "./frame/engines/engines.ts";
import type { Frame } from "./frame/frame.ts";
import type { DescribeOptions } from "./lake/read/describe-table.ts";
import type { AppendOptions } from "./lake/write/append-rows.ts";
import type { LocalLake } from "./local/start.ts";
import { isProgressWatched, publishProgressWatcher } from "./progress.ts";
import type { TableDescription } from "./table/description/table-description.ts";
import type { WriteResult } from "./table/description/write-result.ts";
import { publishTableDirectories } from "./table-directory.ts";

/** Settings from a profile of `~/.config/dlf-lance/config.json`; those given here come first. */
export interface ProfileOptions extends Partial<CatalogSettings> {
  readonly profile: string;
}

/**
 * A catalog to connect to: settings; a profile of them; or the keys of the Python client's CONFIG as they are (`uri`,
 * `warehouse`, `token.provider`, `dlf.*`, `header.*`). What is left out is taken from `DLF_*` variables.
 */
export type ConnectOptions = (CatalogSettings | ProfileOptions | Readonly<Record<string, string>>) &
  SessionOptions;

/** How a connection begins, whatever it connects to. */
export interface SessionOptions {
  /** Where the frames of the connection run; in this process when left out. */
  readonly engine?: EngineSettings;
  /** The namespace of tables that are named by one word, as `lake.use("sales")` chooses it. */
  readonly namespace?: string;
}

/** For the functions that use the latest connection unless another is named. */
export interface OnConnection {
  /** The connection to use instead of the latest. */
  readonly connection?: Connection;
}

/** The same, checked. */
interface Session {
  readonly engine?: ChosenEngine;
  readonly namespace?: NamespaceName;
}

let latest: Connection | undefined;
/** The latest connection to each catalog, that of all catalogs last. */
const opened = new Map<string, WeakRef<Connection>>();
publishTableDirectories(() => [...opened.values()].reverse().flatMap((one) => one.deref()?.directory ?? []));

/**
 * Connects to a DLF catalog. Without options it connects to the one that the variables `DLF_ENDPOINT` or `DLF_PROFILE`
 * name. Without these variables it uses the DLF + OSS embedded in this package, whose tables are in the folder
 * `DLF_LANCE_DATA` or else in the user's data folder; processes on the same folder share them.
 * @throws DlfLanceError InvalidInput, naming the key; Unauthenticated; NamespaceNotFound for an unknown warehouse.
 */
export async function connect(options?: ConnectOptions | SessionOptions): Promise<Connection> {
  await showProgressInTerminal();
  const { engine, namespace, ...settings }: SessionOptions & Readonly<Record<string, unknown>> = {
    ...options,
  };
  const session: Session = {
    ...(engine === undefined ? {} : { engine: parseEngineSettings(engine) }),
    ...(namespace === undefined ? {} : { namespace: parseNamespaceName(namespace) }),
  };
  if (session.engine !== undefined) await preloadEngine(session.engine);
  const isEmbedded =
    Object.keys(settings).length === 0 &&
    (options === undefined || engine !== undefined || namespace !== undefined);
  latest =
    isEmbedded && !namesCatalog(process.env)
      ? await connectEmbedded(session)
      : await connectTo(resolveConfig(settings, process.env), session);
  opened.delete(latest.namespaceId());
  opened.set(latest.namespaceId(), new WeakRef(latest));
  // People read what a cell says before they run the next one; a program may well need no frame.
  if (currentDisplayer() !== undefined) warmUpEngines();
  return latest;
}

async function connectTo(config: CatalogConfig, session: Session): Promise<Connection> {
  return new Connection(await CatalogClient.connect(config), undefined, session);
}

/**
 * Starts the lake that `connect()` without options uses, or joins the process that serves it.
 * @internal
 */
export async function startEmbeddedLake(): Promise<LocalLake> {
  const { startLocalLake } = await import("./local/start.ts");
  return startLocalLake({ data: findDataFolder(), share: true });
}

async function connectEmbedded(session: Session): Promise<Connection> {
  const local = await startEmbeddedLake();
  try {
    return new Connection(await CatalogClient.connect(parseConfig(local.config)), local, session);
  } catch (error) {
    await local.close();
    throw error;
  }
}

/**
 * Starts the engine's process, so that the first frame finds it loaded.
 * @throws DlfLanceError Unsupported without its Python environment
 */
async function preloadEngine({ scaleOut }: ChosenEngine): Promise<void> {
  const { preloadSidecar } = await import("./daft/sidecars.ts");
  preloadSidecar(scaleOut);
}

/** Lines on stderr where somebody reads it: at a terminal, or where `DLF_LANCE_PROGRESS` is `lines`. */
async function showProgressInTerminal(): Promise<void> {
  const wish = process.env.DLF_LANCE_PROGRESS ?? (process.stderr.isTTY ? "lines" : "off");
  if (wish !== "lines" || isProgressWatched()) return;
  const { createProgressLines } = await import("./display/progress/progress-lines.ts");
  publishProgressWatcher(createProgressLines((line) => process.stderr.write(line)));
}

function findDataFolder(): string {
  const own = process.env.DLF_LANCE_DATA;
  if (own !== undefined && own !== "") return own;
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "dlf-lance", "lake");
}

/** Where a table lies, its schema, version and rows, and the names of its storage options, never a value. */
export async function describe(
  table: TableName<DeclaredTableName>,
  options: OnConnection & DescribeOptions = {},
): Promise<TableDescription> {
  const { connection, others } = splitConnection(options);
  return choose("describe", table, connection).describe(table, others);
}

/** A lazy frame over a table, at its newest version or at the one that `at` names. */
export function read<const N extends TableName<DeclaredTableName>>(
  table: N,
  options: OnConnection & ReadOptions = {},
): Frame<ColumnsOf<N>> {
  const { connection, others } = splitConnection(options);
  return choose("read", table, connection).read(table, others);
}

/** The rows of a table as a zod schema, as {@link Connection.rowSchema} returns it. */
export async function rowSchema<const N extends TableName<DeclaredTableName>>(
  table: N,
  { connection }: OnConnection = {},
): Promise<TableRowSchema<ColumnsOf<N>>> {
  return choose("describe", table, connection).rowSchema(table);
}

/** Appends rows, columns, an Arrow table or IPC bytes to a table as one new version. */
export async function append<const N extends TableName<DeclaredTableName>>(
  table: N,
  data: WriteDataFor<ColumnsOf<N>>,
  options: OnConnection & AppendOptions = {},
): Promise<WriteResult> {
  const { connection, others } = splitConnection(options);
  return choose("append to", table, connection).append(table, data, others);
}

/** Anything but an object of options goes on as it is, for the connection to refuse. */
function splitConnection<T extends object>(
  options: OnConnection & T,
): { readonly connection?: Connection | undefined; readonly others: Omit<OnConnection & T, "connection"> } {
  if (!isPlainObject(options)) return { others: options };
  const { connection, ...others } = options;
  return { connection, others };
}

function choose(
  action: string,
  table: TableName<DeclaredTableName>,
  chosen: Connection | undefined,
): Connection {
  const connection = chosen ?? latest;
  if (connection !== undefined) return connection;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action} ${formatTableId(parseTableId(table))}: not connected. Run first: const lake = await connect()`,
  );
}
