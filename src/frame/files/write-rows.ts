/** Rows written to a file of any format. */
import { arrow, type RecordBatch, type Schema } from "../../arrow.ts";
import { copyRows } from "../engines/duckdb/copy-rows.ts";
import { withoutDictionaries } from "../rows/plain-data.ts";
import type { FileFormat } from "./file-format.ts";
import { arrowSchemaText } from "./parquet-file.ts";
import { writeArrowFile } from "./write-arrow.ts";
import { writeJsonFile } from "./write-json.ts";

export interface Writing {
  readonly action: string;
  readonly signal: AbortSignal | undefined;
  advance(rows: number): void;
}

export async function writeRows(
  unfinished: string,
  path: string,
  format: FileFormat,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  { action, signal, advance }: Writing,
): Promise<number> {
  switch (format) {
    case "json":
      return writeJsonFile(unfinished, schema, batches, action, advance);
    case "arrow":
      return writeArrowFile(unfinished, path.endsWith(".arrows"), schema, batches, advance);
    case "csv":
    case "parquet": {
      const settings = format === "csv" ? "FORMAT csv, HEADER" : parquetSettings(schema);
      return copyRows(unfinished, schema, batches, { action, signal, settings, advance });
    }
    default:
      return format satisfies never;
  }
}

/** With the types that Parquet has not, as Arrow's own writers leave them. */
function parquetSettings(schema: Schema): string {
  const fields = schema.fields.map(
    ({ name, type }) => new arrow.Field(name, withoutDictionaries(type), true),
  );
  const text = arrowSchemaText(new arrow.Schema(fields));
  return `FORMAT parquet, COMPRESSION zstd, KV_METADATA {'ARROW:schema': '${text}'}`;
}
