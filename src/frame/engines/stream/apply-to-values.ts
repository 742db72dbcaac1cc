/** JavaScript functions over the values of rows, as plain objects have them. */
import type { DataType, Field, RecordBatch } from "../../../arrow.ts";
import { typeName } from "../../../display/arrow/type-name.ts";
import { DlfLanceError, isError } from "../../../errors.ts";
import { stopIfAborted } from "../../../interrupt.ts";
import { buildData } from "../../../table/columns/build-column.ts";
import { ValueMismatch } from "../../../table/columns/value-mismatch.ts";
import { functionOf } from "../../expression/value-function.ts";
import type { AppliedFunction, ApplyPlan } from "../../plan/plan.ts";
import { wrapData } from "../../rows/build-data.ts";
import type { Data } from "../../rows/number-words.ts";
import { columnValues } from "../../rows/row-objects.ts";
import { columnData } from "../../rows/values.ts";

/** Promises of one batch that are waited for at the same time. */
const mostAtOnce = 16;

/**
 * The batches, each with a column more for each function.
 * @throws DlfLanceError InvalidInput naming the row for which a function fails, or returns what its type cannot hold.
 */
export async function* applyToValues(
  { functions }: ApplyPlan,
  input: AsyncIterable<RecordBatch>,
  fields: readonly Field[],
  signal: AbortSignal | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  let firstRow = 0;
  const added = fields.slice(fields.length - functions.length);
  for await (const batch of input) {
    const children: Data[] = [...(batch.data.children as Data[])];
    for (const [index, { function: applied }] of functions.entries()) {
      const values = await computeValues(applied, batch, firstRow, signal);
      children.push(buildColumn(values, (added[index] as Field).type, applied, firstRow));
    }
    yield wrapData([...batch.schema.fields, ...added], children, batch.numRows);
    firstRow += batch.numRows;
  }
}

async function computeValues(
  applied: AppliedFunction,
  batch: RecordBatch,
  firstRow: number,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  const change = functionOf(applied);
  const { name, takesNull } = applied.function;
  const columns = applied.arguments.map((argument) =>
    columnValues(columnData(batch, argument.name), {}, argument.name, firstRow),
  );
  const values = new Array<unknown>(batch.numRows).fill(null);
  let waiting: Promise<void>[] = [];
  for (let row = 0; row < batch.numRows; row++) {
    const given = columns.map((column) => column[row]);
    if (!takesNull && given.includes(null)) continue;
    const fail = (error: unknown) => failure(applied, given, firstRow + row, error);
    // Also between the rows of a batch: the function may take long, or ask a service.
    stopIfAborted(signal, `apply ${name}`);
    let value: unknown;
    try {
      value = change(...given);
    } catch (error) {
      throw fail(error);
    }
    if (!isPromise(value)) {
      values[row] = value;
      continue;
    }
    const set = (found: unknown) => {
      values[row] = found;
    };
    const settled = value.then(set, (error: unknown) => {
      throw fail(error);
    });
    // Where a later row throws at once, nobody waits for this one.
    settled.catch(() => undefined);
    waiting.push(settled);
    if (waiting.length < mostAtOnce) continue;
    await Promise.all(waiting);
    waiting = [];
  }
  await Promise.all(waiting);
  return values;
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

function failure(
  { function: { name } }: AppliedFunction,
  given: readonly unknown[],
  row: number,
  error: unknown,
): unknown {
  if (isError(error, "Interrupted")) return error;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const values = given.map((value) => (typeof value === "string" ? JSON.stringify(value) : String(value)));
  return new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${name} to row ${row + 1} (${values.join(", ").slice(0, 80)}): it failed with ${what}${
      /BigInt/.test(what) ? "; whole numbers of 64 bits are bigints, so write 2n, or Number(value)" : ""
    }`,
  );
}

function buildColumn(values: unknown[], type: DataType, applied: AppliedFunction, firstRow: number): Data {
  try {
    return buildData(type, values);
  } catch (error) {
    if (!(error instanceof ValueMismatch)) throw error;
    const { name } = applied.function;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${name}${error.row === undefined ? "" : ` to row ${firstRow + error.row + 1}`}: it returned what is not ${typeName(type)}: ${error.message}; ` +
        "return another value, or change the type",
    );
  }
}
