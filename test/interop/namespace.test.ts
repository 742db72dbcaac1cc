import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalLake, startLocalLake } from "../../src/local/start.ts";
import { runPython } from "./run-python.ts";

let data: string;
let lake: LocalLake;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), "dlf-lance-namespace-"));
  lake = await startLocalLake({ data });
});

afterAll(async () => {
  await lake?.close();
  await rm(data, { recursive: true, force: true });
});

test.each(["default", "openapi"])(
  "lance-dlf's whole DLFNamespace works against the local DLF, signed with %s",
  async (algorithm) => {
    const config = JSON.stringify({ ...lake.config, "dlf.signing-algorithm": algorithm });
    const environment = { ...lake.environment, DLF_CONFIG: config, DLF_DATABASE: `python_${algorithm}` };
    expect(JSON.parse(await runPython(environment, "namespace.py"))).toEqual({
      namespace_id: true,
      create_namespace_twice: true,
      describe_namespace: "数据",
      namespace_missing: true,
      list_namespaces: true,
      create_table_twice: true,
      declare_table: true,
      list_tables: ["created", "declared"],
      table_missing: true,
      storage_options: expect.arrayContaining([
        "expires_at_millis",
        "oss_access_key_id",
        "oss_endpoint",
        "oss_secret_access_key",
        "oss_security_token",
      ]),
      notified: true,
      rows: 3,
      notified_again: true,
      drop_table_twice: true,
      drop_namespace_twice: true,
    });
  },
);
