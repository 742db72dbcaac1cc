/** JSON: an object a line, or one array of objects. Numbers keep their digits. */
import { arrow, type DataType, type Field, type RecordBatch, type Schema, type Table } from "../../arrow.ts";
import { fieldTypeName, typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError, isError, messageOf } from "../../errors.ts";
import { stopIfAborted } from "../../interrupt.ts";
import { findNearest } from "../../nearest.ts";
import { buildAppendedTable } from "../../table/ingest/ingest.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import { decodeText, detectEncoding } from "./decode-text.ts";
import { type FileReader, sampledRows } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";
import { inferJsonType, toColumnValue } from "./json-values.ts";
import { LongNumber } from "./long-number.ts";
import { DuplicateKeyError, type JsonObject, keysOf, parseJson } from "./parse-json.ts";
import type { JsonOptions } from "./read-options.ts";

/** Rows in a batch. */
const batchRows = 16_384;

export async function openJsonFile(
  file: FoundFile,
  options: JsonOptions,
  types: ReadonlyMap<string, DataType> | undefined,
  signal?: AbortSignal,
): Promise<FileReader> {
  const encoding = await detectEncoding(file, options.encoding);
  const found = types ?? (await inferTypes(file, encoding, options, signal));
  if (found.size === 0)
    return { schema: new arrow.Schema([]), rows: 0, hasNoTypes: true, batches: noBatches };
  const fields = [...found].map(
    ([name, type]) => new arrow.Field(name, options.types.get(name) ?? type, true),
  );
  const schema = new arrow.Schema(fields);
  return {
    schema,
    rows: undefined,
    async *batches(columns, ownSignal) {
      const wanted = new Map(fields.map((field) => [field.name, field.type]));
      let first = 0;
      for await (const rows of readObjects(file, encoding, batchRows, ownSignal)) {
        refuseNewColumns(file, rows, wanted, first);
        const table = buildRows(file, rows, { schema, given: options.types, first });
        first += rows.length;
        for (const batch of table.batches) yield columns === undefined ? batch : pickColumns(batch, columns);
      }
    },
  };
}

async function inferTypes(
  file: FoundFile,
  encoding: string,
  { types }: JsonOptions,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, DataType>> {
  const sample: JsonObject[] = [];
  for await (const rows of readObjects(file, encoding, sampledRows, signal)) {
    sample.push(...rows);
    break;
  }
  const names = new Set([...sample.flatMap(keysOf), ...types.keys()]);
  return new Map(
    [...names].map((name) => {
      const type = types.get(name);
      return [
        name,
        type ??
          inferJsonType(
            sample.map((row) => row[name]),
            { action: `read ${file.name}`, column: name },
          ),
      ];
    }),
  );
}

async function* noBatches(): AsyncGenerator<RecordBatch, void, undefined> {}

function refuseNewColumns(
  { name }: FoundFile,
  rows: readonly JsonObject[],
  wanted: ReadonlyMap<string, DataType>,
  first: number,
): void {
  for (const [index, row] of rows.entries()) {
    for (const key of Object.keys(row)) {
      if (wanted.has(key)) continue;
      const near = findNearest(key, wanted.keys());
      const type = inferJsonType([row[key]], { action: `read ${name}`, column: key });
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot read ${name}: row ${first + index + 1} has ${JSON.stringify(key)}, which the first ${sampledRows} rows have not` +
          `${near === undefined ? "" : ` (they have ${near})`}; pass its type, as in { types: { ${JSON.stringify(key)}: ${JSON.stringify(typeName(type))} } }`,
      );
    }
  }
}

interface RowsPlace {
  readonly schema: Schema;
  /** The types that the caller has given; the others are those of the first rows. */
  readonly given: ReadonlyMap<string, DataType>;
  /** Rows before these. */
  readonly first: number;
}

function buildRows(file: FoundFile, rows: readonly JsonObject[], { schema, given, first }: RowsPlace): Table {
  const { name } = file;
  const columns = Object.fromEntries(
    schema.fields.map((field) => {
      let row = first;
      const readLong = ({ digits }: LongNumber) => {
        if (!given.has(field.name)) throw refuseLongNumber(file, field, row, digits);
        return Number(digits);
      };
      const read = (values: JsonObject) => {
        row += 1;
        return toColumnValue(values[field.name], field.type, readLong);
      };
      return [field.name, rows.map(read)];
    }),
  );
  try {
    return buildAppendedTable(columns, schema, `read ${name}`, { firstRow: first, isFile: true });
  } catch (error) {
    if (!isError(error, "TableSchemaValidationError")) throw error;
    throw new DlfLanceError("InvalidInput", error.message);
  }
}

/** @param row its number, from 1 on */
function refuseLongNumber({ name }: FoundFile, field: Field, row: number, digits: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: row ${row}, column ${field.name} holds ${digits}, which no double holds, and the column is ` +
      `${fieldTypeName(field)} in the first ${sampledRows} rows; pass its type, as in { types: { ${JSON.stringify(field.name)}: "decimal(38, 10)" } }, or "double" for the nearest one`,
  );
}

async function* readObjects(
  file: FoundFile,
  encoding: string,
  size: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<JsonObject[], void, undefined> {
  let rows: JsonObject[] = [];
  for await (const more of readRows(file, encoding, signal)) {
    for (const row of more) {
      rows.push(row);
      if (rows.length < size) continue;
      stopIfAborted(signal, `read ${file.name}`);
      yield rows;
      rows = [];
    }
  }
  if (rows.length > 0) yield rows;
}

/** The rows, as many at once as a piece of the file has. */
async function* readRows(
  file: FoundFile,
  encoding: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Iterable<JsonObject>, void, undefined> {
  let number = 0;
  let rest = "";
  let isArray: boolean | undefined;
  for await (const piece of decodeText(file, encoding, signal)) {
    rest += piece;
    isArray ??= /\S/.test(rest) ? rest.trimStart().startsWith("[") : undefined;
    if (isArray === true) continue;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield parseLines(lines, file, number);
    number += lines.length;
  }
  yield isArray === true ? parseArray(rest, file) : parseLines([rest], file, number);
}

/** @param before lines of the file before these */
function* parseLines(
  lines: readonly string[],
  file: FoundFile,
  before: number,
): Generator<JsonObject, void, undefined> {
  for (const [index, line] of lines.entries())
    if (line.trim() !== "") yield parseLine(line, file, before + index + 1);
}

function parseLine(line: string, { name }: FoundFile, number: number): JsonObject {
  const refuse = (why: string) =>
    new DlfLanceError(
      "InvalidInput",
      `Cannot read ${name}: line ${number} ${why}; write one object a line, or one array of objects`,
    );
  try {
    const value = parseJson(line);
    if (isObject(value)) return value;
  } catch (error) {
    if (error instanceof DuplicateKeyError) throw refuseDuplicate(name, error, number);
    throw refuse(
      error instanceof RangeError ? "has too many lists or objects inside each other" : "is not valid JSON",
    );
  }
  throw refuse("is not an object");
}

/** @param line of the text in the file, counted from 1 */
function refuseDuplicate(name: string, { duplicate }: DuplicateKeyError, line: number): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: line ${line} has an object with two values for ${JSON.stringify(duplicate.key)}; ` +
      "keep one of them in the file",
  );
}

function parseArray(text: string, { name }: FoundFile): readonly JsonObject[] {
  let values: unknown;
  try {
    values = parseJson(text);
  } catch (error) {
    if (error instanceof DuplicateKeyError) {
      const line = text.slice(0, error.duplicate.offset).split("\n").length;
      throw refuseDuplicate(name, error, line);
    }
    const why = messageOf(error);
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read ${name}: it is not valid JSON (${why}); mend it there`,
    );
  }
  const rows = values as readonly unknown[];
  const strange = rows.findIndex((row) => !isObject(row));
  if (strange < 0) return rows as readonly JsonObject[];
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: row ${strange + 1} is not an object; write an array of objects`,
  );
}

function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LongNumber)
  );
}
