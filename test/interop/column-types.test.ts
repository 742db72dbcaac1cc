import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connection, connect } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { type ServedLake, serveLakeDirectly } from "./local-lake.ts";
import { type ResidentPython, startPython } from "./run-python.ts";

let served: ServedLake;
let lake: Connection;
let peer: ResidentPython;
let folder: string;

const theirs = ["plain", "strange", "fixed_offset", "version_2_3", "blobs"];

beforeAll(async () => {
  served = await serveLakeDirectly();
  lake = await connect(served.config);
  peer = startPython({ ...served.env, DLF_CONFIG: JSON.stringify(served.config) }, "column_types.py");
  folder = await mkdtemp(join(tmpdir(), "column-types-"));
});

afterAll(async () => {
  await peer?.end();
  await lake?.close();
  await served?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function python(...arguments_: readonly string[]) {
  return JSON.parse(await peer.run(...arguments_));
}

type Seen = Readonly<Record<string, { readonly rows: number; readonly same: boolean }>>;

/** The columns that another engine does not see as they were given, `times` over; none when all is well. */
function wrong(seen: Seen, times: number): string[] {
  const columns = Object.entries(seen);
  expect(columns.length).toBeGreaterThan(40);
  return columns.filter(([, { rows, same }]) => rows !== 3 * times || !same).map(([name]) => name);
}

test("what PyLance writes is read, and written back as Arrow and as objects; PyLance and Daft read it", async () => {
  await lake.createNamespace("theirs");
  for (const name of theirs) await lake.declareTable(`theirs.${name}`);
  await python("write", "theirs");
  for (const name of ["theirs.plain", "theirs.strange"]) {
    const [data, rows] = [await lake.read(name).collect(), await lake.read(name).toObjects()];
    expect([data.numRows, rows.length]).toEqual([3, 3]);
    await lake.append(name, data);
    await lake.append(name, rows);
  }
  const told = await python("check", "theirs");
  expect([wrong(told.pylance, 3), wrong(told.daft, 3)]).toEqual([[], []]);
  expect(told.types.large_list).toBe("large_list<item: int32>");
});

test("what we create from Arrow, PyLance and Daft read", async () => {
  await python("streams", folder);
  await lake.createNamespace("ours");
  for (const name of ["plain", "strange"]) {
    await lake.createTable(`ours.${name}`, await readFile(join(folder, `${name}.arrows`)));
  }
  const told = await python("check", "ours");
  expect([wrong(told.pylance, 1), wrong(told.daft, 1)]).toEqual([[], []]);
  expect(told.storage).toEqual({ plain: "2.2", strange: "2.2" });
  expect([told.types.dictionary32, told.types.large_list]).toEqual(["string", "list<item: int32>"]);
});

test("what the native library cannot read is said, with a way out", async () => {
  expect(await refusal(() => lake.read("theirs.fixed_offset").collect())).toMatch(
    /timestamp with a fixed offset/,
  );
  expect(await refusal(() => lake.append("theirs.fixed_offset", [{ id: 1 }]))).toMatch(/PyLance/);
  expect(await refusal(() => lake.read("theirs.version_2_3").collect())).toMatch(
    /2\.3.*data_storage_version/,
  );
  expect(await lake.read("theirs.blobs").select("id").toObjects()).toEqual([{ id: 0n }, { id: 1n }]);
  await lake.append("theirs.blobs", [{ id: 2, v: new Uint8Array([1]) }]);
  expect(await lake.read("theirs.blobs").count()).toBe(3);
});
