import { arrow, type Field } from "../arrow.ts";
import { extensionName } from "../display/type-name.ts";
import { withChildren } from "./decode-dictionary.ts";

/**
 * The field to hand to the native library for a column of a table: it makes dictionaries of plain values, JSON's
 * binary form of text, and blobs of bytes by itself.
 */
export function writtenField(field: Field): Field {
  const { DataType } = arrow;
  const { name, nullable, type } = field;
  const extension = extensionName(field);
  if (extension === "json") return new arrow.Field(name, new arrow.Utf8(), nullable);
  if (extension === "blob.v2") return new arrow.Field(name, new arrow.LargeBinary(), nullable);
  if (DataType.isDictionary(type)) {
    return writtenField(new arrow.Field(name, type.dictionary, nullable, field.metadata));
  }
  const children = (type.children ?? []) as readonly Field[];
  const written = children.map(writtenField);
  if (written.every((child, index) => child === children[index])) return field;
  return new arrow.Field(name, withChildren(type, written), nullable, field.metadata);
}
