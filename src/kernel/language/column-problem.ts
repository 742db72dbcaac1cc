/** A wrong column in one line, where the compiler explains the types of a whole frame. */
import { listWords } from "../../list-words.ts";
import { findNearest } from "../../nearest.ts";
import {
  closingOf,
  columnsOf,
  endOfMember,
  literalsIn,
  literalsOf,
  readColumns,
  readMembers,
  unquote,
  unquoteName,
} from "./type-text.ts";

/** Names that are listed where none is near. */
const mostNames = 12;

/**
 * The problem in one line; undefined for a text that is about something else.
 * @param message TypeScript's own, with its types at full length
 * @example explainColumn(`Argument of type '"pric"' is not assignable to parameter of type 'Selection<{ price: number; }>'.`)
 * // No column named pric; did you mean price?
 */
export function explainColumn(message: string): string | undefined {
  const [first = ""] = message.split("\n");
  return explainDirection(first) ?? explainMember(first) ?? explainAbsence(message) ?? explainName(first);
}

/** Types of parameters that hold the columns of a frame or a table. */
const takesColumns =
  /\b(?:AggregatesOf|CastTypes|ConditionOn|Condition|ExpressionLike|InputColumns|InputRow|JoinKey|JoinPair|KeyOf|NamedLike|NamesOf|NewValues|Renames|Selections?|SortBy|SortKeyOf|SortKeysOf|ValuesOf|Whole)</;

/** Those of them whose keys are columns. */
const keyedByColumns =
  /\b(?:CastTypes|ConditionOn|Condition|InputColumns|InputRow|NewValues|Renames|ValuesOf|Whole)</;

/** A direction that stands apart from its key, as pandas and Polars take it. */
function explainDirection(first: string): string | undefined {
  const [, given = "", taken = ""] =
    /^Argument of type '(.*?)' is not assignable to parameter of type '(.*)'\./.exec(first) ?? [];
  if (!/\bSort(?:By|KeyOf|KeysOf)</.test(taken)) return undefined;
  const isBare =
    /^"(?:asc|desc|ascending|descending)"$/i.test(given) ||
    /^\{(?!.*\bby\b).*\b(?:descending|ascending|nullsFirst)\b/.test(given);
  return isBare
    ? 'A direction stands with its key: sort({ by: "price", descending: true }) or sort(desc("price"))'
    : undefined;
}

/** The column that a literal names, as in `where({ pric: 3 })`, and a row that is written. */
function explainMember(first: string): string | undefined {
  const [, name = "", type = ""] =
    /^Object literal may only specify known properties, (?:and|but) '(.*?)' does not exist in type '(.*?)'\./.exec(
      first,
    ) ?? [];
  const columns = keyedByColumns.test(type) ? columnsOf(type) : undefined;
  return columns === undefined
    ? undefined
    : noSuchColumn(unquote(name.replace(/^\[?"(.*)"\]?$/, "$1")), columns);
}

/** What an expression needs and the frame lacks, and what a row needs and lacks. */
function explainAbsence(message: string): string | undefined {
  const [first = ""] = message.split("\n");
  if (!takesColumns.test(first)) return undefined;
  const one = /\bProperty '(.*)' is missing in type '(.*)' but required in type '(.*?)'/.exec(message);
  const several =
    /\bType '(.*)' is missing the following properties from type '((?:\w+<)?\{.*?\}>?)': (.*?)(?:, and \d+ more)?\.?(?=\n|$)/.exec(
      message,
    );
  const [, name = "", held = ""] = one ?? [];
  if (/\brequired in type 'NotTrueOrFalse'/.test(message)) return undefined;
  if (writesRows.test(first) && /\btype 'ArrowLike'/.test(message)) return explainColumns(first);
  const wanted = one === null ? several?.[3]?.split(", ") : [unquoteName(name)];
  if (wanted === undefined || wanted.some((each) => kindMarks.test(each))) return undefined;
  if (writesRows.test(first)) return missesColumns(wanted);
  const columns = one === null ? columnsOf(several?.[1] ?? "") : columnsOf(held);
  return columns === undefined ? undefined : noSuchColumn(wanted[0] ?? "", columns);
}

/** What tells kinds of values apart in the types of rows. Not the name of a column. */
const kindMarks =
  /^['"]?(?:a decimal; cast|a time finer than|type known when it runs|value of column|a number of that column)/;

/** Arrays by column, among which one that takes no nulls is missing. */
function explainColumns(first: string): string | undefined {
  const [, given = "", taken = ""] = /'(\{.*?\})' is not .*?Whole<(\{.*?\})>/.exec(first) ?? [];
  const held = readMembers(given, 0)?.names ?? [];
  const needed = readMembers(taken, 0)?.required ?? [];
  const missing = needed.filter((name) => !held.includes(name));
  return missing.length === 0 ? undefined : missesColumns(missing);
}

const writesRows = /\b(?:InputColumns|InputRow|Whole)</;

function missesColumns(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(unquoteName).join(", ");
  return names.length === 1
    ? `The rows lack column ${shown}, which takes no nulls`
    : `The rows lack columns ${shown}, which take no nulls`;
}

/** A name among those that are taken, or an expression over the frame's columns. */
function explainName(first: string): string | undefined {
  const [, given = "", taken = ""] =
    /^(?:Argument of type|Type) '(.*?)' is not assignable to (?:parameter of )?type '(.*)'\./.exec(first) ??
    [];
  const joined = /\bJoin(?:Key|Pair)</.exec(taken);
  if (joined !== null) return explainJoin(given, taken, joined.index + joined[0].length);
  const plotted = /\bPlotOptions<([^>]*)>/.exec(taken)?.[1];
  const columns = takesColumns.test(taken) ? columnsOf(taken) : literalsOf(plotted ?? taken);
  if (columns === undefined) return undefined;
  const names = plotted === undefined ? namesIn(given) : plottedNames(given);
  const wrong = names.find((name) => !columns.includes(name));
  if (wrong === undefined) return undefined;
  // Where columns are taken, a list of them is too.
  const isChoice = plotted === undefined && !takesColumns.test(taken) && !taken.includes("[]");
  return isChoice ? noSuchChoice(wrong, columns) : noSuchColumn(wrong, columns);
}

/** Columns of both sides, or pairs of expressions. */
function explainJoin(given: string, taken: string, at: number): string | undefined {
  const left = readColumns(taken, at);
  const right = left && readColumns(taken, taken.indexOf(",", left.end) + 2);
  if (left === undefined || right === undefined) return undefined;
  const shared = left.names.filter((name) => right.names.includes(name));
  if (given.includes("{")) return undefined;
  const wrong = literalsIn(given).find((name) => !shared.includes(name));
  if (wrong !== undefined && !left.names.includes(wrong)) return noSuchColumn(wrong, left.names);
  if (wrong !== undefined) return noSuchColumn(wrong, right.names).replace(";", " in the other frame;");
  return shared.length > 0
    ? undefined
    : 'No column is in both frames; pair two: { on: { left: col("…"), right: col("…") } }';
}

function namesIn(given: string): readonly string[] {
  const needed = neededColumns(given);
  if (needed.length > 0 || /^\[.*</.test(given)) return needed;
  return [...literalsIn(given), ...keysIn(given)];
}

/** The column of a key with its direction, as in `{ by: "price"; descending: true; }`. */
function keysIn(type: string): readonly string[] {
  return [...type.matchAll(/^\{ (?:readonly )?by: "((?:[^"\\]|\\.)*)"/g)].map(([, text = ""]) =>
    unquote(text),
  );
}

/** Those of the members of a plot's options that name columns. */
function plottedNames(type: string): readonly string[] {
  const named = /\b(?:x|y|color): "((?:[^"\\]|\\.)*)"/g;
  return [...type.matchAll(named)].map(([, text = ""]) => unquote(text));
}

/** What an expression needs of a row: `Test<ColumnValue<"price">, { readonly price: unknown; }, 3, "price">`. */
function neededColumns(type: string): readonly string[] {
  const needed = /\{ readonly (?:"((?:[^"\\]|\\.)*)"|([\p{ID_Continue}$]+)): /gu;
  return [...type.matchAll(needed)].map(([, quoted, plain]) => plain ?? unquote(quoted ?? ""));
}

export function noSuchColumn(name: string, columns: readonly string[]): string {
  const near = findNearest(name, columns);
  if (near !== undefined) return `No column named ${name}; did you mean ${near}?`;
  const shown = columns.slice(0, mostNames).join(", ");
  const more = columns.length > mostNames ? ` and ${columns.length - mostNames} more` : "";
  return `No column named ${name}; the columns are ${shown}${more}`;
}

/** A value that is none of a few. @param choices at least one */
export function noSuchChoice(value: string, choices: readonly string[]): string {
  const near = findNearest(value, choices);
  return near === undefined
    ? `${JSON.stringify(value)} does not fit here; use ${listWords(choices, "or")}`
    : `${JSON.stringify(value)} does not fit here; did you mean ${JSON.stringify(near)}?`;
}

/** A type longer than this says less than its first members. */
const longestType = 200;

/** The same text with long object types cut short, as the compiler itself would. */
export function shortenTypes(message: string): string {
  return (
    message
      // What an array of bytes or a batch has and others have not says nothing.
      .replace(
        /\n\s*Type '.*' is missing the following properties from type '(?:ArrowLike|RecordBatch|Uint8Array)\b.*/g,
        "",
      )
      .replace(/^(Property '.*' does not exist on type '\w*(?:Frame|Table))<.*>'\./, "$1'.")
      .replace(/^(Property '.*' does not exist on) type '\{.*\}'/, (text, start: string) =>
        text.length < longestType ? text : `${start} this object`,
      )
      .replace(/'[^'\n]*\{[^'\n]*'/g, (type) => (type.length < longestType ? type : cutMembers(type)))
  );
}

/** `{ a: string; b: … }` of whatever depth, with its outermost long object type cut to the first members. */
function cutMembers(type: string): string {
  const start = type.indexOf("{");
  const columns = readMembers(type, start)?.names;
  if (columns === undefined || columns.length <= mostMembers) return type;
  let at = start + 1;
  for (let count = 0; count < mostMembers; count++) at = endOfMember(type, at);
  const end = closingOf(type, start);
  return `${type.slice(0, at)} ... ${columns.length - mostMembers} more ...; ${type.slice(end)}`;
}

const mostMembers = 6;
