/** The rows of a table as a zod schema: what `columnType` says in TypeScript, checked when a program runs. */

import { arrow, type DataType, type Field } from "../arrow.ts";
import { isBlob } from "../display/arrow/type-name.ts";
import { z } from "../zod.ts";

const { DataType: Types } = arrow;

/** Of all columns; a name that objects have already, such as `__proto__`, is a column like others. */
export function composeRowSchema(fields: readonly Field[]): z.ZodObject<Record<string, z.ZodType>> {
  const shape: Record<string, z.ZodType> = {};
  for (const field of fields) {
    const value = columnSchema(field);
    Object.defineProperty(shape, field.name, { value, enumerable: true, configurable: true, writable: true });
  }
  return z.object(shape);
}

function columnSchema(field: Field): z.ZodType {
  if (isBlob(field)) return z.unknown();
  const schema = valueSchema(field.type);
  return field.nullable ? schema.nullable() : schema;
}

function valueSchema(type: DataType): z.ZodType {
  if (Types.isDictionary(type)) return valueSchema(type.dictionary);
  if (Types.isNull(type)) return z.null();
  if (Types.isBool(type)) return z.boolean();
  if (Types.isInt(type)) return type.bitWidth === 64 ? z.bigint() : z.int();
  // Columns hold NaN and the infinities, which zod's own number refuses.
  if (Types.isFloat(type)) return z.custom<number>((value) => typeof value === "number", "expected number");
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return z.string();
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type))
    return z.instanceof(Uint8Array);
  if (Types.isDecimal(type)) return z.string();
  if (Types.isDate(type)) return z.date();
  if (Types.isTimestamp(type)) return type.unit <= arrow.TimeUnit.MILLISECOND ? z.date() : z.string();
  if (Types.isTime(type) || Types.isDuration(type)) return z.string();
  if (Types.isStruct(type)) return composeRowSchema(type.children);
  if (Types.isMap(type)) {
    const [key, value] = (type.children[0]?.type.children ?? []) as readonly Field[];
    if (key === undefined || value === undefined) return z.unknown();
    return z.array(z.tuple([columnSchema(key), columnSchema(value)]));
  }
  const [item] = (type.children ?? []) as readonly Field[];
  if ((Types.isList(type) || Types.isFixedSizeList(type)) && item !== undefined)
    return z.array(columnSchema(item));
  return z.unknown();
}
