/** Files of every format. Loaded when the first one is read. */
import type { DataType } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { openArrowFile } from "./arrow-file.ts";
import { openCsvFile } from "./csv-file.ts";
import { splitCompression } from "./file-format.ts";
import type { FileReader } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";
import { openJsonFile } from "./json-file.ts";
import { openParquetFile } from "./parquet-file.ts";
import type { FileOptions } from "./read-options.ts";

export async function openFile(
  file: FoundFile,
  options: FileOptions,
  types: ReadonlyMap<string, DataType> | undefined,
  signal: AbortSignal | undefined,
): Promise<FileReader> {
  const { format } = options;
  if ((format === "parquet" || format === "arrow") && splitCompression(file.name).isCompressed) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot read ${file.name}: gzip holds CSV or JSON here; decompress the file first`,
    );
  }
  switch (options.format) {
    case "parquet":
      return openParquetFile(file, signal);
    case "arrow":
      return openArrowFile(file);
    case "csv":
      return openCsvFile(file, options, types, signal);
    case "json":
      return openJsonFile(file, options, types, signal);
    default:
      return options satisfies never;
  }
}
