/** Functions of dates, timestamps and times of day, on the clock of their type's zone. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { dateUnits } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { type DateKind, kindOf, kindOfType, type TimestampKind } from "../types/column-kind.ts";
import { isWholeNumber } from "../types/literal-value.ts";
import { parseType } from "../types/parse-type.ts";
import {
  bucketTicksSql,
  daysSql,
  floorDivideSql,
  isUtc,
  localTicksSql,
  momentSql,
  ticksSql,
  timeKindOf,
  timestampSql,
  truncateSql,
  utcTicksSql,
} from "./moment.ts";
import { float64, int64, kindOfOperand, type Operand, plainType, scaleSql, utf8 } from "./operand.ts";
import { constantOf, first, type Kind, type ScalarEntry, second, type TypedCall } from "./scalar-entry.ts";
import { textSql } from "./sql-type.ts";

const time: readonly Kind[] = ["timestamp", "date"];
const timestamp: readonly Kind[] = ["timestamp"];
const clock: readonly Kind[] = ["timestamp", "time"];

const unit = {
  constant: ({ text }: LiteralNode) => dateUnits.some((name) => name === text),
  what: dateUnits.join(", "),
};
const whole = { constant: isWholeNumber, what: "a whole number" };
const zone = {
  constant: ({ type, text }: LiteralNode) => type === "string" && isZone(text),
  what: "a time zone such as Europe/Berlin or +08:00",
};
const epochUnits = ["second", "millisecond", "microsecond", "nanosecond"] as const;
const epochUnit = {
  constant: ({ text }: LiteralNode) => epochUnits.some((name) => name === text),
  what: epochUnits.join(", "),
};
const diffUnit = {
  constant: ({ text }: LiteralNode) =>
    [...dateUnits, ...epochUnits.slice(1, 3)].some((name) => name === text),
  what: [...dateUnits, ...epochUnits.slice(1, 3)].join(", "),
};
const format = {
  constant: ({ type, text }: LiteralNode) =>
    type === "string" &&
    text.includes("%") &&
    /^(?:[^%]|%(?:-[djmyHIMS]|[aAwudbBhmyYHIpMSfgnzZjUWVGcxX%]))*$/.test(text),
  what: "a pattern such as %Y-%m-%d %H:%M:%S",
};
const momentType = {
  constant: ({ type, text }: LiteralNode) =>
    type === "string" && time.includes(kindOfType(parseType(text, "read a time")).kind),
  what: "the name of a type of dates or timestamps",
};
const flag = { constant: ({ type }: LiteralNode) => type === "boolean", what: "true or false" };

/** Also an empty text, which names no zone. */
function isZone(text: string): boolean {
  if (text === "") return true;
  if (/^[+-]\d\d:?\d\d$/.test(text)) return true;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}

function part(name: string, takes: readonly Kind[]): ScalarEntry {
  return { takes: [takes], gives: int64, duckdb: (call) => `${name}(${momentSql(first(call))})` };
}

/** A part of the second, in a unit. */
function fraction(perSecond: number): ScalarEntry {
  return {
    takes: [clock],
    gives: int64,
    duckdb: (call) => {
      const kind = kindOfOperand(first(call));
      const own = 1000 ** (kind.kind === "timestamp" || kind.kind === "time" ? kind.unit : 0);
      const rest = `(((CAST(${first(call).sql} AS BIGINT) % ${own}) + ${own}) % ${own})`;
      return own >= perSecond ? `(${rest} // ${own / perSecond})` : `(${rest} * ${perSecond / own})`;
    },
  };
}

/** How long a duration is, with what is behind the point. */
function total(seconds: number): ScalarEntry {
  return {
    takes: [["duration"]],
    gives: float64,
    duckdb: (call) => {
      const kind = kindOfOperand(first(call));
      const perSecond = kind.kind === "duration" ? 1000 ** kind.unit : 1;
      return seconds * perSecond >= 1
        ? `(CAST(${first(call).sql} AS DOUBLE) / ${seconds * perSecond})`
        : `(CAST(${first(call).sql} AS DOUBLE) * ${1 / (seconds * perSecond)})`;
    },
  };
}

function typeOf({ arguments: all, fieldOf }: TypedCall, index: number): DataType {
  return plainType(fieldOf(all[index] as never).type);
}

function constantText({ arguments: all }: TypedCall, index: number): string {
  const node = all[index];
  return node?.node === "literal" ? node.text : "";
}

function refuse(typed: TypedCall, why: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${typed.call.function} to ${typeName(typeOf(typed, 0))}: ${why}`,
  );
}

function withZone(typed: TypedCall): DataType {
  const type = typeOf(typed, 0);
  const zoneName = constantText(typed, 1);
  return Types.isTimestamp(type) ? new arrow.Timestamp(type.unit, zoneName === "" ? null : zoneName) : type;
}

const nanosecondsPerDay = 86_400_000_000_000n;

/** Months and days on the clock, then nanoseconds as they pass. */
function offsetSql(operand: Operand, months: bigint, days: bigint, nanoseconds: bigint): string {
  const own = kindOfOperand(operand);
  if (own.kind === "duration") {
    const ticks = (days * nanosecondsPerDay + nanoseconds) / 1000n ** BigInt(3 - own.unit);
    return `(${operand.sql} + CAST(${ticks} AS BIGINT))`;
  }
  const kind = timeKindOf(operand);
  const moved = (moment: string) => `(${moment} + to_months(${months}) + to_days(${days}))`;
  if (kind.kind === "date") return ticksSql(moved(momentSql(operand)), kind);
  let ticks = operand.sql;
  if (months !== 0n || days !== 0n) {
    const local = localTicksSql(ticks, kind);
    // In parentheses: both times together may be more than int64 holds.
    const rest = kind.unit === 3 ? ` + ((${local} % 1000) + 1000) % 1000` : "";
    ticks = utcTicksSql(`(${ticksSql(moved(timestampSql(local, kind)), kind)}${rest})`, kind);
  }
  const step = nanoseconds / 1000n ** BigInt(3 - kind.unit);
  return step === 0n ? ticks : `(${ticks} + CAST(${step} AS BIGINT))`;
}

/** The first Monday of 1970. */
const firstMonday = 4;

/** Weeks are counted from a Monday, other days and months from 1970-01-01, and what is shorter from its midnight on the clock. */
function bucketSql(operand: Operand, months: bigint, days: bigint, nanoseconds: bigint): string {
  const kind = timeKindOf(operand);
  if (nanoseconds !== 0n && kind.kind === "timestamp")
    return bucketTicksSql(operand, nanoseconds / 1000n ** BigInt(3 - kind.unit), kind);
  const day = `CAST(${momentSql(operand)} AS DATE)`;
  const shift = days % 7n === 0n ? firstMonday : 0;
  const start =
    months === 0n
      ? `(DATE '1970-01-01' + CAST(${floorDivideSql(`(${daysSql(day)} - ${shift})`, Number(days))} * ${days} + ${shift} AS INTEGER))`
      : `CAST(DATE '1970-01-01' + to_months(CAST(${floorDivideSql(`((year(${day}) - 1970) * 12 + month(${day}) - 1)`, Number(months))} * ${months} AS INTEGER)) AS DATE)`;
  if (kind.kind === "date") return ticksSql(`CAST(${start} AS TIMESTAMP)`, kind);
  if (isUtc(kind.zone)) return ticksSql(`CAST(${start} AS TIMESTAMP)`, kind);
  // The first moment of the day: noon comes once.
  const noon = utcTicksSql(ticksSql(`(${start} + to_hours(12))`, kind), kind);
  return truncateSql("day", { ...operand, sql: noon });
}

/** Seconds of the units that begin on the clock of a zone, even where its offset is not a whole number of them. */
const clockUnits: Readonly<Record<string, bigint>> = { hour: 3600n, minute: 60n };

/** How many times a unit begins from one operand to the other. */
function differenceSql(end: Operand, start: Operand, unitName: string): string {
  if (unitName === "week") return countSql(end, start, mondaySql);
  const [seconds, kinds] = [clockUnits[unitName], [end, start].map(timeKindOf)];
  const isZoned = kinds.some((kind) => kind.kind === "timestamp" && !isUtc(kind.zone));
  if (seconds !== undefined && isZoned)
    return countSql(end, start, (operand) => clockUnitSql(operand, seconds));
  const [later, earlier] = [end, start].map((operand) => comparedSql(operand, unitName));
  return `date_diff(${textSql(unitName)}, ${earlier}, ${later})`;
}

/** The operand on the clock of another one's zone: equal moments are zero days apart. */
function onClockOf(other: Operand, operand: Operand): Operand {
  const [theirs, own] = [kindOfOperand(other), kindOfOperand(operand)];
  if (theirs.kind !== "timestamp" || own.kind !== "timestamp" || theirs.zone === own.zone) return operand;
  const type = new arrow.Timestamp(own.unit, theirs.zone);
  return { node: operand.node, field: new arrow.Field("", type, true), sql: operand.sql };
}

function countSql(end: Operand, start: Operand, count: (operand: Operand) => string): string {
  return `(CAST(${count(end)} AS BIGINT) - CAST(${count(start)} AS BIGINT))`;
}

/** The Mondays since 1970. */
function mondaySql(operand: Operand): string {
  return floorDivideSql(`(${daysSql(momentSql(operand))} - ${firstMonday})`, 7);
}

/** The hours or minutes that the clock has begun: what it shows, less those that its offset has skipped. */
function clockUnitSql(operand: Operand, seconds: bigint): string {
  const kind = timeKindOf(operand) as TimestampKind;
  const [step, local] = [seconds * 1000n ** BigInt(kind.unit), localTicksSql(operand.sql, kind)];
  return `(${floorDivideSql(local, Number(step))} + ${floorDivideSql(`(${operand.sql} - ${local})`, Number(step))})`;
}

/** Local times for days and longer; moments for what is shorter, so that an hour that comes twice counts twice. */
function comparedSql(operand: Operand, unitName: string): string {
  const kind = timeKindOf(operand);
  const isClock = ["hour", "minute", "second", "millisecond", "microsecond"].includes(unitName);
  return kind.kind === "timestamp" && isClock
    ? timestampSql(operand.sql, kind)
    : `CAST(${momentSql(operand)} AS TIMESTAMP)`;
}

function isZoned(field: Field): boolean | undefined {
  const kind = kindOf(field);
  return kind.kind === "timestamp" ? kind.zone !== null : undefined;
}

function formatSql(operand: Operand): string {
  const kind = timeKindOf(operand);
  if (kind.kind === "timestamp" && kind.unit === 3)
    return `make_timestamp_ns(${localTicksSql(operand.sql, kind)})`;
  return momentSql(operand);
}

/** A TIMESTAMP, TIMESTAMP_NS or TIMESTAMPTZ that a pattern read, in the ticks of a type. */
function parsedSql(read: string, pattern: string, kind: TimestampKind | DateKind): string {
  if (/%[zZ]/.test(pattern)) return ticksSql(`CAST(${read} AS TIMESTAMP)`, kind);
  if (kind.kind === "date") return ticksSql(read, kind);
  const isNano = kind.unit === 3 && /%n/.test(pattern);
  return utcTicksSql(isNano ? `epoch_ns(${read})` : ticksSql(`CAST(${read} AS TIMESTAMP)`, kind), kind);
}

export const timeFunctions = {
  year: part("year", time),
  quarter: part("quarter", time),
  month: part("month", time),
  week: part("weekofyear", time),
  day: part("day", time),
  dayOfWeek: part("isodow", time),
  dayOfYear: part("dayofyear", time),
  isoYear: part("isoyear", time),
  daysInMonth: {
    takes: [time],
    gives: int64,
    duckdb: (call) => `day(last_day(${momentSql(first(call))}))`,
  },
  hour: part("hour", clock),
  minute: part("minute", clock),
  second: part("second", clock),
  millisecond: fraction(1000),
  microsecond: fraction(1_000_000),
  nanosecond: fraction(1_000_000_000),
  dateTrunc: {
    takes: [unit, time],
    gives: (typed) => typeOf(typed, 1),
    duckdb: (call) => truncateSql(constantOf(call, 0), second(call)),
  },
  toDate: {
    takes: [time],
    gives: () => new arrow.DateDay(),
    duckdb: (call) => daysSql(momentSql(first(call))),
  },
  toTime: {
    takes: [timestamp],
    gives: (typed) => {
      const kind = kindOfType(typeOf(typed, 0));
      const ownUnit = kind.kind === "timestamp" ? kind.unit : 2;
      return new arrow.Time(ownUnit, ownUnit < 2 ? 32 : 64);
    },
    duckdb: (call) => {
      const kind = timeKindOf(first(call)) as TimestampKind;
      const perDay = 86_400n * 1000n ** BigInt(kind.unit);
      const local = localTicksSql(first(call).sql, kind);
      return `CAST(((${local} % ${perDay}) + ${perDay}) % ${perDay} AS ${kind.unit < 2 ? "INTEGER" : "BIGINT"})`;
    },
  },
  toUnixEpoch: {
    takes: [time, epochUnit],
    least: 1,
    gives: int64,
    duckdb: (call) => {
      const wanted = epochUnits.indexOf(
        (call.arguments.length === 2 ? constantOf(call, 1) : "second") as "second",
      );
      const kind = timeKindOf(first(call));
      if (kind.kind === "date" && kind.unit === "day")
        return `(CAST(${first(call).sql} AS BIGINT) * ${86_400n * 1000n ** BigInt(wanted)})`;
      const own = kind.kind === "timestamp" ? kind.unit : 1;
      return wanted >= own
        ? scaleSql(first(call).sql, wanted - own)
        : floorDivideSql(first(call).sql, 1000 ** (own - wanted));
    },
  },
  /** Months, days and nanoseconds are added. */
  offsetBy: {
    takes: [[...time, "duration"], whole, whole, whole],
    gives: (typed) => {
      const type = typeOf(typed, 0);
      const kind = kindOfType(type);
      const nanoseconds = BigInt(constantText(typed, 3));
      if (kind.kind === "duration" && BigInt(constantText(typed, 1)) !== 0n)
        throw refuse(typed, "months differ in length; give days and what is shorter");
      if (kind.kind === "date" && nanoseconds !== 0n)
        throw refuse(typed, 'a date has no hours; cast it first, as in col("day").cast("timestamp[us]")');
      if (
        (kind.kind === "timestamp" || kind.kind === "duration") &&
        nanoseconds % 1000n ** BigInt(3 - kind.unit) !== 0n
      )
        throw refuse(typed, "the offset is finer than the unit of the type; cast it to a finer one first");
      return type;
    },
    duckdb: (call) => {
      const [months, days, nanoseconds] = [1, 2, 3].map((index) => BigInt(constantOf(call, index)));
      return offsetSql(first(call), months as bigint, days as bigint, nanoseconds as bigint);
    },
  },
  /** The beginning of the stretch of so many months, days or nanoseconds, of which one is not 0. */
  timeBucket: {
    takes: [time, whole, whole, whole],
    gives: (typed) => {
      const type = typeOf(typed, 0);
      const kind = kindOfType(type);
      const parts = [1, 2, 3].map((index) => BigInt(constantText(typed, index)));
      if (parts.filter((each) => each !== 0n).length !== 1 || parts.some((each) => each < 0n))
        throw refuse(
          typed,
          "a stretch is above 0 and has months, days, or what is shorter, and not two of them",
        );
      const nanoseconds = parts[2] as bigint;
      if (kind.kind === "date" && nanoseconds !== 0n) throw refuse(typed, "a date has no hours");
      if (kind.kind === "timestamp" && nanoseconds % 1000n ** BigInt(3 - kind.unit) !== 0n)
        throw refuse(typed, "the stretch is finer than the unit of the type; cast it to a finer one first");
      return type;
    },
    duckdb: (call) => {
      const [months, days, nanoseconds] = [1, 2, 3].map((index) => BigInt(constantOf(call, index)));
      return bucketSql(first(call), months as bigint, days as bigint, nanoseconds as bigint);
    },
  },
  /** How many beginnings of a unit lie between the second and the first. */
  dateDiff: {
    takes: [time, time, diffUnit],
    gives: (typed) => {
      const zoned = typed.arguments.slice(0, 2).map((node) => isZoned(typed.fieldOf(node)));
      if (zoned.includes(true) && !zoned.every((each) => each === true))
        throw refuse(
          typed,
          "one of the two has a time zone and the other has none; give it one with replaceTimeZone()",
        );
      return int64();
    },
    duckdb: (call) => {
      const [end, start] = [first(call), second(call)];
      return differenceSql(end, onClockOf(end, start), constantOf(call, 2));
    },
  },
  strftime: {
    takes: [time, format],
    gives: (typed) => {
      const kind = kindOfType(typeOf(typed, 0));
      if (kind.kind === "timestamp" && !isUtc(kind.zone) && /%[zZ]/.test(constantText(typed, 1)))
        throw refuse(typed, "%z and %Z are known for UTC alone; write the zone into the pattern");
      return utf8();
    },
    duckdb: (call) => `strftime(${formatSql(first(call))}, ${textSql(constantOf(call, 1))})`,
  },
  strptime: {
    takes: [["text"], format, momentType, flag],
    gives: (typed) => parseType(constantText(typed, 2), "read a time"),
    duckdb: (call) => {
      const [pattern, orNull] = [constantOf(call, 1), constantOf(call, 3) === "true"];
      const read = `${orNull ? "try_" : ""}strptime(${first(call).sql}, ${textSql(pattern)})`;
      return parsedSql(read, pattern, kindOfType(call.result) as TimestampKind | DateKind);
    },
  },
  convertTimeZone: {
    takes: [timestamp, zone],
    gives: (typed) => {
      if (isZoned(typed.fieldOf(typed.arguments[0] as never)) === false)
        throw refuse(typed, "it has no time zone; say which one it is in with replaceTimeZone()");
      if (constantText(typed, 1) === "")
        throw refuse(typed, "it takes a zone; replaceTimeZone(null) removes it");
      return withZone(typed);
    },
    duckdb: (call) => first(call).sql,
  },
  replaceTimeZone: {
    takes: [timestamp, zone],
    gives: withZone,
    duckdb: (call) => {
      const kind = timeKindOf(first(call)) as TimestampKind;
      const to = kindOfType(call.result) as TimestampKind;
      return utcTicksSql(localTicksSql(first(call).sql, kind), to);
    },
  },
  totalDays: total(86_400),
  totalHours: total(3600),
  totalMinutes: total(60),
  totalSeconds: total(1),
  totalMilliseconds: total(0.001),
} as const satisfies Readonly<Record<string, ScalarEntry>>;
