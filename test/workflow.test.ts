import { readdir } from "node:fs/promises";
import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { arrow } from "../src/arrow.ts";
import { append, type Connection, connect, describe, isError, read } from "../src/index.ts";
import { knownSecrets } from "../src/redaction/known-secrets.ts";
import { findSecrets } from "./secrets.ts";
import { openTemporaryLake, type TemporaryLake } from "./temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

async function refusal(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!isError(error)) throw error;
    expect(findSecrets(inspect(error, { showHidden: true, depth: 9 }), knownSecrets())).toEqual([]);
    return `${error.code}: ${error.message}`;
  }
  throw new Error("nothing was refused");
}

test("the whole workflow: create from an IPC stream, describe, read, append, read again, list, drop", async () => {
  const table = new arrow.Table({
    f0: arrow.vectorFromArray([201n, 202n, 203n], new arrow.Int64()),
    f1: arrow.vectorFromArray(["daft-a", "daft-b", "daft-c"], new arrow.Utf8()),
  });
  const created = await lake.createTable("default.flow", arrow.tableToIPC(table, "stream"));
  expect({ ...created }).toEqual({
    table: "default.flow",
    rows: 3,
    versionBefore: undefined,
    version: 1,
    commits: 1,
    bytes: expect.any(Number),
    fragments: 1,
    warning: undefined,
  });

  const description = await describe("default.flow");
  expect(description.location).toMatch(/^oss:\/\/[a-z]+\/.*flow/);
  expect(description.storageOptionKeys).toEqual([
    "expires_at_millis",
    "oss_access_key_id",
    "oss_endpoint",
    "oss_secret_access_key",
    "oss_security_token",
  ]);
  expect([description.version, description.rows]).toEqual([1, 3]);
  expect(findSecrets(inspect(description, { depth: 9 }), knownSecrets())).toEqual([]);

  const appended = await append("default.flow", [{ f0: 204, f1: "daft-d" }]);
  expect(appended).toMatchObject({
    table: "default.flow",
    rows: 1,
    versionBefore: 1,
    version: 2,
    fragments: 2,
  });
  expect(appended.bytes).toBeGreaterThan(0);
  expect(await read("default.flow").toObjects()).toEqual([
    { f0: 201n, f1: "daft-a" },
    { f0: 202n, f1: "daft-b" },
    { f0: 203n, f1: "daft-c" },
    { f0: 204n, f1: "daft-d" },
  ]);
  expect(await lake.listTables("default")).toContain("flow");
  await lake.dropTable("default.flow");
  expect(await lake.listTables("default")).not.toContain("flow");
});

test("an append of no rows makes no version", async () => {
  await lake.createTable("default.none", { a: [1] });
  const result = await lake.append("default.none", []);
  expect([result.rows, result.versionBefore, result.version]).toEqual([0, 1, 1]);
});

test("a column of nothing but nulls is appended, booleans too", async () => {
  await lake.createTable("default.nulls", [{ a: 1, b: true, c: "x", d: [1], e: new Date(0) }]);
  await lake.append("default.nulls", [{ a: 2, b: null, c: null, d: null, e: null }]);
  expect(await lake.read("default.nulls").toObjects()).toEqual([
    { a: 1n, b: true, c: "x", d: [1n], e: new Date(0) },
    { a: 2n, b: null, c: null, d: null, e: null },
  ]);
});

test("DLF is told of every commit by a new commit id", async () => {
  const seen = new Set<string | undefined>([undefined]);
  const findNewId = async () => {
    const id = (await lake.describe("default.told")).properties["dlf.lance.commit-uuid"];
    return seen.has(id) ? undefined : id;
  };
  await lake.createTable("default.told", { a: [1] });
  for (const value of [2, 3, 4]) {
    seen.add(
      await vi.waitFor(
        async () => (await findNewId()) ?? Promise.reject(new Error("no new commit id")),
        30_000,
      ),
    );
    if (value < 4) await lake.append("default.told", { a: [value] });
  }
  expect(seen.size).toBe(4);
});

test("a table that exists is refused and left as it was", async () => {
  await lake.createTable("default.once", { a: [1] });
  expect(await refusal(() => lake.createTable("default.once", { b: [2] }))).toMatch(
    /^TableAlreadyExists: Cannot create table default\.once/,
  );
  expect(await lake.read("default.once").toObjects()).toEqual([{ a: 1n }]);
});

test("a create that cannot be written leaves nothing behind", async () => {
  const unwritable = new arrow.Table({
    span: arrow.makeVector(
      arrow.makeData({ type: new arrow.IntervalDayTime(), length: 1, data: new Int32Array([1, 2]) } as never),
    ),
  });
  await refusal(() => lake.createTable("default.half", unwritable));
  expect(await lake.listTables("default")).not.toContain("half");
  const stored = await readdir(temporary.data, { recursive: true });
  expect(stored.filter((path) => /half[^/]*\/.*\./.test(path))).toEqual([]);
});

test.each<[string, () => Promise<unknown>, RegExp]>([
  ["an unknown table", () => lake.describe("default.flwo"), /^TableNotFound: .*default\.flwo/],
  ["an unknown namespace", () => lake.describe("nowhere.t"), /^NamespaceNotFound: .*nowhere/],
  [
    "an unknown table, read",
    () => lake.read("default.absent").collect(),
    /^TableNotFound: .*default\.absent/,
  ],
  ["a malformed name", () => lake.describe("just-a-name"), /^InvalidInput: .*just-a-name/],
  ["a name with a slash", () => lake.createTable("default.a/b", { a: [1] }), /^InvalidInput: .*a\/b/],
  [
    "a wrong secret",
    () => connect({ ...temporary.local.config, "dlf.access-key-secret": "not-the-secret-at-all" }),
    /^Unauthenticated: /,
  ],
  ["an unknown warehouse", () => connect({ ...temporary.local.config, warehouse: "elsewhere" }), /elsewhere/],
  [
    "an unknown key",
    () => connect({ ...temporary.local.config, "dlf.acess-key-id": "x" }),
    /^InvalidInput: .*dlf\.access-key-id/,
  ],
])("bad input is refused by name: %s", async (_, work, message) => {
  expect(await refusal(work)).toMatch(message);
});

test("a row that does not fit is refused before anything is written", async () => {
  await lake.createTable("default.strict", { a: [1] });
  expect(await refusal(() => lake.append("default.strict", [{ a: 1 }, { a: "two" }]))).toContain(
    'Cannot append to default.strict: row 2, column a: "two" is not a number; the column is int64',
  );
  expect((await lake.describe("default.strict")).version).toBe(1);
});

test("a create whose store no longer answers is taken back, whatever came of it", async () => {
  const { lake: connection, orderFaults: order, close } = await openTemporaryLake({ faults: true });
  await order([{ on: "oss", times: 10_000, fault: { kind: "status", status: 503 } }]);
  expect(await refusal(() => connection.createTable("default.unsure", { a: [1] }))).toMatch(
    /^ServiceUnavailable: Cannot create table default\.unsure: .*; try again later$/,
  );
  await order([]);
  expect(await connection.listTables("default")).toEqual([]);
  await close();
});

test("credentials renew themselves: reads and appends go on past the life of several tokens", async () => {
  const { lake: connection, close } = await openTemporaryLake({ tokenLifetime: 2 });
  await connection.createTable("default.long", { a: [0] });
  const end = Date.now() + 7_000;
  let appends = 0;
  while (Date.now() < end || appends < 4) {
    await connection.append("default.long", { a: [++appends] });
    expect(await connection.read("default.long").count()).toBe(appends + 1);
  }
  await close();
});
