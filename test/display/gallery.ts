/** What the displays look like, each once: for the page in the documentation, for the sanitisers and for screenshots. */
import { arrow } from "../../src/arrow.ts";
import { buildDocuments } from "../../src/demo/documents.ts";
import { buildImages } from "../../src/demo/images.ts";
import { buildSales } from "../../src/demo/sales.ts";
import type { MimeBundle } from "../../src/display/bundle.ts";
import { renderSchema } from "../../src/display/card/schema.ts";
import { formatForDisplay } from "../../src/display/mime.ts";
import { renderDataTable } from "../../src/display/table/data-table.ts";
import { DlfLanceError } from "../../src/errors.ts";
import { col } from "../../src/frame/builder/expr.ts";
import { count } from "../../src/frame/builder/window-functions.ts";
import { renderLazyFrame } from "../../src/frame/display/frame-display.ts";
import { fromRows } from "../../src/frame/from-rows.ts";
import { Secret } from "../../src/secret.ts";
import { TableDescription } from "../../src/table/description/table-description.ts";
import { WriteResult } from "../../src/table/description/write-result.ts";
import { makeData, sampleColumns, strings, tableOf } from "./sample-columns.ts";

export interface GalleryItem {
  readonly title: string;
  readonly bundle: MimeBundle;
}

const sales = buildSales();
const salesColumns = ["order_id", "tracking_number", "customer", "quantity", "price", "paid", "ordered_at"];

const salesFrame = fromRows(sales.select(salesColumns), "demo.sales");
const spend = salesFrame
  .where(col("quantity").gt(3))
  .groupBy("customer")
  .agg(count().as("orders"))
  .sort({ by: "orders", descending: true })
  .limit(3);
const documents = buildDocuments().select(["topic", "text"]);

export async function makeGallery(): Promise<readonly GalleryItem[]> {
  const items: readonly (readonly [title: string, bundle: MimeBundle | Promise<MimeBundle>])[] = [
    ["A table", renderDataTable(sales.select(salesColumns), { maxRows: 6, version: 1 })],
    ["A wide table", renderDataTable(sales, { maxRows: 4, maxColumns: 6 })],
    [
      "Bars in its cells",
      renderDataTable(balances, { bars: ["balance", "share"], caption: "negative ones are orange" }),
    ],
    ["What is null, and what only looks like it", renderDataTable(nulls)],
    ["Vectors", renderDataTable(buildDocuments(), { maxRows: 4 })],
    ["Pictures", renderDataTable(buildImages(), { maxRows: 4 })],
    ["Lists, structs, maps and unions", renderDataTable(samples(/list|struct|map|union/))],
    ["Numbers", renderDataTable(samples(/^u?int|float|decimal/), { maxColumns: 16 })],
    ["Dates and times", renderDataTable(samples(/date|time|duration|interval/), { maxColumns: 16 })],
    [
      "Texts, bytes and dictionaries",
      renderDataTable(samples(/string|binary|uuid|json|dictionary|bool|null/)),
    ],
    ["No rows", renderDataTable(sales.select(salesColumns).slice(0, 0))],
    ["A schema", renderSchema(sales.schema, { title: "demo.sales" })],
    ["The description of a table", formatForDisplay(description)],
    [
      "A lazy frame",
      renderLazyFrame(
        frame,
        { table: sales.select(["price"]).slice(0, 3), totalRows: "more", version: 1 },
        {},
      ),
    ],
    ["A profile", salesFrame.profile().then((profile) => formatForDisplay(profile))],
    ["How a frame runs", spend.explain().then((explanation) => formatForDisplay(explanation))],
    ["Words that stand out", renderDataTable(documents, { maxRows: 3, marks: ["pepper", "table"] })],
    [
      "What a write did",
      formatForDisplay(
        new WriteResult({ done: "appended to", table: "demo.sales", rows: 20, versionBefore: 1, version: 2 }),
      ),
    ],
    ["An error", formatForDisplay(error)],
    ["A plain object", formatForDisplay(namespace)],
    ["An array of objects", formatForDisplay(rows, { title: "from JSON.parse" })],
  ];
  return Promise.all(items.map(async ([title, bundle]) => ({ title, bundle: await bundle })));
}

const balances = tableOf([
  { name: "account", data: strings(["rent", "food", "salary", "books"]) },
  {
    name: "balance",
    data: makeData({ type: new arrow.Float64(), data: Float64Array.of(-1200, -315.5, 2400, 0) }),
  },
  { name: "share", data: makeData({ type: new arrow.Int32(), data: Int32Array.of(30, 8, 61, 1) }) },
]);

const nulls = tableOf([{ name: "text", data: strings(["null", null, "", " padded ", "one\ntwo"]) }]);

function samples(pattern: RegExp) {
  return tableOf(sampleColumns.filter(({ name }) => pattern.test(name)));
}

const description = new TableDescription(
  {
    table: "demo.sales",
    location: "oss://lake/demo/sales",
    storageVersion: "2.1",
    schema: sales.select(salesColumns).schema,
    version: 3,
    versions: 3,
    committedAt: new Date(Date.UTC(2026, 0, 2)),
    tags: [{ tag: "audited", version: 2 }],
    rows: 1_000,
    fragments: 1,
    bytes: 123_456,
    indices: [
      {
        name: "order_id_idx",
        type: "BTree",
        columns: ["order_id"],
        indexedRows: 900,
        unindexedRows: 100,
        bytes: 4_096,
        createdAt: undefined,
      },
    ],
    properties: { team: "data" },
    owner: "local",
    comment: undefined,
    createdAt: new Date(Date.UTC(2026, 0, 1)),
    updatedAt: new Date(Date.UTC(2026, 0, 2)),
  },
  {
    endpoint: "oss-cn-hangzhou.aliyuncs.com",
    accessKeyId: new Secret("key-id-of-the-gallery"),
    accessKeySecret: new Secret("key-secret-of-the-gallery"),
    securityToken: new Secret("token-of-the-gallery"),
  },
);

const frame = {
  name: "demo.sales",
  plan: "scan demo.sales → where quantity > 3 → select price → limit 3",
};

const error = new DlfLanceError(
  "TableNotFound",
  "Cannot read table demo.sale: no such table in catalog lake; did you mean demo.sales?",
  { status: 404, requestId: "7f3c" },
);

const namespace = {
  name: "sales",
  properties: { team: "data", region: "east" },
  owner: "local",
  createdAt: new Date(Date.UTC(2026, 0, 1)),
};

const rows = [
  {
    id: 1,
    name: "Ada",
    born: new Date(Date.UTC(1815, 11, 10)),
    tags: ["mathematics", "engines"],
    pupils: null,
  },
  { id: 2, name: "Grace", born: new Date(Date.UTC(1906, 11, 9)), tags: [], pupils: 3n },
];
