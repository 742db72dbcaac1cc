import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arrow, type DataType, type Table } from "../../src/arrow.ts";
import { readCell } from "../../src/display/arrow/read-cell.ts";
import { formatCell } from "../../src/display/cell/format.ts";
import { renderDataTable } from "../../src/display/table/data-table.ts";
import {
  bfloat16FromBits,
  float16FromBits,
  formatByteCount,
  formatDecimal,
  formatFloat,
} from "../../src/display/text/number-text.ts";
import {
  formatDate,
  formatDuration,
  formatTimeOfDay,
  formatTimestamp,
  type TimeUnit,
} from "../../src/display/text/time-text.ts";
import { sizes } from "../sizes.ts";
import { decimalWords, makeData, sampleColumns, strings, tableOf } from "./sample-columns.ts";

const runs = { numRuns: sizes.generatedCases };
const units = fc.constantFrom<TimeUnit>(0, 1, 2, 3);
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });

function shownCell(type: DataType, data: unknown): string {
  const table = tableOf([{ name: "x", data: makeData({ type, data, length: 1 }) }]);
  const [field, vector] = [table.schema.fields[0], table.getChildAt(0)];
  if (field === undefined || vector === null) throw new Error("no column");
  return formatCell(readCell(field, vector, 0));
}

describe("integers", () => {
  test("int64 and uint64 keep every digit", () => {
    fc.assert(
      fc.property(int64, (value) => {
        expect(shownCell(new arrow.Int64(), BigInt64Array.of(value))).toBe(value.toString());
        const unsigned = BigInt.asUintN(64, value);
        expect(shownCell(new arrow.Uint64(), BigUint64Array.of(unsigned))).toBe(unsigned.toString());
      }),
      runs,
    );
  });
});

describe("decimals", () => {
  test.each([128, 256] as const)("%i bits read back as the same number", (bits) => {
    const values = fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n });
    fc.assert(
      fc.property(values, fc.integer({ min: 0, max: 76 }), (value, scale) => {
        const text = shownCell(
          new arrow.Decimal(scale, 76, bits),
          Uint32Array.from(decimalWords(value, bits)),
        );
        const [, fraction = ""] = text.split(".");
        expect(fraction).toHaveLength(scale);
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d+)?$/);
        expect(BigInt(text.replace(".", ""))).toBe(value);
      }),
      runs,
    );
  });

  test("a negative scale multiplies", () => {
    expect(formatDecimal(decimalWords(-12n, 128), -3)).toBe("-12000");
    expect(formatDecimal(decimalWords(0n, 128), -3)).toBe("0");
    expect(formatDecimal(decimalWords(-5n, 128), 2)).toBe("-0.05");
  });
});

describe("floats", () => {
  test("float32 reads back as the same value and is never longer than needed", () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (value) => {
        const text = formatFloat(value, "float32");
        expect(Object.is(Math.fround(Number(text)), value)).toBe(true);
        expect(significantDigits(text)).toBeLessThanOrEqual(9);
      }),
      runs,
    );
    expect(formatFloat(Math.fround(0.1), "float32")).toBe("0.1");
    expect(formatFloat(Math.fround(16777216), "float32")).toBe("16777216");
  });

  test("every float16 has its own text, of at most five digits", () => {
    const texts = new Set<string>();
    for (let bits = 0; bits < 0x7c00; bits++) {
      const text = formatFloat(float16FromBits(bits), "float16");
      expect(significantDigits(text)).toBeLessThanOrEqual(5);
      texts.add(text);
    }
    expect(texts.size).toBe(0x7c00);
    expect(formatFloat(float16FromBits(0x3555), "float16")).toBe("0.3333");
    expect(formatFloat(float16FromBits(0x7bff), "float16")).toBe("65500");
    expect([0x8000, 0xfc00, 0x7e00].map((bits) => formatFloat(float16FromBits(bits), "float16"))).toEqual([
      "-0",
      "-Infinity",
      "NaN",
    ]);
  });

  test("every bfloat16 has its own text", () => {
    const texts = new Set<string>();
    for (let bits = 0; bits < 0x7f80; bits++) texts.add(formatFloat(bfloat16FromBits(bits), "bfloat16"));
    expect(texts.size).toBe(0x7f80);
    expect(formatFloat(bfloat16FromBits(0x3dcd), "bfloat16")).toBe("0.1");
  });

  function significantDigits(text: string): number {
    return text.replace(/e.*$/, "").replace(/[-.]/g, "").replace(/^0+/, "").replace(/0+$/, "").length;
  }
});

describe("times", () => {
  test("a timestamp reads back as the same integer", () => {
    fc.assert(
      fc.property(int64, units, (value, unit) => {
        expect(parseTimestamp(shownCell(new arrow.Timestamp(unit), BigInt64Array.of(value)), unit)).toBe(
          value,
        );
      }),
      runs,
    );
  });

  test("a timestamp is the day and the time that Date says", () => {
    fc.assert(
      fc.property(fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }), (milliseconds) => {
        const expected = new Date(milliseconds).toISOString().replace("T", " ").replace("Z", "");
        expect(formatTimestamp(BigInt(milliseconds), 1)).toBe(expected.replace(/\.000$/, ""));
        expect(formatDate(Math.floor(milliseconds / 86_400_000))).toBe(expected.slice(0, 10));
      }),
      runs,
    );
  });

  test("a zone changes the clock and the offset, never the instant", () => {
    const zones = fc.constantFrom(
      "UTC",
      "Asia/Shanghai",
      "America/St_Johns",
      "Australia/Lord_Howe",
      "+05:30",
      "-11:00",
    );
    fc.assert(
      fc.property(int64, units, zones, (value, unit, zone) => {
        expect(parseTimestamp(formatTimestamp(value, unit, zone), unit)).toBe(value);
      }),
      runs,
    );
    expect(formatTimestamp(1_720_000_000n, 0, "Asia/Shanghai")).toBe("2024-07-03 17:46:40+08:00");
    expect(formatTimestamp(1_720_000_000n, 0, "America/St_Johns")).toBe("2024-07-03 07:16:40-02:30");
    expect(formatTimestamp(1_720_000_000_000_000_001n, 3, "UTC")).toBe("2024-07-03 09:46:40.000000001Z");
    expect(formatTimestamp(0n, 0, "Nowhere/Known")).toBe("1970-01-01 00:00:00Z");
  });

  test("durations and times of day read back as the same integer", () => {
    fc.assert(
      fc.property(int64, units, (value, unit) => {
        const [, sign, days = "0", clock = ""] =
          /^(-?)(?:(\d+)d )?(.*)$/.exec(formatDuration(value, unit)) ?? [];
        const magnitude = BigInt(days) * 86_400n * 1000n ** BigInt(unit) + parseClock(clock, unit);
        expect(sign === "-" ? -magnitude : magnitude).toBe(value);
        if (value >= 0n) expect(parseClock(formatTimeOfDay(value, unit), unit)).toBe(value);
      }),
      runs,
    );
  });

  function parseClock(clock: string, unit: TimeUnit): bigint {
    const [, hours = "", minutes = "", seconds = "", fraction = ""] =
      /^(\d\d+):([0-5]\d):([0-5]\d)(?:\.(\d+))?$/.exec(clock) ?? [];
    const whole = BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
    return whole * 1000n ** BigInt(unit) + BigInt(fraction.padEnd(3 * unit, "0"));
  }

  /** Counts days by its own rule: leap years before the year, then the days of the months. */
  function parseTimestamp(text: string, unit: TimeUnit): bigint {
    const [, year = "", month = "", day = "", clock = "", offset = "Z"] =
      /^([+-]?\d+)-(\d\d)-(\d\d) ([\d:.]+)(Z|[+-][\d:]+)?$/.exec(text) ?? [];
    const before = BigInt(year) - 1n;
    const floor = (divisor: bigint) => (before - (((before % divisor) + divisor) % divisor)) / divisor;
    const leap =
      new Date(
        Date.UTC(2000 + Number(BigInt.asUintN(64, BigInt(year) + 4000n * 10n ** 14n) % 400n), 1, 29),
      ).getUTCMonth() === 1;
    const lengths = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    const dayOfYear = lengths
      .slice(0, Number(month) - 1)
      .reduce((sum, length) => sum + length, Number(day) - 1);
    const days = before * 365n + floor(4n) - floor(100n) + floor(400n) - 719_162n + BigInt(dayOfYear);
    const [sign, hours = "0", minutes = "0", seconds = "0"] = [offset[0], ...offset.slice(1).split(":")];
    const shift = offset === "Z" ? 0n : BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds);
    const perSecond = 1000n ** BigInt(unit);
    return days * 86_400n * perSecond + parseClock(clock, unit) - (sign === "-" ? -shift : shift) * perSecond;
  }
});

test.each(sampleColumns.map((column) => [column.name, column] as const))(
  "%s: a slice of a column shows the same cells",
  (_, column) => {
    const whole = tableOf([column]);
    const slice = whole.slice(1);
    expect(slice.numRows).toBe(2);
    for (const row of [0, 1]) expect(cellText(slice, row)).toBe(cellText(whole, row + 1));

    function cellText(table: typeof whole, row: number): string {
      const [field, vector] = [table.schema.fields[0], table.getChildAt(0)];
      if (field === undefined || vector === null) throw new Error("no column");
      return formatCell(readCell(field, vector, row));
    }
  },
);

test("byte counts keep three digits", () => {
  const counts = [0, 999, 1000, 9994, 9995, 99_949, 99_950, 999_499, 999_500, 1_234_567, 5e15];
  expect(counts.map(formatByteCount)).toEqual([
    "0 B",
    "999 B",
    "1.00 kB",
    "9.99 kB",
    "10.0 kB",
    "99.9 kB",
    "100 kB",
    "999 kB",
    "1.00 MB",
    "1.23 MB",
    "5.00 PB",
  ]);
});

test("the size of a slice is that of the slice", () => {
  const words = Array.from({ length: 1000 }, (_, row) => "word".repeat(row % 7));
  const whole = tableOf([{ name: "words", data: strings(words) }], false);
  const sizeOf = (table: Table) => /· (\S+ k?B)$/.exec(String(renderDataTable(table)["text/plain"]))?.[1];
  expect(sizeOf(whole.slice(0, 1))).toMatch(/^[89] B$/);
  const alone = tableOf([{ name: "words", data: strings(words.slice(10, 20)) }], false);
  expect(sizeOf(whole.slice(10, 20))).toBe(sizeOf(alone));
});
