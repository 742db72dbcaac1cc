/** Values as Arrow data, exactly: apache-arrow's own builders round timestamps and decimals. */
import { arrow, type DataType, type Field, type RecordBatch, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ArrowData, Value } from "./values.ts";

/** A batch of columns, each with its values in the order of rows. */
export function buildBatch(
  fields: readonly Field[],
  columns: readonly (readonly Value[])[],
  rows: number,
): RecordBatch {
  return wrapData(
    fields,
    fields.map(({ type }, index) => buildData(type, columns[index] ?? [])),
    rows,
  );
}

/** A batch of columns that are Arrow data already. */
export function wrapData(
  fields: readonly Field[],
  children: readonly ArrowData[],
  rows: number,
): RecordBatch {
  const schema = new arrow.Schema([...fields]);
  const type = new arrow.Struct(schema.fields);
  return new arrow.RecordBatch(schema, new arrow.Data(type, 0, rows, 0, undefined, [...children]));
}

export function buildData(type: DataType, values: readonly Value[]): ArrowData {
  const { length } = values;
  if (Types.isNull(type)) return new arrow.Data(type, 0, length, length);
  if (Types.isDictionary(type)) return buildDictionary(type, values);
  const { nulls, bitmap } = validity(values);
  const build = (offsets: unknown, data: unknown, children: ArrowData[] = []): ArrowData =>
    new arrow.Data(type, 0, length, nulls, [offsets, data, bitmap] as never, children);
  if (Types.isBool(type)) return build(undefined, packBits(values.map((value) => value === true)));
  if (Types.isDecimal(type))
    return build(undefined, decimalWords(values as (bigint | null)[], type.bitWidth / 32));
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) {
    return buildSpans(
      values.map((value) => Buffer.from((value as string | null) ?? "")),
      Types.isLargeUtf8(type),
      build,
    );
  }
  if (Types.isBinary(type) || Types.isLargeBinary(type)) {
    return buildSpans(
      values.map((value) => Buffer.from((value as Uint8Array | null) ?? [])),
      Types.isLargeBinary(type),
      build,
    );
  }
  if (Types.isFixedSizeBinary(type)) {
    const bytes = new Uint8Array(length * type.byteWidth);
    for (const [row, value] of values.entries())
      bytes.set((value as Uint8Array | null) ?? [], row * type.byteWidth);
    return build(undefined, bytes);
  }
  if (Types.isStruct(type)) {
    const children: readonly Field[] = type.children;
    return build(
      undefined,
      undefined,
      children.map((field, index) =>
        buildData(
          field.type,
          values.map((value) => at(value, index)),
        ),
      ),
    );
  }
  const [item]: readonly Field[] = type.children ?? [];
  if (Types.isFixedSizeList(type) && item !== undefined) {
    const items = values.flatMap((value) =>
      Array.from({ length: type.listSize }, (_, index) => at(value, index)),
    );
    return build(undefined, undefined, [buildData(item.type, items)]);
  }
  if ((Types.isList(type) || Types.isMap(type)) && item !== undefined) {
    const lists = values.map((value) => (value as readonly Value[] | null) ?? []);
    return build(offsetsOf(lists.map((list) => list.length)), undefined, [
      buildData(item.type, lists.flat(1) as Value[]),
    ]);
  }
  return build(undefined, fixedValues(type, values));
}

function at(value: Value, index: number): Value {
  return (value as readonly Value[] | null)?.[index] ?? null;
}

type Build = (offsets: unknown, data: unknown) => ArrowData;

function buildSpans(parts: readonly Uint8Array[], isLarge: boolean, build: Build): ArrowData {
  const offsets = offsetsOf(parts.map((part) => part.length));
  return build(isLarge ? BigInt64Array.from(offsets, BigInt) : offsets, new Uint8Array(Buffer.concat(parts)));
}

function offsetsOf(lengths: readonly number[]): Int32Array {
  const offsets = new Int32Array(lengths.length + 1);
  for (const [index, length] of lengths.entries()) offsets[index + 1] = (offsets[index] ?? 0) + length;
  return offsets;
}

function validity(values: readonly Value[]): { nulls: number; bitmap: Uint8Array | undefined } {
  const nulls = values.reduce<number>((count, value) => count + (value === null ? 1 : 0), 0);
  return { nulls, bitmap: nulls === 0 ? undefined : packBits(values.map((value) => value !== null)) };
}

function packBits(bits: readonly boolean[]): Uint8Array {
  const packed = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) {
    if (bit) packed[index >> 3] = (packed[index >> 3] ?? 0) | (1 << (index & 7));
  }
  return packed;
}

function decimalWords(values: readonly (bigint | null)[], words: number): Uint32Array {
  const packed = new Uint32Array(values.length * words);
  for (const [row, value] of values.entries()) {
    let rest = BigInt.asUintN(32 * words, value ?? 0n);
    for (let word = 0; word < words; word++) {
      packed[row * words + word] = Number(rest & 0xffffffffn);
      rest >>= 32n;
    }
  }
  return packed;
}

/** Numbers and what is stored as whole numbers of a unit. */
function fixedValues(type: DataType, values: readonly Value[]): unknown {
  const Constructor = type.ArrayType as new (length: number) => BigInt64Array | Float64Array;
  if (Constructor === undefined || Types.isUnion(type)) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot compute a column of type ${typeName(type)} in memory: select the other columns`,
    );
  }
  const array = new Constructor(values.length);
  const isBig = array instanceof BigInt64Array || (array as unknown) instanceof BigUint64Array;
  for (const [row, value] of values.entries()) {
    if (value !== null) array[row] = (isBig ? value : Number(value)) as never;
  }
  return array;
}

function buildDictionary(type: DataType, values: readonly Value[]): ArrowData {
  if (!Types.isDictionary(type))
    throw new DlfLanceError(
      "Internal",
      `Cannot read a dictionary: ${typeName(type)} is another type; report this`,
    );
  const distinct = [...new Set(values.filter((value) => value !== null))];
  const places = new Map(distinct.map((value, index) => [value, index]));
  const { nulls, bitmap } = validity(values);
  const Constructor = type.indices.ArrayType as new (length: number) => Int32Array;
  const indices = new Constructor(values.length);
  for (const [row, value] of values.entries()) indices[row] = places.get(value as never) ?? 0;
  const dictionary = new arrow.Vector([buildData(type.dictionary, distinct)]);
  return new arrow.Data(
    type,
    0,
    values.length,
    nulls,
    [undefined, indices, bitmap] as never,
    [],
    dictionary as never,
  );
}
