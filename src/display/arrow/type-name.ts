/** The names by which Arrow's own tools call their types, as in `timestamp[us, UTC]`. */
import { type DataType, type Field, isLargeList, Types } from "../../arrow.ts";

/** `large_list`, which apache-arrow knows since version 21 only. */
export const largeListTypeId = 21;

const timeUnits = ["s", "ms", "us", "ns"];
const floatNames = ["halffloat", "float", "double"];
const intervalNames = ["month_interval", "day_time_interval", "month_day_nano_interval"];

/** The extension type of a field without Arrow's or Lance's own prefix: `json`, `uuid`, `bfloat16`. */
export function extensionName(field: Field): string | undefined {
  return field.metadata.get("ARROW:extension:name")?.replace(/^(?:arrow|lance)\./, "");
}

/** A scan describes where a blob lies; the shape of that is the library's own. */
export function isBlob(field: Field): boolean {
  return (
    extensionName(field)?.startsWith("blob") === true || field.metadata.get("lance-encoding:blob") === "true"
  );
}

/** The type of a column: its extension type where it has one. */
export function fieldTypeName(field: Field): string {
  return isBlob(field) ? "blob" : (extensionName(field) ?? typeName(field.type));
}

export function typeName(type: DataType): string {
  if (Types.isDictionary(type)) return `dictionary<${typeName(type.indices)}, ${typeName(type.dictionary)}>`;
  if (Types.isList(type)) return `${isLargeList(type) ? "large_" : ""}list<${childName(type)}>`;
  if ((type.typeId as number) === largeListTypeId) return `large_list<${childName(type)}>`;
  if (Types.isFixedSizeList(type)) return `fixed_size_list<${childName(type)}>[${type.listSize}]`;
  if (Types.isStruct(type)) return `struct<${namedChildren(type)}>`;
  if (Types.isMap(type)) {
    return `map<${(type.children[0]?.type.children ?? []).map(fieldTypeName).join(", ")}>`;
  }
  if (Types.isUnion(type)) return `${type.mode === 1 ? "dense" : "sparse"}_union<${namedChildren(type)}>`;
  return flatTypeName(type);
}

function childName(type: DataType): string {
  const child: Field | undefined = type.children?.[0];
  return child === undefined ? "?" : fieldTypeName(child);
}

function namedChildren(type: DataType): string {
  const children: readonly Field[] = type.children ?? [];
  return children.map((child) => `${child.name}: ${fieldTypeName(child)}`).join(", ");
}

function flatTypeName(type: DataType): string {
  if (Types.isNull(type)) return "null";
  if (Types.isBool(type)) return "bool";
  if (Types.isInt(type)) return `${type.isSigned ? "int" : "uint"}${type.bitWidth}`;
  if (Types.isFloat(type)) return floatNames[type.precision] ?? "float";
  if (Types.isUtf8(type)) return "string";
  if (Types.isLargeUtf8(type)) return "large_string";
  if (Types.isBinary(type)) return "binary";
  if (Types.isLargeBinary(type)) return "large_binary";
  if (Types.isFixedSizeBinary(type)) return `fixed_size_binary[${type.byteWidth}]`;
  if (Types.isDecimal(type)) return `decimal${type.bitWidth}(${type.precision}, ${type.scale})`;
  if (Types.isDate(type)) return type.unit === 0 ? "date32[day]" : "date64[ms]";
  if (Types.isTime(type)) return `time${type.bitWidth}[${timeUnits[type.unit]}]`;
  if (Types.isTimestamp(type)) {
    return `timestamp[${timeUnits[type.unit]}${type.timezone ? `, ${type.timezone}` : ""}]`;
  }
  if (Types.isDuration(type)) return `duration[${timeUnits[type.unit]}]`;
  if (Types.isInterval(type)) return intervalNames[type.unit] ?? "interval";
  return String(type);
}

/** Whether a type, as displays name it, is one of floats. */
export function isFloatName(type: string): boolean {
  return /^(halffloat|float|double)$/.test(type);
}
