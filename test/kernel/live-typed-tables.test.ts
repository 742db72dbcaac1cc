/** A real kernel: what it knows of the tables of the connection, from one cell to the next. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { connect } from "../../src/index.ts";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

const data = mkdtempSync(join(tmpdir(), "dlf-lance-live-tables-"));
let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient({
    entry: resolve(import.meta.dirname, "../../dist/run-kernel.js"),
    environment: { DLF_LANCE_DATA: data },
  });
  expect((await run(`const lake = await connect(); await lake.seedDemo(); 1`)).text).toBe("1");
});

afterAll(async () => {
  await kernel?.stop();
  rmSync(data, { recursive: true, force: true });
});

async function run(code: string): Promise<{ readonly text: string; readonly problem: string }> {
  const { result, reply } = await kernel.execute(code);
  return {
    text: String(result?.["text/plain"] ?? ""),
    problem: reply.content.status === "error" ? String(reply.content.evalue) : "",
  };
}

/** `|` is the cursor. */
async function complete(code: string): Promise<readonly string[]> {
  const cursor_pos = code.indexOf("|");
  const { content } = await kernel.request("complete_request", { code: code.replace("|", ""), cursor_pos });
  return [...(content.matches as string[])].sort();
}

test("a wrong column is refused before anything runs, in one line", async () => {
  const { problem } = await run(`console.log("ran"); read("demo.sales").where(col("pric").gt(3))`);
  expect(problem).toContain("No column named pric; did you mean price?");
  expect((await kernel.execute(`const frame = read("demo.sales"); frame.select("custmer")`)).stdout).toBe("");
});

test("a method that no frame has is refused in one line, without the types of all columns", async () => {
  expect((await run(`read("demo.sales").lines()`)).problem).toBe(
    "Property 'lines' does not exist on type 'Frame'. (line 1, TS2339)",
  );
  expect((await run(`read("demo.sales").selct("price")`)).problem).toContain(
    "Property 'selct' does not exist on type 'Frame'. Did you mean 'select'?",
  );
  expect((await run(`lake.table("demo.sales").verions()`)).problem).toContain(
    "Property 'verions' does not exist on type 'LakeTable'. Did you mean 'versions'?",
  );
});

test("a frame of the cell that connected and made its table is typed in the next one", async () => {
  const folder = mkdtempSync(join(tmpdir(), "dlf-lance-one-cell-"));
  const fresh = await startKernelClient({
    entry: resolve(import.meta.dirname, "../../dist/run-kernel.js"),
    environment: { DLF_LANCE_DATA: folder },
  });
  try {
    const { error } = await fresh.execute(
      `const lake = await connect(); await lake.seedDemo(); const sales = read("demo.sales")`,
    );
    expect(error).toBeUndefined();
    // A busy machine may take longer to look the table up than a cell waits for.
    await vi.waitFor(async () => {
      const { reply } = await fresh.execute(`sales.select("custmer")`);
      expect(String(reply.content.evalue)).toContain("No column named custmer; did you mean customer?");
    }, 30_000);
  } finally {
    await fresh.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});

test("rows have the types of the table", async () => {
  expect(
    (await run(`const rows = await read("demo.sales").limit(1).toObjects(); rows[0]!.order_id! + 1n`)).text,
  ).toBe("2n");
  expect((await run(`rows[0].pric`)).problem).toContain(
    "Property 'pric' does not exist on this object. Did you mean 'price'?",
  );
  expect((await run(`rows[0].customer.length`)).problem).toMatch(/possibly 'null'/);
});

test("numbers computed from decimals are texts to the checker too", async () => {
  const exact = `col("price").cumSum().as("a"), col("price").diff().as("b"), col("price").rollingSum(2).as("c")`;
  const computed = await run(
    `const [first] = await read("demo.sales").select(${exact}).limit(1).toObjects(); const text: string | null = first!.a; text`,
  );
  expect(computed.problem).toBe("");
  expect(computed.text).toMatch(/^\d+\.\d\d$/);
  expect((await run(`const wrong: number = first!.b ?? 0`)).problem).toMatch(
    /not assignable to type 'number'/,
  );
  const grouped = await run(
    `const [group] = await read("demo.sales").groupBy("paid").sum("price", "quantity").toObjects(); const total: string | null = group!.price; total`,
  );
  expect(grouped.problem).toBe("");
  expect((await run(`const count: number | bigint | null = group!.quantity; count`)).problem).toBe("");
});

test("names of tables and columns complete", async () => {
  expect(await complete(`read("demo.|")`)).toEqual(["demo.documents", "demo.images", "demo.sales"]);
  expect(await complete(`lake.table("demo.s|")`)).toEqual(["demo.sales"]);
  await run(`const sales = read("demo.sales"); 1`);
  expect(await complete(`sales.select("cust|")`)).toEqual(["customer"]);
  expect(await complete(`sales.sort({ by: "pri|" })`)).toEqual(["price"]);
});

test("a table that no cell has named yet completes its columns in a draft, and sums itself up", async () => {
  expect(await complete('read("demo.documents").where(col("top|')).toEqual(["topic"]);
  expect(await complete("lake.sql`SELECT d.| FROM demo.documents d`")).toEqual([
    "embedding",
    "id",
    "text",
    "topic",
  ]);
  expect(await complete("lake.sql`SELECT 1 FROM demo.s|`")).toEqual(["demo.sales"]);
  const code = 'read("demo.sales").limit(3)';
  const { content } = await kernel.request("inspect_request", { code, cursor_pos: 10, detail_level: 0 });
  const text = (content.data as Record<string, string>)["text/plain"] ?? "";
  expect(text).toMatch(/^demo\.sales\nversion \d+, [\d,]+ rows, 14 columns\noss:\/\//);
  expect(text).toMatch(/^price +decimal128\(12, 2\)$/m);
});

test("columns complete with their types, as front ends read them", async () => {
  const code = 'read("demo.sales").where(col("pri';
  const { content } = await kernel.request("complete_request", { code, cursor_pos: code.length });
  expect(content.metadata).toMatchObject({
    _jupyter_types_experimental: [
      { text: "price", type: "column", signature: "decimal128(12, 2), may be null" },
    ],
  });
});

test("a table that a cell makes, changes or drops is known so in the next", async () => {
  await run(`await lake.createTable("default.fresh", [{ a: 1n, b: "x" }]); 1`);
  expect((await run(`read("default.fresh").select("zebra")`)).problem).toContain(
    "No column named zebra; the columns are a, b",
  );
  expect((await run(`await append("default.fresh", [{ a: "one" }])`)).problem).toContain(
    "Column a takes number, bigint or null, and a text is given",
  );
  await run(`await lake.table("default.fresh").addColumns({ c: { type: "string" } }); 1`);
  expect((await run(`(await read("default.fresh").select("c").toObjects())[0]!.c`)).problem).toBe("");
  await run(
    `await lake.dropTable("default.fresh"); await lake.createTable("default.fresh", [{ z: true }]); 1`,
  );
  expect((await run(`read("default.fresh").select("a")`)).problem).toContain("No column named a");
  await run(`await lake.dropTable("default.fresh"); 1`);
  // Untyped now: that it is gone shows when it is read.
  expect((await run(`await read("default.fresh").select("a").toObjects()`)).problem).toMatch(
    /no such table|not found|does not exist/i,
  );
});

test("a cell that changes a table and then uses it is not refused for what the table was before", async () => {
  await run(`await lake.createTable("default.turned", [{ a: 1n }]); read("default.turned").select("a"); 1`);
  const added = `await lake.table("default.turned").addColumns({ b: { sql: "a * 2" } });
    (await read("default.turned").select("b").toObjects())[0]!.b`;
  expect(await run(added)).toEqual({ text: "2n", problem: "" });
  const replaced = `await lake.createTable("default.turned", [{ z: "x" }], { mode: "Overwrite" });
    (await read("default.turned").toObjects())[0]!.z`;
  expect((await run(replaced)).text).toBe("x");
});

test("a table that somebody else has changed is looked at again before a cell is refused", async () => {
  await run(`await lake.createTable("default.shared", [{ a: 1n }]); read("default.shared"); 1`);
  expect((await run(`read("default.shared").select("extra")`)).problem).toContain("No column named extra");
  vi.stubEnv("DLF_LANCE_DATA", data);
  const lake = await connect();
  await lake.table("default.shared").addColumns({ extra: { sql: "a + 1" } });
  await lake.close();
  vi.unstubAllEnvs();
  expect((await run(`(await read("default.shared").select("extra").toObjects())[0]!.extra`)).text).toBe("2n");
});

test("tables that cannot be looked up are untyped, and the cell runs", async () => {
  const name = "const name: string = 'demo.sales'; read(name).select('anything'); 1";
  expect((await run(name)).text).toBe("1");
  expect((await run(`read("nobody.knows").select("anything"); 2`)).text).toBe("2");
  expect((await run(`read('de"mo.*/').select('x'); 3`)).problem).not.toMatch(/column/i);
});

test("of two lakes the latest counts, as for read", async () => {
  await run(`const second = await connect(); 1`);
  expect((await run(`read("demo.sales").select("pric")`)).problem).toContain("did you mean price?");
});
