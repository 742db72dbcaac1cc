/** Numbers computed with, as the plan's vocabulary defines it. */
import { DlfLanceError } from "../../../src/errors.ts";
import type { ArithmeticOperator } from "../../../src/frame/expression/expression-node.ts";

const greatestInt64 = 2n ** 63n - 1n;
const leastInt64 = -(2n ** 63n);

/** @throws DlfLanceError InvalidInput for a whole number that int64 cannot hold. */
export function checkInt64(value: bigint, what: string): bigint {
  if (value <= greatestInt64 && value >= leastInt64) return value;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compute ${what}: ${value} does not fit int64; cast to double first.`,
  );
}

export function computeIntegers(
  operator: Exclude<ArithmeticOperator, "divide">,
  a: bigint,
  b: bigint,
  what: string,
): bigint | null {
  switch (operator) {
    case "add":
      return checkInt64(a + b, what);
    case "subtract":
      return checkInt64(a - b, what);
    case "multiply":
      return checkInt64(a * b, what);
    case "intDivide":
      return b === 0n ? null : checkInt64(a / b, what);
    case "modulo":
      return b === 0n ? null : checkInt64(a % b, what);
    default:
      return operator satisfies never;
  }
}

export function computeFloats(
  operator: Exclude<ArithmeticOperator, "intDivide">,
  a: number,
  b: number,
): number {
  switch (operator) {
    case "add":
      return a + b;
    case "subtract":
      return a - b;
    case "multiply":
      return a * b;
    case "divide":
      // Equal divisors give equal quotients: -0 becomes 0.
      return a / (b + 0);
    case "modulo":
      return a % b;
    default:
      return operator satisfies never;
  }
}

/** Halves away from zero. */
export function roundFloat(value: number, digits: number): number {
  const factor = 10 ** Math.abs(digits);
  const scaled = digits >= 0 ? value * factor : value / factor;
  if (!Number.isFinite(scaled)) return value;
  const rounded = Math.sign(scaled) * Math.round(Math.abs(scaled));
  return digits >= 0 ? rounded / factor : rounded * factor;
}

/** To tens, hundreds and so on; more digits than none change nothing. */
export function roundInteger(value: bigint, digits: number, what: string): bigint {
  if (digits >= 0) return value;
  const factor = 10n ** BigInt(Math.min(-digits, 40));
  const half = factor / 2n;
  const magnitude = ((value < 0n ? -value : value) + half) / factor;
  return checkInt64((value < 0n ? -magnitude : magnitude) * factor, what);
}
