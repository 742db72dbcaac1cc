import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow } from "../../../../src/arrow.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { sizes } from "../../../sizes.ts";
import { buildTable } from "../../sample-table.ts";

const double = fc.option(fc.oneof(fc.double(), fc.double({ min: -100, max: 100, noNaN: true })));
const integer = fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));

test("ranges of numbers are grouped as the plain engine groups them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(double, integer), { minLength: 1, maxLength: 40 }),
      fc.constantFrom<["multiply" | "divide", number]>(
        ["divide", 5],
        ["divide", 1],
        ["multiply", 10],
        ["multiply", 2],
      ),
      async (rows, [operator, factor]) => {
        for (const name of operator === "divide" ? ["float", "whole"] : ["float"]) {
          const cells = rows.map(([float, whole]) => (name === "float" ? float : whole));
          const type = name === "float" ? new arrow.Float64() : new arrow.Int64();
          const frame = Frame.of(buildTable([{ name, type, cells }]), "rows");
          const grouped = new Frame(frame.context, {
            step: "aggregate",
            input: frame.plan,
            keys: [
              {
                name: "range",
                expression: {
                  node: "call",
                  function: "floor",
                  arguments: [
                    {
                      node: "arithmetic",
                      operator,
                      left: { node: "column", name },
                      right: { node: "literal", type: "number", text: String(factor) },
                    },
                  ],
                },
              },
            ],
            aggregates: [
              {
                name: "rows",
                expression: { node: "aggregate", function: "count", operand: null, fraction: null },
              },
            ],
          });
          const read = async (engine: "aggregate" | "duckdb") =>
            (await grouped.toObjects({ engine }))
              .map(({ range, rows: count }) => `${range}: ${count}`)
              .sort();
          expect(await read("aggregate")).toEqual(await read("duckdb"));
        }
      },
    ),
    { numRuns: Math.ceil(sizes.generatedCases / 3) },
  );
});
