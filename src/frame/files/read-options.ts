/** What can be said of a file that is read, checked at the call. */

import type { DataType } from "../../arrow.ts";
import { checkOptions, type OptionNames } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { parse } from "../builder/arguments.ts";
import { parseType } from "../types/parse-type.ts";
import { type FileFormat, fileFormats, formatOf } from "./file-format.ts";

export interface ReadFileOptions {
  /** By the ending of the name when left out: `.parquet`, `.csv`, `.tsv`, `.json`, `.ndjson`, `.jsonl`, `.arrow`, each with `.gz` where it is text. */
  readonly format?: FileFormat;
  /**
   * Types of columns of CSV and JSON, such as `{ id: "uint64", price: "decimal(12, 2)", at: "timestamp[us, UTC]" }`. The others
   * get a type that holds their first 20,000 rows exactly; a later value that does not fit is refused by its row.
   */
  readonly types?: Readonly<Record<string, string>>;
  /**
   * Between the values of a line of CSV: a comma by default, a tab in `.tsv`. A file whose first line is one value with a semicolon, a
   * tab or a bar in it is refused unless you pass one.
   */
  readonly delimiter?: string;
  /** Of CSV: whether its first line holds the names of the columns, true by default; or the names, when no line does. */
  readonly header?: boolean | readonly string[];
  /** Texts of CSV that stand for null where they are not quoted: the empty one by default. `""` is always empty text. */
  readonly nullText?: string | readonly string[];
  /** How CSV writes dates and times, as `strptime` reads them: `"%d.%m.%Y"`. ISO 8601 by default. */
  readonly dateFormat?: string;
  /** Of CSV and JSON, by a name that `TextDecoder` knows: `"utf-16le"`, `"gbk"`, `"latin1"`. UTF-8, or what a byte order mark tells, by default. */
  readonly encoding?: string;
}

export interface TextOptions {
  readonly types: ReadonlyMap<string, DataType>;
  readonly encoding: string | undefined;
}

export interface CsvOptions extends TextOptions {
  readonly format: "csv";
  readonly delimiter: string;
  /** Nobody asked for this delimiter. */
  readonly isUsualDelimiter: boolean;
  readonly header: boolean | readonly string[];
  readonly nullTexts: readonly string[];
  readonly dateFormat: string | undefined;
}

export interface JsonOptions extends TextOptions {
  readonly format: "json";
}

export type FileOptions =
  | CsvOptions
  | JsonOptions
  | { readonly format: "parquet" }
  | { readonly format: "arrow" };

const isEncoding = (label: string): boolean => {
  try {
    return new TextDecoder(label) !== undefined;
  } catch {
    return false;
  }
};

const names = loadWhenUsed(() =>
  z.array(z.string().min(1, "a column needs a name")).min(1, "header names at least one column"),
);
const oneCharacter = loadWhenUsed(() =>
  z.string().refine((text) => text.length === 1 && !/["\r\n]/.test(text), {
    message: 'delimiter is one character, such as ";" or "\\t"',
  }),
);
const optionsSchema = loadWhenUsed(() =>
  z.strictObject({
    format: z.enum(fileFormats).optional(),
    types: z.record(z.string(), z.string()).optional(),
    delimiter: oneCharacter.optional(),
    header: z
      .union([z.boolean(), names], "header is true, false, or the names of the columns")
      .refine((header) => typeof header === "boolean" || new Set(header).size === header.length, {
        message: "header names a column twice",
      })
      .optional(),
    nullText: z.union([z.string(), z.array(z.string())], "nullText is a text or several").optional(),
    dateFormat: z
      .string()
      .regex(/%-?[A-Za-z]/, 'dateFormat is written in the codes of strptime, such as "%d/%m/%Y"')
      .optional(),
    encoding: z
      .string()
      .refine(isEncoding, {
        message: 'encoding is a name that TextDecoder knows, such as "utf-16le", "gbk" or "latin1"',
      })
      .optional(),
  }),
);

const optionNames: OptionNames<ReadFileOptions> = {
  format: true,
  types: true,
  delimiter: true,
  header: true,
  nullText: true,
  dateFormat: true,
  encoding: true,
};

type Option = Exclude<keyof ReadFileOptions, "format">;

const optionsOf: Readonly<Record<FileFormat, readonly Option[]>> = {
  csv: ["types", "delimiter", "header", "nullText", "dateFormat", "encoding"],
  json: ["types", "encoding"],
  parquet: [],
  arrow: [],
};

/** @throws DlfLanceError InvalidInput for unknown options, and for those that do not concern the format. */
export function parseReadOptions(name: string, options: ReadFileOptions, action: string): FileOptions {
  const { format: given, ...checked } = parse(
    optionsSchema,
    checkOptions(options, optionNames, action),
    action,
  );
  const format = formatOf(name, given, action);
  const strange = (Object.keys(checked) as Option[]).find(
    (option) => checked[option] !== undefined && !optionsOf[format].includes(option),
  );
  if (strange !== undefined) {
    const holders = fileFormats.filter((other) => optionsOf[other].includes(strange));
    const way = strange === "types" ? "; it has its own types, change them with cast()" : "; leave it out";
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${strange} is an option of ${holders.join(" and ")}, and the format is ${format}${way}`,
    );
  }
  if (format === "parquet" || format === "arrow") return { format };
  // What was checked lacks a column called `__proto__`.
  const types = new Map(
    Object.entries(options.types ?? {}).map(([column, type]) => [
      column,
      parseType(type, `read column ${column}`),
    ]),
  );
  if (format === "json") return { format, types, encoding: checked.encoding };
  const { delimiter = /\.tsv(\.gz)?$/i.test(name) ? "\t" : ",", header = true, nullText = "" } = checked;
  return {
    format,
    types,
    encoding: checked.encoding,
    delimiter,
    isUsualDelimiter: checked.delimiter === undefined,
    header,
    nullTexts: typeof nullText === "string" ? [nullText] : nullText,
    dateFormat: checked.dateFormat,
  };
}
