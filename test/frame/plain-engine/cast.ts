/** Values of one type as values of another. */
import { arrow, type DataType, type Field } from "../../../src/arrow.ts";
import { typeName } from "../../../src/display/arrow/type-name.ts";
import { formatFloat, formatUnscaled } from "../../../src/display/text/number-text.ts";
import { floorDivide, formatDate, formatTimestamp } from "../../../src/display/text/time-text.ts";
import { DlfLanceError } from "../../../src/errors.ts";
import type { LiteralNode } from "../../../src/frame/expression/literal.ts";
import type { Value } from "../../../src/frame/rows/values.ts";
import { type ColumnKind, isTickKind, kindOfType } from "../../../src/frame/types/column-kind.ts";
import { literalTicks } from "../../../src/frame/types/ticks.ts";
import { clockTime } from "./calendar.ts";

/** Undefined where the type cannot hold the value. */
export type Convert = (value: Value) => Value | undefined;

/** The cast of an expression: what the type cannot hold is null, or an error naming it. */
export function compileCast(from: DataType, to: DataType, orNull: boolean): (value: Value) => Value {
  const convert = converter(from, to);
  return (value) => {
    const converted = convert(value);
    if (converted !== undefined) return converted;
    if (orNull) return null;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot cast ${describeValue(value)} (${typeName(from)}) to ${typeName(to)}: the type cannot hold it; ` +
        "with { orNull: true } such values become null.",
    );
  };
}

/** The value where values of several types become one column, which holds them all. */
export function widen(from: DataType, to: DataType): (value: Value) => Value {
  if (typeName(from) === typeName(to)) return (value) => value;
  return compileCast(from, to, false);
}

export function converter(from: DataType, to: DataType): Convert {
  const { DataType: Types } = arrow;
  if (Types.isNull(from)) return () => null;
  const plain = Types.isDictionary(from) ? from.dictionary : from;
  if (typeName(plain) === typeName(to)) return (value) => value;
  if (Types.isList(plain) || Types.isFixedSizeList(plain)) return listConverter(plain, to);
  const convert = kindConverter(kindOfType(plain), kindOfType(to), to);
  return (value) => (value === null ? null : convert(value));
}

function listConverter(from: DataType, to: DataType): Convert {
  const [fromItem, toItem]: readonly (Field | undefined)[] = [from.children[0], to.children[0]];
  if (fromItem === undefined || toItem === undefined) return () => undefined;
  const convert = converter(fromItem.type, toItem.type);
  const size = arrow.DataType.isFixedSizeList(to) ? to.listSize : undefined;
  return (value) => {
    if (value === null) return null;
    const items = (value as readonly Value[]).map(convert);
    const isWhole =
      items.every((item) => item !== undefined) && (size === undefined || items.length === size);
    return isWhole ? (items as readonly Value[]) : undefined;
  };
}

function kindConverter(from: ColumnKind, to: ColumnKind, type: DataType): Convert {
  switch (to.kind) {
    case "integer":
      return (value) => within(to, wholeNumber(value, from));
    case "float": {
      const round = to.bitWidth === 32 ? Math.fround : (value: number) => value;
      return (value) => {
        const number = toNumber(value, from);
        return number === undefined ? undefined : round(number);
      };
    }
    case "decimal":
      return (value) => within(to, decimalTicks(value, from, to.scale));
    case "boolean":
      return toBoolean;
    case "timestamp":
    case "date":
      return (value) => within(to, timeTicks(value, from, to));
    case "text":
      return (value) => toText(value, from);
    case "bytes":
      return (value) =>
        arrow.DataType.isFixedSizeBinary(type) && (value as Uint8Array).length !== type.byteWidth
          ? undefined
          : value;
    case "time":
    case "duration":
    case "nested":
    case "other":
      return () => undefined;
    default:
      return to satisfies never;
  }
}

function within(
  kind: { readonly min: bigint; readonly max: bigint },
  tick: bigint | undefined,
): bigint | undefined {
  return tick !== undefined && tick >= kind.min && tick <= kind.max ? tick : undefined;
}

const wholePattern = /^\s*([+-]?\d+)\s*$/;
const numberPattern = /^\s*[+-]?(?:\d+\.?\d*(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?|infinity|nan)\s*$/i;

function wholeNumber(value: Value, from: ColumnKind): bigint | undefined {
  switch (from.kind) {
    case "integer":
    case "timestamp":
      return value as bigint;
    case "decimal":
      return (value as bigint) / 10n ** BigInt(from.scale);
    case "float":
      return Number.isFinite(value) ? BigInt(Math.trunc(value as number)) : undefined;
    case "boolean":
      return value === true ? 1n : 0n;
    case "text": {
      const match = wholePattern.exec(value as string);
      return match === null ? undefined : BigInt((match[1] ?? "").replace("+", ""));
    }
    default:
      return undefined;
  }
}

/** Any number as the nearest float64. */
export function toNumber(value: Value, from: ColumnKind): number | undefined {
  if (from.kind === "decimal") return Number(formatUnscaled(value as bigint, from.scale));
  if (from.kind !== "text") return Number(value);
  const text = value as string;
  if (!numberPattern.test(text)) return undefined;
  const trimmed = text.trim().toLowerCase();
  const magnitude = /infinity$/.test(trimmed)
    ? Number.POSITIVE_INFINITY
    : Number(trimmed.replace(/^[+-]/, ""));
  return trimmed.startsWith("-") ? -magnitude : magnitude;
}

/** Halves are rounded away from zero. */
function decimalTicks(value: Value, from: ColumnKind, scale: number): bigint | undefined {
  switch (from.kind) {
    case "integer":
      return (value as bigint) * 10n ** BigInt(scale);
    case "decimal":
      return rescale(value as bigint, scale - from.scale);
    case "float":
      return Number.isFinite(value) ? parseDecimal(String(value), scale) : undefined;
    case "text": {
      const text = (value as string).trim();
      return numberPattern.test(text) && /\d/.test(text) ? parseDecimal(text, scale) : undefined;
    }
    default:
      return undefined;
  }
}

function rescale(tick: bigint, digits: number): bigint {
  if (digits >= 0) return tick * 10n ** BigInt(digits);
  const factor = 10n ** BigInt(-digits);
  const half = factor / 2n;
  return tick < 0n ? -((-tick + half) / factor) : (tick + half) / factor;
}

function parseDecimal(text: string, scale: number): bigint {
  const [mantissa = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = BigInt(`${whole.replace(/[+-]/g, "")}${fraction}` || "0");
  const rescaled = rescale(digits, Math.max(-800, Math.min(800, Number(exponent) - fraction.length + scale)));
  return whole.startsWith("-") ? -rescaled : rescaled;
}

function toBoolean(value: Value): Value | undefined {
  if (typeof value === "bigint") return value !== 0n;
  if (typeof value !== "string") return undefined;
  const text = value.trim().toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

function timeTicks(
  value: Value,
  from: ColumnKind,
  to: Extract<ColumnKind, { kind: "timestamp" | "date" }>,
): bigint | undefined {
  switch (from.kind) {
    case "integer":
      return value as bigint;
    case "text": {
      const literal: LiteralNode = { node: "literal", type: "string", text: (value as string).trim() };
      return literalTicks(to, literal)?.floor;
    }
    case "timestamp":
    case "date":
      // A day is the one on the clock of the zone; between timestamps the moment stays.
      if (to.kind === "date") {
        const { days } = clockTime(value as bigint, from);
        return to.unit === "day" ? days : days * 86_400_000n;
      }
      return convertUnit(value as bigint, perSecond(from), perSecond(to));
    default:
      return undefined;
  }
}

/** Ticks of a second; a day is less than one. */
function perSecond(kind: Extract<ColumnKind, { kind: "timestamp" | "date" }>): bigint {
  if (kind.kind === "timestamp") return 1000n ** BigInt(kind.unit);
  return kind.unit === "day" ? 0n : 1000n;
}

function convertUnit(tick: bigint, from: bigint, to: bigint): bigint {
  return from === 0n ? tick * 86_400n * to : floorDivide(tick * to, from);
}

function toText(value: Value, from: ColumnKind): string {
  switch (from.kind) {
    case "float":
      return formatFloat(value as number, from.bitWidth === 32 ? "float32" : "float64");
    case "decimal":
      return formatUnscaled(value as bigint, from.scale);
    case "timestamp":
      return `${formatTimestamp(value as bigint, from.unit).replace(" ", "T")}${from.zone === null ? "" : "Z"}`;
    case "date":
      return formatDate(Number(from.unit === "day" ? value : floorDivide(value as bigint, 86_400_000n)));
    default:
      return String(value);
  }
}

function describeValue(value: Value): string {
  return typeof value === "string" ? JSON.stringify(value.slice(0, 80)) : String(value);
}

export function isTimeKind(kind: ColumnKind): kind is Extract<ColumnKind, { kind: "timestamp" | "date" }> {
  return isTickKind(kind) && (kind.kind === "timestamp" || kind.kind === "date");
}
