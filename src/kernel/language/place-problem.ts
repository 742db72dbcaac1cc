/** What the message of the compiler leaves out and the code at its place tells: names of columns, and of what is called. */
import { findFramePlace } from "../source/draft-context.ts";
import { isExpression, listTypes, nameType } from "./argument-problem.ts";
import { noSuchColumn } from "./column-problem.ts";
import { columnsOf, unquote, unquoteName } from "./type-text.ts";

/** Where a message stands in the code that the checker has read. */
export interface MessagePlace {
  readonly code: string;
  /** Of the first character that is underlined. */
  readonly offset: number;
  /** The message on the expression around it, which follows from this one. */
  readonly around?: string | undefined;
  /** Whether a name of the notebook stands where a helper has been. */
  readonly hides: (name: string) => boolean;
}

/** The problem in one line; undefined for a text that is about something else. */
export function explainPlace(message: string, place: MessagePlace): string | undefined {
  return (
    explainTextAsCondition(message, place) ??
    explainValueOf(message, place) ??
    explainLack(message, place) ??
    explainHidden(message, place)
  );
}

/** What takes any condition: the compiler then knows no columns. */
const anyCondition = "ExpressionLike<unknown, never>";

/** Whether a message is on an operand of `and`, `or` and the like. */
export function isOnOperand(message: string): boolean {
  return (
    message.includes(`' is not assignable to parameter of type '`) && message.endsWith(`'${anyCondition}'.`)
  );
}

/** Whether a message is on an expression with an operand that is none. */
export function followsFromOperand(message: string): boolean {
  const [first = ""] = message.split("\n");
  return first.includes(anyCondition) && !isOnOperand(message);
}

/** A column as a text: `col("price").gt(100).and("paid")`. */
function explainTextAsCondition(message: string, { code, offset, around }: MessagePlace): string | undefined {
  if (!isOnOperand(message)) return undefined;
  const [, , written] = /^(["'])((?:[^\\\n]|\\.)*?)\1/.exec(code.slice(offset)) ?? [];
  // Lance's own SQL, as where() takes it.
  if (written === undefined || /[<>=()]|\s(?:is|in|like)\s/i.test(written)) return undefined;
  const name = unquote(written);
  const [, taken = ""] = /is not assignable to parameter of type '(.*)'\.$/m.exec(around ?? "") ?? [];
  const columns = columnsOf(taken);
  return columns === undefined || columns.includes(name)
    ? `Cannot take the text ${JSON.stringify(name)} as a condition: write col(${JSON.stringify(name)})`
    : noSuchColumn(name, columns);
}

/** The value of a column, as in `append("t", [{ x: "7" }])`. */
function explainValueOf(message: string, { code, offset }: MessagePlace): string | undefined {
  const [, given = "", taken = ""] = /^Type '(.*)' is not assignable to type '(.*)'\.$/.exec(message) ?? [];
  const key = /^(?:[\p{ID_Continue}$]+|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/u.exec(
    code.slice(offset),
  )?.[0];
  if (taken === "" || key === undefined || isExpression(given) || taken.includes("SqlExpression"))
    return undefined;
  const frame = findFramePlace(code, offset);
  // Values of a column: the keys of renames and casts have names and types.
  if (frame?.isKey !== true || !(frame.frame.startsWith("tableOfː(") || /\bnull\b/.test(taken)))
    return undefined;
  const values = taken.endsWith("[]") ? "a list" : listTypes(taken);
  return `Column ${unquoteName(key.replace(/^'(.*)'$/, '"$1"'))} takes ${values}, and ${nameType(given)} is given`;
}

/** What methods lack that are called with too little. */
const lacks: Readonly<Record<string, string>> = {
  join: 'join() lacks its options: write join(other, { on: "id" })',
  joinAsof: 'joinAsof() lacks its options: write joinAsof(other, { on: "time" })',
  listTables: 'listTables() takes a namespace, as in listTables("default"); listNamespaces() lists them',
};

function explainLack(message: string, { code, offset }: MessagePlace): string | undefined {
  if (!/^Expected (?:2|1-2) arguments, but got [01]\.$/.test(message) || code.charAt(offset - 1) !== ".")
    return undefined;
  const [called = ""] = /^\w+(?=\s*\()/.exec(code.slice(offset)) ?? [];
  return Object.hasOwn(lacks, called) ? lacks[called] : undefined;
}

function explainHidden(message: string, { code, offset, hides }: MessagePlace): string | undefined {
  const [name = ""] = /^\w+(?=\s*\()/.exec(code.slice(offset)) ?? [];
  return message.startsWith("This expression is not callable.") && hides(name)
    ? `Cannot call ${name}: a name of the notebook hides the helper; rename it, and import { ${name} } from "dlf-lance"`
    : undefined;
}
