/** A statement as the other process runs it: with tables that DuckDB reads by itself in place of ours. */
import { arrow, type DataType, type Field } from "../../../../arrow.ts";
import { extensionName } from "../../../../display/type-name.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import type { TablePlace } from "../../../source.ts";
import { quoteName } from "../quote-name.ts";
import type { Job, Source } from "../run-sql.ts";
import type { Query } from "./messages.ts";

const { DataType: Types } = arrow;

/** The file of the extension, where one is named. */
export function findExtension(): string | undefined {
  const file = process.env.DLF_LANCE_DUCKDB_EXTENSION;
  return file === undefined || file === "" ? undefined : file;
}

/** Why the other process cannot run it; undefined when it can. */
export function refuseRemote({ sources }: Job): string | undefined {
  if (findExtension() === undefined) return "DLF_LANCE_DUCKDB_EXTENSION names no lance extension";
  if (sources.length === 0) return "it reads no table";
  for (const { input, title } of sources) {
    const { scan } = input;
    if (scan === undefined) return `${title} is no table`;
    if (scan.source.place === undefined) return `${title} is not behind a namespace`;
    const { filter, limit, offset, search } = scan.request;
    if (filter !== undefined || limit !== undefined || offset !== undefined || search !== undefined)
      return `the Lance scan of ${title} does more than choose columns`;
    if (scan.plan.step !== "scan" || scan.plan.version !== null) return `${title} is at a version`;
    const field = input.schema.fields.find((each) => !isSafe(each));
    if (field !== undefined)
      return `column ${field.name} of ${title} is ${field.type}, at which the extension may end`;
  }
  return undefined;
}

export async function createQuery(
  job: Job,
  parameters: readonly LiteralNode[],
  memoryLimit: number,
): Promise<Query> {
  const attached: Query["attached"] = [];
  const setUp: string[] = [];
  for (const [index, source] of job.sources.entries()) {
    const place = (await source.input.scan?.source.place?.()) as TablePlace;
    const alias = `attached_${index}`;
    attached.push({
      alias,
      namespace: place.namespace,
      endpoint: place.endpoint,
      token: place.token.reveal(),
    });
    setUp.push(defineSource(source, `${alias}.main.${quoteName(place.table)}`));
    if (source.view === undefined) continue;
    const { schema, table } = source.view;
    if (schema !== undefined) setUp.push(`CREATE SCHEMA IF NOT EXISTS ${quoteName(schema)}`);
    const name = schema === undefined ? quoteName(table) : `${quoteName(schema)}.${quoteName(table)}`;
    setUp.push(`CREATE VIEW ${name} AS FROM ${source.name}()`);
  }
  return {
    action: job.action,
    extension: findExtension() ?? "",
    memoryLimit,
    attached,
    setUp,
    sql: job.sql,
    parameters: [...parameters],
  };
}

/** The function that the statement calls, over the table: its columns under the names and types of the statement. */
function defineSource({ name, columns, input }: Source, table: string): string {
  const selected = columns.map(({ name: column, source, field }) => {
    const from = input.schema.fields.find((each) => each.name === source) as Field;
    return `${convert(quoteName(source), from.type, field.type)} AS ${quoteName(column)}`;
  });
  return `CREATE MACRO ${name}() AS TABLE SELECT ${selected.join(", ")} FROM ${table}`;
}

/** A value as DuckDB reads it from Lance, in the form of the statement. */
function convert(sql: string, from: DataType, to: DataType): string {
  if (Types.isTimestamp(from) && Types.isInt(to)) return `epoch_us(${sql})`;
  if (Types.isDate(from) && Types.isInt(to))
    return `CAST(date_diff('day', DATE '1970-01-01', ${sql}) AS INTEGER)`;
  return sql;
}

/** Types that were seen to go through the extension unharmed. */
function isSafe(field: Field): boolean {
  const { type } = field;
  if (extensionName(field) !== undefined) return false;
  return (
    Types.isBool(type) ||
    Types.isInt(type) ||
    (Types.isFloat(type) && type.precision > 0) ||
    Types.isUtf8(type) ||
    (Types.isTimestamp(type) && type.unit === 2 && !type.timezone) ||
    (Types.isDate(type) && type.unit === 0)
  );
}
