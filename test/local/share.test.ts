import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, get, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LocalLake, startLocalLake } from "../../src/local/start.ts";
import { callCatalog, lanceTable } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { endChild, killChildren, serveChild } from "./serve-child.ts";
import { ownerKeys, removeFolder, temporaryFolder } from "./test-lake.ts";

let folder: string;
let open: LocalLake[];
let impostors: Server[];

beforeEach(async () => {
  folder = await temporaryFolder();
  open = [];
  impostors = [];
});

afterEach(async () => {
  killChildren();
  for (const lake of open) await lake.close();
  for (const impostor of impostors) impostor.closeAllConnections();
  for (const impostor of impostors) impostor.close();
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

interface Heard {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A program that is not the lake, on a port that the lake once had. It keeps what it is told. */
async function startImpostor(
  port: number,
  answer: RequestListener,
): Promise<{ heard: Heard[]; server: Server }> {
  const heard: Heard[] = [];
  const server = createServer((message, response) => {
    heard.push({ url: message.url ?? "", headers: message.headers });
    answer(message, response);
  });
  await new Promise<void>((ready) => server.listen(port, "127.0.0.1", ready));
  impostors.push(server);
  return { heard, server };
}

function portOf(uri: string | undefined): number {
  return Number(new URL(uri ?? "").port);
}

test.each<[string, RequestListener]>([
  ["a page", (_message, response) => response.end("<html>hello</html>")],
  ["a copy of the question", (message, response) => response.end(message.url)],
  ["an answer that never stops", (_message, response) => response.write("x".repeat(1000))],
  ["a refusal", (_message, response) => response.writeHead(401).end()],
  ["half an answer", (_message, response) => response.writeHead(200, { "Content-Length": 64 }).end()],
  ["a cut connection", (message) => message.destroy()],
])(
  "a killed lake's port that answers with %s is not the lake, and is told nothing",
  async (_what, answer) => {
    const killed = await serveChild(folder);
    await endChild(killed, "SIGKILL");
    const { heard } = await startImpostor(portOf(killed.config.uri), answer);
    const lake = await share();
    expect(lake.config.uri).not.toBe(killed.config.uri);
    expect((await createTable(lake, "t")).status).toBe(200);
    expect(heard).toEqual([
      { url: expect.stringMatching(/^\/local\/proof\?[0-9a-f]{64}$/), headers: expect.any(Object) },
    ]);
    expect(Object.keys(heard[0]?.headers ?? {}).sort()).toEqual(["connection", "host"]);
  },
);

test("a program that passes the question on to the real lake is not the lake", async () => {
  const real = await serveChild(folder);
  const realPort = portOf(real.config.uri);
  const relay = await startImpostor(0, (message, response) => {
    get({ host: "127.0.0.1", port: realPort, path: message.url }, (answer) => answer.pipe(response));
  });
  const { port } = relay.server.address() as AddressInfo;
  const path = join(folder, "serving-lake.json");
  const announced = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify({ ...announced, port }));
  const lake = await share();
  expect(relay.heard).toHaveLength(1);
  expect(portOf(lake.config.uri)).not.toBe(port);
  await writeFile(path, JSON.stringify({ ...announced, ossPort: port }));
  expect((await share()).oss.endpoint).not.toContain(`:${port}`);
});
