/** Cells of batches as values that compute exactly: Arrow's own `get` rounds timestamps and decimals. */
import { arrow, type DataType, type RecordBatch, Types, type Vector } from "../../arrow.ts";
import { integerFromWords } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { dictionaryReader } from "./dictionary-reader.ts";

/**
 * A bigint for whole numbers and for what is stored as whole numbers of a unit; an array for lists, for structs (a
 * value for each field) and for maps (a pair for each entry); the 16 bits of a half float as they are.
 */
export type Value = bigint | number | string | boolean | Uint8Array | null | readonly Value[];

export type ReadValue = (row: number) => Value;

export type ArrowData = Vector["data"][number];

export function columnData(batch: RecordBatch, column: string): ArrowData {
  const index = batch.schema.fields.findIndex((field) => field.name === column);
  const data: ArrowData | undefined = batch.data.children[index];
  if (data !== undefined) return data;
  throw new DlfLanceError(
    "Internal",
    `Cannot read column ${column}: the input did not deliver it; report this`,
  );
}

/** Reads the cells of one column. */
export function valueReader(data: ArrowData): ReadValue {
  if (Types.isNull(data.type)) return () => null;
  const read = presentReader(data);
  return (row) => (data.getValid(row) ? read(row) : null);
}

function presentReader(data: ArrowData): ReadValue {
  const { values } = data;
  const type: DataType = data.type;
  if (Types.isDictionary(type)) return dictionaryReader(data, valueReader);
  if (Types.isFloat(type)) return (row) => values[row];
  if (Types.isDecimal(type)) {
    const words = type.bitWidth / 32;
    return (row) => integerFromWords(values.subarray(row * words, (row + 1) * words));
  }
  if (
    Types.isInt(type) ||
    Types.isTimestamp(type) ||
    Types.isDate(type) ||
    Types.isTime(type) ||
    Types.isDuration(type)
  ) {
    return (row) => BigInt(values[row]);
  }
  const children: readonly ArrowData[] = data.children;
  const items = children.map(valueReader);
  if (Types.isStruct(type)) return (row) => items.map((read) => read(row));
  const [item] = items;
  if (Types.isFixedSizeList(type) && item !== undefined) {
    return (row) => readItems(item, row * type.listSize, (row + 1) * type.listSize);
  }
  if ((Types.isList(type) || Types.isMap(type)) && item !== undefined) {
    const { valueOffsets } = data;
    return (row) => readItems(item, Number(valueOffsets[row]), Number(valueOffsets[row + 1]));
  }
  const vector = new arrow.Vector([data]);
  // A view would keep the whole batch alive.
  if (Types.isUtf8(type) || Types.isLargeUtf8(type) || Types.isBool(type)) return (row) => vector.get(row);
  return (row) => new Uint8Array(vector.get(row));
}

function readItems(read: ReadValue, begin: number, end: number): readonly Value[] {
  return Array.from({ length: end - begin }, (_, index) => read(begin + index));
}
