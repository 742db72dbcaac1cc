/**
 * The defects of the Python reference client, lance-dlf 0.2.0, each under its number in the list that was made by
 * running it. Every test shows that ours behaves; what a defect is stands in its name.
 */
import { spawnSync } from "node:child_process";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { holdKeys } from "../../src/catalog/identity/access-keys.ts";
import { createIdentity } from "../../src/catalog/identity/identity.ts";
import { createKeyKeeper } from "../../src/catalog/identity/key-keeper.ts";
import { toStorageOptions } from "../../src/catalog/operations/credentials.ts";
import { parseNamespaceName, parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { signRequest } from "../../src/catalog/protocol/sign.ts";
import { type Connection, connect, isError } from "../../src/index.ts";
import { findSecrets } from "../secrets.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { type FaultyGateway, startFaultyGateway } from "./faulty-gateway.ts";
import { createForeignTable } from "./foreign-table.ts";
import {
  connectScripted,
  missingReply,
  quickSettings,
  scriptedConfig,
  scriptedKeys,
  tableReply,
} from "./scripted-client.ts";
import { startScriptedServer } from "./scripted-server.ts";

let temporary: TemporaryLake;
let gateway: FaultyGateway;
let lake: Connection;
let client: CatalogClient;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  gateway = await startFaultyGateway(temporary.local.config.uri ?? "");
  const config = { ...temporary.local.config, uri: gateway.uri };
  lake = await connect(config);
  client = await CatalogClient.connect(parseConfig(config), { transport: quickSettings });
});

afterAll(async () => {
  await lake?.close();
  await client?.close();
  await gateway?.close();
  await temporary?.close();
});

const id = parseTableId("db.t");
const rowsOf = (table: string) => lake.read(table).toObjects();
const refusal = (code: string) => expect.objectContaining({ code });

describe("data loss", () => {
  test("defect 1: ExistOk with data keeps the existing table", async () => {
    await lake.createTable("default.d1", { id: [1n, 2n, 3n] });
    await lake.createTable("default.d1", { other: [99n] }, { mode: "ExistOk" });
    expect(await rowsOf("default.d1")).toEqual([{ id: 1n }, { id: 2n }, { id: 3n }]);
    expect((await lake.describe("default.d1")).version).toBe(1);
  });

  test("defect 2: a table of another type is not written into in any mode", async () => {
    await createForeignTable(temporary.local.config, "default", "d2", "table");
    for (const mode of ["Create", "ExistOk", "Overwrite"] as const) {
      await expect(lake.createTable("default.d2", { id: [1n] }, { mode })).rejects.toEqual(
        refusal("TableAlreadyExists"),
      );
    }
  });

  test("defect 3: a namespace with content is dropped with Cascade only", async () => {
    await lake.createNamespace("d3");
    await createForeignTable(temporary.local.config, "d3", "t", "table");
    await expect(lake.dropNamespace("d3")).rejects.toEqual(refusal("NamespaceNotEmpty"));
    expect(await lake.namespaceExists("d3")).toBe(true);
    await lake.dropNamespace("d3", { behavior: "Cascade" });
    expect(await lake.namespaceExists("d3")).toBe(false);
  });

  test("defect 4: ids with too many parts are refused, not cut", () => {
    expect(() => parseNamespaceName(["a", "b"] as never)).toThrow(refusal("InvalidInput"));
    expect(() => parseTableId(["p", "t", "zzz"] as never)).toThrow(refusal("InvalidInput"));
    expect(() => parseTableId("p.t.zzz")).toThrow(refusal("InvalidInput"));
  });

  test("defect 5: a failed write leaves no table behind", async () => {
    await expect(lake.createTable("default.d5", { id: [1n, "two"] })).rejects.toThrow();
    expect(await lake.tableExists("default.d5")).toBe(false);
    expect(await lake.createTable("default.d5", { id: [1n] })).toMatchObject({ rows: 1 });
  });

  test("defect 6: a failed notification is a warning, not a failed write", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    onTestFinished(() => warn.mockRestore());
    await lake.createTable("default.d6", { id: [1n] });
    const own = await connect({ ...temporary.local.config, uri: gateway.uri });
    gateway.fault(/POST .*\/tables\/d6$/, { status: 403, times: 1 });
    expect(await own.append("default.d6", { id: [2n] })).toMatchObject({ rows: 1, version: 2 });
    await own.close();
    gateway.reset();
    expect(warn).toHaveBeenCalledOnce();
    expect(await rowsOf("default.d6")).toEqual([{ id: 1n }, { id: 2n }]);
  });
});

describe("wrong results", () => {
  test("defect 7: listings have all pages, and take limits and tokens", async () => {
    await lake.createNamespace("d7");
    const names = Array.from({ length: 130 }, (_, index) => `t${String(index).padStart(3, "0")}`);
    for (const name of names) await client.declareTable(parseTableId(["d7", name]));
    expect(await lake.listTables("d7")).toEqual(names);
    const first = await lake.listTablesPage("d7", { limit: 50 });
    expect(first.tables).toEqual(names.slice(0, 50));
    const { pageToken } = { pageToken: first.nextPageToken };
    expect((await lake.listTablesPage("d7", { limit: 50, pageToken })).tables).toEqual(names.slice(50, 100));
    expect((await lake.listNamespacesPage({ limit: 1 })).namespaces).toHaveLength(1);
  });

  test("defect 8: modes are known in every spelling, Overwrite too", async () => {
    await lake.createNamespace("d8", { mode: "exist_ok" });
    await lake.createNamespace("d8", { mode: "overwrite", properties: { a: "1" } });
    expect(await lake.getNamespaceProperties("d8")).toEqual({ a: "1" });
    await lake.dropNamespace("d8", { mode: "skip" });
    await lake.dropNamespace("d8", { mode: "SKIP" as "skip" });
    await lake.createTable("default.d8", { a: [1n] });
    await lake.createTable("default.d8", { a: [2n] }, { mode: "overwrite" });
    expect(await rowsOf("default.d8")).toEqual([{ a: 2n }]);
  });

  test.each([
    [400, "InvalidInput"],
    [401, "Unauthenticated"],
    [403, "PermissionDenied"],
    [429, "Throttling"],
    [500, "Internal"],
    [503, "ServiceUnavailable"],
  ])("defect 9: status %i is one of our errors", async (status, code) => {
    const { client } = await connectScripted(() => ({ status }));
    const error = await client.listNamespaces().catch((reason: unknown) => reason);
    expect(isError(error, code as "Internal")).toBe(true);
    await expect(client.describeNamespace("")).rejects.toEqual(refusal("InvalidInput"));
  });

  test("defect 10: a 404 tells whether the namespace or the table is missing", async () => {
    await expect(lake.describe("missing.t")).rejects.toEqual(refusal("NamespaceNotFound"));
    await expect(lake.dropTable("missing.t")).rejects.toEqual(refusal("NamespaceNotFound"));
    await expect(lake.createTable("missing.t", { a: [1n] })).rejects.toEqual(refusal("NamespaceNotFound"));
    await expect(lake.describe("default.missing")).rejects.toEqual(refusal("TableNotFound"));
    const { client } = await connectScripted(({ path }) =>
      path.endsWith("/token") ? missingReply(null) : tableReply(),
    );
    await expect(client.vendCredentials(id)).rejects.toEqual(refusal("Unsupported"));
  });

  test("defect 11: a drop whose answer was lost has succeeded", async () => {
    const dropped = parseTableId("default.d11");
    await client.declareTable(dropped);
    gateway.fault(/DELETE .*\/d11$/, { afterWork: true, times: 1 });
    await client.dropTable(dropped);
    gateway.reset();
    expect(await client.tableExists(dropped)).toBe(false);
  });

  test("defect 12: a create whose answer was lost has succeeded", async () => {
    gateway.fault(/POST .*\/tables$/, { afterWork: true, times: 1 });
    await client.declareTable(parseTableId("default.d12"), { properties: { a: "1" } });
    gateway.fault(/POST .*\/databases$/, { afterWork: true, times: 1 });
    await client.createNamespace("d12");
    gateway.reset();
    expect((await client.listTables("default")).filter((name) => name === "d12")).toHaveLength(1);
  });

  test("defect 13: answers may lack fields", async () => {
    const server = await startScriptedServer(({ path }) => {
      if (path === "/v1/config") return { body: {} };
      if (path.endsWith("/databases")) return { body: { databases: null } };
      return path.endsWith("/tables")
        ? { body: { tables: ["a"] } }
        : { body: { path: "oss://b/t", schema: { options: { type: "lance-table" } } } };
    });
    onTestFinished(() => server.close());
    const bare = await CatalogClient.connect(parseConfig(scriptedConfig(server.uri)));
    onTestFinished(() => bare.close());
    expect(await bare.listNamespaces()).toEqual([]);
    expect(await bare.listTables("db")).toEqual(["a"]);
    expect(await bare.getTable(id)).toMatchObject({ location: "oss://b/t", isExternal: false });
  });

  test("defect 14: the service's defaults lie under the options, its overrides over them", async () => {
    const server = await startScriptedServer(({ path }) => {
      if (path === "/v1/config") {
        const defaults = { "header.x-a": "default", "dlf.oss-endpoint": "oss.default" };
        return { body: { defaults, overrides: { prefix: "forced" } } };
      }
      return path.endsWith("/token")
        ? {
            body: {
              token: {
                "fs.oss.accessKeyId": "a",
                "fs.oss.accessKeySecret": "b",
                "fs.oss.endpoint": "oss.token",
              },
            },
          }
        : { body: {} };
    });
    onTestFinished(() => server.close());
    const config = parseConfig({ ...scriptedConfig(server.uri), prefix: "own", "header.X-A": "own" });
    const merged = await CatalogClient.connect(config);
    onTestFinished(() => merged.close());
    expect((await merged.vendCredentials(id)).endpoint).toBe("oss.default");
    expect(server.requests.at(-1)).toMatchObject({
      path: "/v1/forced/databases/db/tables/t/token",
      headers: { "x-a": "own" },
    });
  });

  test("defect 15: the warehouse is encoded once, and the OSS endpoint is used without blanks", async () => {
    const server = await startScriptedServer(() => ({ body: {} }));
    onTestFinished(() => server.close());
    const config = parseConfig({
      ...scriptedConfig(server.uri),
      warehouse: "my wh",
      "dlf.oss-endpoint": " oss.example ",
    });
    await (await CatalogClient.connect(config)).close();
    expect(server.requests[0]?.query).toEqual({ warehouse: "my wh" });
    expect(config.ossEndpoint).toBe("oss.example");
  });

  test("defect 16: what is answered is what is stored, and existence is a yes or a no", async () => {
    const { client } = await connectScripted(({ method }) =>
      method === "POST" ? {} : { body: { name: "db", options: { stored: "yes" } } },
    );
    expect((await client.createNamespace("db", { properties: { asked: "no" } })).properties).toEqual({
      stored: "yes",
    });
    expect(await client.namespaceExists("db")).toBe(true);
    expect(await lake.tableExists("default.never")).toBe(false);
  });

  test("defect 17: options are kept to, and only what needs a token asks for one", async () => {
    const { location } = await lake.declareTable("default.d17a");
    const declared = await lake.declareTable("default.d17b", {
      location: `${location}-x`,
      properties: { a: "1" },
    });
    expect(declared).toMatchObject({ location: `${location}-x`, properties: { a: "1" }, isExternal: true });
    const { client, lines } = await connectScripted(({ path }) =>
      path.endsWith("/token") ? { status: 500 } : tableReply(),
    );
    expect((await client.getTable(id)).location).toBe("oss://bucket/t");
    expect(lines().some((line) => line.endsWith("/token"))).toBe(false);
  });

  test("defect 18: the root namespace exists, and an unknown one does not", async () => {
    expect(await lake.namespaceExists([])).toBe(true);
    expect(await lake.describeNamespace([])).toEqual({ name: "", properties: {} });
    expect(await lake.listTables([])).toEqual([]);
    await expect(lake.listTables("missing")).rejects.toEqual(refusal("NamespaceNotFound"));
  });

  test("defect 19: data without bytes make no table, nor do bytes that are no Arrow stream", async () => {
    await expect(lake.createTable("default.d19", new Uint8Array())).rejects.toEqual(refusal("InvalidInput"));
    await expect(lake.createTable("default.d19", new TextEncoder().encode("ARROW1"))).rejects.toThrow();
    expect(await lake.tableExists("default.d19")).toBe(false);
  });

  test.each(["a/b", "t/token", "..", ".", "", " outer ", "a\\b", "t$snapshots", "line\nbreak"])(
    "defect 20: the name %j is refused before it is sent",
    (name) => {
      expect(() => parseTableId(["db", name])).toThrow(refusal("InvalidInput"));
      expect(() => parseNamespaceName(name)).toThrow(refusal("InvalidInput"));
    },
  );
});

describe("transport and security", () => {
  test("defect 21: a service that never answers is given up", async () => {
    const { client } = await connectScripted(() => ({ delay: 30_000 }), { settings: { deadline: 300 } });
    const started = Date.now();
    await expect(client.listNamespaces()).rejects.toEqual(refusal("ServiceUnavailable"));
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  test("defect 22: every try is signed anew, with a nonce of its own", async () => {
    const { client, server } = await connectScripted(
      (_, count) => (count < 3 ? { status: 503 } : { body: {} }),
      {
        config: { "dlf.signing-algorithm": "openapi" },
      },
    );
    await client.listNamespaces();
    const nonces = server.requests.map(({ headers }) => headers["x-acs-signature-nonce"]);
    expect(new Set(nonces).size).toBe(4);
  });

  test.each([429, 503])("defect 23: POST is tried again on status %i", async (status) => {
    const { client, server } = await connectScripted((_, count) => (count === 1 ? { status } : {}));
    await client.alterNamespaceProperties("db", { set: { a: "1" } });
    expect(server.requests.filter(({ method }) => method === "POST")).toHaveLength(2);
  });

  test.each([{ status: 503 }, { lose: "whole answer" }] as const)(
    "defect 24: the metadata service is asked again after %j",
    async (fault) => {
      let asked = 0;
      const server = await startScriptedServer(({ method }) => {
        if (method === "PUT") return { status: 404 };
        asked += 1;
        return asked === 1 ? fault : { body: { AccessKeyId: "a", AccessKeySecret: "b", SecurityToken: "c" } };
      });
      onTestFinished(() => server.close());
      const identity = createIdentity({ kind: "ecs", name: "role", metadataUrl: `${server.uri}/roles/` });
      expect((await identity.get(undefined)).accessKeyId.reveal()).toBe("a");
    },
  );

  test("defect 25: renewals do not storm, a loader goes before keys, and unknown ones are refused", async () => {
    let loads = 0;
    const keeper = createKeyKeeper(async () => {
      loads += 1;
      return { keys: holdKeys("a", "b", undefined), expiresAt: Date.now() + 1_800_000 };
    });
    await Promise.all(Array.from({ length: 64 }, () => keeper.get(undefined)));
    expect(loads).toBe(1);
    const base = { ...scriptedConfig("https://h"), ...scriptedKeys };
    expect(parseConfig({ ...base, "dlf.token-loader": "ecs" }).authentication).toMatchObject({
      source: { kind: "ecs" },
    });
    expect(parseConfig({ ...base, "dlf.token-path": "/t" }).authentication).toMatchObject({
      source: { kind: "file" },
    });
    expect(() => parseConfig({ ...base, "dlf.token-loader": "odd" })).toThrow(/expected one of ecs/);
  });

  test("defect 26: a table's token is asked for once", async () => {
    const token = {
      "fs.oss.accessKeyId": "a",
      "fs.oss.accessKeySecret": "b",
      "fs.oss.endpoint": "oss.example",
    };
    const { client, lines } = await connectScripted(() => ({
      body: { token, expiresAtMillis: Date.now() + 3_600_000 },
    }));
    await Promise.all(Array.from({ length: 64 }, () => client.vendCredentials(id)));
    await client.vendCredentials(id);
    expect(lines()).toEqual(["GET /v1/p/databases/db/tables/t/token"]);
  });

  test("defect 27: the namespace's id tells callers apart", async () => {
    const one = await connectScripted(() => ({}), { config: { "dlf.access-key-id": "LTAI5tAAAAAAAAAAAA" } });
    const two = await connectScripted(() => ({}), { config: { "dlf.access-key-id": "LTAI5tBBBBBBBBBBBB" } });
    const [first, second] = [one, two].map(({ client }) => client.namespaceId().split(" as ")[1]);
    expect(first).not.toBe(second);
  });

  test("defect 28: https by default, redirects refused, unreadable error bodies not quoted", async () => {
    expect(parseConfig({ ...scriptedConfig("dlf.example.com") }).uri).toBe("https://dlf.example.com");
    expect(() => parseConfig(scriptedConfig("http://dlf.example.com"))).toThrow(/plain http/);
    const said = `<html>${scriptedKeys["dlf.access-key-secret"]} inner words</html>`;
    const { client } = await connectScripted((_, count) =>
      count === 1
        ? { status: 302, headers: { location: "http://127.0.0.1:9/" } }
        : { status: 500, body: said },
    );
    await expect(client.listNamespaces()).rejects.toThrow(/redirects/);
    const error = (await client.listNamespaces().catch((reason: unknown) => reason)) as Error;
    expect(error.message).not.toContain("inner words");
    expect(findSecrets(`${error.message} ${error.stack}`, Object.values(scriptedKeys))).toEqual([]);
  });

  test("defect 29: an unknown host has no region, an explicit signer is honoured, an unknown one refused", () => {
    const { "dlf.region": _region, ...base } = scriptedConfig("https://my-proxy:8080");
    expect(() => parseConfig(base)).toThrow(/dlf\.region: missing/);
    const forced = {
      ...scriptedConfig("https://dlfnext.cn-hangzhou.aliyuncs.com"),
      "dlf.signing-algorithm": "default",
    };
    expect(parseConfig(forced).authentication).toMatchObject({ scheme: { algorithm: "default" } });
    expect(() => parseConfig({ ...forced, "dlf.signing-algorithm": "v9" })).toThrow(/dlf\.signing-algorithm/);
  });

  test("defect 30: the Date header does not follow the locale", () => {
    const source = `
      import { signRequest } from ${JSON.stringify(new URL("../../src/catalog/protocol/sign.ts", import.meta.url).href)};
      import { Secret } from ${JSON.stringify(new URL("../../src/secret.ts", import.meta.url).href)};
      const signer = { algorithm: "openapi", accessKeyId: new Secret("a"), accessKeySecret: new Secret("b") };
      const request = { method: "GET", path: "/", query: {}, body: "", host: "h" };
      console.log(signRequest(request, signer, new Date("2026-01-18T08:09:10Z"), "n").Date);
    `;
    const env = { ...process.env, LC_ALL: "de_DE.UTF-8", LANG: "de_DE.UTF-8", TZ: "Asia/Shanghai" };
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", source], {
      env,
      encoding: "utf8",
    });
    expect(stdout.trim()).toBe("Sun, 18 Jan 2026 08:09:10 GMT");
  });

  test("defect 31: requests with a body and those without are signed by one path, which works for all methods", () => {
    const signer = { algorithm: "openapi", ...holdKeys("a", "b", undefined) } as const;
    for (const method of ["GET", "POST", "DELETE"]) {
      for (const body of ["", '{"a":1}']) {
        const request = { method, path: "/v1/p/databases/d", query: {}, body, host: "h" };
        const headers = signRequest(request, signer, new Date(0), "n");
        expect(headers.Authorization).toMatch(/^acs a:/);
        expect("Content-MD5" in headers).toBe(body !== "");
      }
    }
  });
});

describe("missing", () => {
  test("defect 32: every commit of ours is told, and others' can be", async () => {
    const uuidOf = async () => (await lake.getTableProperties("default.d32"))["dlf.lance.commit-uuid"];
    const own = await connect(temporary.local.config);
    await own.createTable("default.d32", { id: [1n] });
    await own.close();
    const first = await uuidOf();
    const appender = await connect(temporary.local.config);
    await appender.append("default.d32", { id: [2n] });
    await appender.close();
    const second = await uuidOf();
    await lake.notifyCommit("default.d32");
    expect(new Set([first, second, await uuidOf(), undefined]).size).toBe(4);
  });

  test("defect 33: a table's columns are in the catalog", async () => {
    await lake.createTable("default.d33", [{ id: 1n, name: "x", score: 1.5 }]);
    const table = await client.getTable(parseTableId("default.d33"));
    expect(table.fields).toEqual([
      { id: 0, name: "id", type: "BIGINT" },
      { id: 1, name: "name", type: "STRING" },
      { id: 2, name: "score", type: "DOUBLE" },
    ]);
  });

  test("defect 34: register, deregister, rename, list all, details in one request, and the OSS region", async () => {
    const { location } = await lake.declareTable("default.d34");
    await lake.registerTable("default.d34r", { location: `${location}-r` });
    await lake.renameTable("default.d34r", "default.d34n");
    expect(await lake.listAllTables({ pattern: "d34%" })).toEqual(["default.d34", "default.d34n"]);
    await lake.deregisterTable("default.d34n");
    gateway.reset();
    expect((await client.listTableDetails("default", { pattern: "d34" }))[0]?.location).toBe(location);
    expect(gateway.seen).toHaveLength(1);
    const token = {
      "fs.oss.accessKeyId": "a",
      "fs.oss.accessKeySecret": "b",
      "fs.oss.endpoint": "e.example",
      "fs.oss.region": "cn-x",
    };
    const scripted = await connectScripted(() => ({ body: { token } }));
    expect(toStorageOptions(await scripted.client.vendCredentials(id)).oss_region).toBe("cn-x");
  });

  test("defect 35: the catalog alone loads neither Lance nor Arrow, can be cancelled, iterated and closed", async () => {
    const folder = new URL("../../src/catalog/", import.meta.url);
    const script = join(temporary.data, "catalog-only.mjs");
    await writeFile(
      script,
      `import { registerHooks } from "node:module";
       const loaded = [];
       registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
       for (const file of ${JSON.stringify((await readdir(folder, { recursive: true })).filter((file) => file.endsWith(".ts")))}) await import(new URL(file, ${JSON.stringify(folder.href)}).href);
       console.log(loaded.filter((url) => /lancedb|apache-arrow/.test(url)).length, loaded.length > 20);`,
    );
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--disable-warning=ExperimentalWarning", script],
      { encoding: "utf8" },
    );
    expect(`${stdout.trim()}${stderr}`).toBe("0 true");
    const own = await CatalogClient.connect(parseConfig(temporary.local.config));
    await expect(own.listTables("default", { signal: AbortSignal.abort() })).rejects.toEqual(
      refusal("Interrupted"),
    );
    const names: string[] = [];
    for await (const name of own.iterateTables("default")) names.push(name);
    expect(names).toEqual(await own.listTables("default"));
    await own.close();
  });
});
