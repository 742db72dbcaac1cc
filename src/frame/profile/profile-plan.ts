/** Profiles a frame by one scan: exact aggregates above it, a sample and sketches of distinct values on the way. */
import type { Field, RecordBatch } from "../../arrow.ts";
import { readCell } from "../../display/arrow/read-cell.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { formatCell } from "../../display/cell/format.ts";
import type { Plan } from "../plan/plan.ts";
import { titlePlan } from "../plan/title-plan.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import { toRowObjects } from "../rows/row-objects.ts";
import type { FrameContext } from "../run/frame-context.ts";
import { addFunction } from "../run/map-batches.ts";
import { countOfRows, measureColumn } from "../run/measure-column.ts";
import type { RunOptions } from "../run/run.ts";
import { collectFrame, frameSchema } from "../run/run-frame.ts";
import { kindOf } from "../types/column-kind.ts";
import { DistinctCounter } from "./distinct-counter.ts";
import { type ColumnProfile, Profile } from "./profile.ts";
import { profileSample } from "./profile-sample.ts";
import { RowSample } from "./row-sample.ts";

type Measure = "count" | "min" | "max" | "mean";

export async function profilePlan(plan: Plan, context: FrameContext, options: RunOptions): Promise<Profile> {
  const { engine: _, ...anyEngine } = options;
  const { fields } = await frameSchema(plan, context, anyEngine);
  const sampled = fields.filter((field) => isSampled(field)).map(({ name }) => name);
  const sample = new RowSample();
  const counters = new Map(sampled.map((name) => [name, new DistinctCounter()]));
  const observe = (batch: RecordBatch): RecordBatch => {
    if (sampled.length === 0) return batch;
    const columns = pickColumns(batch, sampled);
    sample.add(columns);
    for (const [index, name] of sampled.entries())
      counters.get(name)?.add(columns.data.children[index] as never);
    return batch;
  };
  const { step, functions } = addFunction(context.functions, observe, { name: "profile" });
  const aggregates = fields.flatMap((field, index) =>
    measuresOf(field).map((measure) => measureColumn(field, index, measure)),
  );
  const observed: Plan = { ...step, input: plan };
  const found = await collectFrame(
    { step: "aggregate", input: observed, keys: [], aggregates: [countOfRows, ...aggregates] },
    { ...context, functions },
    options,
  );
  const batch = found.batches[0] as RecordBatch;
  const [values = {}] = toRowObjects(batch);
  const rows = Number(values.rows);
  const batches = sample.batches;
  const sampledRows = sampled.length === 0 ? rows : batches.reduce((sum, { numRows }) => sum + numRows, 0);
  const columns = fields.map((field, index): ColumnProfile => {
    const count = Number(values[`${index} count`]);
    const part = profileSample(field, sampled.indexOf(field.name), batches);
    const estimate = counters.get(field.name)?.estimate() ?? 0;
    const isEstimated = !sample.isWhole && kindOf(field).kind !== "boolean";
    return {
      column: field.name,
      type: fieldTypeName(field),
      nulls: rows - count,
      distinct: part.distinct === undefined ? null : isEstimated ? Math.min(estimate, count) : part.distinct,
      min: shown(batch, `${index} min`),
      first: part.first,
      median: part.median,
      third: part.third,
      max: shown(batch, `${index} max`),
      mean: (values[`${index} mean`] ?? null) as number | null,
      frequent: part.frequent,
      histogram: part.histogram,
    };
  });
  return new Profile({ title: `profile of ${titlePlan(plan)}`, rows, columns, sampled: sampledRows });
}

function isSampled(field: Field): boolean {
  return !["bytes", "nested", "other"].includes(kindOf(field).kind);
}

function measuresOf(field: Field): readonly Measure[] {
  const { kind } = kindOf(field);
  switch (kind) {
    case "integer":
    case "float":
    case "decimal":
      return ["count", "min", "max", "mean"];
    case "timestamp":
    case "date":
    case "text":
    case "time":
    case "duration":
      return ["count", "min", "max"];
    case "boolean":
    case "bytes":
    case "nested":
    case "other":
      return ["count"];
    default:
      return kind satisfies never;
  }
}

/** A value of the only row as displays show it. */
function shown(batch: RecordBatch, name: string): string | null {
  const index = batch.schema.fields.findIndex((field) => field.name === name);
  const [field, column] = [batch.schema.fields[index], batch.getChildAt(index)];
  if (field === undefined || column === null) return null;
  const cell = readCell(field, column, 0);
  return cell.kind === "null" ? null : formatCell(cell);
}
