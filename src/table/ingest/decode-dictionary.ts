/** Dictionaries as their values: Daft reads no tables that hold any, and lists of texts become some by themselves. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import type { Data, NestedType } from "../arrow/column-data.ts";
import { buildData } from "../columns/build-column.ts";
import { ValueMismatch } from "../columns/value-mismatch.ts";

type Dictionary = DataType & { readonly dictionary: DataType };

/** The type with the types of their values in place of all dictionaries in it. */
function plainType(type: DataType): DataType {
  return Types.isDictionary(type) ? plainType(type.dictionary) : changeChildren(type, plainField);
}

export function plainField(field: Field): Field {
  return withType(field, plainType(field.type));
}

export function withType(field: Field, type: DataType): Field {
  return type === field.type ? field : new arrow.Field(field.name, type, field.nullable, field.metadata);
}

/** The type itself where no child changes, as in one without children. */
export function changeChildren(type: DataType, change: (child: Field) => Field): DataType {
  const children = ((type as NestedType).children ?? []) as readonly Field[];
  const changed = children.map((child) => change(child));
  return changed.every((child, index) => child === children[index]) ? type : withChildren(type, changed);
}

/** The same nested type around other children. */
function withChildren(type: DataType, children: Field[]): DataType {
  const [first] = children as [Field];
  if (Types.isList(type)) return new arrow.List(first);
  if (Types.isFixedSizeList(type)) return new arrow.FixedSizeList(type.listSize, first);
  if (Types.isStruct(type)) return new arrow.Struct(children);
  if (Types.isMap(type)) return new arrow.Map_(first as never, type.keysSorted);
  throw new ValueMismatch(undefined, `the data is ${typeName(type)}`, "decode its dictionaries first");
}

/** The values of one chunk of a dictionary-encoded column, one per row. */
export function decodeDictionary(data: Data): Data {
  const type: DataType = (data.type as unknown as Dictionary).dictionary;
  const values = data.dictionary === undefined ? [] : readValues(type, data.dictionary);
  return buildData(
    type,
    Array.from({ length: data.length }, (_, row) =>
      data.getValid(row) ? values[Number(data.values[row])] : null,
    ),
  );
}

/** Values in a form that `buildData` takes and that loses nothing. */
function readValues(type: DataType, dictionary: { readonly data: readonly unknown[] }): unknown[] {
  const isPlain =
    Types.isUtf8(type) || Types.isLargeUtf8(type) || Types.isBinary(type) || Types.isLargeBinary(type);
  if (isPlain || Types.isBool(type)) return [...new arrow.Vector(dictionary.data as never)];
  const isRaw = Types.isInt(type) || Types.isTimestamp(type) || Types.isTime(type) || Types.isDuration(type);
  const isFloat = Types.isFloat(type) && type.precision !== arrow.Precision.HALF;
  if (!isRaw && !isFloat) {
    throw new ValueMismatch(undefined, `the data is a dictionary of ${typeName(type)}`, "decode it first");
  }
  return (dictionary.data as readonly Data[]).flatMap((chunk) =>
    Array.from({ length: chunk.length }, (_, row) => (chunk.getValid(row) ? chunk.values[row] : null)),
  );
}
