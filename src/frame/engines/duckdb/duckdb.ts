/** The one import of DuckDB: loaded on first use, below its own classes. */
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
  Vector,
} from "@duckdb/node-bindings";

let loaded: DuckDb | undefined;

/** @throws DlfLanceError Unsupported where its native library is left out of the installation. */
export function loadDuckDb(): DuckDb {
  if (loaded !== undefined) return loaded;
  const require = createRequire(import.meta.url);
  try {
    loaded = createRequire(require.resolve("@duckdb/node-api"))("@duckdb/node-bindings") as DuckDb;
    return loaded;
  } catch {
    throw new DlfLanceError(
      "Unsupported",
      "Cannot compute with rows: DuckDB's native library for this machine is not installed; " +
        "install dlf-lance again without --omit=optional",
    );
  }
}
