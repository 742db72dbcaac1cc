import { afterAll, beforeAll, expect, test } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { toStorageOptions } from "../../src/catalog/operations/credentials.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { type Connection, connect } from "../../src/index.ts";
import { sizes } from "../sizes.ts";
import { type ServedLake, serveLake, serveLakeDirectly } from "./local-lake.ts";
import { runPython } from "./run-python.ts";

const rows = [
  { f0: 201n, f1: "daft-a" },
  { f0: 202n, f1: "daft-b" },
  { f0: 203n, f1: "daft-c" },
];

let served: ServedLake;
let lake: Connection;

beforeAll(async () => {
  served = await serveLake();
  lake = await connect(served.config);
});

afterAll(async () => {
  await lake?.close();
  await served?.stop();
});

const python = (file: string, ...arguments_: readonly string[]) =>
  runPython({ ...served.env, DLF_CONFIG: JSON.stringify(served.config) }, file, ...arguments_);

/** The variables the guide tells a Daft user to export, and no configuration of the catalog. */
async function ossEnvironment(table: string): Promise<Record<string, string>> {
  const catalog = await CatalogClient.connect(parseConfig(served.config));
  const options = toStorageOptions(await catalog.vendCredentials(parseTableId(table)));
  await catalog.close();
  return {
    ...served.env,
    OSS_ENDPOINT: options.oss_endpoint ?? "",
    OSS_ACCESS_KEY_ID: options.oss_access_key_id ?? "",
    OSS_ACCESS_KEY_SECRET: options.oss_secret_access_key ?? "",
    OSS_SECURITY_TOKEN: options.oss_security_token ?? "",
  };
}

test("the guide's complete Python example runs unchanged", async () => {
  expect(await python("guide.py")).toMatch(/daft \+ dlf \+ lance: ok\n$/);
});

test("lance-dlf and PyLance open our table and append, we read their row, and Daft reads it all", async () => {
  await lake.createTable("default.shared", rows);
  const { location, rows: seen } = JSON.parse(await python("peer.py", "describe", "default", "shared"));
  expect(location).toBe((await lake.describe("default.shared")).location);
  expect(seen).toEqual(rows.map((row) => ({ ...row, f0: Number(row.f0) })));

  expect(JSON.parse(await python("peer.py", "append", "default", "shared"))).toEqual({ version: 2 });
  expect(await lake.read("default.shared").toObjects()).toEqual([...rows, { f0: 205n, f1: "pylance-e" }]);

  await lake.append("default.shared", [{ f0: 206, f1: "node-f" }]);
  const { columns } = JSON.parse(
    await runPython(await ossEnvironment("default.shared"), "peer.py", "daft", location),
  );
  expect(columns).toEqual({
    f0: [201, 202, 203, 205, 206],
    f1: ["daft-a", "daft-b", "daft-c", "pylance-e", "node-f"],
  });
});

test("writers in several processes lose no acknowledged commit", async () => {
  for (let round = 0; round < sizes.rounds; round++) {
    const table = `default.race_${round}`;
    await lake.createTable(table, { value: [-1n] });
    const { location } = await lake.describe(table);
    const environment = await ossEnvironment(table);
    const python = Array.from({ length: sizes.writers - 1 }, (_, writer) =>
      runPython(environment, "peer.py", "commits", location, `${writer}`, `${sizes.appends}`),
    );
    const node = async () => {
      for (let step = 0; step < sizes.appends; step++) {
        await lake.append(table, { value: [BigInt((sizes.writers - 1) * 1000 + step)] });
      }
    };
    await Promise.all([...python, node()]);
    const values = await lake.read(table).toObjects();
    const expected = Array.from({ length: sizes.writers }, (_, writer) =>
      Array.from({ length: sizes.appends }, (_, step) => BigInt(writer * 1000 + step)),
    ).flat();
    const kept = values.map((row) => row.value as bigint).sort((a, b) => Number(a - b));
    expect(kept).toEqual([-1n, ...expected]);
  }
});

test("the command prints one line of JSON to stdout and ends with status 0 on Ctrl-C", async () => {
  const other = await serveLakeDirectly();
  expect(other.config).toMatchObject({ "token.provider": "dlf" });
  expect(new URL(other.config.uri ?? "").hostname).toBe("127.0.0.1");
  expect(other.env).toMatchObject({
    OSS_ADDRESSING_STYLE: "path",
    ALIBABA_CLOUD_ECS_METADATA_DISABLED: "true",
  });
  expect(await other.stop()).toBe(0);
  expect(other.printed.stdout.trimEnd().split("\n")).toHaveLength(1);
});
