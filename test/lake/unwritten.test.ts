/** A table that the catalog has and the store has not: its creator was stopped, or is still at work. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { type Connection, connect, isError } from "../../src/index.ts";
import { createLakeStorage } from "../../src/lake/storage/storage.ts";
import { createTable } from "../../src/lake/write/create-table.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let other: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake({ faults: true });
  lake = temporary.lake;
  other = await connect(temporary.local.config);
  await lake.declareTable("default.d");
});

afterAll(async () => {
  await other?.close();
  await temporary?.close();
});

const said =
  "it is declared and holds no data: its createTable was stopped, or is still running; " +
  'write it with createTable and { mode: "Overwrite" }, or drop it with dropTable("default.d")';
const row = [{ a: 1 }];

describe("every call says that there are no data, and the next step", () => {
  test.each<[string, () => Promise<unknown>]>([
    ["ExistOk", () => lake.createTable("default.d", row, { mode: "ExistOk" })],
    ["append", () => lake.append("default.d", row)],
    ["overwrite", () => lake.overwrite("default.d", row)],
    ["read", () => lake.read("default.d" as string).toObjects()],
    ["describe", () => lake.describe("default.d" as string)],
    ["merge", () => lake.table("default.d").merge("a", row)],
    ["compact", () => lake.table("default.d").compact()],
    ["versions", () => lake.table("default.d").versions()],
    ["sql", () => lake.sql("SELECT * FROM default.d").toObjects()],
  ])("%s", async (_, call) => {
    expect(await refusal(call)).toBe(`TableNotFound: Cannot open table default.d: ${said}`);
  });

  test("createTable", async () => {
    expect(await refusal(() => lake.createTable("default.d", row))).toBe(
      `TableAlreadyExists: Cannot create table default.d: ${said}`,
    );
  });
});

test("createTable names the modes when the table has data", async () => {
  await lake.createTable("default.whole", row);
  expect(await refusal(() => lake.createTable("default.whole", row))).toBe(
    "TableAlreadyExists: Cannot create table default.whole: it exists already; append to it, " +
      'pass { mode: "Overwrite" } to replace its data or { mode: "ExistOk" } to keep them, or choose another name',
  );
});

test("mode Overwrite writes a table that was only declared, and dropTable drops it", async () => {
  await lake.declareTable("default.late");
  await lake.createTable("default.late", row, { mode: "Overwrite" });
  expect(await lake.read("default.late").toObjects()).toEqual([{ a: 1n }]);
  await lake.declareTable("default.gone");
  await lake.dropTable("default.gone");
  await lake.createTable("default.gone", row);
  expect(await lake.read("default.gone").toObjects()).toEqual([{ a: 1n }]);
});

/** Holds a create up at one of its requests until `meanwhile` is done. */
async function createSlowly(name: string, path: string, meanwhile: () => Promise<unknown>): Promise<string> {
  await temporary.orderFaults([
    { on: "oss", method: "PUT", path, times: 1, fault: { kind: "delay", milliseconds: 2_000 } },
  ]);
  const creating = lake.createTable(name, row).then(
    () => "created",
    (error: unknown) => (isError(error) ? `${error.code}: ${error.message}` : String(error)),
  );
  while (!(await other.listTables("default")).includes(name.slice("default.".length))) await sleep(5);
  await sleep(200);
  await meanwhile();
  return creating;
}

describe.each(["/data/", "/_versions/"])("a creator that is slow with its %s", (path) => {
  const name = `default.slow_${path.replaceAll(/\W/g, "")}`;

  test("leaves the rows that another has written meanwhile", async () => {
    const rows = [{ a: 10 }, { a: 11 }];
    const outcome = await createSlowly(name, path, () =>
      other.createTable(name, rows, { mode: "Overwrite" }),
    );
    expect(outcome).toBe(
      `TableAlreadyExists: Cannot create table ${name}: another writer wrote its first rows at the same time, ` +
        "and they stay; append to it, or choose another name",
    );
    expect(await lake.read(name).sort("a").toObjects()).toEqual([{ a: 10n }, { a: 11n }]);
    expect(await other.read(name).count()).toBe(2);
  });

  test("does not drop a table that another has made of its name meanwhile", async () => {
    const rows = [{ a: 20 }, { a: 21 }];
    const outcome = await createSlowly(`${name}_again`, path, async () => {
      await other.dropTable(`${name}_again`);
      await other.createTable(`${name}_again`, rows);
    });
    expect(outcome).toBe(
      `ConcurrentModification: Cannot create table ${name}_again: another writer dropped it while its rows were written, ` +
        "and made one of the same name, which stays; append to it, or choose another name",
    );
    expect(await lake.read(`${name}_again`).count()).toBe(2);
    expect(await other.read(`${name}_again`).sort("a").toObjects()).toEqual([{ a: 20n }, { a: 21n }]);
  });
});

test.each(["/data/", "/_versions/"])(
  "a creator that is slow with its %s says that its table was dropped",
  async (path) => {
    const name = `default.dropped_${path.replaceAll(/\W/g, "")}`;
    expect(await createSlowly(name, path, () => other.dropTable(name))).toBe(
      `ConcurrentModification: Cannot create table ${name}: another writer dropped it while its rows were written; run this again`,
    );
    expect(await lake.tableExists(name)).toBe(false);
  },
);

test("of two creators at the same time one is told that the other was first", async () => {
  for (let round = 0; round < 10; round++) {
    const name = `default.both_${round}`;
    const outcomes = await Promise.allSettled([
      lake.createTable(name, [{ a: 1 }]),
      other.createTable(name, [{ a: 2 }, { a: 3 }]),
    ]);
    const winner = outcomes.findIndex(({ status }) => status === "fulfilled");
    expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(1);
    expect(await other.read(name).count()).toBe(winner + 1);
  }
});

test.each(["ExistOk", "Overwrite"] as const)(
  "creations of one table at once, with mode %s, are made one after the other",
  async (mode) => {
    const name = `default.turns_${mode}`;
    const create = (a: number) => lake.createTable(name, [{ a }], { mode });
    // Twice: the first ones find no table, the others one.
    for (const values of [
      [1, 2, 3],
      [4, 5, 6],
    ]) {
      const before = await lake
        .table(name)
        .versions()
        .then(
          (all) => all.length,
          () => 0,
        );
      const results = await Promise.all(values.map(create));
      const isKept = mode === "ExistOk";
      expect(results.map(({ version }) => version)).toEqual(
        isKept ? [1, 1, 1] : [1, 2, 3].map((n) => before + n),
      );
      expect(await lake.read(name).toObjects()).toEqual([{ a: isKept ? 1n : BigInt(values[2] ?? 0) }]);
    }
  },
);

test("of creations of one table at once all but the first are told that it exists, and one that fails lets the next be made", async () => {
  const make = (name: string, rows: readonly object[]) => lake.createTable(name, rows as typeof row);
  const [first, ...others] = await Promise.allSettled([1, 2, 3].map((a) => make("default.turns", [{ a }])));
  expect(first?.status).toBe("fulfilled");
  for (const { status, ...outcome } of others) {
    expect(status).toBe("rejected");
    expect(outcome).toMatchObject({
      reason: { message: expect.stringMatching(/it exists already; append to it/) },
    });
  }
  await temporary.orderFaults([
    { on: "oss", method: "PUT", path: "/_versions/", times: 1, fault: { kind: "drop", when: "before" } },
  ]);
  const outcomes = await Promise.allSettled([4, 5].map((a) => make("default.next", [{ a }])));
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  expect(await lake.read("default.next").toObjects()).toEqual([{ a: 5n }]);
});

test("a creation that waits for another can be interrupted, and is not made", async () => {
  await temporary.orderFaults([
    { on: "oss", method: "PUT", path: "/data/", times: 1, fault: { kind: "delay", milliseconds: 1_000 } },
  ]);
  const controller = new AbortController();
  const first = lake.createTable("default.waited", [{ a: 1 }]);
  const options = { mode: "Overwrite", signal: controller.signal } as const;
  let isFirstDone = false;
  first.then(() => (isFirstDone = true));
  const second = refusal(() => lake.createTable("default.waited", [{ a: 2 }], options));
  await sleep(200);
  controller.abort();
  expect(await second).toMatch(/^Interrupted: /);
  expect(isFirstDone).toBe(false);
  await first;
  await lake.createTable("default.waited", [{ a: 3 }], { mode: "ExistOk" });
  expect(await lake.read("default.waited").toObjects()).toEqual([{ a: 1n }]);
});

test("a create in several commits that fails leaves what others have added", async () => {
  const rows = (first: number) => Array.from({ length: 1_000 }, (_, row) => ({ a: first + row }));
  async function* pieces() {
    yield rows(0);
    yield rows(1_000);
    const count = () =>
      other
        .read("default.parts")
        .count()
        .catch(() => 0);
    while ((await count()) === 0) await sleep(5);
    await other.append("default.parts", [{ a: 100_000 }]);
    yield [{ a: "no number" }];
  }
  const catalog = await CatalogClient.connect(parseConfig(temporary.local.config));
  const storage = createLakeStorage(catalog);
  const options = { commits: "bounded", partBytes: 8_000 } as const;
  const id = parseTableId("default.parts");
  expect(await refusal(() => createTable(storage, id, pieces(), options))).toMatch(
    /row 2,?001.* the [12],000 rows before this part are written, up to version \d+$/s,
  );
  const kept = await other.read("default.parts").sort("a").toObjects();
  expect(kept.slice(0, 2).concat(kept.slice(-1))).toEqual([{ a: 0n }, { a: 1n }, { a: 100_000n }]);
  await storage.close();
  await catalog.close();
});
