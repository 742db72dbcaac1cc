/** What time it is on the clocks of zones, for SQL: microseconds and the like in, and out. */
import type { DateUnit } from "../../expression/expression-node.ts";
import {
  localTicksFunction,
  outOfRange,
  truncateFunction,
  utcTicksFunction,
} from "../../functions/moment.ts";
import { truncateSeconds, type ZoneClock, zoneClock } from "../../functions/zone-clock.ts";
import { type ArgumentValues, defineFunction } from "./define-function.ts";
import type { Connection, DuckDb } from "./duckdb.ts";
import { getBit } from "./vectors/bits.ts";

const inlineBytes = 12;

/**
 * Adds functions of the zone, the unit of the ticks (0 seconds … 3 nanoseconds), and ticks in UTC: the ticks of the
 * local time, and back, and the ticks of the beginning of a unit on the zone's clock.
 */
export function registerClockFunctions(duckdb: DuckDb, connection: Connection): void {
  const { BIGINT, INTEGER, VARCHAR } = duckdb.Type;
  const ticksOf = ({ bytes }: ArgumentValues, rows: number) =>
    new BigInt64Array(bytes.buffer, bytes.byteOffset, rows);
  /** @param shift seconds that are added at a second */
  const defineShift = (name: string, shift: (clock: ZoneClock, seconds: number) => number) =>
    defineFunction(duckdb, connection, {
      name,
      parameters: [VARCHAR, INTEGER, BIGINT],
      result: BIGINT,
      compute(rows, read) {
        const clock = zoneClock(readText(duckdb, read(0, 16)));
        const perSecond = ticksPerSecond(read(1, 4));
        const { validity, ...values } = read(2, 8);
        const ticks = ticksOf({ validity, ...values }, rows);
        const shifted = new BigInt64Array(rows);
        for (let row = 0; row < rows; row++) {
          if (validity !== undefined && !getBit(validity, row)) continue;
          const tick = ticks[row] as bigint;
          const seconds = shift(clock, floorSeconds(tick, perSecond));
          shifted[row] = checkedTicks(tick + BigInt(seconds) * perSecond);
        }
        return shifted;
      },
    });
  defineShift(localTicksFunction, (clock, seconds) => clock.offset(seconds));
  defineShift(utcTicksFunction, (clock, seconds) => clock.utc(seconds) - seconds);
  defineFunction(duckdb, connection, {
    name: truncateFunction,
    parameters: [VARCHAR, INTEGER, VARCHAR, BIGINT],
    result: BIGINT,
    compute(rows, read) {
      const clock = zoneClock(readText(duckdb, read(0, 16)));
      const perSecond = ticksPerSecond(read(1, 4));
      const unit = readText(duckdb, read(2, 16)) as DateUnit;
      const { validity, ...values } = read(3, 8);
      const ticks = ticksOf({ validity, ...values }, rows);
      const starts = new BigInt64Array(rows);
      for (let row = 0; row < rows; row++) {
        if (validity !== undefined && !getBit(validity, row)) continue;
        const seconds = truncateSeconds(clock, floorSeconds(ticks[row] as bigint, perSecond), unit);
        starts[row] = checkedTicks(BigInt(seconds) * perSecond);
      }
      return starts;
    },
  });
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

/** A constant text, from its first row. */
function readText(duckdb: DuckDb, { bytes }: ArgumentValues): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const length = view.getUint32(0, true);
  if (length <= inlineBytes) return Buffer.from(bytes.buffer, bytes.byteOffset + 4, length).toString();
  const text = duckdb.get_data_from_pointer(bytes.buffer as ArrayBuffer, bytes.byteOffset + 8, length);
  return Buffer.from(text).toString();
}
