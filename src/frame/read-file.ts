import * as z from "zod";
import { parse } from "./builder/arguments.ts";
import { FileRows } from "./files/file-rows.ts";
import { findFiles } from "./files/find-files.ts";
import { parseReadOptions, type ReadFileOptions } from "./files/read-options.ts";
import { Frame } from "./frame.ts";

const filePath = z.string("a file's path is text").min(1, "a file's path is not empty");

/**
 * A lazy frame over a file of this machine, or over all files that fit a pattern, such as `"2026-*.csv"`: Parquet, CSV, JSON
 * (an object a line, or one array of objects) or Arrow IPC; CSV and JSON also with gzip (`.csv.gz`). It is shown, filtered,
 * joined, plotted and written like a table, and put into SQL as `${readFile("rows.parquet")}`.
 *
 * Values keep every digit. A line of CSV with too few or too many values, and a value that does not fit the type of its
 * column, are refused by their number. Files of a pattern have the same columns.
 *
 * ```ts
 * const sales = readFile("sales.csv", { delimiter: ";", types: { price: "decimal(12, 2)" } });
 * await sales.where(col("price").gt(100)).groupBy("city").agg(count());
 * ```
 * @throws DlfLanceError InvalidInput here for wrong options, and when it runs for a missing file, naming one with a similar name,
 *   or for a file that is not of its format; Unsupported without DuckDB, which reads Parquet and CSV.
 */
export function readFile(path: string, options: ReadFileOptions = {}): Frame {
  const name = parse(filePath, path, "read a file");
  const checked = parseReadOptions(name, options, `read ${name}`);
  return Frame.of(new FileRows(name, (action) => findFiles(name, action), checked), name);
}
