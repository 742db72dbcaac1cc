/** The TypeScript type of a column's values, as `toObjects` returns them. */
import { arrow, type DataType, type Field, Types } from "../arrow.ts";
import { isBlob } from "../display/arrow/type-name.ts";

/** Types of columns that the declarations import from this package. */
export const importedTypes = ["DecimalText", "TimeText"] as const;

/**
 * The type as TypeScript text, such as `bigint`, `string | null` or `(number | null)[]`.
 * @example columnType(new Field("tags", new List(new Field("item", new Utf8(), true)), false)) // "(string | null)[]"
 */
export function columnType(field: Field): string {
  const type = isBlob(field) ? "unknown" : valueType(field.type);
  return field.nullable && type !== "unknown" && type !== "null" ? `${type} | null` : type;
}

function valueType(type: DataType): string {
  if (Types.isDictionary(type)) return valueType(type.dictionary);
  if (Types.isNull(type)) return "null";
  if (Types.isBool(type)) return "boolean";
  if (Types.isInt(type)) return type.bitWidth === 64 ? "bigint" : "number";
  if (Types.isFloat(type)) return "number";
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return "string";
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type)) return "Uint8Array";
  if (Types.isDecimal(type)) return "DecimalText";
  if (Types.isDate(type)) return "Date";
  if (Types.isTimestamp(type)) return type.unit <= arrow.TimeUnit.MILLISECOND ? "Date" : "TimeText";
  if (Types.isTime(type) || Types.isDuration(type)) return "TimeText";
  if (Types.isStruct(type)) return structType(type.children);
  if (Types.isMap(type)) {
    const [key, value] = (type.children[0]?.type.children ?? []) as readonly Field[];
    return key === undefined || value === undefined
      ? "unknown"
      : `[${columnType(key)}, ${columnType(value)}][]`;
  }
  const [item] = (type.children ?? []) as readonly Field[];
  if ((Types.isList(type) || Types.isFixedSizeList(type)) && item !== undefined)
    return listType(columnType(item));
  return "unknown";
}

function structType(fields: readonly Field[]): string {
  const members = fields.map((field) => `${propertyName(field.name)}: ${columnType(field)}`);
  return members.length === 0 ? "{}" : `{ ${members.join("; ")} }`;
}

function listType(item: string): string {
  return item.includes("|") ? `(${item})[]` : `${item}[]`;
}

/** Always quoted: whatever a column is called, its name stays one property. */
export function propertyName(name: string): string {
  return JSON.stringify(name);
}
