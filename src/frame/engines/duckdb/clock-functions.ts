/** What time it is on the clocks of zones, for SQL: microseconds and the like in, and out. */
import type { DateUnit } from "../../expression/expression-node.ts";
import {
  bucketFunction,
  localTicksFunction,
  outOfRange,
  truncateFunction,
  utcTicksFunction,
} from "../../functions/moment.ts";
import { truncateSeconds, type ZoneClock, zoneClock } from "../../functions/zone-clock.ts";
import { type ArgumentValues, defineFunction, type FunctionDefinition } from "./define-function.ts";
import type { Connection, DuckDb } from "./duckdb.ts";
import { readText } from "./read-text.ts";
import { getBit } from "./vectors/bits.ts";

/**
 * Adds functions of the zone, the unit of the ticks (0 seconds … 3 nanoseconds), and ticks in UTC: the ticks of the
 * local time, and back, and the ticks of the beginning of a unit, or of a range of ticks, on the zone's clock.
 */
export function registerClockFunctions(duckdb: DuckDb, connection: Connection): void {
  const { BIGINT, INTEGER, VARCHAR } = duckdb.Type;
  /**
   * @param others types of the parameters between the unit of the ticks and these
   * @param change how a clock changes ticks, of which one second has `perSecond`
   */
  const define = (
    name: string,
    others: readonly number[],
    change: (
      clock: ZoneClock,
      perSecond: bigint,
      read: Parameters<FunctionDefinition["compute"]>[1],
    ) => (tick: bigint) => bigint,
  ) =>
    defineFunction(duckdb, connection, {
      name,
      parameters: [VARCHAR, INTEGER, ...others, BIGINT],
      result: BIGINT,
      compute(rows, read) {
        const clock = zoneClock(readText(duckdb, read(0, 16), 0));
        const changed = change(clock, ticksPerSecond(read(1, 4)), read);
        return changeTicks(rows, read(2 + others.length, 8), changed);
      },
    });
  define(localTicksFunction, [], (clock, perSecond) => (tick) => {
    return tick + BigInt(clock.offset(floorSeconds(tick, perSecond))) * perSecond;
  });
  define(utcTicksFunction, [], (clock, perSecond) => (tick) => {
    const local = floorSeconds(tick, perSecond);
    return tick + BigInt(clock.utc(local) - local) * perSecond;
  });
  define(truncateFunction, [VARCHAR], (clock, perSecond, read) => {
    const unit = readText(duckdb, read(2, 16), 0) as DateUnit;
    return (tick) => BigInt(truncateSeconds(clock, floorSeconds(tick, perSecond), unit)) * perSecond;
  });
  define(bucketFunction, [BIGINT], (clock, perSecond, read) => {
    const [step = 1n] = ticksOf(read(2, 8), 1);
    return (tick) => bucketTicks(clock, tick, step, perSecond);
  });
}

function ticksOf({ bytes }: ArgumentValues, rows: number): BigInt64Array<ArrayBuffer> {
  return new BigInt64Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, rows);
}

/** @throws Error for a result that int64 cannot hold. */
function changeTicks(
  rows: number,
  values: ArgumentValues,
  change: (tick: bigint) => bigint,
): BigInt64Array<ArrayBuffer> {
  const [ticks, changed] = [ticksOf(values, rows), new BigInt64Array(rows)];
  for (let row = 0; row < rows; row++) {
    if (values.validity !== undefined && !getBit(values.validity, row)) continue;
    changed[row] = checkedTicks(change(ticks[row] as bigint));
  }
  return changed;
}

function bucketTicks(clock: ZoneClock, tick: bigint, step: bigint, perSecond: bigint): bigint {
  const seconds = floorSeconds(tick, perSecond);
  const local = tick + BigInt(clock.offset(seconds)) * perSecond;
  const start = local - (((local % step) + step) % step);
  const startSeconds = floorSeconds(start, perSecond);
  const found = clock.lastShowing(startSeconds, seconds);
  const isShown = found + clock.offset(found) === startSeconds;
  return BigInt(found) * perSecond + (isShown ? start - BigInt(startSeconds) * perSecond : 0n);
}

function floorSeconds(tick: bigint, perSecond: bigint): number {
  const seconds = Number(tick / perSecond);
  return tick < 0n && tick % perSecond !== 0n ? seconds - 1 : seconds;
}

function checkedTicks(ticks: bigint): bigint {
  if (BigInt.asIntN(64, ticks) === ticks) return ticks;
  throw new Error(outOfRange);
}

function ticksPerSecond({ bytes }: ArgumentValues): bigint {
  return 1000n ** BigInt(new DataView(bytes.buffer, bytes.byteOffset).getInt32(0, true));
}
