/** Numbers of all widths in statements: as steps for Daft they have the values and types that they have in SQL. */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import { sizes } from "../../sizes.ts";
import { comparable } from "../comparable-rows.ts";
import { openLanceFolder } from "../lance-folder.ts";
import { buildTable } from "../sample-table.ts";
import { translateFrame } from "./run-steps.ts";

const folder = await openLanceFolder();
afterAll(() => folder.remove());

const columns = ["tiny", "n", "wide", "large", "price", "whole", "x"] as const;
const constants = ["0", "1", "-3", "7", "2.50", "0.1", "100000", "1.5e0", "0.05::DOUBLE", "NULL"] as const;

const expressions = fc.letrec<{ value: string; condition: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.constantFrom(...columns),
    fc.constantFrom(...constants),
    fc
      .tuple(tie("value"), fc.constantFrom("+", "-", "*", "//", "%", "/"), tie("value"))
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie("value").map((value) => `(-${value})`),
    fc
      .tuple(tie("condition"), tie("value"), tie("value"))
      .map(([when, one, other]) => `CASE WHEN ${when} THEN ${one} ELSE ${other} END`),
    fc.tuple(tie("value"), tie("value")).map(([one, other]) => `COALESCE(${one}, ${other})`),
    fc.tuple(tie("value"), tie("value")).map(([one, other]) => `NULLIF(${one}, ${other})`),
    fc
      .tuple(tie("value"), fc.constantFrom("BIGINT", "INTEGER", "DOUBLE", "DECIMAL(18, 3)", "SMALLINT"))
      .map(([value, type]) => `CAST(${value} AS ${type})`),
    tie("value").map((value) => `abs(${value})`),
  ),
  condition: fc.oneof(
    { depthSize: "small" },
    fc
      .tuple(tie("value"), fc.constantFrom("=", "<>", "<", ">="), tie("value"))
      .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    tie("value").map((value) => `${value} IS NULL`),
    fc
      .tuple(tie("value"), tie("value"), tie("value"))
      .map(([value, low, high]) => `${value} BETWEEN ${low} AND ${high}`),
    fc
      .tuple(tie("value"), tie("value"), tie("value"))
      .map(([value, one, other]) => `${value} IN (${one}, ${other})`),
    tie("condition").map((condition) => `NOT (${condition})`),
  ),
}));

const statements = fc.oneof(
  expressions.value.map((value) => `SELECT ${value} AS v FROM t`),
  expressions.condition.map((condition) => `SELECT wide FROM t WHERE ${condition}`),
  fc
    .tuple(fc.constantFrom("sum", "min", "max", "count", "avg"), expressions.value)
    .map(([name, value]) => `SELECT ${name}(${value}) AS v FROM t`),
  fc
    .tuple(expressions.value, expressions.value)
    .map(([one, other]) => `SELECT ${one} AS v FROM t UNION ALL SELECT ${other} FROM t`),
  fc
    .tuple(fc.constantFrom("CUBE", "ROLLUP"), expressions.value, expressions.value)
    .map(([sets, a, b]) => `SELECT ${a} AS a, ${b} AS b, count(*) AS c FROM t GROUP BY ${sets} (a, b)`),
  fc
    .tuple(expressions.value, expressions.value)
    .map(([a, b]) => `SELECT ${a} AS a, count(${b}) AS c FROM t WHERE tiny = 50 GROUP BY ALL`),
  fc
    .tuple(expressions.value, expressions.value)
    .map(
      ([key, value]) => `SELECT ${key} AS k, count(${value}) AS c, max(${value}) AS m FROM t GROUP BY ${key}`,
    ),
);

test("a statement over numbers has its values as steps, or is refused", { timeout: 1_800_000 }, async () => {
  const count = 30;
  const cells = <T>(of: readonly T[]) =>
    Array.from({ length: count }, (_, index) => of[(index * 7) % of.length] as T);
  await folder.create(
    "t",
    buildTable([
      { name: "tiny", type: new arrow.Int8(), cells: cells([0, 1, -128, 127, null, 3]) },
      { name: "n", type: new arrow.Int32(), cells: cells([0, -1, 2_147_483_647, null, 12]) },
      {
        name: "wide",
        type: new arrow.Int64(),
        cells: cells([0n, 5n, -7n, 2n ** 53n + 1n, null, -(2n ** 63n)]),
      },
      { name: "large", type: new arrow.Uint64(), cells: cells([0n, 2n ** 64n - 1n, null, 8n]) },
      {
        name: "price",
        type: new arrow.Decimal(2, 12, 128),
        cells: cells([0n, 250n, -5n, null, 999_999_999_999n]),
      },
      { name: "whole", type: new arrow.Decimal(0, 5, 128), cells: cells([1n, null, -99_999n, 0n, 2n]) },
      {
        name: "x",
        type: new arrow.Float64(),
        cells: cells([0.1, -0, Number.NaN, null, 1e18, -2.5, Number.POSITIVE_INFINITY]),
      },
    ]),
  );
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(statements, async (text) => {
      const statement = folder.read("t").sql(text, []);
      const expected = await statement.toObjects().catch((error: unknown) => error);
      if (expected instanceof Error) return;
      const { reason, frame } = await translateFrame(statement);
      if (reason !== undefined) return;
      // Where SQL has a value the steps may have an error, and never another value.
      const found = await frame.toObjects().catch((error: unknown) => error);
      if (found instanceof Error) return;
      const { fields } = await statement.schema();
      expect(
        (await frame.schema()).fields.map(({ name, type }) => `${name} ${type}`),
        text,
      ).toEqual(fields.map(({ name, type }) => `${name} ${type}`));
      expect(comparable(found as never, false), text).toEqual(comparable(expected as never, false));
      compared += 1;
    }),
    { numRuns: sizes.generatedCases },
  );
  expect(compared).toBeGreaterThan(sizes.generatedCases / 10);
});
