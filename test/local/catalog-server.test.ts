import { access } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CatalogAnswer, type CatalogCall, callCatalog, lanceTable } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let lake: TestLake;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

function call(request: CatalogCall): Promise<CatalogAnswer> {
  return callCatalog(lake.config, request);
}

async function get(
  path: string,
  query: Readonly<Record<string, string>> = {},
): Promise<Record<string, unknown>> {
  const { status, json } = await call({ path: `/v1/lake${path}`, query });
  expect([path, status]).toEqual([path, 200]);
  return json ?? {};
}

async function write(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await call({ method, path: `/v1/lake${path}`, body });
  expect([path, answer.status, answer.text]).toEqual([path, 200, ""]);
}

async function makeDatabase(name: string): Promise<void> {
  await write("POST", "/databases", { name, options: {} });
}

function makeTable(
  database: string,
  name: string,
  options: Readonly<Record<string, string>> = {},
): Promise<void> {
  return write("POST", `/databases/${database}/tables`, lanceTable(database, name, options));
}

async function locationOf(database: string, name: string): Promise<string> {
  return String((await get(`/databases/${database}/tables/${name}`)).path);
}

function fileOf(location: string): string {
  return join(lake.folder, "buckets", location.slice("oss://".length));
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Writes an object at a location with the token of a table, and tells the status. */
async function writeWithToken(path: string, location: string): Promise<number> {
  const token = (await get(`${path}/token`)).token as Record<string, string>;
  const keys = {
    accessKeyId: token["fs.oss.accessKeyId"] ?? "",
    accessKeySecret: token["fs.oss.accessKeySecret"] ?? "",
    securityToken: token["fs.oss.securityToken"] ?? "",
  };
  const target = `/${location.slice("oss://".length)}/data/x`;
  return (await callOss(token["fs.oss.endpoint"] ?? "", keys, { method: "PUT", target, body: "x" })).status;
}

describe("signatures", () => {
  const path = "/v1/config";
  const query = { warehouse: "lake" };

  test.each(["default", "openapi"] as const)("%s is accepted, with and without a body", async (algorithm) => {
    const config = await call({ path, query, algorithm });
    const defaults = {
      prefix: "lake",
      "dlf.oss-endpoint": expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    };
    expect(config.json).toEqual({ defaults, overrides: {} });
    const body = { name: `signed_${algorithm}`, options: {} };
    expect((await call({ method: "POST", path: "/v1/lake/databases", body, algorithm })).status).toBe(200);
  });

  test.each([
    ["no signature", { tamper: (headers) => delete headers.Authorization }],
    [
      "another kind of signature",
      { tamper: (headers) => Object.assign(headers, { Authorization: "Bearer x" }) },
    ],
    ["a wrong secret", { secret: "wrong" }],
    ["a wrong secret, openapi", { secret: "wrong", algorithm: "openapi" }],
    ["another region", { region: "cn-hangzhou" }],
    ["an old date", { time: new Date(Date.now() - 16 * 60_000) }],
    ["a date to come, openapi", { time: new Date(Date.now() + 16 * 60_000), algorithm: "openapi" }],
    ["another version", { tamper: (headers) => Object.assign(headers, { "x-dlf-version": "v2" }) }],
    [
      "a token that is none",
      { tamper: (headers) => Object.assign(headers, { "x-dlf-security-token": "t" }) },
    ],
    ["no nonce", { algorithm: "openapi", tamper: (headers) => delete headers["x-acs-signature-nonce"] }],
  ] as [string, Partial<CatalogCall>][])("%s is refused with a reason", async (_name, change) => {
    const answer = await call({ path, query, ...change });
    expect(answer.status).toBe(401);
    expect(answer.json).toMatchObject({ code: 401, resourceType: null, resourceName: null });
    expect(String(answer.json?.message)).toMatch(/^The request is refused: .{10,}/);
    expect(answer.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(answer.text).not.toContain(lake.keys.accessKeySecret);
  });

  test("a body other than the signed one is refused", async () => {
    const body = { name: "tampered", options: {} };
    const tamper = (headers: Record<string, string>) => Object.assign(headers, { "Content-MD5": "AAAA" });
    expect((await call({ method: "POST", path: "/v1/lake/databases", body, tamper })).status).toBe(401);
    expect(await get("/databases")).not.toMatchObject({ databases: expect.arrayContaining(["tampered"]) });
  });

  test("a nonce is good for one request", async () => {
    const request = { path, query, algorithm: "openapi", nonce: "a-nonce" } as const;
    expect((await call(request)).status).toBe(200);
    const again = await call(request);
    expect([again.status, again.json?.message]).toEqual([
      401,
      expect.stringContaining("nonce was used already"),
    ]);
  });
});

test("another warehouse, path or method is answered as such", async () => {
  expect((await call({ path: "/v1/config", query: { warehouse: "other" } })).status).toBe(404);
  expect((await call({ path: "/v1/config" })).status).toBe(404);
  expect((await call({ path: "/v1/other/databases" })).status).toBe(404);
  expect((await call({ path: "/v1/lake/nothing" })).status).toBe(404);
  expect((await call({ path: "/v1/lake/%zz" })).status).toBe(400);
  expect((await call({ method: "DELETE", path: "/v1/lake/databases" })).status).toBe(405);
});

test("a fresh lake has the database default, and a dropped one does not come back", async () => {
  const folder = await temporaryFolder();
  const first = await openTestLake(folder);
  const path = "/v1/lake/databases";
  expect((await callCatalog(first.config, { path })).json).toEqual({
    databases: ["default"],
    nextPageToken: null,
  });
  await callCatalog(first.config, { method: "DELETE", path: `${path}/default` });
  await first.close();
  const second = await openTestLake(folder);
  expect((await callCatalog(second.config, { path })).json).toEqual({ databases: [], nextPageToken: null });
  await second.close();
  await removeFolder(folder);
});

test("errors name the resource", async () => {
  await makeDatabase("errors");
  await makeTable("errors", "t");
  const cases: [string, string, unknown, number, string | null, string | null][] = [
    ["GET", "/databases/absent", undefined, 404, "DATABASE", "absent"],
    ["DELETE", "/databases/absent", undefined, 404, "DATABASE", "absent"],
    ["POST", "/databases", { name: "errors", options: {} }, 409, "DATABASE", "errors"],
    ["GET", "/databases/absent/tables", undefined, 404, "DATABASE", "absent"],
    ["GET", "/databases/absent/tables/t", undefined, 404, "DATABASE", "absent"],
    ["GET", "/databases/errors/tables/absent", undefined, 404, "TABLE", "absent"],
    ["GET", "/databases/errors/tables/absent/token", undefined, 404, "TABLE", "absent"],
    ["DELETE", "/databases/errors/tables/absent", undefined, 404, "TABLE", "absent"],
    ["POST", "/databases/errors/tables", lanceTable("errors", "t"), 409, "TABLE", "t"],
    ["POST", "/databases/absent/tables", lanceTable("absent", "t"), 404, "DATABASE", "absent"],
    ["POST", "/databases/errors/tables", lanceTable("other", "t"), 400, null, null],
    ["POST", "/databases/errors/tables", lanceTable("errors", "t$x"), 400, null, null],
    ["POST", "/databases/errors/tables", { identifier: "t" }, 400, null, null],
    ["POST", "/databases", { name: "", options: {} }, 400, null, null],
    ["POST", "/databases", "text", 400, null, null],
    ["POST", "/databases/errors/tables/t", { changes: [{ action: "addColumn" }] }, 501, null, null],
    [
      "POST",
      "/databases/errors/tables/t",
      { changes: [{ action: "setOption", key: "path", value: "x" }] },
      400,
      null,
      null,
    ],
  ];
  for (const [method, path, body, status, resourceType, resourceName] of cases) {
    const answer = await call({ method, path: `/v1/lake${path}`, body });
    expect([method, path, answer.status, answer.json]).toEqual([
      method,
      path,
      status,
      { message: expect.any(String), resourceType, resourceName, code: status },
    ]);
  }
});

test("a table's life: create, alter, rename, drop with its data", async () => {
  await makeDatabase("life");
  await makeTable("life", "t", { k: "v" });
  const table = await get("/databases/life/tables/t");
  expect(table).toMatchObject({ database: "life", name: "t", isExternal: false, schemaId: 0 });
  expect(table.schema).toMatchObject({ fields: [], options: { type: "lance-table", k: "v" } });
  const location = String(table.path);
  expect(location).toMatch(/^oss:\/\/lake\/lake\/life\.db\/t-[0-9a-f]{16}$/);

  const changes = [
    { action: "setOption", key: "dlf.lance.commit-uuid", value: "one" },
    { action: "removeOption", key: "k" },
  ];
  await write("POST", "/databases/life/tables/t", { changes });
  const altered = await get("/databases/life/tables/t");
  expect(altered).toMatchObject({ schemaId: 1, path: location, id: table.id });
  expect((altered.schema as { options: unknown }).options).toEqual({
    type: "lance-table",
    "dlf.lance.commit-uuid": "one",
  });

  expect(await writeWithToken("/databases/life/tables/t", location)).toBe(200);
  await makeDatabase("afterlife");
  await write("POST", "/tables/rename", {
    source: { database: "life", object: "t" },
    destination: { database: "afterlife", object: "renamed" },
  });
  expect(await locationOf("afterlife", "renamed")).toBe(location);
  expect((await call({ path: "/v1/lake/databases/life/tables/t" })).status).toBe(404);
  expect(await exists(fileOf(location))).toBe(true);
  await write("DELETE", "/databases/afterlife/tables/renamed");
  expect(await exists(fileOf(location))).toBe(false);
});

test("an external table lies where it was put, and its data outlive it", async () => {
  await makeDatabase("external");
  const location = "oss://lake/elsewhere/data.lance";
  await makeTable("external", "t", { path: location });
  const table = await get("/databases/external/tables/t");
  expect(table).toMatchObject({ isExternal: true, path: location });
  expect((table.schema as { options: unknown }).options).toEqual({ type: "lance-table" });
  expect(await writeWithToken("/databases/external/tables/t", location)).toBe(200);
  await write("DELETE", "/databases/external/tables/t");
  expect(await exists(join(fileOf(location), "data/x"))).toBe(true);
  await makeTable("external", "file", { path: "file:///some/where" });
  expect((await get("/databases/external/tables/file/token")).token).toEqual({});
});

test("a token opens its own table only, and for its time", async () => {
  await makeDatabase("tokens");
  await makeTable("tokens", "a");
  await makeTable("tokens", "b");
  const token = await get("/databases/tokens/tables/a/token");
  const life = Number(token.expiresAtMillis) - Date.now();
  expect(life).toBeGreaterThan(3_590_000);
  expect(life).toBeLessThanOrEqual(3_600_000);
  expect(await writeWithToken("/databases/tokens/tables/a", await locationOf("tokens", "b"))).toBe(403);
  expect(await writeWithToken("/databases/tokens/tables/a", await locationOf("tokens", "a"))).toBe(200);
});

test("dropping a database drops its tables, with the data of the managed ones", async () => {
  await makeDatabase("doomed");
  await makeTable("doomed", "managed");
  await makeTable("doomed", "external", { path: "oss://lake/kept/t" });
  const location = await locationOf("doomed", "managed");
  expect(await writeWithToken("/databases/doomed/tables/managed", location)).toBe(200);
  expect(await writeWithToken("/databases/doomed/tables/external", "oss://lake/kept/t")).toBe(200);
  await write("DELETE", "/databases/doomed");
  expect(await exists(fileOf(location))).toBe(false);
  expect(await exists(fileOf("oss://lake/kept/t/data/x"))).toBe(true);
  await makeDatabase("doomed");
  expect((await get("/databases/doomed/tables")).tables).toEqual([]);
});

describe("listings", () => {
  const names = Array.from({ length: 230 }, (_, index) => `t${String(index).padStart(3, "0")}`);

  beforeAll(async () => {
    await makeDatabase("many");
    for (const name of names) await makeTable("many", name);
    await makeTable("many", "a_plain", { type: "table" });
    await makeTable("many", "object", { type: "object-table" });
  });

  async function pages(
    path: string,
    key: string,
    query: Readonly<Record<string, string>>,
  ): Promise<unknown[][]> {
    const found: unknown[][] = [];
    let token: unknown = "";
    do {
      const page: Record<string, unknown> = await get(path, {
        ...query,
        ...(token === "" ? {} : { pageToken: String(token) }),
      });
      found.push(page[key] as unknown[]);
      token = page.nextPageToken;
    } while (typeof token === "string");
    return found;
  }

  test("pages are capped at 100 and follow each other", async () => {
    const query = { tableType: "lance-table" };
    for (const maxResults of ["", "1000", "0", "-1"]) {
      const found = await pages("/databases/many/tables", "tables", { ...query, maxResults });
      expect(found.map(({ length }) => length)).toEqual([100, 100, 30]);
      expect(found.flat()).toEqual(names);
    }
    const details = await pages("/databases/many/table-details", "tableDetails", query);
    expect(details.flat().map((table) => (table as { name: string }).name)).toEqual(names);
  });

  test("a full last page is followed by an empty one", async () => {
    const query = { tableType: "lance-table", maxResults: "23" };
    const found = await pages("/databases/many/tables", "tables", query);
    expect(found.map(({ length }) => length)).toEqual([...Array(10).fill(23), 0]);
  });

  test("types and patterns", async () => {
    const list = async (query: Readonly<Record<string, string>>) =>
      (await get("/databases/many/tables", query)).tables;
    expect(await list({ tableType: "table" })).toEqual(["a_plain"]);
    expect(await list({ tableType: "object-table" })).toEqual(["object"]);
    expect(await list({ tableType: "iceberg-table" })).toEqual([]);
    expect(await list({ tableNamePattern: "t00%" })).toEqual(names.slice(0, 10));
    expect(await list({ tableNamePattern: "t007" })).toEqual(["t007"]);
    expect(await list({ tableNamePattern: "a\\_pl%" })).toEqual(["a_plain"]);
    for (const tableNamePattern of ["%x", "t%0", "t\\"]) {
      const answer = await call({ path: "/v1/lake/databases/many/tables", query: { tableNamePattern } });
      expect([tableNamePattern, answer.status]).toEqual([tableNamePattern, 400]);
    }
    const answer = await call({ path: "/v1/lake/databases/many/tables", query: { maxResults: "ten" } });
    expect(answer.status).toBe(400);
  });

  test("the tables of all databases", async () => {
    await makeDatabase("many2");
    await makeTable("many2", "t000");
    const query = { databaseNamePattern: "many%", tableNamePattern: "t%" };
    const found = (await pages("/tables", "tables", query)).flat() as { database: string; object: string }[];
    expect(found.map(({ database, object }) => `${database}.${object}`)).toEqual([
      ...names.map((name) => `many.${name}`),
      "many2.t000",
    ]);
  });

  test("databases by pattern", async () => {
    expect((await get("/databases", { databaseNamePattern: "many%" })).databases).toEqual(["many", "many2"]);
  });
});

test("names of any script have plain locations of their own", async () => {
  for (const name of ["表 一", "表 二", "a b", "a_b", "x'y\"z", "100%", "é"]) {
    const segment = encodeURIComponent(name).replace("'", "%27");
    await makeTable("default", name);
    const location = await locationOf("default", segment);
    expect(location).toMatch(/^oss:\/\/lake\/lake\/default\.db\/[\w-]+$/);
    expect(await writeWithToken(`/databases/default/tables/${segment}`, location)).toBe(200);
  }
});
