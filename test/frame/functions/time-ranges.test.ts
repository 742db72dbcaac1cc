/** Ranges of time on the clocks of zones, around their changes: what Python's zoneinfo makes of them. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, inject, test } from "vitest";
import { arrow } from "../../../src/arrow.ts";
import { Frame } from "../../../src/frame/frame.ts";
import { ZoneClock } from "../../../src/frame/functions/zone-clock.ts";
import { col, type Expression } from "../../../src/index.ts";
import { createRandom } from "../../../src/random.ts";
import { encodeRows } from "../engines/duckdb/oracle.ts";
import { runInDuckDb } from "../engines/duckdb/run-frame.ts";
import { buildTable } from "../sample-table.ts";

const zones = [
  "Europe/Berlin",
  "America/Havana",
  "Australia/Lord_Howe",
  "America/St_Johns",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "America/Caracas",
  "Asia/Pyongyang",
  "Pacific/Apia",
  "UTC",
];

/** Of each zone moments around changes of its clock, and others, with moments up to five hours later. */
function drawPairs(zone: string): (readonly [number, number])[] {
  const random = createRandom(zone.length);
  const clock = new ZoneClock(zone);
  const moments = Array.from({ length: 12 }, () => Math.floor((631_152_000 + random() * 1_072_915_200) / 60));
  // From 1990 to 2023, which all editions of the zones tell alike.
  for (let day = 7305; day < 19_723 && moments.length < 42; day++) {
    if (clock.offset(day * 86_400) === clock.offset((day + 1) * 86_400)) continue;
    for (const part of [0, 0.2, 0.4, 0.6, 0.8])
      moments.push(day * 1440 + Math.floor((part + random() * 0.2) * 1440));
  }
  return moments.map((moment) => [moment, moment + Math.floor(random() * 300)]);
}

const pairs = Object.fromEntries(zones.map((zone) => [zone, drawPairs(zone)]));
const [time, start] = [col("z"), col("start")];
const values: Record<string, Expression> = {
  ...Object.fromEntries([1, 2, 3, 6, 12].map((size) => [`hours ${size}`, time.timeBucket({ hours: size })])),
  ...Object.fromEntries(
    [7, 15, 30, 90].map((size) => [`minutes ${size}`, time.timeBucket({ minutes: size })]),
  ),
  ...Object.fromEntries([1, 5, 7, 14, 21].map((size) => [`days ${size}`, time.timeBucket({ days: size })])),
  ...Object.fromEntries(
    [1, 3, 5, 7, 12, 36].map((size) => [`months ${size}`, time.timeBucket({ months: size })]),
  ),
};
for (const unit of ["year", "quarter", "month", "week", "day", "hour", "minute"] as const)
  values[`begun ${unit}`] = time.dateDiff(start, unit);

/** Others that give the same. */
const equals: Readonly<Record<string, Expression>> = {
  "hours 1": time.dateTrunc("hour"),
  "days 1": time.dateTrunc("day"),
  "days 7": time.dateTrunc("week"),
  "months 1": time.dateTrunc("month"),
  "months 3": time.dateTrunc("quarter"),
  "months 12": time.dateTrunc("year"),
  "begun hour": start.dateDiff(time, "hour").negate(),
  "begun week": start.dateDiff(time, "week").negate(),
  "begun day": time.dateDiff(start.convertTimeZone("Asia/Tokyo"), "day"),
};

let answers: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;

beforeAll(() => {
  const { stdout, stderr } = spawnSync(inject("testPython"), [join(import.meta.dirname, "time_ranges.py")], {
    input: JSON.stringify(pairs),
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  expect(stdout, stderr).not.toBe("");
  answers = JSON.parse(stdout);
}, 120_000);

test.each(zones.flatMap((zone) => ([0, 2, 3] as const).map((unit) => [zone, unit] as const)))(
  "ranges in %s, in unit %i",
  async (zone, unit) => {
    const perMinute = 60n * 1000n ** BigInt(unit);
    const column = (name: string, at: 0 | 1) => ({
      name,
      type: new arrow.Timestamp(unit, zone),
      cells: (pairs[zone] ?? []).map(
        (pair) => BigInt(pair[at]) * perMinute + (at === 1 ? perMinute - 1n : 0n),
      ),
    });
    const rows = Frame.of(buildTable([column("start", 0), column("z", 1)]), "t");
    for (const [kind, all] of Object.entries({ values, equals })) {
      // Until 2011 the clock of St. John's changed a minute after midnight, which has two hours begin within one.
      const named = Object.entries(all).filter(
        ([name]) => zone !== "America/St_Johns" || name !== "begun hour",
      );
      const found = encodeRows(
        await runInDuckDb(rows.select(...named.map(([name, value]) => value.as(name))), 1000),
      );
      for (const [index, [name]] of named.entries()) {
        const scale = name.startsWith("begun") ? 1n : perMinute;
        const expected = answers[zone]?.[name]?.map((value) => `i${BigInt(value) * scale}`);
        expect(
          found.map((row) => row[index]),
          `${kind} ${name}`,
        ).toEqual(expected);
      }
    }
  },
);
