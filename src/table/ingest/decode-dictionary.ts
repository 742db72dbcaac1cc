/** Dictionaries as their values: Daft reads no tables that hold any, and lists of texts become some by themselves. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import type { Data } from "../arrow/column-data.ts";
import { buildData } from "../columns/build-column.ts";
import { withoutDictionaries, withType } from "../columns/change-children.ts";
import { ValueMismatch } from "../columns/value-mismatch.ts";

type Dictionary = DataType & { readonly dictionary: DataType };

export function plainField(field: Field): Field {
  return withType(field, withoutDictionaries(field.type));
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
