import { expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { readCell } from "../../src/display/arrow/read-cell.ts";
import { fieldTypeName } from "../../src/display/arrow/type-name.ts";
import type { MimeBundle } from "../../src/display/bundle.ts";
import { renderProperties } from "../../src/display/card/properties.ts";
import { renderSchema } from "../../src/display/card/schema.ts";
import { formatCell } from "../../src/display/cell/format.ts";
import { html } from "../../src/display/html/html.ts";
import { renderDataTable } from "../../src/display/table/data-table.ts";
import { makeData, sampleColumns, strings, tableOf } from "./sample-columns.ts";

const samples = tableOf(sampleColumns);

async function expectGolden(bundle: MimeBundle, name: string): Promise<void> {
  await expect(`${bundle["text/html"]}\n`).toMatchFileSnapshot(`goldens/${name}.html`);
  await expect(`${bundle["text/plain"]}\n`).toMatchFileSnapshot(`goldens/${name}.txt`);
}

test("every type as one line of text", async () => {
  const lines = samples.schema.fields.map((field, column) => {
    const vector = samples.getChildAt(column);
    if (vector === null) throw new Error(`no column ${field.name}`);
    const cells = Array.from({ length: samples.numRows }, (_, row) =>
      formatCell(readCell(field, vector, row)),
    );
    return [`${field.name}: ${fieldTypeName(field)}`, ...cells.map((cell) => `  ${cell}`)].join("\n");
  });
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("goldens/values.txt");
});

const groups: Readonly<Record<string, readonly string[]>> = {
  integers: ["null", "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"],
  floats: ["float16", "float32", "float64", "bfloat16"],
  decimals: ["decimal128", "decimal256", "decimal_negative_scale"],
  strings: ["string", "large_string", "json", "uuid", "dictionary", "dictionary_int64"],
  bytes: ["binary", "large_binary", "fixed_size_binary"],
  dates: ["date32", "date64", "time32_s", "time32_ms", "time64_us", "time64_ns"],
  timestamps: ["timestamp_s", "timestamp_ms", "timestamp_us", "timestamp_ns"],
  durations: ["duration_s", "duration_ns", "interval_months", "interval_day_time"],
  vectors: ["point", "vector", "list_of_floats"],
  nested: ["list", "struct", "map", "dense_union", "sparse_union"],
};

test.each(Object.entries(groups))("table of %s", async (name, columns) => {
  await expectGolden(
    renderDataTable(tableOf(sampleColumns.filter((column) => columns.includes(column.name)))),
    name,
  );
});

test("every sample is in a group", () => {
  expect(Object.values(groups).flat().sort()).toEqual(sampleColumns.map(({ name }) => name).sort());
});

const numbers = (length: number) =>
  makeData({ type: new arrow.Int32(), data: Int32Array.from({ length }, (_, row) => row) });

test("rows and columns cut", async () => {
  const columns = Array.from({ length: 40 }, (_, column) => ({ name: `c${column}`, data: numbers(1000) }));
  await expectGolden(renderDataTable(tableOf(columns), { maxRows: 5, maxColumns: 7 }), "cut");
});

test("the beginning of something longer", async () => {
  const table = tableOf([{ name: "id", data: numbers(10) }], false);
  const options = {
    totalRows: 1_234_567,
    maxRows: 4,
    title: "default.readings · version 3",
    caption: "limit 10",
  };
  await expectGolden(renderDataTable(table, options), "preview");
});

test("no rows", async () => {
  await expectGolden(
    renderDataTable(
      tableOf([
        { name: "id", data: numbers(0) },
        { name: "name", data: strings([]) },
      ]),
    ),
    "no-rows",
  );
});

test("no columns", async () => {
  await expectGolden(renderDataTable(new arrow.Table(new arrow.Schema([]))), "no-columns");
});

test("columns of the same name, and wide characters", async () => {
  const columns = [
    { name: "名前", data: strings(["東京", "한국어", "ﾊﾝｶｸ", "e\u0301te\u0301"]) },
    { name: "名前", data: strings(["👩‍👩‍👧", "🇨🇳", "❤️", "ไทย"]) },
  ];
  await expectGolden(renderDataTable(tableOf(columns)), "wide-characters");
});

test("schema", async () => {
  const described = sampleColumns.filter(({ name }) =>
    ["int64", "uuid", "vector", "struct", "map"].includes(name),
  );
  await expectGolden(
    renderSchema(tableOf(described).schema, { title: "default.samples", caption: "version 1" }),
    "schema",
  );
});

test("card", async () => {
  const bundle = renderProperties({
    title: "default.readings",
    rows: [
      ["location", "oss://lake/default/readings"],
      ["version", 3],
      ["storage options", ["oss_access_key_id", "oss_endpoint"]],
      ["owner", null],
      ["expiry", undefined],
      ["state", html`<i>open &amp; ready</i>`],
    ],
    schema: tableOf([{ name: "f0", data: numbers(1) }], false).schema,
  });
  await expectGolden(bundle, "card");
});
