/** The one import of DuckDB, an optional dependency: loaded on first use, below its own classes. */
import { createRequire } from "node:module";
import type * as Native from "@duckdb/node-bindings";
import { DlfLanceError } from "../../../errors.ts";

export type DuckDb = typeof Native;
export type {
  Connection,
  Database,
  DataChunk,
  LogicalType,
  PreparedStatement,
  Result,
  Value,
  Vector,
} from "@duckdb/node-bindings";

/** With table functions in JavaScript, and the version for which the `lance` extension is built. */
const wanted = "@duckdb/node-api@1.5.5-r.5";

let loaded: DuckDb | undefined;

/**
 * @param action what to say cannot be done
 * @throws DlfLanceError Unsupported, with the command that installs it, where DuckDB is not there or too old.
 */
export function loadDuckDb(action = "run SQL"): DuckDb {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  let found: DuckDb;
  try {
    found = createRequire(require.resolve("@duckdb/node-api"))("@duckdb/node-bindings") as DuckDb;
  } catch {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: the engine DuckDB is not installed; run \`npm install ${wanted}\` and start again.`,
    );
  }
  if (!("create_table_function" in found)) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: the DuckDB that is installed is too old; run \`npm install ${wanted}\` and start again.`,
    );
  }
  loaded = found;
  return found;
}

/** Whether {@link loadDuckDb} will succeed. */
export function hasDuckDb(): boolean {
  try {
    loadDuckDb();
    return true;
  } catch {
    return false;
  }
}
