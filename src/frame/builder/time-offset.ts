import { DlfLanceError } from "../../errors.ts";
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
  if (typeof value === "string")
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${JSON.stringify(value)} is a text; pass an object, such as ${describeOffset(value)}`,
    );
  const offset = parse(schema, value, action);
  const [inMonths, inDays, inNanoseconds] = groups.map((group) => {
    const parts = Object.entries(group).map(([name, factor]) => BigInt(offset[name] ?? 0) * factor);
    return parts.reduce((sum, part) => sum + part);
  }) as [bigint, bigint, bigint];
  return [inMonths, inDays, inNanoseconds];
}

/** The units of Polars, and others that begin as ours do. */
const unitsElsewhere: Readonly<Record<string, string>> = {
  y: "years",
  q: "quarters",
  mo: "months",
  w: "weeks",
  d: "days",
  h: "hours",
  m: "minutes",
  min: "minutes",
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
};

/** What a text such as `1d12h` or `15 minutes` means; an example for others. */
function describeOffset(text: string): string {
  const parts = [...text.matchAll(/(-?\d+)\s*([a-z]+)/gi)].map(([, count, unit = ""]) => {
    const lower = unit.toLowerCase();
    const name = unitsElsewhere[lower] ?? names.find((each) => each === lower || each === `${lower}s`);
    return name === undefined ? undefined : `${name}: ${count}`;
  });
  return parts.length === 0 || parts.includes(undefined) ? "{ days: 1 }" : `{ ${parts.join(", ")} }`;
}
