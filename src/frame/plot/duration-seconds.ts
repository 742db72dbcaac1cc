/** Durations on their way to a chart: as seconds, which an axis can show. */
import {
  arrow,
  type DataType,
  type Field,
  type RecordBatch,
  type Schema,
  Types,
  type Vector,
} from "../../arrow.ts";
import { axisTypeOf } from "../../chart/axis-values.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { createPlan, type Plan } from "../plan/plan.ts";
import type { FrameContext } from "../run/frame-context.ts";
import { addFunction } from "../run/map-batches.ts";
import { castNode, columnNode } from "./reduction.ts";

type Data = Vector["data"][number];

/** Rows whose durations are numbers. */
export interface SecondsOfDurations {
  readonly plan: Plan;
  readonly context: FrameContext;
  readonly schema: Schema;
  /** The columns that were durations. */
  readonly columns: ReadonlySet<string>;
}

/** The columns that are named, and what durations among them are in seconds. Nothing changes where there are none. */
export function durationsToSeconds(
  plan: Plan,
  context: FrameContext,
  schema: Schema,
  names: readonly (string | undefined)[],
): SecondsOfDurations {
  const used = schema.fields.filter(({ name }) => names.includes(name));
  const columns = new Set(used.filter(({ type }) => Types.isDuration(type)).map(({ name }) => name));
  if (columns.size === 0) return { plan, context, schema, columns };
  const fields = schema.fields.map((field) =>
    columns.has(field.name) ? new arrow.Field(field.name, new arrow.Float64(), true) : withPlainType(field),
  );
  // Those that no axis can show are refused by their schema.
  const drawn = fields.filter((field) => names.includes(field.name) && axisTypeOf(field) !== undefined);
  const types = drawn.map(({ name, type }) => [name, typeName(type)] as const);
  const { step, functions } = addFunction(context.functions, batchToSeconds, {
    columns: Object.fromEntries(types),
    name: "durations in seconds",
  });
  const input: Plan = {
    step: "project",
    columns: types.map(([name, type]) => ({
      name,
      expression: columns.has(name) ? columnNode(name) : castNode(columnNode(name), type),
    })),
    input: plan,
  };
  return {
    plan: createPlan({ ...step, input }),
    context: { ...context, functions },
    schema: new arrow.Schema(fields),
    columns,
  };
}

/** A dictionary is named by no type that a step could give. */
function withPlainType(field: Field): Field {
  const type: DataType = field.type;
  return Types.isDictionary(type) ? new arrow.Field(field.name, type.dictionary, field.nullable) : field;
}

function batchToSeconds(batch: RecordBatch): RecordBatch {
  const children = batch.data.children.map((data) =>
    Types.isDuration(data.type) ? toSeconds(data as Data) : data,
  );
  const fields = batch.schema.fields.map(
    (field, index) => new arrow.Field(field.name, children[index]?.type ?? field.type, true),
  );
  const type = new arrow.Struct(fields);
  const data = arrow.makeData({ type, length: batch.numRows, nullCount: 0, children: children as Data[] });
  return new arrow.RecordBatch(new arrow.Schema(fields), data);
}

function toSeconds(data: Data): Data {
  const perSecond = 1_000 ** data.type.unit;
  const seconds = new Float64Array(data.length);
  const nullBitmap = new Uint8Array(Math.ceil(data.length / 8));
  for (let row = 0; row < data.length; row++) {
    if (!data.getValid(row)) continue;
    seconds[row] = Number(data.values[row]) / perSecond;
    nullBitmap[row >> 3] = (nullBitmap[row >> 3] ?? 0) | (1 << (row & 7));
  }
  const type = new arrow.Float64();
  return arrow.makeData({ type, length: data.length, data: seconds, nullBitmap });
}
