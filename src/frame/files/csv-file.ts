/** CSV: DuckDB cuts the lines, we say what a value is. */
import { join } from "node:path";
import { arrow, type DataType, type Field, type RecordBatch, Types } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { countOf } from "../../display/text/number-text.ts";
import { showText } from "../../display/text/visible-text.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";
import { queryFiles, withFileWorker } from "../engines/duckdb/file-database.ts";
import { createSpillFolder, removeSpillFolder } from "../engines/duckdb/spill-folder.ts";
import { conformBatch } from "../engines/duckdb/vectors/conform.ts";
import { toRowObjects } from "../rows/row-objects.ts";
import type { RowsInPlace } from "../source.ts";
import {
  checkCompressed,
  decodeText,
  detectEncoding,
  refuseCompression,
  refuseEncoding,
  transcode,
} from "./decode-text.ts";
import { detectTypes } from "./detect-types.ts";
import { splitCompression } from "./file-format.ts";
import { type FileReader, sampledRows } from "./file-reader.ts";
import type { FoundFile } from "./find-files.ts";
import { type FirstRecord, type LineBreak, readFirstRecord } from "./first-record.ts";
import { quoteText } from "./quote-text.ts";
import type { CsvOptions } from "./read-options.ts";
import { selectStored, storedSql } from "./stored-sql.ts";
import { type TextRule, textRule } from "./text-values.ts";

interface CsvColumn {
  /** The text, in SQL. */
  readonly text: string;
  readonly field: Field;
  readonly isInferred: boolean;
  /** Undefined for text. */
  readonly rule: TextRule | undefined;
}

/** Names of columns that a first line does not name, as pandas leaves its index. */
const unnamed = "column";
const longestHeader = 1_000_000;
const sample = "csv_sample";
/** Bytes that DuckDB reads at a time, 32 MB by itself, however few rows are asked for. No line is longer than half of them. */
const bufferSizes = { sample: 4_194_304, all: 8_388_608 };
/** Part of the errors that our SQL raises. */
const misfit = "dlf-lance: no value of the type";

export async function openCsvFile(
  file: FoundFile,
  options: CsvOptions,
  types: ReadonlyMap<string, DataType> | undefined,
  signal?: AbortSignal,
): Promise<FileReader> {
  const encoding = await detectEncoding(file, options.encoding);
  if (encoding === "utf-8") await checkCompressed(file, signal);
  const first = await readFirst(file, encoding, options.delimiter, signal);
  const names = nameColumns(file, first.values, options);
  refuseStrangeTypes(file, names, options);
  const csv: Csv = {
    file,
    encoding,
    names,
    options,
    lead: first.firstBreak === first.lineBreak ? "" : first.lineBreak || "\n",
  };
  const { inferred, isEmpty } =
    types === undefined ? await inferTypes(csv, signal) : { inferred: types, isEmpty: false };
  const columns = names.map((name, index): CsvColumn => {
    const given = options.types.get(name);
    const type = given ?? inferred.get(name) ?? new arrow.Utf8();
    const text = `c${index}`;
    const isInferred = given === undefined;
    const rule = textRule(text, type, { isInferred, dateFormat: options.dateFormat });
    return { text, field: new arrow.Field(name, type, true), isInferred, rule };
  });
  const byName = new Map(columns.map((column) => [column.field.name, column]));
  return {
    schema: new arrow.Schema(columns.map(({ field }) => field)),
    rows: undefined,
    hasNoTypes: isEmpty,
    ...(isReadInPlace(csv) ? { inPlace: readInPlace(csv, byName) } : {}),
    batches: (asked, ownSignal) =>
      readColumns(csv, asked === undefined ? columns : findColumns(byName, asked), ownSignal),
  };
}

interface Csv {
  readonly file: FoundFile;
  readonly encoding: string;
  readonly names: readonly string[];
  readonly options: CsvOptions;
  /**
   * The line break of a copy's empty first line. DuckDB takes the first line break of a file for that of all lines, also where
   * it is within quotes. "" where the file itself can be read.
   */
  readonly lead: LineBreak;
}

function nameColumns(
  file: FoundFile,
  first: readonly string[],
  { header, delimiter, isUsualDelimiter }: CsvOptions,
): readonly string[] {
  if (isUsualDelimiter) refuseOtherDelimiter(file, first, delimiter);
  if (Array.isArray(header)) return header;
  if (first.length === 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read ${file.name}: it is empty; name its columns, as in { header: ["a", "b"] }`,
    );
  }
  if (header === false) return first.map((_, index) => `${unnamed}_${index + 1}`);
  const names = first.map((name, index) => (name === "" ? `${unnamed}_${index + 1}` : name));
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read ${file.name}: two columns are called ${JSON.stringify(twice)}; mend its first line`,
  );
}

/** One value with a delimiter of other files in it is likely several. */
function refuseOtherDelimiter({ name }: FoundFile, first: readonly string[], delimiter: string): void {
  const [value = "", ...others] = first;
  const other = [";", "\t", "|", ","].find((one) => one !== delimiter && value.includes(one));
  if (others.length > 0 || other === undefined) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: its first line is one value, ${showText(JSON.stringify(value), 60)}; ` +
      `pass { delimiter: ${JSON.stringify(other)} }, or { delimiter: ${JSON.stringify(delimiter)} } if it is one column`,
  );
}

async function readFirst(
  file: FoundFile,
  encoding: string,
  delimiter: string,
  signal: AbortSignal | undefined,
): Promise<FirstRecord> {
  let text = "";
  for await (const piece of decodeText(file, encoding, signal)) {
    text += piece;
    const record = readFirstRecord(text, delimiter, false);
    if (record !== undefined) return record;
    if (text.length > longestHeader) break;
  }
  return readFirstRecord(text, delimiter, true) ?? { values: [], lineBreak: "", firstBreak: "" };
}

function refuseStrangeTypes({ name }: FoundFile, names: readonly string[], { types }: CsvOptions): void {
  for (const column of types.keys()) {
    if (names.includes(column)) continue;
    const near = findNearest(column, names);
    const hint = near === undefined ? "" : `; did you mean ${near}?`;
    throw new DlfLanceError("TableColumnNotFound", `Cannot read ${name}: no column named ${column}${hint}`);
  }
}

/** The type of each column that was not given one, by the first rows. */
async function inferTypes(
  csv: Csv,
  signal: AbortSignal | undefined,
): Promise<{ readonly inferred: ReadonlyMap<string, DataType>; readonly isEmpty: boolean }> {
  const { file, names, options } = csv;
  const columns = names
    .map((name, index) => ({ name, text: `c${index}` }))
    .filter(({ name }) => !options.types.has(name));
  if (columns.length === 0) return { inferred: new Map(), isEmpty: false };
  const texts = columns.map(({ text }) => text);
  const { path, remove } = await prepareSource(csv, signal);
  try {
    const found = await withFileWorker({ action: `read ${file.name}`, signal }, async (worker) => {
      const rows = `SELECT ${texts.join(", ")} FROM ${sourceSql(csv, path, "sample")} LIMIT ${sampledRows}`;
      try {
        await worker.execute(`CREATE OR REPLACE TEMP TABLE ${sample} AS ${rows}`);
        const { numRows } = await worker.runWhole(`SELECT 1 FROM ${sample} LIMIT 1`);
        return {
          types: await detectTypes(worker, sample, texts, options.dateFormat),
          isEmpty: numRows === 0,
        };
      } finally {
        await worker.execute(`DROP TABLE IF EXISTS ${sample}`);
      }
    });
    const inferred = columns.map(
      ({ name }, index) => [name, found.types[index] ?? new arrow.Utf8()] as const,
    );
    return { inferred: new Map(inferred), isEmpty: found.isEmpty };
  } catch (error) {
    throw isError(error) ? explainLine(error, csv) : error;
  } finally {
    await remove();
  }
}

/** What DuckDB has of a column. */
function readType(type: DataType): DataType {
  if (Types.isFloat(type)) return type.precision === 2 ? type : new arrow.Float32();
  return Types.isLargeUtf8(type) ? new arrow.Utf8() : type;
}

function findColumns(byName: ReadonlyMap<string, CsvColumn>, names: readonly string[]): readonly CsvColumn[] {
  return names.flatMap((name) => byName.get(name) ?? []);
}

function readInPlace(csv: Csv, byName: ReadonlyMap<string, CsvColumn>): RowsInPlace {
  const source = sourceSql(csv, csv.file.path, "all");
  return {
    sql(names) {
      const columns = findColumns(byName, names);
      // What a value is stored as may take it several times: it is read of its text once.
      const values = columns.map(({ text, rule }, index) => `${valueSql(text, rule)} AS v${index}`);
      return selectStored(
        columns.map(({ field }, index) => storedSql(`v${index}`, readType(field.type), field)),
        values.length === 0 ? `FROM ${source}` : `FROM (SELECT ${values.join(", ")} FROM ${source})`,
      );
    },
    async explain(error, names, signal) {
      if (!isError(error)) return error;
      if (error.message.includes(misfit))
        return explainMisfit(csv, findColumns(byName, names), source, signal);
      return explainLine(error, csv);
    },
  };
}

async function* readColumns(
  csv: Csv,
  columns: readonly CsvColumn[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  const schema = new arrow.Schema(columns.map(({ field }) => field));
  const list = columns.map(({ text, rule }, index) => `${valueSql(text, rule)} AS v${index}`).join(", ");
  const { path, remove } = await prepareSource(csv, signal);
  try {
    const source = sourceSql(csv, path, "all");
    try {
      for await (const batch of query(csv, `SELECT ${list} FROM ${source}`, signal))
        yield conformBatch(batch, schema);
    } catch (error) {
      if (!isError(error) || !error.message.includes(misfit)) throw error;
      throw await explainMisfit(csv, columns, source, signal);
    }
  } finally {
    await remove();
  }
}

function valueSql(text: string, rule: TextRule | undefined): string {
  if (rule === undefined) return text;
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN ${rule.check} THEN ${rule.value} ELSE error(${quoteText(misfit)}) END`;
}

/** The first row that does not fit, in words. */
async function explainMisfit(
  csv: Csv,
  columns: readonly CsvColumn[],
  source: string,
  signal: AbortSignal | undefined,
): Promise<DlfLanceError> {
  const ruled = columns.flatMap((column) =>
    column.rule === undefined ? [] : [{ ...column, rule: column.rule }],
  );
  const isBad = ruled.map(({ text, rule }) => `(${text} IS NOT NULL AND NOT coalesce(${rule.check}, false))`);
  const which = isBad.map((bad, index) => `WHEN ${bad} THEN ${index}`).join(" ");
  const value = isBad.map((bad, index) => `WHEN ${bad} THEN ${ruled[index]?.text}`).join(" ");
  const numbered = `(SELECT row_number() OVER () AS n, * FROM ${source})`;
  const sql = `SELECT n, CASE ${which} END AS which, CASE ${value} END AS value FROM ${numbered} WHERE ${isBad.join(" OR ")} LIMIT 1`;
  for await (const batch of query(csv, sql, signal)) {
    const [row] = toRowObjects(batch);
    const column = ruled[Number(row?.which)];
    if (row === undefined || column === undefined) continue;
    const { name } = column.field;
    const type = fieldTypeName(column.field);
    const isInteger = Types.isInt(column.field.type);
    const why = column.isInferred
      ? `the column is ${type} in the first ${sampledRows} rows`
      : `its type is to be ${type}`;
    return new DlfLanceError(
      "InvalidInput",
      `Cannot read ${csv.file.name}: row ${row.n}, column ${name} holds ${JSON.stringify(row.value)}, and ${why}; ` +
        `pass { types: { ${JSON.stringify(name)}: "${isInteger && isNumber(row.value) ? "double" : "string"}" } }, or the text for null as nullText`,
    );
  }
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read ${csv.file.name}: it was changed while it was read; read it again`,
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === "string" && /^-?\d{1,15}[.]\d{1,15}$/.test(value);
}

function isReadInPlace({ encoding, lead }: Pick<Csv, "encoding" | "lead">): boolean {
  return encoding === "utf-8" && lead === "";
}

/** The file itself where DuckDB reads its encoding and finds its lines, else a copy in UTF-8. */
async function prepareSource(csv: Csv, signal: AbortSignal | undefined) {
  const { file, encoding, lead } = csv;
  if (isReadInPlace(csv)) return { path: file.path, remove: async () => undefined };
  const folder = createSpillFolder();
  const path = join(folder, "decoded.csv");
  const remove = () => removeSpillFolder(folder);
  try {
    await transcode(file, encoding, path, { lead, signal });
    return { path, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function sourceSql(
  { file, encoding, names, options, lead }: Csv,
  path: string,
  part: keyof typeof bufferSizes,
): string {
  const { delimiter, header, nullTexts } = options;
  const columns = names.map((_, index) => `'c${index}': 'VARCHAR'`).join(", ");
  const isCompressed = isReadInPlace({ encoding, lead }) && splitCompression(file.name).isCompressed;
  const settings = [
    `columns = {${columns}}`,
    "auto_detect = false",
    "strict_mode = true",
    "quote = '\"'",
    "escape = '\"'",
    `delim = ${quoteText(delimiter)}`,
    `header = ${header === true}`,
    `nullstr = [${nullTexts.map(quoteText).join(", ")}]`,
    "allow_quoted_nulls = false",
    `compression = '${isCompressed ? "gzip" : "none"}'`,
    `buffer_size = ${bufferSizes[part]}`,
    `skip = ${lead === "" ? 0 : 1}`,
  ];
  return `read_csv(${quoteText(path)}, ${settings.join(", ")})`;
}

async function* query(
  csv: Csv,
  sql: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  try {
    yield* queryFiles(sql, { action: `read ${csv.file.name}`, signal });
  } catch (error) {
    throw isError(error) ? explainLine(error, csv) : error;
  }
}

/** DuckDB's errors about a line, in our words. */
function explainLine(error: DlfLanceError, { file: { name }, encoding, names, lead }: Csv): DlfLanceError {
  const text = error.message;
  if (/Invalid unicode|not utf-8 encoded|unicode/i.test(text)) return refuseEncoding(name, encoding);
  if (/GZIP/.test(text)) return refuseCompression(name);
  const [, counted] = /CSV Error on Line: (\d+)/.exec(text) ?? [];
  if (counted === undefined) return error;
  const line = Number(counted) - (lead === "" ? 0 : 1);
  const found = /Expected Number of Columns: \d+ Found: (\d+)/.exec(text)?.[1];
  const refuse = (why: string) =>
    new DlfLanceError("InvalidInput", `Cannot read ${name}: line ${line} ${why}`);
  if (found !== undefined)
    return refuse(
      `has ${countOf(Number(found), "value")}, and the file has ${countOf(names.length, "column")}; mend the line`,
    );
  if (/quote/i.test(text))
    return refuse('has a quote in the wrong place; write a quote within a value as ""');
  if (/[Mm]aximum line size/.test(text)) return refuse("is longer than 2 MB; store such values in Parquet");
  return error;
}
