/** Rows as engines take them. */
import { arrow, type RecordBatch, type Table } from "../../arrow.ts";
import type { EngineInput } from "../engines/engine.ts";
import { wrapData } from "../engines/memory/build-data.ts";
import { columnData } from "../engines/memory/values.ts";
import type { ResolvedTable } from "../source.ts";
import { type StagedScan, scanSchema } from "./stage-plan.ts";

/** The rows of a scan. @param isStreaming whether their number does not matter to the choice of an engine. */
export async function scanInput(
  staged: StagedScan,
  table: ResolvedTable,
  isStreaming: boolean,
  signal: AbortSignal | undefined,
): Promise<EngineInput> {
  const { request, fields } = staged;
  const rows = isStreaming
    ? undefined
    : Math.min(table.rows ?? (await table.countRows()), request.limit ?? Number.POSITIVE_INFINITY);
  return {
    schema: scanSchema(staged),
    batches: (columns, isPassing = false) =>
      table.scan({
        ...request,
        ...(isPassing ? { isPassing } : {}),
        ...(columns === undefined || isAll(columns, fields.length)
          ? {}
          : { columns: readable(columns, fields) }),
        ...(signal === undefined ? {} : { signal }),
      }),
    scan: { table, request },
    ...(rows === undefined ? {} : { rows }),
  };
}

/** Rows without columns cannot be told from no rows. */
function readable(columns: readonly string[], [first]: StagedScan["fields"]): readonly string[] {
  return columns.length === 0 && first !== undefined ? [first.name] : columns;
}

function isAll(columns: readonly string[], count: number): boolean {
  return new Set(columns).size === count;
}

/** Rows of the program. */
export function tableInput(table: Table): EngineInput {
  return {
    schema: table.schema,
    rows: table.numRows,
    async *batches(columns) {
      for (const batch of table.batches) yield columns === undefined ? batch : narrow(batch, columns);
    },
  };
}

function narrow(batch: RecordBatch, columns: readonly string[]): RecordBatch {
  const children = columns.map((column) => columnData(batch, column));
  const fields = columns.flatMap((column) => batch.schema.fields.find(({ name }) => name === column) ?? []);
  return wrapData(new arrow.Schema(fields).fields, children, batch.numRows);
}
