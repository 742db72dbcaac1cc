/** What reaches the scan of statements within statements changes none of their rows. */
import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { arrow } from "../../../../src/arrow.ts";
import { sizes } from "../../../sizes.ts";
import { openLanceFolder } from "../../lance-folder.ts";
import { buildTable } from "../../sample-table.ts";
import { drawStatement } from "./nested-statement.ts";

const folder = await openLanceFolder();
const duckdb = await DuckDBInstance.create(":memory:");
const oracle = await duckdb.connect();
afterAll(() => folder.remove());

const lengths = { t: 25, u: 12, v: 7 } as const;

function makeRows(count: number) {
  const at = <T>(index: number, step: number, of: readonly T[]) => of[(index * step) % of.length] as T;
  return Array.from({ length: count }, (_, index) => ({
    a: at(index, 5, [0n, 1n, 2n, null, 3n, 4n, 1n]),
    b: at(index, 3, [0.5, 1, null, 2.5, -1, 3, Number.NaN, 1]),
    c: at(index, 7, ["x", "y", "", "zz", null]),
  }));
}

function literal(value: bigint | number | string | null): string {
  if (typeof value === "string") return `'${value}'`;
  return Number.isNaN(value) ? "'nan'" : String(value);
}

/** In an order of their own, as texts that tell the values apart. */
function texts(rows: readonly object[]): readonly string[] {
  const write = (_: string, value: unknown) =>
    typeof value === "bigint" || Number.isNaN(value) ? String(value) : Object.is(value, -0) ? 0 : value;
  return rows.map((row) => JSON.stringify(Object.values(row), write)).sort();
}

test("every statement has the rows that DuckDB finds in whole tables", { timeout: 1_800_000 }, async () => {
  for (const [name, length] of Object.entries(lengths)) {
    const rows = makeRows(length);
    await folder.create(
      name,
      buildTable([
        { name: "a", type: new arrow.Int64(), cells: rows.map(({ a }) => a) },
        { name: "b", type: new arrow.Float64(), cells: rows.map(({ b }) => b) },
        { name: "c", type: new arrow.Utf8(), cells: rows.map(({ c }) => c) },
      ]),
    );
    await oracle.run(`CREATE TABLE ${name} (a BIGINT, b DOUBLE, c VARCHAR)`);
    const values = rows.map(({ a, b, c }) => `(${[a, b, c].map(literal).join(", ")})`);
    await oracle.run(`INSERT INTO ${name} VALUES ${values.join(", ")}`);
  }
  const run = (text: string) =>
    folder
      .read("t")
      .sql(Object.assign([text], { raw: [text] }))
      .toObjects();
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const statement = drawStatement(draw, Object.keys(lengths));
      const expected = await oracle.runAndReadAll(statement).catch((error: Error) => error);
      if (expected instanceof Error) {
        await expect(run(statement)).rejects.toThrow();
        return;
      }
      const wanted = texts(expected.getRowObjects());
      expect(texts(await run(statement)), statement).toEqual(wanted);
      const limit = draw(fc.nat, 3);
      const some = texts(await run(`FROM (${statement}) LIMIT ${limit}`));
      expect(some).toHaveLength(Math.min(limit, wanted.length));
      const left = [...wanted];
      for (const row of some) expect(left.splice(left.indexOf(row), 1)).toEqual([row]);
      compared += 1;
    }),
    { numRuns: sizes.generatedCases / 3 },
  );
  expect(compared).toBeGreaterThan(sizes.generatedCases / 6);
});
