import { execFile } from "node:child_process";
import { inspect, promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatForDisplay } from "../../src/display/mime.ts";
import type { Connection } from "../../src/index.ts";
import { knownSecrets } from "../../src/redaction/known-secrets.ts";
import { findSecrets } from "../secrets.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

const run = promisify(execFile);

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

test("a description tells what the table and the catalog know", async () => {
  await lake.createTable("default.known", { a: [1, 2, 3] }, { properties: { team: "data" } });
  const table = lake.table("default.known");
  await table.append({ a: [4] });
  await table.createTag("good", 1);
  await table.createIndex("a", { type: "btree" });
  const description = await lake.describe("default.known", { details: true });
  expect(description).toMatchObject({
    storageVersion: expect.stringMatching(/^2\.\d$/),
    version: 3,
    versions: 3,
    rows: 4,
    fragments: 2,
    tags: [{ tag: "good", version: 1 }],
    indices: [{ name: "a_idx", type: "BTree", columns: ["a"] }],
    properties: { team: "data" },
    owner: expect.any(String),
  });
  expect(description.bytes).toBeGreaterThan(0);
  expect(Math.abs(Date.now() - Number(description.committedAt))).toBeLessThan(60_000);
  expect(Number(description.createdAt)).toBeLessThanOrEqual(Date.now());
  const text = inspect(description);
  for (const part of ["Lance 2.", "3 of 3", "good → 1", "a_idx: BTree (a)", "team = data", "4"]) {
    expect(text).toContain(part);
  }
  expect((await lake.describe("default.known")).versions).toBeUndefined();
});

test.each<[string, (name: string) => Promise<unknown>]>([
  ["append", (name) => lake.append(name, { a: [4] })],
  ["merge", (name) => lake.table(name).merge("a", [{ a: 1 }, { a: 9 }])],
  ["addColumns", (name) => lake.table(name).addColumns({ b: { sql: "a + 1" } })],
])("after %s a description still has the format, and the time of the change", async (what, change) => {
  const name = `default.after_${what}`;
  await lake.createTable(name, { a: [1, 2, 3] });
  await lake.append(name, { a: [5] });
  const before = await lake.describe(name);
  const begun = Date.now();
  await change(name);
  const after = await lake.describe(name);
  expect(after.version).toBeGreaterThan(before.version);
  expect(after.storageVersion).toBe(before.storageVersion);
  expect(Number(after.updatedAt)).toBeGreaterThanOrEqual(begun);
  expect(after.storageVersion).toBe((await lake.describe(name, { details: true })).storageVersion);
});

test("the environment is real for a child process, and redacted wherever it is shown", async () => {
  await lake.createTable("default.lent", { a: [1] });
  const environment = (await lake.describe("default.lent")).environment();
  expect(Object.keys(environment).sort()).toEqual([
    "OSS_ACCESS_KEY_ID",
    "OSS_ACCESS_KEY_SECRET",
    "OSS_ENDPOINT",
    "OSS_SECURITY_TOKEN",
  ]);
  const shown = [
    inspect(environment),
    JSON.stringify(environment),
    JSON.stringify(await formatForDisplay(environment)),
  ];
  expect(findSecrets(shown.join("\n"), knownSecrets())).toEqual([]);
  expect(shown.every((text) => text.includes("<redacted>"))).toBe(true);
  const script = "process.stdout.write(process.env.OSS_ACCESS_KEY_SECRET)";
  const { stdout } = await run(process.execPath, ["-e", script], { env: { ...process.env, ...environment } });
  expect(knownSecrets()).toContain(stdout);
  expect(process.env.OSS_ACCESS_KEY_SECRET).toBeUndefined();
});
