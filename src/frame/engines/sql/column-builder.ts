/** Gathers vectors of a DuckDB result, chunk after chunk, into Arrow columns. */
import { type Vector as ArrowVector, arrow, type DataType } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { alignBits, getBit, setBit } from "./bits.ts";
import type { DuckDb, LogicalType } from "./duckdb.ts";
import { StringBuilder } from "./string-builder.ts";
import { type VectorView, valueBytes } from "./vector-view.ts";

type Data = ArrowVector["data"][number];

export interface ColumnBuilder {
  readonly type: DataType;
  append(view: VectorView, begin: number, count: number): void;
  /** The rows since the last time. */
  finish(): Data;
}

/** @throws DlfLanceError Unsupported for a type that Arrow has no counterpart of. */
export function createBuilder(duckdb: DuckDb, type: LogicalType, column: string): ColumnBuilder {
  const { Type } = duckdb;
  const id = duckdb.get_type_id(type);
  const fixed = (arrowType: DataType) => new FixedBuilder(arrowType, valueBytes(duckdb, id));
  switch (id) {
    case Type.BOOLEAN:
      return new BooleanBuilder();
    case Type.TINYINT:
      return fixed(new arrow.Int8());
    case Type.SMALLINT:
      return fixed(new arrow.Int16());
    case Type.INTEGER:
    case Type.SQLNULL:
      return fixed(new arrow.Int32());
    case Type.BIGINT:
      return fixed(new arrow.Int64());
    case Type.UTINYINT:
      return fixed(new arrow.Uint8());
    case Type.USMALLINT:
      return fixed(new arrow.Uint16());
    case Type.UINTEGER:
      return fixed(new arrow.Uint32());
    case Type.UBIGINT:
      return fixed(new arrow.Uint64());
    case Type.FLOAT:
      return fixed(new arrow.Float32());
    case Type.DOUBLE:
      return fixed(new arrow.Float64());
    case Type.HUGEINT:
      return new ConvertingBuilder(
        new FixedBuilder(new arrow.Decimal(0, 38, 128), 16),
        (view, begin, count) => checkDigits(view, begin, count, column),
      );
    case Type.DECIMAL: {
      const stored = valueBytes(duckdb, duckdb.decimal_internal_type(type));
      const wide = new arrow.Decimal(duckdb.decimal_scale(type), duckdb.decimal_width(type), 128);
      return new ConvertingBuilder(new FixedBuilder(wide, 16), (view) => widenDecimals(view, stored));
    }
    case Type.VARCHAR:
      return new TextBuilder(duckdb, new arrow.Utf8());
    case Type.BLOB:
      return new TextBuilder(duckdb, new arrow.Binary());
    case Type.ENUM: {
      const width = valueBytes(duckdb, duckdb.enum_internal_type(type));
      const names = Array.from({ length: duckdb.enum_dictionary_size(type) }, (_, index) =>
        Buffer.from(duckdb.enum_dictionary_value(type, index)),
      );
      return new EnumBuilder(names, width);
    }
    case Type.UUID:
      return new UuidBuilder();
    case Type.DATE:
      return fixed(new arrow.DateDay());
    case Type.TIME:
      return fixed(new arrow.TimeMicrosecond());
    case Type.TIME_NS:
      return fixed(new arrow.TimeNanosecond());
    case Type.TIMESTAMP_S:
      return fixed(new arrow.TimestampSecond());
    case Type.TIMESTAMP_MS:
      return fixed(new arrow.TimestampMillisecond());
    case Type.TIMESTAMP:
      return fixed(new arrow.TimestampMicrosecond());
    case Type.TIMESTAMP_NS:
      return fixed(new arrow.TimestampNanosecond());
    case Type.TIMESTAMP_TZ:
      return fixed(new arrow.TimestampMicrosecond("UTC"));
    case Type.INTERVAL:
      return new IntervalBuilder();
    case Type.LIST: {
      const items = createBuilder(duckdb, duckdb.list_type_child_type(type), column);
      return new ListBuilder(new arrow.List(new arrow.Field("item", items.type, true)), items);
    }
    case Type.MAP: {
      const key = createBuilder(duckdb, duckdb.map_type_key_type(type), column);
      const value = createBuilder(duckdb, duckdb.map_type_value_type(type), column);
      const fields = [new arrow.Field("key", key.type, false), new arrow.Field("value", value.type, true)];
      const entries = new arrow.Struct(fields);
      const map = new arrow.Map_(new arrow.Field("entries", entries, false) as never);
      return new ListBuilder(map, new StructBuilder(entries, [key, value]));
    }
    case Type.ARRAY: {
      const items = createBuilder(duckdb, duckdb.array_type_child_type(type), column);
      const size = duckdb.array_type_array_size(type);
      return new ArrayBuilder(
        new arrow.FixedSizeList(size, new arrow.Field("item", items.type, true)),
        items,
      );
    }
    case Type.STRUCT: {
      const children = Array.from({ length: duckdb.struct_type_child_count(type) }, (_, index) =>
        createBuilder(duckdb, duckdb.struct_type_child_type(type, index), column),
      );
      const fields = children.map(
        (child, index) => new arrow.Field(duckdb.struct_type_child_name(type, index), child.type, true),
      );
      return new StructBuilder(new arrow.Struct(fields), children);
    }
    default:
      throw new DlfLanceError(
        "Unsupported",
        `Cannot read column ${JSON.stringify(column)} of the SQL result: Arrow has no type ` +
          `${Type[id]?.toLowerCase() ?? id}; cast it in the statement, for example to varchar.`,
      );
  }
}

/** Which rows are null, gathered. */
class Validity {
  #bits = new Uint8Array(256);
  #length = 0;
  #nulls = 0;

  append(validity: Uint8Array | undefined, begin: number, count: number): void {
    if (validity === undefined && this.#nulls === 0) {
      this.#length += count;
      return;
    }
    if (this.#nulls === 0) this.#fillUpTo(this.#length);
    this.#reserve(this.#length + count);
    if (validity === undefined) {
      this.#set(count);
    } else if ((this.#length & 7) === 0) {
      this.#bits.set(clearBehind(alignBits(validity, begin, count), count), this.#length >> 3);
      this.#nulls += count - countBits(this.#bits, this.#length, count);
    } else {
      for (let row = 0; row < count; row++) {
        if (getBit(validity, begin + row)) setBit(this.#bits, this.#length + row);
        else this.#nulls += 1;
      }
    }
    this.#length += count;
  }

  finish(): { readonly nulls: number; readonly bitmap: Uint8Array | undefined } {
    const result = {
      nulls: this.#nulls,
      bitmap: this.#nulls === 0 ? undefined : this.#bits.subarray(0, Math.ceil(this.#length / 8)),
    };
    this.#bits = new Uint8Array(256);
    this.#length = 0;
    this.#nulls = 0;
    return result;
  }

  #set(count: number): void {
    for (let row = 0; row < count; row++) setBit(this.#bits, this.#length + row);
  }

  /** The rows so far were all there, and no bit of them is written. */
  #fillUpTo(length: number): void {
    this.#reserve(length);
    this.#bits.fill(0);
    this.#bits.fill(255, 0, length >> 3);
    for (let row = length & ~7; row < length; row++) setBit(this.#bits, row);
  }

  #reserve(rows: number): void {
    const wanted = Math.ceil(rows / 8);
    if (wanted <= this.#bits.length) return;
    const bits = new Uint8Array(Math.max(wanted, 2 * this.#bits.length));
    bits.set(this.#bits);
    this.#bits = bits;
  }
}

function clearBehind(bits: Uint8Array, count: number): Uint8Array {
  if ((count & 7) === 0) return bits;
  const cleared = bits.slice();
  const last = cleared.length - 1;
  cleared[last] = (cleared[last] ?? 0) & ((1 << (count & 7)) - 1);
  return cleared;
}

function countBits(bits: Uint8Array, begin: number, count: number): number {
  return arrow.util.popcnt_bit_range(bits, begin, begin + count);
}

/** Values of a fixed number of bytes. */
class FixedBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #width: number;
  readonly #validity = new Validity();
  #bytes = new Uint8Array(0);
  #length = 0;

  constructor(type: DataType, width: number) {
    this.type = type;
    this.#width = width;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const wanted = (this.#length + count) * this.#width;
    if (wanted > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length, 2048 * this.#width));
      bytes.set(this.#bytes.subarray(0, this.#length * this.#width));
      this.#bytes = bytes;
    }
    const source = view.data.subarray(begin * this.#width, (begin + count) * this.#width);
    this.#bytes.set(source, this.#length * this.#width);
    this.#length += count;
  }

  finish(): Data {
    const Values = this.type.ArrayType as new (
      buffer: ArrayBuffer,
      offset: number,
      length: number,
    ) => Uint8Array;
    const bytes = this.#length * this.#width;
    const each = (Values as unknown as { readonly BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
    const values = new Values(this.#bytes.buffer, 0, bytes / each);
    const { nulls, bitmap } = this.#validity.finish();
    const data = makeData(this.type, this.#length, nulls, [undefined, values, bitmap]);
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return data;
  }
}

/** Brings the values of a vector into another form first. */
class ConvertingBuilder implements ColumnBuilder {
  readonly #inner: ColumnBuilder;
  readonly #convert: (view: VectorView, begin: number, count: number) => VectorView;

  constructor(inner: ColumnBuilder, convert: (view: VectorView, begin: number, count: number) => VectorView) {
    this.#inner = inner;
    this.#convert = convert;
  }

  get type(): DataType {
    return this.#inner.type;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#inner.append(this.#convert(view, begin, count), begin, count);
  }

  finish(): Data {
    return this.#inner.finish();
  }
}

class BooleanBuilder implements ColumnBuilder {
  readonly type: DataType = new arrow.Bool();
  readonly #validity = new Validity();
  #bits = new Uint8Array(256);
  #length = 0;

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const wanted = Math.ceil((this.#length + count) / 8);
    if (wanted > this.#bits.length) {
      const bits = new Uint8Array(Math.max(wanted, 2 * this.#bits.length));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    for (let row = 0; row < count; row++) {
      if (view.data[begin + row] === 1) setBit(this.#bits, this.#length + row);
    }
    this.#length += count;
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const data = makeData(this.type, this.#length, nulls, [undefined, this.#bits, bitmap]);
    this.#bits = new Uint8Array(256);
    this.#length = 0;
    return data;
  }
}

class TextBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #validity = new Validity();
  readonly #strings: StringBuilder;

  constructor(duckdb: DuckDb, type: DataType) {
    this.type = type;
    this.#strings = new StringBuilder(duckdb);
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    this.#strings.append(view, begin, count);
  }

  finish(): Data {
    return finishStrings(this.type, this.#validity, this.#strings);
  }
}

class EnumBuilder implements ColumnBuilder {
  readonly type: DataType = new arrow.Utf8();
  readonly #validity = new Validity();
  readonly #strings = new StringBuilder(undefined);
  readonly #names: readonly Uint8Array[];
  readonly #width: number;

  constructor(names: readonly Uint8Array[], width: number) {
    this.#names = names;
    this.#width = width;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    for (let row = begin; row < begin + count; row++) {
      const isNull = view.validity !== undefined && !getBit(view.validity, row);
      const code = Buffer.from(view.data.buffer, view.data.byteOffset).readUIntLE(
        row * this.#width,
        this.#width,
      );
      this.#strings.push(isNull ? new Uint8Array() : (this.#names[code] ?? new Uint8Array()));
    }
  }

  finish(): Data {
    return finishStrings(this.type, this.#validity, this.#strings);
  }
}

/** UUIDs as text: DuckDB keeps them as 128-bit numbers with the highest bit turned, so that they sort. */
class UuidBuilder implements ColumnBuilder {
  readonly type: DataType = new arrow.Utf8();
  readonly #validity = new Validity();
  readonly #strings = new StringBuilder(undefined);

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    for (let row = begin; row < begin + count; row++) {
      const bytes = Buffer.from(view.data.subarray(row * 16, row * 16 + 16)).reverse();
      bytes[0] = (bytes[0] ?? 0) ^ 0x80;
      const text = bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      this.#strings.push(Buffer.from(text));
    }
  }

  finish(): Data {
    return finishStrings(this.type, this.#validity, this.#strings);
  }
}

/** A struct of months, days and microseconds: Lance has no type for intervals, and no one number holds all three. */
class IntervalBuilder implements ColumnBuilder {
  readonly #inner: StructBuilder;

  constructor() {
    const children = [
      new FixedBuilder(new arrow.Int32(), 4),
      new FixedBuilder(new arrow.Int32(), 4),
      new FixedBuilder(new arrow.Int64(), 8),
    ];
    const names = ["months", "days", "microseconds"];
    const fields = children.map(({ type }, index) => new arrow.Field(names[index] ?? "", type, true));
    this.#inner = new StructBuilder(new arrow.Struct(fields), children);
  }

  get type(): DataType {
    return this.#inner.type;
  }

  append({ data, validity }: VectorView, begin: number, count: number): void {
    const part = (offset: number, width: number): VectorView => {
      const bytes = new Uint8Array((begin + count) * width);
      for (let row = begin; row < begin + count; row++) {
        bytes.set(data.subarray(row * 16 + offset, row * 16 + offset + width), row * width);
      }
      return { data: bytes, validity, children: [] };
    };
    const children = [part(0, 4), part(4, 4), part(8, 8)];
    this.#inner.append({ data, validity, children }, begin, count);
  }

  finish(): Data {
    return this.#inner.finish();
  }
}

class StructBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #validity = new Validity();
  readonly #children: readonly ColumnBuilder[];
  #length = 0;

  constructor(type: DataType, children: readonly ColumnBuilder[]) {
    this.type = type;
    this.#children = children;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    for (const [index, child] of this.#children.entries()) {
      child.append(view.children[index] as VectorView, begin, count);
    }
    this.#length += count;
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const children = this.#children.map((child) => child.finish());
    const data = makeData(this.type, this.#length, nulls, [undefined, undefined, bitmap], children);
    this.#length = 0;
    return data;
  }
}

class ArrayBuilder implements ColumnBuilder {
  readonly type: DataType & { readonly listSize: number };
  readonly #validity = new Validity();
  readonly #items: ColumnBuilder;
  #length = 0;

  constructor(type: DataType & { readonly listSize: number }, items: ColumnBuilder) {
    this.type = type;
    this.#items = items;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const { listSize } = this.type;
    this.#items.append(view.children[0] as VectorView, begin * listSize, count * listSize);
    this.#length += count;
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const data = makeData(
      this.type,
      this.#length,
      nulls,
      [undefined, undefined, bitmap],
      [this.#items.finish()],
    );
    this.#length = 0;
    return data;
  }
}

class ListBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #validity = new Validity();
  readonly #items: ColumnBuilder;
  #offsets: number[] = [0];
  #total = 0;

  constructor(type: DataType, items: ColumnBuilder) {
    this.type = type;
    this.#items = items;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const [items] = view.children as readonly [VectorView];
    // An entry is where the items of a row begin, and how many they are; lists that follow each other go at once.
    const entries = new DataView(view.data.buffer, view.data.byteOffset, view.data.byteLength);
    let start = 0;
    let end = 0;
    for (let row = begin; row < begin + count; row++) {
      const isNull = view.validity !== undefined && !getBit(view.validity, row);
      const length = isNull ? 0 : entries.getUint32(row * 16 + 8, true);
      const first = entries.getUint32(row * 16, true);
      if (length > 0 && first !== end) {
        if (end > start) this.#items.append(items, start, end - start);
        start = first;
        end = first;
      }
      end += length;
      this.#total += length;
      this.#offsets.push(this.#total);
    }
    if (end > start) this.#items.append(items, start, end - start);
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const offsets = Int32Array.from(this.#offsets);
    const data = makeData(
      this.type,
      offsets.length - 1,
      nulls,
      [offsets, undefined, bitmap],
      [this.#items.finish()],
    );
    this.#offsets = [0];
    this.#total = 0;
    return data;
  }
}

function finishStrings(type: DataType, validity: Validity, strings: StringBuilder): Data {
  const { nulls, bitmap } = validity.finish();
  const { offsets, bytes } = strings.finish();
  return makeData(type, offsets.length - 1, nulls, [offsets, bytes, bitmap]);
}

function makeData(
  type: DataType,
  length: number,
  nulls: number,
  buffers: readonly unknown[],
  children: readonly Data[] = [],
): Data {
  return new arrow.Data(type, 0, length, nulls, buffers as never, children as never);
}

function widenDecimals({ data, validity, children }: VectorView, stored: number): VectorView {
  if (stored === 16) return { data, validity, children };
  const count = data.length / stored;
  const narrow = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const words = new Int32Array(count * 4);
  for (let row = 0; row < count; row++) {
    const at = row * stored;
    const low = stored === 2 ? narrow.getInt16(at, true) : narrow.getInt32(at, true);
    const high = stored === 8 ? narrow.getInt32(at + 4, true) : low >> 31;
    const sign = high >> 31;
    words.set([low, high, sign, sign], row * 4);
  }
  return { data: new Uint8Array(words.buffer), validity, children };
}

const greatest = 10n ** 38n;

/** A HUGEINT as decimal of 38 digits, which is what Arrow has for it. */
function checkDigits(view: VectorView, begin: number, count: number, column: string): VectorView {
  const values = new DataView(view.data.buffer, view.data.byteOffset, view.data.byteLength);
  for (let row = begin; row < begin + count; row++) {
    const high = values.getBigInt64(row * 16 + 8, true);
    // Below 2^126 a number has no more than 38 digits.
    if (high < 1n << 62n && high >= -(1n << 62n)) continue;
    if (view.validity !== undefined && !getBit(view.validity, row)) continue;
    const value = (high << 64n) | values.getBigUint64(row * 16, true);
    if (value < greatest && value > -greatest) continue;
    throw new DlfLanceError(
      "Unsupported",
      `Cannot read column ${JSON.stringify(column)} of the SQL result: ${value} has more than 38 digits; ` +
        "cast it in the statement, for example to double or varchar.",
    );
  }
  return view;
}
