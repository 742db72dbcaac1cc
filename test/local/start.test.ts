import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isError } from "../../src/errors.ts";
import { startLocalLake } from "../../src/local/start.ts";
import { knownSecrets } from "../../src/redaction/known-secrets.ts";
import { callCatalog } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { endChild, killChildren, serveChild } from "./serve-child.ts";
import { ownerKeys, removeFolder, temporaryFolder } from "./test-lake.ts";

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  killChildren();
  await removeFolder(folder);
});

test("a lake in a thread serves both APIs until it is closed", async () => {
  const lake = await startLocalLake({ data: folder, tokenLifetime: 7 });
  expect(lake.config).toEqual({
    uri: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    warehouse: "lake",
    "token.provider": "dlf",
    "dlf.region": "cn-local",
    "dlf.access-key-id": expect.stringMatching(/^LOCAL/),
    "dlf.access-key-secret": expect.any(String),
  });
  expect(knownSecrets()).toContain(lake.config["dlf.access-key-secret"]);
  const databases = await callCatalog(lake.config, { path: "/v1/lake/databases" });
  expect(databases.json?.databases).toEqual(["default"]);
  const listed = await callOss(lake.oss.endpoint, ownerKeys(lake), { target: "/lake?list-type=2" });
  expect(listed.status).toBe(200);
  await lake.close();
  await expect(callOss(lake.oss.endpoint, ownerKeys(lake), { target: "/lake" })).rejects.toMatchObject({
    code: "ECONNREFUSED",
  });
});

test("a failure to start is the thread's own error", async () => {
  const error = await startLocalLake({ data: folder, port: -1 }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isError(error, "InvalidInput")).toBe(true);
});

test.each([
  ["closed", "await lake.close();"],
  ["forgotten", ""],
])("a process whose lake was %s ends by itself", async (_name, end) => {
  const module = fileURLToPath(new URL("../../src/local/start.ts", import.meta.url));
  const script = `
    const { startLocalLake } = await import(${JSON.stringify(module)});
    const lake = await startLocalLake({ data: ${JSON.stringify(folder)} });
    ${end}
    console.log("done");`;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--input-type=module", "-e", script],
    {
      timeout: 30_000,
      env: { PATH: process.env.PATH ?? "" },
    },
  );
  expect(stdout).toBe("done\n");
  expect(stderr).toBe("");
});

test("a served lake prints one line, serves, and stops cleanly", async () => {
  const lake = await serveChild(folder);
  expect(lake.env).toEqual({ OSS_ADDRESSING_STYLE: "path", ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true" });
  const listed = await callOss(lake.oss.endpoint, lake.keys, { target: `/${lake.oss.bucket}` });
  expect(listed.status).toBe(200);
  expect(await endChild(lake, "SIGINT")).toBe(0);
  expect(lake.stdout().trim().split("\n")).toHaveLength(1);
});
