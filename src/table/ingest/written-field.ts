import { arrow, type DataType, type Field, isLargeList, type Schema } from "../../arrow.ts";
import { extensionName, fieldTypeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { changeChildren, withType } from "../columns/change-children.ts";

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
  return withType(field, changeChildren(type, writtenField));
}

/**
 * The schema of data that take the place of all of a table's, types included.
 * @throws DlfLanceError Unsupported for a type that would not stay the same
 */
export function replacingSchema(schema: Schema, action: string): Schema {
  const fields = schema.fields.map((field) => {
    const written = writtenField(field);
    if (extensionName(field) === "json") {
      return new arrow.Field(field.name, written.type, field.nullable, jsonMetadata);
    }
    if (written === field && !hasLargeList(field)) return field;
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: its column ${field.name} is ${fieldTypeName(field)}, which would not stay so. ` +
        "Delete the rows and append others, or create the table again with createTable in mode Overwrite",
    );
  });
  return new arrow.Schema(fields, schema.metadata);
}

const jsonMetadata = new Map([
  ["ARROW:extension:name", "arrow.json"],
  ["ARROW:extension:metadata", ""],
]);

/**
 * The native library cannot merge into a table that has large lists, whichever columns the data are of.
 * @throws DlfLanceError Unsupported
 */
export function refuseLargeLists(schema: Schema, action: string): void {
  const field = schema.fields.find(hasLargeList);
  if (field === undefined) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot ${action}: its column ${field.name} is ${fieldTypeName(field)}, and the native library merges ` +
      "nothing into such a table. Delete the rows of those keys and append the new ones, or create the table again, which makes it a list: " +
      'createTable(name, await read(name).collect(), { mode: "Overwrite" })',
  );
}

/**
 * The native library panics over every column of a table in which one has a zone that is an offset, so it makes none.
 * @throws DlfLanceError Unsupported
 */
export function refuseFixedOffsets(fields: readonly Field[], action: string): void {
  const field = fields.find(hasFixedOffset);
  if (field === undefined) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot ${action}: column ${field.name} is ${fieldTypeName(field)}, and the native library knows named zones ` +
      "only. Give it the type of one, such as UTC or Asia/Shanghai: the instants are the same",
  );
}

function hasFixedOffset(field: Field): boolean {
  return holdsType(field, (type) => arrow.DataType.isTimestamp(type) && /^[+-]/.test(type.timezone ?? ""));
}

function hasLargeList(field: Field): boolean {
  return holdsType(field, isLargeList);
}

function holdsType({ type }: Field, isSuch: (type: DataType) => boolean): boolean {
  const children: readonly Field[] = type.children ?? [];
  return isSuch(type) || children.some((child) => holdsType(child, isSuch));
}
