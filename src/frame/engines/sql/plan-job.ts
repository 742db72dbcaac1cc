/** A plan as one statement over its inputs. */
import { arrow, type Field, type RecordBatch, type Schema } from "../../../arrow.ts";
import type { Plan } from "../../plan/plan.ts";
import type { InputShape, InputShapes } from "../engine.ts";
import { conformBatch } from "./conform.ts";
import { loadDuckDb } from "./duckdb.ts";
import { toLogicalType } from "./logical-type.ts";
import { planSql } from "./plan-sql.ts";
import type { Job, Source } from "./run-sql.ts";
import { storageField } from "./storage-type.ts";

export interface PlanJob extends Job {
  /** A batch of the statement's result as the plan promises it. */
  finish(batch: RecordBatch): RecordBatch;
}

/**
 * @throws Abstention for a plan that DuckDB would not run exactly.
 * @throws DlfLanceError Unsupported for columns that SQL cannot read.
 */
export function createPlanJob(plan: Plan, inputs: InputShapes): PlanJob {
  const duckdb = loadDuckDb();
  const sources = new Map<string, Source>();
  const { sql, fields } = planSql(plan, (name) => {
    const input = inputs.get(name) as InputShape;
    const known = sources.get(name);
    const table = known?.name ?? `input_${sources.size}`;
    if (known === undefined)
      sources.set(name, { name: table, title: name, input: name, columns: storedColumns(input) });
    return { table, fields: input.schema.fields };
  });
  for (const { columns, title } of sources.values()) {
    for (const { field, source } of columns) {
      toLogicalType(duckdb, field, `read column ${JSON.stringify(source)} of ${title} in SQL`);
    }
  }
  const schema: Schema = new arrow.Schema([...fields]);
  return {
    action: "run the plan in SQL",
    sql,
    sources: [...sources.values()],
    finish: (batch) => conformBatch(batch, schema),
  };
}

function storedColumns({ schema }: InputShape) {
  return schema.fields.map((field: Field, index) => ({
    name: `c${index}`,
    source: field.name,
    field: storageField(field, `c${index}`),
  }));
}
