/** Constants in the unit of a column, exactly: what fits in no whole unit says so instead of being rounded. */
import { DlfLanceError } from "../../errors.ts";
import type { LiteralNode } from "../expression/literal.ts";
import type { TickKind } from "./column-kind.ts";

export interface Ticks {
  /** The highest whole unit that is not above the constant. */
  readonly floor: bigint;
  /** Whether the constant is that unit itself. */
  readonly isExact: boolean;
}

const beyondEverything = 10n ** 400n;
const nanosecondsPerMillisecond = 1_000_000n;
const nanosecondsPerDay = 86_400_000n * nanosecondsPerMillisecond;

/**
 * The constant in the column's unit, or undefined when the two cannot be compared. NaN and Infinity are above all
 * values. A text is a decimal number for a decimal column, and an ISO 8601 date or time for a date or timestamp (UTC unless it
 * says otherwise, which it does for a column of another zone: see {@link lacksZone}), and `2d 08:30:00.123` for a duration,
 * without days for a time of day.
 */
export function literalTicks(kind: TickKind, { type, text }: LiteralNode): Ticks | undefined {
  switch (kind.kind) {
    case "integer":
      if (type === "integer") return exact(BigInt(text));
      return type === "number" ? numberTicks(Number(text)) : undefined;
    case "decimal":
      return decimalTicks(kind.scale, type, text);
    case "timestamp":
    case "date": {
      const isInstant = type === "instant" || (type === "string" && !lacksZone(kind, text));
      const nanoseconds = isInstant ? parseInstant(text) : undefined;
      return nanoseconds === undefined ? undefined : divide(nanoseconds, nanosecondsPerTick(kind));
    }
    case "time":
    case "duration": {
      const nanoseconds = type === "string" ? parseClock(text) : undefined;
      const isTime = nanoseconds !== undefined && nanoseconds >= 0n && nanoseconds < nanosecondsPerDay;
      if (nanoseconds === undefined || (kind.kind === "time" && !isTime)) return undefined;
      return divide(nanoseconds, 1000n ** BigInt(3 - kind.unit));
    }
    default:
      return kind satisfies never;
  }
}

const universalZone = /^(?:(?:Etc\/)?(?:UTC|GMT|Zulu|UCT|Universal)|Z|[+-]00:?00)$/i;

/**
 * Whether a text is a date or time without a zone next to a column that has one, and not UTC: the column's clock, which is that of
 * `month()` and of what is shown, and UTC would be two meanings of it.
 */
export function lacksZone(kind: TickKind, text: string): boolean {
  if (kind.kind !== "timestamp" || kind.zone === null || universalZone.test(kind.zone)) return false;
  return !/[T ].*(?:Z|[+-]\d\d:?\d\d)$/.test(text) && parseInstant(text) !== undefined;
}

/** The same for a condition that was checked already. */
export function checkedTicks(kind: TickKind, literal: LiteralNode): Ticks {
  const ticks = literalTicks(kind, literal);
  if (ticks !== undefined) return ticks;
  throw new DlfLanceError(
    "Internal",
    `Cannot compare a ${kind.kind} column with a ${literal.type}: the plan was not checked; report this`,
  );
}

function nanosecondsPerTick(kind: Extract<TickKind, { kind: "timestamp" | "date" }>): bigint {
  if (kind.kind === "timestamp") return 1000n ** BigInt(3 - kind.unit);
  return kind.unit === "day" ? nanosecondsPerDay : nanosecondsPerMillisecond;
}

function exact(floor: bigint): Ticks {
  return { floor, isExact: true };
}

function divide(dividend: bigint, divisor: bigint): Ticks {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  return { floor: rest < 0n ? quotient - 1n : quotient, isExact: rest === 0n };
}

function numberTicks(value: number): Ticks {
  if (Number.isFinite(value)) return { floor: BigInt(Math.floor(value)), isExact: Number.isInteger(value) };
  return { floor: value < 0 ? -beyondEverything : beyondEverything, isExact: false };
}

function decimalTicks(scale: number, type: LiteralNode["type"], text: string): Ticks | undefined {
  if (type === "number" && !Number.isFinite(Number(text))) return numberTicks(Number(text));
  if (type !== "number" && type !== "integer" && !(type === "string" && /^[+-]?\d+(\.\d+)?$/.test(text))) {
    return undefined;
  }
  const [mantissa = "", exponent = "0"] = text.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const power = Number(exponent) - fraction.length + scale;
  const digits = BigInt(`${whole}${fraction}`.replace(/^\+/, ""));
  return power >= 0 ? exact(digits * 10n ** BigInt(power)) : divide(digits, 10n ** BigInt(-power));
}

const clockPattern = /^(-?)(?:(\d+)d )?(\d+):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?$/;

/** Nanoseconds of a text such as `08:30:00.5`, or `-2d 08:30:00`; undefined for another. */
function parseClock(text: string): bigint | undefined {
  const match = clockPattern.exec(text);
  if (match === null) return undefined;
  const [, sign, days = "0", hours = "0", minutes = "0", seconds = "0", fraction = ""] = match;
  const whole = BigInt(days) * 86_400n + BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
  const nanoseconds = whole * 1_000_000_000n + BigInt(fraction.padEnd(9, "0"));
  return sign === "-" ? -nanoseconds : nanoseconds;
}

const instantPattern =
  /^((?:\d{4}|[+-]\d{6})-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))?)?$/;

/** Nanoseconds since 1970 in UTC; undefined when the text is no date or time that exists. */
function parseInstant(text: string): bigint | undefined {
  const match = instantPattern.exec(text);
  if (match === null) return undefined;
  const [, date = "", minutes = "00:00", seconds = ":00", fraction = "", sign, hours = "0", rest = "0"] =
    match;
  const clock = `${date}T${minutes}${seconds}`;
  const milliseconds = Date.parse(`${clock}Z`);
  // `Date` takes 30 February and 24:00 for the day after.
  if (Number.isNaN(milliseconds) || !new Date(milliseconds).toISOString().startsWith(clock)) return undefined;
  const offset = (sign === "-" ? -1n : 1n) * (BigInt(hours) * 60n + BigInt(rest)) * 60_000n;
  return (BigInt(milliseconds) - offset) * nanosecondsPerMillisecond + BigInt(fraction.padEnd(9, "0"));
}
