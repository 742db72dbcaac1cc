/** `dlf-lance types`: the tables of a catalog as TypeScript declarations, for scripts and editors. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { Connection } from "../connection.ts";
import type { DeclaredTable } from "../declarations/declare-tables.ts";
import { DlfLanceError } from "../errors.ts";
import { Command } from "./commander.ts";

interface TypesOptions {
  readonly profile?: string;
  readonly namespace: readonly string[];
  readonly table: readonly string[];
  readonly output: string;
  readonly check: boolean;
}

/** Tables that are opened at the same time. */
const tablesAtOnce = 4;

export function typesCommand(): Command {
  return new Command("types")
    .description("write the columns of tables as TypeScript declarations: read(…) knows them then")
    .option(
      "--profile <name>",
      "catalog of this profile; otherwise that of DLF_* variables, or the embedded one",
    )
    .option("--namespace <name...>", "only tables of these namespaces", [])
    .option("--table <name...>", "only these tables, as namespace.table", [])
    .option("-o, --output <file>", "file to write", "lake.d.ts")
    .option("--check", "write nothing; fail when the file is not what would be written", false)
    .action(writeTypes);
}

async function writeTypes(options: TypesOptions): Promise<void> {
  const { connect } = await import("../connect.ts");
  const { declareTables } = await import("../declarations/declare-tables.ts");
  const lake = await connect(options.profile === undefined ? undefined : { profile: options.profile });
  try {
    const tables = await collectTables(lake, options);
    const body = declareTables(tables);
    const { output } = options;
    const isCurrent = existsSync(output) && bodyOf(readFileSync(output, "utf8")) === body;
    const count = `${tables.length} ${tables.length === 1 ? "table" : "tables"}`;
    if (options.check) {
      if (isCurrent) return say(`${output} is up to date: ${count}`);
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot confirm ${output}: the tables have changed since it was written; run ${commandOf(options)}`,
      );
    }
    // A file that says the same already keeps its date, so that it shows no change.
    if (!isCurrent) writeFileSync(output, `${header(lake, options)}${body}`);
    say(`${output}: ${count}${isCurrent ? ", unchanged" : ""}`);
  } finally {
    await lake.close();
  }
}

async function collectTables(lake: Connection, options: TypesOptions): Promise<DeclaredTable[]> {
  const waiting = (await listWanted(lake, options)).values();
  const declared = new Map<string, DeclaredTable>();
  const work = async () => {
    for (const table of waiting) {
      const { fields } = await lake.read(table).schema();
      const name = typeof table === "string" ? table : table.join(".");
      declared.set(name, { name, fields });
    }
  };
  await Promise.all(Array.from({ length: tablesAtOnce }, work));
  return [...declared.values()];
}

type WantedTable = string | readonly [namespace: string, table: string];

/** The tables that were named, and those of the namespaces that were; all there are when neither was. */
async function listWanted(lake: Connection, { namespace, table }: TypesOptions): Promise<WantedTable[]> {
  const isAll = namespace.length === 0 && table.length === 0;
  const namespaces = isAll ? await lake.listNamespaces() : namespace;
  const listed = await Promise.all(
    namespaces.map(async (name) => (await lake.listTables(name)).map((each) => [name, each] as const)),
  );
  return [...table, ...listed.flat()];
}

const headerEnd = "// ---\n";

function header(lake: Connection, options: TypesOptions): string {
  const lines = [
    `Tables of ${lake.namespaceId()}, as of ${new Date().toISOString().slice(0, 10)}.`,
    `Written by dlf-lance; to renew: ${commandOf(options)}`,
  ];
  return `${lines.map((line) => `// ${line.replace(/\s+/g, " ")}\n`).join("")}${headerEnd}`;
}

function commandOf({ profile, namespace, table, output }: TypesOptions): string {
  const words = ["npx", "--no-install", "dlf-lance", "types"];
  if (profile !== undefined) words.push("--profile", profile);
  if (namespace.length > 0) words.push("--namespace", ...namespace);
  if (table.length > 0) words.push("--table", ...table);
  if (output !== "lake.d.ts") words.push("--output", output);
  return words
    .map((word) => (/^[\w.@/:-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

function bodyOf(text: string): string {
  const at = text.indexOf(headerEnd);
  return at < 0 ? text : text.slice(at + headerEnd.length);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
