/** The profile of a file that is measured where it lies is that of its rows as a table. */
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { arrow, type Table } from "../../../src/arrow.ts";
import { typeName } from "../../../src/display/arrow/type-name.ts";
import { openFile } from "../../../src/frame/files/open-file.ts";
import { parseReadOptions } from "../../../src/frame/files/read-options.ts";
import { Frame } from "../../../src/frame/frame.ts";
import type { ColumnProfile, Profile } from "../../../src/frame/profile/profile.ts";
import type { RowSource } from "../../../src/frame/source.ts";
import { fromRows, isError, readFile } from "../../../src/index.ts";
import { type Progress, publishProgressWatcher } from "../../../src/progress.ts";
import { withoutDictionaries } from "../../../src/table/columns/change-children.ts";
import { sizes } from "../../sizes.ts";
import { buildTable, columnSamples, nestedSamples } from "../sample-table.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "profile-in-place-"));
});
afterAll(() => rm(folder, { recursive: true }));

let timesRead = 0;

/** A file that is measured in place however small it is. */
async function smallFile(path: string, types: Readonly<Record<string, string>> = {}): Promise<Frame> {
  const { mtimeMs, size } = await stat(path);
  const options = parseReadOptions(path, path.includes(".csv") ? { types, delimiter: "," } : {}, "read");
  const source: RowSource = {
    name: "rows",
    async resolve(signal) {
      const file = { name: path, path, stamp: `${mtimeMs}`, bytes: size };
      const reader = await openFile(file, options, undefined, signal);
      return {
        ...reader,
        batches(...asked) {
          timesRead += 1;
          return reader.batches(...asked);
        },
      };
    },
  };
  return Frame.of(source, "rows");
}

/** Sums of floats are added up in another order. */
function expectSame(ours: Profile, theirs: Profile, told: string): void {
  const exact = ({ mean: _, ...column }: ColumnProfile) => column;
  expect(ours.columns.map(exact), told).toEqual(theirs.columns.map(exact));
  expect([ours.rows, ours.sampledRows], told).toEqual([theirs.rows, theirs.sampledRows]);
  for (const [index, { mean }] of theirs.columns.entries()) expectNear(ours.columns[index]?.mean, mean, 1e-9);
}

function expectNear(value: number | null | undefined, expected: number | null, part: number): void {
  if (expected === null || !Number.isFinite(expected)) expect(value).toEqual(expected);
  else expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThanOrEqual(Math.abs(expected) * part);
}

test("columns of every type have the profile of their table", async () => {
  const { DataType: Types } = arrow;
  const writable = columnSamples.filter(
    ({ type }) => !Types.isBinary(type) && !(Types.isTimestamp(type) && type.unit === 3 && type.timezone),
  );
  let files = 0;
  timesRead = 0;
  const kinds = [".parquet", ".csv", ".csv.gz"] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...kinds),
      fc.subarray([...writable.keys()], { minLength: 1, maxLength: 4 }),
      fc.nat(12),
      fc.gen(),
      async (ending, chosen, rows, draw) => {
        const columns = [
          ...chosen.map((index) => writable[index] as (typeof writable)[number]),
          ...(ending === ".parquet" ? nestedSamples.slice(0, 1) : []),
        ].map(({ type, cell }, index) => ({
          name: `c${index}`,
          type,
          cells: Array.from({ length: rows }, () => draw(() => cell)),
        }));
        const table: Table = buildTable(columns);
        const path = join(folder, `${files++}${ending}`);
        await (ending === ".parquet" ? fromRows(table).toParquet(path) : fromRows(table).toCsv(path));
        const types = Object.fromEntries(
          columns.map(({ name, type }) => [name, typeName(withoutDictionaries(type))]),
        );
        const file = await smallFile(path, types);
        const told = `${ending}: ${columns.map(({ type }) => typeName(type)).join(", ")}, ${rows} rows`;
        expectSame(await file.profile(), await Frame.of(await file.collect(), "rows").profile(), told);
      },
    ),
    { numRuns: sizes.generatedPlans / 4, endOnFailure: true },
  );
  // Each file is read once, to be collected; a profile reads some: those with lists, and types that are stored otherwise.
  expect(timesRead).toBeGreaterThan(files);
  expect(timesRead).toBeLessThan(2 * files);
}, 600_000);

/** Names that differ by case, which our own writers refuse. */
const renameParquet = `
import sys, pyarrow.parquet as parquet
table = parquet.read_table(sys.argv[1])
parquet.write_table(table.rename_columns(["X" if name == "other" else name for name in table.column_names]), sys.argv[1])
`;
const renameCsv = `
import sys
text = open(sys.argv[1]).read()
open(sys.argv[1], "w").write(text.replace("other", "X", 1))
`;

/** Far from what a sample of 16,384 rows would be by chance. */
const farOff = 0.03;

test("of many rows all is counted exactly where they lie, and a sample tells the rest", async () => {
  const rows = 200_000;
  const table = arrow.tableFromArrays({
    id: BigInt64Array.from({ length: rows }, (_, row) => 2n ** 60n + BigInt(row)),
    x: Float64Array.from({ length: rows }, (_, row) => [Number.NaN, -0, 0][row % 50] ?? (row * 31) % 977),
    X: Int32Array.from({ length: rows }, (_, row) => row % 7),
    name: Array.from({ length: rows }, (_, row) =>
      row % 9 === 0 ? null : `name of ${row % 50_000} is long`,
    ),
    paid: Array.from({ length: rows }, (_, row) => row % 3 === 0),
  });
  const memory = await fromRows(table).profile();
  for (const ending of [".parquet", ".csv"]) {
    const path = join(folder, `many${ending}`);
    const written = fromRows(table).rename({ X: "other" });
    await (ending === ".csv" ? written.toCsv(path) : written.toParquet(path));
    execFileSync(inject("testPython"), ["-c", ending === ".csv" ? renameCsv : renameParquet, path]);
    const file = ending === ".csv" ? readFile(path, { types: { X: "int32" } }) : readFile(path);
    const ours = await file.profile();
    expect(ours.isSampled).toBe(true);
    expect(ours.sampledRows).toBeGreaterThanOrEqual(10_000);
    const exact = ({ column, nulls, min, max }: ColumnProfile) => ({ column, nulls, min, max });
    expect(ours.columns.map(exact)).toEqual(memory.columns.map(exact));
    const [id, x, X, name, paid] = ours.columns;
    for (const [part, share] of [
      [id?.first, 0.25],
      [id?.median, 0.5],
      [id?.third, 0.75],
    ] as const)
      expect(Math.abs(Number(BigInt(part ?? 0) - 2n ** 60n) / rows - share)).toBeLessThan(farOff);
    expect(Math.abs(Number(x?.median) / 977 - 0.5)).toBeLessThan(farOff);
    expect(X?.histogram?.counts).toHaveLength(7);
    for (const counted of X?.histogram?.counts ?? [])
      expect(Math.abs(counted / ours.sampledRows - 1 / 7)).toBeLessThan(farOff);
    expect(name?.frequent).toEqual([]);
    for (const [index, share] of [2 / 3, 1 / 3].entries())
      expect(Math.abs((paid?.frequent[index]?.share ?? 0) - share)).toBeLessThan(farOff);
    for (const [index, { mean }] of memory.columns.entries())
      expectNear(ours.columns[index]?.mean, mean, 1e-9);
    for (const [index, distinct] of [rows, 979, 7, 50_000, 2].entries())
      expectNear(ours.columns[index]?.distinct, distinct, 0.06);
    const [, chosen] = (await file.select("id", "X").profile()).columns;
    expect([chosen?.column, chosen?.max, chosen?.distinct]).toEqual(["X", X?.max, X?.distinct]);
  }
});

test("a file without rows, and one of many columns", async () => {
  const empty = join(folder, "empty.parquet");
  await fromRows({ a: [1], b: ["x"] })
    .limit(0)
    .toParquet(empty);
  timesRead = 0;
  const { rows, columns } = await (await smallFile(empty)).profile();
  expect([rows, columns.map(({ distinct, max }) => [distinct, max])]).toEqual([
    0,
    [
      [0, null],
      [0, null],
    ],
  ]);
  expect(timesRead).toBe(0);
  const wide = join(folder, "wide.parquet");
  const names = Array.from({ length: 300 }, (_, index) => `column ${index}`);
  await fromRows(Object.fromEntries(names.map((name, index) => [name, [index, null, 7]]))).toParquet(wide);
  const frame = await smallFile(wide);
  expectSame(await frame.profile(), await Frame.of(await frame.collect(), "rows").profile(), "wide");
  // Of many columns, DuckDB takes long to plan that many aggregates: they are read to be collected, and to be profiled.
  expect(timesRead).toBe(2);
});

const writeMany = `
import sys, duckdb
duckdb.sql("SELECT i AS id, i * 0.5 AS half, 'name ' || i AS name FROM range(4000000) r(i)").write_SUFFIX(sys.argv[1])
`;

test.each(["parquet", "csv"])(
  "the profile of a %s file shows how far it is, and is stopped midway",
  async (ending) => {
    const path = join(folder, `stopped.${ending}`);
    execFileSync(inject("testPython"), ["-c", writeMany.replace("SUFFIX", ending), path]);
    const stop = new AbortController();
    const shown: string[] = [];
    const watch = (title: string): Progress => {
      if (title === "compute in DuckDB") setImmediate(() => stop.abort());
      return {
        advance: () => undefined,
        expect: () => undefined,
        begin: watch,
        end: (how) => shown.push(`${title}: ${how}`),
      };
    };
    publishProgressWatcher(watch);
    try {
      const failed = await readFile(path)
        .profile({ signal: stop.signal })
        .catch((error: unknown) => error);
      expect(isError(failed, "Interrupted")).toBe(true);
      expect(shown).toContain(`read ${path}: interrupted`);
    } finally {
      publishProgressWatcher(undefined);
    }
  },
);
