/** The order of values, and when two count as one. */
import { arrow, type DataType } from "../../../src/arrow.ts";
import type { LiteralNode } from "../../../src/frame/expression/literal.ts";
import type { Value } from "../../../src/frame/rows/values.ts";
import { type ColumnKind, isTickKind, kindOfType } from "../../../src/frame/types/column-kind.ts";
import { literalValue } from "../../../src/frame/types/literal-value.ts";
import { checkedTicks } from "../../../src/frame/types/ticks.ts";

/** Negative, zero or positive, as the first is less, equal or greater. Neither is null. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return compareNumbers(a, b);
  if (typeof a === "string" && typeof b === "string") return compareTexts(a, b);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b);
  return a === b ? 0 : (a as bigint) < (b as bigint) ? -1 : 1;
}

/** NaN equals itself and is above all numbers; 0 equals -0. */
function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a === b ? 0 : a < b ? -1 : 1;
}

/** In the order of UTF-8 bytes, which beyond U+FFFF is not JavaScript's own. */
function compareTexts(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** One text for values that count as one: NaN is NaN, 0 is -0, null is null. */
export function valueKey(value: Value): string {
  switch (typeof value) {
    case "bigint":
      return `i${value}`;
    case "number":
      return value === 0 ? "n0" : `n${value}`;
    case "string":
      return `s${value.length}:${value}`;
    case "boolean":
      return value ? "t" : "f";
    default:
  }
  if (value === null) return "_";
  if (value instanceof Uint8Array) return `b${value.length}:${Buffer.from(value).toString("hex")}`;
  return `[${value.map(valueKey).join(",")}]`;
}

type Change = (value: Value) => Value;

const unchanged: Change = (value) => value;

/** Brings values of two types that can be compared to one form in which they compare exactly. */
export function comparableForms(left: DataType, right: DataType): readonly [Change, Change] {
  const [a, b] = [kindOfType(left), kindOfType(right)];
  if (a.kind === "float" || b.kind === "float") return [toFloat, toFloat];
  const scale = Math.max(decimalScale(a), decimalScale(b));
  if (a.kind === "decimal" || b.kind === "decimal") {
    return [scaleBy(10n ** BigInt(scale - decimalScale(a))), scaleBy(10n ** BigInt(scale - decimalScale(b)))];
  }
  if ((a.kind === "timestamp" && b.kind === "timestamp") || (a.kind === "date" && b.kind === "date")) {
    return [scaleBy(nanosecondsPerTick(a)), scaleBy(nanosecondsPerTick(b))];
  }
  return [unchanged, unchanged];
}

function toFloat(value: Value): Value {
  return value === null ? null : Number(value);
}

function decimalScale(kind: ColumnKind): number {
  return kind.kind === "decimal" ? kind.scale : 0;
}

function scaleBy(factor: bigint): Change {
  return factor === 1n ? unchanged : (value) => (value === null ? null : (value as bigint) * factor);
}

function nanosecondsPerTick(kind: ColumnKind): bigint {
  if (kind.kind === "timestamp") return 1000n ** BigInt(3 - kind.unit);
  return kind.kind === "date" && kind.unit === "day" ? 86_400_000_000_000n : 1_000_000n;
}

/** How a value of the type stands to a constant. The constant may lie between two values of the type. */
export function literalOrder(type: DataType, literal: LiteralNode): (value: Value) => number {
  const kind = kindOfType(type);
  if (isTickKind(kind)) {
    const { floor, isExact } = checkedTicks(kind, literal);
    // A value at the floor of a constant between two units is below the constant.
    const atFloor = isExact ? 0 : -1;
    return (value) => (value === floor ? atFloor : (value as bigint) < floor ? -1 : 1);
  }
  if (arrow.DataType.isNull(type)) return () => 0;
  const constant = literalValue(literal, type);
  return (value) => compareValues(value, constant);
}
