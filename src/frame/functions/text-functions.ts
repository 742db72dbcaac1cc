/** Functions of texts. Positions and lengths count Unicode code points. */
import { arrow } from "../../arrow.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { isWholeNumber } from "../types/literal-value.ts";
import { bool, int64, utf8 } from "./operand.ts";
import { readPattern } from "./pattern.ts";
import { constantOf, first, type Kind, plainCall, type ScalarEntry, second } from "./scalar-entry.ts";
import { textSql } from "./sql-type.ts";

const text: readonly Kind[] = ["text"];

const count = {
  constant: (literal: LiteralNode) => isWholeNumber(literal) && Number(literal.text) >= 0,
  what: "a whole number from 0",
};
const separator = {
  constant: ({ type, text: given }: LiteralNode) => type === "string" && given !== "",
  what: "a text that is not empty",
};
/** Its syntax is checked where the call is (check-call.ts), with the reason. */
const pattern = {
  constant: ({ type }: LiteralNode) => type === "string",
  what: "a regular expression",
};

function textToText(name: string): ScalarEntry {
  return { takes: [text], gives: utf8, duckdb: plainCall(name) };
}

/** Of spaces alone. */
function trim(name: string): ScalarEntry {
  return { takes: [text], gives: utf8, duckdb: (call) => `${name}(${first(call).sql}, ' ')` };
}

function search(name: string): ScalarEntry {
  return { takes: [text, text], gives: bool, duckdb: plainCall(name) };
}

export const textFunctions = {
  length: { takes: [text], gives: int64, duckdb: plainCall("length") },
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
    words: ([value, prefix]: readonly string[]) => `${value} starts with ${prefix}`,
  },
  endsWith: search("suffix"),
  replace: { takes: [text, text, text], gives: utf8, duckdb: plainCall("replace") },
  regexpMatch: {
    takes: [text, pattern],
    gives: bool,
    duckdb: (call) => `regexp_matches(${first(call).sql}, ${patternSql(constantOf(call, 1))})`,
  },
  regexpReplace: {
    takes: [text, pattern, text],
    gives: utf8,
    // A backslash in the replacement would name a group.
    duckdb: (call) =>
      `regexp_replace(${first(call).sql}, ${patternSql(constantOf(call, 1))}, replace(${call.arguments[2]?.sql}, '\\', '\\\\'), 'g')`,
  },
  regexpExtract: {
    takes: [text, pattern, count],
    gives: utf8,
    duckdb: (call) => {
      const [value, written] = [first(call).sql, patternSql(constantOf(call, 1))];
      return `(CASE WHEN regexp_matches(${value}, ${written}) THEN regexp_extract(${value}, ${written}, ${constantOf(call, 2)}) END)`;
    },
  },
  split: {
    takes: [text, separator],
    gives: () => new arrow.List(new arrow.Field("item", utf8(), true)),
    duckdb: (call) => `string_split(${first(call).sql}, ${second(call).sql})`,
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;

function patternSql(written: string): string {
  return textSql(readPattern(written));
}
