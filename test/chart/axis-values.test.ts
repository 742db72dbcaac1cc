import { expect, test } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { axisTypeOf, readAxisValues } from "../../src/chart/axis-values.ts";
import { sampleColumns } from "../display/sample-columns.ts";

const { Field, TimeUnit } = arrow;

function read(type: DataType, data: ArrayLike<number | bigint>, length = data.length) {
  const vector = new arrow.Vector([arrow.makeData({ type, length, data } as never)]);
  const field = new Field("a", type, true);
  return readAxisValues(field, vector, axisTypeOf(field) ?? "nominal");
}

test("numbers become finite JSON numbers, or null", () => {
  expect(read(new arrow.Int64(), BigInt64Array.of(1n, -(2n ** 60n)))).toEqual([1, -(2 ** 60)]);
  expect(read(new arrow.Uint64(), BigUint64Array.of(2n ** 63n))).toEqual([2 ** 63]);
  expect(read(new arrow.Float64(), Float64Array.of(0.5, Number.NaN, Number.POSITIVE_INFINITY))).toEqual([
    0.5,
    null,
    null,
  ]);
  expect(read(new arrow.Decimal(2, 12), Uint32Array.of(12345, 0, 0, 0), 1)).toEqual([123.45]);
});

test("times show the wall clock of their zone, as ISO texts that every reader draws alike", () => {
  const moment = BigInt(Date.UTC(2024, 0, 2, 20, 30, 1, 250));
  const at = (unit: number, scale: bigint, zone: string | null) =>
    read(new arrow.Timestamp(unit, zone), BigInt64Array.of(moment * scale))[0];
  expect(at(TimeUnit.MILLISECOND, 1n, null)).toBe("2024-01-02T20:30:01.250Z");
  expect(at(TimeUnit.NANOSECOND, 1_000_000n, "UTC")).toBe("2024-01-02T20:30:01.250Z");
  expect(at(TimeUnit.MICROSECOND, 1000n, "Asia/Shanghai")).toBe("2024-01-03T04:30:01.250Z");
  expect(read(new arrow.DateDay(), Int32Array.of(0, -1, 19_723))).toEqual([
    "1970-01-01T00:00:00.000Z",
    "1969-12-31T00:00:00.000Z",
    "2024-01-01T00:00:00.000Z",
  ]);
  // A year that JavaScript has no date for.
  expect(read(new arrow.Timestamp(TimeUnit.SECOND, null), BigInt64Array.of(2n ** 60n))).toEqual([null]);
});

test("every Arrow type either has an axis, and values that survive JSON, or none", () => {
  for (const { name, data, metadata } of sampleColumns) {
    const field = new Field(name, data.type, true, new Map(metadata));
    const vector = new arrow.Vector([data]);
    const type = axisTypeOf(field);
    if (type === undefined) continue;
    const values = readAxisValues(field, vector, type);
    expect(values).toHaveLength(vector.length);
    expect(JSON.parse(JSON.stringify(values))).toEqual(values);
    for (const value of values.filter((one) => one !== null)) {
      expect(typeof value).toBe(type === "quantitative" ? "number" : "string");
      if (type === "temporal") expect(new Date(value).toISOString()).toBe(value);
    }
  }
});
