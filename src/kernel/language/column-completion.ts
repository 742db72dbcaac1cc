/**
 * Columns and tables where TypeScript itself completes none: in `col("…")`, whose frame is around it, and in the text of
 * a statement. Another draft asks in the cell's place what columns the frame has.
 */
import { findFramePlace, findStatementPlace, type StatementPlace } from "../source/draft-context.ts";
import { readStatementContext, type StatementContext } from "../source/statement-context.ts";
import type { Completion, Completions } from "./checker.ts";
import type { CompletionItem } from "./completions.ts";
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
  complete(code: string, offset: number, complete: () => Promise<Completions>): Promise<Completions>;
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
    { owner, before }: StatementPlace,
    { wants, start, tables: named }: StatementContext,
    typed: string,
  ): Promise<Completions> {
    const isTyped = (name: string): boolean => name.toLowerCase().startsWith(typed.toLowerCase());
    if (wants === "table") {
      const matches = completeTables(tables, typed).map((match) => ({
        ...match,
        text: match.text.split(".").map(quote).join("."),
      }));
      return { start, end: offset, matches };
    }
    const matches = new Map<string, Completion>();
    for (const { text, isExpression } of named) {
      const isHere = isExpression || text === "frame";
      const frame = isExpression ? text : text === "frame" ? owner : `tableOfː(${JSON.stringify(text)})`;
      for (const column of await columnsOf(isHere ? before : "", frame, isTyped))
        if (!matches.has(column.text)) matches.set(column.text, { ...column, text: quote(column.text) });
    }
    return { start, end: offset, matches: [...matches.values()] };
  }

  return {
    complete: async (code, offset, complete) => {
      const statement = findStatementPlace(code, offset);
      if (statement !== undefined) {
        const context = readStatementContext(code, statement.start, offset);
        if (context === undefined) return { start: offset, end: offset, matches: [] };
        return completeStatement(offset, statement, context, code.slice(context.start, offset));
      }
      const place = findFramePlace(code, offset);
      if (place === undefined) return complete();
      const { before, frame, isNested } = place;
      if (isNested) {
        const start = offset - (/[^"'`]*$/.exec(code.slice(0, offset))?.[0].length ?? 0);
        const typed = code.slice(start, offset).toLowerCase();
        const isTyped = (name: string): boolean => name.toLowerCase().startsWith(typed);
        return { start, end: offset, matches: await columnsOf(before, frame, isTyped) };
      }
      const found = await complete();
      if (found.matches.length === 0) return found;
      const offered = new Set(found.matches.map(({ text }) => text));
      const columns = await columnsOf(before, frame, (name) => offered.has(name));
      const byName = new Map(columns.map((column) => [column.text, column]));
      return { ...found, matches: found.matches.map((match) => byName.get(match.text) ?? match) };
    },
    describe: async (code, offset) => {
      const place = findFramePlace(code, offset);
      const before = /["'`]([^"'`\n]*)$/.exec(code.slice(0, offset));
      // A list of completions has its items described where their text is not closed yet.
      const behind = /^([^"'`\n]*)["'`]/.exec(code.slice(offset))?.[1] ?? "";
      if (place === undefined || before === null) return undefined;
      const name = `${before[1]}${behind}`;
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
function quote(name: string): string {
  return name === "" || /^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name)
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}
