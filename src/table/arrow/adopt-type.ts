/** Arrow types of another copy of apache-arrow as ours. */
import { arrow, type DataType, type Field, markLargeList } from "../../arrow.ts";
import { largeListTypeId } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";

/** A field as all versions of apache-arrow have it. */
export interface ForeignField {
  readonly name: string;
  readonly nullable: boolean;
  readonly type: ForeignType;
  readonly metadata: ReadonlyMap<string, string>;
}

/** All that any of apache-arrow's types says about itself. */
interface ForeignType {
  readonly typeId: number;
  readonly children?: readonly ForeignField[] | null;
  readonly isSigned: boolean;
  readonly bitWidth: number;
  readonly precision: number;
  readonly scale: number;
  readonly unit: number;
  readonly timezone?: string | null;
  readonly byteWidth: number;
  readonly listSize: number;
  readonly keysSorted: boolean;
  readonly dictionary: ForeignType;
  readonly indices: ForeignType;
}

export function adoptField({ name, nullable, type, metadata }: ForeignField): Field {
  return new arrow.Field(name, adoptType(type), nullable, new Map(metadata));
}

function adoptType(type: ForeignType): DataType {
  const { Type } = arrow;
  switch (type.typeId) {
    case Type.Null:
      return new arrow.Null();
    case Type.Bool:
      return new arrow.Bool();
    case Type.Int:
      return new arrow.Int(type.isSigned as never, type.bitWidth as never);
    case Type.Float:
      return new arrow.Float(type.precision as never);
    case Type.Decimal:
      return new arrow.Decimal(type.scale, type.precision, type.bitWidth);
    case Type.Date:
      return new arrow.Date_(type.unit as never);
    case Type.Time:
      return new arrow.Time(type.unit, type.bitWidth as never);
    case Type.Timestamp:
      return new arrow.Timestamp(type.unit, type.timezone);
    case Type.Duration:
      return new arrow.Duration(type.unit as never);
    case Type.Interval:
      return new arrow.Interval(type.unit as never);
    case Type.Utf8:
      return new arrow.Utf8();
    case Type.LargeUtf8:
      return new arrow.LargeUtf8();
    case Type.Binary:
      return new arrow.Binary();
    case Type.LargeBinary:
      return new arrow.LargeBinary();
    case Type.FixedSizeBinary:
      return new arrow.FixedSizeBinary(type.byteWidth);
    case Type.Dictionary:
      return new arrow.Dictionary(adoptType(type.dictionary), adoptType(type.indices) as never);
    default:
      return adoptNested(type);
  }
}

function adoptNested(type: ForeignType): DataType {
  const children = (type.children ?? []).map(adoptField);
  const first = children[0] as Field;
  switch (type.typeId) {
    case arrow.Type.List:
      return new arrow.List(first);
    case largeListTypeId: {
      const list = new arrow.List(first);
      markLargeList(list);
      return list;
    }
    case arrow.Type.FixedSizeList:
      return new arrow.FixedSizeList(type.listSize, first);
    case arrow.Type.Struct:
      return new arrow.Struct(children);
    case arrow.Type.Map:
      return new arrow.Map_(first as never, type.keysSorted);
    default:
      throw new DlfLanceError(
        "Unsupported",
        `Cannot read Arrow type number ${type.typeId}: it is not known here; cast the column first`,
      );
  }
}
