import type { Field, RecordBatch } from "../../arrow.ts";
import { fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { MapBatchesPlan } from "../plan/plan.ts";
import { underFields } from "./pass-rows.ts";

/** A JavaScript function of a plan. */
export type BatchFunction = (batch: RecordBatch) => RecordBatch | Promise<RecordBatch>;

/**
 * What the function of the step makes of each batch.
 * @param fields that it promised
 * @throws DlfLanceError InvalidInput for other columns than promised, and without the function.
 */
export async function* applyFunction(
  plan: MapBatchesPlan,
  input: AsyncIterable<RecordBatch>,
  fields: readonly Field[],
  functions: ReadonlyMap<string, BatchFunction> | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  const change = functions?.get(plan.id);
  if (change === undefined) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${plan.name}: the function is not kept with the plan; build the frame again with mapBatches()`,
    );
  }
  for await (const batch of input) {
    const changed = await change(batch);
    if (!isBatch(changed)) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot apply ${plan.name}: it returned ${describeReturned(changed)}; return a record batch of Arrow, such as ` +
          "toArrowTable(rows).batches[0]",
      );
    }
    refuseOtherColumns(plan, changed, fields);
    if (changed.numRows > 0) yield underFields(changed, fields);
  }
}

function isBatch(value: unknown): boolean {
  const { schema, numRows } = (value ?? {}) as Partial<RecordBatch>;
  return Array.isArray(schema?.fields) && typeof numRows === "number";
}

function describeReturned(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

function refuseOtherColumns(plan: MapBatchesPlan, batch: RecordBatch, fields: readonly Field[]): void {
  const describe = (list: readonly Field[], typeOf: (field: Field) => string) =>
    list.map((field) => `${field.name}: ${typeOf(field)}`).join(", ");
  const exactly = ({ type }: Field) => String(type);
  if (describe(fields, exactly) === describe(batch.schema.fields, exactly)) return;
  const [wanted, given] = [describe(fields, fieldTypeName), describe(batch.schema.fields, fieldTypeName)];
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${plan.name}: it gave the columns ${given}, and the plan expects ${wanted}; ` +
      "tell mapBatches the columns that it gives",
  );
}
