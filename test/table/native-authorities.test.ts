/** The native library trusts what the catalog trusts, in a process of its own: it reads its environment once. */
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { makeAuthority } from "../catalog/make-authority.ts";
import { scriptedConfig, tableReply } from "../catalog/scripted-client.ts";
import { startScriptedServer } from "../catalog/scripted-server.ts";

const { authority, server: identity, remove } = makeAuthority();
afterAll(remove);

test.each([
  [true, { "dlf.ca-file": authority }],
  [false, {}],
])("an object store of an authority of its own is reached: %s", async (isReached, more) => {
  const asked: string[] = [];
  const store = createServer(identity, (request, response) => {
    asked.push(request.method ?? "");
    response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
  });
  await new Promise<void>((listening) => store.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void store.close());
  onTestFinished(() => store.closeAllConnections());
  const token = {
    "fs.oss.accessKeyId": "a",
    "fs.oss.accessKeySecret": "b",
    "fs.oss.endpoint": `https://127.0.0.1:${(store.address() as AddressInfo).port}`,
  };
  const catalog = await startScriptedServer(({ path }) => {
    if (path === "/v1/config") return { body: {} };
    return path.endsWith("/token") ? { body: { token } } : tableReply();
  });
  onTestFinished(() => catalog.close());
  const folder = mkdtempSync(join(tmpdir(), "native-authorities-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const script = `
    import { readdirSync } from "node:fs";
    import { connect } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    const lake = await connect(${JSON.stringify({ ...scriptedConfig(catalog.uri), ...more })});
    await lake.describe("db.t").catch((error) => console.log(error.code));
    await lake.close();
    console.log(JSON.stringify(readdirSync(${JSON.stringify(folder)}).map((name) => name.slice(0, -6))));
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script],
    {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: "", SSL_CERT_FILE: "", LANCEDB_LOG: "off", TMPDIR: folder },
      timeout: 50_000,
    },
  );
  const [code, temporary] = stdout.trim().split("\n");
  expect(code).not.toBe("");
  expect(temporary).toBe(isReached ? '["dlf-lance-authorities-"]' : "[]");
  expect(readdirSync(folder)).toEqual([]);
  expect(asked.length > 0).toBe(isReached);
});
