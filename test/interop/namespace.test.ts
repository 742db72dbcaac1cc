import { afterAll, beforeAll, expect, test } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { runPython } from "./run-python.ts";

let temporary: TemporaryLake;

beforeAll(async () => {
  temporary = await openTemporaryLake();
});

afterAll(() => temporary?.close());

test.each(["default", "openapi"])(
  "lance-dlf's whole DLFNamespace works against the local DLF, signed with %s",
  async (algorithm) => {
    const { local } = temporary;
    const config = JSON.stringify({ ...local.config, "dlf.signing-algorithm": algorithm });
    const environment = { ...local.environment, DLF_CONFIG: config, DLF_DATABASE: `python_${algorithm}` };
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
