/**
 * What Lance's SQL comes to, checked before it is written. Lance lets whole numbers wrap around, and cuts off what does not
 * fit a column. DuckDB computes the same text over the same rows, a bounded number at a time, and the two are compared.
 */
import {
  arrow,
  type DataType,
  type Field,
  type RecordBatch,
  type Table,
  Types,
  type Vector,
} from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError, type ErrorCode, isError } from "../../errors.ts";
import type { Condition } from "../../frame/builder/arguments.ts";
import { writeCondition } from "../../frame/condition-sql.ts";
import type { SqlPlan } from "../../frame/plan/plan.ts";
import { noTables } from "../../frame/run/frame-context.ts";
import { collectFrame, frameSchema } from "../../frame/run/run-frame.ts";
import { makeTable } from "../../table/arrow/make-table.ts";
import { asRecord } from "../../table/columns/value-class.ts";
import { ValueMismatch } from "../../table/columns/value-mismatch.ts";
import { refuseNarrowing } from "../../table/ingest/refuse-narrowing.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import type { ScanRequest } from "../../table/native/scan-request.ts";

/** A text in Lance's SQL dialect, and where its values go. */
export interface Computed {
  /** The column, or `where` for a condition. */
  readonly name: string;
  readonly sql: string;
  /** The column they are cast to; none where their own type is the column's. */
  readonly field?: Field;
}

export interface CheckOptions {
  /** In words, such as `update default.orders`. */
  readonly action: string;
  /** Which rows, in Lance's SQL dialect; all when left out. */
  readonly filter?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** So many rows are held and compared at a time. */
const rowsAtOnce = 524_288;
const rowColumn = "__row";

/** Strings and names in Lance's SQL, whose quotes DuckDB reads in another way. */
const quoted = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`/g;
/** More than a name or a constant. */
const computes = /[-+*/%(]/;
const calculates = /[\w)\]]\s*[-+*/%]/;
/** What has another value whenever it is computed. */
const changes = /\b(?:random|uuid|gen_random_uuid|now|today|current_(?:date|time|timestamp))\b/i;

/** Up to such parts of the value, two libraries' floats differ by rounding alone. */
const rounding = [2e-3, 1e-5, 1e-9] as const;

/**
 * @throws DlfLanceError InvalidInput naming the column and the row of a value that would be written as another; Unsupported for
 *   arithmetic that DuckDB does not read
 */
export async function checkComputed(
  handle: LanceTable,
  texts: readonly Computed[],
  { action, filter, signal }: CheckOptions,
): Promise<void> {
  if (texts.length === 0) return;
  const computed = texts.map((text, index) => ({ ...text, column: `__lance_${index}` }));
  const { fields } = await handle.schema();
  const names = fields.map(({ name }) => name).filter((name) => !name.includes("`"));
  // Lance reads at least one column.
  const mentioned = names.filter((name) => texts.some(({ sql }) => holdsName(sql, name)));
  const request = {
    columns: mentioned.length > 0 ? mentioned : names.slice(0, 1),
    computed: new Map(computed.map(({ column, sql }) => [column, sql])),
    ...(filter === undefined ? {} : { filter }),
    ...(signal === undefined ? {} : { signal }),
  };
  let first = 0;
  for await (const rows of readTogether(handle, request)) {
    for (const text of computed) {
      try {
        await checkRows(rows, text, { action, signal });
      } catch (error) {
        if (!(error instanceof ValueMismatch)) throw error;
        const place = first + (error.row ?? 0);
        const row = filter === undefined ? place : await findRow(handle, filter, place);
        throw describeChange(error, text, row, action);
      }
    }
    first += rows.numRows;
  }
}

/**
 * A condition that chooses rows to be changed, as the SQL text that Lance reads; one that a caller has written as text is
 * checked too.
 * @param unlessEmpty what to do in place of an empty condition
 */
export async function writeCheckedCondition(
  handle: LanceTable,
  where: Condition,
  action: string,
  unlessEmpty: string,
): Promise<string> {
  if (isEmptyCondition(where)) {
    throw new DlfLanceError("InvalidInput", `Cannot ${action}: the condition is empty; ${unlessEmpty}`);
  }
  const filter = writeCondition(where, await handle.schema(), action);
  if (typeof where === "string" && calculates.test(where.replaceAll(quoted, "q"))) {
    await checkComputed(handle, [{ name: "where", sql: filter }], { action });
  }
  return filter;
}

function isEmptyCondition(where: unknown): boolean {
  if (typeof where === "string") return where.trim() === "";
  const record = asRecord(where);
  return record !== undefined && Object.keys(record).length === 0;
}

function holdsName(sql: string, name: string): boolean {
  return sql.toLowerCase().includes(name.toLowerCase());
}

/** The rows as tables of a bounded size. A text that Lance does not read has none: the change itself then says so. */
async function* readTogether(handle: LanceTable, request: ScanRequest): AsyncGenerator<Table> {
  let held: RecordBatch[] = [];
  let rows = 0;
  const take = () => {
    const table = new arrow.Table(held);
    [held, rows] = [[], 0];
    return table;
  };
  try {
    for await (const batch of handle.scan(request)) {
      held.push(batch);
      rows += batch.numRows;
      if (rows >= rowsAtOnce) yield take();
    }
  } catch (error) {
    if (isError(error) && unread.includes(error.code)) return;
    throw error;
  }
  if (rows > 0) yield take();
}

const unread: readonly ErrorCode[] = ["InvalidInput", "TableColumnNotFound", "Unsupported"];

interface Text extends Computed {
  /** What Lance makes of it. */
  readonly column: string;
}

async function checkRows(
  rows: Table,
  { name, sql, field, column }: Text,
  { action, signal }: Pick<CheckOptions, "action" | "signal">,
): Promise<void> {
  if (field !== undefined) refuseNarrowing(rows.getChild(column) as Vector, field);
  const unquoted = sql.replaceAll(quoted, "q");
  if (!computes.test(unquoted) || changes.test(unquoted)) return;
  const isCalculated = calculates.test(unquoted);
  try {
    const difference = await compare(rows, { sql, column, isCalculated }, signal);
    if (difference !== undefined) throw describeDifference(difference, sql, rows);
  } catch (error) {
    if (!isError(error) || error.code === "Interrupted") throw error;
    if (!isCalculated || !rows.schema.fields.some((each) => each.name !== column && Types.isInt(each.type)))
      return;
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: the values of ${name === "where" ? "the condition" : name} cannot be checked, for DuckDB does not read ${sql}; ` +
        "write it with functions that Lance and DuckDB both have, or write the values with merge()",
    );
  }
}

interface Difference {
  readonly row: number;
  readonly lance: string;
  /** What DuckDB makes of it; null where its type cannot hold that. */
  readonly duckdb: string | null;
}

/** The first row for which DuckDB computes something else than Lance. */
async function compare(
  rows: Table,
  {
    sql,
    column,
    isCalculated,
  }: { readonly sql: string; readonly column: string; readonly isCalculated: boolean },
  signal: AbortSignal | undefined,
): Promise<Difference | undefined> {
  const numbers = arrow.makeVector(Int32Array.from({ length: rows.numRows }, (_, row) => row));
  const fields = [...rows.schema.fields, new arrow.Field(rowColumn, new arrow.Int32(), false)];
  const vectors = rows.schema.fields.map((_, index) => rows.getChildAt(index) as Vector);
  const table = makeTable(new arrow.Schema(fields), [...vectors, numbers]);
  const context = { tables: noTables, rows: new Map([["rows", table]]), functions: new Map() };
  const options = signal === undefined ? {} : { signal };
  const both = `SELECT ${rowColumn}, ${column} AS l, TRY((${toDuckDb(sql)})) AS d FROM rows`;
  const [, lance, duckdb] = (await frameSchema(statement(both), context, options)).fields;
  const equal = writeEquality(lance?.type as DataType, duckdb?.type as DataType, isCalculated);
  if (equal === undefined) return undefined;
  const text = (name: string) => `CAST(${name} AS VARCHAR) AS ${name}`;
  const first = `SELECT ${rowColumn}, ${text("l")}, ${text("d")} FROM (${both}) WHERE NOT coalesce(${equal}, false) ORDER BY ${rowColumn} LIMIT 1`;
  const [found] = (await collectFrame(statement(first), context, options)).toArray();
  if (found === undefined) return undefined;
  return { row: Number(found[rowColumn]), lance: String(found.l ?? "null"), duckdb: found.d };
}

function statement(text: string): SqlPlan {
  return {
    step: "sql",
    text,
    parameters: [],
    inputs: [{ name: "rows", plan: { step: "input", name: "rows" } }],
  };
}

/** Backticks are for names in Lance's SQL, and both other quotes for texts. */
function toDuckDb(sql: string): string {
  return sql.replaceAll(quoted, (found) => {
    const inner = found.slice(1, -1);
    if (found.startsWith("`")) return `"${inner.replaceAll('"', '""')}"`;
    return found.startsWith('"') ? `'${inner.replaceAll('""', '"').replaceAll("'", "''")}'` : found;
  });
}

/** SQL that is true where `l` and `d` are the same; undefined for values that are not compared. */
function writeEquality(lance: DataType, duckdb: DataType, isCalculated: boolean): string | undefined {
  if (isNumeric(lance) && isNumeric(duckdb)) {
    const floats = [lance, duckdb].filter((type) => Types.isFloat(type));
    if (floats.length === 0) return "l IS NOT DISTINCT FROM d";
    const part = Math.max(...floats.map(({ precision }) => rounding[precision as 0 | 1 | 2]));
    const [l, d] = ["CAST(l AS DOUBLE)", "CAST(d AS DOUBLE)"];
    return `(l IS NULL AND d IS NULL OR ${l} = ${d} OR abs(${l} - ${d}) <= ${part} * abs(${d}) + 1e-15)`;
  }
  if (!isCalculated) return undefined;
  const isTime = (type: DataType) => Types.isTimestamp(type) || Types.isDate(type);
  // DuckDB computes with microseconds.
  if (isTime(lance) && isTime(duckdb)) return "epoch_us(l) IS NOT DISTINCT FROM epoch_us(d)";
  const alike = [Types.isBool, Types.isUtf8].some((is) => is(lance) && is(duckdb));
  return alike ? "l IS NOT DISTINCT FROM d" : undefined;
}

function isNumeric(type: DataType): boolean {
  return Types.isInt(type) || Types.isFloat(type) || Types.isDecimal(type);
}

function describeDifference({ row, lance, duckdb }: Difference, sql: string, rows: Table): ValueMismatch {
  const words = sql.split(/[^\p{L}\p{N}_]+/u);
  const whole = rows.schema.fields.find(({ name, type }) => Types.isInt(type) && words.includes(name));
  const isWide = Types.isInt(whole?.type) && whole.type.bitWidth === 64;
  const wider = /\/|\./.test(sql) ? "DOUBLE" : isWide ? "DECIMAL(38, 0)" : "BIGINT";
  const cast = `CAST(${whole?.name ?? "…"} AS ${wider})`;
  const own = duckdb === null ? "overflows" : `is ${duckdb}`;
  return new ValueMismatch(
    row,
    `${sql} ${own}, and Lance's SQL makes ${lance} of it`,
    `compute with a wider type, as in ${cast}`,
  );
}

/** The number in the table, from 0, of a row that a filter leaves at this place. */
async function findRow(handle: LanceTable, filter: string, place: number): Promise<number> {
  let kept = 0;
  let row = 0;
  const column = (await handle.schema()).fields[0]?.name ?? "";
  for await (const batch of handle.scan({ columns: [column], computed: new Map([["__kept", filter]]) })) {
    for (const isKept of batch.getChild("__kept") ?? []) {
      if (isKept === true && kept++ === place) return row;
      row++;
    }
  }
  return place;
}

function describeChange(
  { reason, fix }: ValueMismatch,
  { name, field }: Computed,
  row: number,
  action: string,
) {
  const type = field === undefined ? "" : `; the column is ${fieldTypeName(field)}`;
  const what = name === "where" ? "the condition" : `column ${name}`;
  const next = fix ?? "write an expression whose values fit";
  return new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: row ${row + 1}, ${what}: ${reason}${type}; ${next}`,
  );
}
