/** Columns without dictionaries: each value stands in its own row. */
import { arrow, type DataType, Types, type Vector } from "../../arrow.ts";
import { withoutDictionaries } from "../../table/columns/change-children.ts";
import { gatherData } from "./gather.ts";

type Data = Vector["data"][number];

export function plainData(data: Data): Data {
  const type: DataType = data.type;
  if (Types.isDictionary(type)) return plainData(decode(data));
  const plain = withoutDictionaries(type);
  if (plain === type) return data;
  const children = data.children.map(plainData);
  const buffers = [data.valueOffsets, data.values, data.nullBitmap] as never;
  return new arrow.Data(plain, data.offset, data.length, data.nullCount, buffers, children) as Data;
}

/** Each row's value from the dictionary; null where the row or the value is. */
function decode(data: Data): Data {
  const chunks = (data.dictionary?.data ?? []) as readonly Data[];
  const type = (data.type as { readonly dictionary: DataType }).dictionary;
  if (chunks.length === 0)
    return new arrow.Data(type, 0, data.length, data.length, emptyBuffers(type, data.length)) as Data;
  const values = chunks.length === 1 ? (chunks[0] as Data) : joinChunks(chunks);
  const indices = data.values as ArrayLike<number | bigint>;
  const rows = new Int32Array(data.length);
  const hasNulls = data.nullCount > 0;
  for (let row = 0; row < data.length; row++)
    rows[row] = hasNulls && !data.getValid(row) ? 0 : Number(indices[row]);
  if (values.length === 0)
    return new arrow.Data(type, 0, data.length, data.length, emptyBuffers(type, data.length)) as Data;
  const taken = gatherData(values, rows);
  if (!hasNulls) return taken;
  const bitmap = new Uint8Array(Math.ceil(data.length / 8));
  for (let row = 0; row < data.length; row++) {
    if (data.getValid(row) && taken.getValid(row))
      bitmap[row >> 3] = (bitmap[row >> 3] as number) | (1 << (row & 7));
  }
  return new arrow.Data(
    taken.type,
    0,
    data.length,
    -1,
    [taken.valueOffsets, taken.values, bitmap] as never,
    taken.children,
  ) as Data;
}

/** Deltas of a dictionary as one. */
function joinChunks(chunks: readonly Data[]): Data {
  const joined = arrow.vectorFromArray(
    chunks.flatMap((chunk) => [...new arrow.Vector([chunk])]),
    (chunks[0] as Data).type,
  );
  return joined.data[0] as Data;
}

function emptyBuffers(type: DataType, length: number): never {
  const hasOffsets =
    Types.isUtf8(type) || Types.isBinary(type) || Types.isLargeUtf8(type) || Types.isLargeBinary(type);
  const Offsets = Types.isLargeUtf8(type) || Types.isLargeBinary(type) ? BigInt64Array : Int32Array;
  const Values = type.ArrayType as new (length: number) => Uint8Array;
  return [
    hasOffsets ? new Offsets(length + 1) : undefined,
    new Values(hasOffsets ? 0 : length),
    new Uint8Array(Math.ceil(length / 8)),
  ] as never;
}
