import { arrow, type Field, type Schema } from "../../arrow.ts";
import { extensionName, isBlob } from "../../display/arrow/type-name.ts";

// Arrow is loaded when they are asked for, not with this file.
function placeFields(): Field[] {
  return [
    new arrow.Field("position", new arrow.Uint64(), true),
    new arrow.Field("size", new arrow.Uint64(), true),
  ];
}

function placeInFilesFields(): Field[] {
  return [
    new arrow.Field("kind", new arrow.Uint8(), true),
    ...placeFields(),
    new arrow.Field("blob_id", new arrow.Uint32(), true),
    new arrow.Field("blob_uri", new arrow.Utf8(), true),
  ];
}

/** The columns as a scan returns them: of blobs, it says where they lie. */
export function scannedSchema(schema: Schema): Schema {
  if (!schema.fields.some(isBlob)) return schema;
  const fields = schema.fields.map((field) => {
    if (!isBlob(field)) return field;
    const parts = extensionName(field) === "blob.v2" ? placeInFilesFields() : placeFields();
    return new arrow.Field(field.name, new arrow.Struct(parts), field.nullable, field.metadata);
  });
  return new arrow.Schema(fields, schema.metadata);
}
