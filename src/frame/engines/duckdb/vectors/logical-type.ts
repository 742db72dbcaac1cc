/** Arrow's types as DuckDB's. */
import { arrow, type DataType, type Field, Types } from "../../../../arrow.ts";
import { extensionName, typeName } from "../../../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../../../errors.ts";
import type { DuckDb, LogicalType } from "../duckdb.ts";
import { keptName } from "./kept-types.ts";

/** DuckDB's longest ARRAY; a longer fixed-size list is a LIST. */
const longestArray = 100_000;

/**
 * @param isNamed whether types that DuckDB has not get the names of kept-types.ts.
 * @throws DlfLanceError Unsupported for a type that SQL cannot read.
 */
export function toLogicalType(duckdb: DuckDb, field: Field, action: string, isNamed = false): LogicalType {
  if (isJson(field)) return duckdb.create_logical_type(duckdb.Type.VARCHAR);
  return convert(duckdb, field.type, action, isNamed);
}

/** Two types with one key are one type of DuckDB. */
export function typeKey(field: Field): string {
  if (isJson(field)) return "json";
  const { type } = field;
  if (Types.isDictionary(type)) return typeKey(new arrow.Field("", type.dictionary));
  const children = (type.children ?? []) as readonly Field[];
  if (children.length === 0) return String(type);
  const size = Types.isFixedSizeList(type) ? type.listSize : 0;
  return JSON.stringify([type.typeId, size, ...children.map((child) => [child.name, typeKey(child)])]);
}

/** Lance announces JSON as binary and delivers it as text. */
export function isJson(field: Field): boolean {
  return /(^|\.)json$/.test(extensionName(field) ?? "");
}

/** Whether lists of the type are written as DuckDB's ARRAY. */
export function isArray(type: DataType): boolean {
  return Types.isFixedSizeList(type) && type.listSize > 0 && type.listSize <= longestArray;
}

function convert(duckdb: DuckDb, type: DataType, action: string, isNamed: boolean): LogicalType {
  const { Type } = duckdb;
  const refuse = (why: string) =>
    new DlfLanceError("Unsupported", `Cannot ${action}: ${why}; leave the column out`);
  const simple = (id: number) => {
    const created = duckdb.create_logical_type(id);
    const name = isNamed ? keptName(type) : undefined;
    if (name !== undefined) duckdb.logical_type_set_alias(created, name);
    return created;
  };
  const child = (field: Field | undefined) => {
    if (field === undefined) throw refuse(`its type ${typeName(type)} has no items`);
    return toLogicalType(duckdb, field, action, isNamed);
  };
  if (Types.isDictionary(type)) return convert(duckdb, type.dictionary, action, isNamed);
  if (Types.isNull(type)) return simple(Type.INTEGER);
  if (Types.isBool(type)) return simple(Type.BOOLEAN);
  if (Types.isInt(type)) return simple(integerType(duckdb, type.bitWidth, type.isSigned));
  if (Types.isFloat(type)) return simple(type.precision === 2 ? Type.DOUBLE : Type.FLOAT);
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return simple(Type.VARCHAR);
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type))
    return simple(Type.BLOB);
  if (Types.isDecimal(type)) {
    if (type.precision <= 38 && type.scale >= 0 && type.scale <= type.precision)
      return duckdb.create_decimal_type(type.precision, type.scale);
    throw refuse(`DuckDB has no ${typeName(type)}, only decimals of at most 38 digits`);
  }
  if (Types.isDate(type)) return simple(type.unit === 0 ? Type.DATE : Type.TIMESTAMP_MS);
  if (Types.isTime(type)) return simple(type.unit === 3 ? Type.TIME_NS : Type.TIME);
  if (Types.isTimestamp(type)) return simple(timestampType(duckdb, type.unit, type.timezone));
  if (Types.isDuration(type)) return simple(type.unit === 3 ? Type.BIGINT : Type.INTERVAL);
  if (Types.isList(type)) return duckdb.create_list_type(child(type.children[0]));
  if (Types.isFixedSizeList(type)) {
    const item = child(type.children[0]);
    return isArray(type) ? duckdb.create_array_type(item, type.listSize) : duckdb.create_list_type(item);
  }
  if (Types.isStruct(type)) {
    const names = type.children.map(({ name }) => name);
    if (names.length === 0) throw refuse("DuckDB has no struct without fields");
    if (names.includes("")) throw refuse("DuckDB has no struct with a field without a name");
    if (new Set(names.map((name) => name.toLowerCase())).size < names.length)
      throw refuse("fields of a struct differ in capital letters alone, which are one name in SQL");
    return duckdb.create_struct_type(
      type.children.map((field: Field) => child(field)),
      names,
    );
  }
  if (Types.isMap(type)) {
    const [key, value] = (type.children[0]?.type.children ?? []) as Field[];
    return duckdb.create_map_type(child(key), child(value));
  }
  throw refuse(`DuckDB has no ${typeName(type)}`);
}

function integerType({ Type }: DuckDb, bitWidth: number, isSigned: boolean): number {
  switch (bitWidth) {
    case 8:
      return isSigned ? Type.TINYINT : Type.UTINYINT;
    case 16:
      return isSigned ? Type.SMALLINT : Type.USMALLINT;
    case 32:
      return isSigned ? Type.INTEGER : Type.UINTEGER;
    default:
      return isSigned ? Type.BIGINT : Type.UBIGINT;
  }
}

/** DuckDB's timestamps with a zone count microseconds; nanoseconds are kept exact as UTC without a zone. */
function timestampType({ Type }: DuckDb, unit: number, zone: string | null | undefined): number {
  if (unit === 3) return Type.TIMESTAMP_NS;
  if (zone) return Type.TIMESTAMP_TZ;
  return unit === 0 ? Type.TIMESTAMP_S : unit === 1 ? Type.TIMESTAMP_MS : Type.TIMESTAMP;
}
