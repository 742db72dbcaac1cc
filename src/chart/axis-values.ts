/** The values of an Arrow column as a chart's JSON can hold them. */
import { type DataType, type Field, Types, type Vector } from "../arrow.ts";
import { type ArrowData, isValid, variableBytes } from "../display/arrow/arrow-data.ts";
import { readScalarText } from "../display/arrow/read-scalar.ts";
import { extensionName } from "../display/arrow/type-name.ts";

/** How values lie on an axis: as numbers, as times, or side by side. */
export type AxisType = "quantitative" | "temporal" | "nominal";

/** Vega computes with the differences of what it draws, and with their inverse. */
export const greatestNumber = 1e300;

/** A number is finite; a time is ISO 8601 in UTC, with the wall clock of the column's own time zone. */
export type AxisValue = number | string | null;

/** Undefined for types that no axis can show: lists, structs, bytes, vectors. */
export function axisTypeOf(field: Field): AxisType | undefined {
  const type: DataType = field.type;
  if (extensionName(field) !== undefined && !Types.isUtf8(type)) return undefined;
  if (Types.isInt(type) || Types.isFloat(type) || Types.isDecimal(type)) return "quantitative";
  if (Types.isTimestamp(type) || Types.isDate(type)) return "temporal";
  if (isText(type) || Types.isBool(type)) return "nominal";
  return Types.isDictionary(type) && isText(type.dictionary) ? "nominal" : undefined;
}

/** The time zone whose wall clock the values of a column show. */
export function axisZone(field: Field): string | undefined {
  const type: DataType = field.type;
  return Types.isTimestamp(type) ? type.timezone || undefined : undefined;
}

/** All values of a column. What the axis cannot show (null, NaN, infinite, beyond 1e300 or beyond JavaScript's dates) is null. */
export function readAxisValues(field: Field, column: Vector, axis: AxisType): AxisValue[] {
  const values: AxisValue[] = [];
  for (const data of column.data) {
    const read = valueReader(field, data, axis);
    for (let index = 0; index < data.length; index++) values.push(isValid(data, index) ? read(index) : null);
  }
  return values;
}

function valueReader(field: Field, data: ArrowData, axis: AxisType): (index: number) => AxisValue {
  const type: DataType = data.type;
  if (Types.isNull(type)) return () => null;
  const text = textReader(field, data);
  switch (axis) {
    case "quantitative":
      if (Types.isInt(type) || (Types.isFloat(type) && type.precision > 0)) {
        return (index) => drawableNumber(Number(data.values[index]));
      }
      return (index) => drawableNumber(Number(text(index)));
    case "temporal":
      return (index) => isoText(text(index));
    case "nominal":
      return text;
    default:
      return axis satisfies never;
  }
}

function textReader(field: Field, data: ArrowData): (index: number) => string {
  const type: DataType = data.type;
  if (Types.isDictionary(type)) return dictionaryReader(data);
  if (isText(type)) {
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    return (index) => decoder.decode(variableBytes(data, index));
  }
  const extension = extensionName(field);
  return (index) => readScalarText(type, data, index, extension) ?? "";
}

function dictionaryReader(data: ArrowData): (index: number) => string {
  return (index) => String(data.dictionary?.get(Number(data.values[index])) ?? "");
}

/** Null for what is too great, NaN or infinite; zero for what is too small. */
export function drawableNumber(value: number): number | null {
  const size = Math.abs(value);
  if (!(size <= greatestNumber)) return null;
  return size < 1 / greatestNumber ? 0 : value;
}

const timePattern = /^([+-]?\d{4,6}-\d\d-\d\d)(?: (\d\d:\d\d:\d\d)(\.\d{1,3})?)?/;

/** From `2024-01-02 03:04:05.123456+08:00` the wall clock, to milliseconds, as if it were UTC. */
function isoText(text: string): string | null {
  const [, date, clock = "00:00:00", fraction = ""] = timePattern.exec(text) ?? [];
  const milliseconds = Date.parse(`${date}T${clock}${fraction}Z`);
  return Number.isNaN(milliseconds) ? null : new Date(milliseconds).toISOString();
}

function isText(type: DataType): boolean {
  return Types.isUtf8(type) || Types.isLargeUtf8(type);
}
