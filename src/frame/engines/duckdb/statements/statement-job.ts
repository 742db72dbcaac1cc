/** A user's statement over the tables that it names. */
import { arrow, type Field, type Schema } from "../../../../arrow.ts";
import { DlfLanceError, isError } from "../../../../errors.ts";
import { withoutDictionaries } from "../../../../table/columns/change-children.ts";
import { describeName } from "../../../expression/describe-expression.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { takeName } from "../../../plan/columns.ts";
import type { InputShapes } from "../../engine.ts";
import { loadDuckDb } from "../duckdb.ts";
import type { SharedColumn } from "../rows-function.ts";
import { isJson, toLogicalType, typeKey } from "../vectors/logical-type.ts";
import type { BindParameters, WorkResult } from "../worker.ts";
import { bindLiterals } from "./bind-literals.ts";
import type { Statement } from "./statement.ts";

/** A table that a statement names. */
export interface StatementTable {
  readonly schema: string | undefined;
  readonly table: string;
  /** Which input has its rows. */
  readonly input: string;
  /** DuckDB reports what it reads by their names: no two tables have one in common, and no name of a user's is like them. */
  readonly columns: readonly (SharedColumn & { readonly source: string })[];
}

export interface StatementJob {
  /** All that its result's columns, and what it reads, depend on. */
  readonly key: string;
  readonly sql: string;
  /** The part of it that reads rows; null where none does. */
  readonly reading: string | null;
  /** As DuckDB serializes that part. */
  readonly tree: unknown;
  readonly bind: BindParameters;
  readonly tables: readonly StatementTable[];
  /** An error of the run, with what helps. */
  explain(error: unknown): unknown;
}

/**
 * @param inputs by the names that the statement uses.
 * @throws DlfLanceError Unsupported for a table two of whose columns are one name in SQL.
 */
export function createStatementJob(
  { text, reading, tables, tree }: Statement,
  parameters: readonly LiteralNode[],
  inputs: InputShapes,
): StatementJob {
  const left: string[] = [];
  const readable = tables.map((table, index): StatementTable => {
    const input = inputs.get(table.name);
    if (input === undefined) {
      throw new DlfLanceError("TableNotFound", `Cannot run SQL: no table named ${describeName(table.name)}`);
    }
    return {
      schema: table.schema,
      table: table.table,
      input: table.name,
      columns: readableColumns(input.schema.fields, `t${index}c`, table.name, left),
    };
  });
  const kinds = readable.map(({ columns, ...table }) => [
    table,
    columns.map(({ name, source, field }) => [name, source, typeKey(field)]),
  ]);
  return {
    key: JSON.stringify([text, reading, parameters, kinds]),
    sql: text,
    reading: reading ?? null,
    tree,
    bind: (duckdb, statement) => bindLiterals(duckdb, statement, parameters),
    tables: readable,
    explain(error) {
      if (left.length === 0 || !isError(error, "TableColumnNotFound")) return error;
      return new DlfLanceError(
        "TableColumnNotFound",
        `${error.message} Left out, as SQL cannot read them: ${left.join("; ")}`,
      );
    },
  };
}

/**
 * The columns of a result: sums of whole numbers are int64, as those of frames, and columns of one name get the names that
 * frames give them after a join.
 */
export function resultSchema({ schema, isWhole }: Pick<WorkResult, "schema" | "isWhole">): Schema {
  const taken = new Set(schema.fields.map(({ name }) => name));
  const seen = new Set<string>();
  const fields = schema.fields.map((field, index) => {
    const name = seen.has(field.name) ? takeName(`${field.name}_right`, taken) : field.name;
    seen.add(name);
    if (isWhole[index] === true) return new arrow.Field(name, new arrow.Int64(), field.nullable);
    return name === field.name ? field : new arrow.Field(name, field.type, field.nullable, field.metadata);
  });
  return new arrow.Schema(fields, schema.metadata);
}

function readableColumns(
  fields: readonly Field[],
  prefix: string,
  table: string,
  left: string[],
): StatementTable["columns"][number][] {
  const byName = new Map<string, string>();
  return fields.flatMap((field, index): StatementTable["columns"][number][] => {
    const known = byName.get(field.name.toLowerCase());
    if (known !== undefined) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot read ${table} in SQL: columns ${describeName(known)} and ${describeName(field.name)} are one name there; ` +
          "rename one of them first: read(…).rename(…).sql`…`",
      );
    }
    byName.set(field.name.toLowerCase(), field.name);
    try {
      toLogicalType(loadDuckDb(), field, `read column ${describeName(field.name)} of ${table} in SQL`);
      return [{ name: `${prefix}${index}`, source: field.name, field: storedField(field) }];
    } catch (error) {
      if (!isError(error, "Unsupported")) throw error;
      left.push(error.message);
      return [];
    }
  });
}

/** Lance announces JSON as binary and delivers it as text; a dictionary is what it stands for. */
function storedField(field: Field): Field {
  const type = isJson(field) ? new arrow.Utf8() : withoutDictionaries(field.type);
  return new arrow.Field(field.name, type, true);
}
