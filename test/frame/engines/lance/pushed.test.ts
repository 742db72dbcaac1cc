/** A condition on any function keeps the same rows whether Lance gets it, or rows of the program are filtered. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type Field, type Table } from "../../../../src/arrow.ts";
import { isPushable } from "../../../../src/frame/engines/lance/filter-sql.ts";
import { call, conditionOf } from "../../../../src/frame/expression/expression-build.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { inferField } from "../../../../src/frame/functions/infer-type.ts";
import {
  findScalar,
  type ScalarFunction,
  scalarFunctions,
} from "../../../../src/frame/functions/scalar-functions.ts";
import { col, DlfLanceError, Expression, lit, toList, toStruct } from "../../../../src/index.ts";
import { createRandom } from "../../../../src/random.ts";
import { sizes } from "../../../sizes.ts";
import { type LanceFolder, openLanceFolder } from "../../lance-folder.ts";
import { buildTable } from "../../sample-table.ts";
import { oddTable } from "../duckdb/odd-rows.ts";

const table = buildOddRows();
const rows = Frame.of(table, "rows");
const find = (name: string) => table.schema.fields.find((field) => field.name === name);
let folder: LanceFolder;
let lance: Frame;

beforeAll(async () => {
  folder = await openLanceFolder();
  await folder.create("odd", table);
  lance = folder.read("odd");
});
afterAll(() => folder.remove());

/** Without maps, which Lance's library does not hold; half of the NaNs have their sign bit set, as `0 / 0` makes them. */
function buildOddRows(): Table {
  const odd = oddTable(23);
  const values = odd.getChild("f")?.data[0]?.values as Float64Array;
  const bits = new BigUint64Array(values.buffer, values.byteOffset, values.length);
  for (const [row, value] of values.entries())
    if (Number.isNaN(value) && row % 2 === 0) bits[row] = (bits[row] as bigint) | (1n << 63n);
  const numbers = Array.from({ length: odd.numRows }, (_, row) => BigInt(row));
  const numbered = buildTable([{ name: "row", type: new arrow.Int32(), cells: numbers }]).assign(odd);
  return numbered.select(numbered.schema.fields.map(({ name }) => name).filter((name) => name !== "mp"));
}

const names = table.schema.fields.map(({ name }) => name);
const constants = [2, 0, 0.5, "a", "day", "second", "%Y-%m-%d", "$.a", "a(b)?", "UTC", "base64", "int32"];

/** Calls whose arguments say more than what is tried below. */
const written: Partial<Readonly<Record<ScalarFunction, readonly Expression[]>>> = {
  splitPart: [col("s").splitPart("a", 0), col("p").splitPart(".", -1)],
  regexpExtract: [col("s").regexpExtract("(a|é)(.?)", 2), col("p").regexpExtract("\\d+")],
  dateTrunc: [col("t2").dateTrunc("month"), col("z").dateTrunc("day"), col("y").dateTrunc("week")],
  timeBucket: [col("t2").timeBucket({ minutes: 45 }), col("y").timeBucket({ days: 10 })],
  dateDiff: [col("t2").dateDiff(col("t1"), "hour"), col("y").dateDiff(col("t2"), "day")],
  convertTimeZone: [col("z").convertTimeZone("Asia/Tokyo").hour()],
  strptime: [col("s").strptime("%Y-%m-%d", { orNull: true })],
  listAny: [toList(col("b"), col("f").gt(0)).listAny()],
  listAll: [toList(col("b"), col("f").gt(0)).listAll()],
  toStruct: [toStruct({ a: col("s"), b: col("f") }).field("b")],
};

type Pick = <T>(from: readonly T[]) => T;

/** The function over a column, with a constant or a column next to it; undefined where it does not take them. */
function drawCall(name: ScalarFunction, pick: Pick): Expression | undefined {
  if (written[name] !== undefined) return pick(written[name]);
  const { takes, least = takes.length } = findScalar(name);
  const [column, near] = [pick(names), pick([...names, ...constants])];
  const other = typeof near === "string" && names.includes(near) ? col(near) : lit(near);
  const more = Array.from({ length: Math.max(least, 1) - 1 }, () => other);
  return fitting(() => new Expression(call(name, col(column), ...more), "v"))[0];
}

function fitting(build: () => object): Expression[] {
  try {
    const expression = build() as Expression;
    inferField(expression.node, (column) => find(column) as Field);
    return [expression];
  } catch (error) {
    // Most arguments do not fit most functions.
    if (error instanceof DlfLanceError) return [];
    throw error;
  }
}

const others: Readonly<Record<string, (pick: Pick) => Expression>> = {
  "a column": (pick) => col(pick(names)),
  "a field": (pick) => col("q").field(pick(["a", "b t"])),
  arithmetic: (pick) =>
    pick([
      col("f").add(col("g")),
      col("f").mul(col("h")),
      col("f").div(col("j")),
      col("g").sub(col("f")).mul(-0.5),
    ]),
};

/** What a condition compares a value with: one that it comes to in some row, one next to it, and what is odd. */
async function drawConstants(value: Expression, draw: Pick): Promise<unknown[]> {
  const found = await rows
    .limit(50)
    .select(value.as("v"))
    .toObjects()
    .catch((): Record<string, unknown>[] => []);
  const known = found.map((row) => row.v).filter((value) => value !== null);
  const own = known.length > 0 ? draw(known) : undefined;
  if (typeof own === "number") return [own, draw([0, -0, Number.NaN, Infinity, -Infinity, own + 1, 5e-324])];
  if (typeof own === "bigint") return [own, draw([0n, own + 1n, 1.5, -(2n ** 63n), 2n ** 64n - 1n])];
  if (typeof own === "string") return [own, draw(["", "a", own.slice(1), "\u{10ffff}"])];
  return typeof own === "boolean" || own instanceof Date ? [own, own] : [];
}

async function drawConditions(left: Expression, draw: Pick): Promise<Expression[]> {
  const [own, odd] = await drawConstants(left, draw);
  const operator = draw(["eq", "neq", "lt", "lte", "gt", "gte"] as const);
  const isTest = inferField(left.node, (column) => find(column) as Field).type.toString() === "Bool";
  return [
    ...(isTest ? Array.from({ length: 6 }, () => () => left) : []),
    () => left.isNull(),
    ...(own === undefined
      ? []
      : [
          () => left[operator](draw([own, odd]) as never),
          () => left.isIn([own, odd] as never),
          () => left.isIn([odd] as never).not(),
          () => left[operator](own as never).not(),
          () => left[operator](own as never).and(left.isNotNull()),
          () => left.between(odd as never, own as never),
        ]),
    ...(["f", "s", "j", "t2"] as const).map((other) => () => left[operator](col(other) as never)),
  ].flatMap(fitting);
}

/** The numbers of the rows that are kept; undefined where a value of one cannot be computed. */
async function keptRows(frame: Frame, condition: Expression): Promise<unknown[] | undefined> {
  try {
    const found = await frame
      .where(condition as Expression<boolean>)
      .select("row")
      .toObjects();
    return found.map(({ row }) => row);
  } catch (error) {
    if (error instanceof DlfLanceError) return undefined;
    throw error;
  }
}

/** Lance's library holds no maps. */
const ofMaps: readonly string[] = ["mapGet", "mapKeys", "mapValues", "mapContains", "mapLength"];
/** What Lance gets; the other functions have no form for it in their table. */
const pushable = ["isNaN", "startsWith", "a column", "a field", "arithmetic"];
const pushed = new Set<string>();

/** Draws until the arguments fit. */
function drawValue(name: string, pick: Pick): Expression {
  for (let attempt = 0; attempt < 20_000; attempt++) {
    const drawn = others[name]?.(pick) ?? drawCall(name as ScalarFunction, pick);
    if (drawn !== undefined) return drawn;
  }
  throw new Error(`no arguments of ${name} were found; write a call of it`);
}

test.each([...scalarFunctions.filter((name) => !ofMaps.includes(name)), ...Object.keys(others)])(
  "%s",
  async (name) => {
    // Those of which Lance does something are drawn more often.
    const runs = Math.ceil(sizes.generatedPlans / (pushable.includes(name) ? 6 : 300));
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = createRandom(seed);
        const pick: Pick = (from) => from[Math.floor(random() * from.length)] as never;
        const conditions = await drawConditions(drawValue(name, pick), pick);
        const [one, other] = [pick(conditions), pick(conditions)];
        const condition = pick([one, one.not(), one.or(other), one.and(other.not())] as Expression[]);
        const expected = await keptRows(rows, condition);
        // Values that a condition cannot take are met or not, as the conditions before it are.
        if (expected === undefined) return;
        expect(await keptRows(lance, condition), String(condition)).toEqual(expected);
        if (isPushable(conditionOf(condition, "where"), find)) pushed.add(name);
      }),
      { numRuns: runs, endOnFailure: true },
    );
  },
);

test("Lance gets what the table of functions has a form for, and nothing else", () => {
  expect([...pushed].sort()).toEqual([...pushable].sort());
  expect(scalarFunctions.filter((name) => findScalar(name).lance !== undefined).sort()).toEqual([
    "isNaN",
    "startsWith",
  ]);
});
