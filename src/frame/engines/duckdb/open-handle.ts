/**
 * The native opening of DuckDB, without all that uses it: a thread of Node opens it while this one loads the engines, which
 * takes about as long.
 */
import { onFirstUse } from "../../../load-when-used.ts";
import type { DuckDb, Database as Handle } from "./duckdb.ts";
import { loadDuckDb } from "./duckdb.ts";
import { createSpillFolder } from "./spill-folder.ts";

export interface DatabaseOptions {
  /** Bytes that DuckDB may use before it writes to temporary files; four fifths of the machine's when left out. */
  readonly memoryLimit?: number;
  /** Lets statements read and write files. */
  readonly withFiles?: boolean;
}

export interface OpenHandle {
  readonly duckdb: DuckDb;
  readonly handle: Handle;
  /** For temporary files. */
  readonly folder: string;
}

/** A separate database, in memory, without a way to network and extensions. */
export async function openHandle({
  memoryLimit,
  withFiles = false,
}: DatabaseOptions = {}): Promise<OpenHandle> {
  const duckdb = loadDuckDb();
  const folder = createSpillFolder();
  const config = duckdb.create_config();
  const settings = {
    temp_directory: folder,
    ...(memoryLimit === undefined ? {} : { memory_limit: `${Math.max(1, Math.ceil(memoryLimit / 1e6))}MB` }),
    default_null_order: "nulls_last",
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
    allow_community_extensions: "false",
    ...(withFiles ? {} : { enable_external_access: "false" }),
  };
  for (const [name, value] of Object.entries(settings)) duckdb.set_config(config, name, value);
  return { duckdb, handle: await duckdb.open(":memory:", config), folder };
}

/** The handle of the database of this process. */
export const sharedHandle = onFirstUse(openHandle);
