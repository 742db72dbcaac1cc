/** The accumulators of aggregate functions. */
import { type DataType, type Field, Types } from "../../../arrow.ts";
import { extensionName } from "../../../display/arrow/type-name.ts";
import type { Accumulator } from "./accumulate.ts";
import { Count } from "./count.ts";
import { createExtreme } from "./extremes.ts";
import { Moments } from "./moments.ts";
import { ExactSum, FloatSum, type Sum } from "./sums.ts";
import { createValueNumbers } from "./value-numbers.ts";
import { DistinctCount, FirstValue } from "./values-of-groups.ts";

/** Undefined for what it cannot compute exactly. */
export function createAccumulator(name: string, operand: Field | undefined): Accumulator | undefined {
  if (name === "count") return new Count();
  if (operand === undefined || extensionName(operand) !== undefined) return undefined;
  const { type } = operand;
  switch (name) {
    case "countDistinct": {
      const numbers = createValueNumbers(operand);
      return numbers === undefined ? undefined : new DistinctCount(numbers);
    }
    case "first": {
      const numbers = createValueNumbers(operand);
      return numbers === undefined ? undefined : new FirstValue(numbers, false);
    }
    case "last": {
      const numbers = createValueNumbers(operand);
      return numbers === undefined ? undefined : new FirstValue(numbers, true);
    }
    case "stddev":
    case "stddevPopulation":
    case "variance":
      return Types.isInt(type) || isFloat(type) ? new Moments(name) : undefined;
    case "min":
    case "max":
      return createExtreme(type, name);
    default:
      return undefined;
  }
}

/** Undefined for what has no sum. */
export function createSum(field: Field): Sum | undefined {
  if (extensionName(field) !== undefined) return undefined;
  const { type } = field;
  return Types.isInt(type) ? new ExactSum(type) : isFloat(type) ? new FloatSum() : undefined;
}

function isFloat(type: DataType): boolean {
  return Types.isFloat(type) && type.precision > 0;
}
