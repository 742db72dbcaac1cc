import { expect, test } from "vitest";
import { checkSqlText } from "../../../src/frame/expression/sql-text.ts";
import { refusal } from "../../refusal.ts";

test.each([
  "a > 1",
  "a > 1 OR (b = 'x)' AND `c;` IS NULL)",
  "s = 'it''s -- not; a comment'",
  '"a (b" = 1',
  "a - -1 > 0",
  "regexp_match(s, '^a')",
  "a = '?' OR \"b?\" = ':x' OR `c$1` = '$1'",
  "a::int = 1 OR a :: int = 1 OR l[1:2] IS NULL OR a$1 = 1",
])("takes %s", (text) => {
  expect(() => checkSqlText(text)).not.toThrow();
});

test.each([
  ["", "it is empty"],
  [" \n", "it is empty"],
  ["a = 1) OR (1 = 1", "a closing parenthesis has no opening one"],
  ["(a = 1", "a parenthesis is not closed"],
  ["a = 'x", "a quote ' is not closed"],
  ['"a = 1', 'a quote " is not closed'],
  ["`a = 1", "a backtick is not closed"],
  ["a = 1; DROP TABLE t", "a semicolon"],
  ["a = 1 -- b", "comments"],
  ["a = 1 /* b", "comments"],
  ["a = ?", '? is a placeholder, and takes no value here; write the value, or pass col("id").eq(value)'],
  ["a IN (?1, 2)", "?1 is a placeholder"],
  ["a = :x", ":x is a placeholder"],
  ["a IN (:1)", ":1 is a placeholder"],
  [":x = a", ":x is a placeholder"],
  ["a = $1", "$1 is a placeholder"],
  ["a=$name", "$name is a placeholder"],
  ["a = '\ud800'", "half a surrogate pair"],
  ["regexp_match(s, '^a') IS NOT NULL", "write regexp_like()"],
])("refuses %j", async (text, message) => {
  const said = await refusal(() => checkSqlText(text));
  expect(said).toMatch(/^InvalidInput: Cannot use ".*" as a condition: /s);
  expect(said).toContain(message);
});
