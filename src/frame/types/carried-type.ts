/**
 * Types of which DuckDB holds no values: decimals beyond 38 digits, Arrow's intervals and structs without fields. Statements
 * pass such values on as bytes, so that joins, sorts, windows and groups take them along and spill them. Nothing is computed
 * with them; but the bytes of decimals have the order of their values, so that these can be keys.
 */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { mostDigits } from "./common-type.ts";

/** What the values of such a type are carried as; undefined for every other type. */
export function carrierOf(type: DataType): DataType | undefined {
  if (Types.isDecimal(type)) {
    const { precision, scale, bitWidth } = type;
    const isHeld = precision <= mostDigits && scale >= 0 && scale <= precision;
    return isHeld ? undefined : new arrow.FixedSizeBinary(bitWidth / 8);
  }
  // apache-arrow takes months, days and nanoseconds for something shorter, so that their bytes cannot be had.
  if (Types.isInterval(type) && type.unit !== arrow.IntervalUnit.MONTH_DAY_NANO)
    return new arrow.FixedSizeBinary(type.unit === arrow.IntervalUnit.YEAR_MONTH ? 4 : 8);
  return Types.isStruct(type) && type.children.length === 0 ? new arrow.Bool() : undefined;
}

/** Whether it is such a type, or holds one. */
export function isCarried(type: DataType): boolean {
  if (Types.isDictionary(type)) return isCarried(type.dictionary);
  const parts: readonly Field[] = type.children ?? [];
  return carrierOf(type) !== undefined || parts.some((part) => isCarried(part.type));
}

/** Whether the bytes that carry values of the type are compared as the values are. */
export function isCarriedInOrder(type: DataType): boolean {
  return Types.isDecimal(type) && carrierOf(type) !== undefined;
}
