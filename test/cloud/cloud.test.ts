/**
 * The workflow against a DLF of the user's, named by `DLF_*` variables (`npm run test:cloud`); without that, against local
 * lakes that stand in for it. It works in a namespace of its own, which it removes.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examineCatalog } from "../../src/doctor/doctor.ts";
import { createSheet, type Finding } from "../../src/doctor/findings.ts";
import { formatReport } from "../../src/doctor/write-findings.ts";
import { type Connection, col, connect, isError } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

const isCloud = process.env.DLF_LANCE_TEST_CLOUD === "1";
const reportFile = resolve(import.meta.dirname, "../../.dlf-lance/output/cloud-report.md");
const patience = isCloud ? 300_000 : 60_000;

interface World {
  /** Options of `connect`; undefined for what the variables say. */
  readonly config: Readonly<Record<string, string>> | undefined;
  /** Whether the bucket is known to keep versions, or to refuse signature V1. */
  readonly keepsVersions: boolean;
  readonly refusesV1: boolean;
  /** Life of a token in seconds, where it is short enough to wait for its end. */
  readonly tokenLifetime?: number;
  close(): Promise<void>;
}

async function openStandIn(options: { versioned?: boolean; refuseSignatureV1?: boolean }): Promise<World> {
  const tokenLifetime = 2;
  const served: TemporaryLake = await openTemporaryLake({ tokenLifetime, ...options });
  return {
    config: served.local.config,
    keepsVersions: options.versioned === true,
    refusesV1: options.refuseSignatureV1 === true,
    tokenLifetime,
    close: served.close,
  };
}

/** Looks at a table of its own first: what the bucket does shows only there. */
async function openCloud(): Promise<World> {
  const probe = `dlf_lance_probe_${Date.now()}`;
  const lake = await connect({ "dlf.oss-versioning": "allow" });
  const findings: Finding[] = [];
  try {
    await lake.createNamespace(probe);
    await lake.createTable(`${probe}.t`, [{ a: 1 }]);
    await examineCatalog(
      createSheet((finding) => void findings.push(finding)),
      { table: `${probe}.t` },
    );
  } finally {
    await lake.dropNamespace(probe, { mode: "Skip", behavior: "Cascade" });
    await lake.close();
  }
  await writeReport(findings);
  const say = (check: string) => findings.find((finding) => finding.check === check);
  return {
    config: undefined,
    keepsVersions: say("bucket versioning")?.state === "failed",
    refusesV1: /refuses signature V1/.test(say("object store")?.detail ?? ""),
    close: async () => undefined,
  };
}

const worlds: readonly (readonly [string, () => Promise<World>])[] = isCloud
  ? [["the DLF of the variables", openCloud]]
  : [
      ["a local lake", () => openStandIn({})],
      ["a bucket that takes signature V4 only", () => openStandIn({ refuseSignatureV1: true })],
      ["a bucket that keeps versions", () => openStandIn({ versioned: true })],
    ];

describe.each(worlds)("%s", (_, open) => {
  const namespace = `dlf_lance_test_${Date.now()}`;
  const name = `${namespace}.readings`;
  let world: World;
  let lake: Connection;

  const connectWith = (options: Readonly<Record<string, string>>) =>
    connect({
      ...world.config,
      ...(world.keepsVersions ? { "dlf.oss-versioning": "allow" } : {}),
      ...options,
    });

  beforeAll(async () => {
    world = await open();
    lake = await connectWith({});
    await lake.createNamespace(namespace);
  }, patience);

  afterAll(async () => {
    await lake?.dropNamespace(namespace, { mode: "Skip", behavior: "Cascade" });
    await lake?.close();
    await world?.close();
  }, patience);

  test(
    "creates, lists, describes and reads a table",
    async () => {
      const rows = [
        { f0: 201, f1: "daft-a" },
        { f0: 202, f1: "daft-b" },
      ];
      expect(await lake.createTable(name, rows)).toMatchObject({ rows: 2, version: 1 });
      expect(await lake.listNamespaces()).toContain(namespace);
      expect(await lake.listTables(namespace)).toEqual(["readings"]);
      expect(await lake.describe(name)).toMatchObject({
        rows: 2,
        version: 1,
        location: expect.stringMatching(/^oss:/),
      });
      expect(await lake.read(name).sort("f0").toObjects()).toEqual([
        { f0: 201n, f1: "daft-a" },
        { f0: 202n, f1: "daft-b" },
      ]);
    },
    patience,
  );

  test(
    "appends once, and filters",
    async () => {
      await lake.append(name, [{ f0: 203, f1: "daft-c" }]);
      expect(await lake.read(name).where(col("f0").gt(201)).count()).toBe(2);
    },
    patience,
  );

  test(
    "a token that has ended is renewed",
    async () => {
      const [first, second] = [await lake.table(name).describe(), await connectWith({})];
      expect(first.storageOptionKeys).toContain("oss_security_token");
      // An hour is too long to wait: another connection gets a token of its own, and reads with it.
      if (world.tokenLifetime !== undefined) await until(Date.now() + world.tokenLifetime * 1_000 + 100);
      expect(await lake.read(name).count()).toBe(3);
      expect(await second.read(name).count()).toBe(3);
      await second.close();
    },
    patience,
  );

  test.each(["v1", "v4"] as const)(
    "OSS signature %s works, or is known to be refused",
    async (signature) => {
      const signed = await connectWith({ "dlf.oss-signature": signature });
      const counted = signed.read(name).count();
      if (signature === "v1" && world.refusesV1) await expect(counted).rejects.toThrow();
      else expect(await counted).toBe(3);
      await signed.close();
    },
    patience,
  );

  test(
    "a bucket that keeps versions is not written to unless allowed",
    async () => {
      const plain = await connect({ ...world.config, "dlf.oss-versioning": "refuse" });
      const appended = plain.append(name, [{ f0: 204, f1: "daft-d" }]);
      if (world.keepsVersions) await expect(appended).rejects.toMatchObject({ code: "Unsupported" });
      else expect(await appended).toMatchObject({ rows: 1 });
      await plain.close();
    },
    patience,
  );

  test(
    "drops the table",
    async () => {
      await lake.dropTable(name);
      const missing = await lake.describe(name).catch((error: unknown) => error);
      expect(isError(missing, "TableNotFound")).toBe(true);
    },
    patience,
  );
});

/** What the doctor says, to be pasted into an issue. */
async function writeReport(findings: readonly Finding[]): Promise<void> {
  await mkdir(dirname(reportFile), { recursive: true });
  await writeFile(reportFile, formatReport("test:cloud", findings));
}

/** Tokens end by the clock: there is no event to wait for. */
function until(time: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, time - Date.now())));
}
