/** Files of this machine as rows. */
import type { RecordBatch } from "../../arrow.ts";
import { checkOptions, type OptionNames } from "../../check-options.ts";
import type { FileOptions } from "../engines/duckdb/files.ts";

const fileOptions: OptionNames<FileOptions> = { format: true, signal: true };

/**
 * The rows of a Parquet, CSV or JSON file of this machine, a batch at a time, as `append` and `createTable` take them;
 * a file without rows gives one batch of none. JSON is an object a line, or an array of objects. Needs DuckDB.
 * @throws DlfLanceError InvalidInput for a file that cannot be read, and for a name that tells no format; Unsupported
 *   without DuckDB; Interrupted.
 */
export async function* readFile(
  path: string,
  options: FileOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  checkOptions(options, fileOptions, "read a file");
  const { readFileRows } = await import("../engines/duckdb/files.ts");
  yield* readFileRows(path, options);
}
