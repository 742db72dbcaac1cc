/** Constants as values of a type. */
import { arrow, type DataType } from "../../arrow.ts";
import { float16FromBits } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { toHalfBits } from "../../table/columns/half-bits.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { type FloatKind, isTickKind, kindOfType } from "./column-kind.ts";
import { literalTicks } from "./ticks.ts";

/** Whether a number is whole, and so an int64 where nothing says otherwise. */
export function isWholeNumber({ type, text }: LiteralNode): boolean {
  return type === "integer" || (type === "number" && text !== "-0" && Number.isSafeInteger(Number(text)));
}

/** The type of a constant that stands alone. */
export function literalDataType(literal: LiteralNode): DataType {
  switch (literal.type) {
    case "string":
      return new arrow.Utf8();
    case "number":
      return isWholeNumber(literal) ? new arrow.Int64() : new arrow.Float64();
    case "integer":
      return new arrow.Int64();
    case "boolean":
      return new arrow.Bool();
    case "instant":
      return new arrow.Timestamp(1, "UTC");
    case "bytes":
      return new arrow.Binary();
    case "null":
      return new arrow.Null();
    default:
      return literal.type satisfies never;
  }
}

/**
 * The constant as a value of the type: a bigint for whole numbers and what is stored as such, else as JavaScript has it.
 * @throws DlfLanceError InvalidInput when the type cannot hold it exactly.
 */
export function literalValue(
  literal: LiteralNode,
  type: DataType,
): bigint | number | string | boolean | Uint8Array | null {
  if (literal.type === "null") return null;
  const kind = kindOfType(type);
  if (isTickKind(kind)) {
    const ticks = literalTicks(kind, literal);
    if (ticks?.isExact && ticks.floor >= kind.min && ticks.floor <= kind.max) return ticks.floor;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot use ${describeExpression(literal)} as ${type}: the type cannot hold it exactly`,
    );
  }
  switch (literal.type) {
    case "number":
    case "integer": {
      const number = Number(literal.text);
      return kind.kind === "float" ? roundFloat(number, kind.bitWidth) : number;
    }
    case "boolean":
      return literal.text === "true";
    case "bytes":
      return new Uint8Array(Buffer.from(literal.text, "hex"));
    case "string":
    case "instant":
      return literal.text;
    default:
      return literal.type satisfies never;
  }
}

/** What is beyond float16 stays a float32, as which DuckDB holds these columns. */
function roundFloat(number: number, bitWidth: FloatKind["bitWidth"]): number {
  if (bitWidth === 64) return number;
  const half = bitWidth === 16 ? float16FromBits(toHalfBits(number)) : Number.POSITIVE_INFINITY;
  return Number.isFinite(half) ? half : Math.fround(number);
}
