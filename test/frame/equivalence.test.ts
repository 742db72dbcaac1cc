import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DataType, RecordBatch, Table } from "../../src/arrow.ts";
import { checkPlan } from "../../src/frame/check-plan.ts";
import { describePlan } from "../../src/frame/describe-plan.ts";
import { runInMemory } from "../../src/frame/engines/memory.ts";
import { col, type Expression, lit } from "../../src/frame/expr.ts";
import { Frame } from "../../src/frame/frame.ts";
import { optimize } from "../../src/frame/optimize.ts";
import { type Plan, stepsOf } from "../../src/frame/plan.ts";
import { type RowObject, toRowObjects } from "../../src/frame/row-objects.ts";
import { sizes } from "../sizes.ts";
import { type LanceFolder, openLanceFolder } from "./lance-folder.ts";
import { buildTable, type ColumnSample, columnSamples, text } from "./sample-table.ts";

let folder: LanceFolder;

beforeAll(async () => {
  // A few rows a batch, so that limits end within and between batches.
  folder = await openLanceFolder(4);
});
afterAll(() => folder.remove());

/** A case is reported as it was found: making it smaller through Lance would take longer than a test may. */
const asFound = { endOnFailure: true } as const;

interface Column extends ColumnSample {
  readonly name: string;
}

/** Whatever Lance lets a column be called; a dot, a backtick and its own names it does not. */
const columnName = fc
  .oneof(
    fc.constantFrom(
      "a",
      "A",
      "a b",
      "it's",
      'say "x"',
      "a--",
      "a;b",
      "select",
      "é",
      "日本",
      "😀",
      "%",
      "__proto__",
      "a\\",
      "1",
      "\n",
    ),
    fc.string({ unit: "binary", minLength: 1, maxLength: 6 }),
  )
  .filter(
    (name) => name.isWellFormed() && !/[.`]/.test(name) && !/^_(row|distance|score|relevance)/.test(name),
  );

type Draw = fc.GeneratorValue;

function drawFrom<T>(draw: Draw, values: fc.Arbitrary<T>): T {
  return draw(() => values);
}

/** By index, so that a failure prints a number and not the whole thing. */
function pick<T>(draw: Draw, values: readonly T[]): T {
  return values[draw(fc.nat, values.length - 1)] as T;
}

const comparisons = ["eq", "neq", "gt", "gte", "lt", "lte"] as const;

function drawCondition(draw: Draw, columns: readonly Column[], depth: number): Expression {
  const kind = draw(fc.integer, { min: 0, max: depth > 0 ? 12 : 8 });
  const column = pick(draw, columns);
  const expression = col(column.name);
  if (kind >= 9) {
    const left = drawCondition(draw, columns, depth - 1);
    if (kind === 9) return left.not();
    const right = drawCondition(draw, columns, depth - 1);
    return kind === 10 ? left.or(right) : left.and(right);
  }
  const isNumber = ({ type }: Column) => /^(Int|Uint|Float)/.test(type.toString());
  const twins = columns.filter(
    (other) => other.type.toString() === column.type.toString() || (isNumber(other) && isNumber(column)),
  );
  const isText = column.type.toString().includes("Utf8");
  switch (kind) {
    case 0:
      return expression.isNull();
    case 1:
      return expression.isIn(drawFrom(draw, fc.array(column.literal, { maxLength: 5 })));
    case 2:
      return expression.between(drawFrom(draw, column.literal), drawFrom(draw, column.literal));
    case 3:
      return expression[pick(draw, comparisons)](col(pick(draw, twins).name));
    case 4:
      if (isText) return expression.like(drawFrom(draw, text).replace(/\\+$/, ""));
      break;
    case 5:
      if (isText) return expression.startsWith(drawFrom(draw, text));
      if (column.type.toString() === "Bool") return expression;
      break;
    case 6:
      return draw(fc.boolean) ? lit(draw(fc.boolean)) : lit(drawFrom(draw, column.literal)).lt(expression);
    case 7:
      return expression.isIn(drawFrom(draw, fc.array(column.literal, { maxLength: 2 }))).not();
    default:
  }
  return expression[pick(draw, comparisons)](drawFrom(draw, column.literal));
}

function drawFrame(draw: Draw, frame: Frame, all: readonly Column[]): Frame {
  let result = frame;
  let columns = all;
  for (let step = draw(fc.integer, { min: 0, max: 5 }); step > 0; step--) {
    switch (draw(fc.integer, { min: 0, max: 5 })) {
      case 0:
        columns = drawFrom(draw, fc.shuffledSubarray([...columns], { minLength: 1 }));
        result = result.select(...columns.map(({ name }) => name));
        break;
      case 1: {
        const dropped = pick(draw, columns);
        if (columns.length > 1) {
          columns = columns.filter((column) => column !== dropped);
          result = result.exclude(dropped.name);
        }
        break;
      }
      case 2:
        result = result.limit(draw(fc.nat, 9), { offset: draw(fc.nat, 4) });
        break;
      case 3:
        result = draw(fc.integer, { min: 0, max: 3 }) === 0 ? result.offset(draw(fc.nat, 4)) : result;
        break;
      default:
        result = result.where(drawCondition(draw, columns, 3));
    }
  }
  return result;
}

/** apache-arrow writes a boolean column of nulls alone so that Lance refuses it. */
function drawCells(draw: Draw, type: DataType, cell: ColumnSample["cell"], rows: number) {
  const cells = Array.from({ length: rows }, () => drawFrom(draw, cell));
  return type.toString() === "Bool" && cells.every((value) => value === null)
    ? [true, ...cells.slice(1)]
    : cells;
}

/** What Lance builds a B-tree over. */
function isIndexable(type: DataType): boolean {
  return !/Bool|Binary|Dictionary|Decimal|LargeUtf8/.test(type.toString());
}

async function runPlainly(table: Table, plan: Plan): Promise<RowObject[]> {
  async function* batches(): AsyncGenerator<RecordBatch> {
    yield* table.batches;
  }
  const rows: RowObject[] = [];
  for await (const batch of runInMemory(batches(), stepsOf(checkPlan(plan, table.schema).plan))) {
    rows.push(...toRowObjects(batch));
  }
  return rows;
}

test("a plan pushed down to Lance gives the rows of the plain engine", async () => {
  let created = 0;
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(columnName, { minLength: 1, maxLength: 5 }),
      fc.integer({ min: 1, max: 12 }),
      fc.gen(),
      async (names, rows, draw) => {
        const columns = names.map((name) => ({
          name,
          ...pick(draw, columnSamples),
        }));
        const table = buildTable(
          columns.map(({ name, type, cell }) => ({
            name,
            type,
            cells: drawCells(draw, type, cell, rows),
          })),
        );
        created += 1;
        const source = await folder.create(`t${created}`, table);
        const frame = drawFrame(draw, Frame.from(source), columns);
        const expected = await runPlainly(table, frame.plan);
        expect(await frame.toObjects(), describePlan(frame.plan)).toEqual(expected);
        expect(await frame.count(), describePlan(frame.plan)).toBe(expected.length);
        if (expected.length > 0 && expected.length < rows) answered += 1;
      },
    ),
    { numRuns: sizes.generatedCases, ...asFound },
  );
  // Plans that keep all rows or none would prove little.
  expect(answered).toBeGreaterThan(sizes.generatedCases / 20);
});

test("an optimised plan gives the rows of the plan as written", async () => {
  const [sample] = columnSamples;
  if (sample === undefined) throw new Error("no samples");
  const columns = ["a", "b", "c"].map((name) => ({ name, ...sample }));
  const table = buildTable(
    columns.map(({ name, type }) => ({
      name,
      type,
      cells: Array.from({ length: 9 }, (_, row) => BigInt(row % 4)),
    })),
  );
  const source = await folder.create("optimised", table);
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const { plan } = checkPlan(drawFrame(draw, Frame.from(source), columns).plan, table.schema);
      expect(await runPlainly(table, optimize(plan))).toEqual(await runPlainly(table, plan));
    }),
    { numRuns: sizes.generatedCases },
  );
});

test.each(columnSamples.map((sample) => [sample.type.toString(), sample] as const))(
  "conditions on %s keep the same rows in Lance, with an index and without",
  async (typeName, sample) => {
    const columns = ["a", "b"].map((name) => ({ name, ...sample }));
    const cells = fc.sample(fc.array(sample.cell, { minLength: 40, maxLength: 40 }), { numRuns: 2, seed: 7 });
    const table = buildTable(
      columns.map(({ name, type }, index) => ({ name, type, cells: cells[index] ?? [] })),
    );
    const plain = await folder.create(`plain_${typeName}`.replace(/\W/g, "_"), table);
    const indexed = await folder.create(`indexed_${typeName}`.replace(/\W/g, "_"), table);
    if (isIndexable(sample.type)) await indexed.createIndex("a");
    await fc.assert(
      fc.asyncProperty(fc.gen(), async (draw) => {
        // Often the same few values: what cancels out is what gets simplified.
        const few = fc.constantFrom(...Array.from({ length: 3 }, () => drawFrom(draw, sample.literal)));
        const asked = draw(fc.boolean)
          ? columns
          : columns.slice(0, 1).map((column) => ({ ...column, literal: few }));
        const condition = drawCondition(draw, asked, 3);
        const frame = Frame.from(plain).where(condition);
        const expected = await runPlainly(table, frame.plan);
        expect(await frame.toObjects(), describePlan(frame.plan)).toEqual(expected);
        const throughIndex = Frame.from(indexed).where(condition);
        expect(await throughIndex.toObjects(), `indexed: ${describePlan(frame.plan)}`).toEqual(expected);
      }),
      { numRuns: Math.ceil(sizes.generatedCases / 10), ...asFound },
    );
  },
);
