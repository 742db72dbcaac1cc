/** Groups of equal keys, and what is computed from their rows. */
import type { Field, RecordBatch } from "../../../src/arrow.ts";
import type { AggregateNode } from "../../../src/frame/expression/expression-node.ts";
import { inferField } from "../../../src/frame/functions/infer-type.ts";
import type { AggregatePlan } from "../../../src/frame/plan/plan.ts";
import type { ReadValue, Value } from "../../../src/frame/rows/values.ts";
import { type Accumulator, accumulator } from "./accumulate.ts";
import { valueKey } from "./compare.ts";
import { compileExpression } from "./evaluate.ts";
import { allPositions, batchesOf, refuseTooMany } from "./rows.ts";

interface Group {
  readonly keys: readonly Value[];
  readonly accumulators: readonly Accumulator[];
}

/** @param find the fields of the input. @param fields those of the result. */
export async function* aggregateRows(
  input: AsyncIterable<RecordBatch>,
  plan: AggregatePlan,
  find: (column: string) => Field,
  fields: readonly Field[],
): AsyncGenerator<RecordBatch, void, undefined> {
  const nodes = plan.aggregates.map(({ expression }) => expression as AggregateNode);
  const makers = nodes.map((node) =>
    accumulator(node, node.operand === null ? undefined : inferField(node.operand, find).type),
  );
  const create = (keys: readonly Value[]): Group => ({ keys, accumulators: makers.map((make) => make()) });
  const groups = new Map<string, Group>();
  if (plan.keys.length === 0) groups.set("", create([]));
  for await (const batch of input) {
    const keys = plan.keys.map(({ expression }) => compileExpression(expression, batch));
    const operands = nodes.map(
      ({ operand }): ReadValue => (operand === null ? () => null : compileExpression(operand, batch)),
    );
    const conditions = nodes.map(
      ({ condition }): ReadValue =>
        condition === undefined ? () => true : compileExpression(condition, batch),
    );
    for (let row = 0; row < batch.numRows; row++) {
      const values = keys.map((read) => read(row));
      const key = values.map(valueKey).join(",");
      let group = groups.get(key);
      if (group === undefined) {
        group = create(values);
        groups.set(key, group);
        refuseTooMany(groups.size);
      }
      for (const [index, read] of operands.entries())
        if (conditions[index]?.(row) === true) group.accumulators[index]?.add(read(row));
    }
  }
  const all = [...groups.values()];
  const columns = [
    ...plan.keys.map((_, index) => all.map(({ keys }) => keys[index] ?? null)),
    ...nodes.map((_, index) => all.map(({ accumulators }) => accumulators[index]?.finish() ?? null)),
  ];
  yield* batchesOf(fields, columns, allPositions(all.length));
}
