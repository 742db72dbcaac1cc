import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { Field } from "../../../src/arrow.ts";
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
      const text = await tables.declare({ names: named, ofConnection: [], isChanging: false }, purpose);
      latest = text ?? latest;
      return text;
    },
  };
}

test("a table that a cell names has its columns declared", async () => {
  const { declare } = watch();
  const first = await declare(["default.readings"]);
  expect(first).toContain('"default.readings": {');
  expect(first).toContain('"f0": bigint | null;');
  expect(await declare(["default.readings"])).toBeUndefined();
  // Names and types are all that the checker's process is sent.
  for (const secret of Object.values(opened.local.config)) {
    if (secret.length > 8) expect(first).not.toContain(secret);
  }
  expect(first).not.toMatch(/oss:|token|secret/i);
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

test("a table that a cell itself made, or connected for, is known after it", async () => {
  const { declare, latest } = watch();
  await declare(["default.made"]);
  await opened.lake.createTable("default.made", [{ a: 1n }]);
  await declare([]);
  expect(latest()).toContain('"a": bigint | null;');
  await opened.lake.dropTable("default.made");
});

test("a name that is none, and a catalog that does not answer in time, leave tables untyped", async () => {
  const { declare } = watch();
  expect((await declare(["no.table", "a.b.c", '".*/`'])) ?? "").not.toContain("no.table");
});

/** The same lake by a connection that has asked for nothing yet. */
async function connectFresh(): Promise<void> {
  await opened.lake.close();
  opened.lake = await connect(opened.local.config);
}

test("the first mention asks the catalog once, and nothing of the store, where the catalog lists the columns", async () => {
  await connectFresh();
  const { declare, latest } = watch();
  const first = await countRequests(opened.local, () => declare(["default.readings"]));
  expect(first.list).toEqual([expect.stringMatching(/^catalog GET .*\/tables\/readings$/)]);
  expect(latest()).toContain('"f0": bigint | null;');
  await opened.lake.describe("default.readings");
  const again = await countRequests(opened.local, () => declare(["default.readings"]));
  expect(again.list).toEqual([]);
});

test("where the catalog lists no columns, or they have changed since, the table is opened", async () => {
  await opened.lake.createTable("default.unlisted", [{ a: 1n }], { fields: [] });
  await opened.lake.createTable("default.changed", [{ a: 1n, b: 2n }]);
  await opened.lake.table("default.changed").dropColumns(["b"]);
  for (const table of ["default.unlisted", "default.changed"]) {
    await connectFresh();
    let columns: readonly Field[] = [];
    const look = async () => {
      columns = await opened.lake.directory.columns(table);
    };
    const { requests, list } = await countRequests(opened.local, look);
    // Entry, token, listing of versions and manifest.
    expect(requests, list.join("\n")).toBe(4);
    expect(columns.map(({ name }) => name)).toEqual(["a"]);
  }
});

test("what the catalog says of a column stands with its type, before the table is opened and after", async () => {
  const fields = [{ id: 0, name: "f0", type: "BIGINT", description: "Nobody's */ business" }];
  await opened.lake.createTable("default.described", [{ f0: 1n }], { fields });
  await connectFresh();
  const { declare, latest } = watch();
  await declare(["default.described"]);
  const text = "/** int64, may be null: Nobody's *\u200b/ business */";
  expect(latest()).toContain(text);
  await opened.lake.describe("default.described");
  expect(await declare(["default.described"])).toBeUndefined();
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

test("of a table that two catalogs have with other columns, a refused cell may mean either", async () => {
  const other = await openTemporaryLake();
  await other.lake.createTable("default.readings", [{ other: "x" }]);
  await other.lake.createTable("default.others", [{ g0: 1n }]);
  const tables = createKnownTables(() => undefined);
  const declare = (ofConnection: readonly string[], purpose: TablePurpose) =>
    tables.declare(
      { names: ["default.readings", "default.others"], ofConnection, isChanging: false },
      purpose,
    );
  const first = await declare(["default.readings"], "check");
  expect(first).toContain('"other": string | null;');
  expect(await declare([], "renewal")).toBeUndefined();
  const renewed = await declare(["default.readings", "default.others"], "renewal");
  expect(renewed).not.toContain("default.readings");
  expect(renewed).toContain('"g0": bigint | null;');
  await other.close();
  await connectFresh();
});

test("a slow catalog keeps a cell waiting as long as it may, and the next one not at all", async () => {
  await connectFresh();
  const { declare } = watch();
  await delayRequests(opened.local, 1_000);
  const waits = [];
  for (let cell = 0; cell < 2; cell++) {
    const start = performance.now();
    expect((await declare(["default.readings"])) ?? "").not.toMatch(/"default\.readings": \{/);
    waits.push(performance.now() - start);
  }
  expect(waits[0]).toBeLessThan(900);
  expect(waits[1]).toBeLessThan(200);
  await vi.waitFor(async () => expect(await declare(["default.readings"])).toContain('"f0"'), 30_000);
  await delayRequests(opened.local, 0);
});
