/** Keys that put timestamps into days, hours and the like, on the clock of their zone: `dateTrunc("day", at)`, `toDate(at)`. */
import { arrow, type DataType, type Field, Types } from "../../../arrow.ts";
import { extensionName } from "../../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../../errors.ts";
import { type DateUnit, dateUnits, type ExpressionNode } from "../../expression/expression-node.ts";
import { startOf, truncateSeconds, type ZoneClock, zoneClock } from "../../functions/zone-clock.ts";
import { asWords, type Data } from "../../rows/number-words.ts";
import { type RangeKey, validity } from "./range-key.ts";

type Timestamp = DataType & { readonly unit: number; readonly timezone?: string | null };

const secondsPerDay = 86_400;
const word = 2 ** 32;
/** Upper words of whole numbers that a float holds exactly. */
const greatestUpper = 2 ** 20;
/** Days next to 1970 whose beginnings are kept in an array: about 350 years to each side. */
const nearDays = 2 ** 17;

/** Undefined for any other expression, and for nanoseconds, which a float does not hold. */
export function readTimeKey(
  name: string,
  expression: ExpressionNode,
  fields: ReadonlyMap<string, Field>,
): RangeKey | undefined {
  if (expression.node !== "call") return undefined;
  const isDate = expression.function === "toDate";
  const [unit, column] = isDate ? [undefined, expression.arguments[0]] : expression.arguments;
  if (column?.node !== "column" || (!isDate && expression.function !== "dateTrunc")) return undefined;
  const wanted = dateUnits.find((each) => unit?.node === "literal" && each === unit.text);
  const source = fields.get(column.name);
  if (source === undefined || extensionName(source) !== undefined || (!isDate && wanted === undefined))
    return undefined;
  const type: Timestamp = source.type;
  if (!Types.isTimestamp(type) || type.unit > 2) return undefined;
  const clock = zoneClock(type.timezone || "UTC");
  return {
    source: column.name,
    field: new arrow.Field(name, isDate ? new arrow.DateDay() : type, true),
    compute: (data) => (isDate ? toDays(data, type, clock) : truncate(data, type, clock, wanted as DateUnit)),
  };
}

function toDays(data: Data, type: Timestamp, clock: ZoneClock): Data {
  const days = new Int32Array(data.length);
  const read = secondsReader(data, type);
  for (let row = 0; row < days.length; row++) {
    const seconds = read(row);
    days[row] = Math.floor((seconds + clock.offset(seconds)) / secondsPerDay);
  }
  return build(new arrow.DateDay(), data, days);
}

/** The second in which a value lies. */
function secondsReader(data: Data, { unit }: Timestamp): (row: number) => number {
  const words = asWords(data.values);
  const perSecond = 1000 ** unit;
  return (row) => {
    const upper = words[2 * row + 1] as number;
    if (upper >= greatestUpper || upper < -greatestUpper) return exactSeconds(data.values[row], perSecond);
    return Math.floor((upper * word + ((words[2 * row] as number) >>> 0)) / perSecond);
  };
}

function exactSeconds(tick: bigint, perSecond: number): number {
  const divisor = BigInt(perSecond);
  const seconds = tick / divisor;
  return Number(tick < 0n && tick % divisor !== 0n ? seconds - 1n : seconds);
}

function truncate(data: Data, type: Timestamp, clock: ZoneClock, unit: DateUnit): Data {
  const starts = new BigInt64Array(data.length);
  const words = asWords(starts);
  const perSecond = 1000 ** type.unit;
  const read = secondsReader(data, type);
  const startAt = starterOf(clock, unit);
  const hasNulls = data.nullCount > 0;
  for (let row = 0; row < starts.length; row++) {
    if (hasNulls && !data.getValid(row)) continue;
    const start = startAt(read(row));
    const tick = start * perSecond;
    if (!Number.isSafeInteger(tick)) {
      starts[row] = exactTick(start, perSecond);
      continue;
    }
    const upper = Math.floor(tick / word);
    words[2 * row] = tick - upper * word;
    words[2 * row + 1] = upper;
  }
  return build(type, data, starts);
}

function exactTick(seconds: number, perSecond: number): bigint {
  const tick = BigInt(seconds) * BigInt(perSecond);
  if (BigInt.asIntN(64, tick) === tick) return tick;
  throw new DlfLanceError(
    "InvalidInput",
    "Cannot truncate a time: its unit begins before the earliest time that the type can hold",
  );
}

/** When the unit of a second begins; of days and longer each is computed once. */
function starterOf(clock: ZoneClock, unit: DateUnit): (seconds: number) => number {
  if (unit === "hour" || unit === "minute" || unit === "second")
    return (seconds) => truncateSeconds(clock, seconds, unit);
  const known = new Float64Array(2 * nearDays).fill(Number.NaN);
  return (seconds) => {
    const day = Math.floor((seconds + clock.offset(seconds)) / secondsPerDay);
    const place = day + nearDays;
    if (place < 0 || place >= known.length) return clock.dayStart(startOf(day, unit));
    let start = known[place] as number;
    if (Number.isNaN(start)) {
      start = clock.dayStart(startOf(day, unit));
      known[place] = start;
    }
    return start;
  };
}

function build(type: RangeKey["field"]["type"], data: Data, values: Int32Array | BigInt64Array): Data {
  const bitmap = data.nullCount > 0 ? validity(data) : undefined;
  return new arrow.Data(type, 0, data.length, data.nullCount, [undefined, values, bitmap] as never) as Data;
}
