import { arrow, type DataType, type Schema, type Table } from "../../arrow.ts";
import { extensionName } from "../../display/arrow/type-name.ts";
import { buildValidity, type Data } from "../arrow/column-data.ts";
import { buildData } from "../columns/build-column.ts";

/** A blob on its way in: the bytes, or where they lie. */
function blobType(): DataType {
  const data = new arrow.Field("data", new arrow.LargeBinary(), true);
  return new arrow.Struct([data, new arrow.Field("uri", new arrow.Utf8(), true)]);
}

/**
 * The table with the bytes of blob columns in the form that a merge takes; an append puts them in that form by itself.
 * @param schema the schema of the table that is merged into
 */
export function toLogicalBlobs(table: Table, schema: Schema): Table {
  const blobs = new Map(
    schema.fields.filter((field) => extensionName(field) === "blob.v2").map((field) => [field.name, field]),
  );
  if (!table.schema.fields.some(({ name }) => blobs.has(name))) return table;
  const fields = table.schema.fields.map((field) => {
    const blob = blobs.get(field.name);
    return blob === undefined
      ? field
      : new arrow.Field(field.name, blobType(), field.nullable, blob.metadata);
  });
  const wanted = new arrow.Schema(fields, table.schema.metadata);
  const batches = table.batches.map((batch) => {
    const children = batch.data.children.map((data, index) => {
      const isBlob = blobs.has(fields[index]?.name ?? "");
      return isBlob ? wrapBytes(data as Data) : (data as Data);
    });
    const type = new arrow.Struct(fields);
    const data = arrow.makeData({ type, length: batch.numRows, nullCount: 0, children } as never);
    return new arrow.RecordBatch(wanted, data as never);
  });
  return new arrow.Table(wanted, batches);
}

function wrapBytes(data: Data): Data {
  const { length } = data;
  const presence = Array.from({ length }, (_, row) => (data.getValid(row) ? true : null));
  const uri = buildData(new arrow.Utf8(), new Array<null>(length).fill(null));
  return arrow.makeData({
    type: blobType(),
    length,
    ...buildValidity(presence),
    children: [data, uri],
  } as never);
}
