/** The columns of a table as the catalog describes them: Arrow types in Paimon's words. */
import { type DataType, type Field, type Schema, Types } from "../arrow.ts";
import type { CatalogField, CatalogFieldType } from "../catalog/catalog-table.ts";

/** All columns; or none when one is of a type that the catalog has no word for, so that nothing wrong is registered. */
export function toCatalogFields(schema: Schema): readonly CatalogField[] {
  let count = 0;
  const nextId = () => count++;
  try {
    return schema.fields.map((field) => toField(field, nextId));
  } catch (error) {
    if (error instanceof UnknownType) return [];
    throw error;
  }
}

class UnknownType extends Error {}

function toField(field: Field, nextId: () => number): CatalogField {
  const id = nextId();
  return { id, name: field.name, type: withNulls(field, toType(field.type, nextId)) };
}

function withNulls(field: Field, type: CatalogFieldType): CatalogFieldType {
  if (field.nullable) return type;
  return typeof type === "string" ? `${type} NOT NULL` : { ...type, type: `${type.type} NOT NULL` };
}

function toType(type: DataType, nextId: () => number): CatalogFieldType {
  if (Types.isDictionary(type)) return toType(type.dictionary, nextId);
  if (Types.isList(type) || Types.isFixedSizeList(type)) {
    return { type: "ARRAY", element: elementOf(type.children[0], nextId) };
  }
  if (Types.isStruct(type))
    return { type: "ROW", fields: type.children.map((child) => toField(child, nextId)) };
  if (Types.isMap(type)) {
    const [key, value] = type.children[0]?.type.children ?? [];
    return { type: "MAP", key: elementOf(key, nextId), value: elementOf(value, nextId) };
  }
  return toFlatType(type);
}

function elementOf(field: Field | undefined, nextId: () => number): CatalogFieldType {
  if (field === undefined) throw new UnknownType();
  return withNulls(field, toType(field.type, nextId));
}

const signedNames: Readonly<Record<number, string>> = {
  8: "TINYINT",
  16: "SMALLINT",
  32: "INT",
  64: "BIGINT",
};
/** The smallest signed type that holds all values of an unsigned one. */
const unsignedNames: Readonly<Record<number, string>> = { 8: "SMALLINT", 16: "INT", 32: "BIGINT" };
const timestampDigits = [0, 3, 6, 9];

function toFlatType(type: DataType): string {
  if (Types.isBool(type)) return "BOOLEAN";
  if (Types.isInt(type)) return known((type.isSigned ? signedNames : unsignedNames)[type.bitWidth]);
  if (Types.isFloat(type)) return type.precision === 2 ? "DOUBLE" : "FLOAT";
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return "STRING";
  if (Types.isBinary(type) || Types.isLargeBinary(type)) return "BYTES";
  if (Types.isFixedSizeBinary(type)) return `BINARY(${type.byteWidth})`;
  if (Types.isDecimal(type))
    return type.precision <= 38 ? `DECIMAL(${type.precision}, ${type.scale})` : known();
  if (Types.isDate(type)) return "DATE";
  if (Types.isTimestamp(type)) {
    const name = `TIMESTAMP(${timestampDigits[type.unit]})`;
    return type.timezone ? `${name} WITH LOCAL TIME ZONE` : name;
  }
  return known();
}

function known(name?: string): string {
  if (name === undefined) throw new UnknownType();
  return name;
}
