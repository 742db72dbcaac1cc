/** What DuckDB says of a user's statement, in our words with a next step. */

import { findNearest } from "../../../nearest.ts";

type Say = (...parts: readonly string[]) => string;

const types = ["BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL", "BLOB"];

/** First match wins; a pattern's groups are what it says. */
const words: readonly (readonly [pattern: RegExp, say: Say])[] = [
  [/LIMIT\/OFFSET cannot be negative/, () => "LIMIT and OFFSET take 0 or more; leave LIMIT out for all rows"],
  [
    /Type with name (\S+) does not exist!/,
    (name) => {
      const nearest = findNearest(name.toUpperCase(), types);
      const next =
        nearest === undefined ? `the types are ${types.join(", ")} and others` : `did you mean ${nearest}?`;
      return `no type named ${name}; ${next}`;
    },
  ],
  [
    /(ORDER|GROUP BY) term out of range - should be between 1 and (\d+)/,
    (clause, columns) =>
      `a number in ${clause === "ORDER" ? "ORDER BY" : clause} is the place of a column, from 1 to ${columns}; name the column instead`,
  ],
  [
    /aggregate function calls cannot be nested/,
    () => "an aggregate stands within another; compute the inner one in a query in FROM",
  ],
  [
    /WHERE clause cannot contain aggregates/,
    () => "WHERE looks at single rows; write conditions of aggregates in HAVING",
  ],
  [
    /WHERE clause cannot contain window functions/,
    () => "WHERE is computed before windows; write conditions of windows in QUALIFY",
  ],
  [
    /at least one window function must appear in/,
    () => "QUALIFY is a condition of windows, and there is none; write WHERE",
  ],
  [
    /Set operations can only apply to expressions with the same number/,
    () =>
      "the queries of UNION, INTERSECT or EXCEPT have different numbers of columns; select as many in each",
  ],
  [
    /Cannot concatenate types (.+?) and (.+?) - /,
    (left, right) =>
      `|| joins texts or lists, and these are ${left} and ${right}; cast them, as in CAST(name AS VARCHAR)`,
  ],
  [
    /extract specifier "(.*?)" not recognized/,
    (unit) =>
      `no unit of time ${unit}; the units are year, quarter, month, week, day, hour, minute and second`,
  ],
  [
    /Unimplemented type for cast \((.+?) -> (.+?)\)/,
    (from, to) => `${from} is not cast to ${to}; cast it to VARCHAR first, or write a literal of that type`,
  ],
  [
    /Failed to compile regex "([\s\S]*?)": (.+)|(?:missing \)|missing \]|no argument for repetition operator|unexpected \)|invalid escape sequence): ([\s\S]*)/,
    (pattern, _, part) =>
      `${JSON.stringify(pattern || part || "")} is no regular expression; close its brackets and parentheses, and write \\( for a plain one`,
  ],
  [
    /Subquery returns \d+ columns - expected 1/,
    () => "a subquery that stands for one value selects several columns; select one",
  ],
  [
    /Ambiguous reference to column name "(.+?)"/,
    (column) =>
      `several tables in FROM have a column ${column}; name its table, as in a.${column}, with FROM … AS a`,
  ],
  [
    /Column "(.+?)" does not exist on (left|right) side of join/,
    (column, side) => `the ${side} table of the join has no column ${column}; join with ON a.x = b.y`,
  ],
  [
    /No columns found to join on in NATURAL JOIN/,
    () => "the tables of the NATURAL JOIN have no column in common; join with ON a.x = b.y",
  ],
  [
    /Overflow in (\w+) of (\w+) \((.*?)\)/,
    (_, type, values) =>
      `${values} does not fit ${type}; cast one of them, as in CAST(name AS HUGEINT) or AS DOUBLE`,
  ],
  [
    /Cannot extract field '(.+?)' from expression "(.+?)"/,
    (field, of) =>
      `${of} has no fields, so there is no ${of}.${field}; for a table's column, name the table in FROM`,
  ],
  [
    /UNNEST\(\) can only be applied to lists, structs and NULL, not (\S+)/,
    (type) => `unnest() takes a list or a struct, and this is ${type}; leave unnest() out`,
  ],
  [
    /Function "(\w+)" is a table function but it was used as a scalar function/,
    (name) => `${name}() returns a table; write it in FROM`,
  ],
  [/`__postfix/, () => 'names stand in double quotes, not between backticks; write "id"'],
  [/DECIMAL type width must be between/, () => "a decimal has 1 to 38 digits; write DECIMAL(38, 2) or fewer"],
  [
    /DECIMAL type scale cannot be greater than width/,
    () =>
      "a decimal has no more digits behind the point than in all; write the larger number first, as in DECIMAL(18, 2)",
  ],
  [
    /Unrecognized format for strftime\/strptime: (\S+)/,
    (format) => `times have no ${format}; the usual ones are %Y, %m, %d, %H, %M and %S`,
  ],
  [
    /JSON path error near '([\s\S]*?)'/,
    (part) => `a path in JSON is not read from ${JSON.stringify(part)} on; write one such as '$.name[0]'`,
  ],
  [
    /Malformed JSON at byte (\d+) of input: (.+?)\.? +Input: "([\s\S]*?)"/,
    (byte, what, text) =>
      `${JSON.stringify(text)} is no JSON: ${what} at byte ${byte}; with try_cast(… AS JSON) such values become null`,
  ],
  [
    /Invalid UTF8 Codepoint (-?\d+)/,
    (code) => `no character has the number ${code}; chr() takes 0 to 1114111, without 55296 to 57343`,
  ],
  [
    /cannot take square root of a negative number/,
    () => "the square root of a number below zero; write CASE WHEN x >= 0 THEN sqrt(x) END",
  ],
  [
    /cannot take logarithm of (zero|a negative number)/,
    (what) => `the logarithm of ${what}; write CASE WHEN x > 0 THEN ln(x) END`,
  ],
  [
    /(\w+) is undefined outside \[-1,1\]/,
    (name) =>
      `${name.toLowerCase()}() takes -1 to 1; leave other values out, as in CASE WHEN abs(x) <= 1 THEN ${name.toLowerCase()}(x) END`,
  ],
  [
    /Value out of range/,
    () => "a result is beyond what its type holds; cast the argument to DOUBLE, or leave such values out",
  ],
  [
    /collations are only supported for type varchar/,
    () => "COLLATE orders texts; leave it out for other types",
  ],
  [/Unknown TimeZone '(.+?)'/, (zone) => `no time zone ${zone}; write one such as 'Europe/Berlin' or 'UTC'`],
  [
    /QUANTILE can only take parameters in the range/,
    () => "a quantile is a part from 0 to 1; write 0.5 for the median",
  ],
];

/** Undefined for what speaks for itself, or is not known here. */
export function sayStatementError(text: string): string | undefined {
  for (const [pattern, say] of words) {
    const match = pattern.exec(text);
    if (match !== null) return say(...match.slice(1).map((part) => part ?? ""));
  }
  return undefined;
}
