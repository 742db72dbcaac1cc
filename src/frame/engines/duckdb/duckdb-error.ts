/** DuckDB's errors in our words. */
import { tmpdir } from "node:os";
import { DlfLanceError, type ErrorCode, isError, messageOf } from "../../../errors.ts";
import { createInterruption } from "../../../interrupt.ts";
import { findNearest } from "../../../nearest.ts";
import { redactText } from "../../../redaction/redact-text.ts";
import { outOfRange } from "../../functions/moment.ts";
import { sayStatementError } from "./statement-words.ts";

/** First match wins. DuckDB tells kinds of failure in the beginning of its text. */
const kinds: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [/^Permission Error/, "PermissionDenied"],
  [/^Catalog Error: Table/, "TableNotFound"],
  [/^Binder Error: .*column/i, "TableColumnNotFound"],
  [/^(?:IO|Internal|FATAL|Serialization) Error/i, "Internal"],
];

const longestReason = 600;

/**
 * Runs work of DuckDB; what it throws becomes a {@link DlfLanceError} of the form `Cannot <action>: <reason>`.
 * @param isOurs whether the SQL is our own, which nobody wrote: then the error is about the values alone.
 * @param columns of the tables that a user's statement reads
 */
export async function translateSqlError<T>(
  {
    action,
    signal,
    isOurs = false,
    columns = [],
  }: {
    readonly action: string;
    readonly signal?: AbortSignal | undefined;
    readonly isOurs?: boolean;
    readonly columns?: readonly string[];
  },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isError(error)) throw error;
    if (signal?.aborted) throw createInterruption(action);
    const text = readMessage(error);
    const full = /no space left|max_temp_directory_size/i.exec(text);
    if (full !== null) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot ${action}: the disk of ${tmpdir()} is full; free some space there, or set TMPDIR to another disk`,
      );
    }
    if (/^Out of Memory Error/.test(text)) {
      const [, limit] = /\/([\d.]+ \w+) used\)/.exec(text) ?? [];
      throw new DlfLanceError(
        "Unsupported",
        `Cannot ${action}: it needs more memory than its limit${limit === undefined ? "" : ` of ${limit}`}: not everything ` +
          "can be written to disk, such as lists that list() collects, and a part of each join and sort; " +
          "pass a higher memoryLimit, or make smaller groups and fewer joins",
      );
    }
    const unread = explainType(text, isOurs);
    if (unread !== undefined) throw new DlfLanceError("Unsupported", `Cannot ${action}: ${unread}`);
    const explained = isOurs ? explainValue(text) : undefined;
    if (explained !== undefined) throw new DlfLanceError("InvalidInput", explained);
    const said = isOurs ? undefined : explainStatement(text, columns);
    if (said !== undefined) throw new DlfLanceError(said.code, `Cannot ${action}: ${said.text}`);
    const code = kinds.find(([pattern]) => pattern.test(text))?.[1] ?? "InvalidInput";
    throw new DlfLanceError(code, `Cannot ${action}: ${condense(withoutClass(withoutSql(text)))}`);
  }
}

/** What DuckDB says; a call of its library on a row says it as JSON. */
function readMessage(error: unknown): string {
  const text = messageOf(error);
  if (!text.startsWith('{"exception_type":')) return text;
  const { exception_type: type, exception_message: message } = JSON.parse(text) as Readonly<
    Record<string, unknown>
  >;
  return `${String(type)} Error: ${String(message)}`;
}

/** DuckDB's names of types as we show them. */
const typeNames: Readonly<Record<string, string>> = {
  DOUBLE: "double",
  FLOAT: "float",
  VARCHAR: "string",
  BOOL: "bool",
  BOOLEAN: "bool",
  DATE: "date",
};

function typeName(name: string): string {
  return typeNames[name] ?? name.toLowerCase();
}

function withoutSql(text: string): string {
  return (text.split(/\n\s*LINE \d+:/)[0] ?? text).replace(/ when casting from source column \w+/, "");
}

/** DuckDB's texts begin with the kind of a failure, which our codes say; files are read by the words "Invalid Error". */
function withoutClass(text: string): string {
  return text
    .replace(/^(?!Internal|FATAL|Invalid Error)[A-Z]\w*(?: \w+){0,3} Error: /, "")
    .replace(/[.!]$/, "");
}

/** Our own refusal of a column's type, which DuckDB hands on as its own; in a plan the column's name there is one of our SQL. */
function explainType(text: string, isOurs: boolean): string | undefined {
  const [, column, reason] =
    /Cannot read (column "[\s\S]*?"): ([\s\S]*?; leave the column out)/.exec(text) ?? [];
  return reason === undefined || isOurs ? reason : `${column}: ${reason}`;
}

const castRefusals: readonly RegExp[] = [
  /Could not convert string ['"](?<value>[\s\S]*?)['"] to (?<to>[A-Z0-9]+)/,
  /[Ii]nvalid (?<what>timestamp|date|timestamp_ns) field format: ['"](?<value>[\s\S]*?)['"]/,
  /(?<what>timestamp|time|date) field value out of range: ['"](?<value>[\s\S]*?)['"]/,
  /Failed to cast (?<from>decimal) value (?<value>\S+) to type (?<to>[A-Z0-9]+)/,
  /(?:Type|Casting value "?.*?"?) ?(?<from>[A-Z0-9(), ]+) with value (?<value>\S+) can't be cast .*destination type (?<to>[A-Z0-9]+)/,
  /Casting value "(?<value>[\s\S]*?)" to type (?<to>[A-Z0-9(),]+) failed/,
  /Could not (?:cast|convert) value (?<value>\S+) (?:from (?<from>\S+) )?to (?<to>[A-Z0-9(),]+)/,
];

const beyondTimes =
  /Timestamp microseconds out of range|not in timestamp range|out of range in timestamp|convert Timestamp\(M?S\) to Timestamp\(US\)/;

/** DuckDB's names of operations on decimals, as verbs. */
const decimalOperations: Readonly<Record<string, string>> = {
  add: "add",
  addition: "add",
  subtract: "subtract",
  subtraction: "subtract",
  multiplication: "multiply",
};

/** What is wrong with a value, without a word of the SQL. */
function explainValue(text: string): string | undefined {
  const overflow = /Overflow in (\w+) of (INT64|INT128|DECIMAL\(\d+\))(?: \((.*?)\))?/.exec(text);
  if (overflow !== null) {
    const [, operation = "", type = "", values = "a value"] = overflow;
    // DuckDB writes the operands without their decimal points, and no scale.
    return type.startsWith("DECIMAL")
      ? `Cannot ${decimalOperations[operation] ?? "compute with"} decimals: the result has more than 38 digits; ` +
          "cast one of them to double"
      : `Cannot compute ${values}: the result does not fit int64; cast one of them to double`;
  }
  if (/Overflow in HUGEINT addition/.test(text)) {
    return (
      "Cannot compute a sum: it has more than 38 digits, which no decimal holds; " +
      'cast the column to double first, as in col("x").cast("double")'
    );
  }
  // Of one number, or of two that are divided, only the lowest int64 goes beyond.
  const lowest = /Overflow (?:on (abs)\(|in (negation) of numeric value|in (division) of (-\d+) \/ -1)/.exec(
    text,
  );
  if (lowest !== null) {
    const what = lowest[1] ?? lowest[2] ?? lowest[3];
    return (
      `Cannot compute the ${what === "abs" ? "absolute value" : what} of -9223372036854775808: the result does not fit int64; ` +
      'cast the column to double first, as in col("x").cast("double")'
    );
  }
  if (/Max expression depth limit|memory exhausted at or near/.test(text)) {
    return (
      "Cannot compute so many steps at once: one stands on the other deeper than DuckDB reads, which is about 900 levels; " +
      "compute some of them first, as in fromRows(await frame.collect())"
    );
  }
  if (beyondTimes.test(text)) {
    return (
      "Cannot compute a time: it lies beyond those that are computed with and written, which go from 290309 BC to 294247, " +
      'and in nanoseconds from 1677-09-22 to 2262-04-11; cast nanoseconds to "timestamp[us]" first'
    );
  }
  if (text.includes(outOfRange) || /convert Timestamp\(US\) to Timestamp\(NS\)/.test(text)) {
    return (
      "Cannot compute a time: timestamps of nanoseconds go from 1677-09-21 to 2262-04-11, and the result lies beyond; " +
      'cast the column to "timestamp[us]" first'
    );
  }
  // No column is of 128 bits: what is computed of whole numbers is.
  const [, whole] = /Type INT128 with value (\S+) can't be cast .*destination type INT64/.exec(text) ?? [];
  if (whole !== undefined) {
    return (
      `Cannot compute ${whole}: whole numbers are computed as int64, which cannot hold it; ` +
      'cast the column to double first, as in col("x").cast("double")'
    );
  }
  const parsed = /Could not parse string "([\s\S]*?)" according to format specifier "([\s\S]*?)"/.exec(text);
  if (parsed !== null) {
    return (
      `Cannot read ${JSON.stringify(parsed[1])} as a time: it does not have the form ${JSON.stringify(parsed[2])}; ` +
      "correct the pattern, or with { orNull: true } such values become null"
    );
  }
  const cast = findCast(text);
  return cast === undefined
    ? undefined
    : `Cannot cast ${cast}: the type cannot hold it; with { orNull: true } such values become null`;
}

/** What was to be cast to what: `"abc" (string) to int32`. */
function findCast(text: string): string | undefined {
  const found = castRefusals.map((pattern) => pattern.exec(text)?.groups).find((groups) => groups);
  if (found === undefined) return undefined;
  const { value = "", to = found.what ?? "", from = "VARCHAR" } = found;
  const shown = from === "VARCHAR" ? JSON.stringify(value) : value;
  return `${shown} (${typeName(from)}) to ${typeName(to)}`;
}

/** Functions of other dialects of SQL, as DuckDB writes them. */
const functionsElsewhere: Readonly<Record<string, string>> = {
  nvl: "coalesce(a, b)",
  isnull: "coalesce(a, b), or a IS NULL",
  getdate: "now()",
  sysdate: "now()",
  dateadd: "day + INTERVAL 1 DAY",
  date_add_days: "day + INTERVAL 1 DAY",
  charindex: "position('x' IN name)",
  to_char: "strftime(day, '%Y-%m-%d')",
  date_format: "strftime(day, '%Y-%m-%d')",
  to_date: "strptime(text, '%Y-%m-%d')",
  str_to_date: "strptime(text, '%Y-%m-%d')",
  group_concat: "string_agg(name, ',')",
  collect_list: "list(name)",
  collect_set: "list(DISTINCT name)",
  countif: "count_if(a > 1)",
  percentile_approx: "approx_quantile(a, 0.5)",
  iff: "if(a > 1, b, c)",
  decode: "CASE a WHEN 1 THEN b END",
  rand: "random()",
  uuid_generate_v4: "uuid()",
};

interface Explanation {
  readonly code: ErrorCode;
  readonly text: string;
}

const missingColumns: readonly RegExp[] = [
  /Referenced column "(.+?)" (?:was )?not found/,
  /does not have a column named "(.+?)"/,
  /Column "(.+?)" in (?:EXCLUDE|REPLACE|RENAME) list not found/,
];

/** What is wrong with a user's statement, in one line. */
function explainStatement(text: string, columns: readonly string[]): Explanation | undefined {
  const column = missingColumns.map((pattern) => pattern.exec(text)?.[1]).find((name) => name !== undefined);
  if (column !== undefined) {
    // DuckDB's candidates, which may be far from it, are also columns that the statement itself makes.
    const nearest = findNearest(column, [...columns, ...quotedAfter("Candidate bindings:", text)]);
    const next = nearest === undefined ? "check its spelling" : `did you mean ${nearest}?`;
    return { code: "TableColumnNotFound", text: `no column named ${column}; ${next}` };
  }
  const [, table] = /Referenced table "(.+?)" not found/.exec(text) ?? [];
  if (table !== undefined) {
    const tables = quotedAfter("Candidate tables:", text);
    const nearest = findNearest(table, tables);
    const next =
      nearest !== undefined
        ? `did you mean ${nearest}?`
        : tables.length === 0
          ? "name it in FROM"
          : `FROM has ${tables.join(", ")}`;
    return { code: "InvalidInput", text: `no table named ${table} in FROM; ${next}` };
  }
  const [, field] = /Could not find key "(.+?)" in struct/.exec(text) ?? [];
  if (field !== undefined) {
    const fields = quotedAfter("Candidate Entries:", text);
    // Of a letter or two, any other is near.
    const nearest = field.length > 2 ? findNearest(field, fields) : undefined;
    const next = nearest === undefined ? `its fields are ${fields.join(", ")}` : `did you mean ${nearest}?`;
    return { code: "InvalidInput", text: `the struct has no field ${field}; ${next}` };
  }
  const cast = findCast(text);
  if (cast !== undefined) {
    return {
      code: "InvalidInput",
      text: `cannot cast ${cast}: the type cannot hold it; with try_cast(… AS …) such values become null`,
    };
  }
  const parsed = /Could not parse string "([\s\S]*?)" according to format specifier "([\s\S]*?)"/.exec(text);
  if (parsed !== null) {
    return {
      code: "InvalidInput",
      text:
        `${JSON.stringify(parsed[1])} does not have the form ${JSON.stringify(parsed[2])}; ` +
        "correct the pattern, or with try_strptime such values become null",
    };
  }
  if (text.includes("More than one row returned by a subquery")) {
    return {
      code: "InvalidInput",
      text: "a subquery that stands for one value returned several rows; add LIMIT 1, or an aggregate such as max()",
    };
  }
  const called =
    /(?:Scalar|Aggregate|Table|Table or Macro|Macro)? ?Function with name "?(\w+)"? does not exist![\s\S]*?(?:Did you mean "(.+?)"\?|$)/.exec(
      text,
    );
  if (called !== null) {
    const [, name = "", nearest] = called;
    const meant = functionsElsewhere[name.toLowerCase()];
    const next =
      meant !== undefined
        ? `; write ${meant}`
        : nearest === undefined
          ? "; check its spelling"
          : `; did you mean ${nearest}?`;
    return { code: "InvalidInput", text: `no function named ${name}${next}` };
  }
  const file = /Cannot access file "(.+?)"/.exec(text);
  if (file !== null) {
    return {
      code: "PermissionDenied",
      text: `SQL reads no files; read ${JSON.stringify(file[1])} with readFile() and put the frame in, as in FROM \${readFile("…")}`,
    };
  }
  if (/Values were not provided for the following prepared statement parameters/.test(text)) {
    return {
      code: "InvalidInput",
      text: 'a parameter has no value; write it as $1 and pass the values in a list, as in sql("… $1", [5])',
    };
  }
  const group = /column "?(\w+?|[^"]+?)"? must appear in the GROUP BY clause/.exec(text);
  if (group !== null) {
    return {
      code: "InvalidInput",
      text: `column ${group[1]} is neither in GROUP BY nor in an aggregate; add it there, or take any_value(${group[1]})`,
    };
  }
  const [, array] = /Unimplemented type for case expression: (\S+)\[\d+\]/.exec(text) ?? [];
  if (array !== undefined) {
    return {
      code: "Unsupported",
      text: `CASE, COALESCE and IF take no vectors of a fixed length; cast them to lists, as in coalesce(a::${array}[], b::${array}[]), or use when() and coalesce() of a frame`,
    };
  }
  const said = sayStatementError(text);
  if (said !== undefined) return { code: "InvalidInput", text: said };
  const operands =
    /No function matches the given name and argument types '(.+?)'/.exec(text) ??
    /Could not choose a best candidate function for the function call "(.+?)"\. /.exec(text);
  if (operands !== null) {
    const types = (operands[1] ?? "").replaceAll("_LITERAL", "");
    return {
      code: "InvalidInput",
      text: `no function takes these types: ${types}; cast one of them, as in CAST(name AS BIGINT)`,
    };
  }
  return undefined;
}

function quotedAfter(label: string, text: string): readonly string[] {
  const [, line = ""] = new RegExp(`${label} (.*)`).exec(text) ?? [];
  return [...line.matchAll(/"(.+?)"/g)].map(([, name = ""]) => name);
}

/** Without the stack and the advice to report; the line of the statement that it points at stays. */
function condense(text: string): string {
  const reason = redactText(text.split(/\n\s*(?:Stack Trace|This error signals)/)[0]?.trim() ?? "");
  return reason.length > longestReason ? `${reason.slice(0, longestReason)}…` : reason;
}
