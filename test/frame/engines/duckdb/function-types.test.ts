/**
 * The cases of every function once more, for each type that can take the place of a column of theirs: streamed, and in one
 * statement over all rows, they come to what DuckDB computes under Python. What Lance gets of them: pushed.test.ts.
 */
import { beforeAll, expect, test } from "vitest";
import {
  arrow,
  type DataType,
  type Field,
  type RecordBatch,
  type Table,
  Types,
} from "../../../../src/arrow.ts";
import type { ExpressionNode } from "../../../../src/frame/expression/expression-node.ts";
import { operandsOf } from "../../../../src/frame/expression/expression-parts.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { inferField } from "../../../../src/frame/functions/infer-type.ts";
import {
  findScalar,
  type ScalarFunction,
  scalarFunctions,
} from "../../../../src/frame/functions/scalar-functions.ts";
import { gatherBatch } from "../../../../src/frame/rows/gather.ts";
import { kindOfType } from "../../../../src/frame/types/column-kind.ts";
import { DlfLanceError, Expression } from "../../../../src/index.ts";
import { sizes } from "../../../sizes.ts";
import { everyTypeTable } from "./every-type.ts";
import { type Case, cases, nodeOf } from "./function-cases.ts";
import { oddTable } from "./odd-rows.ts";
import { askOracle, type Encoded, encodeRows } from "./oracle.ts";
import { runInDuckDb } from "./run-frame.ts";

interface Family {
  /** Of the odd rows. */
  readonly columns: string;
  /** Those in the place of the columns. */
  readonly types: string;
  /** What DuckDB's form takes in the place of a column. */
  readonly sql: (column: string) => string;
  /** Whether a result is only compared where it is of this kind, because the types mean another time or another number. */
  readonly gives?: (type: DataType) => boolean;
}

const as = (type: string) => (column: string) => `(${column}::${type})`;
const own = (column: string) => column;
const whole = "i8 i16 i32 i64 u8 u16 u32 u64";
const zoned = "zoned0 zoned1 zoned2 zoned3";
const isNoTimestamp = (type: DataType) => !Types.isTimestamp(type);
const isDouble = (type: DataType) => Types.isFloat(type) && type.precision === 2;

const families: readonly Family[] = [
  { columns: "i j k u u64", types: whole, sql: as("BIGINT") },
  { columns: "f g h", types: "f32 f64", sql: as("DOUBLE") },
  { columns: "f g", types: `${whole} d12 d38 d30`, sql: as("DOUBLE"), gives: isDouble },
  { columns: "d e d38", types: "d12 d38 d30", sql: own },
  { columns: "s p w js", types: "text longText words", sql: as("VARCHAR") },
  { columns: "bt", types: "bytes hash", sql: as("BLOB") },
  { columns: "b", types: "flag", sql: as("BOOLEAN") },
  { columns: "y", types: "day", sql: as("DATE") },
  { columns: "t0 t1 t2", types: "at0 at1 at2 at3", sql: as("TIMESTAMP") },
  {
    columns: "t0 t1 t2",
    types: zoned,
    sql: (column) => `timezone('Europe/Berlin', ${column}::TIMESTAMPTZ)`,
    gives: isNoTimestamp,
  },
  { columns: "t3", types: "at0 at1 at2 at3", sql: as("TIMESTAMP_NS"), gives: isNoTimestamp },
  {
    columns: "t3",
    types: zoned,
    sql: (column) => `timezone('Europe/Berlin', ${column}::TIMESTAMPTZ)::TIMESTAMP_NS`,
    gives: isNoTimestamp,
  },
  { columns: "z", types: zoned, sql: as("TIMESTAMPTZ") },
  { columns: "n", types: "clock0 clock1 clock2 clock3", sql: as("TIME") },
  { columns: "o", types: "span0 span1 span2 span3", sql: as("INTERVAL") },
  { columns: "l", types: "wholes", sql: own },
  { columns: "c", types: "reals", sql: own },
  { columns: "x", types: "labels", sql: own },
  { columns: "mp", types: "mapped", sql: own },
];

/** What DuckDB's form of a case takes instead: the very type counts there. */
const ownForms: readonly (readonly [cases: RegExp, types: RegExp, sql: (column: string) => string])[] = [
  [/^(bitwiseNot|bitCount)$/, /./, own],
  [/^cast float to text$/, /f32/, own],
  [/^(isIn|nullIf|listIndexOf)$/, /u64/, as("HUGEINT")],
];

/** Cases whose DuckDB form means something else for these types, as in `d38 for d`. */
const unlike: readonly (readonly [cases: RegExp, types: RegExp])[] = [
  // With the other decimals they have more than 38 digits, which is a double or an error.
  [/^(add|multiply|modulo|clip|subtract)\b.*decimal|^(when|least)$/, /^d(38|30) /],
  // DuckDB's own answers a number of 39 digits, or one beyond int64.
  [/^round decimal to tens$/, /^d38 /],
  [/^round whole$/, /^[iu]64 /],
  // The result is in nanoseconds, which are not that many.
  [/^(difference of timestamps|timestamp and duration)$/, /^(at|span)3 /],
  // Of a time with a zone it is the instant that counts.
  [/^(toUnixEpoch|dateDiff|cast timestamp to text)\b/, /^zoned\d for t/],
];

const table = joinColumns(everyTypeTable(17), oddTable(17));
const find = (name: string) => table.schema.fields.find((field) => field.name === name) as Field;

/** Both beside each other, as many rows as both have. */
function joinColumns(one: Table, other: Table): Table {
  const rows = Math.min(one.numRows, other.numRows);
  const parts = [one, other].map((each) => (each.batches[0] as RecordBatch).slice(0, rows));
  const schema = new arrow.Schema(parts.flatMap((part) => part.schema.fields));
  const children = parts.flatMap((part) => part.data.children);
  const type = new arrow.Struct(schema.fields);
  const batch = new arrow.RecordBatch(schema, new arrow.Data(type, 0, rows, 0, undefined, children as never));
  return new arrow.Table([batch]);
}

interface TypedCase {
  readonly name: string;
  readonly node: ExpressionNode;
  /** What it gives for the column of the case itself. */
  readonly usual: DataType;
  readonly theirs: string;
}

/** The functions, and the types in the place of an argument of theirs. */
const covered = new Map<string, Set<string>>();

const typedCases = Object.entries(cases).flatMap(([name, one]) =>
  families.flatMap((family) =>
    family.columns
      .split(" ")
      .flatMap((column) =>
        family.types.split(" ").flatMap((type) => replaceColumn(name, one, column, type, family)),
      ),
  ),
);

function replaceColumn(
  name: string,
  [ours, theirs]: Case,
  column: string,
  type: string,
  { sql, gives }: Family,
): TypedCase[] {
  const node = nodeOf(ours);
  const typed = renameColumn(node, column, `${type}_`) as ExpressionNode;
  if (JSON.stringify(typed) === JSON.stringify(node) || isRefused(typed)) return [];
  if (unlike.some(([names, types]) => names.test(name) && types.test(`${type} for ${column}`))) return [];
  const results = [node, typed].map((each) => inferField(each, find).type);
  if (gives !== undefined && !results.every(gives)) return [];
  noteFunctions(typed, type);
  const form = ownForms.find(([names, types]) => names.test(name) && types.test(type))?.[2] ?? sql;
  return [
    {
      name: `${name}, with ${type} for ${column}`,
      node: typed,
      usual: results[0] as DataType,
      theirs: outsideTexts(theirs, (text) =>
        text.replace(new RegExp(`\\b${column}\\b`, "g"), form(`${type}_`)),
      ),
    },
  ];
}

function renameColumn(part: unknown, from: string, to: string): unknown {
  if (Array.isArray(part)) return part.map((each) => renameColumn(each, from, to));
  if (typeof part !== "object" || part === null) return part;
  const node = part as { readonly node?: unknown; readonly name?: unknown };
  if (node.node === "column" && node.name === from) return { ...node, name: to };
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, renameColumn(value, from, to)]));
}

/** Texts in single quotes stay as they are. */
function outsideTexts(sql: string, change: (text: string) => string): string {
  return sql
    .split(/('(?:[^']|'')*')/)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join("");
}

function isRefused(node: ExpressionNode): boolean {
  try {
    inferField(node, find);
    return false;
  } catch (error) {
    if (error instanceof DlfLanceError) return true;
    throw error;
  }
}

function noteFunctions(node: ExpressionNode, type: string): void {
  if (node.node === "call") {
    const known = covered.get(node.function) ?? new Set();
    covered.set(node.function, known);
    for (const argument of operandsOf(node)) if (readsColumn(argument, `${type}_`)) known.add(type);
  }
  for (const operand of operandsOf(node)) noteFunctions(operand, type);
}

function readsColumn(node: ExpressionNode, name: string): boolean {
  return (
    (node.node === "column" && node.name === name) || operandsOf(node).some((each) => readsColumn(each, name))
  );
}

const isFull = sizes.generatedCases >= 1_000;
/** At the small size every fifth. */
const chosen = typedCases.filter((_, index) => isFull || index % 5 === 0);
let answers: Readonly<Record<string, readonly (readonly Encoded[])[] | string>>;

beforeAll(async () => {
  answers = await askOracle(
    table,
    Object.fromEntries(
      chosen.flatMap(({ name, theirs }) => [
        [name, `SELECT ${theirs} FROM t`],
        // What only some rows can compute is compared where they do.
        [`some of ${name}`, `SELECT TRY(${theirs}) FROM t`],
      ]),
    ),
  );
}, 240_000);

/** Values by a frame of its own for each way. */
async function compute(
  node: ExpressionNode,
  rows: Table,
  way: "streamed" | "whole",
): Promise<readonly Encoded[]> {
  const all = Frame.of(rows, "t");
  const value = new Expression(node, "value");
  const frame = way === "streamed" ? all.select(value) : all.sort("row").select(value);
  return encodeRows(await runInDuckDb(frame, 129)).map(([found]) => found as Encoded);
}

/** Decimals and ticks in one form, whatever scale and unit their type has. */
function comparable(value: Encoded | undefined, type: DataType, usual: DataType): Encoded | undefined {
  if (Array.isArray(value)) return value.map((each) => comparable(each, type, usual) as Encoded);
  if (typeof value !== "string") return value;
  if (value.startsWith("d")) {
    const digits = value.slice(1).includes(".") ? value.slice(1).replace(/\.?0+$/, "") : value.slice(1);
    return `n${digits === "-0" ? "0" : digits}`;
  }
  if (!value.startsWith("i")) return value;
  const [unit, usualUnit] = [unitOf(type), unitOf(usual)];
  if (unit === undefined || usualUnit === undefined || unit === usualUnit) return `n${value.slice(1)}`;
  return `n${unit < usualUnit ? BigInt(value.slice(1)) * 1000n ** BigInt(usualUnit - unit) : BigInt(value.slice(1)) / 1000n ** BigInt(unit - usualUnit)}`;
}

function unitOf(type: DataType): number | undefined {
  return Types.isTimestamp(type) || Types.isDuration(type) || Types.isTime(type) ? type.unit : undefined;
}

const batch = table.batches[0] as RecordBatch;
const groups = [...new Set(chosen.map(({ name }) => name.replace(/, with .*/, "")))];

test.each(groups)("%s", async (group) => {
  for (const [index, { name, node, usual, theirs }] of chosen.entries()) {
    if (name.replace(/, with .*/, "") !== group) continue;
    const type = inferField(node, find).type;
    const [whole, some] = [answers[name], answers[`some of ${name}`]];
    const isWhole = typeof whole !== "string";
    const told = isWhole ? whole : some;
    expect(typeof told, `${name}: ${theirs}: ${whole}`).not.toBe("string");
    const values = (told as readonly (readonly Encoded[])[]).map(([value]) => value as Encoded);
    const kept = [...values.keys()].filter((row) => isWhole || values[row] !== null);
    expect(kept.length, `${name}: ${theirs}: ${whole}`).toBeGreaterThan(0);
    const rows = isWhole ? table : new arrow.Table([gatherBatch(batch, Int32Array.from(kept))]);
    const expected = kept.map((row) => comparable(values[row], usual, usual));
    for (const way of ["streamed", "whole"] as const) {
      if (!isFull && (index % 2 === 0) !== (way === "streamed")) continue;
      const found = await compute(node, rows, way).catch((error: Error) => [error.message]);
      const differing = kept
        .map((row, at) => ({ row, found: comparable(found[at], type, usual), expected: expected[at] }))
        .filter(({ found: one, expected: other }) => JSON.stringify(one) !== JSON.stringify(other));
      expect({ name, way, theirs, differing: differing.slice(0, 3) }).toEqual({
        name,
        way,
        theirs,
        differing: [],
      });
    }
  }
});

/** Of the kinds that a function takes, those that it refuses all the same. */
const refusedTypes: Partial<Readonly<Record<ScalarFunction, RegExp>>> = {
  // They have no zone.
  convertTimeZone: /^at/,
};

/** Types that a function takes as its first argument. */
function typesTaken(name: ScalarFunction): readonly string[] {
  const [first] = findScalar(name).takes;
  if (!Array.isArray(first)) return [];
  return [...new Set(families.flatMap(({ types }) => types.split(" ")))].filter(
    (type) =>
      (first as readonly string[]).includes(kindOfType(find(`${type}_`).type).kind) &&
      refusedTypes[name]?.test(type) !== true,
  );
}

test("every function is computed for every type that it takes", () => {
  const missing = scalarFunctions.flatMap((name) =>
    typesTaken(name)
      .filter((type) => covered.get(name)?.has(type) !== true)
      .map((type) => `${name} of ${type}`),
  );
  expect(missing).toEqual([]);
});
