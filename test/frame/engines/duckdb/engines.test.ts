import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { arrow, type DataType, type RecordBatch, type Table } from "../../../../src/arrow.ts";
import { aggregateEngine } from "../../../../src/frame/engines/aggregate/aggregate.ts";
import { duckdbEngine } from "../../../../src/frame/engines/duckdb/duckdb-engine.ts";
import type { EngineInputs, EngineOptions } from "../../../../src/frame/engines/engine.ts";
import type { ExpressionNode, SortKey } from "../../../../src/frame/expression/expression-node.ts";
import { describePlan } from "../../../../src/frame/plan/describe-plan.ts";
import { createPlan, type Plan } from "../../../../src/frame/plan/plan.ts";
import { planSchema } from "../../../../src/frame/plan/step-fields.ts";
import { toRowObjects } from "../../../../src/frame/rows/row-objects.ts";
import { sizes } from "../../../sizes.ts";
import { plainEngine } from "../../plain-engine/memory.ts";
import { buildTable } from "../../sample-table.ts";

type Draw = fc.GeneratorValue;

const columns: readonly (readonly [name: string, type: DataType, cell: fc.Arbitrary<unknown>])[] = [
  ["a", new arrow.Int64(), fc.constantFrom(0n, 1n, -1n, 2n, 2n ** 40n)],
  ["A", new arrow.Int32(), fc.constantFrom(0n, 1n, 7n, -3n)],
  ["it's", new arrow.Float64(), fc.constantFrom(0, -0, 1.5, -2.25, Number.NaN, 1e100)],
  ['select "x"', new arrow.Utf8(), fc.constantFrom("", "a", "b", "abc", "日本", "😀x", "a\0b", "%_")],
  ["日", new arrow.Bool(), fc.boolean().map((value) => value)],
  ["t", new arrow.TimestampMicrosecond("UTC"), fc.constantFrom(0n, 1n, -1n, 1_700_000_000_123_456n)],
  ["d", new arrow.Decimal(2, 12, 128), fc.constantFrom(0n, 100n, -150n, 12345n)],
  ["u", new arrow.Uint64(), fc.constantFrom(0n, 2n ** 64n - 1n, 3n)],
];
const names = columns.map(([name]) => name);
const numeric = ["a", "A", "it's"];

const column = (name: string): ExpressionNode => ({ node: "column", name });
const whole = (value: number): ExpressionNode => ({ node: "literal", type: "number", text: String(value) });

function pick<T>(draw: Draw, values: readonly T[]): T {
  return values[draw(fc.nat, values.length - 1)] as T;
}

function drawTable(draw: Draw, rows: number): Table {
  return buildTable(
    columns.map(([name, type, cell]) => ({
      name,
      type,
      cells: Array.from({ length: rows }, (_, row) =>
        row > 0 && draw(fc.nat, 5) === 0 ? null : name === "日" ? draw(fc.boolean) : draw(() => cell),
      ),
    })),
  );
}

function drawNumber(draw: Draw, depth: number): ExpressionNode {
  switch (draw(fc.nat, depth > 0 ? 7 : 1)) {
    case 0:
      return column(pick(draw, numeric));
    case 1:
      return pick(draw, [whole(0), whole(3), whole(-2), { node: "literal", type: "number", text: "1.5" }]);
    case 2:
    case 3:
      return {
        node: "arithmetic",
        operator: pick(draw, ["add", "subtract", "multiply", "divide", "modulo"]),
        left: drawNumber(draw, depth - 1),
        right: drawNumber(draw, depth - 1),
      };
    case 4:
      return {
        node: "call",
        function: pick(draw, ["abs", "negate", "floor", "sign"]),
        arguments: [drawNumber(draw, depth - 1)],
      };
    case 5:
      return { node: "arithmetic", operator: "intDivide", left: column("A"), right: column("a") };
    case 6:
      return { node: "call", function: "length", arguments: [column('select "x"')] };
    default:
      return {
        node: "case",
        branches: [{ when: drawCondition(draw, depth - 1), value: drawNumber(draw, depth - 1) }],
        otherwise: draw(fc.boolean) ? drawNumber(draw, depth - 1) : null,
      };
  }
}

function drawCondition(draw: Draw, depth: number): ExpressionNode {
  switch (draw(fc.nat, depth > 0 ? 8 : 5)) {
    case 0:
      return { node: "isNull", operand: column(pick(draw, names)) };
    case 1:
      return {
        node: "comparison",
        operator: pick(draw, operators),
        left: drawNumber(draw, depth - 1),
        right: drawNumber(draw, depth - 1),
      };
    case 2:
      return {
        node: "comparison",
        operator: pick(draw, operators),
        left: column('select "x"'),
        right: { node: "literal", type: "string", text: pick(draw, ["a", "日本", "a\0b", "it's"]) },
      };
    case 3:
      return {
        node: "like",
        operand: column('select "x"'),
        pattern: pick(draw, ["a%", "_", "%\\%\\_", "%本"]),
        ignoreCase: false,
      };
    case 4:
      return column("日");
    case 5:
      return {
        node: "comparison",
        operator: pick(draw, operators),
        left: column(pick(draw, ["u", "d", "a"])),
        right: pick(draw, [
          whole(3),
          { node: "literal", type: "number", text: "1.5" },
          { node: "literal", type: "number", text: "NaN" },
        ]),
      };
    case 6:
      return { node: "not", operand: drawCondition(draw, depth - 1) };
    default:
      return {
        node: pick(draw, ["and", "or"]),
        operands: [drawCondition(draw, depth - 1), drawCondition(draw, depth - 1)],
      };
  }
}

const operators = ["eq", "neq", "gt", "gte", "lt", "lte"] as const;

function drawKeys(draw: Draw, from: readonly string[]): SortKey[] {
  return Array.from({ length: 1 + draw(fc.nat, 1) }, () => ({
    expression: column(pick(draw, from)),
    descending: draw(fc.boolean),
    nullsFirst: draw(fc.boolean),
  }));
}

const aggregates = [
  "count",
  "countDistinct",
  "sum",
  "mean",
  "min",
  "max",
  "stddev",
  "stddevPopulation",
  "variance",
  "first",
  "last",
  "list",
  "median",
] as const;

function drawAggregate(draw: Draw, index: number) {
  const name = pick(draw, aggregates);
  const isNumber = ["sum", "mean", "stddev", "stddevPopulation", "variance", "median"].includes(name);
  const operand =
    name === "count" && draw(fc.boolean) ? null : column(pick(draw, isNumber ? numeric : names));
  return {
    name: `g${index}`,
    expression: { node: "aggregate", function: name, operand, fraction: null } as const,
  };
}

/** Whether the rows come in an order that can be told. */
interface Drawn {
  readonly plan: Plan;
  readonly isOrdered: boolean;
}

function drawPlan(draw: Draw): Drawn {
  let plan: Plan = { step: "input", name: "t" };
  let isOrdered = true;
  for (let step = draw(fc.nat, 2); step > 0; step--) {
    switch (draw(fc.nat, 4)) {
      case 0:
      case 1:
        plan = { step: "filter", input: plan, predicates: [drawCondition(draw, 2)] };
        break;
      case 2:
        plan = { step: "sort", input: plan, keys: drawKeys(draw, names) };
        break;
      case 3:
        plan = { step: "limit", input: plan, count: draw(fc.nat, 9), offset: draw(fc.nat, 2) };
        break;
      default:
        plan = {
          step: "window",
          input: plan,
          partitionBy: draw(fc.boolean) ? [column("A")] : [],
          orderBy: drawKeys(draw, ["a", "it's"]),
          frame: draw(fc.boolean) ? null : { start: -2, end: 0 },
          functions: [
            {
              name: `w${step}`,
              function: { node: "ranking", function: pick(draw, ["rowNumber", "rank", "denseRank"]) },
            },
            {
              name: `s${step}`,
              function: {
                node: "shift",
                function: pick(draw, ["lag", "lead"]),
                operand: column("A"),
                offset: 1,
                otherwise: null,
              },
            },
            {
              name: `n${step}`,
              function: {
                node: "aggregate",
                function: pick(draw, ["count", "sum", "min"]),
                operand: column("A"),
                fraction: null,
              },
            },
          ],
        };
    }
  }
  switch (draw(fc.nat, 6)) {
    case 0:
      plan = {
        step: "project",
        input: plan,
        columns: [
          { name: "n", expression: drawNumber(draw, 3) },
          { name: "c", expression: drawCondition(draw, 2) },
          { name: "t", expression: column("t") },
        ],
      };
      break;
    case 1:
    case 2: {
      const keys =
        fc
          .sample(fc.shuffledSubarray([...names]), { numRuns: 1, seed: draw(fc.nat) })[0]
          ?.slice(0, draw(fc.nat, 2)) ?? [];
      plan = {
        step: "aggregate",
        input: plan,
        keys: keys.map((name) => ({ name, expression: column(name) })),
        aggregates: [0, 1].map((index) => drawAggregate(draw, index)),
      };
      isOrdered = false;
      break;
    }
    case 3:
      plan = {
        step: "distinct",
        input: {
          step: "project",
          input: plan,
          columns: ["A", "日"].map((name) => ({ name, expression: column(name) })),
        },
        on: null,
      };
      isOrdered = false;
      break;
    case 4: {
      const other: Plan = {
        step: "project",
        input: { step: "input", name: "t" },
        columns: [
          { name: "k", expression: column("a") },
          { name: "f", expression: column("it's") },
        ],
      };
      plan = {
        step: "join",
        input: plan,
        other,
        kind: pick(draw, ["inner", "left", "right", "full", "semi", "anti"]),
        on: [
          pick(draw, [
            { left: column("a"), right: column("k") },
            { left: column("it's"), right: column("f") },
          ]),
        ],
        suffix: "_right",
      };
      isOrdered = false;
      break;
    }
    default:
  }
  return { plan: createPlan(plan), isOrdered };
}

const leafOf = (inputs: EngineInputs) => (leaf: Plan) =>
  inputs.get((leaf as { name: string }).name)?.schema.fields ?? [];

type RunPlan = (inputs: EngineInputs, options: EngineOptions) => AsyncIterable<RecordBatch>;

async function rowsOf(run: RunPlan, plan: Plan, inputs: EngineInputs): Promise<string[] | "fails"> {
  const rows: string[] = [];
  const schema = planSchema(plan, leafOf(inputs));
  try {
    for await (const batch of run(inputs, {})) {
      expect(batch.schema.fields.map(({ name, type }) => `${name}: ${type}`)).toEqual(
        schema.fields.map(({ name, type }) => `${name}: ${type}`),
      );
      rows.push(...toRowObjects(batch).map(textOf));
    }
  } catch (error) {
    if ((error as { code?: string }).code === "InvalidInput") return "fails";
    throw error;
  }
  return rows;
}

/** Sums of floats differ in the last digits by the order in which they are added; what cancels out is 0, and so is -0. */
function textOf(row: object): string {
  return JSON.stringify({ ...row }, (_, value: unknown) => {
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "number") return value;
    return Math.abs(value) < 1e-12 ? "0" : value.toPrecision(9);
  });
}

function inputOf(table: Table, batchRows: number): EngineInputs {
  const batches: RecordBatch[] = [];
  for (const batch of table.batches) {
    for (let row = 0; row < batch.numRows; row += batchRows) batches.push(batch.slice(row, row + batchRows));
  }
  const input = {
    schema: table.schema,
    rows: table.numRows,
    async *batches() {
      yield* batches;
    },
  };
  return new Map([["t", input]]);
}

const ran = { duckdb: 0, aggregate: 0 };
afterAll(() => expect(Math.min(ran.duckdb, ran.aggregate)).toBeGreaterThan(sizes.generatedCases / 30));

test("DuckDB and the aggregator give the rows of the plain engine", async () => {
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const { plan, isOrdered } = drawPlan(draw);
      const inputs = inputOf(drawTable(draw, draw(fc.nat, 12)), 5);
      const sorted = (rows: string[] | "fails") => (isOrdered || rows === "fails" ? rows : rows.toSorted());
      const plainly: RunPlan = (...given) => plainEngine.run(plan, ...given);
      const expected = sorted(await rowsOf(plainly, plan, inputs));
      for (const engine of [duckdbEngine, aggregateEngine]) {
        const prepared = engine.prepare(plan, inputs);
        if ("reasons" in prepared) {
          expect(engine, prepared.reasons.join("; ")).toBe(aggregateEngine);
          continue;
        }
        expect(
          sorted(await rowsOf(prepared.run, plan, inputs)),
          `${engine.name}: ${describePlan(plan)}`,
        ).toEqual(expected);
        ran[engine.name as "duckdb" | "aggregate"] += 1;
      }
    }),
    { numRuns: sizes.generatedCases, endOnFailure: true },
  );
});
