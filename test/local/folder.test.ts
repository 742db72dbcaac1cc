import { execFileSync } from "node:child_process";
import { chmod, chown, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isError } from "../../src/errors.ts";
import { grantAccess } from "../../src/local/grant-access.ts";
import { openLake } from "../../src/local/lake/lake.ts";
import type { LocalLake } from "../../src/local/lake/lake-options.ts";
import { serveLoopback } from "../../src/local/lake/loopback-server.ts";
import { openSharedLake } from "../../src/local/lake/shared-lake.ts";
import { callCatalog, lanceTable } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { endChild, killChildren, serveChild } from "./serve-child.ts";
import { ownerKeys, removeFolder, temporaryFolder } from "./test-lake.ts";

let folder: string;
const isSuperuser = process.geteuid?.() === 0;
const somebody = 65_534;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  killChildren();
  vi.restoreAllMocks();
  await removeFolder(folder);
});

/** What is written to stderr meanwhile. */
function hearNotices(): () => string {
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  return () => write.mock.calls.map(([text]) => String(text)).join("");
}

async function modes(): Promise<Record<string, string>> {
  const names = await readdir(folder);
  const found = await Promise.all(
    names.map(async (name) => [name, ((await stat(join(folder, name))).mode & 0o777).toString(8)] as const),
  );
  return Object.fromEntries(found);
}

function refusal(work: Promise<LocalLake>): Promise<string> {
  return work.then(
    async (lake) => {
      await lake.close();
      return "opened";
    },
    (error: unknown) => (isError(error, "InvalidInput") ? error.message : `other: ${error}`),
  );
}

test("what a lake makes in a folder that others can open is closed to them", async () => {
  await chmod(folder, 0o755);
  const lake = await openLake({ data: folder });
  await grantAccess(folder, "analyst", {});
  await callOss(lake.oss.endpoint, ownerKeys(lake), { method: "PUT", target: "/lake/a/b", body: "x" });
  const found = await modes();
  expect(Object.keys(found).length).toBeGreaterThan(7);
  for (const [name, mode] of Object.entries(found)) expect(`${name} ${mode}`).toMatch(/ [67]00$/);
  await lake.close();
});

test("what others could open is closed to them, and it is said", async () => {
  await (await openLake({ data: folder })).close();
  for (const name of await readdir(folder)) await chmod(join(folder, name), 0o755);
  await chmod(folder, 0o777);
  const notices = hearNotices();
  const lake = await openSharedLake({ data: folder });
  for (const mode of Object.values(await modes())) expect(mode).toMatch(/^[67]00$/);
  await lake.close();
  expect(notices()).toContain(
    `other users of this machine could open buckets, catalog-lake.sqlite, identities.sqlite, keys.json, objects.sqlite, staging, token.json, uploads in ${folder}; now only you can\n`,
  );
  expect(notices()).toContain(`can write to ${folder} (mode 777); run: chmod go-w '${folder}'\n`);
  expect(notices().match(/chmod/g)).toHaveLength(1);
});

test.runIf(isSuperuser).each(["keys.json", "identities.sqlite", "catalog-lake.sqlite", "buckets"])(
  "%s of somebody else is not used",
  async (name) => {
    await (await openLake({ data: folder })).close();
    await chown(join(folder, name), somebody, somebody);
    const expected = `Cannot open the local lake in ${folder}: ${name} belongs to user id ${somebody}, and this process runs as 0; run it as the same user, or give another folder`;
    expect(await refusal(openLake({ data: folder }))).toBe(expected);
    expect(await refusal(openSharedLake({ data: folder }))).toBe(expected);
    await expect(grantAccess(folder, "analyst", { read: ["*"] })).rejects.toThrow(expected);
  },
);

test.runIf(isSuperuser)("it is said once that the folder itself is somebody else's", async () => {
  await chown(folder, somebody, somebody);
  const notices = hearNotices();
  for (let turn = 0; turn < 2; turn++) await (await openLake({ data: folder })).close();
  const expected = `the folder ${folder} belongs to user id ${somebody}, who can replace the keys and the data in it\n`;
  expect(notices().split(expected)).toHaveLength(2);
});

test("a damaged database is named", async () => {
  await (await openLake({ data: folder })).close();
  await writeFile(join(folder, "catalog-lake.sqlite"), "damaged ".repeat(1_000));
  expect(await refusal(openLake({ data: folder }))).toBe(
    `Cannot open the local lake in ${folder}: catalog-lake.sqlite is damaged; put a copy of it back, or give another folder`,
  );
});

test.each(["keys.json", "serving-lake.json", "objects.sqlite", "buckets"])(
  "a lake whose %s is a pipe says so, and waits for nothing",
  async (name) => {
    execFileSync("mkfifo", [join(folder, name)]);
    const kind = name === "buckets" ? "folder" : "file";
    expect(await refusal(openSharedLake({ data: folder }))).toBe(
      `Cannot open the local lake in ${folder}: ${name} is not a ${kind}; remove it, or give another folder`,
    );
  },
);

test("a pipe among the objects is no object, and holds up neither an answer nor the end", async () => {
  const served = await serveChild(folder);
  const bucket = join(folder, "buckets", "lake");
  await mkdir(join(bucket, "a"));
  execFileSync("mkfifo", [join(bucket, "a", "pipe")]);
  const call = (request: object) =>
    callOss(served.oss.endpoint, served.keys, { target: "/lake/a/pipe", ...request });
  expect(await call({})).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect(await call({ method: "HEAD" })).toMatchObject({ status: 404 });
  const copy = { method: "PUT", target: "/lake/copy", headers: { "x-oss-copy-source": "/lake/a/pipe" } };
  expect(await call(copy)).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect((await call({ target: "/lake" })).body.toString()).not.toContain("<Contents>");
  expect(await call({ method: "PUT", body: "x" })).toMatchObject({ status: 200 });
  expect((await call({})).body.toString()).toBe("x");
  expect(await endChild(served, "SIGINT")).toBe(0);
});

test("the head of a request that never ends is not waited for", async () => {
  const server = await serveLoopback((_message, response) => response.end("answer"), 0, "test", 200);
  const socket = connect(server.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
  });
  await new Promise((closed) => socket.once("close", closed));
  expect(text).toMatch(/^HTTP\/1.1 408 /);
  await server.close();
});

test.runIf(process.geteuid !== undefined)("a folder that cannot be written to can be read", async () => {
  const lake = await openLake({ data: folder });
  const tables = "/v1/lake/databases/default/tables";
  const body = lanceTable("default", "t");
  expect((await callCatalog(lake.config, { method: "POST", path: tables, body })).status).toBe(200);
  const { path } = (await callCatalog(lake.config, { path: `${tables}/t` })).json as { path: string };
  const target = `/${path.slice("oss://".length)}/data`;
  await callOss(lake.oss.endpoint, ownerKeys(lake), { method: "PUT", target, body: "content" });
  const analyst = await grantAccess(folder, "analyst", { read: ["*"] });
  await lake.close();
  // As a server that was killed has left it: what is new is in the log only.
  const killed = await serveChild(folder);
  const late = lanceTable("default", "late");
  await callCatalog(killed.config, { method: "POST", path: tables, body: late });
  await endChild(killed, "SIGKILL");
  const before = await readdir(folder, { recursive: true });
  if (isSuperuser) execFileSync("chown", ["-R", String(somebody), folder]);
  execFileSync("chmod", ["-R", "a-w", folder]);

  const served = await serveChild(folder, isSuperuser ? somebody : undefined);
  expect(served.config["dlf.access-key-id"]).toBe(lake.config["dlf.access-key-id"]);
  for (const config of [served.config, { ...served.config, ...analyst }]) {
    expect((await callCatalog(config, { path: tables })).json).toMatchObject({ tables: ["late", "t"] });
  }
  const { token } = (await callCatalog(served.config, { path: `${tables}/t/token` })).json as {
    token: Record<string, string>;
  };
  const keys = {
    accessKeyId: token["fs.oss.accessKeyId"] ?? "",
    accessKeySecret: token["fs.oss.accessKeySecret"] ?? "",
    securityToken: token["fs.oss.securityToken"] ?? "",
  };
  expect((await callOss(served.oss.endpoint, keys, { target })).body.toString()).toBe("content");
  for (const refused of [
    { method: "PUT", target, body: "x" },
    { method: "DELETE", target },
    { method: "POST", target: `${target}?uploads` },
  ]) {
    expect(await callOss(served.oss.endpoint, keys, refused)).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  }
  for (const method of ["POST", "DELETE"]) {
    const refused = await callCatalog(served.config, {
      method,
      path: method === "POST" ? tables : `${tables}/t`,
    });
    expect(refused.status).toBe(403);
    expect(refused.json?.message).toBe("The folder of this lake is read-only.");
  }
  expect(await endChild(served, "SIGINT")).toBe(0);
  expect(await readdir(folder, { recursive: true })).toEqual(before);
  execFileSync("chmod", ["-R", "u+w", folder]);
});

test("what else is in the folder is left alone", async () => {
  await writeFile(join(folder, "notes.txt"), "mine", { mode: 0o644 });
  await mkdir(join(folder, "notebooks"), { mode: 0o755 });
  await (await openLake({ data: folder })).close();
  expect(await modes()).toMatchObject({ "notes.txt": "644", notebooks: "755" });
  await rm(join(folder, "notes.txt"));
});
