/** Frames that jobs of a Ray cluster write: `npm run test:scale`, and a part of `npm run test:full`. */
import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Connection, col, connect, fromRows } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { type RayCluster, startRayCluster } from "./ray-cluster.ts";

const python = inject("rayPython") ?? "";

describe.skipIf(python === "")("jobs", { timeout: 300_000 }, () => {
  let temporary: TemporaryLake;
  let lake: Connection;
  let cluster: RayCluster;
  let place: {
    readonly address: string;
    readonly identity: { readonly kind: "file"; readonly path: string };
  };

  beforeAll(async () => {
    [temporary, cluster] = await Promise.all([openTemporaryLake(), startRayCluster(python, 1)]);
    lake = temporary.lake;
    place = {
      address: cluster.dashboard,
      identity: { kind: "file", path: temporary.local.tokenFile as string },
    };
    const rows = Array.from({ length: 20_000 }, (_, id) => ({ id, word: `w${id % 7}`, half: id / 2 }));
    await lake.createTable("default.numbers", rows);
    await lake.append("default.numbers", rows);
  }, 300_000);
  afterAll(async () => {
    await cluster.stop();
    await temporary.close();
  }, 60_000);

  test("a job makes a table, and another connection finds it again", async () => {
    const names = fromRows([
      { word: "w3", name: 'it\'s "three"; DROP TABLE `x` -- \u{1f600}' },
      { word: "w5", name: "five" },
    ]);
    const frame = lake
      .read("default.numbers")
      .join(names, { on: "word" })
      .groupBy("name")
      .agg(col("id").sum().as("sum"))
      .sort("name");
    const expected = await frame.toObjects();
    const job = await frame.submit("default.sums", place);
    expect(job).toMatchObject({ table: "default.sums", address: cluster.dashboard });
    // What comes later is not read.
    await lake.append("default.numbers", [{ id: 1_000_000, word: "w3", half: 0 }]);
    const other = await connect(temporary.local.config);
    const found = (await other.jobs({ address: cluster.dashboard }))[0];
    expect(found?.id).toBe(job.id);
    const result = await found?.result();
    expect(await result?.toObjects()).toEqual(expected);
    await other.close();
    const status = await job.status();
    expect(status).toMatchObject({ state: "succeeded", version: 1, rowsWritten: 2, message: undefined });
    expect(status.endedAt?.getTime()).toBeGreaterThan(
      status.startedAt?.getTime() ?? Number.POSITIVE_INFINITY,
    );
    expect(await job.logs()).not.toContain("dlf-lance {");
    await expectNoSecrets();
  });

  test("a job appends, and one puts rows in place of others", async () => {
    const numbers = lake.read("default.numbers").where(col("id").lt(10)).select("id", "word");
    await lake.createTable("default.some", await numbers.collect());
    const grown = await (await numbers.submit("default.some", { ...place, mode: "append" })).result();
    expect(await grown.count()).toBe(40);
    expect((await lake.describe("default.some")).version).toBe(2);
    const replaced = await (
      await numbers
        .select("word")
        .distinct()
        .submit("default.some", { ...place, mode: "overwrite" })
    ).result();
    expect(await replaced.sort("word").limit(1).toObjects()).toEqual([{ word: "w0" }]);
    expect((await lake.describe("default.some")).version).toBe(3);
    const seen = await connect(temporary.local.config);
    expect((await seen.read("default.some").schema()).fields.map(({ name }) => name)).toEqual(["word"]);
    await seen.close();
  });

  test("a job that fails says why, and leaves nothing behind", async () => {
    const numbers = lake.read("default.numbers");
    const job = await numbers
      .select(col("id").add(9_223_372_036_854_770_000n).as("n"))
      .submit("default.never", place);
    await expect(job.result()).rejects.toThrow(/overflow/i);
    expect((await job.status()).state).toBe("failed");
    expect(await lake.tableExists("default.never")).toBe(false);
  });

  test("a job that is stopped ends, and leaves nothing behind", async () => {
    const numbers = lake.read("default.numbers");
    const job = await numbers
      .join(numbers, { how: "cross" })
      .groupBy("word")
      .agg(col("id").add(col("id_right")).sum().as("s"))
      .submit("default.never", place);
    await expect.poll(async () => (await job.status()).rowsRead, { timeout: 120_000 }).toBeGreaterThan(0);
    expect(await lake.tableExists("default.never")).toBe(true);
    await job.stop();
    await expect(job.result()).rejects.toMatchObject({ code: "Interrupted" });
    expect((await job.status()).state).toBe("stopped");
    await expect.poll(() => lake.tableExists("default.never"), { timeout: 10_000 }).toBe(false);
  });

  test("what cannot be a job is refused before anything is sent", async () => {
    const numbers = lake.read("default.numbers");
    const { identity: _, ...withoutIdentity } = place;
    await expect(numbers.submit("default.no", withoutIdentity)).rejects.toMatchObject({
      code: "Unsupported",
      message: expect.stringContaining("your keys would lie in its package"),
    });
    await expect(numbers.submit("default.numbers", place)).rejects.toMatchObject({
      code: "TableAlreadyExists",
    });
    await expect(numbers.submit("nowhere.no", place)).rejects.toMatchObject({ code: "NamespaceNotFound" });
    await expect(numbers.submit("default.no", { ...place, mode: "append" })).rejects.toMatchObject({
      code: "TableNotFound",
    });
    await expect(
      numbers.select("id").submit("default.numbers", { ...place, mode: "append" }),
    ).rejects.toMatchObject({
      code: "TableSchemaValidationError",
    });
    await expect(numbers.mapBatches((rows) => rows).submit("default.no", place)).rejects.toMatchObject({
      code: "Unsupported",
    });
    await expect(
      numbers.submit("default.no", { ...place, address: "http://127.0.0.1:9" }),
    ).rejects.toMatchObject({
      code: "ServiceUnavailable",
    });
    for (const wrong of [
      { adress: "x" },
      { address: "ray://x:1" },
      { address: "http://user:hunter2hunter2@x:1" },
      { address: "http://x:1/?token=hunter2" },
      { token: "a\nb" },
      { python: "rm -rf /; python" },
      { identity: "ecs" },
    ])
      await expect(numbers.submit("default.no", wrong as never)).rejects.toMatchObject({
        code: "InvalidInput",
      });
    expect(await lake.tableExists("default.no")).toBe(false);
  });

  /** Not in command lines, environments, the list of jobs, or what Ray keeps on disk. */
  async function expectNoSecrets(): Promise<void> {
    const listed = await (await fetch(`${cluster.dashboard}/api/jobs/`)).text();
    const processes = spawnSync("sh", ["-c", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null"], {
      encoding: "latin1",
      maxBuffer: 1 << 26,
    }).stdout;
    expect(processes).toContain("raylet");
    const secret = temporary.local.config["dlf.access-key-secret"] as string;
    expect(listed).toContain("dlf-lance.table");
    expect(listed).not.toContain(secret);
    expect(processes).not.toContain(secret);
    expect(spawnSync("grep", ["-rlF", secret, "/tmp/ray/"], { encoding: "utf8" }).stdout).toBe("");
  }
});
