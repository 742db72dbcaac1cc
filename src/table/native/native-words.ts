/** What errors of the native library mean to whoever wrote the call, where its own words do not help. */
import { countOf } from "../../display/text/number-text.ts";
import type { ErrorCode } from "../../errors.ts";
import { findNearest } from "../../nearest.ts";
import { discloseSql } from "./enclose-sql.ts";

/** What was found, and the next step, as they stand after `Cannot <action>: `. */
interface Explanation {
  readonly code: ErrorCode;
  readonly text: string;
}

/** @param action what the native library was doing, as in `delete rows of default.orders` */
type Explain = (parts: readonly string[], action: string) => Explanation;

const unsupported = (text: string) => () => ({ code: "Unsupported", text }) as const;
const invalid = (text: string) => ({ code: "InvalidInput", text }) as const;

/** Of a commit that the library has given up because another came before it. */
export const lostRace = "so that this was not committed";

/** First match wins; a pattern's groups are what it explains. */
const explanations: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [
    /This \w+ transaction (?:was preempted by|is incompatible with) concurrent transaction (\w+) at version (\d+)/,
    ([kind = "", version = ""]) => ({
      code: "ConcurrentModification",
      text: `another writer committed version ${version} first (${kind}), ${lostRace}; look at the table, then run this again`,
    }),
  ],
  [
    /Too many concurrent writers\. Attempted \d+ times, but failed on retry_timeout of (\d+)/,
    ([seconds = ""]) => ({
      code: "ConcurrentModification",
      text: `other writers committed first, again and again for ${seconds} seconds; run this again when there are fewer`,
    }),
  ],
  [
    /Too many concurrent writers/,
    () => ({
      code: "ConcurrentModification",
      text: `other writers committed first each time, ${lostRace}; run this again when there are fewer`,
    }),
  ],
  [
    /panic in async function|unsupported timestamp type/i,
    unsupported(
      "the native library panicked, as it does over any column of a table that has a timestamp with a fixed offset, " +
        'such as timestamp[us, +08:00]. Cast that column to a named zone with PyLance: dataset.add_columns({"at_utc": ' +
        '"arrow_cast(at, \'Timestamp(Microsecond, Some(\\"UTC\\"))\')"}), then drop_columns(["at"])',
    ),
  ],
  [
    /compute_stat should only be called once/,
    unsupported(
      "the native library cannot write vectors (fixed_size_list) of texts or bytes; make the column a list instead",
    ),
  ],
  [
    /invalid direct \w+ encoding|failed to decode protobuf message: unexpected type url/i,
    unsupported(
      "its data files are of Lance's file version 2.3 or newer, which the native library does not read; write them " +
        'again with PyLance: lance.write_dataset(…, data_storage_version="2.2")',
    ),
  ],
  [
    /Cannot cast column "(.+?)" from (.+?) to (.+?)(?=$|, \/|\n)/,
    ([column = "", from = "", to = ""]) => explainCast(column, from, to),
  ],
  [
    /Column "(.+?)" contains NULL values and cannot be made non-nullable/,
    ([column = ""]) =>
      invalid(
        `column ${column} holds nulls; update() them first, with where: col(${JSON.stringify(column)}).isNull()`,
      ),
  ],
  [
    /Unsupported data type: (\w+)\. Supported types: \[(.*?)\]/,
    ([type = "", known = ""]) =>
      invalid(`Lance's SQL has no type ${type}; its types are ${known.replaceAll('"', "")}`),
  ],
  [
    /num_sub_vectors must divide vector dimension (\d+), but got (\d+)/,
    ([length = "", given = ""]) =>
      invalid(
        `subVectors is ${given}, and the vectors have ${countOf(Number(length), "number")}; pass a divisor of ${length}, or leave it out`,
      ),
  ],
  [
    /KMeans cannot train (\d+) centroids with (\d+) vectors/,
    ([partitions = "", rows = ""]) =>
      invalid(
        `${partitions} partitions need more vectors than the ${rows} there are; pass fewer partitions, or leave them out`,
      ),
  ],
  [
    /HnswBuildParams::(\w+) must be at least (\d+)[^,]*, got (\d+)/,
    ([setting = "", least = "", given = ""]) =>
      invalid(`${camelCase(setting)} is ${given}; pass ${least} or more`),
  ],
  [
    /Index name '(.+?)' already exists( with different fields)?/,
    ([index = "", others]) => ({
      code: "TableIndexAlreadyExists",
      text:
        others === undefined
          ? `there is an index ${index} already; pass { replace: true } after the settings to build it again`
          : `index ${index} is over another column; pass another name, as in { name: "…" }`,
    }),
  ],
  [
    /min_gram must not be greater than max_gram/,
    () => invalid("ngramMinLength is above ngramMaxLength; pass both, the lower one first"),
  ],
  [
    /unknown base tokenizer (.+?)(?=$|, \/|\n)/,
    ([tokenizer = ""]) => invalid(`no tokenizer named ${tokenizer}; leave it out for the usual one`),
  ],
  [
    /Ref conflict error: tag (.+?) already exists/,
    () => ({
      code: "TableTagAlreadyExists",
      text: "there is one of this name already; updateTag() moves it to another version",
    }),
  ],
  [
    /Version not found error: version (?:\S+:)?(\d+) does not exist/,
    ([version = ""]) => ({
      code: "TableVersionNotFound",
      text: `no version ${version}; versions() lists those there are`,
    }),
  ],
  [
    /Not enough rows to train PQ\. Requires (\d+) rows but only (\d+) available/,
    ([needed = "", found = ""]) =>
      invalid(
        `an index with product quantization is trained on at least ${needed} rows, and the table has ${found}; ` +
          'search without an index, which is fast for so few, or choose { type: "ivf_flat" }',
      ),
  ],
  [
    /A ([\w ]+?) index cannot be created on the field `(.*)` which has data type (.*?)(?:,|$|\n)/i,
    ([kind = "", column = "", type = ""]) =>
      invalid(
        `${nameIndex(kind)} cannot be built over ${nameType(type)}` +
          (type === "LargeUtf8"
            ? `; make column ${column} a string first, with alterColumns({ ${quoteKey(column)}: { type: "string" } }), or choose { type: "bitmap" }`
            : `; ${suggestIndex(type)}`),
      ),
  ],
  [
    /Cannot perform full text search unless an INVERTED index/,
    () =>
      invalid(
        'no column has an index for text; create one with createIndex("<column>", { type: "fts" }) of lake.table(…)',
      ),
  ],
  [
    /position is not found but required for phrase queries/,
    () =>
      invalid(
        "words in quotes are a phrase, and the index keeps no places of words; leave the quotes out, or create it again, with " +
          'createIndex("<column>", { type: "fts", withPosition: true }, { replace: true })',
      ),
  ],
  [
    /Invalid directory path: (\S*?language_models\/(\S+))/,
    ([folder = "", tokenizer = ""]) =>
      invalid(
        `the dictionary of tokenizer ${tokenizer} belongs in ${folder}, which is missing; put it there, or in ` +
          '$LANCE_LANGUAGE_MODEL_HOME, or choose { tokenizer: "icu" }, which needs none',
      ),
  ],
  [
    /Cannot cast column\(s\) \[(.*?)\] to a new type: they have \d+ index\(es\) attached: \[(.*?)\]/,
    ([columns = "", indices = ""]) => {
      const drops = indices.split(", ").map((index) => `dropIndex(${JSON.stringify(index)})`);
      return invalid(
        `column ${columns} has an index, and a new type makes that useless; run ${drops.join(" and ")} first, and ` +
          "createIndex() again afterwards",
      );
    },
  ],
  [
    /Invalid data type: \{"type":"/,
    unsupported(
      "Lance does not cast columns to this type; add a column of it with addColumns(), and write its values with merge()",
    ),
  ],
  [
    /Received literal (\w+)\((.*?)\) and could not convert to literal of type '(.*?)'(?=$|[,.\s])/,
    ([literal = "", value = "", type = ""]) => explainLiteral(literal, value, type),
  ],
  [
    /Can't cast value (\S+) to type (\w+)/,
    ([value = "", type = ""], action) =>
      refuseCast(value, type, "change the type of the column first, or the value", action),
  ],
  [
    /Cannot cast string '(.*?)' to value of (\w+) type/,
    ([value = "", type = ""], action) =>
      refuseCast(`'${value}'`, type, "pass a value of the column's type", action),
  ],
  [
    /^Divide by zero error|: Divide by zero error/,
    (_, action) =>
      invalid(
        `it divides by zero; ${writesValues.test(action) ? "leave those rows out with where, or " : ""}divide by ` +
          "nullif(x, 0), which makes the result null there",
      ),
  ],
  [
    /Expression '(.*)' is not supported SQL in lance/s,
    ([expression = ""], action) =>
      unsupported(`Lance cannot compute ${expression}; ${replaceExpression(action)}`)(),
  ],
  [
    /Error parsing statement: SELECT (1 FROM t WHERE )?(.*?)(?: FROM t)? \(sql parser error: (.*?)(?: at Line.*?)?\)(?=$|, \/|\s)/s,
    ([where, sql = "", reason = ""]) =>
      explainSyntax(where === undefined ? "expression" : "condition", discloseSql(sql), reason),
  ],
  [
    /The filter (.+?) does not return a boolean/s,
    ([condition = ""]) =>
      invalid(
        `the condition ${plainLiterals(condition)} is neither true nor false; compare it, as in ${plainLiterals(condition)} > 5` +
          (/^\w+$/.test(condition) ? ` or col(${JSON.stringify(condition)}).gt(5)` : ""),
      ),
  ],
  [
    /Operator (&&|\|\|) is not supported/,
    ([operator = ""]) =>
      invalid(`Lance has no operator ${operator}; write ${operator === "&&" ? "AND" : "OR"}`),
  ],
  [
    /No field named (.+?)\. Did you mean '(.+?)'\?/,
    ([name = "", near = ""]) => ({
      code: "TableColumnNotFound",
      text: `no column ${unquote(name)}; did you mean ${unquote(near)}?`,
    }),
  ],
  [
    /No field named (.+?)\. Valid fields are (.+?)\.(?:\s|,|$)/,
    ([name = "", fields = ""]) => {
      const column = unquote(name);
      const known = fields
        .split(", ")
        .map((field) => unquote(field.replace(/^(?:target|source)\./, "").replaceAll("`", "")))
        .filter((field) => !/^_row(id|addr|offset|_\w+)$/.test(field));
      const near = findNearest(column, known);
      const next =
        near === undefined
          ? `the columns are ${[...new Set(known)].join(", ")}; a text stands in single quotes, as in 'x'`
          : `did you mean ${near}?`;
      return { code: "TableColumnNotFound", text: `no column ${column}; ${next}` };
    },
  ],
  [
    /Function '(\w+)' requires (.+?), but received (.+?) \(/,
    ([name = "", wanted = "", given = ""]) =>
      invalid(
        `${name}() takes ${nameType(wanted)}, and this one is given ${nameType(given)}; cast it, as in cast(x as string)`,
      ),
  ],
  [
    /There isn't a common type to coerce (.+?) and (.+?) in (.+?) expression/,
    ([left = "", right = "", operator = ""]) =>
      invalid(
        `${operator} compares values of one type, and these are ${nameType(left)} and ${nameType(right)}; cast one of them, ` +
          "as in cast(x as string)",
      ),
  ],
  [
    /Invalid function '(.+?)'/,
    ([name = ""]) => invalid(`Lance has no function ${name}(); filter with an expression of col() instead`),
  ],
];

/** The explanation of a native error's text; undefined when that speaks for itself, or nobody knows better. */
export function explainNativeError(text: string, action: string): Explanation | undefined {
  for (const [pattern, explain] of explanations) {
    const match = pattern.exec(text);
    if (match !== null) return explain(match.slice(1), action);
  }
  return undefined;
}

/** Their SQL is that of new values; that of all others is a condition. */
const writesValues = /^(?:update|add columns to) /;
/** Their conditions go to Lance alone; those of reads can be computed elsewhere. */
const choosesRows = /^(?:delete|merge|replace|update) /;

/** What to do about SQL that Lance does not compute. */
function replaceExpression(action: string): string {
  const byKeys = 'read the keys of the rows first and name them, as in col("id").isIn(keys)';
  if (!choosesRows.test(action) && !writesValues.test(action))
    return "filter with an expression of col(), or use frame.sql or lake.sql";
  if (!writesValues.test(action)) return byKeys;
  const byMerge = "write the values with merge() instead";
  return choosesRows.test(action) ? `${byMerge}; if it stands in where, ${byKeys}` : byMerge;
}

/** @param next what to do where the value was to be written */
function refuseCast(value: string, type: string, next: string, action: string): Explanation {
  const inCondition = "write try_cast() for cast(), which makes such values null";
  const isChosen = choosesRows.test(action);
  const what = `${nameType(type)} cannot hold ${value}`;
  if (!writesValues.test(action)) return invalid(`${what}; ${inCondition}`);
  return invalid(`${what}; ${next}${isChosen ? `; if it stands in where, ${inCondition}` : ""}`);
}

/** Without the types that the library writes around constants. */
function plainLiterals(condition: string): string {
  return condition.replace(/\b(?:U?Int|Float)\d+\(([^()]*)\)/g, "$1").replace(/\bUtf8\("([^"]*)"\)/g, "'$1'");
}

function nameIndex(kind: string): string {
  const name =
    { inverted: "fts", labellist: "label_list" }[kind.toLowerCase()] ??
    kind.toLowerCase().replaceAll(" ", "_");
  return `${/^[aeiof]/.test(name) ? "an" : "a"} ${name} index`;
}

function suggestIndex(type: string): string {
  if (/^FixedSizeList/.test(type)) return 'choose { type: "ivf_flat" } or another index of vectors';
  if (/^(?:Large)?List/.test(type)) return 'choose { type: "label_list" }';
  if (/^Utf8$/.test(type)) return 'choose { type: "fts" }, { type: "btree" } or { type: "bitmap" }';
  return 'choose { type: "btree" }, if it holds numbers, texts or times';
}

/** Lance compares a column with literals of the same type only. */
function explainLiteral(literal: string, value: string, type: string): Explanation {
  const isText = /Utf8/.test(literal);
  const given = isText ? `'${value.replace(/^"|"$/g, "")}'` : value;
  return invalid(
    `the condition compares ${nameType(type)} with ${given}; ${suggestLiteral(literal, given, type)}`,
  );
}

function suggestLiteral(literal: string, given: string, type: string): string {
  const isNumber = /^(U?Int|Float|Decimal)/.test(literal);
  if (/^U?Int/.test(type) && isNumber) {
    const range = describeMissedRange(type, given);
    if (range !== undefined) {
      return (
        `${given} is outside ${nameType(type)} (${range}), so no value equals it; compare with an expression of col(), ` +
        `as in col("x").gt(${Number.isSafeInteger(Number(given)) ? Number(given) : `${wholeOf(given)}n`})`
      );
    }
    return Number.isSafeInteger(Number(given))
      ? `write it as a whole number, ${Number(given)}`
      : `cast the column, as in cast(column as double) > ${given}`;
  }
  const decimal = /^Decimal\d+\((\d+), (-?\d+)\)/.exec(type);
  if (decimal !== null && isNumber)
    return `cast it, as in cast(${given} as decimal(${decimal[1]}, ${decimal[2]}))`;
  if (/^Timestamp/.test(type)) return "write a moment, as in timestamp '2024-05-01 00:00:00'";
  if (/^Date/.test(type)) return "write a day, as in date '2024-05-01'";
  if (/Utf8$/.test(type)) return `write a text, as in '${given}'`;
  if (/^(U?Int|Float|Decimal)/.test(type)) return "write a number";
  if (/^Boolean/.test(type)) return "write true or false";
  return "write a value of the column's type";
}

/** The range of a type of whole numbers, as text, when the whole number lies beyond it. */
function describeMissedRange(type: string, given: string): string | undefined {
  const [, unsigned, bits = ""] = /^(U?)Int(\d+)$/.exec(type) ?? [];
  if (unsigned === undefined || !Number.isInteger(Number(given))) return undefined;
  const value = wholeOf(given);
  const span = 2n ** BigInt(bits);
  const lowest = unsigned === "U" ? 0n : -span / 2n;
  const highest = lowest + span - 1n;
  return value >= lowest && value <= highest ? undefined : `${lowest} to ${highest}`;
}

function wholeOf(text: string): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : BigInt(Number(text));
}

/** Lance changes types within their kind only. */
function explainCast(column: string, from: string, to: string): Explanation {
  const [before, after] = [nameType(from), nameType(to)];
  const isWritten =
    !/^(?:Struct|Map|.*List|.*Binary)/.test(from) &&
    /^(?:U?Int|Float|Utf8|LargeUtf8|Boolean|Date|Timestamp|Decimal)/.test(to);
  const added = quoteKey(`${column}_new`);
  const name = /^\w+$/.test(column) ? column : `\`${column}\``;
  const first = isWritten
    ? `addColumns({ ${added}: { sql: "cast(${name} as ${sqlType(to)})" } })`
    : `addColumns({ ${added}: { type: … } }), merge() its values`;
  return invalid(
    `Lance does not change ${before} to ${after} in place; ${first}, dropColumns([${JSON.stringify(column)}]), then ` +
      `alterColumns({ ${added}: { rename: ${JSON.stringify(column)} } })`,
  );
}

const sqlTypes: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^Int8$/, "tinyint"],
  [/^Int16$/, "smallint"],
  [/^Int32$/, "int"],
  [/^Int64$/, "bigint"],
  [/^UInt8$/, "tinyint unsigned"],
  [/^UInt16$/, "smallint unsigned"],
  [/^UInt32$/, "int unsigned"],
  [/^UInt64$/, "bigint unsigned"],
  [/^Float(?:16|32)$/, "float"],
  [/^Float64$/, "double"],
  [/Utf8$/, "string"],
  [/^Boolean$/, "boolean"],
  [/^Date/, "date"],
  [/^Timestamp/, "timestamp"],
];

/** As Lance's SQL calls it. */
function sqlType(native: string): string {
  const decimal = /^Decimal\d+\((\d+), ?(-?\d+)\)/.exec(native);
  if (decimal !== null) return `decimal(${decimal[1]}, ${decimal[2]})`;
  return sqlTypes.find(([pattern]) => pattern.test(native))?.[1] ?? native.toLowerCase();
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

const typeNames: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^U?Int\d+$/, ""],
  [/^Boolean$/, "bool"],
  [/^Float16$/, "halffloat"],
  [/^Float32$/, "float"],
  [/^Float64$/, "double"],
  [/^(Utf8|String)$/, "string"],
  [/^LargeUtf8$/, "large_string"],
  [/^Date\d+$/, "date"],
  [/^Timestamp/, "timestamp"],
  [/^Decimal/, "decimal"],
  [/^FixedSizeList/, "a vector"],
  [/^(Large)?List/, "a list"],
  [/^Struct/, "a struct"],
];

function nameType(native: string): string {
  const found = typeNames.find(([pattern]) => pattern.test(native));
  return found?.[1] || native.toLowerCase();
}

function unquote(name: string): string {
  return /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}

function quoteKey(column: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(column) ? column : JSON.stringify(column);
}

/** What is wrong with a text that Lance's parser has read within parentheses of ours. */
function explainSyntax(what: string, sql: string, reason: string): Explanation {
  const [, expected = "", found = ""] = /^Expected: (.*?), found: (.*)$/s.exec(reason) ?? [];
  const problem =
    expected === ")"
      ? `${found} follows a whole ${what}; write one ${what} and nothing after it`
      : expected === ""
        ? `${lowerFirst(reason)}; correct it`
        : `${[")", "EOF"].includes(found) ? "at its end" : `at ${found}`} it lacks ${expected}; correct it`;
  const next = /={3}|!==/.test(sql) ? "write = and <> for comparisons" : undefined;
  const text = next === undefined ? problem : problem.replace(/; [^;]*$/, `; ${next}`);
  return invalid(`Lance cannot read the ${what} ${sql}: ${text}`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
