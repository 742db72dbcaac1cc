/** Where the cursor is in a cell that is being written, as far as columns and tables may be named there. */
import { isClosed, readTokens, type Token } from "./draft-tokens.ts";
import { findStatementText, type StatementText } from "./statement-context.ts";

/** The columns that may be named. */
export interface FramePlace {
  /** Code up to which the cell stands as it is. */
  readonly before: string;
  /** The expression whose columns they are: a frame, a table or a grouped frame. */
  readonly frame: string;
  /** A text that TypeScript itself cannot complete: the name in `col("…")`, for which it knows no frame. */
  readonly isNested: boolean;
  /** A column is to stand as the key of an object, as in `where({ | })` and `append("demo.sales", [{ | }])`. */
  readonly isKey: boolean;
}

/** The text that the cursor is in, behind its opening quote and before its end. */
export interface TextPlace {
  readonly quote: string;
  readonly start: number;
  /** Before the closing quote; the cursor where there is none. */
  readonly end: number;
}

/** The cursor is in the text of a statement, as in lake.sql`SELECT | FROM demo.sales`. */
export interface StatementPlace {
  readonly before: string;
  /** What the statement is of: a connection or a frame. */
  readonly owner: string;
  readonly text: StatementText;
  /** Of a text with escapes; undefined for a template, whose backslashes are the statement's own. */
  readonly quote: string | undefined;
}

/** Verbs of frames and tables in whose arguments columns are named. */
const verbs = new Set([
  "agg",
  "append",
  "createIndex",
  "delete",
  "distinct",
  "dropColumns",
  "dropNull",
  "exclude",
  "fetchBlobs",
  "explode",
  "fillNull",
  "groupBy",
  "join",
  "joinAsof",
  "merge",
  "nearest",
  "pivot",
  "plot",
  "rename",
  "sample",
  "search",
  "select",
  "sort",
  "take",
  "unnest",
  "unpivot",
  "update",
  "where",
  "withColumn",
  "withColumns",
  "cast",
]);

/** Functions and methods that name columns of whatever frame they come to be used on. */
const namesColumns = new Set(["col", "lag", "lead", "over"]);

/** Functions, and methods of a connection, whose first argument names the table that the others are about. */
const writers = new Set(["append", "insertOverwrite", "overwrite"]);

/** Which of the arguments have columns as keys: those before and after hold other things. */
const keysOf: Readonly<Record<string, number | "all">> = {
  append: 0,
  cast: 0,
  delete: 0,
  merge: 1,
  rename: 0,
  update: 0,
  where: "all",
};

/** Whose texts are all columns; to TypeScript any text, once one of them is only known when the cell runs. */
const namedAll = new Set([
  "distinct",
  "dropColumns",
  "dropNull",
  "exclude",
  "explode",
  "groupBy",
  "select",
  "sort",
  "unnest",
]);
/** Texts that are columns to us, and any text to TypeScript: a first argument, and options. */
const namedFirst = new Set(["createIndex", "fetchBlobs"]);
const namingOptions: Readonly<Record<string, readonly string[]>> = {
  joinAsof: ["by", "on"],
  nearest: ["column", "columns"],
  plot: ["color", "column", "row", "x", "y"],
  sample: ["columns"],
  search: ["column", "columns", "textColumns"],
  take: ["columns"],
};

/** The text that the cursor is in. */
export function findTextPlace(code: string, offset: number): TextPlace | undefined {
  const last = readTokens(code, offset).at(-1);
  if (last === undefined || (last.kind !== "text" && last.kind !== "template")) return undefined;
  const quote = code.charAt(last.start);
  const end = isClosed(code.slice(last.start, last.end)) ? last.end - 1 : offset;
  if (quote === "/" || last.start >= offset || offset > end) return undefined;
  const start = last.start + 1;
  return code.slice(start, end).includes("${") ? undefined : { quote, start, end };
}

/** The frame whose columns may be named at the cursor. */
export function findFramePlace(code: string, offset: number): FramePlace | undefined {
  const tokens = readTokens(code, offset);
  const last = tokens.at(-1);
  const isInText =
    (last?.kind === "text" || last?.kind === "template") && last.end >= offset && last.start < offset;
  const wordStart = last?.kind === "name" && last.end >= offset ? 1 : 0;
  const upTo = tokens.length - (isInText ? 1 : wordStart);
  const opened = openBrackets(tokens, upTo, code);
  const calls = opened.filter((bracket) => code.charAt(tokens[bracket]?.start ?? 0) === "(");
  const isOnKey = isKeyNext(tokens, opened.at(-1), upTo, code);
  let isNested = false;
  for (const [place, call] of [...calls].reverse().entries()) {
    const callee = tokens[call - 1];
    if (callee?.kind !== "name") continue;
    const called = code.slice(callee.start, callee.end);
    const dot = isDot(tokens[call - 2], code) ? tokens[call - 2] : undefined;
    const table = writers.has(called) ? namedTable(tokens, call, upTo, code) : undefined;
    if (place === 0 && isInText && namesColumns.has(called)) isNested = true;
    else if (table !== undefined || (verbs.has(called) && dot !== undefined)) {
      const start = dot === undefined ? callee.start : startOfExpression(tokens, call - 2, code);
      if (start === undefined) return undefined;
      const inner = opened.slice(opened.indexOf(call) + 1);
      const argument = argumentAt(tokens, call, upTo, code);
      const keyed = table === undefined ? keysOf[called] : 1;
      const signs = inner.map((bracket) => code.charAt(tokens[bracket]?.start ?? 0)).join("");
      const option = keyAt(tokens, inner[0] ?? upTo, upTo, code) ?? "";
      const isName =
        (namedAll.has(called) && !signs.includes("{")) ||
        (namedFirst.has(called) && argument === 0) ||
        namingOptions[called]?.includes(option) === true;
      const right = called === "join" ? rightSide(tokens, call, opened, upTo, code) : undefined;
      return {
        before: code.slice(0, start),
        frame: table ?? right ?? code.slice(start, dot?.start),
        isNested: isNested || (isInText && place === 0 && isName),
        isKey: isOnKey && /^\[?\{$/.test(signs) && place === 0 && (keyed === "all" || keyed === argument),
      };
    } else if (place === 0 && !isInText) return undefined;
  }
  return undefined;
}

/** The frame of the table that the first argument names. */
function namedTable(tokens: readonly Token[], call: number, upTo: number, code: string): string | undefined {
  const first = tokens[call + 1];
  if (first === undefined || call + 1 >= upTo || (first.kind !== "text" && first.kind !== "template"))
    return undefined;
  return `tableOfː(${code.slice(first.start, first.end)})`;
}

/** Counts from 0. */
function argumentAt(tokens: readonly Token[], call: number, upTo: number, code: string): number {
  let argument = 0;
  for (let index = call + 1; index < upTo; index++) {
    const token = tokens[index] as Token;
    if (token.kind !== "sign") continue;
    if (token.partner !== undefined && token.partner > index && token.partner < upTo) index = token.partner;
    else if ("([{".includes(code.charAt(token.start))) return argument;
    else if (code.charAt(token.start) === ",") argument += 1;
  }
  return argument;
}

/** The cursor is where the object in this bracket takes a key. */
function isKeyNext(
  tokens: readonly Token[],
  bracket: number | undefined,
  upTo: number,
  code: string,
): boolean {
  if (bracket === undefined || code.charAt(tokens[bracket]?.start ?? 0) !== "{") return false;
  return upTo - 1 === bracket || textOf(tokens[upTo - 1], code) === ",";
}

function textOf(token: Token | undefined, code: string): string {
  return token === undefined ? "" : code.slice(token.start, token.end);
}

/** The statement whose text the cursor is in. */
export function findStatementPlace(code: string, offset: number): StatementPlace | undefined {
  const tokens = readTokens(code, offset);
  const last = tokens.at(-1);
  if (last === undefined || last.start >= offset || last.end < offset) return undefined;
  const text = findStatementText(tokens, tokens.length - 1, code);
  if (text === undefined || offset > text.end || !isDot(tokens[text.tag - 1], code)) return undefined;
  const dot = tokens[text.tag - 1] as Token;
  const start = startOfExpression(tokens, text.tag - 1, code);
  if (start === undefined) return undefined;
  const quote = text.tag === tokens.length - 2 ? undefined : code.charAt(last.start);
  return { before: code.slice(0, start), owner: code.slice(start, dot.start), text, quote };
}

/** A value that is named by way of what holds it, and where what is typed of its member begins. */
export interface ValuePlace {
  /** The name, then keys and indices: `["data", "items", "0"]` for `data.items[0].|`. */
  readonly path: readonly string[];
  readonly start: number;
  /** Of a member in brackets, as in `data["|`. */
  readonly quote: string | undefined;
}

/** The value whose members may come next: nothing that has to be computed. */
export function findValuePlace(code: string, offset: number): ValuePlace | undefined {
  const tokens = readTokens(code, offset);
  const last = tokens.at(-1);
  if (last?.kind === "template" && last.start < offset) {
    const hole = code.lastIndexOf("${", offset - 1) + 2;
    if (hole < last.start + 2 || /[`}]/.test(code.slice(hole, offset))) return undefined;
    const place = findValuePlace(code.slice(hole), offset - hole);
    return place && { ...place, start: hole + place.start };
  }
  if (last?.kind === "text" && last.start < offset && code.charAt(last.start) !== "/") {
    const isKey = code.charAt(tokens.at(-2)?.start ?? 0) === "[" && tokens.at(-2)?.kind === "sign";
    const path = isKey && offset <= last.end ? readPath(tokens, tokens.length - 3, code) : undefined;
    return path && { path, start: last.start + 1, quote: code.charAt(last.start) };
  }
  const isTyped = last?.kind === "name" && last.end >= offset;
  const dot = tokens.length - (isTyped ? 2 : 1);
  const path = isDot(tokens[dot], code) ? readPath(tokens, dot - 1, code) : undefined;
  return path && { path, start: isTyped ? last.start : offset, quote: undefined };
}

/** The path that ends with a token; undefined for anything that would have to run. */
function readPath(tokens: readonly Token[], end: number, code: string): string[] | undefined {
  const path: string[] = [];
  for (let index = end; ; index -= 1) {
    const token = tokens[index];
    if (token === undefined) return undefined;
    const text = code.slice(token.start, token.end);
    if (token.kind === "name") {
      path.unshift(text);
      index -= 1;
      if (!isDot(tokens[index], code)) return keywords.test(text) ? undefined : path;
    } else if (text === "]" && token.partner === index - 2) {
      const key = tokens[index - 1] as Token;
      if (key.kind !== "number" && key.kind !== "text") return undefined;
      path.unshift(code.slice(key.start, key.end).replace(/^(["'])(.*)\1$/s, "$2"));
      index = token.partner;
      // What stands before the bracket is the holder itself.
      if (tokens[index - 1]?.kind === "sign" && code.charAt(tokens[index - 1]?.start ?? 0) !== "]")
        return undefined;
    } else if (text !== "!") return undefined;
  }
}

/** The brackets that are open before a token, from the outside. */
function openBrackets(tokens: readonly Token[], upTo: number, code: string): number[] {
  const opened: number[] = [];
  for (let index = 0; index < upTo; index++) {
    const token = tokens[index] as Token;
    if (token.kind !== "sign" || !"([{".includes(code.charAt(token.start))) continue;
    if (token.partner === undefined || token.partner >= upTo) opened.push(index);
  }
  return opened;
}

/** The other frame of a join, for the cursor in what is said of its right side. */
function rightSide(
  tokens: readonly Token[],
  call: number,
  opened: readonly number[],
  upTo: number,
  code: string,
): string | undefined {
  const pair = opened.filter((bracket) => bracket > call).at(-1);
  const isRight = opened.some((bracket) => {
    if (bracket < call || code.charAt(tokens[bracket]?.start ?? 0) !== "{") return false;
    return keyAt(tokens, bracket, upTo, code) === "right";
  });
  if (pair === undefined || !isRight) return undefined;
  for (let index = call + 1; index < upTo; index++) {
    const token = tokens[index] as Token;
    if (token.partner !== undefined && token.partner > index) index = token.partner;
    else if (code.charAt(token.start) === "," && token.kind === "sign")
      return code.slice((tokens[call] as Token).end, token.start);
  }
  return undefined;
}

/** The key of an object literal whose value a token is in. */
function keyAt(tokens: readonly Token[], bracket: number, upTo: number, code: string): string | undefined {
  let key: string | undefined;
  for (let index = bracket + 1; index < upTo; index++) {
    const token = tokens[index] as Token;
    if (token.partner !== undefined && token.partner > index && token.partner < upTo) index = token.partner;
    else if (token.kind === "sign" && code.charAt(token.start) === ":") {
      const name = tokens[index - 1];
      key = name === undefined ? undefined : code.slice(name.start, name.end);
    } else if (token.kind === "sign" && code.charAt(token.start) === ",") key = undefined;
  }
  return key;
}

function isDot(token: Token | undefined, code: string): boolean {
  return token?.kind === "sign" && /^\??\.$/.test(code.slice(token.start, token.end));
}

const keywords = /^(?:await|case|delete|in|instanceof|new|of|return|throw|typeof|void|yield)$/;

/** Where the expression begins that ends before a dot: `read("x").where(…)` of `read("x").where(…).select(`. */
function startOfExpression(tokens: readonly Token[], dot: number, code: string): number | undefined {
  let index = dot - 1;
  for (;;) {
    let token = tokens[index];
    if (token === undefined) return undefined;
    if (code.charAt(token.start) === "!" && token.kind === "sign") {
      index -= 1;
      continue;
    }
    if (token.kind === "sign" && token.partner !== undefined) {
      const opener = code.charAt(tokens[token.partner]?.start ?? 0);
      index = token.partner;
      token = tokens[index] as Token;
      const before = tokens[index - 1];
      const isCalled =
        before !== undefined &&
        (before.kind === "name"
          ? !keywords.test(code.slice(before.start, before.end))
          : before.kind === "sign" && before.partner !== undefined && before.partner < index - 1);
      if (opener !== "{" && isCalled) {
        index -= 1;
        continue;
      }
    } else if (token.kind === "template" && tokens[index - 1]?.kind === "name") {
      index -= 1;
      continue;
    } else if (token.kind === "sign") return undefined;
    if (!isDot(tokens[index - 1], code)) return token.start;
    index -= 2;
  }
}
