/**
 * The columns of a table as the catalog describes them: Arrow types in Paimon's words. Where those say less, the
 * description of the column has Arrow's own name.
 */
import { arrow, type DataType, type Field, type Schema, Types } from "../../arrow.ts";
import type { CatalogField, CatalogFieldType } from "../../catalog/operations/catalog-table.ts";
import { isBlob, typeName } from "../../display/arrow/type-name.ts";

/** All columns; or none when one is of a type that the catalog has no word for, so that nothing wrong is registered. */
export function toCatalogFields(schema: Schema): readonly CatalogField[] {
  let count = 0;
  const nextId = () => count++;
  try {
    return schema.fields.map((field) => nameType(field, toField(field, nextId)));
  } catch (error) {
    if (error instanceof UnknownType) return [];
    throw error;
  }
}

class UnknownType extends Error {}

const arrowPrefix = "Arrow type ";

function nameType(field: Field, registered: CatalogField): CatalogField {
  const type: DataType = Types.isDictionary(field.type) ? field.type.dictionary : field.type;
  const name = isBlob(field) ? "blob" : typeName(type);
  const read = readType(registered.type, undefined);
  const isExact = read !== undefined && typeName(read.type) === name;
  return isExact ? registered : { ...registered, description: `${arrowPrefix}${name}` };
}

/**
 * The columns that a catalog's entry lists, as an Arrow schema would have them; undefined where it lists none, or one of a
 * type that its words do not tell. What a person wrote about a column is in its metadata, as `description`.
 * @param parseType reads Arrow's name of a type; undefined for a name that it does not know
 */
export function readCatalogFields(
  fields: readonly CatalogField[],
  parseType: (name: string) => DataType | undefined,
): readonly Field[] | undefined {
  const columns = fields.map(({ name, type, description = "" }) => {
    const isArrowName = description.startsWith(arrowPrefix);
    const named = isArrowName ? parseType(description.slice(arrowPrefix.length)) : undefined;
    const read = isArrowName && named === undefined ? undefined : readType(type, named);
    if (read === undefined) return undefined;
    const metadata = new Map(isArrowName || description === "" ? [] : [["description", description]]);
    return new arrow.Field(name, read.type, read.nullable, metadata);
  });
  const known = columns.filter((column) => column !== undefined);
  return known.length === 0 || known.length < columns.length ? undefined : known;
}

interface ReadType {
  readonly type: DataType;
  readonly nullable: boolean;
}

/** @param named the same type by Arrow's own name, which says more, except which values may be null */
function readType(written: CatalogFieldType, named: DataType | undefined): ReadType | undefined {
  const text = typeof written === "string" ? written : written.type;
  const word = text.replace(/ NOT NULL$/i, "");
  const type =
    typeof written === "string" ? (named ?? readFlatType(word)) : readNestedType(word, written, named);
  return type && { type, nullable: word === text };
}

function readNestedType(
  word: string,
  { element, key, value, fields }: Exclude<CatalogFieldType, string>,
  named: DataType | undefined,
): DataType | undefined {
  const children = (named?.children ?? []) as readonly Field[];
  switch (word.toUpperCase()) {
    case "ARRAY": {
      const item = readChild("item", element, children[0]?.type);
      if (item === undefined) return undefined;
      return named !== undefined && Types.isFixedSizeList(named)
        ? new arrow.FixedSizeList(named.listSize, item)
        : new arrow.List(item);
    }
    case "MAP": {
      const [namedKey, namedValue] = (children[0]?.type.children ?? []) as readonly Field[];
      const read = [readChild("key", key, namedKey?.type), readChild("value", value, namedValue?.type)];
      const both = read.filter((child) => child !== undefined);
      if (both.length < 2) return undefined;
      return new arrow.Map_(new arrow.Field("entries", new arrow.Struct(both), false) as never);
    }
    case "ROW": {
      const isSame =
        named === undefined ||
        (children.length === fields?.length && children.every(({ name }, at) => name === fields[at]?.name));
      const read = isSame
        ? fields?.map(({ name, type }, at) => readChild(name, type, children[at]?.type))
        : [];
      const known = read?.filter((child) => child !== undefined) ?? [];
      return known.length === 0 || known.length < (read?.length ?? 0) ? undefined : new arrow.Struct(known);
    }
    default:
      return undefined;
  }
}

function readChild(
  name: string,
  written: CatalogFieldType | undefined,
  named: DataType | undefined,
): Field | undefined {
  const read = written === undefined ? undefined : readType(written, named);
  return read && new arrow.Field(name, read.type, read.nullable);
}

/** The types of words that have nothing in brackets that matters. */
const flatTypes: Readonly<Record<string, () => DataType>> = {
  BOOLEAN: () => new arrow.Bool(),
  TINYINT: () => new arrow.Int8(),
  SMALLINT: () => new arrow.Int16(),
  INT: () => new arrow.Int32(),
  INTEGER: () => new arrow.Int32(),
  BIGINT: () => new arrow.Int64(),
  FLOAT: () => new arrow.Float32(),
  DOUBLE: () => new arrow.Float64(),
  STRING: () => new arrow.Utf8(),
  VARCHAR: () => new arrow.Utf8(),
  CHAR: () => new arrow.Utf8(),
  BYTES: () => new arrow.Binary(),
  VARBINARY: () => new arrow.Binary(),
  DATE: () => new arrow.DateDay(),
};

function readFlatType(written: string): DataType | undefined {
  const [, word = "", first, second, zone] =
    /^([A-Z_]+)(?:\((\d+)(?:, ?(\d+))?\))?( WITH LOCAL TIME ZONE)?$/.exec(written.toUpperCase()) ?? [];
  const simple = Object.hasOwn(flatTypes, word) ? flatTypes[word] : undefined;
  if (simple !== undefined) return simple();
  if (word === "BINARY") return new arrow.FixedSizeBinary(Number(first ?? 1));
  if (word === "DECIMAL") return new arrow.Decimal(Number(second ?? 0), Number(first ?? 10), 128);
  if (word === "TIMESTAMP") return new arrow.Timestamp(unitOf(first), zone === undefined ? null : "UTC");
  if (word === "TIMESTAMP_LTZ") return new arrow.Timestamp(unitOf(first), "UTC");
  return undefined;
}

function unitOf(digits = "6"): 0 | 1 | 2 | 3 {
  return Math.ceil(Math.min(Number(digits), 9) / 3) as 0 | 1 | 2 | 3;
}

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
/** The smallest type that holds all values of an unsigned one. */
const unsignedNames: Readonly<Record<number, string>> = {
  8: "SMALLINT",
  16: "INT",
  32: "BIGINT",
  64: "DECIMAL(20, 0)",
};
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
  // A count of its units, which the description names.
  if (Types.isDuration(type)) return "BIGINT";
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
