import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connection, connect } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { type ServedLake, serveLakeDirectly } from "./local-lake.ts";
import { type ResidentPython, startPython } from "./run-python.ts";

let served: ServedLake;
let lake: Connection;
let peer: ResidentPython;

beforeAll(async () => {
  served = await serveLakeDirectly("--oss-port", "0");
  lake = await connect(served.config);
  peer = startPython({ ...served.env, DLF_CONFIG: JSON.stringify(served.config) }, "edits.py");
});

afterAll(async () => {
  await peer?.end();
  await lake?.close();
  expect(await served?.stop()).toBe(0);
});

async function python(...arguments_: readonly string[]) {
  return JSON.parse(await peer.run(...arguments_));
}

test("PyLance sees every edit, tag and index of ours, and we see its own", async () => {
  await lake.createTable("default.shared", { id: [1, 2, 3, 4], name: ["a", "b", "c", "d"] });
  const table = lake.table("default.shared");
  await table.delete("id = 1");
  await table.update({ name: "B" }, { where: { id: 2 } });
  await table.merge("id", [
    { id: 4, name: "D" },
    { id: 5, name: null },
  ]);
  await table.addColumns({ double: { sql: "id * 2" }, note: { type: "timestamp[us, UTC]" } });
  await table.alterColumns({ double: { rename: "twice", type: "int32" } });
  await table.dropColumns(["note"]);
  await table.compact();
  await table.createIndex("name", { type: "fts" });
  await table.createTag("ours", 1);
  const mine = await table.describe({ details: true });
  const seen = await python("look", "default", "shared");
  expect(seen.rows.sort((a: { id: number }, b: { id: number }) => a.id - b.id)).toEqual([
    { id: 2, name: "B", twice: 4 },
    { id: 3, name: "c", twice: 6 },
    { id: 4, name: "D", twice: 8 },
    { id: 5, name: null, twice: 10 },
  ]);
  expect(seen).toMatchObject({
    version: mine.version,
    tags: { ours: 1 },
    indices: [["name_idx", "Inverted"]],
    types: { id: "int64", name: "string", twice: "int32" },
    fragments: mine.fragments,
    storage: mine.storageVersion,
  });

  const { version } = await python("change", "default", "shared");
  expect(await table.tags()).toEqual([
    { tag: "ours", version: 1 },
    { tag: "python", version: mine.version },
  ]);
  expect((await table.indices()).map(({ name, type }) => [name, type])).toEqual([
    ["id_idx", "BTree"],
    ["name_idx", "FTS"],
  ]);
  expect((await table.describe()).version).toBe(version);
  expect(await table.read().where("id = 3").select("name").toObjects()).toEqual([{ name: "by python" }]);
  expect(await table.at("python").where("id = 3").select("name").toObjects()).toEqual([{ name: "c" }]);
  await table.restore("ours");
  expect((await python("look", "default", "shared")).rows).toHaveLength(4);
});

test("blobs are read when they are asked for, in the order of the rows", async () => {
  await lake.createTable("default.new_blobs", { id: [0] });
  await python("blobs", "default", "new_blobs");
  const table = lake.table("default.new_blobs");
  const blobs = await table.fetchBlobs("data", [2, 0, 1, 2]);
  expect(blobs.map((blob) => blob && Buffer.from(blob).toString())).toEqual([
    "third".repeat(1_000),
    "first",
    null,
    "third".repeat(1_000),
  ]);
  expect(await table.read().select("id").limit(1).toObjects()).toEqual([{ id: 1n }]);
});

test("blobs of the older kind show where they lie, and how to get at them is said", async () => {
  await lake.createTable("default.blobs", { id: [0] });
  await python("old-blobs", "default", "blobs");
  const table = lake.table("default.blobs");
  expect(await table.count()).toBe(2);
  expect(await table.read().select("id").toObjects()).toEqual([{ id: 1n }, { id: 2n }]);
  expect(await refusal(() => table.fetchBlobs("data", [0]))).toMatch(/^Unsupported: .*take_blobs/);
  expect(await refusal(() => table.fetchBlobs("id", [0]))).toMatch(/^Unsupported: .*holds no blobs/);
});

test("a merge beside large lists is refused, and both ways out that the refusal names are open", async () => {
  await lake.createTable("default.lists", { id: [0] });
  const { version } = await python("large-lists", "default", "lists");
  const table = lake.table("default.lists");
  const rows = { id: [2, 3], name: ["B", "c"] };
  expect(await refusal(() => table.merge("id", rows))).toMatch(
    /^Unsupported: Cannot merge into default\.lists: its column tags is large_list<string>, .*append/,
  );
  expect((await table.describe()).version).toBe(version);

  await table.delete("id = 1");
  await table.append({ id: [1], name: ["A"], tags: [["y"]] });
  await lake.createTable("default.lists", await table.read().collect(), { mode: "Overwrite" });
  await table.merge("id", rows);
  expect(await table.read().sort("id").toObjects()).toEqual([
    { id: 1n, name: "A", tags: ["y"] },
    { id: 2n, name: "B", tags: null },
    { id: 3n, name: "c", tags: null },
  ]);
});

test("a cleanup leaves newest and tagged versions whole, and nothing else, as PyLance finds", async () => {
  await lake.createTable("default.tagged", { id: [1, 2], name: ["a", "b"] });
  const table = lake.table("default.tagged");
  const steps = [
    () => lake.append("default.tagged", { id: [3], name: ["c"] }),
    () => table.delete("id = 1"),
    () => lake.overwrite("default.tagged", { id: [10, 11], name: ["x", "y"] }),
    () => table.update({ name: "Y" }, { where: { id: 11 } }),
    () => table.merge("id", [{ id: 12, name: "z" }]),
    () => table.createIndex("id", { type: "btree" }),
    () => table.addColumns({ twice: { sql: "id * 2" } }),
    () => lake.overwrite("default.tagged", { id: [20], name: ["q"], twice: [40] }),
    () => lake.append("default.tagged", { id: [21], name: ["r"], twice: [42] }),
  ];
  const rows: Record<string, unknown> = {};
  for (const [place, step] of steps.entries()) {
    await step();
    if (![0, 3, 5, 7].includes(place)) continue;
    const { version } = await table.describe();
    await table.createTag(`t${place}`, version);
    const found = await table.read().sort("id").toObjects();
    rows[`t${place}`] = JSON.parse(JSON.stringify(found));
  }
  await table.compact();
  const cleaned = await table.cleanup({ olderThan: new Date(), allowRecent: true });
  expect(cleaned.versionsRemoved).toBeGreaterThanOrEqual(5);
  const seen = await python("tags", "default", "tagged");
  expect(seen.rows).toEqual(rows);
  const tagged = (await table.tags()).map(({ version }) => version);
  expect(seen.versions).toEqual([...new Set([...tagged, (await table.describe()).version])]);
  const stored = (await readdir(served.data, { recursive: true })).flatMap(
    (path) => /\/tagged-[^/]+\/data\/(.+)$/.exec(path)?.[1] ?? [],
  );
  expect(stored.sort()).toEqual(seen.files);
  expect(await table.read().count()).toBe(2);
});

test("what a branch may stand on is left alone", async () => {
  await lake.createTable("default.branched", { id: [1] });
  const table = lake.table("default.branched");
  await table.createTag("first", 1);
  for (const id of [2, 3]) await table.append({ id: [id] });
  await python("branch", "default", "branched");
  await table.append({ id: [4] });
  await table.cleanup({ olderThan: new Date(), allowRecent: true });
  expect((await table.versions()).map(({ version }) => version)).toEqual(
    expect.arrayContaining([1, 2, 3, 4]),
  );
});
