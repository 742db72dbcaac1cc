/** What errors of the native library mean to whoever wrote the call, where its own words do not help. */
import { countOf } from "../../display/text/number-text.ts";
import { findNearest } from "../../nearest.ts";
import { discloseSql } from "./enclose-sql.ts";
import { type Explain, replaceExpression, type SqlPurpose, sqlExplanations } from "./explain-sql.ts";
import { type Explanation, explainCast, explainLiteral, invalid, quoteKey } from "./explain-value.ts";
import { nameType } from "./native-types.ts";

const unsupported = (text: string) => () => ({ code: "Unsupported", text }) as const;

/** Of a commit that the library has given up because another came before it. */
export const lostRace = "so that this was not committed";

/** Of a read of a version of which files are gone. */
export const missingFile = "this version lacks its file";

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
    /Not found: \S*\/(data\/[^\s/]+\.lance)\b/,
    ([file = ""]) => ({
      code: "TableVersionNotFound",
      text: `${missingFile} ${file}, as after a cleanup; run this again to read the newest version`,
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
    ([value = "", type = ""], purpose) =>
      refuseCast(value, type, "change the type of the column first, or the value", purpose),
  ],
  [
    /Cannot cast string '(.*?)' to value of (\w+) type/,
    ([value = "", type = ""], purpose) =>
      refuseCast(`'${value}'`, type, "pass a value of the column's type", purpose),
  ],
  [
    /^Divide by zero error|: Divide by zero error/,
    (_, purpose) =>
      invalid(
        `it divides by zero; ${purpose === "values" ? "leave those rows out with where, or " : ""}divide by ` +
          "nullif(x, 0), which makes the result null there",
      ),
  ],
  [
    /Expression '(.*)' is not supported SQL in lance/s,
    ([expression = ""], purpose) =>
      unsupported(`Lance cannot compute ${expression}; ${replaceExpression(purpose)}`)(),
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
    /No field named (.+?)\.(?: Column names are case sensitive[\s\S]*?)? Did you mean '(.+?)'\?/,
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
];

/** The explanation of a native error's text; undefined when that speaks for itself, or nobody knows better. */
export function explainNativeError(text: string, purpose: SqlPurpose): Explanation | undefined {
  for (const [pattern, explain] of [...explanations, ...sqlExplanations]) {
    const match = pattern.exec(text);
    if (match !== null) return explain(match.slice(1), purpose);
  }
  return undefined;
}

/** @param next what to do where the value was to be written */
function refuseCast(value: string, type: string, next: string, purpose: SqlPurpose): Explanation {
  const step = purpose === "values" ? next : "write try_cast() for cast(), which makes such values null";
  return invalid(`${nameType(type)} cannot hold ${value}; ${step}`);
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

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function unquote(name: string): string {
  return /^".*"$/s.test(name) ? name.slice(1, -1).replaceAll('""', '"') : name;
}

/** What is wrong with a text that Lance's parser has read within parentheses of ours. */
function explainSyntax(what: string, sql: string, reason: string): Explanation {
  const [, expected = "", found = ""] = /^Expected: (.*?), found: (.*)$/s.exec(reason) ?? [];
  const isFollowed = expected === ")";
  const place = [")", "EOF"].includes(found) ? "at its end" : `at ${found}`;
  const lack = expected === "" ? lowerFirst(reason) : `${place} it lacks ${expected}`;
  const problem = isFollowed ? `${found} follows a whole ${what}` : lack;
  const usual = isFollowed ? `write one ${what} and nothing after it` : "correct it";
  const next = /={3}|!==/.test(sql) ? "write = and <> for comparisons" : usual;
  return invalid(`Lance cannot read the ${what} ${sql}: ${problem}; ${next}`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
