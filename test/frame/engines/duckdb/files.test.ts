import { mkdtemp, readdir, readFile as readText, rm, writeFile as writeText } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow, type RecordBatch } from "../../../../src/arrow.ts";
import { writeFile } from "../../../../src/frame/engines/duckdb/files.ts";
import { readFile } from "../../../../src/frame/files/read-file.ts";
import { toRowObjects } from "../../../../src/frame/rows/row-objects.ts";
import { buildTable } from "../../sample-table.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "files-"));
});
afterAll(() => rm(folder, { recursive: true }));

const table = buildTable([
  { name: "id", type: new arrow.Int64(), cells: [1n, 2n ** 60n, null] },
  { name: 'it\'s "a"', type: new arrow.Utf8(), cells: ["日本", null, 'x,"y"\n'] },
  { name: "price", type: new arrow.Float64(), cells: [1.5, -0.25, null] },
]);

async function* batchesOf(batches: readonly RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches;
}

async function rowsOf(path: string) {
  const rows = [];
  for await (const batch of readFile(path)) rows.push(...toRowObjects(batch));
  return rows;
}

test.each(["it's.parquet", "rows.csv", "rows.ndjson"])("%s comes back as it was written", async (name) => {
  const path = join(folder, name);
  const batches = [...table.batches, ...table.batches];
  expect(await writeFile(path, table.schema, batchesOf(batches))).toBe(6);
  expect(await rowsOf(path)).toEqual(batches.flatMap((batch) => toRowObjects(batch)));
});

test("a file that is there stays, unless told", async () => {
  const path = join(folder, "there.csv");
  await writeText(path, "mine");
  const write = (overwrite: boolean) =>
    writeFile(path, table.schema, batchesOf(table.batches), { overwrite });
  await expect(write(false)).rejects.toThrow("there is a file of that name");
  expect(await readText(path, "utf8")).toBe("mine");
  expect(await write(true)).toBe(3);
  expect(await rowsOf(path)).toHaveLength(3);
});

test("a write that fails in the middle leaves nothing", async () => {
  const broken = async function* () {
    yield* table.batches;
    throw new Error("no more");
  };
  await expect(writeFile(join(folder, "half.parquet"), table.schema, broken())).rejects.toThrow("no more");
  expect((await readdir(folder)).filter((name) => name.includes("half"))).toEqual([]);
});

test("a name without a format, and a file that is none", async () => {
  await expect(rowsOf(join(folder, "rows.txt"))).rejects.toThrow("does not tell the format");
  await expect(rowsOf(join(folder, "none.csv"))).rejects.toThrow("No files found");
});
