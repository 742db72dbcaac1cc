/** How the values of an Arrow type are compared. Types that stand in one kind follow the same rules. */
import { type DataType, type Field, Types } from "../../arrow.ts";
import { extensionName } from "../../display/arrow/type-name.ts";

export type ColumnKind = TickKind | FloatKind | TextKind | BooleanKind | BytesKind | NestedKind | OtherKind;

/** Whole numbers, and what is stored as whole numbers of a unit. */
export type TickKind = IntegerKind | DecimalKind | TimestampKind | DateKind | TimeKind | DurationKind;

/** The lowest and the highest value that the type can hold, in its own unit. */
interface TickRange {
  readonly min: bigint;
  readonly max: bigint;
}

export interface IntegerKind extends TickRange {
  readonly kind: "integer";
}

export interface DecimalKind extends TickRange {
  readonly kind: "decimal";
  readonly precision: number;
  readonly scale: number;
  readonly bitWidth: number;
}

export interface TimestampKind extends TickRange {
  readonly kind: "timestamp";
  readonly unit: 0 | 1 | 2 | 3;
  readonly zone: string | null;
}

export interface DateKind extends TickRange {
  readonly kind: "date";
  readonly unit: "day" | "millisecond";
}

/** A time of day. */
export interface TimeKind extends TickRange {
  readonly kind: "time";
  readonly unit: 0 | 1 | 2 | 3;
}

export interface DurationKind extends TickRange {
  readonly kind: "duration";
  readonly unit: 0 | 1 | 2 | 3;
}

export interface FloatKind {
  readonly kind: "float";
  readonly bitWidth: 16 | 32 | 64;
}

export interface TextKind {
  readonly kind: "text";
}

export interface BooleanKind {
  readonly kind: "boolean";
}

export interface BytesKind {
  readonly kind: "bytes";
}

/** Lists, structs and maps: compared part by part with values of the same type, in their order. */
export interface NestedKind {
  readonly kind: "nested";
}

/** Compared with nothing, only with null. */
export interface OtherKind {
  readonly kind: "other";
}

export function kindOf(field: Field): ColumnKind {
  // Lance announces JSON as binary and delivers it as text.
  return extensionName(field) === undefined ? kindOfType(field.type) : { kind: "other" };
}

/** The kind of a type that is not an extension. */
export function kindOfType(type: DataType): ColumnKind {
  if (Types.isDictionary(type)) return isText(type.dictionary) ? { kind: "text" } : { kind: "other" };
  if (isText(type)) return { kind: "text" };
  if (Types.isBool(type)) return { kind: "boolean" };
  if (Types.isInt(type)) return { kind: "integer", ...integerRange(type.bitWidth, type.isSigned) };
  if (Types.isFloat(type)) return { kind: "float", bitWidth: floatWidths[type.precision as 0 | 1 | 2] };
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type))
    return { kind: "bytes" };
  if (Types.isTimestamp(type))
    return { kind: "timestamp", unit: type.unit, zone: type.timezone || null, ...integerRange(64, true) };
  if (Types.isDate(type)) {
    return type.unit === 0
      ? { kind: "date", unit: "day", ...integerRange(32, true) }
      : { kind: "date", unit: "millisecond", ...integerRange(64, true) };
  }
  if (Types.isDecimal(type) && type.scale >= 0) {
    const { precision, scale, bitWidth } = type;
    const max = 10n ** BigInt(precision) - 1n;
    return { kind: "decimal", precision, scale, bitWidth, min: -max, max };
  }
  if (Types.isTime(type)) return { kind: "time", unit: type.unit, ...integerRange(type.bitWidth, true) };
  if (Types.isDuration(type)) return { kind: "duration", unit: type.unit, ...integerRange(64, true) };
  return isNested(type) ? { kind: "nested" } : { kind: "other" };
}

const floatWidths = [16, 32, 64] as const;

/** Whether it has parts, and all of them an order. */
function isNested(type: DataType): boolean {
  const parts: readonly Field[] = type.children ?? [];
  return parts.length > 0 && parts.every((part) => kindOf(part).kind !== "other");
}

export function isTickKind(kind: ColumnKind): kind is TickKind {
  return "min" in kind;
}

function isText(type: DataType): boolean {
  return Types.isUtf8(type) || Types.isLargeUtf8(type);
}

function integerRange(bitWidth: number, isSigned: boolean): TickRange {
  const values = 1n << BigInt(bitWidth);
  return isSigned ? { min: -values / 2n, max: values / 2n - 1n } : { min: 0n, max: values - 1n };
}
