import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Connection, connect } from "../../../src/index.ts";
import { createKnownTables } from "../../../src/kernel/cells/known-tables.ts";
import { countRequests, delayRequests } from "../../lake/request-log.ts";
import { openTemporaryLake, type TemporaryLake } from "../../temporary-lake.ts";

let opened: Omit<TemporaryLake, "lake"> & { lake: Connection };

beforeAll(async () => {
  opened = { ...(await openTemporaryLake({ faults: true })) };
  await opened.lake.createTable("default.readings", [{ f0: 1n }]);
  await opened.lake.createTable("default.others", [{ g0: 1n }]);
});

afterAll(() => opened?.close());

/** The declarations as the checker has them, by whichever way they came. */
function watch() {
  let latest = "";
  const tables = createKnownTables((text) => {
    latest = text;
  });
  return {
    latest: () => latest,
    declare: async (names: readonly string[], isRenewal = false) => {
      const text = await tables.declare({ names, isChanging: false }, isRenewal);
      latest = text ?? latest;
      return text;
    },
  };
}

test("a table that a cell names has its columns declared, and all others their names", async () => {
  const { declare, latest } = watch();
  const first = await declare(["default.readings"]);
  expect(first).toContain('"default.readings": {');
  expect(first).toContain('"f0": bigint | null;');
  await vi.waitFor(() => expect(latest()).toContain('"default.others": Untyped;'));
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
  const { declare, latest } = watch();
  await declare([]);
  await vi.waitFor(() => expect(latest()).toContain("default.others"));
  await opened.lake.close();
  opened.lake = await connect(opened.local.config);
  const first = await countRequests(opened.local, () => declare(["default.readings"]));
  // Four to open the table; the listing of this new connection takes two, one for each namespace and one for all.
  expect(first.requests, first.list.join("\n")).toBeLessThanOrEqual(6);
  await declare(["default.readings"]);
  const again = await countRequests(opened.local, () => declare(["default.readings"]));
  expect(again.requests, again.list.join("\n")).toBe(0);
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
