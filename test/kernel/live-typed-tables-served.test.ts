/** A real kernel, three folders deep, on catalogs that another process serves: what it asks them, and what it does without. */
import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDatabase } from "../../src/local/sqlite.ts";
import { countRequests, delayRequests } from "../lake/request-log.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

const manyTables = 10_000;
const databases = 5;

/** Tables that are first named while the catalog is slow, and when it is gone. */
const late = ["late0", "late1", "late2"];
const missed = ["missed0", "missed1", "missed2"];

let first: TemporaryLake;
let second: TemporaryLake;
let kernel: KernelClient;

beforeAll(async () => {
  [first, second] = await Promise.all([openTemporaryLake({ faults: true }), openTemporaryLake()]);
  await first.lake.createTable("default.plain", [{ id: 1n, name: "a" }]);
  await first.lake.createTable("default.shared", [{ left: 1n }]);
  await second.lake.createTable("default.shared", [{ right: "x" }]);
  for (const name of [...late, ...missed]) await first.lake.createTable(`default.${name}`, [{ id: 1n }]);
  kernel = await startKernelClient({
    entry: resolve(import.meta.dirname, "../../dist/run-kernel.js"),
    below: "a/b/c",
  });
  await run(`const lake = await connect(${JSON.stringify(first.local.config)}); 1`);
}, 180_000);

afterAll(async () => {
  await kernel?.stop();
  await Promise.all([first?.close(), second?.close()]);
});

async function run(code: string): Promise<{ readonly text: string; readonly problem: string }> {
  const { result, reply } = await kernel.execute(code);
  return {
    text: String(result?.["text/plain"] ?? ""),
    problem: reply.content.status === "error" ? String(reply.content.evalue) : "",
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** `|` is the cursor. */
async function complete(code: string): Promise<readonly string[]> {
  const cursor_pos = code.indexOf("|");
  const { content } = await kernel.request("complete_request", { code: code.replace("|", ""), cursor_pos });
  return [...(content.matches as string[])].sort();
}

test("the first mention of a table in a cell is one request to the catalog, and none to the store", async () => {
  const mention = await countRequests(first.local, async () => {
    expect((await run(`const plain = read("default.plain").select("name"); 1`)).text).toBe("1");
  });
  expect(mention.list).toEqual([expect.stringMatching(/^catalog GET .*\/default\/tables\/plain$/)]);
  const again = await countRequests(first.local, async () => {
    expect((await run(`plain.select("name"); read("default.plain").where(col("id").gt(1n)); 2`)).text).toBe(
      "2",
    );
  });
  expect(again.list).toEqual([]);
  expect((await run(`read("default.plain").select("nam")`)).problem).toContain("did you mean name?");
});

test("of two lakes the latest counts, and a right cell on the other is not refused", async () => {
  await run(`const old = read("default.shared"); 1`);
  expect((await run(`old.select("right")`)).problem).toContain("No column named right; the columns are left");
  await run(`const other = await connect(${JSON.stringify(second.local.config)}); 1`);
  expect((await run(`read("default.shared").select("left")`)).problem).toContain("the columns are right");
  expect((await run(`(await read("default.shared").select("right").first())!.right.length`)).problem).toMatch(
    /null/,
  );
  expect((await run(`(await lake.read("default.shared").select("left").first())!.left`)).text).toBe("1n");
  expect((await run(`(await old.select("left").first())!.left`)).text).toBe("1n");
  expect((await run(`(await other.read("default.shared").select("right").first())!.right`)).text).toBe("x");
  expect(
    (await run(`(await read("default.shared").select("right").toObjects())[0]!.right!.length`)).text,
  ).toBe("1");
  // What no cell before has said is refused when it runs.
  expect((await run(`await lake.read("default.shared").select("nothing").toObjects()`)).problem).toContain(
    "no column named nothing",
  );
  await run(`const again = await connect(${JSON.stringify(first.local.config)}); 1`);
  expect((await run(`read("default.shared").select("right")`)).problem).toContain("the columns are left");
});

test(`of ${manyTables} tables names complete at once after the first listing, and cells do not notice`, async () => {
  const [file = ""] = globSync(join(first.data, "**/catalog-lake.sqlite"));
  const store = openDatabase(file, () => undefined);
  store.exec(
    `
    BEGIN;
    INSERT INTO databases SELECT 'wide' || value, 'd' || value, '{}', 0, 0 FROM generate(${databases});
    COMMIT;`.replaceAll(/generate\((\d+)\)/g, (_, count) => `(${numbersTo(count)})`),
  );
  const { type, schema } = store.prepare("SELECT type, schema FROM tables WHERE name = 'plain'").get() as {
    type: string;
    schema: string;
  };
  store
    .prepare(
      `INSERT INTO tables SELECT 'wide' || (1 + value % ${databases}), printf('table_%05d', value), 't' || value, ?,
       'oss://nowhere/' || value, 0, 0, ?, 0, 0 FROM (${numbersTo(manyTables)})`,
    )
    .run(type, schema);
  store.close();
  await run(
    `const wide = await connect(${JSON.stringify(first.local.config)}); const plainName: string = "default.plain"; 1`,
  );
  await vi.waitFor(
    async () =>
      expect(await complete(`read("wide1.table_0001|")`)).toEqual(["wide1.table_00010", "wide1.table_00015"]),
    20_000,
  );
  const times: number[] = [];
  const few: number[] = [];
  for (let count = 0; count < 24 && Math.min(...times) >= 100; count++) {
    few.push(await timed(() => complete(`lake.listTables("def|")`)));
    times.push(
      await timed(async () =>
        expect(await complete(`read("wide2.table_09|")`)).toHaveLength(1_000 / databases),
      ),
    );
  }
  // Above some hundreds their namespaces are offered.
  expect(await complete(`read("|")`)).toEqual([
    "default.",
    ...Array.from({ length: databases }, (_, index) => `wide${index + 1}.`),
  ]);
  // Less than 100 on a machine that does nothing else; to ask the catalog again would take seconds.
  expect(Math.min(...times)).toBeLessThan(Math.max(400, 2 * Math.min(...few)));
  expect(await complete(`read("wide3.table_00002").select("|")`)).toEqual(["id", "name"]);
  const [plain, typed]: [number[], number[]] = [[], []];
  for (let value = 0; value < 4; value++) {
    plain.push(await timed(() => run(`lake.table(plainName).read().limit(${value}); 1`)));
    typed.push(await timed(() => run(`read("default.plain").limit(${value}); 1`)));
  }
  expect(Math.min(...typed)).toBeLessThan(Math.min(...plain) * 1.5 + 20);
});

/** What a first mention of the tables adds to a cell, without what a busy machine adds to the same cell anyway. */
async function measureDelay(tables: readonly string[]): Promise<number> {
  const usual: number[] = [];
  const mentions: number[] = [];
  for (const table of tables) {
    usual.push(await timed(() => run(`read(["default", "plain"] as [string, string]).select("name"); 3`)));
    const code = `read("default.${table}").select("anything"); 3`;
    mentions.push(await timed(async () => expect((await run(code)).text).toBe("3")));
  }
  const least = Math.min(...usual);
  const noise = Math.max(...usual) - least;
  return Math.min(...mentions) - least - noise;
}

test("a catalog that takes a second for each answer holds a cell up for less than 300 ms, once", async () => {
  await delayRequests(first.local, 1_000);
  expect(await measureDelay(late)).toBeLessThan(300);
  const code = `read("default.${late.at(-1)}").select("anything"); 3`;
  const { content } = await kernel.request("inspect_request", { code, cursor_pos: 10, detail_level: 0 });
  expect(JSON.stringify(content.data)).toMatch(/without a check of its columns/);
  await delayRequests(first.local, 0);
  await vi.waitFor(async () => expect((await run(code)).problem).toContain("No column named anything"), {
    timeout: 10_000,
    interval: 500,
  });
});

test("when the catalog is gone, cells run without it, held up for less than 300 ms", async () => {
  await first.local.close();
  expect(await measureDelay(missed)).toBeLessThan(300);
  // What was known stays known.
  expect((await run(`read("default.plain").select("nam")`)).problem).toContain("did you mean name?");
  expect(await complete(`read("wide1.table_0001|")`)).toHaveLength(2);
  expect((await run(`await read("default.missed0").toObjects()`)).problem).toMatch(
    /^Cannot .* table default\.missed0: no connection/,
  );
}, 60_000);

function numbersTo(count: number | string): string {
  return `WITH RECURSIVE numbers (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM numbers WHERE value < ${count}) SELECT value FROM numbers`;
}
