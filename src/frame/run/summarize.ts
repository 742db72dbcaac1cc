/** What the values of each column come to. */
import { arrow, type RecordBatch, type Table } from "../../arrow.ts";
import { readCell } from "../../display/arrow/read-cell.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { formatCell } from "../../display/cell/format.ts";
import type { Plan } from "../plan/plan.ts";
import { toRowObjects } from "../rows/row-objects.ts";
import { type ColumnKind, kindOf } from "../types/column-kind.ts";
import type { FrameContext } from "./frame-context.ts";
import { countOfRows, measureColumn, measuredKind } from "./measure-column.ts";
import type { RunOptions } from "./run.ts";
import { collectFrame, frameSchema } from "./run-frame.ts";

/** Options of `summarize`. */
export interface SummarizeOptions extends RunOptions {
  /** Counts different values too, exactly, which takes memory for all of them. */
  readonly distinct?: boolean;
}

/** A row of a summary. */
export interface ColumnSummary {
  readonly column: string;
  readonly type: string;
  /** Of values that are not null. */
  readonly count: bigint;
  readonly nulls: bigint;
  /** As text, times as displays show them, in the zone of their column; null for types without an order and where there is no value. NaN is above all numbers. */
  readonly min: string | null;
  readonly max: string | null;
  /** Null for what is not a number. NaN where there is one among the values. */
  readonly mean: number | null;
  /** For a sample: divided by n - 1. */
  readonly stddev: number | null;
  /** Only with `{ distinct: true }`; null for types without an order. */
  readonly distinct?: bigint | null;
}

type Measure = "count" | "min" | "max" | "mean" | "stddev" | "countDistinct";

/** A table with a row of {@link ColumnSummary} for each column, of one run over the rows. */
export async function summarizeFrame(
  plan: Plan,
  context: FrameContext,
  { distinct = false, ...options }: SummarizeOptions,
): Promise<Table> {
  const { fields } = await frameSchema(plan, context, { ...options, engine: "here" });
  const aggregates = fields.flatMap((field, index) =>
    measuresOf(measuredKind(field), distinct).map((measure) => measureColumn(field, index, measure)),
  );
  const found = await collectFrame(
    { step: "aggregate", input: plan, keys: [], aggregates: [countOfRows, ...aggregates] },
    context,
    options,
  );
  const batch = found.batches[0] as RecordBatch;
  const [values = {}] = toRowObjects(batch);
  const rows = values.rows as bigint;
  return buildSummary(
    fields.map((field, index) => {
      const value = (measure: Measure) => values[`${index} ${measure}`] ?? null;
      const count = value("count") as bigint;
      return {
        column: field.name,
        type: fieldTypeName(field),
        count,
        nulls: rows - count,
        min: toText(value("min"), batch, `${index} min`),
        max: toText(value("max"), batch, `${index} max`),
        mean: value("mean") as number | null,
        stddev: value("stddev") as number | null,
        distinct: value("countDistinct") as bigint | null,
      };
    }),
    distinct,
  );
}

function measuresOf(kind: ColumnKind["kind"], distinct: boolean): readonly Measure[] {
  const counts: readonly Measure[] = distinct ? ["count", "countDistinct"] : ["count"];
  switch (kind) {
    case "integer":
    case "float":
    case "decimal":
      return [...counts, "min", "max", "mean", "stddev"];
    case "timestamp":
    case "date":
    case "text":
    case "time":
    case "duration":
      return [...counts, "min", "max"];
    case "boolean":
    case "bytes":
      return counts;
    case "nested":
    case "other":
      return ["count"];
    default:
      return kind satisfies never;
  }
}

/** A time as displays show it, in the zone of its column, and a float with the digits that its precision has. */
function toText(value: unknown, batch: RecordBatch, name: string): string | null {
  if (value === null) return null;
  const index = batch.schema.fields.findIndex((field) => field.name === name);
  const [field, column] = [batch.schema.fields[index], batch.getChildAt(index)];
  const kinds: readonly ColumnKind["kind"][] = ["timestamp", "date", "time", "duration", "float"];
  const isShown = field !== undefined && kinds.includes(kindOf(field).kind);
  return isShown && column !== null ? formatCell(readCell(field, column, 0)) : String(value);
}

function buildSummary(rows: readonly Required<ColumnSummary>[], distinct: boolean): Table {
  const texts = (name: "column" | "type" | "min" | "max") =>
    arrow.vectorFromArray(
      rows.map((row) => row[name]),
      new arrow.Utf8(),
    );
  const numbers = (name: "mean" | "stddev") =>
    arrow.vectorFromArray(
      rows.map((row) => row[name]),
      new arrow.Float64(),
    );
  const counts = (name: "count" | "nulls" | "distinct") =>
    arrow.vectorFromArray(
      rows.map((row) => row[name]),
      new arrow.Int64(),
    );
  return new arrow.Table({
    column: texts("column"),
    type: texts("type"),
    count: counts("count"),
    nulls: counts("nulls"),
    ...(distinct ? { distinct: counts("distinct") } : {}),
    min: texts("min"),
    max: texts("max"),
    mean: numbers("mean"),
    stddev: numbers("stddev"),
  });
}
