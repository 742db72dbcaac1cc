/** A statement as DuckDB's own parser reads it: whether it only reads, and which tables it names. */

import { DlfLanceError } from "../../../../errors.ts";
import { z } from "../../../../zod.ts";
import { Recent, takeRecent } from "../recent.ts";
import { adviseOnKeywords } from "./advise-on-keywords.ts";
import { readCommonTables } from "./common-tables.ts";
import { computeText } from "./compute-text.ts";
import { findMachineFunction } from "./machine-functions.ts";
import { catalogSchema, quoteSchemas } from "./quote-schemas.ts";

export interface Statement {
  /** As DuckDB takes it. */
  readonly text: string;
  /** What it reads: the statement without EXPLAIN; undefined for one that only explains how it would run. */
  readonly reading: string | undefined;
  /** The tables it names and does not make itself, each once. */
  readonly tables: readonly NamedTable[];
  /** The statement that reads, as DuckDB serializes it. */
  readonly tree: unknown;
}

export interface NamedTable {
  /** As in `default.orders`, or one word alone. */
  readonly name: string;
  readonly schema: string | undefined;
  readonly table: string;
}

const parsed = z.union([
  z.object({ error: z.literal(false), statements: z.array(z.unknown()) }),
  z.object({ error: z.literal(true), error_type: z.string(), error_message: z.string() }),
]);

const baseTable = z.object({
  type: z.literal("BASE_TABLE"),
  catalog_name: z.string().optional(),
  schema_name: z.string().optional(),
  table_name: z.string(),
});

const longestQuote = 80;

/** A run of a plan asks for its statement several times. */
const statements = new Recent<Promise<Statement>>(100);

/** @throws DlfLanceError InvalidInput for what is not exactly one statement that reads. */
export function parseStatement(written: string): Promise<Statement> {
  return takeRecent(statements, written, () => readStatement(written));
}

async function readStatement(written: string): Promise<Statement> {
  const refuse = (why: string) =>
    new DlfLanceError("InvalidInput", `Cannot run SQL ${JSON.stringify(shorten(written))}: ${why}`);
  if (/^\s*show\s+(?:all\s+)?(?:tables|schemas|databases)\b/i.test(written))
    throw refuse('the names come from the catalog; run it on the connection, as in lake.sql("SHOW TABLES")');
  if (written.includes("\0")) throw refuse("it holds a zero byte");
  const text = quoteSchemas(written);
  const [explain = "", analyze] = /^\s*explain\s+(analyze\s+)?/i.exec(text) ?? [];
  const body = text.slice(explain.length);
  const { statements } = await serialize(body, refuse);
  if (statements.length === 0) throw refuse("it is empty");
  if (statements.length > 1) throw refuse("it holds more than one statement; run them one by one");
  const machine = findMachineFunction(statements);
  if (machine !== undefined) throw refuse(machine);
  const found = new Map<string, NamedTable>();
  visitTables(statements, new Set(), ({ catalog_name: catalog, schema_name: schema, table_name: name }) => {
    if (/\.(?:parquet|csv|tsv|json|jsonl|ndjson|arrow)$/i.test(name) && !schema) {
      throw refuse(
        `${JSON.stringify(name)} is a file; read it with readFile() and put the frame in, as in FROM \${readFile(${JSON.stringify(name)})}`,
      );
    }
    if (catalog)
      throw refuse(`table ${catalog}.${schema}.${name} has three parts; a table of the lake has two`);
    const written = schema === catalogSchema ? "information_schema" : schema;
    const full = written ? `${written}.${name}` : name;
    found.set(full, { name: full, schema: schema || undefined, table: name });
  });
  const tables = [...found.values()];
  const reading = explain === "" || analyze !== undefined ? body : undefined;
  return { text, reading, tables, tree: statements[0] };
}

async function serialize(text: string, refuse: (why: string) => DlfLanceError) {
  const answer = await parseSql(text);
  if (!answer.error) return answer;
  if (answer.error_type !== "not implemented")
    throw refuse(
      `${answer.error_message}; ${adviseOnDialect(text) ?? (await adviseOnKeywords(text, parses)) ?? "correct it"}`,
    );
  throw refuse(
    adviseOnStatement(text) ??
      "only statements that read are run: SELECT, WITH, VALUES, FROM, DESCRIBE, SUMMARIZE and EXPLAIN",
  );
}

async function parses(text: string): Promise<boolean> {
  return !(await parseSql(text)).error;
}

/** What DuckDB's parser makes of a text: trees of statements, or what is wrong with it. */
export async function parseSql(text: string): Promise<z.infer<typeof parsed>> {
  const json = await computeText("json_serialize_sql(CAST($1 AS VARCHAR))", text, "read SQL");
  // DuckDB writes infinite constants as JSON has none. In texts these quotes are escaped.
  return parsed.parse(JSON.parse(json.replace(/"value":(?:-?Infinity|NaN)/gi, '"value":null')));
}

/** How other dialects write what DuckDB writes otherwise. */
const dialects: readonly (readonly [pattern: RegExp, advice: string])[] = [
  [/^\s*select\s+top\s+\d+/i, "write LIMIT at the end in place of TOP"],
  [/\blimit\s+(\d+)\s*,\s*(\d+)/i, "write LIMIT 2 OFFSET 1 in place of LIMIT 1, 2"],
  [/`[^`]*`/, 'put names in double quotes, as in "order"'],
  [/(^|[^:]):[a-z_]\w*/i, 'write values as $1, $2, and pass them in a list, as in sql("… $1", [5])'],
  [/^\s*show\s+columns\b/i, "write DESCRIBE and the table"],
  [/\bdateadd\s*\(/i, "add an interval, as in day + INTERVAL 1 DAY"],
  [
    /(from|join)\s+\$\d/i,
    "a table is named in the text, or a frame stands in its place, as in FROM ${frame}",
  ],
];

function adviseOnDialect(text: string): string | undefined {
  return (
    dialects.find(([pattern]) => pattern.test(text))?.[1] ??
    (/^\s*(merge|alter|copy)\b/i.test(text) ? adviseOnStatement(text) : undefined)
  );
}

/** What to do instead of a statement that is not run here. */
function adviseOnStatement(text: string): string | undefined {
  const [word = ""] = /^[a-z]+/i.exec(text.trim()) ?? [];
  const advice: Readonly<Record<string, string>> = {
    use: 'it names one namespace, as in USE sales; or write lake.use("sales")',
    pivot:
      "the values that become columns are not known before it runs; list them, as in PIVOT sales ON city IN ('Bonn', 'Ulm') USING sum(price), or use pivot() of a frame",
    insert: "only statements that read are run; write rows with append() or with write() of a frame",
    update: 'only statements that read are run; change rows with lake.table("…").update()',
    delete: 'only statements that read are run; delete rows with lake.table("…").delete()',
    create: "only statements that read are run; make a table with createTable() or with write() of a frame",
    drop: "only statements that read are run; drop a table with lake.dropTable()",
    alter: 'only statements that read are run; change columns with lake.table("…").addColumns() and the like',
    merge: 'only statements that read are run; merge rows with lake.table("…").merge("id", rows)',
    copy: "only statements that read are run; write a file with toParquet() or toCsv() of a frame",
    set: "only statements that read are run; settings are options, such as collect({ memoryLimit })",
  };
  return advice[word.toLowerCase()];
}

/**
 * Every table that is not a common table expression where it is named. An expression may have the name of the table that it
 * reads, as in `WITH orders AS (SELECT * FROM orders WHERE paid)`: what it makes is seen after it, and by itself if it repeats.
 * @param made the names of the expressions that are seen here
 */
function visitTables(
  part: unknown,
  made: ReadonlySet<string>,
  look: (table: z.infer<typeof baseTable>) => void,
): void {
  if (typeof part !== "object" || part === null) return;
  // Most of a tree is none, and is not parsed: that takes longer than to look.
  const table = "table_name" in part ? baseTable.safeParse(part).data : undefined;
  if (table !== undefined && (table.schema_name || !made.has(table.table_name.toLowerCase()))) look(table);
  const seen = new Set(made);
  const common = readCommonTables(part);
  for (const { name, node, isRecursive } of common) {
    visitTables(node, isRecursive ? new Set([...seen, name]) : seen, look);
    seen.add(name);
  }
  for (const [key, inner] of Object.entries(part))
    if (key !== "cte_map" || common.length === 0) visitTables(inner, seen, look);
}

function shorten(text: string): string {
  return text.length > longestQuote ? `${text.slice(0, longestQuote)}…` : text;
}
