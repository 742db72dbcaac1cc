/** Frames that jobs of a Ray cluster write: `npm run test:scale`, and a part of `npm run test:full`. */
import { readFile } from "node:fs/promises";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { formatForDisplay } from "../../src/display/mime.ts";
import { type Connection, col, connect, fromRows } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { isAlive, ownRayWorkers } from "./processes.ts";
import { type RayCluster, startRayCluster } from "./ray-cluster.ts";
import { createSlowTable } from "./slow-table.ts";
import { expectUntold, findInRayFiles, formsOf } from "./told-secrets.ts";

const python = inject("rayPython") ?? "";
const tokenSeconds = 5;
/** How long a job lasts that outlives its tokens. */
const longSeconds = 60;

describe.skipIf(python === "")("jobs", { timeout: 300_000 }, () => {
  let temporary: TemporaryLake;
  let lake: Connection;
  let cluster: RayCluster;
  let place: {
    readonly address: string;
    readonly identity: { readonly kind: "file"; readonly path: string };
  };

  beforeAll(async () => {
    const opening = openTemporaryLake({ tokenLifetime: tokenSeconds, faults: true });
    [temporary, cluster] = await Promise.all([
      opening,
      startRayCluster(python, { processors: 2, nodes: 0, hasDashboard: true }),
    ]);
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
    const list = await lake.jobs({ address: cluster.dashboard });
    expect(list[0]?.listed).toEqual({
      state: "succeeded",
      startedAt: status.startedAt,
      endedAt: status.endedAt,
    });
    for (const text of [(await formatForDisplay(list))["text/plain"], inspect(list)])
      expect(text).toMatch(new RegExp(`${job.id} +│ +succeeded │ 20[^│]* │ 20[^│]* │ default\\.sums`));
    expect(list.map(({ id }) => id)).toContain(job.id);
    expect(await job.logs()).not.toContain("dlf-lance {");
    const { "text/plain": shown } = await formatForDisplay(job);
    expect(shown).toMatch(/state +succeeded, [\d,]+ s/);
    expect(shown).toMatch(/read +40,000 rows \(.* kB\)/);
    expect(shown).toMatch(/written +2 rows, version 1/);
    expect(shown).toContain(cluster.dashboard);
    await expectNoSecrets();
  });

  test("a frame that runs there names the dashboard", async () => {
    const engine = { kind: "daft", runner: "ray", python, address: cluster.address } as const;
    const other = await connect({ ...temporary.local.config, engine });
    const shown = String(
      await other.read("default.numbers").groupBy("word").agg(col("id").max().as("last")).show(),
    );
    expect(shown).toContain(`on Ray at ${cluster.address} (dashboard ${cluster.dashboard}): `);
    await other.close();
    await expectNoSecrets();
  });

  test("a job of a minute outlasts tokens of five seconds", { timeout: 600_000 }, async () => {
    const fragments = 40;
    await lake.createTable("default.slow", [{ id: 0, word: "w0" }]);
    for (let id = 1; id < fragments; id++) await lake.append("default.slow", [{ id, word: `w${id}` }]);
    const { location } = await lake.describe("default.slow");
    const path = `${new URL(location).pathname}/data/`;
    const fault = { kind: "delay", milliseconds: 2_000 };
    await temporary.orderFaults([{ on: "oss", method: "GET", path, times: 10_000, fault }]);
    const begun = performance.now();
    const sum = lake
      .read("default.slow")
      .agg(col("id").sum().as("sum"), col("word").countDistinct().as("words"));
    const job = await sum.submit("default.slow_sum", place);
    const written = await job.result();
    const seconds = (performance.now() - begun) / 1_000;
    await temporary.orderFaults([]);
    expect(seconds).toBeGreaterThan(longSeconds);
    expect(await written.toObjects()).toEqual([
      { sum: BigInt((fragments * (fragments - 1)) / 2), words: BigInt(fragments) },
    ]);
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

  test("a job that is stopped ends within two seconds with its workers, and leaves nothing behind", async () => {
    const numbers = lake.read("default.numbers");
    // Those of frames that ran before wait for the next.
    const others = new Set(ownRayWorkers());
    const job = await numbers
      .join(numbers, { how: "cross" })
      .groupBy("word")
      .agg(col("id").add(col("id_right")).sum().as("s"))
      .submit("default.never", place);
    await expect.poll(async () => (await job.status()).rowsRead, { timeout: 120_000 }).toBeGreaterThan(0);
    expect(await lake.tableExists("default.never")).toBe(true);
    const workers = ownRayWorkers().filter((pid) => !others.has(pid));
    expect(workers.length).toBeGreaterThan(0);
    const begun = performance.now();
    const stopping = job.stop();
    const left = () => workers.filter(isAlive);
    await expect.poll(left, { timeout: 20_000, interval: 20 }).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await stopping;
    expect((await job.status()).state).toBe("stopped");
    await expect(job.result()).rejects.toMatchObject({ code: "Interrupted" });
    expect(await job.status()).toMatchObject({ state: "stopped", message: "it was stopped" });
    await expect.poll(() => lake.tableExists("default.never"), { timeout: 10_000 }).toBe(false);
  });

  test("a job that has not begun is stopped, and a finished one stays as it is", async () => {
    const job = await lake.read("default.numbers").submit("default.never", place);
    await job.stop();
    expect((await job.status()).state).toBe("stopped");
    await job.stop();
    expect((await job.status()).state).toBe("stopped");
    await expect.poll(() => lake.tableExists("default.never"), { timeout: 10_000 }).toBe(false);
  });

  test("a table that is made again before the job reads it is not taken for the one that is meant", async () => {
    await lake.createTable("default.remade", [{ id: 1n }]);
    await lake.createTable("default.remade_to", [{ id: 1n }]);
    const remade = lake.read("default.remade");
    const submitted = [
      await remade.submit("default.never", place),
      await lake
        .read("default.numbers")
        .select("id")
        .submit("default.remade_to", { ...place, mode: "append" }),
    ];
    for (const table of ["default.remade", "default.remade_to"]) {
      await lake.dropTable(table);
      await lake.createTable(table, [{ id: 2n }]);
    }
    for (const job of submitted) {
      await expect(job.result()).rejects.toMatchObject({
        code: "TableNotFound",
        message: expect.stringMatching(
          /another was made under its name; look what is there with listTables\(\)/,
        ),
      });
    }
    expect(await lake.tableExists("default.never")).toBe(false);
    expect(await lake.read("default.remade_to").toObjects()).toEqual([{ id: 2n }]);
  });

  test("a table that is dropped while a job reads it is called gone", async () => {
    const quicken = await createSlowTable(lake, temporary, "default.dropped");
    const job = await lake.read("default.dropped").submit("default.never", place);
    await expect.poll(async () => (await job.status()).rowsRead, { timeout: 120_000 }).toBeGreaterThan(0);
    await lake.dropTable("default.dropped");
    await expect(job.result()).rejects.toMatchObject({
      code: "TableNotFound",
      message: expect.stringMatching(/look what is there with listTables\(\), and run it again$/),
    });
    await quicken();
    expect(await lake.tableExists("default.never")).toBe(false);
  });

  test("what cannot be a job is refused before anything is sent", async () => {
    const numbers = lake.read("default.numbers");
    const { identity: _, ...withoutIdentity } = place;
    await expect(numbers.submit("default.no", withoutIdentity)).rejects.toMatchObject({
      code: "Unsupported",
      message: expect.stringContaining("your keys would lie in its package"),
    });
    const handedOut = await connect({
      ...withoutKeys(temporary.local.config),
      credentials: {
        load: async () => ({
          accessKeyId: temporary.local.config["dlf.access-key-id"],
          accessKeySecret: temporary.local.config["dlf.access-key-secret"],
        }),
      },
    } as never);
    await expect(
      handedOut.read("default.numbers").submit("default.no", withoutIdentity),
    ).rejects.toMatchObject({
      code: "Unsupported",
      message: expect.stringContaining("your keys come from this process, and a job has to ask"),
    });
    await handedOut.close();
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

  /** Not in command lines, environments, what the dashboard says, or what Ray keeps on disk: packages, logs, events. */
  async function expectNoSecrets(): Promise<void> {
    const pages = [
      "api/jobs/",
      ...["tasks", "actors", "workers", "runtime_envs", "jobs", "nodes", "objects", "placement_groups"].map(
        (page) => `api/v0/${page}?detail=1&limit=10000`,
      ),
      "api/cluster_status",
      "nodes?view=summary",
      "logical/actors",
    ];
    const answers = await Promise.all(pages.map((page) => fetch(`${cluster.dashboard}/${page}`)));
    expect(answers.filter(({ ok }) => !ok).map(({ url }) => url)).toEqual([]);
    const listed = (await Promise.all(answers.map((answer) => answer.text()))).join("\n");
    expect(listed).toContain("dlf-lance.table");
    // The job's package is among what is searched.
    expect(findInRayFiles(place.identity.path)).toContain("job.json");
    const file = JSON.parse(await readFile(place.identity.path, "utf8")) as Readonly<Record<string, string>>;
    const secrets = formsOf([
      temporary.local.config["dlf.access-key-secret"],
      file.AccessKeySecret,
      file.SecurityToken,
    ]);
    expectUntold(secrets);
    for (const secret of secrets) expect(listed).not.toContain(secret);
  }
});

function withoutKeys(config: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(config).filter(([name]) => !/access-key|security-token|token/.test(name)),
  );
}
