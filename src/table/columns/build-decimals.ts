/** Columns of decimals, exact: their digits come as text or as whole numbers, never as floats. */
import { arrow, type DataType } from "../../arrow.ts";
import { buildValidity, type Data, isMissing, type Values } from "../arrow/column-data.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

export type DecimalType = DataType & { precision: number; scale: number; bitWidth: number };

export function buildDecimals(type: DecimalType, values: Values): Data {
  const words = type.bitWidth / 32;
  const data = new Uint32Array(values.length * words);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (!isMissing(value)) writeDecimal(data, row * words, words, readUnscaled(value, type, row));
  }
  return arrow.makeData({ type, length: values.length, data, ...buildValidity(values) } as never);
}

/** Writes two's complement in little-endian words. */
export function writeDecimal(data: Uint32Array, start: number, words: number, unscaled: bigint): void {
  let rest = unscaled;
  for (let index = 0; index < words; index++) {
    data[start + index] = Number(BigInt.asUintN(32, rest));
    rest >>= 32n;
  }
}

const decimalText = /^([+-]?)(\d+)(?:\.(\d+))?$/;

function readUnscaled(value: unknown, type: DecimalType, row: number): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new ValueMismatch(row, `${value} is a float, which is not exact`, `write it as text, "${value}"`);
  }
  const isNumber = typeof value === "number" || typeof value === "bigint" || typeof value === "string";
  const match = isNumber ? decimalText.exec(String(value)) : null;
  if (match === null) throw new ValueMismatch(row, `${describeValue(value)} is not a decimal like "12.34"`);
  const [, sign, whole = "", fraction = ""] = match;
  const magnitude = BigInt(whole + fraction);
  return fitDecimal(sign === "-" ? -magnitude : magnitude, fraction.length, type, row);
}

/**
 * A decimal of `scale` digits after the point with as many as the type has.
 * @throws {@link ValueMismatch} when digits would be lost, before the point or after it
 */
export function fitDecimal(unscaled: bigint, scale: number, type: DecimalType, row: number): bigint {
  const shift = type.scale - scale;
  const power = 10n ** BigInt(Math.abs(shift));
  if (shift < 0 && unscaled % power !== 0n) {
    throw new ValueMismatch(
      row,
      `a decimal with more than ${type.scale} digits after the point`,
      `round it to ${type.scale} digits`,
    );
  }
  const fitted = shift < 0 ? unscaled / power : unscaled * power;
  const highest = 10n ** BigInt(type.precision);
  if (fitted <= -highest || fitted >= highest) {
    throw new ValueMismatch(row, `a decimal of more than ${type.precision} digits in all`);
  }
  return fitted;
}
