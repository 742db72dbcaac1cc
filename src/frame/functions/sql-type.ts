/**
 * Types and constants as DuckDB's SQL has them. Dates, times and timestamps are the whole numbers they are stored as, and
 * fields of structs are numbered: so values compare exactly, and no name of a user is ever part of the SQL.
 */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { extensionName, typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { carrierOf, isCarried } from "../types/carried-type.ts";
import { kindOfType } from "../types/column-kind.ts";
import { literalValue } from "../types/literal-value.ts";

/** DuckDB's longest ARRAY; a longer fixed-size list is a LIST. */
const longestArray = 100_000;

/** What a column is in the SQL of a plan. */
export function storageField(field: Field, name: string): Field {
  // Lance announces JSON as binary and delivers it as text.
  const isJson = /(^|\.)json$/.test(extensionName(field) ?? "");
  return new arrow.Field(name, isJson ? new arrow.Utf8() : storageType(field.type), true);
}

function storageType(type: DataType): DataType {
  if (Types.isDictionary(type)) return storageType(type.dictionary);
  const carrier = carrierOf(type);
  if (carrier !== undefined) return carrier;
  if (Types.isTimestamp(type) || Types.isDuration(type)) return new arrow.Int64();
  if (Types.isDate(type)) return type.unit === 0 ? new arrow.Int32() : new arrow.Int64();
  if (Types.isTime(type)) return type.unit < 2 ? new arrow.Int32() : new arrow.Int64();
  if (Types.isList(type)) return new arrow.List(storedChild(type, 0, "item"));
  if (Types.isFixedSizeList(type))
    return new arrow.FixedSizeList(type.listSize, storedChild(type, 0, "item"));
  if (Types.isStruct(type)) {
    return new arrow.Struct(type.children.map((_, index) => storedChild(type, index, structField(index))));
  }
  if (Types.isMap(type)) {
    const entries = (type.children[0] as Field).type as DataType;
    const [key, value] = [0, 1].map((index) => storageType((entries.children[index] as Field).type));
    const fields = [
      new arrow.Field("key", key as DataType, false),
      new arrow.Field("value", value as DataType, true),
    ];
    return new arrow.Map_(new arrow.Field("entries", new arrow.Struct(fields), false) as never);
  }
  return type;
}

/** What the field of a struct at a place is called. */
export function structField(index: number): string {
  return `f${index}`;
}

function storedChild(type: DataType, index: number, name: string): Field {
  return storageField(type.children[index] as Field, name);
}

/** Whether lists of the type are DuckDB's ARRAY. */
export function isArray(type: DataType): boolean {
  return Types.isFixedSizeList(type) && type.listSize > 0 && type.listSize <= longestArray;
}

/**
 * The type in its stored form, as in `DECIMAL(12, 2)`.
 * @throws DlfLanceError Unsupported for a type of which DuckDB holds no values.
 */
export function typeSql(type: DataType): string {
  refuseCarried(type);
  return storedTypeSql(type);
}

/** The same, also for values that are only passed on. */
export function storedTypeSql(type: DataType): string {
  const stored = storageType(type);
  const child = (index: number) => storedTypeSql((stored.children[index] as Field).type);
  if (Types.isNull(stored)) return "INTEGER";
  if (Types.isBool(stored)) return "BOOLEAN";
  if (Types.isInt(stored)) return `${stored.isSigned ? "" : "U"}${integerNames[stored.bitWidth] ?? "BIGINT"}`;
  if (Types.isFloat(stored)) return stored.precision === 2 ? "DOUBLE" : "FLOAT";
  if (Types.isDecimal(stored) && stored.precision <= 38)
    return `DECIMAL(${stored.precision}, ${stored.scale})`;
  if (Types.isUtf8(stored) || Types.isLargeUtf8(stored)) return "VARCHAR";
  if (Types.isBinary(stored) || Types.isLargeBinary(stored) || Types.isFixedSizeBinary(stored)) return "BLOB";
  if (Types.isList(stored)) return `${child(0)}[]`;
  if (Types.isFixedSizeList(stored)) return `${child(0)}[${isArray(stored) ? stored.listSize : ""}]`;
  if (Types.isStruct(stored) && stored.children.length > 0)
    return `STRUCT(${stored.children.map((_: Field, index: number) => `${structField(index)} ${child(index)}`).join(", ")})`;
  if (Types.isMap(stored)) {
    const [key, value] = (stored.children[0] as Field).type.children as readonly [Field, Field];
    return `MAP(${storedTypeSql(key.type)}, ${storedTypeSql(value.type)})`;
  }
  throw refuseType(type);
}

/** @throws DlfLanceError Unsupported for values that are only passed on. */
export function refuseCarried(type: DataType, column?: string): void {
  if (isCarried(type)) throw refuseType(type, column);
}

function refuseType(type: DataType, column?: string): DlfLanceError {
  const what =
    column === undefined
      ? `values of type ${typeName(type)}`
      : `column ${JSON.stringify(column)}, which is ${typeName(type)}`;
  return new DlfLanceError(
    "Unsupported",
    `Cannot compute with ${what}: DuckDB has no such type; leave the column as it is`,
  );
}

const integerNames: Readonly<Record<number, string>> = {
  8: "TINYINT",
  16: "SMALLINT",
  32: "INTEGER",
  64: "BIGINT",
};

export function nullSql(type: DataType): string {
  return `CAST(NULL AS ${typeSql(type)})`;
}

/** @throws DlfLanceError InvalidInput for a constant that the type cannot hold exactly. */
export function literalSql(literal: LiteralNode, type: DataType): string {
  if (literal.type === "null") return nullSql(type);
  const plain = Types.isDictionary(type) ? type.dictionary : type;
  const value = literalValue(literal, plain);
  if (typeof value === "bigint") return tickSql(value, plain);
  if (typeof value === "string") return textSql(value);
  if (typeof value === "boolean") return String(value);
  if (value instanceof Uint8Array) return bytesSql(value);
  return `CAST('${Object.is(value, -0) ? "-0.0" : String(value)}' AS ${typeSql(plain)})`;
}

/** A value of what is stored as whole numbers of a unit. */
export function tickSql(tick: bigint, type: DataType): string {
  const kind = kindOfType(type);
  if (kind.kind === "decimal") return `CAST('${decimalText(tick, kind.scale)}' AS ${typeSql(type)})`;
  return `CAST('${tick}' AS ${typeSql(type)})`;
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  return `${unscaled < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${digits.slice(-scale)}`}`;
}

export function textSql(text: string): string {
  // A zero byte would end the statement.
  return text.includes("\0") ? `decode(${bytesSql(Buffer.from(text))})` : `'${text.replaceAll("'", "''")}'`;
}

function bytesSql(bytes: Uint8Array): string {
  return `unhex('${Buffer.from(bytes).toString("hex")}')`;
}
