/** A user's statement over the tables that it names. */
import type { Field, Schema } from "../../../arrow.ts";
import { DlfLanceError, isError } from "../../../errors.ts";
import { describeName } from "../../expression/describe-expression.ts";
import type { LiteralNode } from "../../expression/literal.ts";
import type { InputShapes } from "../engine.ts";
import { bindLiterals } from "./bind-literals.ts";
import { loadDuckDb } from "./duckdb.ts";
import { toLogicalType } from "./logical-type.ts";
import type { RelationColumn } from "./relation.ts";
import type { Job, Source } from "./run-sql.ts";
import type { Statement } from "./statement.ts";

export interface StatementJob extends Job {
  /** An error of the run, with what helps. */
  explain(error: unknown): unknown;
}

/**
 * @param inputs by the names that the statement uses.
 * @throws DlfLanceError Unsupported for a table two of whose columns are one name in SQL.
 */
export function createStatementJob(
  { text, reading, tables }: Statement,
  parameters: readonly LiteralNode[],
  inputs: InputShapes,
): StatementJob {
  const left: string[] = [];
  const sources = tables.map((table, index): Source => {
    const input = inputs.get(table.name);
    if (input === undefined) {
      throw new DlfLanceError(
        "TableNotFound",
        `Cannot run SQL: there is no table ${describeName(table.name)}.`,
      );
    }
    return {
      name: `lake_${index}`,
      title: table.name,
      input: table.name,
      columns: readableColumns(input.schema.fields, table.name, left),
      view: table,
    };
  });
  return {
    action: "run SQL",
    sql: text,
    reading: reading ?? null,
    bind: (duckdb, statement) => bindLiterals(duckdb, statement, parameters),
    sources,
    explain(error) {
      if (left.length === 0 || !isError(error, "TableColumnNotFound")) return error;
      return new DlfLanceError(
        "TableColumnNotFound",
        `${error.message} Left out, as SQL cannot read them: ${left.join("; ")}.`,
      );
    },
  };
}

/** @throws DlfLanceError InvalidInput for a result with two columns of one name. */
export function checkResult(schema: Schema): Schema {
  const seen = new Set<string>();
  for (const { name } of schema.fields) {
    if (seen.has(name)) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot run SQL: two columns of its result are called ${describeName(name)}; name one of them with AS.`,
      );
    }
    seen.add(name);
  }
  return schema;
}

function readableColumns(fields: readonly Field[], table: string, left: string[]): RelationColumn[] {
  const byName = new Map<string, string>();
  return fields.flatMap((field, index): RelationColumn[] => {
    const known = byName.get(field.name.toLowerCase());
    if (known !== undefined) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot read ${table} in SQL: columns ${describeName(known)} and ${describeName(field.name)} are one name there; ` +
          "rename one of them first: read(…).rename(…).sql`…`.",
      );
    }
    byName.set(field.name.toLowerCase(), field.name);
    try {
      toLogicalType(loadDuckDb(), field, `read column ${describeName(field.name)} of ${table} in SQL`);
      return [{ name: `c${index}`, source: field.name, field }];
    } catch (error) {
      if (!isError(error, "Unsupported")) throw error;
      left.push(error.message);
      return [];
    }
  });
}
