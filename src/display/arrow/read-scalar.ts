/** The exact text of values that have no parts: numbers, booleans, dates and times. */
import { type DataType, Types } from "../../arrow.ts";
import {
  bfloat16FromBits,
  type FloatKind,
  float16FromBits,
  formatDecimal,
  formatFloat,
} from "../text/number-text.ts";
import {
  formatDate,
  formatDuration,
  formatMonths,
  formatTimeOfDay,
  formatTimestamp,
} from "../text/time-text.ts";
import { type ArrowData, bitAt, fixedBytes } from "./arrow-data.ts";

/** The text of a value without parts, or undefined for other types. */
export function readScalarText(
  type: DataType,
  data: ArrowData,
  index: number,
  extension: string | undefined,
): string | undefined {
  const value: number | bigint = data.values?.[index];
  if (Types.isInt(type)) return String(value);
  if (Types.isFloat(type)) return floatText(type.precision, Number(value));
  if (Types.isBool(type)) return String(bitAt(data.values, data.offset + index));
  if (Types.isDecimal(type)) {
    const words = type.bitWidth / 32;
    return formatDecimal(data.values.subarray(index * words, (index + 1) * words), type.scale);
  }
  if (Types.isTimestamp(type)) return formatTimestamp(BigInt(value), type.unit, type.timezone);
  if (Types.isDate(type)) return dateText(type.unit, value);
  if (Types.isTime(type)) return formatTimeOfDay(BigInt(value), type.unit);
  if (Types.isDuration(type)) return formatDuration(BigInt(value), type.unit);
  if (Types.isInterval(type)) return intervalText(type.unit, data.values, index);
  if (Types.isFixedSizeBinary(type)) {
    const bytes = fixedBytes(data, index, type.byteWidth);
    if (extension === "bfloat16") return formatFloat(bfloat16At(bytes), "bfloat16");
    if (extension === "uuid") return uuidText(bytes);
  }
  return undefined;
}

function floatText(precision: number, stored: number): string {
  const kinds: readonly FloatKind[] = ["float16", "float32", "float64"];
  const value = precision === 0 ? float16FromBits(stored) : stored;
  return formatFloat(value, kinds[precision] ?? "float64");
}

function dateText(unit: number, value: number | bigint): string {
  if (unit === 0) return formatDate(Number(value));
  const milliseconds = BigInt(value);
  if (milliseconds % 86_400_000n === 0n) return formatDate(Number(milliseconds / 86_400_000n));
  return formatTimestamp(milliseconds, 1);
}

function intervalText(unit: number, values: Int32Array, index: number): string | undefined {
  if (unit === 0) return formatMonths(values[index] ?? 0);
  if (unit !== 1) return undefined;
  const milliseconds = BigInt(values[2 * index + 1] ?? 0);
  return formatDuration(BigInt(values[2 * index] ?? 0) * 86_400_000n + milliseconds, 1);
}

export function bfloat16At(bytes: Uint8Array): number {
  return bfloat16FromBits((bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8));
}

function uuidText(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
