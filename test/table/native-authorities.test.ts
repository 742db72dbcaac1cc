/** The native library trusts what the catalog trusts, in a process of its own: it reads its environment once. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
  const own = { TMPDIR: join(folder, "temporary"), XDG_STATE_HOME: join(folder, "state") };
  mkdirSync(own.TMPDIR);
  const script = `
    import { connect } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    const lake = await connect(${JSON.stringify({ ...scriptedConfig(catalog.uri), ...more })});
    await lake.describe("db.t").catch((error) => console.log(error.code));
    await lake.close();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script],
    {
      env: { ...process.env, ...own, NODE_EXTRA_CA_CERTS: "", SSL_CERT_FILE: "", LANCEDB_LOG: "off" },
      timeout: 50_000,
    },
  );
  expect(stdout).not.toBe("");
  expect(readdirSync(own.TMPDIR)).toEqual([]);
  const kept = existsSync(own.XDG_STATE_HOME) ? readdirSync(join(own.XDG_STATE_HOME, "dlf-lance")) : [];
  expect(kept).toEqual(isReached ? [expect.stringMatching(/^authorities-[0-9a-f]{16}\.pem$/)] : []);
  expect(asked.length > 0).toBe(isReached);
});
