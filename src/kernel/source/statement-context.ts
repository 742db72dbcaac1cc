/** Where the cursor is in a SQL statement that is being written, and the tables that the statement names. */
import { endOfHole, isClosed, type Token } from "./draft-tokens.ts";

/** The text of a statement between its quotes, as in lake.sql`SELECT 1` and lake.sql("SELECT 1"). */
export interface StatementText {
  readonly start: number;
  readonly end: number;
  /** The place of `sql` among the tokens. */
  readonly tag: number;
}

/** What a statement reads from. */
export interface StatementTable {
  /** `demo.sales`, or the text of an expression in a hole. */
  readonly text: string;
  readonly isExpression: boolean;
  /** What its columns may be preceded by: its alias, else its own name. */
  readonly alias: string;
  /** Where its name stands. */
  readonly start: number;
  readonly end: number;
}

export interface StatementContext {
  /** A table is to be named here; otherwise a column. */
  readonly wants: "table" | "column";
  /** Where what is typed of the name begins, in UTF-16 units of the cell. */
  readonly start: number;
  /** Those whose columns may stand here. */
  readonly tables: readonly StatementTable[];
}

interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly isHole: boolean;
}

const ends =
  /^(?:where|group|order|limit|having|union|intersect|except|select|on|using|window|qualify|offset)$/i;
const notAlias =
  /^(?:join|inner|left|right|full|outer|cross|natural|semi|anti|asof|positional|lateral|tablesample|as|set)$/i;

/** The statement that a token is the text of. */
export function findStatementText(
  tokens: readonly Token[],
  index: number,
  code: string,
): StatementText | undefined {
  const token = tokens[index];
  if (token?.kind !== "template" && token?.kind !== "text") return undefined;
  const isCalled = textOf(tokens[index - 1], code) === "(";
  const tag = index - (isCalled ? 2 : 1);
  if (textOf(tokens[tag], code) !== "sql" || (token.kind === "text" && !isCalled)) return undefined;
  const { start, end } = token;
  return { start: start + 1, end: isClosed(code.slice(start, end)) ? end - 1 : end, tag };
}

function textOf(token: Token | undefined, code: string): string {
  return token === undefined ? "" : code.slice(token.start, token.end);
}

/** @param offset the cursor's */
export function readStatementContext(
  code: string,
  { start, end }: StatementText,
  offset: number,
): StatementContext | undefined {
  const words = readWords(code, start, end);
  if (
    words.some((word) => word.start < offset && offset < word.end && (word.isHole || /^['-]/.test(word.text)))
  )
    return undefined;
  const typed = /[\p{ID_Continue}.]*$/u.exec(code.slice(start, offset))?.[0] ?? "";
  const before = words.filter((word) => word.end <= offset - typed.length);
  const all = tablesOf(words.filter(({ end }) => end <= offset - typed.length || end > offset));
  if (wantsTable(before)) return { wants: "table", start: offset - typed.length, tables: [] };
  const dot = typed.lastIndexOf(".");
  if (dot < 0) return { wants: "column", start: offset - typed.length, tables: all };
  const alias = typed.slice(0, dot).toLowerCase();
  const tables = all.filter((table) =>
    [table.alias, table.text].some((name) => name.toLowerCase() === alias),
  );
  return { wants: "column", start: offset - typed.length + dot + 1, tables };
}

/** The tables that a statement names. */
export function findStatementTables(code: string, { start, end }: StatementText): readonly string[] {
  const tables = tablesOf(readWords(code, start, end));
  return tables.filter(({ isExpression }) => !isExpression).map(({ text }) => text);
}

/** The table whose name, in FROM or JOIN, the cursor is in. */
export function findStatementTableAt(
  code: string,
  { start, end }: StatementText,
  offset: number,
): string | undefined {
  const tables = tablesOf(readWords(code, start, end));
  return tables.find((table) => !table.isExpression && table.start <= offset && offset <= table.end)?.text;
}

function wantsTable(before: readonly Word[]): boolean {
  for (const word of [...before].reverse()) {
    if (word.text === ",") continue;
    if (/^(?:from|join)$/i.test(word.text)) return before.at(-1) === word || before.at(-1)?.text === ",";
    if (ends.test(word.text) || before.at(-1)?.text !== ",") return false;
  }
  return false;
}

function tablesOf(words: readonly Word[]): StatementTable[] {
  const tables: StatementTable[] = [];
  let isList = false;
  for (let at = 0; at < words.length; at++) {
    const { text } = words[at] as Word;
    if (/^(?:from|join)$/i.test(text)) isList = true;
    else if (ends.test(text)) isList = false;
    else if (!(isList && text === ",")) continue;
    if (!isList) continue;
    const first = words[at + 1];
    if (first === undefined || !(first.isHole || isName(first.text))) continue;
    let last = at + 1;
    let name = first.isHole ? first.text : unquote(first.text);
    while (!first.isHole && words[last + 1]?.text === "." && isName(words[last + 2]?.text ?? "")) {
      name += `.${unquote(words[last + 2]?.text ?? "")}`;
      last += 2;
    }
    const { end } = words[last] as Word;
    if (/^as$/i.test(words[last + 1]?.text ?? "")) last += 1;
    const next = words[last + 1]?.text ?? "";
    const hasAlias = isName(next) && !ends.test(next) && !notAlias.test(next);
    const own = first.isHole ? "" : (name.split(".").at(-1) ?? name);
    const alias = hasAlias ? unquote(next) : own;
    tables.push({ text: name, isExpression: first.isHole, alias, start: first.start, end });
  }
  return tables;
}

function isName(text: string): boolean {
  return /^(?:"|[\p{ID_Start}_])/u.test(text);
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}

const word = /'(?:[^']|'')*'?|"(?:[^"]|"")*"?|--[^\n`]*|[\p{ID_Continue}]+|\S/uy;

function readWords(code: string, start: number, end: number): Word[] {
  const words: Word[] = [];
  let at = start;
  while (at < end) {
    if (code.startsWith("${", at)) {
      const closed = endOfHole(code, at + 2);
      words.push({ text: code.slice(at + 2, closed - 1), start: at, end: closed, isHole: true });
      at = closed;
      continue;
    }
    word.lastIndex = at;
    const text = word.exec(code)?.[0];
    if (text === undefined) at += 1;
    else {
      words.push({ text, start: at, end: at + text.length, isHole: false });
      at += text.length;
    }
  }
  return words;
}
