/** Statements within statements, as the steps that they become for Daft, have the rows that they have in SQL. */
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import { isError } from "../../../src/errors.ts";
import { sizes } from "../../sizes.ts";
import { comparable } from "../comparable-rows.ts";
import { drawStatement } from "../engines/duckdb/nested-statement.ts";
import { openLanceFolder } from "../lance-folder.ts";
import { buildTable } from "../sample-table.ts";
import { translateFrame } from "./run-steps.ts";

const folder = await openLanceFolder();
afterAll(() => folder.remove());

const lengths = { t: 25, u: 12, v: 7 } as const;

/** What the generator draws, and steps of a plan do not have. */
const known =
  /^(?:EXISTS |IN \(SELECT …\) |NOT IN of a subquery |a subquery |\w+\.\w+, which is not a column here|\w+, which has a LIMIT and is read more than once)/;

test("every statement has its rows as steps, or is refused with the part", {
  timeout: 1_800_000,
}, async () => {
  for (const [name, length] of Object.entries(lengths)) {
    const cells = <T>(step: number, of: readonly T[]) =>
      Array.from({ length }, (_, index) => of[(index * step) % of.length] as T);
    await folder.create(
      name,
      buildTable([
        { name: "a", type: new arrow.Int64(), cells: cells(5, [0n, 1n, 2n, null, 3n, 4n, 1n]) },
        { name: "b", type: new arrow.Float64(), cells: cells(3, [0.5, 1, null, 2.5, -1, 3, Number.NaN, -0]) },
        { name: "c", type: new arrow.Utf8(), cells: cells(7, ["x", "y", "", "zz", null]) },
      ]),
    );
  }
  const refused = new Set<string>();
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(fc.gen(), async (draw) => {
      const text = drawStatement(draw, Object.keys(lengths));
      const statement = folder.read("t").sql(Object.assign([text], { raw: [text] }));
      const expected = await statement.toObjects().catch((error: unknown) => error);
      if (expected instanceof Error) return;
      const { reason, frame } = await translateFrame(statement).catch((error: unknown) => {
        if (isError(error)) throw new Error(`${text}: ${error.message}`);
        throw error;
      });
      if (reason !== undefined) {
        refused.add(reason);
        return;
      }
      const { fields } = await statement.schema();
      expect(
        (await frame.schema()).fields.map(({ name, type }) => `${name} ${type}`),
        text,
      ).toEqual(fields.map(({ name, type }) => `${name} ${type}`));
      expect(comparable(await frame.toObjects(), false), text).toEqual(comparable(expected as never, false));
      compared += 1;
    }),
    // A statement is short; to make it shorter takes longer than to read it. Cross joins within cross joins may take minutes each.
    { numRuns: sizes.generatedCases / 3, endOnFailure: true, interruptAfterTimeLimit: 300_000 },
  );
  expect([...refused].filter((reason) => !known.test(reason))).toEqual([]);
  expect(compared).toBeGreaterThan(sizes.generatedCases / 9);
});
