/**
 * Tables of Flechette, read from their own buffers: its columns answer int64 and decimals as rounded numbers and
 * timestamps as milliseconds, unless they were made otherwise.
 */
import { arrow, type DataType, type Field, type Vector } from "../../arrow.ts";
import type { ArrowData } from "../arrow/arrow-data.ts";
import { readCell } from "../arrow/read-cell.ts";
import { largeListTypeId, typeName } from "../arrow/type-name.ts";
import { describeColumn } from "./arrow-view.ts";
import type { TableView } from "./table-view.ts";

interface FlechetteType {
  readonly typeId: number;
  readonly [property: string]: unknown;
}

interface FlechetteField {
  readonly name: string;
  readonly type: FlechetteType;
  readonly nullable: boolean;
  readonly metadata: ReadonlyMap<string, string> | null;
}

interface FlechetteBatch {
  readonly length: number;
  readonly type: FlechetteType;
  readonly validity?: Uint8Array;
  readonly values?: ArrayBufferView;
  readonly offsets?: unknown;
  readonly typeIds?: Int8Array;
  readonly children?: readonly FlechetteBatch[];
  readonly dictionary?: FlechetteColumn;
  /** What a batch that makes `Date` values reads from. */
  readonly source?: FlechetteBatch;
  at(index: number): unknown;
}

interface FlechetteColumn {
  readonly data: readonly FlechetteBatch[];
}

export interface FlechetteTable {
  readonly numRows: number;
  readonly schema: { readonly fields: readonly FlechetteField[] };
  readonly children: readonly FlechetteColumn[];
}

export function isFlechetteTable(value: unknown): value is FlechetteTable {
  if (typeof value !== "object" || value === null) return false;
  const table = value as Partial<FlechetteTable>;
  return (
    typeof table.numRows === "number" &&
    Array.isArray(table.schema?.fields) &&
    Array.isArray(table.children) &&
    table.children.every((column) => Array.isArray(column?.data))
  );
}

export function viewFlechette(table: FlechetteTable): TableView {
  const fields = table.schema.fields.map(toField);
  const columns = table.children.map(({ data }) => ({ data: data.map(toData) }) as unknown as Vector);
  return {
    rowCount: table.numRows,
    names: fields.map(({ name }) => name),
    column: (column) => describeColumn(fields[column] as Field),
    cell: (row, column) => readCell(fields[column] as Field, columns[column] as Vector, row),
  };
}

function toField({ name, type, nullable, metadata }: FlechetteField): Field {
  return new arrow.Field(name, toType(type), nullable, new Map(metadata));
}

/** The same buffers under the names apache-arrow has for them. */
function toData(batch: FlechetteBatch): ArrowData {
  const { length, source = batch } = batch;
  const type = toType(batch.type);
  const data = {
    type,
    length,
    offset: 0,
    nullBitmap: batch.validity,
    values: arrow.DataType.isDecimal(type) ? wordsOf(source.values) : source.values,
    valueOffsets: batch.offsets,
    typeIds: batch.typeIds,
    children: batch.children?.map(toData) ?? [],
    dictionary: batch.dictionary && { data: batch.dictionary.data.map(toData) },
    ...(isReadable(type) ? {} : { valueAt: (index: number) => batch.at(index) }),
  };
  return data as unknown as ArrowData;
}

/** A large list is read like a list. */
function isReadable(type: unknown): boolean {
  return !(type instanceof UnknownType) || type.typeId === largeListTypeId;
}

function wordsOf(values: ArrayBufferView | undefined): Uint32Array {
  return values === undefined
    ? new Uint32Array()
    : new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
}

/** A type that apache-arrow has no class for. */
class UnknownType {
  readonly typeId: number;
  readonly children: readonly Field[];
  readonly #name: string;

  constructor(typeId: number, children: readonly Field[], name: string) {
    this.typeId = typeId;
    this.children = children;
    this.#name = name;
  }

  toString(): string {
    return this.#name;
  }
}

const unknownNames = new Map([
  [22, "run_end_encoded"],
  [23, "binary_view"],
  [24, "string_view"],
  [25, "list_view"],
  [26, "large_list_view"],
]);

/** By Arrow's own type numbers, which both libraries use. */
function toType(type: FlechetteType): DataType {
  const children = ((type.children ?? []) as readonly FlechetteField[]).map(toField);
  const [child] = children;
  const number = (property: string) => type[property] as never;
  switch (type.typeId) {
    case -1:
      return new arrow.Dictionary(toType(number("dictionary")), toType(number("indices")) as never);
    case 1:
      return new arrow.Null();
    case 2:
      return new arrow.Int(number("signed"), number("bitWidth"));
    case 3:
      return new arrow.Float(number("precision"));
    case 4:
      return new arrow.Binary();
    case 5:
      return new arrow.Utf8();
    case 6:
      return new arrow.Bool();
    case 7:
      return new arrow.Decimal(number("scale"), number("precision"), number("bitWidth"));
    case 8:
      return new arrow.Date_(number("unit"));
    case 9:
      return new arrow.Time(number("unit"), number("bitWidth"));
    case 10:
      return new arrow.Timestamp(number("unit"), number("timezone"));
    case 13:
      return new arrow.Struct(children);
    case 14:
      return new arrow.Union(number("mode"), number("typeIds"), children);
    case 15:
      return new arrow.FixedSizeBinary(number("stride"));
    case 18:
      return new arrow.Duration(number("unit"));
    case 19:
      return new arrow.LargeBinary();
    case 20:
      return new arrow.LargeUtf8();
  }
  if (type.typeId === 11 && type.unit !== 2) return new arrow.Interval(number("unit"));
  if (type.typeId === 12 && child !== undefined) return new arrow.List(child);
  if (type.typeId === 16 && child !== undefined) return new arrow.FixedSizeList(number("stride"), child);
  if (type.typeId === 17 && child !== undefined) return new arrow.Map_(child as never, number("keysSorted"));
  return new UnknownType(type.typeId, children, nameUnknown(type, children)) as unknown as DataType;
}

function nameUnknown(type: FlechetteType, children: readonly Field[]): string {
  if (type.typeId === 11) return "month_day_nano_interval";
  const name = unknownNames.get(type.typeId) ?? `type ${type.typeId}`;
  return children.length === 0
    ? name
    : `${name}<${children.map((child) => typeName(child.type)).join(", ")}>`;
}
