/** What is wrong with SQL that Lance has read, and cannot compute. */
import { countOf } from "../../display/text/number-text.ts";
import { type Explanation, invalid } from "./explain-value.ts";
import { nameType } from "./native-types.ts";

/**
 * What the SQL is that native work was given: the filter of a read, which can be computed elsewhere; the condition of
 * a change, which Lance alone computes; or the new values of one.
 */
export type SqlPurpose = "filter" | "condition" | "values";

export type Explain = (parts: readonly string[], purpose: SqlPurpose) => Explanation;

/** What to do about SQL that Lance does not compute. */
export function replaceExpression(purpose: SqlPurpose): string {
  switch (purpose) {
    case "filter":
      return "filter with an expression of col(), or use frame.sql or lake.sql";
    case "condition":
      return 'read the keys of the rows first and name them, as in col("id").isIn(keys)';
    case "values":
      return "write the values with merge() instead";
  }
}

const castText = "cast one of them, as in cast(x as string)";
const units = "year, quarter, month, week, day, hour, minute and second";

/** First match wins; a pattern's groups are what it explains. */
export const sqlExplanations: readonly (readonly [pattern: RegExp, explain: Explain])[] = [
  [
    /does not support logical expression (Aggregate|Window)Function[\s\S]*?inner: (\w+)/,
    ([kind = "", name = ""], purpose) => {
      const called = `${name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, "_").toLowerCase()}()`;
      const what = kind === "Window" ? "is computed over several rows" : "is one value of many rows";
      const next =
        kind === "Window" || purpose === "filter"
          ? replaceExpression(purpose)
          : "compute it first, with agg() of a frame, and write its value here";
      return unsupported(`${called} ${what}, and Lance takes each row on its own; ${next}`);
    },
  ],
  [
    /Unnest should be rewritten/,
    (_, purpose) =>
      unsupported(`unnest() makes several rows of one, which Lance does not; ${replaceExpression(purpose)}`),
  ],
  [
    /Unsupported data type: (.+?)\. Supported types: \[((?:[^[\]]|\[[^\]]*\])*)\]/s,
    ([type = "", known = ""]) => {
      const name = /value: "(.+?)"/.exec(type)?.[1] ?? /^\w+/.exec(type)?.[0] ?? type;
      return invalid(`Lance's SQL has no type ${name}; its types are ${known.replaceAll('"', "")}`);
    },
  ],
  [
    /Function '(\w+)' expects (\d+) arguments but received (\d+)/,
    ([name = "", wanted = "", given = ""]) =>
      invalid(
        `${name}() takes ${countOf(Number(wanted), "argument")}, and this one has ${given}; correct it`,
      ),
  ],
  [
    /'(\w+)' does not support zero arguments/,
    ([name = ""]) =>
      invalid(`${name}() takes arguments, and this one has none; write them between the parentheses`),
  ],
  [
    /Function '(\w+)' user-defined coercion failed|Failed to coerce arguments to satisfy a call to '(\w+)'/,
    ([name, other = ""]) =>
      invalid(
        `${name ?? other}() does not take these arguments; check how many they are, and cast them, as in cast(x as double)`,
      ),
  ],
  [
    /Cannot infer common argument type for comparison operation (.+?) (=|!=|<>|<=?|>=?|IS (?:NOT )?DISTINCT FROM|[A-Z ]+) (\S.*?)(?=$|, \/|\n|\))/,
    ([left = "", operator = "", right = ""]) =>
      invalid(
        `${operator} compares values of one type, and these are ${nameType(left)} and ${nameType(right)}; ${castText}`,
      ),
  ],
  [
    /Cannot coerce arithmetic expression (.+?) ([-+*/%]) (.+?) to valid types/,
    ([left = "", operator = "", right = ""]) =>
      invalid(
        `${operator} computes with numbers, and these are ${nameType(left)} and ${nameType(right)}; ` +
          "cast one of them, as in cast(x as double)" +
          (operator === "+" ? ", or join texts with ||" : ""),
      ),
  ],
  [
    /Negation only supports numeric/,
    () => invalid("a minus stands before a number; cast what follows it, as in -cast(x as double)"),
  ],
  [
    /Operator (\S+) is not supported/,
    ([operator = ""], purpose) => {
      const replacement = operatorsElsewhere[operator];
      return invalid(
        `Lance has no operator ${operator}; ${replacement === undefined ? replaceExpression(purpose) : `write ${replacement}`}`,
      );
    },
  ],
  [
    /(?:Date part|date_trunc granularity:) '(.+?)'/,
    ([unit = ""]) => invalid(`there is no unit of time ${unit}; the units are ${units}`),
  ],
  [
    /regex parse error/,
    () =>
      invalid(
        "a pattern is no regular expression; look for a bracket or parenthesis that is not closed, and write \\( for a plain one",
      ),
  ],
  [
    /array_element does not support type (\w+)/,
    ([type = ""]) =>
      invalid(`brackets after a value take one of a list, and this is ${nameType(type)}; leave them out`),
  ],
  [
    /Cannot access field at argument \d+: type (\w+) is not/,
    ([type = ""]) =>
      invalid(
        `a point after a name takes a field of a struct, and this is ${nameType(type)}; leave it out, or write the column's whole name in double quotes`,
      ),
  ],
  [
    /Cannot automatically convert (.+?) to (\w+)/,
    ([from = "", to = ""]) =>
      invalid(
        `the column is ${nameType(to)}, which does not hold ${nameType(from)}; write a value of the column's type`,
      ),
  ],
  [
    /There is no built-in encoding named '(.+?)', currently supported encodings are: (.+?)(?=$|, \/|\n)/,
    ([name = "", known = ""]) => invalid(`there is no encoding ${name}; the encodings are ${known}`),
  ],
  [
    /Error parsing (timestamp|date)\w* from '(.*?)'/,
    ([kind = "", text = ""]) =>
      invalid(
        `'${text}' is no ${kind}; write it as '2024-05-01 00:00:00', or try_cast(x as ${kind}), which makes such values null`,
      ),
  ],
  [
    /Unsupported type '(.+?)'\. Must be a supported arrow type/,
    ([name = ""]) =>
      invalid(`there is no type ${name} of Arrow; write one such as 'Int32', or cast(x as int)`),
  ],
  [
    /Max precision of a Decimal128 is 38, but got (\d+)/,
    ([digits = ""]) =>
      invalid(`a decimal has at most 38 digits, and this one would have ${digits}; write fewer`),
  ],
  [
    /(\S+) is too large to store in a Decimal\d+ of precision (\d+)/,
    ([value = "", digits = ""]) =>
      invalid(
        `a decimal of ${countOf(Number(digits), "digit")} does not hold ${value}; write one of more digits, or fewer of them behind the point`,
      ),
  ],
  [
    /Expression is not valid: \((.*?)\)/,
    ([expression = ""]) => invalid(`${expression} is no value; write an expression, as in price * 2`),
  ],
  [
    /Invalid function '(.+?)'/,
    ([name = ""], purpose) =>
      invalid(
        `Lance has no function ${name}(); ${purpose === "values" ? replaceExpression(purpose) : "filter with an expression of col() instead"}`,
      ),
  ],
  [
    /Not supported: This feature is not implemented/,
    (_, purpose) => unsupported(`Lance does not compute all of this SQL; ${replaceExpression(purpose)}`),
  ],
];

/** How Lance writes what other dialects of SQL have operators for. */
const operatorsElsewhere: Readonly<Record<string, string>> = {
  "&&": "AND",
  "||": "OR",
  "~": "regexp_match(x, 'pattern')",
  "!~": "NOT regexp_match(x, 'pattern')",
  "<=>": "x IS NOT DISTINCT FROM y",
};

function unsupported(text: string): Explanation {
  return { code: "Unsupported", text };
}
