import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, inject, test } from "vitest";
import { exactMean } from "../../../../src/frame/functions/exact-mean.ts";

/** Python divides fractions exactly, and makes of them the nearest double. */
const python = `
import json, sys
from fractions import Fraction
print(json.dumps([float(Fraction(int(s), 10 ** k * int(n))).hex() for s, k, n in json.load(sys.stdin)]))
`;

test("a mean is the double nearest to the exact quotient", () => {
  const drawn = fc.sample(
    fc.tuple(
      fc.oneof(
        fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }),
        fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }),
        fc.constantFrom(0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 54n - 1n, 10n ** 38n - 1n),
      ),
      fc.nat(38),
      fc.oneof(fc.bigInt({ min: 1n, max: 10n ** 12n }), fc.constantFrom(1n, 2n, 3n, 7n)),
    ),
    { numRuns: 2_000, seed: 5 },
  );
  const input = JSON.stringify(drawn.map(([sum, scale, count]) => [String(sum), scale, String(count)]));
  const expected = JSON.parse(
    execFileSync(inject("testPython"), ["-c", python], { input, encoding: "utf8" }),
  ) as readonly string[];
  const ours = drawn.map(([sum, scale, count]) => exactMean(sum, scale, count));
  const theirs = JSON.parse(
    execFileSync(
      inject("testPython"),
      ["-c", "import json,sys; print(json.dumps([float.fromhex(x) for x in json.load(sys.stdin)]))"],
      {
        input: JSON.stringify(expected),
        encoding: "utf8",
      },
    ),
  );
  expect(ours.map((value) => value + 0)).toEqual(theirs);
});
