import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isError } from "../../src/errors.ts";
import { grantAccess } from "../../src/local/grant-access.ts";
import type { AccessGrants } from "../../src/local/identity/access-grants.ts";
import { type CatalogCall, callCatalog, lanceTable } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

const tables = "/v1/lake/databases/sales/tables";

let lake: TestLake;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
  for (const name of ["sales", "hidden"]) {
    const body = { name, options: {} };
    await callCatalog(lake.config, { method: "POST", path: "/v1/lake/databases", body });
  }
  for (const [database, name] of [
    ["sales", "orders"],
    ["sales", "returns"],
    ["sales", "salaries"],
    ["hidden", "t"],
  ] as const) {
    const path = `/v1/lake/databases/${database}/tables`;
    await callCatalog(lake.config, { method: "POST", path, body: lanceTable(database, name) });
  }
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

/** Calls as somebody with these grants. */
async function as(name: string, grants: AccessGrants) {
  const config = { ...lake.config, ...(await grantAccess(lake.folder, name, grants)) };
  const outcome = async (request: CatalogCall) => {
    const { status, json } = await callCatalog(config, request);
    return status === 403 ? `403 ${json?.resourceType} ${json?.resourceName}` : String(status);
  };
  const get = async (path: string) => (await callCatalog(config, { path })).json;
  /** How the object store answers a read and a write with the token of a table. */
  const useToken = async (table: string) => {
    const { path } = (await get(`${tables}/${table}`)) as { path: string };
    const { token } = (await get(`${tables}/${table}/token`)) as { token: Record<string, string> };
    const keys = {
      accessKeyId: token["fs.oss.accessKeyId"] ?? "",
      accessKeySecret: token["fs.oss.accessKeySecret"] ?? "",
      securityToken: token["fs.oss.securityToken"] ?? "",
    };
    const target = `/${path.slice("oss://".length)}/data`;
    const call = (request: object) => callOss(lake.oss.endpoint, keys, { target, ...request });
    return [(await call({ method: "PUT", body: "x" })).status, (await call({})).status];
  };
  return { outcome, get, useToken };
}

test("an identity sees what it may read, and reads it with a token that cannot write", async () => {
  const owner = await as("editor", { write: ["*"] });
  expect(await owner.useToken("orders")).toEqual([200, 200]);

  const { outcome, get, useToken } = await as("analyst", {
    read: ["sales.orders"],
    write: ["sales.returns"],
  });
  expect(await get("/v1/lake/databases")).toMatchObject({ databases: ["sales"] });
  expect(await get(tables)).toMatchObject({ tables: ["orders", "returns"] });
  expect(await get("/v1/lake/databases/sales/table-details")).toMatchObject({
    tableDetails: [{ name: "orders" }, { name: "returns" }],
  });
  expect(await get("/v1/lake/tables")).toMatchObject({
    tables: [
      { database: "sales", object: "orders" },
      { database: "sales", object: "returns" },
    ],
  });
  expect(await useToken("orders")).toEqual([403, 200]);
  expect(await useToken("returns")).toEqual([200, 200]);
  for (const path of [`${tables}/salaries`, `${tables}/salaries/token`]) {
    expect(await outcome({ path })).toBe("403 TABLE salaries");
  }
  expect(await outcome({ path: "/v1/lake/databases/hidden" })).toBe("403 DATABASE hidden");
  expect(await outcome({ path: "/v1/lake/databases/hidden/tables" })).toBe("403 DATABASE hidden");
});

test.each<[string, CatalogCall, string]>([
  ["drop a table", { method: "DELETE", path: `${tables}/orders` }, "403 TABLE orders"],
  [
    "alter a table",
    {
      method: "POST",
      path: `${tables}/orders`,
      body: { changes: [{ action: "setOption", key: "a", value: "b" }] },
    },
    "403 TABLE orders",
  ],
  ["create a table", { method: "POST", path: tables, body: lanceTable("sales", "new") }, "403 TABLE new"],
  [
    "rename over a table",
    {
      method: "POST",
      path: "/v1/lake/tables/rename",
      body: {
        source: { database: "sales", object: "returns" },
        destination: { database: "sales", object: "new" },
      },
    },
    "403 TABLE new",
  ],
  ["drop a database", { method: "DELETE", path: "/v1/lake/databases/sales" }, "403 DATABASE sales"],
  [
    "create a database",
    { method: "POST", path: "/v1/lake/databases", body: { name: "mine", options: {} } },
    "403 DATABASE mine",
  ],
  [
    "alter a database",
    { method: "POST", path: "/v1/lake/databases/sales", body: { removals: [], updates: { a: "b" } } },
    "403 DATABASE sales",
  ],
])("without write access nobody can %s", async (_what, request, expected) => {
  const { outcome } = await as("analyst", { read: ["sales.orders"], write: ["sales.returns"] });
  expect(await outcome(request)).toBe(expected);
});

test("the writer of a database makes tables in it, but not at a place of another table", async () => {
  const { outcome, get } = await as("maker", { write: ["sales.*"] });
  expect(await outcome({ method: "POST", path: tables, body: lanceTable("sales", "made") })).toBe("200");
  const { path } = (await get(`${tables}/made`)) as { path: string };
  expect(path).toMatch(/^oss:\/\/lake\//);
  const elsewhere = lanceTable("sales", "stolen", { path: "oss://lake/lake/hidden.db" });
  expect(await outcome({ method: "POST", path: tables, body: elsewhere })).toMatch(/^403 /);
  expect(await outcome({ method: "DELETE", path: `${tables}/made` })).toBe("200");
});

test("a new grant replaces the last at once, and the keys stay", async () => {
  const before = await grantAccess(lake.folder, "moving", { read: ["*"] });
  expect(await (await as("moving", { read: ["*"] })).outcome({ path: `${tables}/orders` })).toBe("200");
  expect(await (await as("moving", {})).outcome({ path: `${tables}/orders` })).toBe("403 TABLE orders");
  expect(await grantAccess(lake.folder, "moving", {})).toEqual(before);
  expect((await stat(join(lake.folder, "identities.sqlite"))).mode & 0o777).toBe(0o600);
});

test.each<[string, string, AccessGrants]>([
  ["a name", "no/name", {}],
  ["a pattern", "x", { read: ["sales"] }],
  ["a pattern with a star inside", "x", { write: ["sales.o*"] }],
])("%s that cannot be understood is refused", async (_what, name, grants) => {
  const error = await grantAccess(lake.folder, name, grants).catch((reason: unknown) => reason);
  expect(isError(error, "InvalidInput")).toBe(true);
});
