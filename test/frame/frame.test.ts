import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { formatForDisplay } from "../../src/display/mime.ts";
import { col, lit } from "../../src/frame/builder/expr.ts";
import { Frame } from "../../src/frame/frame.ts";
import { refusal } from "../refusal.ts";
import { changeTables, type LanceFolder, openLanceFolder, type RecordingSource } from "./lance-folder.ts";
import { buildTable } from "./sample-table.ts";

let folder: LanceFolder;
let source: RecordingSource;
let frame: Frame;

beforeAll(async () => {
  folder = await openLanceFolder(2);
  source = await folder.create(
    "orders",
    buildTable([
      { name: "f0", type: new arrow.Int64(), cells: [201n, 202n, 203n, 204n, null] },
      { name: "f1", type: new arrow.Utf8(), cells: ["daft-a", "daft-b", null, "it's", ""] },
      { name: "Unit Price", type: new arrow.Decimal(2, 10), cells: [1000n, 1999n, -5n, null, 0n] },
    ]),
  );
  frame = Frame.from(source);
});
afterAll(() => folder.remove());

describe("reads", () => {
  test("rows, the first row, a count and the schema", async () => {
    const narrowed = frame.where(col("f0").gt(201)).select("f1", "f0").limit(2);
    expect(await narrowed.toObjects()).toEqual([
      { f1: "daft-b", f0: 202n },
      { f1: null, f0: 203n },
    ]);
    expect(await narrowed.first()).toEqual({ f1: "daft-b", f0: 202n });
    expect(await frame.where(lit(false)).first()).toBeUndefined();
    expect(await narrowed.count()).toBe(2);
    expect((await narrowed.schema()).fields.map(String)).toEqual(["f1: Utf8", "f0: Int64"]);
  });

  test("where takes values by column, null among them, and SQL text", async () => {
    expect(await frame.where({ f1: null, f0: 203 }).count()).toBe(1);
    expect(await frame.where("f0 BETWEEN 202 AND 203").where({ f1: "daft-b" }).toObjects()).toHaveLength(1);
    expect(await frame.select("f1").where("f0 = 201").toObjects()).toEqual([{ f1: "daft-a" }]);
  });

  test("exclude, offset and head", async () => {
    expect(await frame.exclude("f1", "Unit Price").offset(3).toObjects()).toEqual([
      { f0: 204n },
      { f0: null },
    ]);
    expect(await frame.head(1).select("Unit Price").toObjects()).toEqual([{ "Unit Price": "10.00" }]);
    expect((await frame.limit(2, { offset: 4 }).toObjects()).map((row) => row.f0)).toEqual([null]);
  });

  test("a table without rows has the right columns", async () => {
    const empty = await frame.where(lit(false)).select("f1").collect();
    expect([empty.numRows, empty.schema.fields.map(String)]).toEqual([0, ["f1: Utf8"]]);
  });

  test("batches stop when the reader stops, and the scan is closed", async () => {
    let isClosed = false;
    const closing = changeTables(source, (table) => ({
      async *scan(request) {
        try {
          yield* table.scan(request);
        } finally {
          isClosed = true;
        }
      },
    }));
    for await (const batch of Frame.from(closing).batches()) {
      expect(batch.numRows).toBe(2);
      break;
    }
    expect(isClosed).toBe(true);
  });

  test("a limit in memory stops the scan too", async () => {
    let delivered = 0;
    const counting = changeTables(source, (table) => ({
      async *scan(request) {
        for await (const batch of table.scan(request)) {
          delivered += 1;
          yield batch;
        }
      },
    }));
    const after = Frame.from(counting).limit(5).where(col("f0").gt(0)).limit(1);
    expect((await after.toObjects()).map((row) => row.f0)).toEqual([201n]);
    expect(delivered).toBe(1);
  });
});

/** What the source was asked for last; every scan gets a signal that ends it when the table has a newer version. */
function lastScan() {
  const { signal, ...request } = source.scans.at(-1) ?? {};
  expect(signal?.aborted).toBe(false);
  return request;
}

describe("what reaches Lance", () => {
  test("one scan with columns, filter, limit and offset, and nothing afterwards", async () => {
    const narrowed = frame
      .select("f0", "f1")
      .where(col("f0").gt(201))
      .where({ f1: "it's" })
      .limit(10)
      .offset(2)
      .select("f1");
    const explanation = await narrowed.explain();
    expect(explanation.scans[0]?.request).toEqual({
      columns: ["f1"],
      filter: "`f0` > 201 AND `f1` = 'it''s'",
      limit: 8,
      offset: 2,
    });
    expect(explanation.engine).toBe("lance");
    await narrowed.collect();
    expect(lastScan()).toEqual(explanation.scans[0]?.request);
  });

  test("counts are counted by Lance, limits by arithmetic", async () => {
    const scansBefore = source.scans.length;
    expect(await frame.count()).toBe(5);
    expect(source.counts.at(-1)).toBeUndefined();
    expect(await frame.limit(3, { offset: 1 }).offset(1).count()).toBe(2);
    expect(await frame.offset(9).count()).toBe(0);
    expect(await frame.where(col("f0").isNotNull()).select("f1").limit(3).count()).toBe(3);
    expect(source.counts.at(-1)).toBe("`f0` IS NOT NULL");
    expect(source.scans).toHaveLength(scansBefore);
  });

  test("a count that needs rows reads only the columns it needs", async () => {
    expect(await frame.limit(3).where(col("f0").gt(201)).count()).toBe(2);
    expect(lastScan()).toEqual({ columns: ["f0"], limit: 3 });
    expect(await frame.select("f1").limit(3).where(col("f1").like("d%")).count()).toBe(2);
    expect(lastScan()).toEqual({ columns: ["f1"], limit: 3 });
  });

  test("limit and offset beyond 32 bits are done in memory", async () => {
    expect(await frame.limit(2 ** 32).toObjects()).toHaveLength(5);
    expect(lastScan()).toEqual({});
    expect(await frame.offset(2 ** 32 + 1).toObjects()).toEqual([]);
    expect(await frame.limit(2 ** 32 - 1, { offset: 4 }).toObjects()).toHaveLength(1);
    expect(lastScan()).toEqual({ limit: 2 ** 32 - 1, offset: 4 });
  });
});

describe("refusals", () => {
  test.each<[string, () => unknown, string]>([
    [
      "an unknown column",
      () => frame.select("F_0").collect(),
      'TableColumnNotFound: Cannot read orders: no column named F_0; did you mean f0? The columns are f0, f1, "Unit Price"',
    ],
    ["a column in another case", () => frame.where(col("F0").gt(1)).explain(), "did you mean f0?"],
    ["one nothing like the others", () => frame.exclude("zzzzzz").show(), "; the columns are f0"],
    [
      "a column that was not selected",
      () =>
        frame
          .select("f1")
          .where(col("f0").gt(1) as never)
          .count(),
      "no column named f0; did you mean f1? The columns are f1",
    ],
    ["a column that was excluded", () => frame.exclude("f0").select("f0").schema(), "no column named f0"],
    [
      "text with a number",
      () => frame.where({ f1: 5 }).collect(),
      "InvalidInput: Cannot compare column f1 (string) with 5: it is compared with a string",
    ],
    ["a number with text", () => frame.where({ f0: "5" }).collect(), "with a number or bigint"],
    [
      "columns of different types",
      () => frame.where(col("f0").eq(col("f1"))).collect(),
      "their types differ",
    ],
    ["like on a number", () => frame.where(col("f0").like("2%")).collect(), "it is not text"],
    ["a column that is no condition", () => frame.where(col("f0")).collect(), "it is not boolean"],
    [
      "excluding everything",
      () => frame.exclude("f0", "f1", "Unit Price").collect(),
      "no column would be left",
    ],
    [
      "SQL text after a limit",
      () => frame.limit(3).where("f0 > 1").collect(),
      'Unsupported: Cannot filter by "f0 > 1" after a limit',
    ],
    ["a negative limit", () => frame.limit(-1), "Cannot limit rows: -1 is negative; pass 0 or more rows"],
    ["a fractional limit", () => frame.limit(1.5), "1.5 is not a whole number of rows"],
    ["a limit that is no number", () => frame.limit("3" as never), '"3" is not a whole number of rows'],
    ["a negative offset", () => frame.limit(1, { offset: -1 }), "option offset: -1 is negative"],
    ["an unknown option", () => frame.limit(1, { ofset: 1 } as never), "ofset"],
    ["a negative offset of its own", () => frame.offset(-1), "Cannot skip rows: -1 is negative"],
    ["a negative number of rows to show", () => frame.show(-1), "Cannot show rows"],
    ["an empty select", () => frame.select(), "no column; name at least one"],
    ["a column selected twice", () => frame.select("f0", "f0"), "column f0 is named twice"],
    ["a name that is no text", () => frame.select(1 as never), "1 is not the name of a column"],
    ["an empty where", () => frame.where({}), "leave it out to keep all rows"],
    ["a where of nothing", () => frame.where(undefined as never), "undefined is not a condition"],
    ["a where of a list", () => frame.where([1] as never), "a list is not a condition"],
    ["undefined for a column", () => frame.where({ f0: undefined } as never), "use isNull()"],
  ])("%s", async (_, work, message) => {
    const scansBefore = source.scans.length;
    expect(await refusal(work)).toContain(message);
    expect(source.scans).toHaveLength(scansBefore);
  });

  test("a column that Lance cannot address, unless others are selected", async () => {
    const odd = Frame.from(
      await folder.create(
        "odd",
        buildTable([
          { name: "a`b", type: new arrow.Int32(), cells: [1n] },
          { name: "c", type: new arrow.Int32(), cells: [2n] },
        ]),
      ),
    );
    expect(await refusal(() => odd.collect())).toContain('Unsupported: Cannot read column "a`b" of odd');
    expect(await refusal(() => odd.where(col("a`b").eq(1)).select("c").collect())).toContain(
      "holds a backtick",
    );
    expect(await odd.exclude("a`b").where(col("c").gt(1)).toObjects()).toEqual([{ c: 2 }]);
  });
});

describe("interruption", () => {
  const drain = async (batches: AsyncIterable<unknown>) => {
    for await (const _ of batches);
  };

  const hanging = (hangs: () => void) =>
    changeTables(source, (table) => ({
      rows: undefined,
      countRows: () => new Promise(hangs),
      async *scan(request) {
        yield* table.scan({ ...request, limit: 1 });
        await new Promise(hangs);
      },
    }));

  test.each<[string, (target: Frame, signal: AbortSignal) => Promise<unknown>]>([
    ["collect", (target, signal) => target.collect({ signal })],
    ["toObjects", (target, signal) => target.toObjects({ signal })],
    ["count", (target, signal) => target.count({ signal })],
    ["batches", (target, signal) => drain(target.batches({ signal }))],
  ])("%s ends although the table hangs", async (_, run) => {
    const controller = new AbortController();
    const table = hanging(() => setImmediate(() => controller.abort()));
    expect(await refusal(() => run(Frame.from(table), controller.signal))).toBe(
      "Interrupted: Interrupted: read orders. Nothing was changed",
    );
  });

  test("a signal that has fired already keeps anything from being read", async () => {
    const scansBefore = source.scans.length;
    const signal = AbortSignal.abort();
    expect(await refusal(() => frame.collect({ signal }))).toContain("Interrupted");
    expect(source.scans).toHaveLength(scansBefore);
  });

  test("the signal is handed to the scan", async () => {
    const controller = new AbortController();
    await frame.limit(1).collect({ signal: controller.signal });
    const { signal, ...request } = source.scans.at(-1) ?? {};
    expect(request).toEqual({ limit: 1 });
    expect(signal?.aborted).toBe(false);
    controller.abort();
    expect(signal?.aborted).toBe(true);
  });
});

describe("looks", () => {
  const narrowed = () =>
    frame
      .where(col("f0").gt(201).and(col("f1").startsWith("daft")))
      .select("f0", "Unit Price")
      .limit(10);

  test("inspected: lazy, and the plan", () => {
    expect(inspect(narrowed())).toBe(
      'Frame scan orders → where f0 > 201 and f1 starts with "daft" → select f0, "Unit Price" → limit 10\n' +
        "  lazy: nothing is read until show(), collect(), toObjects() or count()",
    );
  });

  test("shown: the first rows", async () => {
    const preview = await narrowed().show();
    expect(inspect(preview)).toBe(
      [
        "orders",
        "┌───────┬───────────────────┐",
        "│    f0 │        Unit Price │",
        "│ int64 │ decimal128(10, 2) │",
        "├───────┼───────────────────┤",
        "│   202 │             19.99 │",
        "└───────┴───────────────────┘",
        "1 row × 2 columns · 24 B · version 1",
      ].join("\n"),
    );
    expect((await formatForDisplay(preview))["text/html"]).toContain("19.99");
  });

  test("shown in part: how many there are, where that costs no scan", async () => {
    expect(String(await frame.show(2))).toMatch(/3 more rows[\s\S]*5 rows × 3 columns · version 1$/);
    expect(String(await frame.where(col("f0").gt(0)).show(2))).toContain("the first rows; there may be more");
  });

  test("displayed by a notebook: lazy, the plan, the columns, the first rows", async () => {
    const bundle = await formatForDisplay(narrowed());
    const text = String(bundle["text/plain"]);
    const lines = text.split("\n");
    expect(lines[0]).toBe("orders");
    expect(text).toContain("│ int64 │ decimal128(10, 2) │");
    expect(text).toContain("│   202 │             19.99 │");
    expect(lines.at(-1)).toBe(
      'lazy frame: scan orders → where f0 > 201 and f1 starts with "daft" → select f0, "Unit Price" → limit 10',
    );
    expect(bundle["text/html"]).toContain("lazy frame: scan orders");
    expect(String(bundle["text/html"]).match(/decimal128/g)).toHaveLength(1);
  });

  test("a result is titled for what it is", async () => {
    const titled = async (shown: unknown) =>
      String((await formatForDisplay(shown))["text/plain"]).split("\n")[0];
    expect(await titled(frame.groupBy("f1").agg(col("f0").count()))).toBe("orders by f1");
    expect(await titled(frame.agg(col("f0").count()))).toBe("totals of orders");
    expect(await titled(frame.join(frame, { on: "f0" }).limit(3))).toBe("orders joined with orders");
    expect(await titled(frame.where(col("f0").gt(1)).sort("f0"))).toBe("orders");
  });

  test("markup in names and values is shown as text", async () => {
    const name = "<img src=x onerror=alert(1)>";
    const hostile = await folder.create(
      "hostile",
      buildTable([{ name, type: new arrow.Utf8(), cells: ["<script>alert(1)</script>"] }]),
    );
    const target = Frame.from(hostile).where(col(name).neq("<b>"));
    const shown = [await formatForDisplay(target), await formatForDisplay(await target.explain())];
    for (const bundle of shown) expect(bundle["text/html"]).not.toMatch(/<(img|script|b)\b/);
  });

  test("explained: as written, optimized, its stages and what reaches the scan", async () => {
    const explanation = await frame
      .select("f0", "f1")
      .where(col("f0").gt(201))
      .limit(3)
      .where(col("f1").isNotNull().or(col("f0").eq(1)))
      .select("f0")
      .explain();
    expect(inspect(explanation)).toBe(
      [
        "Plan as written",
        "  scan orders",
        "  select f0, f1",
        "  where f0 > 201",
        "  limit 3",
        "  where f1 is not null or f0 = 1",
        "  select f0",
        "Optimized",
        "  scan orders",
        "  where f0 > 201",
        "  limit 3",
        "  where f1 is not null or f0 = 1",
        "  select f0",
        "Stages, each on the rows of those indented below it",
        "  In DuckDB:",
        "    where f1 is not null or f0 = 1",
        "    select f0",
        "    Lance scan of orders, version 1:",
        "      columns  f0, f1",
        "      filter   `f0` > 201",
        "      limit    3",
        "      offset   0",
      ].join("\n"),
    );
  });
});
