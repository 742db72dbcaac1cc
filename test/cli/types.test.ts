/** `dlf-lance types`, in a process of its own against a lake that another serves. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

const run = promisify(execFile);
const launcher = resolve(import.meta.dirname, "../../src/launcher.cjs");

let folder: string;
let opened: TemporaryLake;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dlf-lance-types-"));
  opened = await openTemporaryLake();
  await opened.lake.createNamespace("demo");
  await opened.lake.createTable("demo.sales", [{ id: 1n, customer: "a" }]);
  await opened.lake.createTable("default.readings", { f0: [1n], f1: ["x"] });
});

afterAll(async () => {
  await opened?.close();
  await rm(folder, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function types(...options: readonly string[]): Promise<Ended> {
  const { config } = opened.local;
  const env = {
    ...process.env,
    DLF_ENDPOINT: config.uri,
    DLF_WAREHOUSE: config.warehouse,
    DLF_REGION: config["dlf.region"],
    DLF_ACCESS_KEY_ID: config["dlf.access-key-id"],
    DLF_ACCESS_KEY_SECRET: config["dlf.access-key-secret"],
  };
  const ended = run(process.execPath, [launcher, "types", ...options], { cwd: folder, env });
  return ended.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

const read = () => readFile(join(folder, "lake.d.ts"), "utf8");

test("the tables of all namespaces are written, and once more only when one has changed", async () => {
  expect(await types()).toMatchObject({ code: 0, stdout: "lake.d.ts: 2 tables\n" });
  const text = await read();
  expect(text).toMatch(
    /^\/\/ Tables of .+, as of \d{4}-\d\d-\d\d\.\n\/\/ .+ to renew: npx --no-install dlf-lance types\n/,
  );
  expect(text.slice(text.indexOf("export {};"))).toBe(
    [
      "export {};",
      'declare module "dlf-lance" {',
      "  interface LakeTables {",
      '    "default.readings": {',
      "      /** int64, may be null */",
      '      "f0": bigint | null;',
      "      /** string, may be null */",
      '      "f1": string | null;',
      "    };",
      '    "demo.sales": {',
      "      /** int64, may be null */",
      '      "id": bigint | null;',
      "      /** string, may be null */",
      '      "customer": string | null;',
      "    };",
      "  }",
      "}",
      "",
    ].join("\n"),
  );
  expect(text).not.toContain(opened.local.config["dlf.access-key-id"]);
  const older = text.replace(/as of \d{4}/, "as of 2001");
  await writeFile(join(folder, "lake.d.ts"), older);
  expect(await types()).toMatchObject({ code: 0, stdout: "lake.d.ts: 2 tables, unchanged\n" });
  expect(await read()).toBe(older);
});

test("--check fails once a table has changed, and names the command that renews the file", async () => {
  await types();
  expect(await types("--check")).toMatchObject({ code: 0, stdout: "lake.d.ts is up to date: 2 tables\n" });
  await opened.lake.table("demo.sales").addColumns({ note: { type: "string" } });
  const before = await read();
  const stale = await types("--check");
  expect(stale.code).toBe(1);
  expect(stale.stderr).toBe(
    "dlf-lance: Cannot confirm lake.d.ts: the tables have changed since it was written; run npx --no-install dlf-lance types\n",
  );
  expect(await read()).toBe(before);
});

test("namespaces and tables are chosen, and the way to renew the file says so", async () => {
  expect((await types("--namespace", "demo", "-o", "demo.d.ts")).stdout).toBe("demo.d.ts: 1 table\n");
  const text = await readFile(join(folder, "demo.d.ts"), "utf8");
  expect(text).toContain("to renew: npx --no-install dlf-lance types --namespace demo --output demo.d.ts\n");
  expect(text).not.toContain("default.readings");
  await types("--table", "default.readings", "-o", "one.d.ts");
  expect(await readFile(join(folder, "one.d.ts"), "utf8")).not.toContain("demo.sales");
});

test("a table that is missing leaves the file as it is", async () => {
  await types();
  const before = await read();
  const failed = await types("--table", "demo.sale");
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toMatch(/^dlf-lance: .*demo\.sale\b/);
  expect(await read()).toBe(before);
});
