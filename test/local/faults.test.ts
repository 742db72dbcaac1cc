import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { FaultOrder } from "../../src/local/faults/fault-plan.ts";
import type { LoggedRequest } from "../../src/local/faults/request-log.ts";
import { callCatalog, lanceTable } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

const tables = "/v1/lake/databases/default/tables";
let lake: TestLake;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder(), { faults: true });
});

beforeEach(() => order({ faults: [] }));

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

async function send(body: unknown, token = lake.faults?.token, method = "PUT"): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(lake.faults?.uri ?? "", { method, headers, body: JSON.stringify(body) });
  return answer.status;
}

async function order(order: FaultOrder): Promise<void> {
  expect(await send(order)).toBe(200);
}

async function readLog(): Promise<LoggedRequest[]> {
  const headers = { authorization: `Bearer ${lake.faults?.token}` };
  return (await (await fetch(lake.faults?.uri ?? "", { headers })).json()) as LoggedRequest[];
}

function put(target: string) {
  return callOss(lake.oss.endpoint, lake.keys, { method: "PUT", target, body: "x" });
}

function get(target: string) {
  return callOss(lake.oss.endpoint, lake.keys, { target });
}

test("a status comes as often as ordered, in the words of the service, and nothing is done", async () => {
  await order({
    faults: [
      { on: "oss", method: "PUT", path: "/many", times: 2, fault: { kind: "status", status: 503 } },
      { on: "catalog", fault: { kind: "status", status: 429 } },
    ],
  });
  expect((await put("/lake/other")).status).toBe(200);
  for (let time = 0; time < 2; time++) {
    expect(await put("/lake/many")).toMatchObject({ status: 503, code: "ServiceUnavailable" });
  }
  expect((await get("/lake/many")).code).toBe("NoSuchKey");
  expect((await put("/lake/many")).status).toBe(200);
  const refused = await callCatalog(lake.config, { path: tables });
  expect(refused).toMatchObject({ status: 429, json: { code: 429 } });
  expect((await callCatalog(lake.config, { path: tables })).status).toBe(200);
});

test("an answer is dropped before or after the work", async () => {
  await order({
    faults: [
      { on: "oss", path: "early", fault: { kind: "drop", when: "before" } },
      { on: "oss", path: "late", fault: { kind: "drop", when: "after" } },
      { on: "catalog", method: "POST", fault: { kind: "drop", when: "after" } },
    ],
  });
  await expect(put("/lake/early")).rejects.toMatchObject({ code: "ECONNRESET" });
  await expect(put("/lake/late")).rejects.toMatchObject({ code: "ECONNRESET" });
  expect((await get("/lake/early")).code).toBe("NoSuchKey");
  expect((await get("/lake/late")).status).toBe(200);
  const body = lanceTable("default", "late");
  await expect(callCatalog(lake.config, { method: "POST", path: tables, body })).rejects.toThrow(
    "fetch failed",
  );
  expect((await callCatalog(lake.config, { path: `${tables}/late` })).status).toBe(200);
});

test("both servers tell what they were asked, each request once", async () => {
  await readLog();
  await order({ faults: [{ on: "oss", times: 2, fault: { kind: "delay", milliseconds: 300 } }] });
  await Promise.all([put("/lake/one"), put("/lake/two")]);
  await callCatalog(lake.config, { path: tables });
  const logged = await readLog();
  expect(logged.map(({ on, method, target }) => [on, method, target])).toEqual([
    ["oss", "PUT", expect.stringMatching(/^\/lake\/(one|two)$/)],
    ["oss", "PUT", expect.stringMatching(/^\/lake\/(one|two)$/)],
    ["catalog", "GET", tables],
  ]);
  const [begins, ends] = [logged.map(({ begin }) => begin), logged.map(({ end }) => end)];
  const lastBegin = Math.max(...begins.slice(0, 2));
  const firstEnd = Math.min(...ends.slice(0, 2));
  expect(lastBegin).toBeLessThan(firstEnd);
  expect(begins[2]).toBeGreaterThanOrEqual(Math.max(...ends.slice(0, 2)));
  expect(await readLog()).toEqual([]);
});

test("an answer is delayed", async () => {
  await order({ faults: [{ on: "catalog", fault: { kind: "delay", milliseconds: 300 } }] });
  const start = performance.now();
  expect((await callCatalog(lake.config, { path: tables })).status).toBe(200);
  expect(performance.now() - start).toBeGreaterThan(295);
});

test("tokens vended until now end, and later ones do not", async () => {
  const path = `${tables}/tokens`;
  await callCatalog(lake.config, { method: "POST", path: tables, body: lanceTable("default", "tokens") });
  const vend = async () => {
    const { token } = (await callCatalog(lake.config, { path: `${path}/token` })).json as {
      token: Record<string, string>;
    };
    return {
      accessKeyId: token["fs.oss.accessKeyId"] ?? "",
      accessKeySecret: token["fs.oss.accessKeySecret"] ?? "",
      securityToken: token["fs.oss.securityToken"] ?? "",
    };
  };
  const { path: location } = (await callCatalog(lake.config, { path })).json as { path: string };
  const write = async (keys: Awaited<ReturnType<typeof vend>>) => {
    const call = { method: "PUT", target: `/${location.slice("oss://".length)}/x`, body: "x" };
    const { status, code } = await callOss(lake.oss.endpoint, keys, call);
    return `${status} ${code}`;
  };
  const before = await vend();
  expect(await write(before)).toBe("200 ");
  await order({ expireTokens: true });
  expect(await write(before)).toBe("403 SecurityTokenExpired");
  expect(await write(await vend())).toBe("200 ");
});

test("orders need the token, and make sense", async () => {
  expect(await send({}, "wrong")).toBe(401);
  expect(await send({}, lake.faults?.token, "POST")).toBe(405);
  expect(await send({ faults: [{ on: "oss", fault: { kind: "status", status: 200 } }] })).toBe(400);
  expect(await send({ fautls: [] })).toBe(400);
});

test("without the option nothing takes orders", async () => {
  const folder = await temporaryFolder();
  const plain = await openTestLake(folder);
  expect(plain.faults).toBeUndefined();
  const headers = { authorization: `Bearer ${lake.faults?.token}` };
  const answer = await fetch(`${plain.config.uri}/local/faults`, { method: "PUT", headers, body: "{}" });
  expect(answer.status).toBe(401);
  await plain.close();
  await removeFolder(folder);
});
