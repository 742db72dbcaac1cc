/** Every function of a row, on odd values of every type: what our frames compute is what DuckDB computes under Python. */
import { beforeAll, expect, test } from "vitest";
import type { Field, RecordBatch } from "../../../../src/arrow.ts";
import { compileSteps } from "../../../../src/frame/engines/duckdb/compile-steps.ts";
import { sharedDatabase } from "../../../../src/frame/engines/duckdb/database.ts";
import type { RowStep } from "../../../../src/frame/engines/duckdb/row-statement.ts";
import { compileRowSteps } from "../../../../src/frame/engines/duckdb/stream-rows.ts";
import type { ExpressionNode, SortKey } from "../../../../src/frame/expression/expression-node.ts";
import { operandsOf } from "../../../../src/frame/expression/expression-parts.ts";
import { expressionSql, type Scope } from "../../../../src/frame/functions/expression-sql.ts";
import { findScalar, scalarFunctions } from "../../../../src/frame/functions/scalar-functions.ts";
import type { Plan } from "../../../../src/frame/plan/plan.ts";
import { col, type Expression, lit, when } from "../../../../src/index.ts";
import { type Case, cases, nodeOf } from "./function-cases.ts";
import { oddTable } from "./odd-rows.ts";
import { askOracle, type Encoded, encodeRows } from "./oracle.ts";

const table = oddTable(7);
let answers: Readonly<Record<string, readonly (readonly Encoded[])[] | string>>;

beforeAll(async () => {
  answers = await askOracle(
    table,
    Object.fromEntries(Object.entries(cases).map(([name, [, sql]]) => [name, `SELECT ${sql} FROM t`])),
  );
}, 240_000);

function stream(node: ExpressionNode, batchRows: number): Promise<Encoded[]> {
  return streamSteps([{ step: "project", columns: [{ name: "value", expression: node }] }], batchRows);
}

async function streamSteps(steps: readonly RowStep[], batchRows: number): Promise<Encoded[]> {
  const { fields } = table.schema;
  const whole = table.batches[0] as RecordBatch;
  async function* batches() {
    for (let row = 0; row < whole.numRows; row += batchRows) yield whole.slice(row, row + batchRows);
  }
  const rows: RecordBatch[] = [];
  for await (const batch of compileRowSteps(fields, steps).run(sharedDatabase, batches(), {
    action: "compute",
  }))
    rows.push(batch);
  return encodeRows(rows).map(([value]) => value as Encoded);
}

test.each(Object.keys(cases))("%s", async (name) => {
  const [ours] = cases[name] as Case;
  const theirs = answers[name];
  expect(typeof theirs, String(theirs)).not.toBe("string");
  const expected = (theirs as readonly (readonly Encoded[])[]).map(([value]) => value);
  for (const batchRows of [400, 129])
    expect(differences(await stream(nodeOf(ours), batchRows), expected)).toEqual([]);
  expect(differences(await block(nodeOf(ours)), expected)).toEqual([]);
});

/** In one statement over all rows. */
async function block(node: ExpressionNode): Promise<Encoded[]> {
  const rows: Plan = { step: "input", name: "rows" };
  const sorted: Plan = { step: "sort", input: rows, keys: [byNothing] };
  const columns = [{ name: "value", expression: node }];
  const steps = compileSteps(
    { step: "project", input: sorted, columns },
    { fields: () => table.schema.fields },
  );
  const found: RecordBatch[] = [];
  async function* batches() {
    yield* table.batches;
  }
  const run = { rows: batches, work: { action: "compute" }, memoryLimit: 1e9, isOwnLimit: false };
  for await (const batch of steps.run(run)) found.push(batch);
  return encodeRows(found).map(([value]) => value as Encoded);
}

/** Equal rows keep their order. */
const byNothing: SortKey = { expression: lit(1).node, descending: false, nullsFirst: false };

/** The first rows in which two columns differ. */
function differences(ours: readonly Encoded[], theirs: readonly (Encoded | undefined)[]) {
  const rows = theirs.map((expected, row) => ({ row, expected, ours: ours[row] }));
  const found = rows.filter((each) => JSON.stringify(each.ours) !== JSON.stringify(each.expected));
  return [...found.slice(0, 5), ...(ours.length === theirs.length ? [] : [{ rows: ours.length }])];
}

const deep: Readonly<Record<string, readonly [column: string, apply: (value: Expression) => Expression]>> = {
  sqrt: ["f", (value) => value.sqrt()],
  ln: ["f", (value) => value.abs().add(3).ln()],
  asin: ["g", (value) => value.sin().asin()],
  sign: ["d", (value) => value.sign().add(col("d"))],
  regexpExtract: ["s", (value) => value.regexpExtract("([a-z].*)", 1).concat("bound1")],
  "bound names": ["s", (value) => value.concat(" bound1").regexpExtract("bound1?(.*)", 0)],
  cast: ["g", (value) => value.cast("string", { orNull: true }).cast("double", { orNull: true })],
  hour: ["z", (value) => value.dateTrunc("hour").offsetBy({ hours: 1 })],
  week: ["z", (value) => value.dateTrunc("week").offsetBy({ days: 8 })],
  when: ["g", (value) => when(value.gt(1), value.sqrt()).otherwise(value.abs().add(1).ln())],
};

test.each(Object.keys(deep))("%s forty times over is what forty steps come to", async (name) => {
  const [column, apply] = deep[name] as (typeof deep)[string];
  // What computes with a value twice doubles as written, and is as deep as it may be.
  const depth = name === "when" ? 5 : 40;
  let whole: Expression = col(column);
  const steps: RowStep[] = [];
  for (let level = 0; level < depth; level++) {
    const below = col(level === 0 ? column : "value");
    whole = apply(whole);
    const kept = table.schema.fields.map((field) => ({ name: field.name, expression: col(field.name).node }));
    steps.push({ step: "project", columns: [...kept, { name: "value", expression: apply(below).node }] });
  }
  steps.push({ step: "project", columns: [{ name: "value", expression: col("value").node }] });
  expect(differences(await stream(whole.node, 400), await streamSteps(steps, 400))).toEqual([]);
});

test("the text of any function inside itself grows with its depth, and no faster", () => {
  const { fields } = table.schema;
  const scope = {
    field: (name: string) => fields.find((field) => field.name === name) as Field,
    sql: String,
  };
  const others = [lit(2), lit("day"), lit("a")].map(({ node }) => node);
  let nested = 0;
  for (const name of scalarFunctions) {
    for (const { name: column } of fields) {
      const nest = (depth: number, other: ExpressionNode): ExpressionNode => {
        const { takes, least = takes.length } = findScalar(name);
        const arguments_ = Array.from({ length: Math.max(1, least) - 1 }, () => other);
        const first = depth === 0 ? col(column).node : nest(depth - 1, other);
        return depth === 0 ? first : { node: "call", function: name, arguments: [first, ...arguments_] };
      };
      const fitting = [...others, col(column).node].find((other) => isWritten(nest(3, other), scope));
      if (fitting === undefined) continue;
      nested += 1;
      const [shallow, far] = [20, 40].map((depth) => expressionSql(nest(depth, fitting), scope).length);
      expect(far, `${name} of ${column}`).toBeLessThan(2.5 * (shallow as number));
    }
  }
  expect(nested).toBeGreaterThan(200);
});

function isWritten(node: ExpressionNode, scope: Scope): boolean {
  try {
    return expressionSql(node, scope).length > 0;
  } catch {
    // Calls that nobody can write are refused in many ways.
    return false;
  }
}

test("every function of the table is among the cases", () => {
  const used = new Set<string>();
  const visit = (node: ExpressionNode) => {
    if (node.node === "call") used.add(node.function);
    for (const operand of operandsOf(node)) visit(operand);
  };
  for (const [ours] of Object.values(cases)) visit(nodeOf(ours));
  expect([...scalarFunctions].filter((name) => !used.has(name))).toEqual([]);
});
