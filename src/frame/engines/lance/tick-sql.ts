import { formatUnscaled } from "../../../display/text/number-text.ts";
import { formatDate, formatTimestamp } from "../../../display/text/time-text.ts";
import type { TickKind } from "../../types/column-kind.ts";

const unitNames = ["Second", "Millisecond", "Microsecond", "Nanosecond"];
const leastInt64 = -(2n ** 63n);

/** A value of a column's own type and unit, within its range, as a constant that Lance reads exactly. */
export function tickSql(tick: bigint, kind: TickKind): string {
  switch (kind.kind) {
    case "integer":
      return integerSql(tick);
    case "decimal":
      return `arrow_cast('${formatUnscaled(tick, kind.scale)}', 'Decimal${kind.bitWidth}(${kind.precision}, ${kind.scale})')`;
    case "timestamp": {
      const text = formatTimestamp(tick, kind.unit);
      // Lance cuts a TIMESTAMP constant to microseconds, and with a time zone takes it for the wall clock there.
      if (kind.zone === null && kind.unit < 3 && isPlainYear(text)) return `TIMESTAMP '${text}'`;
      const zone = kind.zone === null ? "None" : `Some("${kind.zone.replaceAll("'", "''")}")`;
      return `arrow_cast(${integerSql(tick)}, 'Timestamp(${unitNames[kind.unit]}, ${zone})')`;
    }
    case "date": {
      if (kind.unit === "millisecond") return `arrow_cast(${integerSql(tick)}, 'Date64')`;
      const text = formatDate(Number(tick));
      return isPlainYear(text) ? `DATE '${text}'` : `arrow_cast(${tick}, 'Date32')`;
    }
    case "time":
      return `arrow_cast(${integerSql(tick)}, 'Time${kind.unit < 2 ? 32 : 64}(${unitNames[kind.unit]})')`;
    case "duration":
      return `arrow_cast(${integerSql(tick)}, 'Duration(${unitNames[kind.unit]})')`;
    default:
      return kind satisfies never;
  }
}

/** Lance would read the lowest int64 as a float. */
function integerSql(tick: bigint): string {
  return tick === leastInt64 ? `CAST('${tick}' AS BIGINT)` : String(tick);
}

/** Only these years can be written as a constant: Lance reads four digits, and there is no year 0. */
function isPlainYear(text: string): boolean {
  return /^\d{4}-/.test(text) && !text.startsWith("0000-");
}
