/** Values that a native cast would change without a word: Lance cuts off, rounds and wraps to make them fit a column. */
import { arrow, type DataType, type Field, Types, type Vector } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { countOf, float16FromBits, integerFromWords } from "../../display/text/number-text.ts";
import type { Data } from "../arrow/column-data.ts";
import { requireValues } from "../columns/build-column.ts";
import { type DecimalType, fitDecimal } from "../columns/build-decimals.ts";
import { ValueMismatch } from "../columns/value-mismatch.ts";
import { convertData } from "./convert-column.ts";

/** Looks at one value; what it throws is about this row. */
type Check = (row: number) => void;

/**
 * Refuses values of one type that are other values as another type. A float may lose digits to a narrower float or a
 * decimal, as any computation with floats does, but no more.
 * @throws {@link ValueMismatch} naming the first value
 */
export function refuseNarrowing(vector: Vector, field: Field): void {
  let first = 0;
  for (const data of vector.data) {
    try {
      refuseChunk(data, field);
    } catch (error) {
      throw error instanceof ValueMismatch ? error.at(first + (error.row ?? 0)) : error;
    }
    first += data.length;
  }
}

function refuseChunk(data: Data, field: Field): void {
  const check = checkOf(data, field.type);
  if (check !== undefined) {
    for (let row = 0; row < data.length; row++) if (data.getValid(row)) check(row);
  } else {
    try {
      convertData(data, field.type);
    } catch (error) {
      // Without a row it is about types that Lance casts value by value, such as text to numbers, and refuses itself.
      if (!(error instanceof ValueMismatch) || error.row !== undefined) throw error;
    }
  }
  requireValues(data, field);
}

function checkOf(data: Data, to: DataType): Check | undefined {
  const from: DataType = data.type;
  if (Types.isFloat(from)) return checkFloats(data, to);
  if (Types.isDecimal(from) && Types.isInt(to)) {
    const whole = new arrow.Decimal(0, 38) as DecimalType;
    const words = from.bitWidth / 32;
    return (row) =>
      void fitDecimal(
        integerFromWords(data.values.subarray(row * words, (row + 1) * words)),
        from.scale,
        whole,
        row,
      );
  }
  if (Types.isDecimal(from) && Types.isFloat(to)) return () => undefined;
  if (Types.isTimestamp(from) && Types.isDate(to)) {
    const perDay = 86_400n * 1000n ** BigInt(from.unit);
    return (row) => {
      if (BigInt(data.values[row] as bigint) % perDay === 0n) return;
      throw new ValueMismatch(row, "a time within a day", "cut it off yourself, as in date_trunc('day', …)");
    };
  }
  if (Types.isBinary(from) && Types.isFixedSizeBinary(to)) {
    return (row) => {
      const length = (data.valueOffsets[row + 1] ?? 0) - (data.valueOffsets[row] ?? 0);
      if (length === to.byteWidth) return;
      throw new ValueMismatch(row, `${countOf(length, "byte")} where the column holds ${to.byteWidth}`);
    };
  }
  if (Types.isInt(from) && Types.isBool(to)) {
    return (row) => {
      const value = data.values[row] as number | bigint;
      if (Number(value) === 0 || Number(value) === 1) return;
      throw new ValueMismatch(row, `${value} is neither 0 nor 1`, "write a comparison, such as <> 0");
    };
  }
  return undefined;
}

function checkFloats(data: Data, to: DataType): Check | undefined {
  const type: DataType = data.type;
  const isHalf = Types.isFloat(type) && type.precision === arrow.Precision.HALF;
  const read = (row: number) => {
    const value = data.values[row] as number;
    return isHalf ? float16FromBits(value) : value;
  };
  if (Types.isFloat(to)) {
    const most = [65_520, 3.402_823_567_797_336_6e38, Number.POSITIVE_INFINITY][to.precision] ?? 0;
    return (row) => {
      const value = read(row);
      if (!Number.isFinite(value) || Math.abs(value) < most) return;
      throw new ValueMismatch(row, `${value} is more than ${typeName(to)} can hold`);
    };
  }
  if (!Types.isDecimal(to)) return undefined;
  const power = 10 ** to.scale;
  return (row) => {
    const scaled = read(row) * power;
    const rounded = Math.round(scaled);
    if (Math.abs(scaled - rounded) <= 1e-9 * Math.max(1, Math.abs(scaled))) return;
    throw new ValueMismatch(
      row,
      `${read(row)} has more than ${to.scale} digits after the point`,
      `round it, as in round(…, ${to.scale})`,
    );
  };
}
