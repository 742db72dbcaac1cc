/** What a connection does with its catalog, on the embedded DLF + OSS with real data. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { type Connection, connect } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

const rowsOf = (table: string) => lake.read(table).toObjects();

test("both forms of a configuration connect", async () => {
  const { config } = temporary.local;
  const other = await connect({
    endpoint: config.uri ?? "",
    warehouse: config.warehouse ?? "",
    region: config["dlf.region"],
    credentials: {
      accessKeyId: config["dlf.access-key-id"] ?? "",
      accessKeySecret: config["dlf.access-key-secret"] ?? "",
    },
  });
  expect(other.namespaceId()).toBe(lake.namespaceId());
  await other.close();
});

test("ExistOk keeps a table that exists", async () => {
  await lake.createTable("default.kept", { id: [1n, 2n] }, { properties: { a: "1" } });
  const kept = await lake.createTable("default.kept", { other: [99n] }, { mode: "exist_ok" });
  expect(kept).toMatchObject({ rows: 0, versionBefore: 1, version: 1 });
  expect(await rowsOf("default.kept")).toEqual([{ id: 1n }, { id: 2n }]);
  expect(await lake.createTable("default.made", { id: [1n] }, { mode: "ExistOk" })).toMatchObject({
    rows: 1,
  });
});

test("Overwrite puts data, schema and properties in the place of others, in one commit", async () => {
  await lake.createTable("default.replaced", { id: [1n, 2n] }, { properties: { a: "1", b: "1" } });
  const { location } = await lake.describe("default.replaced");
  const options = { mode: "Overwrite", properties: { b: "2" } } as const;
  const replaced = await lake.createTable("default.replaced", { name: ["x"] }, options);
  expect(replaced).toMatchObject({ rows: 1, versionBefore: 1, version: 2 });
  expect(await rowsOf("default.replaced")).toEqual([{ name: "x" }]);
  const described = await lake.describe("default.replaced");
  expect(described.location).toBe(location);
  expect(described.properties).toMatchObject({ b: "2" });
  expect(described.properties).not.toHaveProperty("a");
});

test("Overwrite of data that cannot be a table leaves the table as it is", async () => {
  await lake.createTable("default.safe", { id: [1n] });
  const bad = { id: [1n, "two"] };
  await expect(lake.createTable("default.safe", bad, { mode: "Overwrite" })).rejects.toThrow();
  expect(await rowsOf("default.safe")).toEqual([{ id: 1n }]);
});

test("Overwrite gives data to a table that is only declared", async () => {
  await lake.declareTable("default.declared", { properties: { a: "1" } });
  await lake.createTable("default.declared", { id: [1n] }, { mode: "overwrite" });
  expect(await rowsOf("default.declared")).toEqual([{ id: 1n }]);
});

test("a table is created where it is told to, unless data lie there", async () => {
  const { location } = await lake.declareTable("default.place");
  await lake.createTable("default.elsewhere", { id: [1n] }, { location: `${location}-x` });
  expect((await lake.describe("default.elsewhere")).location).toBe(`${location}-x`);
  await expect(
    lake.createTable("default.thief", { id: [9n] }, { location: `${location}-x` }),
  ).rejects.toMatchObject({ code: "TableAlreadyExists", message: expect.stringContaining("registerTable") });
  expect(await lake.tableExists("default.thief")).toBe(false);
  expect(await rowsOf("default.elsewhere")).toEqual([{ id: 1n }]);
});

test("a table is forgotten with its data left, and registered again", async () => {
  const { location } = await lake.declareTable("default.anchor");
  await lake.createTable("default.walking", { id: [1n, 2n] }, { location: `${location}-walking` });
  const forgotten = await lake.deregisterTable("default.walking");
  expect(await lake.tableExists("default.walking")).toBe(false);
  await lake.registerTable("default.back", { location: forgotten.location });
  expect(await rowsOf("default.back")).toEqual([{ id: 1n }, { id: 2n }]);
  await lake.dropTable("default.back");
  await lake.registerTable("default.back", { location: forgotten.location });
  expect(await rowsOf("default.back")).toEqual([{ id: 1n }, { id: 2n }]);
});

test("a renamed table is read and appended to by its new name", async () => {
  await lake.createNamespace("renamed");
  await lake.createTable("default.before", { id: [1n] });
  await rowsOf("default.before");
  await lake.renameTable("default.before", "renamed.after");
  await lake.append("renamed.after", { id: [2n] });
  expect(await rowsOf("renamed.after")).toEqual([{ id: 1n }, { id: 2n }]);
  await expect(rowsOf("default.before")).rejects.toMatchObject({ code: "TableNotFound" });
});

test("64 describes at once ask for one token of each table", async () => {
  await lake.createTable("default.busy_1", { id: [1n] });
  await lake.createTable("default.busy_2", { id: [1n] });
  const tokens: string[] = [];
  const { uri = "" } = temporary.local.config;
  const gateway = createServer((request, response) => {
    if (request.url?.endsWith("/token")) tokens.push(request.url);
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", async () => {
      const { host: _host, connection: _connection, ...headers } = request.headers;
      const body = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) };
      const answer = await fetch(`${uri}${request.url}`, {
        method: request.method ?? "GET",
        headers: headers as Record<string, string>,
        ...body,
      });
      response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
    });
  });
  await new Promise<void>((listening) => gateway.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void gateway.close());
  const through = await connect({
    ...temporary.local.config,
    uri: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`,
  });
  const tables = Array.from({ length: 64 }, (_, index) => `default.busy_${(index % 2) + 1}`);
  const described = await Promise.all(tables.map((table) => through.describe(table)));
  expect(described.every(({ rows }) => rows === 1)).toBe(true);
  await through.close();
  expect(tokens).toHaveLength(2);
});

test("neither the catalog nor the native library goes through a proxy to this machine", async () => {
  const script = `
    import { connect } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    const lake = await connect();
    await lake.createTable("default.t", [{ a: 1 }]);
    console.log((await lake.read("default.t").toObjects()).length);
    await lake.close();
  `;
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-proxied-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const dead = "http://127.0.0.1:9";
  const env = {
    ...process.env,
    DLF_LANCE_DATA: folder,
    http_proxy: dead,
    https_proxy: dead,
    HTTP_PROXY: dead,
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script],
    { env, timeout: 50_000 },
  );
  expect(stdout.trim()).toBe("1");
});
