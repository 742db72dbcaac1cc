/**
 * The first rows of a sorted table in two scans: one of the first key alone, which finds the value that bounds them,
 * and one of the rows from there on, which are few, and are sorted by another engine.
 */
import type { RecordBatch } from "../../../arrow.ts";
import { stopIfAborted } from "../../../interrupt.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type { Plan, TopPlan } from "../../plan/plan.ts";
import type { ResolvedTable } from "../../source.ts";
import { kindOf } from "../../types/column-kind.ts";
import { type Data, wordsOf } from "../aggregate/value-numbers.ts";
import type { Engine, EngineInput, EngineInputs } from "../engine.ts";
import { memoryEngine } from "../memory/memory.ts";
import { sqlEngine } from "../sql/sql.ts";
import { FirstKey, type KeyOrder } from "./first-key.ts";

/** More rows than this are better sorted in one go. */
const mostRows = 100_000;
/** What a second scan costs, and reading a row of the first, in the measure of the plain engine. */
const costToBegin = 100_000;
const costOfRow = 0.25;
/** Up to as many rows the plain engine sorts soonest. */
const fewRows = 20_000;

export const topEngine: Engine = {
  name: "top",
  canRun(plan, inputs) {
    const shape = readShape(plan, inputs);
    return typeof shape === "string" ? [shape] : [];
  },
  cost: (_plan, inputs) =>
    costToBegin + costOfRow * [...inputs.values()].reduce((sum, input) => sum + (input.rows ?? 100_000), 0),
  async *run(plan, inputs, options) {
    const shape = readShape(plan, inputs);
    if (typeof shape === "string")
      throw new Error(`the top engine was asked for what it cannot do: ${shape}`);
    const { name, input, table, order, top } = shape;
    const { signal, progress } = options;
    const request = { ...input.scan.request, ...(signal === undefined ? {} : { signal }) };
    const key = new FirstKey(order, top.offset + top.count);
    for await (const batch of table.scan({ ...request, columns: [order.column], isPassing: true })) {
      stopIfAborted(signal, `sort by ${order.column}`);
      key.add(batch.data.children[0] as Data);
      progress?.advance({ rows: batch.numRows, bytes: batch.data.byteLength });
    }
    const condition = key.condition();
    const filters = [request.filter, condition].flatMap((text) => (text === undefined ? [] : [`(${text})`]));
    const narrowed = filters.length === 0 ? request : { ...request, filter: filters.join(" AND ") };
    const rows = (batches: EngineInput["batches"]) =>
      new Map([...inputs, [name, { schema: input.schema, batches }]]);
    const scan: EngineInput["batches"] = (columns) =>
      table.scan(columns === undefined || columns.length === 0 ? narrowed : { ...narrowed, columns });
    const few = condition === undefined ? undefined : await readFew(scan());
    if (few === undefined) yield* sorter(plan, inputs).run(plan, rows(scan), options);
    else
      yield* memoryEngine.run(
        plan,
        rows(() => few),
        options,
      );
  },
  async explain(plan, inputs) {
    const shape = readShape(plan, inputs);
    const key = typeof shape === "string" ? [] : [shape.order.column];
    return [
      ...key.map(
        (column) => `scan ${describeExpression({ node: "column", name: column })} alone, for its bound`,
      ),
      ...((await memoryEngine.explain?.(plan, inputs)) ?? []),
    ];
  },
};

interface Shape {
  /** Of the input that stands for the table. */
  readonly name: string;
  readonly input: EngineInput & Required<Pick<EngineInput, "scan">>;
  readonly table: ResolvedTable;
  readonly order: KeyOrder;
  readonly top: TopPlan;
}

/** What is to be done, or why it cannot. */
function readShape(plan: Plan, inputs: EngineInputs): Shape | string {
  let top = plan;
  while (top.step === "project") top = top.input;
  const [key] = top.step === "top" ? top.keys : [];
  if (top.step !== "top" || key === undefined) return `it does sorts with a limit alone, not ${top.step}`;
  let below = top.input;
  let { expression } = key;
  for (; below.step === "project"; below = below.input) {
    const wanted = expression.node === "column" ? expression.name : undefined;
    expression = below.columns.find((column) => column.name === wanted)?.expression ?? expression;
  }
  const input = below.step === "input" ? inputs.get(below.name) : undefined;
  if (below.step !== "input" || input === undefined) return "the rows need other steps first";
  const field =
    expression.node === "column"
      ? input.schema.fields.find(({ name }) => expression.node === "column" && name === expression.name)
      : undefined;
  if (field === undefined) return "the first key is computed";
  const kind = kindOf(field);
  const isNumber = kind.kind === "float" || ("min" in kind && wordsOf(field.type) > 0);
  if (!isNumber) return `the first key is of type ${field.type}`;
  const rows = top.offset + top.count;
  if (rows === 0 || rows > mostRows) return `it keeps from one to ${mostRows} rows, not ${rows}`;
  const { scan } = input;
  if (scan === undefined) return "the rows come from no table";
  const { request, table } = scan;
  if (request.search !== undefined || request.limit !== undefined || request.offset !== undefined)
    return "the scan has a limit or a search";
  const { descending, nullsFirst } = key;
  return {
    name: below.name,
    input: { ...input, scan },
    table,
    order: { column: field.name, kind, descending, nullsFirst },
    top,
  };
}

/** All batches when they hold few rows. */
async function readFew(batches: AsyncIterable<RecordBatch>): Promise<AsyncIterable<RecordBatch> | undefined> {
  const kept: RecordBatch[] = [];
  let rows = 0;
  for await (const batch of batches) {
    kept.push(batch);
    rows += batch.numRows;
    if (rows > fewRows) return undefined;
  }
  return {
    async *[Symbol.asyncIterator]() {
      yield* kept;
    },
  };
}

function sorter(plan: Plan, inputs: EngineInputs): Engine {
  return sqlEngine.canRun(plan, inputs).length === 0 ? sqlEngine : memoryEngine;
}
