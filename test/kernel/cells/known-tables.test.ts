import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Connection, connect } from "../../../src/index.ts";
import { createKnownTables, nameChangedTables } from "../../../src/kernel/cells/known-tables.ts";
import type { TablePurpose } from "../../../src/kernel/wire/thread-messages.ts";
import { countRequests, delayRequests } from "../../lake/request-log.ts";
import { openTemporaryLake, type TemporaryLake } from "../../temporary-lake.ts";

let opened: Omit<TemporaryLake, "lake"> & { lake: Connection };

beforeAll(async () => {
  opened = { ...(await openTemporaryLake({ faults: true })) };
  await opened.lake.createTable("default.readings", [{ f0: 1n }]);
  await opened.lake.createTable("default.others", [{ g0: 1n }]);
});

afterAll(() => opened?.close());

/** What the checker has: declarations, and names. */
function watch() {
  let latest = "";
  let names: readonly string[] = [];
  const tables = createKnownTables((listed) => {
    names = listed;
  });
  return {
    ...tables,
    latest: () => latest,
    names: () => names,
    declare: async (named: readonly string[], purpose: TablePurpose = "check") => {
      const text = await tables.declare({ names: named, isChanging: false }, purpose);
      latest = text ?? latest;
      return text;
    },
  };
}

test("a table that a cell names has its columns declared, and of all others the names are known", async () => {
  const { declare, latest, names } = watch();
  const first = await declare(["default.readings"]);
  expect(first).toContain('"default.readings": {');
  expect(first).toContain('"f0": bigint | null;');
  await vi.waitFor(() => expect(names()).toContain("default.others"));
  expect(latest()).toContain('"f0": bigint | null;');
  expect(await declare(["default.readings"])).toBeUndefined();
});

test("what a cell changes is seen by the next", async () => {
  const { declare } = watch();
  const { lake } = opened;
  expect(await declare(["default.fresh"])).not.toContain("default.fresh");
  await lake.createTable("default.fresh", [{ a: 1n }]);
  expect(await declare(["default.fresh"])).toContain('"a": bigint | null;');
  await lake.table("default.fresh").addColumns({ b: { type: "string" } });
  expect(await declare([])).toContain('"b": string | null;');
  await lake.createTable("default.fresh", [{ c: true }], { mode: "Overwrite" });
  const replaced = await declare(["default.fresh"]);
  expect(replaced).toContain('"c": boolean | null;');
  expect(replaced).not.toContain('"b"');
  await lake.dropTable("default.fresh");
  expect(await declare(["default.fresh"])).not.toMatch(/"default\.fresh": \{/);
});

test("a name that is none, and a catalog that does not answer in time, leave tables untyped", async () => {
  const { declare } = watch();
  expect((await declare(["no.table", "a.b.c", '".*/`'])) ?? "").not.toContain("no.table");
});

test("naming an open table asks neither catalog nor store, and the first mention opens it once", async () => {
  const { declare, names } = watch();
  await declare([]);
  await vi.waitFor(() => expect(names()).toContain("default.others"));
  await opened.lake.close();
  opened.lake = await connect(opened.local.config);
  const first = await countRequests(opened.local, () => declare(["default.readings"]));
  // Four to open the table; the listing of this new connection takes two, one for each namespace and one for all.
  expect(first.requests, first.list.join("\n")).toBeLessThanOrEqual(6);
  await declare(["default.readings"]);
  const again = await countRequests(opened.local, () => declare(["default.readings"]));
  expect(again.requests, again.list.join("\n")).toBe(0);
});

test("whoever writes a cell has the names of all tables with the first answer", async () => {
  const { declare, names } = watch();
  await declare([], "draft");
  expect(names()).toContain("default.others");
});

test("a table is summed up with its place, version, rows and columns, and one that is none is not", async () => {
  const { declare, summarize } = watch();
  await declare([]);
  expect(await summarize("default.readings")).toMatchObject({
    location: expect.stringMatching(/^oss:/),
    version: 1,
    rows: 1,
    columns: [{ name: "f0", type: "int64", isNullable: true }],
  });
  expect(await summarize("default.nothing")).toBeUndefined();
});

test("a failure over a column says so where others have changed the table since the check", async () => {
  const { declare, findChanged } = watch();
  const { lake } = opened;
  await lake.createTable("default.moving", [{ a: 1n, b: 2n }]);
  await declare(["default.moving"]);
  const failure = { ename: "DlfLanceError", evalue: "no column named b", traceback: ["no column named b"] };
  const error = { code: "TableColumnNotFound" };
  expect(await nameChangedTables(error, failure, findChanged)).toBe(failure);
  await lake.table("default.moving").dropColumns(["b"]);
  expect((await nameChangedTables(error, failure, findChanged)).evalue).toBe(
    "no column named b\nThe table default.moving has changed since this cell was checked: run it again",
  );
  expect(await nameChangedTables(new TypeError("x"), failure, findChanged)).toBe(failure);
});

test("a slow catalog keeps no cell waiting longer than it may", async () => {
  const { declare } = watch();
  await opened.lake.close();
  opened.lake = await connect(opened.local.config);
  await delayRequests(opened.local, 2_000);
  const start = performance.now();
  expect((await declare(["default.readings"])) ?? "").not.toMatch(/"default\.readings": \{/);
  expect(performance.now() - start).toBeLessThan(1_500);
  await delayRequests(opened.local, 0);
});
