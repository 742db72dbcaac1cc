/** Groups rows batch by batch. Memory grows with the number of groups, not with the rows. */
import { arrow, type Field, type RecordBatch, type Schema } from "../../../arrow.ts";
import { fieldTypeName } from "../../../display/arrow/type-name.ts";
import { stopIfAborted } from "../../../interrupt.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import { type AggregatePlan, type Plan, plainColumn } from "../../plan/plan.ts";
import { gatherBatch } from "../../rows/gather.ts";
import { type Data, wordsOf } from "../../rows/number-words.ts";
import type { Engine, EngineInput, EngineInputs, EngineOptions, InputShapes } from "../engine.ts";
import { Groups } from "./groups.ts";
import { type RangeKey, readRangeKey } from "./range-key.ts";
import { type Aggregator, createAggregators, type WantedAggregate } from "./share-sums.ts";
import { readTimeKey } from "./time-key.ts";
import { createValueNumbers } from "./value-numbers.ts";

/** Groups in a batch of the result. */
const batchRows = 65_536;

/** What a group takes for each of its keys and aggregates, in bytes; measured with a number, a count and a short text. */
const groupBytes = 128;

/** Rows that differ in more columns than this are likely nearly all of them, and too many to hold. */
const mostDistinctColumns = 4;

/** The engine for a plain group-by, aggregates of all rows, or the distinct rows of few columns. */
export const aggregateEngine: Engine = {
  name: "aggregate",
  prepare(plan, inputs) {
    const shape = readShape(plan, inputs);
    if (typeof shape === "string") return { reasons: [{ why: shape }] };
    // What DuckDB reads itself is not brought here to be grouped.
    const isInPlace = inputs.get(shape.input)?.inPlace !== undefined;
    return {
      cost: isInPlace ? 3 : 1,
      // What is counted belongs to one run.
      run: (rows, options) => groupRows(readShape(plan, inputs) as Shape, rows, options),
    };
  },
};

function columnsRead({ keys, aggregates, schema }: Shape): readonly string[] {
  const sources = keys.map(({ field, range }) => range?.source ?? field.name);
  const operands = aggregates.flatMap(({ field }) => field?.name ?? []);
  const columns = [...new Set([...sources, ...operands])];
  // To count rows alone, a column of theirs has to be read.
  const [first] = schema.fields.toSorted((a, b) => wordsOf(b.type) - wordsOf(a.type));
  if (columns.length === 0 && first !== undefined) columns.push(first.name);
  return columns;
}

async function* groupRows(
  shape: Shape,
  inputs: EngineInputs,
  { signal, spill, memoryLimit = Number.POSITIVE_INFINITY }: EngineOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const input = inputs.get(shape.input) as EngineInput;
  const columns = columnsRead(shape);
  const grouped = new GroupedRows(shape);
  let mostGroups = spill === undefined ? Number.POSITIVE_INFINITY : memoryLimit / grouped.bytesOfGroup;
  const batches = input.batches(columns, true)[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await batches.next();
    stopIfAborted(signal, "group rows");
    return done === true ? undefined : value;
  };
  async function* others() {
    for (let batch = await next(); batch !== undefined; batch = await next()) {
      const other = grouped.addKnown(batch);
      if (other.numRows > 0) yield other;
    }
  }
  try {
    for (let batch = await next(); batch !== undefined; batch = await next()) {
      grouped.add(batch);
      if (grouped.size <= mostGroups) continue;
      const groupOthers = await spill?.(new arrow.Schema(fieldsOf(shape, columns)));
      if (groupOthers === undefined) mostGroups = Number.POSITIVE_INFINITY;
      else {
        grouped.freeze();
        yield* groupOthers(others());
        break;
      }
    }
    yield* grouped.build();
  } finally {
    await batches.return?.();
  }
}

function fieldsOf({ schema }: Shape, columns: readonly string[]): Field[] {
  return columns.flatMap((column) => schema.fields.find(({ name }) => name === column) ?? []);
}

/** The groups of the rows so far, and what is computed of each. */
class GroupedRows {
  readonly #shape: Shape;
  readonly #groups: Groups;
  readonly #collectors: ReadonlyMap<Aggregator["collector"], Field | undefined>;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#groups = new Groups(shape.keys.map(({ field }) => field));
    this.#collectors = new Map(shape.aggregates.map(({ collector, field }) => [collector, field]));
  }

  get size(): number {
    return this.#groups.size;
  }

  get bytesOfGroup(): number {
    return groupBytes * (this.#shape.keys.length + this.#shape.aggregates.length);
  }

  add(batch: RecordBatch): void {
    this.#collect(batch, this.#find(batch));
  }

  /** No group is added from now on. */
  freeze(): void {
    this.#groups.freeze();
  }

  /** Adds the rows of the groups that there are. @returns the others, copied. */
  addKnown(batch: RecordBatch): RecordBatch {
    const numbers = this.#find(batch);
    const rows = Int32Array.from(numbers.keys());
    const known = rows.filter((row) => (numbers[row] as number) >= 0);
    this.#collect(
      gatherBatch(batch, known),
      numbers.filter((number) => number >= 0),
    );
    return gatherBatch(
      batch,
      rows.filter((row) => (numbers[row] as number) < 0),
    );
  }

  *build(): Generator<RecordBatch, void, undefined> {
    const { keys, aggregates, fields } = this.#shape;
    const names = [...keys, ...aggregates].map(({ name }) => name);
    for (const collector of this.#collectors.keys()) collector.reserve(1);
    const found = this.#groups.found();
    for (let begin = 0; begin < found.length; begin += batchRows) {
      const part = found.subarray(begin, begin + batchRows);
      const built = [...this.#groups.build(part), ...aggregates.map((aggregate) => aggregate.build(part))];
      yield createBatch(
        built.map((data, index) => fields?.[index] ?? new arrow.Field(names[index] ?? "", data.type, true)),
        built,
        part.length,
      );
    }
  }

  #find(batch: RecordBatch): Int32Array {
    const column = readColumns(batch);
    const keys = this.#shape.keys.map(({ field, range }) =>
      range === undefined ? column(field.name) : range.compute(column(range.source)),
    );
    return this.#groups.read(keys, batch.numRows);
  }

  #collect(batch: RecordBatch, numbers: Int32Array): void {
    const column = readColumns(batch);
    for (const [collector, field] of this.#collectors) {
      collector.reserve(this.#groups.size);
      collector.add(field === undefined ? undefined : column(field.name), numbers);
    }
  }
}

interface Shape {
  /** Of the result, where they are not made of names and types alone. */
  readonly fields?: readonly Field[];
  /** The `input` step that stands for the rows. */
  readonly input: string;
  readonly schema: Schema;
  readonly keys: readonly { readonly name: string; readonly field: Field; readonly range?: RangeKey }[];
  readonly aggregates: readonly (Aggregator & {
    readonly name: string;
    readonly field: Field | undefined;
  })[];
}

/** What is to be done, or why it cannot. */
function readShape(plan: Plan, inputs: InputShapes): Shape | string {
  if (plan.step === "aggregate") return readGroups(plan, inputs);
  if (plan.step !== "distinct") return `it does group-bys and distinct rows alone, not ${plan.step}`;
  const { input, on } = plan;
  const fields = (input.step === "input" ? inputs.get(input.name)?.schema.fields : undefined) ?? [];
  if (fields.length > mostDistinctColumns) return "rows of many columns are likely too many to hold";
  if (on !== null && fields.some(({ name }) => !on.includes(name))) return "not all columns are compared";
  const keys = fields.map(({ name }) => plainColumn(name));
  const groups = readGroups({ step: "aggregate", input, keys, aggregates: [] }, inputs);
  return typeof groups === "string" ? groups : { ...groups, fields };
}

function readGroups(plan: AggregatePlan, inputs: InputShapes): Shape | string {
  const name = plan.input.step === "input" ? plan.input.name : "";
  const schema = inputs.get(name)?.schema;
  if (schema === undefined) return "the rows need other steps first";
  const fields = new Map(schema.fields.map((field) => [field.name, field]));
  const keys: Shape["keys"][number][] = [];
  for (const { name: key, expression } of plan.keys) {
    const range = readRangeKey(key, expression, fields) ?? readTimeKey(key, expression, fields);
    if (range !== undefined) {
      keys.push({ name: key, field: range.field, range });
      continue;
    }
    const field = expression.node === "column" ? fields.get(expression.name) : undefined;
    if (field === undefined) return `key ${key} is computed`;
    if (createValueNumbers(field) === undefined) return `key ${key} is ${fieldTypeName(field)}`;
    keys.push({ name: key, field });
  }
  const wanted: (WantedAggregate & { readonly name: string })[] = [];
  for (const { name: aggregate, expression } of plan.aggregates) {
    if (expression.node !== "aggregate") return `${aggregate} computes with aggregates`;
    const { operand, others, condition } = expression;
    if (others !== undefined || condition !== undefined) return `it has no ${describeExpression(expression)}`;
    const field = operand?.node === "column" ? fields.get(operand.name) : undefined;
    if (operand !== null && field === undefined) return `the operand of ${aggregate} is computed`;
    wanted.push({ name: aggregate, function: expression.function, field });
  }
  const aggregates: Shape["aggregates"][number][] = [];
  for (const [index, aggregator] of createAggregators(wanted).entries()) {
    const { name: result, function: asked, field } = wanted[index] as (typeof wanted)[number];
    if (aggregator === undefined) return `it has no ${asked} of ${field && fieldTypeName(field)}`;
    aggregates.push({ ...aggregator, name: result, field });
  }
  return { input: name, schema, keys, aggregates };
}

function readColumns(batch: RecordBatch): (name: string) => Data {
  const places = new Map(batch.schema.fields.map(({ name }, index) => [name, index]));
  return (name) => batch.data.children[places.get(name) ?? -1] as Data;
}

function createBatch(fields: Field[], columns: readonly Data[], rows: number): RecordBatch {
  const data = new arrow.Data(new arrow.Struct(fields), 0, rows, 0, undefined, columns as never);
  return new arrow.RecordBatch(new arrow.Schema(fields), data);
}
