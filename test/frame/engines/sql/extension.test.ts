import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { arrow, type DataType, type RecordBatch } from "../../../../src/arrow.ts";
import { type Bridge, startBridge } from "../../../../src/bridge/bridge.ts";
import type { EngineInput } from "../../../../src/frame/engines/engine.ts";
import { runQuery } from "../../../../src/frame/engines/sql/child/query-process.ts";
import { sqlEngine } from "../../../../src/frame/engines/sql/sql.ts";
import { createPlan, type Plan } from "../../../../src/frame/plan/plan.ts";
import { toRowObjects } from "../../../../src/frame/rows/row-objects.ts";
import { type LanceFolder, openLanceFolder, type RecordingSource } from "../../lance-folder.ts";
import { buildTable } from "../../sample-table.ts";

/** The wheel of the extension is in the Python of the tests. */
function findExtension(): string {
  const library = join(dirname(dirname(inject("testPython"))), "lib");
  const python = readdirSync(library).find((name) => name.startsWith("python3")) ?? "";
  return join(
    library,
    python,
    "site-packages/duckdb_extension_lance/extensions/v1.5.5/lance.duckdb_extension",
  );
}

let folder: LanceFolder;
let bridge: Bridge;
const sources = new Map<string, RecordingSource>();

beforeAll(async () => {
  folder = await openLanceFolder();
  bridge = await startBridge(async ([, table = ""]) => ({
    location: folder.locate(table),
    storageOptions: {},
  }));
  const rows = Array.from({ length: 3_000 }, (_, row) => row);
  const column = (name: string, type: DataType, cell: (row: number) => unknown) => ({
    name,
    type,
    cells: rows.map(cell),
  });
  const orders = buildTable([
    column("id", new arrow.Int64(), BigInt),
    column('It\'s "a" name', new arrow.Utf8(), (row) =>
      row % 3 === 0 ? null : `text ${"日".repeat(row % 9)}`,
    ),
    column("price", new arrow.Float64(), (row) => (row % 7 === 0 ? Number.NaN : row / 4)),
    column("made", new arrow.TimestampMicrosecond(), (row) => BigInt(row) * 1_000_003n),
  ]);
  sources.set("orders", await folder.create("orders", orders));
  const halves = arrow.vectorFromArray([1, 2], new arrow.Float16());
  sources.set("halves", await folder.create("halves", new arrow.Table({ half: halves })));
});
afterAll(async () => {
  await bridge.close();
  await folder.remove();
});
beforeEach(() => vi.stubEnv("DLF_LANCE_DUCKDB_EXTENSION", findExtension()));
afterEach(() => vi.unstubAllEnvs());

/** A table, said to have as many rows as are worth the other process. */
async function inputOf(name: string, rows = 2_000_000): Promise<EngineInput> {
  const found = sources.get(name) as RecordingSource;
  const place = async () => ({
    endpoint: bridge.uri,
    token: bridge.token,
    namespace: "default",
    table: name,
  });
  return {
    schema: await found.schema(),
    rows,
    batches: (columns) => found.scan(columns === undefined ? {} : { columns }),
    scan: {
      source: { ...found, place },
      request: {},
      plan: { step: "scan", table: `default.${name}`, version: null },
    },
  };
}

async function rowsOf(plan: Plan, input: EngineInput, signal?: AbortSignal) {
  const batches: RecordBatch[] = [];
  const inputs = new Map([["t", input]]);
  for await (const batch of sqlEngine.run(createPlan(plan), inputs, signal === undefined ? {} : { signal }))
    batches.push(batch);
  return batches.flatMap((batch) => toRowObjects(batch));
}

const onTable: Plan = { step: "input", name: "t" };
const key = (name: string) => ({
  expression: { node: "column", name } as const,
  descending: true,
  nullsFirst: false,
});
const sorted: Plan = {
  step: "top",
  input: onTable,
  keys: [key("price"), key("id")],
  count: 2_500,
  offset: 1,
};
const statement: Plan = {
  step: "sql",
  text: `SELECT count(*) AS n, max(made) AS last, sum(price) FILTER (WHERE NOT isnan(price)) AS s
    FROM default.orders WHERE "It's ""a"" name" = $1 OR id > 5`,
  parameters: [{ node: "literal", type: "string", text: "it's" }],
  inputs: [{ name: "default.orders", plan: onTable }],
};

test.each([
  ["a sort", sorted],
  ["a statement", statement],
])("%s in the other process gives the rows of this one", async (_, plan) => {
  const explained = await sqlEngine.explain?.(plan, new Map([["t", await inputOf("orders")]]));
  expect(explained?.[0]).toContain("in a process of its own");
  const expected = await rowsOf(plan, await inputOf("orders", 3_000));
  const scans = sources.get("orders")?.scans.length;
  expect(await rowsOf(plan, await inputOf("orders"))).toEqual(expected);
  expect(sources.get("orders")?.scans.length, "scans by this process").toBe(scans);
});

test("what cannot go there stays here", async () => {
  const inputs = new Map([["t", await inputOf("halves")]]);
  const [line] =
    (await sqlEngine.explain?.({ step: "limit", input: onTable, count: 1, offset: 0 }, inputs)) ?? [];
  expect(line).toContain("column half of t is Float16, at which the extension may end");
});

test("an interruption ends the query within a second, and the next one runs", async () => {
  const endless: Plan = {
    step: "sql",
    text: "SELECT count(*) AS n FROM default.orders, range(1000000000000) AS r(x) WHERE x % 7 = id % 5",
    parameters: [],
    inputs: [{ name: "default.orders", plan: onTable }],
  };
  for (const rows of [2_000_000, 3_000]) {
    const controller = new AbortController();
    const work = rowsOf(endless, await inputOf("orders", rows), controller.signal);
    let aborted = 0;
    setTimeout(() => {
      aborted = performance.now();
      controller.abort();
    }, 700);
    const error = await work.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "Interrupted" });
    expect(performance.now() - aborted).toBeLessThan(1_000);
  }
  expect(await rowsOf(statement, await inputOf("orders"))).toHaveLength(1);
});

test("the end of the other process leaves this one well, and the answer is found here", async () => {
  // What is loaded as the extension is none: a program, which the other process cannot load.
  vi.stubEnv("DLF_LANCE_DUCKDB_EXTENSION", process.execPath);
  expect(await rowsOf(statement, await inputOf("orders"))).toHaveLength(1);
});

test("an abort in the other process is an error here, which does not tell the token", async () => {
  const query = {
    action: "run SQL",
    extension: findExtension(),
    memoryLimit: 1e9,
    attached: [{ alias: "a", namespace: "default", endpoint: bridge.uri, token: bridge.token.reveal() }],
    setUp: [],
    sql: "SELECT count(*) FROM a.main.orders, range(1000000000000)",
    parameters: [],
  };
  const timer = setTimeout(() => {
    for (const pid of childrenOf(process.pid)) process.kill(pid, "SIGABRT");
  }, 700);
  const error = await runQuery(query)
    .next()
    .catch((caught: unknown) => caught);
  clearTimeout(timer);
  expect(error).toMatchObject({ code: "Internal" });
  expect(String(error)).toContain("the process of DuckDB's lance extension ended (SIGABRT)");
  expect(String(error)).not.toContain(bridge.token.reveal());
});

function childrenOf(parent: number): number[] {
  const found = execFileSync("pgrep", ["-P", String(parent), "-f", "serve-queries"], { encoding: "utf8" });
  return found.split("\n").filter(Boolean).map(Number);
}
