/** Which processes are kept for the next frame, and which are not. */
import { afterEach, expect, inject, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { keepSidecars } from "../../src/daft/keep-sidecars.ts";
import type { ProgramRun } from "../../src/daft/sidecar.ts";
import { preloadSidecar, runProgram, stopSidecars } from "../../src/daft/sidecars.ts";
import { encodeSchema } from "../../src/frame/engines/daft/type-table.ts";
import { ownChildren } from "./processes.ts";

const python = inject("testPython");
const int64 = encodeSchema([new arrow.Field("t0", new arrow.Int64(), true)]);
const count = 2_000_000;
const rows = arrow.tableToIPC(arrow.tableFromArrays({ a: new BigInt64Array(count) }), "stream");

function numbers(signal?: AbortSignal): ProgramRun {
  const plan = { step: "rows", rows: 0, columns: [["c1", 0]], places: [0] } as const;
  const program = { types: int64, result: int64, places: [], plan };
  return { program, tables: [rows], action: "read t", signal };
}

afterEach(async () => {
  stopSidecars();
  await expect.poll(ownChildren, { timeout: 20_000 }).toEqual([]);
});

test("a process waits for the next frame until the last connection is closed", async () => {
  const [first, second] = [keepSidecars(), keepSidecars()];
  preloadSidecar({ python });
  const waiting = ownChildren();
  expect(waiting).toHaveLength(1);
  for await (const _ of runProgram({ python }, numbers()));
  first();
  first();
  expect(ownChildren()).toEqual(waiting);
  second();
  await expect.poll(ownChildren, { timeout: 20_000 }).toEqual([]);
}, 60_000);

test("a process that works when the last connection is closed ends with its work", async () => {
  const close = keepSidecars();
  let read = 0;
  for await (const batch of runProgram({ python }, numbers())) {
    if (read === 0) close();
    read += batch.numRows;
  }
  expect(read).toBe(count);
  await expect.poll(ownChildren, { timeout: 20_000 }).toEqual([]);
}, 60_000);

test.each([
  ["of Daft", undefined, 1],
  ["with a cluster", "ray", 0],
] as const)(
  "after an interruption %s as many wait: %s, %i",
  async (_, runner, expected) => {
    const stop = new AbortController();
    const running = runProgram({ python, runner }, numbers(stop.signal)).next();
    const begun = ownChildren();
    expect(begun).toHaveLength(1);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "Interrupted" });
    await expect
      .poll(() => ownChildren().filter((pid) => !begun.includes(pid)), { timeout: 20_000 })
      .toHaveLength(expected);
    await expect.poll(() => ownChildren().filter((pid) => begun.includes(pid))).toEqual([]);
  },
  60_000,
);
