/** Which builder makes an Arrow column of a DuckDB type. */
import { arrow, type DataType } from "../../../../arrow.ts";
import { DlfLanceError } from "../../../../errors.ts";
import type { DuckDb, LogicalType } from "../duckdb.ts";
import { getBit } from "./bits.ts";
import type { ColumnBuilder } from "./builder.ts";
import { BooleanBuilder, ConvertingBuilder, FixedBuilder } from "./fixed-builders.ts";
import { ArrayBuilder, IntervalBuilder, ListBuilder, StructBuilder } from "./nested-builders.ts";
import { EnumBuilder, TextBuilder, UuidBuilder } from "./text-builders.ts";
import { type VectorView, valueBytes } from "./vector-view.ts";

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
        (view, begin, count) => checkDigits(view, begin, count, (value) => refuseWhole(value, column)),
      );
    case Type.DECIMAL: {
      const stored = valueBytes(duckdb, duckdb.decimal_internal_type(type));
      const wide = new arrow.Decimal(duckdb.decimal_scale(type), duckdb.decimal_width(type), 128);
      return new ConvertingBuilder(
        new FixedBuilder(wide, 16),
        stored === 16
          ? (view, begin, count) => checkDigits(view, begin, count, refuseDecimal)
          : (view) => widenDecimals(view, stored),
      );
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
          `${Type[id]?.toLowerCase() ?? id}; cast it in the statement, for example to varchar`,
      );
  }
}

function widenDecimals({ data, validity, children }: VectorView, stored: number): VectorView {
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

const firstOf39Digits = 10n ** 38n;

/**
 * DuckDB's sums of decimals, and its HUGEINT, may have 39 digits, one more than Arrow's decimals.
 *
 * @param refuse says what a value beyond is refused with.
 */
function checkDigits(
  view: VectorView,
  begin: number,
  count: number,
  refuse: (value: bigint) => DlfLanceError,
): VectorView {
  const values = new DataView(view.data.buffer, view.data.byteOffset, view.data.byteLength);
  for (let row = begin; row < begin + count; row++) {
    const highest = values.getInt32(row * 16 + 12, true);
    // Below 2^126 a number has no more than 38 digits.
    if (highest < 2 ** 30 && highest >= -(2 ** 30)) continue;
    if (view.validity !== undefined && !getBit(view.validity, row)) continue;
    const value = (values.getBigInt64(row * 16 + 8, true) << 64n) | values.getBigUint64(row * 16, true);
    if (value >= firstOf39Digits || value <= -firstOf39Digits) throw refuse(value);
  }
  return view;
}

function refuseWhole(value: bigint, column: string): DlfLanceError {
  return new DlfLanceError(
    "Unsupported",
    `Cannot read column ${JSON.stringify(column)} of the SQL result: ${value} has more than 38 digits; ` +
      "cast it in the statement, for example to double or varchar",
  );
}

function refuseDecimal(): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    "Cannot compute with decimals: the result has more than 38 digits; cast the column to double first",
  );
}
