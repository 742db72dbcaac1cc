import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { type IntervalParts, intervalBrand, isInterval } from "../expression/interval-value.ts";
import { parse } from "./arguments.ts";

/**
 * How far to move a time: years to days by the clock, then hours and shorter units by elapsed time. Negative numbers
 * move it back.
 */
export interface TimeOffset {
  readonly years?: number;
  readonly quarters?: number;
  readonly months?: number;
  readonly weeks?: number;
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
  readonly milliseconds?: number;
  readonly microseconds?: number;
  readonly nanoseconds?: number;
}

const months = { years: 12n, quarters: 3n, months: 1n } as const;
const days = { weeks: 7n, days: 1n } as const;
const nanoseconds = {
  hours: 3_600_000_000_000n,
  minutes: 60_000_000_000n,
  seconds: 1_000_000_000n,
  milliseconds: 1_000_000n,
  microseconds: 1000n,
  nanoseconds: 1n,
} as const;
const groups: readonly Readonly<Record<string, bigint>>[] = [months, days, nanoseconds];
const names = groups.flatMap((group) => Object.keys(group));

const schema = loadWhenUsed(() =>
  z
    .strictObject(
      Object.fromEntries(names.map((name) => [name, z.int("is a whole number").optional()])),
      `an offset is an object of ${names.join(", ")}`,
    )
    .refine(
      (offset) => Object.keys(offset).length > 0,
      "an offset has at least one part, such as { days: 1 }",
    ),
);

/** The parts of an offset, or of what `interval()` makes. @throws DlfLanceError InvalidInput */
export function parseOffset(value: unknown, action = "move a time"): IntervalParts {
  if (isInterval(value)) return value[intervalBrand];
  const offset = parse(schema, value, action);
  const [inMonths, inDays, inNanoseconds] = groups.map((group) => {
    const parts = Object.entries(group).map(([name, factor]) => BigInt(offset[name] ?? 0) * factor);
    return parts.reduce((sum, part) => sum + part);
  }) as [bigint, bigint, bigint];
  return [inMonths, inDays, inNanoseconds];
}
