/** Clocks of time zones: what Python's own zoneinfo says of them. */
import { execFileSync } from "node:child_process";
import { expect, inject, test } from "vitest";
import { arrow } from "../../../../src/arrow.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { truncateSeconds, ZoneClock, zoneClock } from "../../../../src/frame/functions/zone-clock.ts";
import { col } from "../../../../src/index.ts";
import { createRandom } from "../../../../src/random.ts";
import { buildTable } from "../../sample-table.ts";
import { encodeRows } from "./oracle.ts";
import { runInDuckDb } from "./run-frame.ts";

const zones = [
  "Europe/Berlin",
  "America/Havana",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Casablanca",
  "America/St_Johns",
  "Asia/Shanghai",
  "UTC",
];

/** The local seconds, and the first second of the local day, found by trying every minute of the two days around. */
const python = `
import json, sys
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo
epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
def offset(zone, seconds):
    return int((epoch + timedelta(seconds=seconds)).astimezone(zone).utcoffset().total_seconds())
def day_start(zone, seconds):
    local = seconds + offset(zone, seconds)
    midnight = local - local % 86400
    for at in range(midnight - 90000, midnight + 180000, 60):
        if at + offset(zone, at) >= midnight:
            return at
answers = {}
for name, moments in json.load(sys.stdin).items():
    zone = ZoneInfo(name)
    answers[name] = [[offset(zone, at), day_start(zone, at)] for at in moments]
json.dump(answers, sys.stdout)
`;

test("offsets and beginnings of days are those of Python's zoneinfo", () => {
  const random = createRandom(3);
  const nearChanges = (zone: string) => {
    const clock = new ZoneClock(zone);
    const found: number[] = [];
    // From 1990 to 2023, which all editions of the zones tell alike.
    for (let at = 631_152_000; at < 1_704_067_200; at += 86_400) {
      if (clock.offset(at) !== clock.offset(at + 86_400))
        found.push(at, at + 43_200, at + 86_400, at + 100_800);
    }
    return found;
  };
  const moments = Object.fromEntries(
    zones.map((zone) => [
      zone,
      [
        ...Array.from({ length: 60 }, () => Math.floor(631_152_000 + random() * 1_072_915_200)),
        ...nearChanges(zone).slice(0, 120),
      ],
    ]),
  );
  const answers = JSON.parse(
    execFileSync(inject("testPython"), ["-c", python], { input: JSON.stringify(moments), encoding: "utf8" }),
  ) as Readonly<Record<string, readonly (readonly [number, number])[]>>;
  for (const zone of zones) {
    const clock = zoneClock(zone);
    const ours = (moments[zone] ?? []).map((at) => [clock.offset(at), truncateSeconds(clock, at, "day")]);
    expect(ours, zone).toEqual(answers[zone]);
  }
}, 120_000);

test("a day in Havana never begins after a moment in it, and begins once", () => {
  const clock = zoneClock("America/Havana");
  // On 10 March 2024 the clock jumps from 0 to 1, on 3 November it shows the hour from 0 to 1 twice.
  expect(truncateSeconds(clock, Date.UTC(2024, 2, 10, 5, 30) / 1000, "day")).toBe(
    Date.UTC(2024, 2, 10, 5) / 1000,
  );
  for (const minute of [0, 30, 60, 90, 119])
    expect(truncateSeconds(clock, Date.UTC(2024, 10, 3, 4, minute) / 1000, "day")).toBe(
      Date.UTC(2024, 10, 3, 4) / 1000,
    );
});

test("hours go by the instant, also where the clock shows one twice; offsets are zones", async () => {
  const hour = 3_600_000_000n;
  const autumn = BigInt(Date.UTC(2024, 9, 27, 0, 30)) * 1000n;
  const table = buildTable([
    { name: "z", type: new arrow.Timestamp(2, "Europe/Berlin"), cells: [autumn, autumn + hour, null] },
    { name: "o", type: new arrow.Timestamp(2, "+08:00"), cells: [autumn, -1n, null] },
  ]);
  const frame = Frame.of(table, "t").select(
    col("z").hour().as("hour"),
    col("z").dateTrunc("hour").as("start"),
    col("o").hour().as("there"),
    col("o").dateTrunc("day").as("day"),
  );
  const half = hour / 2n;
  const day = BigInt(Date.UTC(2024, 9, 26, 16)) * 1000n;
  expect(encodeRows(await runInDuckDb(frame, 10))).toEqual([
    ["i2", `i${autumn - half}`, "i8", `i${day}`],
    ["i2", `i${autumn + half}`, "i7", `i${-8n * hour}`],
    [null, null, null, null],
  ]);
});
