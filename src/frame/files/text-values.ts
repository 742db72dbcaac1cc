/**
 * Texts as values of Arrow's types, in DuckDB's SQL: which texts stand for a value exactly, and the value. A type that was
 * detected takes only texts that it returns as they were: `007` and `1.50000000000000000001` are not numbers then.
 */
import { arrow, type DataType, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { quoteText } from "./quote-text.ts";

export interface TextRule {
  /** True where the text stands for a value. */
  readonly check: string;
  readonly value: string;
}

export interface TextRuleOptions {
  /** Whether the type was detected, not given. */
  readonly isInferred: boolean;
  /** As `strptime` takes it; ISO 8601 when left out. */
  readonly dateFormat: string | undefined;
}

/** DuckDB reads `+25:00` too, which no zone has. */
const offset = "(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)";
const numberPattern =
  "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?|[+-]?(nan|inf)|[+-]?(NaN|Infinity)";
const plainNumber = "-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?|nan|-?inf|NaN|-?Infinity";

/** @throws DlfLanceError Unsupported for a type whose values have no texts in CSV. */
export function textRule(text: string, type: DataType, options: TextRuleOptions): TextRule | undefined {
  const { isInferred, dateFormat } = options;
  const matches = (pattern: string) => `regexp_full_match(${text}, ${quoteText(pattern)})`;
  const tryCast = (to: string) => `TRY_CAST(${text} AS ${to})`;
  const cast = (to: string) => `CAST(${text} AS ${to})`;
  const holds = (to: string) => `${tryCast(to)} IS NOT NULL`;
  // A cast that fails costs twenty microseconds, and AND runs both its sides; CASE does not.
  const both = (first: string, second: string, otherwise = "false") =>
    `CASE WHEN ${first} THEN ${second} ELSE ${otherwise} END`;
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return undefined;
  if (Types.isBool(type)) {
    const words = isInferred
      ? "'true', 'false'"
      : "'true', 'false', 'True', 'False', 'TRUE', 'FALSE', '1', '0'";
    return { check: `${text} IN (${words})`, value: cast("BOOLEAN") };
  }
  if (Types.isInt(type)) {
    const to = `${type.isSigned ? "" : "U"}${integerNames[type.bitWidth] ?? "BIGINT"}`;
    const check = isInferred ? `${tryCast(to)}::VARCHAR = ${text}` : both(matches("[+-]?[0-9]+"), holds(to));
    return { check, value: cast(to) };
  }
  if (Types.isFloat(type)) {
    const to = type.precision === 2 ? "DOUBLE" : "FLOAT";
    const value = cast(to);
    // Digits beyond the highest number would become infinity.
    const isWord = `${holds(to)} AND NOT regexp_matches(${text}, '[0-9]')`;
    const fits = both(`isfinite(${tryCast(to)})`, "true", isWord);
    if (!isInferred) return { check: both(matches(numberPattern), fits), value };
    // Fifteen digits are always exact; of more, those that the number itself is written with: no such text looks otherwise.
    const isWritten = `${tryCast("DOUBLE")}::VARCHAR = ${text}`;
    const isExact = both(`length(${text}) <= 15`, both(matches(plainNumber), fits), isWritten);
    // JSON writes a number in a third of the time that DuckDB takes for it, and in half of the time of the pattern.
    return { check: both(`to_json(${tryCast("DOUBLE")})::VARCHAR = ${text}`, "true", isExact), value };
  }
  if (Types.isDecimal(type) && type.precision <= 38) {
    const { precision, scale } = type;
    const whole = precision - scale;
    const digits = `[0-9]{0,${whole}}`;
    const fraction = scale === 0 ? "([.]0*)?" : `([.][0-9]{0,${scale}}0*)?`;
    const plain = `-?(0|[1-9][0-9]{0,${Math.max(0, whole - 1)}})${scale === 0 ? "" : `([.][0-9]{1,${scale}})?`}`;
    const to = `DECIMAL(${precision}, ${scale})`;
    // A decimal would lose the sign of a zero.
    const isHeld = isInferred ? `${holds(to)} AND NOT ${matches("-0([.]0*)?")}` : holds(to);
    return {
      check: both(matches(isInferred ? plain : `[+-]?0*${digits}${fraction}`), isHeld),
      value: cast(to),
    };
  }
  if (dateFormat !== undefined && (Types.isDate(type) || Types.isTimestamp(type))) {
    const parsed = `try_strptime(${text}, ${quoteText(dateFormat)})`;
    const to = Types.isDate(type) ? (type.unit === 0 ? "DATE" : "TIMESTAMP_MS") : "TIMESTAMP";
    return { check: `${parsed} IS NOT NULL`, value: `CAST(${parsed} AS ${to})` };
  }
  if (Types.isDate(type)) {
    const value = type.unit === 0 ? cast("DATE") : `CAST(${cast("DATE")} AS TIMESTAMP_MS)`;
    return { check: both(matches("[0-9]{4,6}-[0-9]{2}-[0-9]{2}( [(]BC[)])?"), holds("DATE")), value };
  }
  if (Types.isTime(type)) {
    const to = type.unit === 3 ? "TIME_NS" : "TIME";
    return { check: both(matches(clockPattern(type.unit)), holds(to)), value: cast(to) };
  }
  if (Types.isTimestamp(type)) {
    const isZoned = typeof type.timezone === "string" && type.timezone !== "";
    const moment = `[0-9]{4,6}-[0-9]{2}-[0-9]{2}( [(]BC[)])?[ T]${clockPattern(type.unit)}`;
    if (type.unit === 3 && isZoned) {
      const local = `regexp_replace(${text}, '(Z|[+]00(:?00)?)$', '')`;
      const holdsLocal = `TRY_CAST(${local} AS TIMESTAMP_NS) IS NOT NULL`;
      const check = both(matches(`${moment}(Z|[+]00(:?00)?)`), holdsLocal);
      return { check, value: `CAST(${local} AS TIMESTAMP_NS)` };
    }
    const to = type.unit === 3 ? "TIMESTAMP_NS" : isZoned ? "TIMESTAMPTZ" : "TIMESTAMP";
    return { check: both(matches(isZoned ? moment + offset : moment), holds(to)), value: cast(to) };
  }
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type))
    return { check: holds("BLOB"), value: cast("BLOB") };
  throw new DlfLanceError(
    "Unsupported",
    `Cannot read CSV as ${typeName(type)}: a column of CSV is text, a number, a date, a time or bytes; read it as string`,
  );
}

const integerNames: Readonly<Record<number, string>> = {
  8: "TINYINT",
  16: "SMALLINT",
  32: "INTEGER",
  64: "BIGINT",
};

/** Times of a day, with as many digits of a second as the unit has. */
function clockPattern(unit: number): string {
  const fraction = unit === 0 ? "([.]0*)?" : `([.][0-9]{1,${unit * 3}}0*)?`;
  return `[0-9]{2}:[0-9]{2}(:[0-9]{2}${fraction})?`;
}

/** A type that may be detected. */
export interface CandidateType {
  readonly type: DataType;
  /** What every text that it takes looks like; others look so too. */
  readonly shape: RegExp;
}

/** In this order: the first type that takes every text of a column is its type; text, where none does. */
export function candidateTypes(dateFormat: string | undefined): readonly CandidateType[] {
  const whole = /^-?\d+$/;
  const decimal = /^-?\d+([.]\d+)?$/;
  const day = dateFormat === undefined ? /^\d{4,6}-\d\d-\d\d( [(]BC[)])?$/ : /^/;
  const moment = dateFormat === undefined ? /^\d{4,6}-\d\d-\d\d( [(]BC[)])?[ T]/ : /^/;
  const moments =
    dateFormat === undefined
      ? [
          new arrow.TimestampMicrosecond(),
          new arrow.TimestampMicrosecond("UTC"),
          new arrow.TimestampNanosecond(),
          new arrow.TimestampNanosecond("UTC"),
        ]
      : [new arrow.TimestampMicrosecond()];
  return [
    { type: new arrow.Bool(), shape: /^(true|false)$/ },
    { type: new arrow.Int64(), shape: whole },
    { type: new arrow.Uint64(), shape: whole },
    { type: new arrow.Decimal(0, 38, 128), shape: whole },
    { type: new arrow.Float64(), shape: /^-?(\d|nan|inf)/i },
    ...[2, 4, 8, 12, 18].map((scale) => ({ type: new arrow.Decimal(scale, 38, 128), shape: decimal })),
    { type: new arrow.DateDay(), shape: day },
    ...moments.map((type) => ({ type, shape: moment })),
  ];
}
