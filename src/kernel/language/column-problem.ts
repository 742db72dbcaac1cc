/** A wrong column in one line, where the compiler explains the types of a whole frame. */
import { findNearest } from "../../nearest.ts";

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
  const extra =
    /^Object literal may only specify known properties, (?:and|but) '(.*?)' does not exist in type '(.*?)'\./.exec(
      first,
    );
  if (extra !== null) {
    const [, name = "", type = ""] = extra;
    const columns = takesColumns.test(type) ? columnsOf(type) : undefined;
    return columns === undefined ? undefined : noSuchColumn(unquote(name.replace(/^"(.*)"$/, "$1")), columns);
  }
  const [, given = "", taken = ""] =
    /^(?:Argument of type|Type) '(.*?)' is not assignable to (?:parameter of )?type '(.*)'\./.exec(first) ??
    [];
  const columns = takesColumns.test(taken) ? columnsOf(taken) : literalsOf(taken);
  if (columns === undefined) return undefined;
  const literal = /^"((?:[^"\\]|\\.)*)"$/.exec(given)?.[1];
  const names = literal === undefined ? neededColumns(given) : [unquote(literal)];
  const wrong = names.find((name) => !columns.includes(name));
  return wrong === undefined ? undefined : noSuchColumn(wrong, columns);
}

const takesColumns = /\b(?:Condition|ExpressionLike|InputColumns|InputRow|NamedLike|Selection|SortBy)</;

/** What an expression needs of a row: `Test<ColumnValue<"price">, { readonly price: unknown; }, 3, "price">`. */
function neededColumns(type: string): readonly string[] {
  const needed = /\{ readonly (?:"((?:[^"\\]|\\.)*)"|([\p{ID_Continue}$]+)): /gu;
  return [...type.matchAll(needed)].map(([, quoted, plain]) => plain ?? unquote(quoted ?? ""));
}

function noSuchColumn(name: string, columns: readonly string[]): string {
  const near = findNearest(name, columns);
  if (near !== undefined) return `No column named ${name}; did you mean ${near}?`;
  const shown = columns.slice(0, mostNames).join(", ");
  const more = columns.length > mostNames ? ` and ${columns.length - mostNames} more` : "";
  return `No column named ${name}; the columns are ${shown}${more}`;
}

/** `"a" | "b" | readonly ("a" | "b")[]`, all of it texts. */
function literalsOf(type: string): readonly string[] | undefined {
  const literal = /"((?:[^"\\]|\\.)*)"/g;
  if (/[^\s|()[\]]/.test(type.replace(literal, "").replaceAll("readonly", ""))) return undefined;
  const names = new Set([...type.matchAll(literal)].map(([, name = ""]) => unquote(name)));
  return names.size === 0 ? undefined : [...names];
}

/** The names of the properties of the first object type that a text holds. */
function columnsOf(type: string): readonly string[] | undefined {
  const start = type.indexOf("{");
  if (start < 0) return undefined;
  const names: string[] = [];
  const member = /\s*(?:readonly )?(?:"((?:[^"\\]|\\.)*)"|([\p{ID_Continue}$]+))\??:\s/uy;
  let at = start + 1;
  while (at < type.length) {
    member.lastIndex = at;
    const found = member.exec(type);
    if (found === null) break;
    names.push(found[2] ?? unquote(found[1] ?? ""));
    at = endOfMember(type, member.lastIndex);
  }
  return names.length === 0 ? undefined : names;
}

/** Where the next member begins: behind the semicolon that no bracket or quote holds. */
function endOfMember(type: string, from: number): number {
  let depth = 0;
  for (let at = from; at < type.length; at++) {
    const character = type.charAt(at);
    if (character === '"') at = endOfText(type, at);
    else if ("{[(<".includes(character)) depth++;
    else if (")]}".includes(character) || (character === ">" && type.charAt(at - 1) !== "=")) depth--;
    else if (character === ";" && depth === 0) return at + 1;
    if (depth < 0) return type.length;
  }
  return type.length;
}

function endOfText(type: string, from: number): number {
  let at = from + 1;
  while (at < type.length && type.charAt(at) !== '"') at += type.charAt(at) === "\\" ? 2 : 1;
  return at;
}

function unquote(text: string): string {
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text;
  }
}

/** A type longer than this says less than its first members. */
const longestType = 200;

/** The same text with long object types cut short, as the compiler itself would. */
export function shortenTypes(message: string): string {
  return message
    .replace(/^(Property '.*' does not exist on) type '\{.*\}'/, (text, start: string) =>
      text.length < longestType ? text : `${start} this object`,
    )
    .replace(/'[^'\n]*\{[^'\n]*'/g, (type) => (type.length < longestType ? type : cutMembers(type)));
}

/** `{ a: string; b: … }` of whatever depth, with its outermost long object type cut to the first members. */
function cutMembers(type: string): string {
  const columns = columnsOf(type);
  const start = type.indexOf("{");
  if (columns === undefined || columns.length <= mostMembers) return type;
  let at = start + 1;
  for (let count = 0; count < mostMembers; count++) at = endOfMember(type, at);
  const end = closingOf(type, start);
  return `${type.slice(0, at)} ... ${columns.length - mostMembers} more ...; ${type.slice(end)}`;
}

const mostMembers = 6;

function closingOf(type: string, from: number): number {
  let depth = 0;
  for (let at = from; at < type.length; at++) {
    const character = type.charAt(at);
    if (character === '"') at = endOfText(type, at);
    else if (character === "{") depth++;
    else if (character === "}" && --depth === 0) return at;
  }
  return type.length;
}
