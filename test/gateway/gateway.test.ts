import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { startGateway } from "../../src/gateway/gateway.ts";
import { type Connection, connect, isError } from "../../src/index.ts";
import type { LocalLakeOptions } from "../../src/local/lake/lake-options.ts";
import { startLocalLake } from "../../src/local/start.ts";
import { openTemporaryLake } from "../temporary-lake.ts";

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openLake(
  options: Omit<LocalLakeOptions, "data">,
  settings: Record<string, string> = {},
): Promise<Connection> {
  const { lake, close } = await openTemporaryLake(options, settings);
  closers.push(close);
  return lake;
}

test("a bucket that refuses signature V1 is read and written all the same, without being told", async () => {
  const lake = await openLake({ refuseSignatureV1: true });
  await lake.createTable("default.t", [{ a: 1 }]);
  await lake.append("default.t", [{ a: 2 }]);
  expect(await lake.read("default.t").toObjects()).toEqual([{ a: 1n }, { a: 2n }]);
});

test("a connection that only reads finds the way as well", async () => {
  const data = await mkdtemp(join(tmpdir(), "dlf-lance-gateway-"));
  closers.push(() => rm(data, { recursive: true, force: true }));
  const local = await startLocalLake({ data });
  const first = await connect(local.config);
  await first.createTable("default.t", [{ a: 1 }]);
  await first.close();
  await local.close();
  const strict = await startLocalLake({ data, refuseSignatureV1: true });
  closers.push(() => strict.close());
  const second = await connect(strict.config);
  closers.push(() => second.close());
  expect(await second.read("default.t").count()).toBe(1);
});

test("signature v4 can be asked for, and then the library never sees the table's keys", async () => {
  const lake = await openLake({ refuseSignatureV1: true }, { "dlf.oss-signature": "v4" });
  const rows = 300_000;
  await lake.createTable("default.big", {
    id: Array.from({ length: rows }, (_, index) => index),
    text: Array.from({ length: rows }, (_, index) => `row ${index} ${"x".repeat(40)}`),
  });
  expect(await lake.read("default.big").count()).toBe(rows);
  expect(await lake.read("default.big").where("id = 299999").toObjects()).toEqual([
    { id: 299_999n, text: `row 299999 ${"x".repeat(40)}` },
  ]);
});

test("tokens that end are renewed behind the gateway", async () => {
  const lake = await openLake({ refuseSignatureV1: true, tokenLifetime: 1 }, { "dlf.oss-signature": "v4" });
  await lake.createTable("default.t", [{ a: 0 }]);
  for (let version = 1; version <= 6; version++) {
    await new Promise((resolve) => setTimeout(resolve, 400));
    await lake.append("default.t", [{ a: version }]);
  }
  expect(await lake.read("default.t").count()).toBe(7);
});

test("with signature v1 asked for, the refusal is told in words, and the create leaves nothing", async () => {
  const lake = await openLake({ refuseSignatureV1: true }, { "dlf.oss-signature": "v1" });
  const error = await lake.createTable("default.t", [{ a: 1 }]).catch((thrown: unknown) => thrown);
  expect(String(error)).toContain("Signature V1 is not supported by this bucket");
  expect(await lake.listTables("default")).toEqual([]);
});

test("an unknown signature version is refused by its key", async () => {
  await expect(openLake({}, { "dlf.oss-signature": "v2" })).rejects.toThrow(
    "dlf.oss-signature: expected one of auto, v1, v4",
  );
});

test("the gateway serves nobody who does not hold a token of it", async () => {
  const gateway = await startGateway({ region: undefined, caFile: undefined });
  closers.push(() => gateway.close());
  const options = gateway.admit("default.t", () => Promise.reject(new Error("not to be asked")));
  const answers = await Promise.all(
    [{}, { "x-oss-security-token": "guess" }, { authorization: "OSS gateway:AAAA" }].map((headers) =>
      fetch(`${options.oss_endpoint}/lake/key`, { headers: headers as Record<string, string> }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual([403, 403, 403]);
});

test("a bucket that keeps versions is noticed at once, and then not written to", async () => {
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  closers.push(async () => warnings.mockRestore());
  const lake = await openLake({ versioned: true });
  // Nobody else can write version 1 of a table whose place is just made: the answer is not waited for.
  await lake.createTable("default.t", [{ a: 1 }]);
  const error = await lake.append("default.t", [{ a: 2 }]).catch((thrown: unknown) => thrown);
  expect(isError(error, "Unsupported")).toBe(true);
  expect(String(error)).toContain("its bucket keeps versions of objects");
  await lake.close();
  expect(warnings.mock.calls.flat().join("\n")).toMatch(
    /^Cannot change table default\.t: its bucket keeps versions/,
  );
});

test("a create of several commits is refused by a bucket that keeps versions, and leaves nothing", async () => {
  const lake = await openLake({ versioned: true });
  const create = () => lake.createTable("default.t", [{ a: 1 }], { commits: "bounded" });
  await expect(create()).rejects.toMatchObject({ code: "Unsupported" });
  expect(await lake.listTables("default")).toEqual([]);
});

test("a table that is gone before the answer does not pass for a bucket without versions", async () => {
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  closers.push(async () => warnings.mockRestore());
  const lake = await openLake({ versioned: true });
  for (let round = 0; round < 5; round++) {
    await lake.createTable("default.t", [{ a: 1 }]);
    await lake.dropTable("default.t");
  }
  await lake.createTable("default.t", [{ a: 1 }]);
  await expect(lake.append("default.t", [{ a: 2 }])).rejects.toMatchObject({ code: "Unsupported" });
});

test("a bucket that keeps versions is written to when that is asked for, and always read", async () => {
  const allowed = { "dlf.oss-versioning": "allow" };
  const { lake: daring, local, close } = await openTemporaryLake({ versioned: true }, allowed);
  closers.push(close);
  await daring.createTable("default.t", [{ a: 1 }]);
  await daring.append("default.t", [{ a: 2 }]);
  const careful = await connect(local.config);
  closers.push(() => careful.close());
  expect(await careful.read("default.t").count()).toBe(2);
  await expect(careful.append("default.t", [{ a: 3 }])).rejects.toThrow("keeps versions");
  await expect(careful.createTable("default.t", [{ a: 3 }], { mode: "Overwrite" })).rejects.toThrow(
    "keeps versions",
  );
});
