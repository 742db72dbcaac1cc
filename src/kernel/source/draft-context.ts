/** Where the cursor is in a cell that is being written, as far as columns and tables may be named there. */
import { readTokens, type Token } from "./draft-tokens.ts";

/** The columns that may be named. */
export interface FramePlace {
  /** Code up to which the cell stands as it is. */
  readonly before: string;
  /** The expression whose columns they are: a frame, a table or a grouped frame. */
  readonly frame: string;
  /** Only an expression can stand here, such as the name in `col("…")`, for which TypeScript itself knows no frame. */
  readonly isNested: boolean;
}

/** The cursor is in the text of a statement, as in lake.sql`SELECT | FROM demo.sales`. */
export interface StatementPlace {
  readonly before: string;
  /** What the statement is of: a connection or a frame. */
  readonly owner: string;
  /** Where the text begins, behind the backtick. */
  readonly start: number;
}

/** Verbs of frames and tables in whose arguments columns are named. */
const verbs = new Set([
  "agg",
  "delete",
  "distinct",
  "dropNull",
  "exclude",
  "explode",
  "fillNull",
  "groupBy",
  "join",
  "merge",
  "pivot",
  "plot",
  "rename",
  "select",
  "sort",
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

/** The frame whose columns may be named at the cursor. */
export function findFramePlace(code: string, offset: number): FramePlace | undefined {
  const tokens = readTokens(code, offset);
  const last = tokens.at(-1);
  const isInText = last?.kind === "text" && last.end >= offset && last.start < offset;
  const wordStart = last?.kind === "name" && last.end >= offset ? 1 : 0;
  const upTo = tokens.length - (isInText ? 1 : wordStart);
  const opened = openBrackets(tokens, upTo, code);
  const calls = opened.filter((bracket) => code.charAt(tokens[bracket]?.start ?? 0) === "(");
  let isNested = false;
  for (const [place, call] of [...calls].reverse().entries()) {
    const callee = tokens[call - 1];
    if (callee?.kind !== "name") continue;
    const called = code.slice(callee.start, callee.end);
    if (place === 0 && isInText && namesColumns.has(called)) isNested = true;
    else if (verbs.has(called) && isDot(tokens[call - 2], code)) {
      const right = called === "join" ? rightSide(tokens, call, opened, upTo, code) : undefined;
      const dot = tokens[call - 2] as Token;
      const start = startOfExpression(tokens, call - 2, code);
      if (start === undefined) return undefined;
      return { before: code.slice(0, start), frame: right ?? code.slice(start, dot.start), isNested };
    } else if (place === 0 && !isInText) return undefined;
  }
  return undefined;
}

/** The statement whose text the cursor is in. */
export function findStatementPlace(code: string, offset: number): StatementPlace | undefined {
  const tokens = readTokens(code, offset);
  const last = tokens.at(-1);
  if (last?.kind !== "template" || last.start >= offset || last.end < offset) return undefined;
  const index = tokens.length - 1;
  const tag = tokens[index - 1];
  const dot = tokens[index - 2];
  if (tag === undefined || code.slice(tag.start, tag.end) !== "sql" || dot === undefined || !isDot(dot, code))
    return undefined;
  const start = startOfExpression(tokens, index - 2, code);
  if (start === undefined) return undefined;
  return { before: code.slice(0, start), owner: code.slice(start, dot.start), start: last.start + 1 };
}

/** A value that is named by way of what holds it, and where what is typed of its member begins. */
export interface ValuePlace {
  /** The name, then keys and indices: `["data", "items", "0"]` for `data.items[0].|`. */
  readonly path: readonly string[];
  readonly start: number;
}

/** The value whose members may come next: nothing that has to be computed. */
export function findValuePlace(code: string, offset: number): ValuePlace | undefined {
  const tokens = readTokens(code, offset);
  const last = tokens.at(-1);
  const isTyped = last?.kind === "name" && last.end >= offset;
  let index = tokens.length - (isTyped ? 2 : 1);
  const start = isTyped ? last.start : offset;
  if (!isDot(tokens[index], code)) return undefined;
  const path: string[] = [];
  for (;;) {
    index -= 1;
    const token = tokens[index];
    if (token === undefined) return undefined;
    const text = code.slice(token.start, token.end);
    if (token.kind === "name") {
      path.unshift(text);
      index -= 1;
      if (!isDot(tokens[index], code)) return keywords.test(text) ? undefined : { path, start };
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
