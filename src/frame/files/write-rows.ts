/** Rows written to a file of any format. */
import { arrow, type DataType, type Field, type RecordBatch, type Schema, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { withoutDictionaries } from "../../table/columns/change-children.ts";
import { copyRows } from "../engines/duckdb/copy-rows.ts";
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
      refuseNanoseconds(schema, format, action);
      const settings = format === "csv" ? "FORMAT csv, HEADER" : parquetSettings(schema);
      return copyRows(unfinished, schema, batches, { action, signal, settings, advance });
    }
    default:
      return format satisfies never;
  }
}

/**
 * DuckDB, which writes these files, has no nanoseconds with a zone, so that a reader would take them for local times, and
 * writes times of day in nanoseconds as text. In CSV, a column gets its zone as text.
 * @throws DlfLanceError Unsupported, with the column and two ways out.
 */
function refuseNanoseconds({ fields }: Schema, format: "csv" | "parquet", action: string): void {
  const isRefused = (type: DataType, isColumn: boolean) =>
    (Types.isTimestamp(type) &&
      type.unit === 3 &&
      Boolean(type.timezone) &&
      !(isColumn && format === "csv")) ||
    (Types.isTime(type) && type.unit === 3 && format === "parquet");
  const find = (type: DataType, isColumn: boolean): DataType | undefined => {
    if (isRefused(type, isColumn)) return type;
    const inner = (type.children ?? []).map((child: Field) => find(child.type, false));
    return inner.find((found) => found !== undefined);
  };
  for (const { name, type } of fields) {
    const plain = withoutDictionaries(type);
    const found = find(plain, true);
    if (found === undefined) continue;
    const known = typeName(found);
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: column ${name} ${found === plain ? "is" : "holds"} ${known}, ` +
        `which ${format === "csv" ? "CSV" : "Parquet"} would lose; ` +
        (found === plain
          ? `cast it to "${known.replace("[ns", "[us")}", or write .arrow`
          : "write .arrow, or leave it out with drop()"),
    );
  }
}

/** With the types that Parquet lacks, as Arrow's own writers leave them. */
function parquetSettings(schema: Schema): string {
  const fields = schema.fields.map(
    ({ name, type }) => new arrow.Field(name, withoutDictionaries(type), true),
  );
  const text = arrowSchemaText(new arrow.Schema(fields));
  return `FORMAT parquet, COMPRESSION zstd, KV_METADATA {'ARROW:schema': '${text}'}`;
}
