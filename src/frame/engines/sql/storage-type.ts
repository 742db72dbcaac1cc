/**
 * Types as a plan's SQL sees them: dates, times and timestamps are the whole numbers they are stored as, and fields of
 * structs are numbered. So values compare exactly, and no name of a user is ever part of the SQL.
 */
import { arrow, type DataType, type Field } from "../../../arrow.ts";
import { isJson } from "./logical-type.ts";

const { DataType: Types } = arrow;

export function storageField(field: Field, name: string): Field {
  const type = isJson(field) ? new arrow.Utf8() : storageType(field.type);
  return new arrow.Field(name, type, true);
}

export function storageType(type: DataType): DataType {
  if (Types.isDictionary(type)) return storageType(type.dictionary);
  if (Types.isTimestamp(type) || Types.isDuration(type)) return new arrow.Int64();
  if (Types.isDate(type)) return type.unit === 0 ? new arrow.Int32() : new arrow.Int64();
  if (Types.isTime(type)) return type.unit < 2 ? new arrow.Int32() : new arrow.Int64();
  if (Types.isList(type)) return new arrow.List(child(type, 0, "item"));
  if (Types.isFixedSizeList(type)) return new arrow.FixedSizeList(type.listSize, child(type, 0, "item"));
  if (Types.isStruct(type)) {
    return new arrow.Struct(type.children.map((_, index) => child(type, index, structField(index))));
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

function child(type: DataType, index: number, name: string): Field {
  return storageField(type.children[index] as Field, name);
}
