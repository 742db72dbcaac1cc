/** Profiles a frame: exact aggregates, and what a sample and sketches of distinct values tell. */
import type { Field, RecordBatch, Vector } from "../../arrow.ts";
import { readCell } from "../../display/arrow/read-cell.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { formatCell } from "../../display/cell/format.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import type { Plan } from "../plan/plan.ts";
import { titlePlan } from "../plan/title-plan.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import type { FrameContext } from "../run/frame-context.ts";
import { addFunction } from "../run/map-batches.ts";
import { countOfRows, measureColumn, measuredKind } from "../run/measure-column.ts";
import { preparePlan } from "../run/prepare.ts";
import { type RunOptions, withRun } from "../run/run.ts";
import { collectFrame, frameSchema } from "../run/run-frame.ts";
import { describeEngine } from "../run/run-plan.ts";
import { kindOf } from "../types/column-kind.ts";
import { DistinctCounter } from "./distinct-counter.ts";
import { type MeasuredPlan, type MeasuredRows, measureInPlace } from "./measure-in-place.ts";
import { type ColumnProfile, Profile } from "./profile.ts";
import { profileSample } from "./profile-sample.ts";
import { RowSample } from "./row-sample.ts";

type Measure = "count" | "min" | "max" | "mean";

export async function profilePlan(plan: Plan, context: FrameContext, options: RunOptions): Promise<Profile> {
  const { fields } = await frameSchema(plan, context, { ...options, engine: "here" });
  const sampled = fields.filter((field) => isSampled(field)).map(({ name }) => name);
  const asked = { plan, fields, sampled, measuresOf };
  const found =
    (await measureInPlace(asked, context, options)) ?? (await measureChosen(asked, context, options));
  const { samples, counters } = found;
  const measured = new Map(found.measured.flatMap(columnsOf));
  const rows = Number(measured.get(countOfRows.name)?.column.get(0));
  const sampledRows = sampled.length === 0 ? rows : found.sampledRows;
  const columns = fields.map((field, index): ColumnProfile => {
    const find = (measure: Measure) => measured.get(`${index} ${measure}`);
    const count = Number(find("count")?.column.get(0));
    const part = profileSample(field, samples.get(field.name) ?? []);
    const estimate = counters.get(field.name)?.estimate() ?? 0;
    const isEstimated = sampledRows < rows && kindOf(field).kind !== "boolean";
    return {
      column: field.name,
      type: fieldTypeName(field),
      nulls: rows - count,
      distinct: part.distinct === undefined ? null : isEstimated ? Math.min(estimate, count) : part.distinct,
      min: shown(find("min")),
      first: part.first,
      median: part.median,
      third: part.third,
      max: shown(find("max")),
      mean: (find("mean")?.column.get(0) ?? null) as number | null,
      frequent: part.frequent,
      histogram: part.histogram,
    };
  });
  return new Profile({ title: `profile of ${titlePlan(plan)}`, rows, columns, sampled: sampledRows });
}

/**
 * On the engine that is asked for.
 * @throws DlfLanceError Unsupported for many rows on Daft, which would all have to come here
 */
async function measureChosen(
  asked: MeasuredPlan,
  context: FrameContext,
  options: RunOptions,
): Promise<MeasuredRows> {
  try {
    return await measureRows(asked, context, options);
  } catch (error) {
    if (!isError(error, "Unsupported")) throw error;
    const where = await withRun(context, options, async (run) => {
      // What the engine does not do of the frame itself is refused with its own words.
      await preparePlan(asked.plan, run);
      return describeEngine(run);
    });
    if (where === "") throw error;
    throw new DlfLanceError(
      "Unsupported",
      `Cannot profile ${titlePlan(asked.plan)}${where}: all its rows would come to this process for a sample; run it here with .on("here").profile(), or profile groups or sort().limit()`,
    );
  }
}

/** By one scan: exact aggregates above it, a sample and sketches of distinct values on the way. */
async function measureRows(
  { plan, fields, sampled }: MeasuredPlan,
  context: FrameContext,
  options: RunOptions,
): Promise<MeasuredRows> {
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
  const { batches: measured } = await collectFrame(
    { step: "aggregate", input: observed, keys: [], aggregates: [countOfRows, ...aggregates] },
    { ...context, functions },
    options,
  );
  const { batches } = sample;
  const samples = new Map(
    sampled.map((name, index) => [name, batches.map((batch) => batch.getChildAt(index))]),
  );
  const sampledRows = batches.reduce((sum, { numRows }) => sum + numRows, 0);
  return { measured, samples, sampledRows, counters };
}

function isSampled(field: Field): boolean {
  return !["bytes", "nested", "other"].includes(measuredKind(field));
}

function measuresOf(field: Field): readonly Measure[] {
  const kind = measuredKind(field);
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

interface FoundMeasure {
  readonly field: Field;
  readonly column: Vector;
}

function columnsOf(batch: RecordBatch): readonly (readonly [name: string, measure: FoundMeasure])[] {
  return batch.schema.fields.map((field, index) => [
    field.name,
    { field, column: batch.getChildAt(index) as Vector },
  ]);
}

/** The only value as displays show it. */
function shown(found: FoundMeasure | undefined): string | null {
  if (found === undefined) return null;
  const cell = readCell(found.field, found.column, 0);
  return cell.kind === "null" ? null : formatCell(cell);
}
