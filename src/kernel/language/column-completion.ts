/**
 * Columns and tables where TypeScript itself completes none: in `col("…")`, whose frame is around it, and in the text of
 * a statement. Another draft asks in the cell's place what columns the frame has.
 */
import {
  findFramePlace,
  findStatementPlace,
  findTextPlace,
  type StatementPlace,
  type TextPlace,
} from "../source/draft-context.ts";
import { readStatementContext, type StatementContext } from "../source/statement-context.ts";
import { readEscapes } from "../source/text-literal.ts";
import type { Completion, Completions } from "./checker.ts";
import type { CompletionItem } from "./completions.ts";
import { inQuotes } from "./in-quotes.ts";
import { completeTables } from "./table-completion.ts";

/** Makes code a draft, and reads of what may stand at its end, while it is there. */
type AskAtEnd = <T>(
  code: string,
  read: (items: readonly CompletionItem[], resolve: Resolve) => Promise<T> | T,
) => Promise<T>;
/** Asks for what an item leaves out until it is chosen. */
type Resolve = (item: CompletionItem) => Promise<CompletionItem>;

export interface ColumnCompletion {
  /**
   * What is offered instead of, or besides, what TypeScript does.
   * @param complete asks TypeScript
   */
  complete(
    code: string,
    offset: number,
    complete: (code: string, offset: number) => Promise<Completions>,
  ): Promise<Completions>;
  /** The type of a column that the cursor is on, as text. */
  describe(code: string, offset: number): Promise<string | undefined>;
}

/** The most columns that are described: each costs a question. */
const mostDescribed = 60;

/** Declarations that the drafts use. */
export function composeProbes(module: string): string {
  const imported = `import(${JSON.stringify(module)})`;
  const frames = ["Frame<C>", "LakeTable<C>", "GroupedFrame<C, any>"].map((name) => `${imported}.${name}`);
  return (
    `declare const columnsOfː: <C>(frame: ${frames.join(" | ")}) => C;` +
    `declare const tableOfː: typeof ${imported}.read;`
  );
}

/** @param tables the names of all tables */
export function createColumnCompletion(tables: readonly string[], askAtEnd: AskAtEnd): ColumnCompletion {
  /** Those that are wanted, with their types. None where the frame's columns are not known. */
  function columnsOf(
    before: string,
    frame: string,
    isWanted: (name: string) => boolean,
  ): Promise<readonly Completion[]> {
    return askAtEnd(`${before}columnsOfː(${frame}).`, async (items, resolve) => {
      const columns = items.filter(
        ({ kind, label }) => kind === property && label !== untypedMember && isWanted(label),
      );
      const described = await Promise.all(columns.slice(0, mostDescribed).map(resolve));
      return [...described, ...columns.slice(mostDescribed)].map((item): Completion => {
        const detail = detailOf(item);
        return { text: item.label, kind: "column", ...(detail === undefined ? {} : { detail }) };
      });
    });
  }

  async function completeStatement(
    offset: number,
    { owner, before, quote }: StatementPlace,
    { wants, start, tables: named }: StatementContext,
    typed: string,
  ): Promise<Completions> {
    const place = (matches: readonly Completion[]): Completions =>
      quote === undefined
        ? { start, end: offset, matches: matches.filter(({ text }) => !text.includes("`")) }
        : inQuotes({ start, end: offset, matches }, quote);
    if (wants === "table") {
      const matches = completeTables(tables, typed);
      return place(matches.map((match) => ({ ...match, text: match.text.split(".").map(inSql).join(".") })));
    }
    const isTyped = (name: string): boolean => name.toLowerCase().startsWith(typed.toLowerCase());
    const columns = await columnsOfTables({ owner, before }, named, isTyped);
    return place(columns.map((column) => ({ ...column, text: inSql(column.text) })));
  }

  /** Those of several tables, each name once. */
  async function columnsOfTables(
    { owner, before }: Pick<StatementPlace, "owner" | "before">,
    named: StatementContext["tables"],
    isWanted: (name: string) => boolean,
  ): Promise<readonly Completion[]> {
    const found = new Map<string, Completion>();
    for (const { text, isExpression } of named) {
      const isHere = isExpression || text === "frame";
      const frame = isExpression ? text : text === "frame" ? owner : `tableOfː(${JSON.stringify(text)})`;
      for (const column of await columnsOf(isHere ? before : "", frame, isWanted))
        if (!found.has(column.text)) found.set(column.text, column);
    }
    return [...found.values()];
  }

  /** A column that a statement names. */
  async function describeInStatement(
    code: string,
    offset: number,
    statement: StatementPlace,
  ): Promise<string | undefined> {
    const end = offset + (/^[\p{ID_Continue}]*/u.exec(code.slice(offset))?.[0].length ?? 0);
    const context = end > statement.text.end ? undefined : readStatementContext(code, statement.text, end);
    if (context?.wants !== "column") return undefined;
    const name = code.slice(context.start, end).toLowerCase();
    if (name === "") return undefined;
    const [column] = await columnsOfTables(
      statement,
      context.tables,
      (other) => other.toLowerCase() === name,
    );
    return column?.detail === undefined ? undefined : `${column.text}: ${column.detail}`;
  }

  return {
    complete: async (code, offset, complete) => {
      const statement = findStatementPlace(code, offset);
      if (statement !== undefined) {
        const context = readStatementContext(code, statement.text, offset);
        if (context === undefined) return { start: offset, end: offset, matches: [] };
        return completeStatement(offset, statement, context, code.slice(context.start, offset));
      }
      const place = findFramePlace(code, offset);
      if (place === undefined) return complete(code, offset);
      const { before, frame, isNested, isKey } = place;
      const text = findTextPlace(code, offset);
      const typed = text === undefined ? "" : readEscapes(code.slice(text.start, offset)).toLowerCase();
      if (isNested) {
        if (text === undefined) return { start: offset, end: offset, matches: [] };
        const isTyped = (name: string): boolean => name.toLowerCase().startsWith(typed);
        const columns = await columnsOf(before, frame, isTyped);
        return inQuotes({ start: text.start, end: offset, matches: columns }, text.quote);
      }
      const found = await (text === undefined
        ? complete(code, offset)
        : completeText(code, offset, text, typed));
      if (found.matches.length === 0) return found;
      const nameOf = (match: Completion): string =>
        text === undefined ? unquoteKey(match.text) : match.text;
      const offered = new Set(found.matches.map(nameOf));
      const columns = await columnsOf(before, frame, (name) => offered.has(name));
      const byName = new Map(columns.map((column) => [column.text, column]));
      // An object may be of many kinds to TypeScript: of those only columns are wanted here.
      const matches = found.matches
        .filter((match) => !isKey || byName.size === 0 || byName.has(nameOf(match)))
        .map((match) => {
          const column = byName.get(nameOf(match));
          return column === undefined ? match : { ...column, text: match.text };
        });
      return text === undefined ? { ...found, matches } : inQuotes({ ...found, matches }, text.quote);

      /**
       * TypeScript completes a whole column no further, as if it stood for itself: it is asked as though nothing was
       * typed. Names come without escapes.
       */
      async function completeText(
        whole: string,
        cursor: number,
        { start, end }: TextPlace,
        begun: string,
      ): Promise<Completions> {
        const empty = await complete(`${whole.slice(0, start)}${whole.slice(end)}`, start);
        const names = empty.matches
          .map((match) => ({ ...match, text: isKey ? match.text : readEscapes(match.text) }))
          .filter((match) => match.text.toLowerCase().startsWith(begun));
        return { start, end: cursor, matches: names };
      }
    },
    describe: async (code, offset) => {
      const statement = findStatementPlace(code, offset);
      if (statement !== undefined) return describeInStatement(code, offset, statement);
      const place = findFramePlace(code, offset);
      const text = findTextPlace(code, offset);
      if (place === undefined || text === undefined) return undefined;
      // A list of completions has its items described where their text is not closed yet.
      const name = readEscapes(code.slice(text.start, text.end));
      const [column] = await columnsOf(place.before, place.frame, (other) => other === name);
      return column?.detail === undefined ? undefined : `${name}: ${column.detail}`;
    },
  };
}

/** What stands for columns that are known only when the frame runs. */
const untypedMember = "columns known when it runs";

/** The protocol's number for a member of an object type. */
const property = 5;

/** The Arrow type where the declarations have it, else TypeScript's. */
function detailOf({ detail, documentation }: CompletionItem): string | undefined {
  const text = typeof documentation === "string" ? documentation : documentation?.value;
  if (text !== undefined && text.trim() !== "") return text.trim().replace(/\s+/g, " ");
  return detail?.replace(/^\(property\) (?:"(?:[^"\\]|\\.)*"|[^:]*?)\??: /, "").replace(/\s+/g, " ");
}

/** SQL takes other names than plain ones in double quotes. */
function inSql(name: string): string {
  return name === "" || /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}

/** A key comes in quotes unless it is a plain name. */
function unquoteKey(name: string): string {
  return /^(["']).*\1$/s.test(name) ? readEscapes(name.slice(1, -1)) : name;
}
