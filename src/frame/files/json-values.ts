/** What JSON's values are in columns. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { DlfLanceError, messageOf } from "../../errors.ts";
import { inferColumnType } from "../../table/ingest/infer-schema.ts";
import { LongNumber } from "./long-number.ts";
import { keysOf } from "./parse-json.ts";

const greatestInt64 = 2n ** 63n - 1n;
const greatestUint64 = 2n ** 64n - 1n;

/** Where values are, for messages. */
interface Place {
  /** As in `read a.json`. */
  readonly action: string;
  readonly column: string;
}

/** Deeper ones take more of the stack than there is. */
const mostLevels = 1_000;

/**
 * The type that holds all values exactly; text where all are null.
 * @throws DlfLanceError InvalidInput for values of several types.
 */
export function inferJsonType(values: readonly unknown[], place: Place, depth = 0): DataType {
  if (depth > mostLevels) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${place.action}: column ${place.column} has lists or objects inside each other ${mostLevels} times; ` +
        "write such values as text in the file",
    );
  }
  const present = values.filter((value) => value !== undefined && value !== null);
  if (present.length === 0) return new arrow.Utf8();
  const isNumber = (value: unknown) =>
    typeof value === "number" || typeof value === "bigint" || value instanceof LongNumber;
  if (present.some(isNumber)) {
    const read = present.map((value) => (isNamedFloat(value) ? namedFloats[value] : value));
    if (read.every(isNumber)) return inferNumber(read as (number | bigint | LongNumber)[], place);
  }
  try {
    return present.every(Array.isArray)
      ? new arrow.List(
          new arrow.Field("item", inferJsonType((present as unknown[][]).flat(), place, depth + 1), true),
        )
      : present.every(isRecord)
        ? inferStruct(present, place, depth + 1)
        : inferColumnType(present);
  } catch (error) {
    if (error instanceof DlfLanceError) throw error;
    const why = messageOf(error);
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${place.action}: column ${place.column} holds values of several types: ${why}; ` +
        "write its values in one type, such as all as text, in the file",
    );
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LongNumber)
  );
}

function inferStruct(
  records: readonly Readonly<Record<string, unknown>>[],
  place: Place,
  depth: number,
): DataType {
  const names = new Set(records.flatMap(keysOf));
  return new arrow.Struct(
    [...names].map(
      (name) =>
        new arrow.Field(
          name,
          inferJsonType(
            records.map((record) => record[name]),
            place,
            depth,
          ),
          true,
        ),
    ),
  );
}

function inferNumber(values: readonly (number | bigint | LongNumber)[], place: Place): DataType {
  const isWhole = (value: number | bigint | LongNumber) =>
    typeof value === "bigint" || (Number.isSafeInteger(value) && !Object.is(value, -0));
  if (values.every(isWhole)) {
    const whole = values as readonly (number | bigint)[];
    const isIn = (low: bigint, high: bigint) => whole.every((value) => value >= low && value <= high);
    if (isIn(-greatestInt64 - 1n, greatestInt64)) return new arrow.Int64();
    return isIn(0n, greatestUint64) ? new arrow.Uint64() : new arrow.Decimal(0, 38, 128);
  }
  const isExact = (value: number | bigint | LongNumber) =>
    typeof value === "number" || (typeof value === "bigint" && isDouble(value));
  if (values.every(isExact)) return new arrow.Float64();
  if (values.some(isInfinite)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${place.action}: column ${place.column} holds NaN or infinity next to numbers with more digits than a double has; ` +
        `pass its type, as in { types: { ${JSON.stringify(place.column)}: "double" } }`,
    );
  }
  const fractions = values.map((value) => decimalText(value).split(".")[1]?.length ?? 0);
  return new arrow.Decimal(Math.max(...fractions), 38, 128);
}

function isInfinite(value: unknown): boolean {
  return typeof value === "number" && !Number.isFinite(value);
}

/** Whether a double holds it, or is written with its digits. */
function isDouble(value: bigint): boolean {
  return BigInt(Number(value)) === value || String(Number(value)) === String(value);
}

/** Without an exponent where it has none in the file. */
function decimalText(value: unknown): string {
  return value instanceof LongNumber ? value.digits : String(value);
}

/**
 * The value as a column of the type takes it.
 * @param readLong of a number that no double holds
 */
export function toColumnValue(
  value: unknown,
  type: DataType,
  readLong: (value: LongNumber) => number,
): unknown {
  if (value === null || value === undefined) return null;
  if (Types.isDecimal(type))
    return typeof value === "number" || value instanceof LongNumber ? decimalText(value) : value;
  if (value instanceof LongNumber) return readLong(value);
  if (Types.isFloat(type)) return floatOf(value);
  if (Types.isTimestamp(type) && typeof value === "string") return momentOf(value, type.unit);
  if (Types.isDate(type) && typeof value === "string" && isFarYear(value))
    return new Date(`${value}T00:00:00Z`);
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type))
    return typeof value === "string" && isBase64(value) ? Buffer.from(value, "base64") : value;
  const children: readonly Field[] = type.children ?? [];
  if (Array.isArray(value) && (Types.isList(type) || Types.isFixedSizeList(type)))
    return value.map((item) => toColumnValue(item, (children[0] as Field).type, readLong));
  if (Types.isStruct(type) && isRecord(value)) {
    const types = new Map(children.map((field) => [field.name, field.type]));
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        toColumnValue(item, types.get(name) ?? new arrow.Null(), readLong),
      ]),
    );
  }
  if (Types.isMap(type) && isRecord(value)) {
    const item = ((children[0] as Field).type.children[1] as Field).type;
    return new Map(keysOf(value).map((key) => [key, toColumnValue(value[key], item, readLong)]));
  }
  return value;
}

/** Numbers that JSON has no form of are texts there. */
const namedFloats: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "-Infinity": Number.NEGATIVE_INFINITY,
};

function floatOf(value: unknown): unknown {
  if (typeof value === "bigint") return isDouble(value) ? Number(value) : value;
  return isNamedFloat(value) ? namedFloats[value] : value;
}

function isNamedFloat(value: unknown): value is string {
  return typeof value === "string" && Object.hasOwn(namedFloats, value);
}

/** Years beyond four digits have a sign and six. */
function isFarYear(text: string): boolean {
  return /^[+-]\d{6}-/.test(text);
}

/** In the form that columns take, which has years of four digits alone. */
function momentOf(text: string, unit: number): unknown {
  if (!isFarYear(text)) return text.replace(/^(\d{4}-\d\d-\d\d) /, "$1T");
  const [, seconds, fraction = ""] = /^(.{13}T[\d:]{8})(?:\.(\d{1,9}))?Z?$/.exec(text) ?? [];
  const milliseconds = Date.parse(`${seconds}Z`);
  if (Number.isNaN(milliseconds)) return text;
  const digits = unit * 3;
  if (/[1-9]/.test(fraction.slice(digits))) return text;
  return (
    BigInt(milliseconds / 1000) * 10n ** BigInt(digits) +
    BigInt(fraction.slice(0, digits).padEnd(digits, "0") || 0)
  );
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}
