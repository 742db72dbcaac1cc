/** Groups rows batch by batch. Memory grows with the number of groups, not with the rows. */
import { arrow, type Field, type RecordBatch } from "../../../arrow.ts";
import { stopIfAborted } from "../../../interrupt.ts";
import type { AggregatePlan } from "../../plan.ts";
import type { Engine, EngineInput, EngineInputs } from "../engine.ts";
import { Groups } from "./groups.ts";
import { type RangeKey, readRangeKey } from "./range-key.ts";
import { type Aggregator, createAggregators, type WantedAggregate } from "./share-sums.ts";
import { createValueNumbers, type Data, wordsOf } from "./value-numbers.ts";

/** Groups in a batch of the result. */
const batchRows = 65_536;

/** The engine for a plain group-by, or aggregates of all rows, over columns. */
export const aggregateEngine: Engine = {
  name: "aggregate",
  canRun(plan, inputs) {
    if (plan.step !== "aggregate") return [`it does group-bys alone, not ${plan.step}`];
    const shape = readShape(plan, inputs);
    return typeof shape === "string" ? [shape] : [];
  },
  cost: () => 1,
  async *run(plan, inputs, { signal }) {
    const shape = plan.step === "aggregate" ? readShape(plan, inputs) : "no group-by";
    if (typeof shape === "string")
      throw new Error(`the aggregate engine was asked for what it cannot do: ${shape}`);
    const { input, keys, aggregates } = shape;
    const groups = new Groups(keys.map(({ field }) => field));
    const sources = keys.map(({ field, range }) => range?.source ?? field.name);
    const collectors = new Map(aggregates.map(({ collector, field }) => [collector, field]));
    const operands = aggregates.flatMap(({ field }) => field?.name ?? []);
    const columns = [...new Set([...sources, ...operands])];
    // To count rows alone, a column of theirs has to be read.
    const [first] = input.schema.fields.toSorted((a, b) => wordsOf(b.type) - wordsOf(a.type));
    if (columns.length === 0 && first !== undefined) columns.push(first.name);
    for await (const batch of input.batches(columns)) {
      stopIfAborted(signal, "group rows");
      const column = readColumns(batch);
      const numbers = groups.read(
        keys.map(({ field, range }) =>
          range === undefined ? column(field.name) : range.compute(column(range.source)),
        ),
        batch.numRows,
      );
      for (const [collector, field] of collectors) {
        collector.reserve(groups.size);
        collector.add(field === undefined ? undefined : column(field.name), numbers);
      }
    }
    for (const collector of collectors.keys()) collector.reserve(1);
    const found = groups.found();
    for (let begin = 0; begin < found.length; begin += batchRows) {
      const part = found.subarray(begin, begin + batchRows);
      const built = [...groups.build(part), ...aggregates.map((aggregate) => aggregate.build(part))];
      yield createBatch(
        [...keys, ...aggregates].map(({ name }) => name),
        built,
        part.length,
      );
    }
  },
};

interface Shape {
  readonly input: EngineInput;
  readonly keys: readonly { readonly name: string; readonly field: Field; readonly range?: RangeKey }[];
  readonly aggregates: readonly (Aggregator & {
    readonly name: string;
    readonly field: Field | undefined;
  })[];
}

/** What is to be done, or why it cannot. */
function readShape(plan: AggregatePlan, inputs: EngineInputs): Shape | string {
  const input = plan.input.step === "input" ? inputs.get(plan.input.name) : undefined;
  if (input === undefined) return "the rows need other steps first";
  const fields = new Map(input.schema.fields.map((field) => [field.name, field]));
  const keys: Shape["keys"][number][] = [];
  for (const { name, expression } of plan.keys) {
    const range = readRangeKey(name, expression, fields);
    if (range !== undefined) {
      keys.push({ name, field: range.field, range });
      continue;
    }
    const field = expression.node === "column" ? fields.get(expression.name) : undefined;
    if (field === undefined) return `key ${name} is computed`;
    if (createValueNumbers(field) === undefined) return `key ${name} is of type ${field.type}`;
    keys.push({ name, field });
  }
  const wanted: (WantedAggregate & { readonly name: string })[] = [];
  for (const { name, expression } of plan.aggregates) {
    if (expression.node !== "aggregate") return `${name} computes with aggregates`;
    const { operand } = expression;
    const field = operand?.node === "column" ? fields.get(operand.name) : undefined;
    if (operand !== null && field === undefined) return `the operand of ${name} is computed`;
    wanted.push({ name, function: expression.function, field });
  }
  const aggregates: Shape["aggregates"][number][] = [];
  for (const [index, aggregator] of createAggregators(wanted).entries()) {
    const { name, function: asked, field } = wanted[index] as (typeof wanted)[number];
    if (aggregator === undefined) return `it has no ${asked} of ${field?.type}`;
    aggregates.push({ ...aggregator, name, field });
  }
  return { input, keys, aggregates };
}

function readColumns(batch: RecordBatch): (name: string) => Data {
  const places = new Map(batch.schema.fields.map(({ name }, index) => [name, index]));
  return (name) => batch.data.children[places.get(name) ?? -1] as Data;
}

function createBatch(names: readonly string[], columns: readonly Data[], rows: number): RecordBatch {
  const fields = columns.map(({ type }, index) => new arrow.Field(names[index] ?? "", type, true));
  const data = new arrow.Data(new arrow.Struct(fields), 0, rows, 0, undefined, columns as never);
  return new arrow.RecordBatch(new arrow.Schema(fields), data);
}
