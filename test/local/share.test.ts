import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LocalLake, startLocalLake } from "../../src/local/start.ts";
import { callCatalog, lanceTable } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { killChildren, serveChild } from "./serve-child.ts";
import { ownerKeys, removeFolder, temporaryFolder } from "./test-lake.ts";

let folder: string;
let open: LocalLake[];

beforeEach(async () => {
  folder = await temporaryFolder();
  open = [];
});

afterEach(async () => {
  killChildren();
  for (const lake of open) await lake.close();
  await removeFolder(folder);
});

async function share(): Promise<LocalLake> {
  const lake = await startLocalLake({ data: folder, share: true });
  open.push(lake);
  return lake;
}

const tables = "/v1/lake/databases/default/tables";

function createTable(lake: Pick<LocalLake, "config">, name: string) {
  return callCatalog(lake.config, { method: "POST", path: tables, body: lanceTable("default", name) });
}

/** Tries until the lake answers, as real clients do when they find no connection. */
async function persist<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

test("a second lake on a folder is the first one", async () => {
  const first = await share();
  const second = await share();
  expect(second.config).toEqual(first.config);
  expect(second.oss).toEqual(first.oss);
  await second.close();
  expect((await createTable(first, "t")).status).toBe(200);
});

test("a lake served by the command is found, and its addresses live on when it is killed", async () => {
  const served = await serveChild(folder);
  const [one, two] = [await share(), await share()];
  expect(one.config).toEqual(served.config);
  expect(two.config).toEqual(served.config);
  expect((await createTable(one, "before")).status).toBe(200);
  const { token } = (await callCatalog(one.config, { path: `${tables}/before/token` })).json as {
    token: Record<string, string>;
  };
  const { path } = (await callCatalog(one.config, { path: `${tables}/before` })).json as { path: string };

  served.child.kill("SIGKILL");
  await once(served.child, "exit");
  expect((await persist(() => createTable(two, "after"))).status).toBe(200);
  expect((await callCatalog(one.config, { path: tables })).json).toMatchObject({
    tables: ["after", "before"],
  });
  const tokenKeys = {
    accessKeyId: token["fs.oss.accessKeyId"] ?? "",
    accessKeySecret: token["fs.oss.accessKeySecret"] ?? "",
    securityToken: token["fs.oss.securityToken"] ?? "",
  };
  const call = { method: "PUT", target: `/${path.slice("oss://".length)}/x`, body: "x" };
  expect((await persist(() => callOss(one.oss.endpoint, tokenKeys, call))).status).toBe(200);

  for (const lake of [one, two]) {
    await lake.close();
    const other = lake === one ? two : undefined;
    if (other !== undefined) expect((await persist(() => createTable(other, "last"))).status).toBe(200);
  }
  await expect(callOss(two.oss.endpoint, ownerKeys(two), { target: "/lake" })).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

test("an announcement that nobody stands behind, or somebody else, is passed over", async () => {
  const elsewhere = await temporaryFolder();
  const other = await startLocalLake({ data: elsewhere });
  const port = Number(new URL(other.config.uri ?? "").port);
  for (const text of ["not JSON", JSON.stringify({ pid: 1, port, ossPort: port })]) {
    await writeFile(join(folder, "serving-lake.json"), text);
    const lake = await startLocalLake({ data: folder, share: true });
    expect(lake.config.uri).not.toBe(other.config.uri);
    expect((await callCatalog(lake.config, { path: tables })).status).toBe(200);
    await lake.close();
  }
  await other.close();
  await removeFolder(elsewhere);
});
