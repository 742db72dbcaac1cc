/** The tables that a cell names, read from its text alone. */
import { isClosed, readTokens, type Token } from "./draft-tokens.ts";
import { nodesOf } from "./nodes.ts";
import type { Node, Statement } from "./parse.ts";
import { findStatementTableAt, findStatementTables, findStatementText } from "./statement-context.ts";
import { readEscapes } from "./text-literal.ts";

/** Functions and methods whose first argument names a table. */
const takesTable = new Set([
  "read",
  "describe",
  "append",
  "table",
  "overwrite",
  "insertOverwrite",
  "rowSchema",
]);

/** Methods whose first argument names a table too, for which its columns do not matter. */
const namesTable = new Set([
  "declareTable",
  "deregisterTable",
  "dropTable",
  "getTableProperties",
  "notifyCommit",
  "removeTableProperties",
  "renameTable",
  "setTableProperties",
  "tableExists",
]);

/** Methods whose first argument names a namespace. */
const takesNamespace = new Set([
  "describeNamespace",
  "dropNamespace",
  "getNamespaceProperties",
  "iterateTables",
  "listTableDetails",
  "listTables",
  "listTablesPage",
  "namespaceExists",
  "removeNamespaceProperties",
  "setNamespaceProperties",
  "use",
]);

/** What changes the columns of a table, or which tables there are. */
const changesTables = new Set([
  "addColumns",
  "alterColumns",
  "createTable",
  "deregisterTable",
  "dropColumns",
  "dropTable",
  "registerTable",
  "renameTable",
  "restore",
]);

export interface NamedTables {
  /** Names that stand as they are where a table is named; each once, in order. */
  readonly names: readonly string[];
  /** Those of them that a method names: they are of the connection that it is called on, as in `lake.read("demo.sales")`. */
  readonly ofConnection: readonly string[];
  /** The cell itself may change their columns: what they are while it is checked says nothing then. */
  readonly isChanging: boolean;
}

/** The most tables of one cell that are looked up: a generated cell may name thousands. */
const mostTables = 50;

/** As in `read("demo.sales")` and `lake.table(["demo", "sales"])`. Whether there is such a table is not known here. */
export function findTables(code: string, body: readonly Statement[]): NamedTables {
  if (!/["'`]/.test(code)) return { names: [], ofConnection: [], isChanging: false };
  const names = new Set<string>();
  const ofConnection = new Set<string>();
  let isChanging = false;
  for (const node of nodesOf(body)) {
    if (names.size >= mostTables) break;
    if (node.type !== "CallExpression") continue;
    const { callee, arguments: given } = node;
    const name = nameOf(callee);
    if (name !== undefined && changesTables.has(name)) isChanging = true;
    const table = name !== undefined && takesTable.has(name) ? readTable(given[0]) : undefined;
    if (table !== undefined) names.add(table);
    if (table !== undefined && callee.type === "MemberExpression") ofConnection.add(table);
  }
  return { names: [...names], ofConnection: [...ofConnection], isChanging };
}

/** The same for a cell that is being written, with the tables that its statements name. */
export function findDraftTables(code: string): readonly string[] {
  const tokens = readTokens(code);
  const names = new Set<string>();
  for (const index of tokens.keys()) {
    const statement = findStatementText(tokens, index, code);
    const found = statement ? findStatementTables(code, statement) : [tableOf(tokens, index, code)];
    for (const name of found) if (name !== undefined && isTableName(name)) names.add(name);
  }
  return [...names].slice(0, mostTables);
}

/** The table whose name the cursor is in. */
export function findTableAt(code: string, offset: number): string | undefined {
  const tokens = readTokens(code);
  const index = tokens.findIndex(({ start, end }) => start <= offset && offset <= end && end > start + 1);
  const statement = findStatementText(tokens, index, code);
  const name = statement ? findStatementTableAt(code, statement, offset) : tableOf(tokens, index, code, true);
  return name !== undefined && isTableName(name) ? name : undefined;
}

/** The cursor is in a text that names a table or a namespace, which begins behind the quote at `start`. */
export interface NamePlace {
  readonly of: "table" | "namespace";
  readonly start: number;
}

export function findNamePlace(code: string, offset: number): NamePlace | undefined {
  const tokens = readTokens(code, offset);
  const last = tokens.at(-1);
  const isText = last?.kind === "text" || last?.kind === "template";
  if (!isText || last.start >= offset || last.end < offset || textOf(tokens.at(-2), code) !== "(")
    return undefined;
  const callee = textOf(tokens.at(-3), code);
  if (last.end === offset && isClosed(textOf(last, code))) return undefined;
  if (takesTable.has(callee) || namesTable.has(callee)) return { of: "table", start: last.start + 1 };
  return takesNamespace.has(callee) ? { of: "namespace", start: last.start + 1 } : undefined;
}

/** What a token names that is the first argument of a function that takes a table. */
function tableOf(
  tokens: readonly Token[],
  index: number,
  code: string,
  mayBeOpen = false,
): string | undefined {
  const token = tokens[index];
  if (token?.kind !== "text" && token?.kind !== "template") return undefined;
  if (textOf(tokens[index - 1], code) !== "(" || !takesTable.has(textOf(tokens[index - 2], code)))
    return undefined;
  const text = textOf(token, code);
  if (isClosed(text)) return readEscapes(text.slice(1, -1));
  return mayBeOpen ? readEscapes(text.slice(1)) : undefined;
}

function textOf(token: Token | undefined, code: string): string {
  return token === undefined ? "" : code.slice(token.start, token.end);
}

function isTableName(name: string): boolean {
  return /^[^.]+\.[^.]+$/.test(name);
}

function nameOf(callee: Node): string | undefined {
  if (callee.type === "Identifier") return callee.name;
  if (callee.type === "MemberExpression" && callee.property.type === "Identifier")
    return callee.property.name;
  return undefined;
}

function readTable(argument: Node | undefined): string | undefined {
  if (argument?.type === "ArrayExpression" && argument.elements.length === 2) {
    const parts = argument.elements.map((element) => (element === null ? undefined : readText(element)));
    return parts.includes(undefined) ? undefined : parts.join(".");
  }
  const text = argument === undefined ? undefined : readText(argument);
  return text !== undefined && isTableName(text) ? text : undefined;
}

function readText(node: Node): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.quasis.length === 1)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}
