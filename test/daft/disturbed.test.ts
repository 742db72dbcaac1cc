/** What becomes of work on Daft when its process or its table goes in the middle: the error says it, and is right. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { isError } from "../../src/errors.ts";
import { type Connection, col } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { ownChildren } from "./processes.ts";

const rows = 20_000;
/** How long the store keeps a request before it does what is asked, in milliseconds. */
const delay = 300;

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  temporary = await openTemporaryLake({ faults: true });
  ({ lake } = temporary);
  const numbers = Array.from({ length: rows }, (_, id) => ({ id: BigInt(id) }));
  await lake.createTable("default.numbers", numbers);
}, 60_000);
afterAll(async () => {
  stopSidecars();
  await temporary.close();
  delete process.env.DLF_LANCE_DAFT_PYTHON;
});

/** The files of a table in one of its folders: what the store has done, while the writer may not know yet. */
async function filesOf(table: string, folder: string): Promise<readonly string[]> {
  const { pathname } = new URL((await lake.describe(table)).location);
  return readdirSync(join(temporary.data, "buckets", "lake", pathname, folder));
}

interface Moment {
  /** What the store is slow with, or does and does not answer. */
  readonly faults: readonly object[];
  /** One more file in this folder is when the process is killed. */
  readonly seen: string;
}

/** Has a process append, kills it, and checks that the table is as the error says, also in its words. @returns its code */
async function killWhileAppending(table: string, { faults, seen }: Moment): Promise<string> {
  await lake.createTable(table, [{ id: 0n }]);
  const before = (await filesOf(table, seen)).length;
  await temporary.orderFaults(faults);
  const others = new Set(ownChildren());
  const ended = lake
    .read("default.numbers")
    .on("daft")
    .write(table, { mode: "append" })
    .then(
      () => "written",
      (error: unknown) => {
        if (!isError(error)) throw error;
        if (error.code === "ServiceUnavailable")
          expect(error.message).toMatch(
            /nothing was written: default\.\w+ is at version 1, as before; run it again$/,
          );
        else expect(error.message).toMatch(/was at version 1 before, and is at version 2 now; look at it/);
        return error.code;
      },
    );
  await expect
    .poll(async () => (await filesOf(table, seen)).length, { timeout: 30_000, interval: 5 })
    .toBeGreaterThan(before);
  for (const pid of ownChildren()) if (!others.has(pid)) process.kill(pid, "SIGKILL");
  const outcome = await ended;
  await temporary.orderFaults([]);
  // Whatever is still under way.
  await sleep(2 * delay);
  const isThere = outcome !== "ServiceUnavailable";
  expect((await lake.describe(table)).version).toBe(isThere ? 2 : 1);
  expect(await lake.read(table).count()).toBe(isThere ? rows + 1 : 1);
  return outcome;
}

const onVersions = { on: "oss", path: "/_versions/" };
const slow = { times: 1_000, fault: { kind: "delay", milliseconds: delay } };
const moments: Readonly<Record<string, Moment & { readonly codes: readonly string[] }>> = {
  "rows are stored": {
    faults: [{ on: "oss", method: "PUT", path: "/_transactions/", ...slow }],
    seen: "data",
    codes: ["ServiceUnavailable"],
  },
  "a commit may be on its way": {
    faults: [{ ...onVersions, method: "PUT", ...slow }],
    seen: "_transactions",
    codes: ["ServiceUnavailable", "CommitUnknown"],
  },
  "the commit is made, and its answer lost": {
    faults: [
      { ...onVersions, method: "PUT", fault: { kind: "drop", when: "after" } },
      { ...onVersions, ...slow },
    ],
    seen: "_versions",
    codes: ["CommitUnknown"],
  },
};

test.each(Object.entries(moments))(
  "killed when %s",
  async (_, moment) => {
    stopSidecars();
    const outcome = await killWhileAppending(`default.${moment.seen}`, moment);
    expect(moment.codes).toContain(outcome);
  },
  60_000,
);

test("a table whose creation is killed is not there, which the error says", async () => {
  stopSidecars();
  await temporary.orderFaults([{ on: "oss", method: "PUT", path: "/_transactions/", ...slow }]);
  const others = new Set(ownChildren());
  const numbers = lake.read("default.numbers");
  const creating = numbers
    .on("daft")
    .write("default.never")
    .catch((error: unknown) => error);
  const writers = () => ownChildren().filter((pid) => !others.has(pid));
  const isBegun = async () => writers().length > 0 && (await lake.tableExists("default.never" as string));
  await expect.poll(isBegun, { timeout: 30_000, interval: 5 }).toBe(true);
  for (const pid of writers()) process.kill(pid, "SIGKILL");
  expect(await creating).toMatchObject({
    code: "ServiceUnavailable",
    message: expect.stringMatching(/nothing was written: no table was made; run it again$/),
  });
  await temporary.orderFaults([]);
  expect(await lake.tableExists("default.never" as string)).toBe(false);
}, 60_000);

test("a table that is made again under its name is not taken for the one that is meant", async () => {
  await lake.createTable("default.remade", [{ id: 1n }]);
  stopSidecars();
  const others = new Set(ownChildren());
  const last = lake.read("default.remade").agg(col("id").add(1).max().as("last")).on("daft");
  const reading = last.toObjects().catch((error: unknown) => error);
  await expect.poll(() => ownChildren().some((pid) => !others.has(pid)), { interval: 5 }).toBe(true);
  await lake.dropTable("default.remade");
  await lake.createTable("default.remade", [{ id: 2n }]);
  expect(await reading).toMatchObject({
    code: "TableNotFound",
    message: expect.stringContaining("another was made under its name"),
  });
  expect(await last.toObjects()).toEqual([{ last: 3n }]);
}, 60_000);

test("a table that is dropped while Daft reads it is called gone", async () => {
  const numbers = Array.from({ length: rows }, (_, id) => ({ id: BigInt(id) }));
  await lake.createTable("default.dropped", numbers);
  await temporary.orderFaults([{ on: "oss", method: "GET", path: "/data/", ...slow }]);
  const reading = lake
    .read("default.dropped")
    .agg(col("id").add(1).max().as("last"))
    .on("daft")
    .toObjects()
    .catch((error: unknown) => error);
  await lake.dropTable("default.dropped");
  expect(await reading).toMatchObject({ code: "TableNotFound" });
  await temporary.orderFaults([]);
}, 60_000);

const replacements: Readonly<Record<string, (table: string) => Promise<unknown>>> = {
  "written over": (table) => lake.createTable(table, numbersFrom(1_000_000), { mode: "Overwrite" }),
  "dropped and made again": async (table) => {
    await lake.dropTable(table);
    await lake.createTable(table, numbersFrom(1_000_000));
  },
};

function numbersFrom(first: number) {
  return Array.from({ length: rows }, (_, id) => ({ id: BigInt(first + id) }));
}

test.each(Object.entries(replacements))(
  "of a table that is %s while Daft starts, or reads it, come the old rows or an error",
  async (name, replace) => {
    stopSidecars();
    const others = new Set(ownChildren());
    const hasStarted = async () => ownChildren().some((pid) => !others.has(pid));
    const isReading = () => sleep(delay / 2, true);
    for (const [index, moment] of [hasStarted, isReading].entries()) {
      const table = `default.replaced_${name.length}_${index}`;
      await lake.createTable(table, numbersFrom(0));
      const last = lake.read(table).agg(col("id").add(1).max().as("last")).on("daft");
      await temporary.orderFaults([{ on: "oss", method: "GET", path: "/data/", ...slow }]);
      const reading = last.toObjects().catch((error: unknown) => error);
      await expect.poll(moment, { interval: 5 }).toBe(true);
      await replace(table);
      const outcome = await reading;
      await temporary.orderFaults([]);
      if (isError(outcome)) expect(outcome.code).toBe("TableNotFound");
      else expect(outcome).toEqual([{ last: BigInt(rows) }]);
      expect(await last.toObjects()).toEqual([{ last: 1_000_000n + BigInt(rows) }]);
    }
  },
  60_000,
);
