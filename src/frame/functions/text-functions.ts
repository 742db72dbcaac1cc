/** Functions of texts. Positions and lengths count Unicode code points. */
import { arrow } from "../../arrow.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { isWholeNumber } from "../types/literal-value.ts";
import { bool, int64, utf8 } from "./operand.ts";
import { readPattern } from "./pattern.ts";
import { constantOf, first, type Kind, plainCall, type ScalarEntry, second } from "./scalar-entry.ts";
import { textSql } from "./sql-type.ts";

/** The function that the engine adds to DuckDB's: see engines/duckdb/edit-distance-function.ts. */
export const editDistanceFunction = "dlf_edit_distance";

const text: readonly Kind[] = ["text"];
const texts = () => new arrow.List(new arrow.Field("item", utf8(), true));

const count = {
  constant: (literal: LiteralNode) => isWholeNumber(literal) && Number(literal.text) >= 0,
  what: "a whole number from 0",
};
const place = { constant: isWholeNumber, what: "a whole number" };
const separator = {
  constant: ({ type, text: given }: LiteralNode) => type === "string" && given !== "",
  what: "a text that is not empty",
};
/** Its syntax is checked where the call is (check-call.ts), with the reason. */
const pattern = {
  constant: ({ type }: LiteralNode) => type === "string",
  what: "a regular expression",
};

const replacement = {
  constant: ({ type, text: given }: LiteralNode) => type === "string" && /^(?:[^\\]|\\[\d\\])*$/s.test(given),
  what: "a text, in which \\0 is the match, \\1 to \\9 are its groups and \\\\ is a backslash",
};

function textToText(name: string): ScalarEntry {
  return { takes: [text], gives: utf8, duckdb: plainCall(name) };
}

/** Of spaces, or of these characters. */
function trim(name: string): ScalarEntry {
  return {
    takes: [text, text],
    least: 1,
    gives: utf8,
    duckdb: (call) => `${name}(${first(call).sql}, ${call.arguments[1]?.sql ?? "' '"})`,
  };
}

/** To so many characters; a text that is longer stays as it is. */
function pad(name: string): ScalarEntry {
  return {
    takes: [text, count, separator],
    least: 2,
    gives: utf8,
    duckdb: (call) => {
      const [value, length] = [first(call).sql, constantOf(call, 1)];
      const fill = call.arguments.length === 3 ? textSql(constantOf(call, 2)) : "' '";
      return `(CASE WHEN length(${value}) >= ${length} THEN ${value} ELSE ${name}(${value}, ${length}, ${fill}) END)`;
    },
  };
}

/** The text without this one at its beginning or end, where it is there. */
function strip(test: string, rest: (value: string, length: string) => string): ScalarEntry {
  return {
    takes: [text, text],
    gives: utf8,
    duckdb: (call) => {
      const [value, part] = [first(call).sql, second(call).sql];
      return `(CASE WHEN ${test}(${value}, ${part}) THEN ${rest(value, `length(${part})`)} ELSE ${value} END)`;
    },
  };
}

function edge(name: string): ScalarEntry {
  return {
    takes: [text, count],
    gives: utf8,
    duckdb: (call) => `${name}(${first(call).sql}, ${constantOf(call, 1)})`,
  };
}

function search(name: string): ScalarEntry {
  return { takes: [text, text], gives: bool, duckdb: plainCall(name) };
}

export const textFunctions = {
  length: { takes: [text], gives: int64, duckdb: plainCall("length") },
  byteLength: { takes: [text], gives: int64, duckdb: plainCall("strlen") },
  padStart: pad("lpad"),
  padEnd: pad("rpad"),
  left: edge("left"),
  right: edge("right"),
  repeat: edge("repeat"),
  stripPrefix: strip("starts_with", (value, length) => `substring(${value}, ${length} + 1)`),
  stripSuffix: strip("suffix", (value, length) => `left(${value}, length(${value}) - ${length})`),
  find: {
    takes: [text, text],
    gives: int64,
    duckdb: (call) => `(nullif(instr(${first(call).sql}, ${second(call).sql}), 0) - 1)`,
  },
  splitPart: {
    takes: [text, separator, place],
    gives: utf8,
    duckdb: (call) => {
      const index = BigInt(constantOf(call, 2));
      return `list_extract(string_split(${first(call).sql}, ${second(call).sql}), ${index < 0n ? index : index + 1n})`;
    },
  },
  levenshtein: {
    takes: [text, text],
    gives: int64,
    // DuckDB counts bytes, which ASCII has as many of as characters.
    duckdb: (call) => {
      const [one, other] = [first(call).sql, second(call).sql];
      return (
        `(CASE WHEN strlen(${one}) = length(${one}) AND strlen(${other}) = length(${other}) ` +
        `THEN levenshtein(${one}, ${other}) ELSE ${editDistanceFunction}(${one}, ${other}) END)`
      );
    },
  },
  normalize: textToText("nfc_normalize"),
  upper: textToText("upper"),
  lower: textToText("lower"),
  reverse: textToText("reverse"),
  trim: trim("trim"),
  trimStart: trim("ltrim"),
  trimEnd: trim("rtrim"),
  concat: {
    takes: [text, text],
    repeats: true,
    gives: utf8,
    duckdb: ({ arguments: all }) => `(${all.map(({ sql }) => sql).join(" || ")})`,
  },
  slice: {
    takes: [text, count, count],
    least: 2,
    gives: utf8,
    duckdb: (call) => {
      const most = call.arguments.length === 3 ? `, ${constantOf(call, 2)}` : "";
      return `substring(${first(call).sql}, ${BigInt(constantOf(call, 1)) + 1n}${most})`;
    },
  },
  contains: search("contains"),
  startsWith: {
    ...search("starts_with"),
    lance: (column: string, [prefix]: readonly string[]) => `starts_with(${column}, ${prefix})`,
  },
  endsWith: search("suffix"),
  replace: { takes: [text, text, text], gives: utf8, duckdb: plainCall("replace") },
  regexpMatch: {
    takes: [text, pattern],
    gives: bool,
    duckdb: (call) => `regexp_matches(${first(call).sql}, ${patternSql(constantOf(call, 1))})`,
  },
  regexpReplace: {
    takes: [text, pattern, replacement],
    gives: utf8,
    duckdb: (call) =>
      `regexp_replace(${first(call).sql}, ${patternSql(constantOf(call, 1))}, ${textSql(constantOf(call, 2))}, 'g')`,
  },
  regexpExtract: {
    takes: [text, pattern, count],
    gives: utf8,
    duckdb: (call) => {
      const [value, written] = [first(call).sql, patternSql(constantOf(call, 1))];
      return `(CASE WHEN regexp_matches(${value}, ${written}) THEN regexp_extract(${value}, ${written}, ${constantOf(call, 2)}) END)`;
    },
  },
  regexpExtractAll: {
    takes: [text, pattern, count],
    least: 2,
    gives: texts,
    duckdb: (call) => {
      const group = call.arguments.length === 3 ? constantOf(call, 2) : "0";
      return `regexp_extract_all(${first(call).sql}, ${patternSql(constantOf(call, 1))}, ${group})`;
    },
  },
  countMatches: {
    takes: [text, pattern],
    gives: int64,
    duckdb: (call) => `len(regexp_extract_all(${first(call).sql}, ${patternSql(constantOf(call, 1))}))`,
  },
  split: {
    takes: [text, separator],
    gives: texts,
    duckdb: (call) => `string_split(${first(call).sql}, ${second(call).sql})`,
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;

function patternSql(written: string): string {
  return textSql(readPattern(written));
}
