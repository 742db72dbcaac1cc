import { expect, test } from "vitest";
import { arrow, type Field } from "../../src/arrow.ts";
import { columnType } from "../../src/declarations/column-type.ts";
import { fieldTypeName } from "../../src/display/arrow/type-name.ts";
import { parseType } from "../../src/frame/types/parse-type.ts";
import { readCatalogFields, toCatalogFields } from "../../src/table/description/catalog-fields.ts";
import { sampleColumns, tableOf } from "../display/sample-columns.ts";

const {
  Field: ArrowField,
  FixedSizeList,
  Float32,
  Int64,
  LargeBinary,
  List,
  Map_,
  Struct,
  Uint32,
  Utf8,
} = arrow;

function readType(name: string) {
  try {
    return parseType(name, "test");
  } catch {
    return undefined;
  }
}

/** Through the catalog and back. */
function returned(field: Field): Field | undefined {
  const fields = JSON.parse(JSON.stringify(toCatalogFields(new arrow.Schema([field]))));
  return readCatalogFields(fields, readType)?.[0];
}

test("a column of any type comes back from the catalog with the type of its values, or not at all", () => {
  const fields = tableOf(sampleColumns).schema.fields;
  const lost: string[] = [];
  for (const field of fields) {
    const back = returned(field);
    if (back === undefined) lost.push(fieldTypeName(field));
    else expect([back.name, columnType(back)]).toEqual([field.name, columnType(field)]);
  }
  // What the catalog has no word for, and what Arrow's names do not say.
  for (const name of lost)
    expect(name).toMatch(
      /^(?:null|time\d|interval|.*_interval|.*union|decimal256|.*\(\d+, -|large_list|.*dictionary|blob)/,
    );
  expect(fields.length - lost.length).toBeGreaterThan(30);
});

test("lengths, zones, units, unsigned numbers and what may be null are not lost on the way", () => {
  const item = new ArrowField("item", new Float32(), false);
  const entries = new Struct([
    new ArrowField("key", new Utf8(), false),
    new ArrowField("value", new Uint32(), false),
  ]);
  const columns = [
    new ArrowField("vector", new FixedSizeList(4, item), false),
    new ArrowField("zoned", new arrow.Timestamp(2, "Asia/Shanghai"), true),
    new ArrowField("took", new arrow.Duration(1), true),
    new ArrowField("count", new Uint32(), true),
    new ArrowField(
      "place",
      new Struct([new ArrowField("x", new Int64(), false), new ArrowField("tags", new List(item), true)]),
      true,
    ),
    new ArrowField("named", new Map_(new ArrowField("entries", entries, false) as never), true),
  ];
  for (const column of columns) {
    const back = returned(column);
    expect(back && [fieldTypeName(back), columnType(back)]).toEqual([
      fieldTypeName(column),
      columnType(column),
    ]);
  }
  const blob = new ArrowField("blob", new LargeBinary(), true, new Map([["lance-encoding:blob", "true"]]));
  expect(returned(blob)).toBeUndefined();
  const odd = new ArrowField("odd", new Struct([new ArrowField("a, b: c", new Uint32(), true)]), true);
  expect(returned(odd)).toBeUndefined();
});

test.each([
  ["VARCHAR(20) NOT NULL", "string"],
  ["CHAR(3)", "string | null"],
  ["INTEGER", "number | null"],
  ["DECIMAL(10, 2)", "DecimalText | null"],
  ["DECIMAL(10)", "DecimalText | null"],
  ["TIMESTAMP(3)", "Date | null"],
  ["TIMESTAMP", "TimeText | null"],
  ["TIMESTAMP_LTZ(9) NOT NULL", "TimeText"],
  ["TIMESTAMP(0) WITH LOCAL TIME ZONE", "Date | null"],
  ["VARBINARY(8)", "Uint8Array | null"],
])("a column that others have registered as %s is %s", (type, expected) => {
  const [column] = readCatalogFields([{ id: 0, name: "x", type }], readType) ?? [];
  expect(column && columnType(column)).toBe(expected);
});

test("an entry without columns, or with one of an unknown type, says nothing", () => {
  expect(readCatalogFields([], readType)).toBeUndefined();
  const known = { id: 0, name: "x", type: "INT" };
  for (const type of [
    "VARIANT",
    "MULTISET",
    { type: "ARRAY" },
    { type: "ROW", fields: [] },
    { type: "ARRAY", element: "VECTOR" },
  ])
    expect(readCatalogFields([known, { id: 1, name: "y", type }], readType)).toBeUndefined();
});
