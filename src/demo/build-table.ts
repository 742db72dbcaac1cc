import { arrow, type DataType, type Table } from "../arrow.ts";
import { buildData } from "../table/columns/build-column.ts";

/** A column's name, its type, and its values from the first row on. */
export type DemoColumn = readonly [name: string, type: DataType, values: readonly unknown[]];

/** Builds a table of nullable columns. Decimals are given as whole numbers of their last digit. */
export function buildDemoTable(columns: readonly DemoColumn[]): Table {
  const schema = new arrow.Schema(columns.map(([name, type]) => new arrow.Field(name, type, true)));
  const data = columns.map(([name, type, values]) => [name, arrow.makeVector(buildColumn(type, values))]);
  return new arrow.Table(schema, Object.fromEntries(data));
}

function buildColumn(type: DataType, values: readonly unknown[]) {
  const { DataType } = arrow;
  if (!DataType.isDecimal(type) && !DataType.isDuration(type)) return buildData(type, values);
  const width = DataType.isDecimal(type) ? 2 : 1;
  const words = new BigInt64Array(values.length * width);
  values.forEach((value, row) => {
    const whole = value as bigint;
    words[row * width] = BigInt.asIntN(64, whole);
    if (width === 2) words[row * width + 1] = whole >> 64n;
  });
  const data = DataType.isDecimal(type) ? new Uint32Array(words.buffer) : words;
  return arrow.makeData({ type, length: values.length, data } as never);
}
