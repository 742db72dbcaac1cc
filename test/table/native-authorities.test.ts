/** The native library trusts what the catalog trusts, in a process of its own: it reads its environment once. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { scriptedConfig, tableReply } from "../catalog/scripted-client.ts";
import { startScriptedServer } from "../catalog/scripted-server.ts";

const tls = join(import.meta.dirname, "../catalog/fixtures/tls");

test.each([
  [true, { "dlf.ca-file": join(tls, "authority.pem") }],
  [false, {}],
])("an object store of an authority of its own is reached: %s", async (isReached, more) => {
  const asked: string[] = [];
  const store = createServer(
    { key: readFileSync(join(tls, "server.key")), cert: readFileSync(join(tls, "server.pem")) },
    (request, response) => {
      asked.push(request.method ?? "");
      response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
    },
  );
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
  const script = `
    import { connect } from ${JSON.stringify(new URL("../../src/index.ts", import.meta.url).href)};
    const lake = await connect(${JSON.stringify({ ...scriptedConfig(catalog.uri), ...more })});
    await lake.describe("db.t").catch((error) => console.log(error.code));
    await lake.close();
  `;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "--eval", script],
    { env: { ...process.env, LANCEDB_LOG: "off" }, timeout: 50_000 },
  );
  expect(stdout.trim()).not.toBe("");
  expect(asked.length > 0).toBe(isReached);
});
