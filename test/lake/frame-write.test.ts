/** Frames as the rows of a write: read while they are written. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { Frame } from "../../src/frame/frame.ts";
import { type Connection, col, fromRows, readFile, WriteResult } from "../../src/index.ts";
import { createLakeStorage, type LakeStorage } from "../../src/lake/storage/storage.ts";
import { appendRows } from "../../src/lake/write/append-rows.ts";
import type { BatchSource } from "../../src/types.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let storage: LakeStorage;
let catalog: CatalogClient;
let folder: string;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  catalog = await CatalogClient.connect(parseConfig(temporary.local.config));
  storage = createLakeStorage(catalog);
  folder = await mkdtemp(join(tmpdir(), "frame-write-"));
  await lake.createTable("default.numbers", { id: [1, 2, 3, 4], name: ["a", "b", null, "d"] });
});

afterAll(async () => {
  await storage?.close();
  await catalog?.close();
  await temporary?.close();
  await rm(folder, { recursive: true, force: true });
});

function batchOf(...ids: readonly bigint[]) {
  return new arrow.Table({ id: arrow.vectorFromArray(ids, new arrow.Int64()) }).batches;
}

/** A frame of three batches. */
const pieces = fromRows(new arrow.Table([...batchOf(1n, 2n), ...batchOf(3n), ...batchOf(4n, 5n)]), "pieces");

test("createTable and append take a frame, and a table its own rows", async () => {
  const even = lake.read("default.numbers").where(col("id").mod(2).eq(0));
  expect(await lake.createTable("default.even", even)).toMatchObject({ rows: 2, commits: 1, version: 1 });
  const result = await lake.append("default.even", lake.read("default.even"));
  expect(result).toMatchObject({ rows: 2, commits: 1, version: 2 });
  expect(await lake.read("default.even").toObjects()).toEqual([
    { id: 2n, name: "b" },
    { id: 4n, name: "d" },
    { id: 2n, name: "b" },
    { id: 4n, name: "d" },
  ]);
});

test("a frame's rows are committed while the rest is still read", async () => {
  await lake.createTable("default.grown", { id: [0] });
  const versions: number[] = [];
  const watched = pieces.mapBatches(async (batch) => {
    versions.push(await storage.withTable(parseTableId("default.grown"), (handle) => handle.version()));
    return batch;
  });
  const options = { commits: "bounded", partBytes: 1 } as const;
  const result = await appendRows(storage, parseTableId("default.grown"), watched, options);
  expect(result).toMatchObject({ rows: 5, commits: 5 });
  expect(versions[0]).toBe(1);
  expect(versions.at(-1)).toBeGreaterThan(1);
});

test("write hands rows on batch by batch, whoever takes them", async () => {
  let read = 0;
  const counted = pieces.mapBatches((batch) => {
    read++;
    return batch;
  });
  const seen: number[] = [];
  const write = async (_table: unknown, rows: BatchSource) => {
    expect((await rows.schema()).fields.map(String)).toEqual(["id: Int64"]);
    expect(read).toBe(0);
    for await (const batch of rows.batches()) seen.push(batch.numRows, read);
    return new WriteResult({ table: "x", rows: 0, version: 1 });
  };
  const { context, plan } = counted;
  await new Frame({ ...context, tables: { ...context.tables, write } }, plan).write("default.x");
  expect(seen).toEqual([2, 1, 1, 2, 2, 3]);
});

test("write makes one commit, in place of what the frame itself reads as well", async () => {
  const frame = lake.read("default.numbers").where("id > 1").select("id");
  expect(await frame.write("default.copy")).toMatchObject({ rows: 3, commits: 1, version: 1 });
  expect(await lake.read("default.copy").concat(pieces).write("default.all")).toMatchObject({
    rows: 8,
    commits: 1,
  });
  expect(await refusal(() => frame.write("default.copy"))).toMatch(
    /^TableAlreadyExists: .*{ mode: "append" }.*{ mode: "overwrite" }/,
  );
  const fewer = lake.read("default.copy").where("id > 2");
  expect(await fewer.write("default.copy", { mode: "overwrite" })).toMatchObject({ rows: 2, commits: 1 });
  expect(await fewer.write("default.copy", { mode: "append" })).toMatchObject({ rows: 2, commits: 1 });
  expect(await lake.read("default.copy").toObjects()).toEqual([3n, 4n, 3n, 4n].map((id) => ({ id })));
});

test("no rows make a table with the frame's columns, and add no version", async () => {
  const none = lake.read("default.numbers").where("id > 9").withColumn("half", col("id").div(2));
  expect(await none.write("default.none")).toMatchObject({ rows: 0, version: 1 });
  const { fields } = await lake.read("default.none").schema();
  expect(fields.map(String)).toEqual(["id: Int64", "name: Utf8", "half: Float64"]);
  expect(await none.write("default.none", { mode: "append" })).toMatchObject({ version: 1, commits: 0 });
});

test("a frame that fails in the middle, or is interrupted, writes nothing", async () => {
  const numbers = lake.read("default.numbers").select("id");
  const rows = lake.read("default.numbers").select("id").concat(numbers);
  let batches = 0;
  const failing = rows.mapBatches((batch) => {
    batches++;
    if (batches === 2) throw new Error("no more");
    return batch;
  });
  await expect(failing.write("default.failed")).rejects.toThrow("no more");
  const stop = new AbortController();
  const stopping = rows.mapBatches((batch) => {
    stop.abort();
    return batch;
  });
  expect(await refusal(() => stopping.write("default.failed", { signal: stop.signal }))).toMatch(
    /^Interrupted/,
  );
  expect(await lake.tableExists("default.failed")).toBe(false);
});

test("files are read into tables", async () => {
  const path = join(folder, "rows.parquet");
  await lake.read("default.numbers").toParquet(path);
  expect(await lake.createTable("default.from_file", readFile(path))).toMatchObject({ rows: 4, commits: 1 });
  await lake.append("default.from_file", readFile(path));
  const written = await lake.read("default.numbers").toObjects();
  expect(await lake.read("default.from_file").toObjects()).toEqual([...written, ...written]);
});
