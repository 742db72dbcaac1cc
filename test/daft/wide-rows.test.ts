/** Rows that are wide pass through Daft's process a few at a time: none holds a table. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable } from "../frame/sample-table.ts";
import { makeBarePython } from "./bare-python.ts";
import { ownChildren } from "./processes.ts";

const megabyte = 1 << 20;
const rows = 600;
let folder: LanceFolder;
const bare = makeBarePython();

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = bare.python;
  folder = await openLanceFolder();
  const image = randomBytes(megabyte);
  const part = (begin: number, count: number) =>
    buildTable([
      {
        name: "id",
        type: new arrow.Int64(),
        cells: Array.from({ length: count }, (_, row) => BigInt(begin + row)),
      },
      { name: "image", type: new arrow.Binary(), cells: Array.from({ length: count }, () => image) },
    ]);
  await folder.create("images", part(0, 100));
  for (let begin = 100; begin < rows; begin += 100) await folder.append("images", part(begin, 100));
});
afterAll(async () => {
  stopSidecars();
  bare.remove();
  await folder.remove();
});

test.skipIf(process.platform !== "linux")("a table of images is never held as a whole", async () => {
  const images = folder.read("images").on("daft");
  await images.limit(1).collect();
  const [sidecar] = ownChildren();
  const before = peakOf(sidecar);
  let found = 0;
  for await (const batch of images.batches()) found += batch.numRows;
  expect(found).toBe(rows);
  // The table has 600 MB.
  expect(peakOf(sidecar) - before).toBeLessThan(450 * megabyte);
});

/** The most memory that a process has had, in bytes. */
function peakOf(pid: number | undefined): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) * 1_024;
}
