/** What a method of an expression does not take, names of types that are none, and options that are none, in one line. */
import { listWords } from "../../list-words.ts";
import { meantType } from "../../names-elsewhere.ts";
import { findNearest } from "../../nearest.ts";
import { isExpression, kindsInWords, nameType } from "./argument-problem.ts";
import { columnsOf, literalsIn, splitTypes, unquote } from "./type-text.ts";

/** The problem in one line; undefined for a text that is about something else. */
export function explainExpression(message: string): string | undefined {
  return (
    explainOwnValue(message) ??
    explainCompared(message) ??
    explainAggregate(message) ??
    explainType(message) ??
    explainUnknownOption(message) ??
    explainProperty(message)
  );
}

/** A method of texts on a number, and the like: the last line has both types at their barest. */
function explainOwnValue(message: string): string | undefined {
  const [, kind = ""] = /^The 'this' context of type .* & Giving<(\w+)>'\.$/m.exec(message) ?? [];
  const needed = kindsInWords[kind];
  if (needed === undefined) return undefined;
  const value = wordsFor(lastGiven(message));
  return `The method takes ${needed}, and the expression before it gives ${value}; cast() it, or call another method`;
}

/** Constants next to expressions that give values of another kind. */
function explainCompared(message: string): string | undefined {
  const [, given = "", wanted = ""] =
    /^Argument of type '(.*?)' is not assignable to parameter of type '.*? & Giving<(.*)>'\.$/m.exec(
      message,
    ) ?? [];
  if (!/\bUnknownValue\b/.test(wanted) || /Expression<|\w+Like\b/.test(given)) return undefined;
  return `Cannot compare with ${given}: the expression before it gives values of another type; cast() one of the two`;
}

function lastGiven(message: string): string {
  const lines = message.split("\n");
  const [, given = ""] = /Type '(.*)' is not assignable to type '.*'\.$/.exec(lines.at(-1) ?? "") ?? [];
  return given;
}

/** What an expression gives, in words. */
function wordsFor(type: string): string {
  if (/^(?:true|false|boolean|Truth)$/.test(type)) return "true or false";
  if (/^(?:bigint|-?\d+n)$/.test(type)) return "a whole number";
  if (/^(?:number|-?[\d.e+-]+)$/.test(type)) return "a number";
  if (/^(?:string|".*")$/.test(type)) return "a text";
  if (type === "Date") return "a time";
  return /\[\]$/.test(type) ? "a list" : "values of another type";
}

/** What is not an aggregate, where the rows of a group become one. */
function explainAggregate(message: string): string | undefined {
  const [, all = ""] =
    /^Argument of type '\[(.*?)\]' is not assignable to parameter of type '(?:readonly )?AggregatesOf</.exec(
      message,
    ) ?? [];
  const other = splitTypes(all).find((type) => !isExpression(type) && !type.startsWith("["));
  if (other?.startsWith("WindowFunction<"))
    return 'A window function needs its window: rank().over({ orderBy: "price" })';
  if (other !== undefined && all !== "")
    return `Cannot take ${nameType(other)} here: pass an aggregate such as col("price").sum() or count()`;
  if (!/\brequired in type 'NotAnAggregate'/.test(message)) return undefined;
  const [, given = ""] =
    /is missing in type '(.*)' but required in type 'NotAnAggregate'/.exec(message) ?? [];
  const [, quoted = "price"] = /\{ readonly (?:"((?:[^"\\]|\\.)*)"|[\p{ID_Continue}$]+): /u.exec(given) ?? [];
  const [, plain = unquote(quoted)] = /\{ readonly ([\p{ID_Continue}$]+): /u.exec(given) ?? [];
  const what = given.startsWith("Expression<ColumnValue<") ? `column ${plain}` : "the expression";
  return (
    `Cannot aggregate: ${what} is not an aggregate; pass one such as col(${JSON.stringify(plain)}).sum(), ` +
    "and name what makes the groups in groupBy()"
  );
}

/** Names of types that a mistyped one is likely to mean. */
const typeNames = [
  ...[
    "bool",
    "string",
    "binary",
    "date",
    "int8",
    "int16",
    "int32",
    "int64",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
  ],
  ...[
    "float16",
    "float32",
    "float64",
    "double",
    "timestamp[us]",
    "timestamp[us, UTC]",
    "decimal(12, 2)",
    "list<int64>",
  ],
];

function explainType(message: string): string | undefined {
  const [, name] = /\bNotAType<"((?:[^"\\]|\\.)*)">/.exec(message) ?? [];
  if (name === undefined) return undefined;
  const given = unquote(name);
  const meant = meantType(given) ?? findNearest(given, typeNames);
  const next =
    meant === undefined
      ? "the types are bool, int8 … int64, uint8 … uint64, float32, float64, string, binary, date, timestamp[us], decimal(12, 2) and list<int64>"
      : `did you mean ${JSON.stringify(meant)}?`;
  return `${JSON.stringify(given)} is not a type; ${next}`;
}

function explainUnknownOption(message: string): string | undefined {
  const [, name, names = ""] = /\bNotAnOption<"((?:[^"\\]|\\.)*)", (.*?)>'/.exec(message) ?? [];
  if (name === undefined) return undefined;
  const given = unquote(name);
  const options = literalsIn(names);
  const near = findNearest(given, options);
  return near === undefined
    ? `No option named ${given}; there are ${listWords(options, "and")}`
    : `No option named ${given}; did you mean ${near}?`;
}

/** A column as a property of a frame. */
function explainProperty(message: string): string | undefined {
  const [, name = "", type = ""] =
    /\bProperty '([^']*)' does not exist on type '((?:Grouped)?Frame<.*)'\./.exec(message) ?? [];
  const isInBrackets = /can't be used to index type '(?:Grouped)?Frame</.test(message);
  if (!isInBrackets && columnsOf(type)?.includes(name) !== true) return undefined;
  const column = JSON.stringify(name);
  return `A frame has no property ${name}: write col(${column}) in an expression, or frame.select(${column})`;
}
