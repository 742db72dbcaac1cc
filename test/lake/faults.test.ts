/** One request of a write goes wrong, whichever it is: the write is made once, or says what happened. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connection, connect, isError } from "../../src/index.ts";
import { startLocalLake } from "../../src/local/start.ts";
import { removeFolder, temporaryFolder } from "../local/test-lake.ts";
import { refusal } from "../refusal.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let tables = 0;

beforeAll(async () => {
  temporary = await openTemporaryLake({ faults: true });
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

type Fault =
  | { readonly kind: "status"; readonly status: 403 | 429 | 503 }
  | { readonly kind: "drop"; readonly when: string };

function order(faults: readonly object[]): Promise<Response> {
  const { uri, token } = temporary.local.faults ?? { uri: "", token: "" };
  const headers = { authorization: `Bearer ${token}` };
  return fetch(uri, { method: "PUT", headers, body: JSON.stringify({ faults }) });
}

/** Lets the requests of one method before the one at `place` pass, and that one go wrong. */
function orderOne(method: string, place: number, fault: Fault): Promise<Response> {
  const passing = { on: "oss", method, times: place, fault: { kind: "delay", milliseconds: 0 } };
  return order([...(place === 0 ? [] : [passing]), { on: "oss", method, times: 1, fault }]);
}

/** How many requests of a method the store was sent since this was asked last. */
async function countRequests(method: string): Promise<number> {
  const { uri, token } = temporary.local.faults ?? { uri: "", token: "" };
  const log = await fetch(uri, { headers: { authorization: `Bearer ${token}` } });
  const requests = (await log.json()) as { on: string; method: string }[];
  return requests.filter((request) => request.on === "oss" && request.method === method).length;
}

interface Write {
  /** What comes before it, in addition to the table's first rows. */
  prepare?(name: string): Promise<unknown>;
  run(name: string): Promise<unknown>;
  /** The rows afterwards. */
  readonly after: readonly object[];
  /** The rows before it, where they are not the table's first. */
  readonly before?: readonly object[];
  /** What else shows that it was made, and made once; nothing of it when it was not. */
  marks?(name: string): Promise<unknown>;
  readonly marked?: readonly [before: unknown, after: unknown];
}

const before = [
  { id: 1, x: 1 },
  { id: 2, x: 2 },
];
const asRead = (rows: readonly { id: number; x: number }[]) =>
  rows.map(({ id, x }) => ({ id: BigInt(id), x: BigInt(x) }));

const writes: Readonly<Record<string, Write>> = {
  append: {
    run: (name) => lake.append(name, [{ id: 3, x: 3 }]),
    after: asRead([...before, { id: 3, x: 3 }]),
  },
  merge: {
    run: (name) =>
      lake.table(name).merge("id", [
        { id: 2, x: 9 },
        { id: 3, x: 3 },
      ]),
    after: asRead([
      { id: 1, x: 1 },
      { id: 2, x: 9 },
      { id: 3, x: 3 },
    ]),
  },
  update: {
    run: (name) => lake.table(name).update({ x: { sql: "x + 10" } }),
    after: asRead([
      { id: 1, x: 11 },
      { id: 2, x: 12 },
    ]),
  },
  delete: { run: (name) => lake.table(name).delete("id = 1"), after: asRead([{ id: 2, x: 2 }]) },
  overwrite: { run: (name) => lake.overwrite(name, [{ id: 7, x: 7 }]), after: asRead([{ id: 7, x: 7 }]) },
  insertOverwrite: {
    run: (name) => lake.insertOverwrite(name, [{ id: 3, x: 3 }], { where: "id = 1", on: "id" }),
    after: asRead([
      { id: 2, x: 2 },
      { id: 3, x: 3 },
    ]),
  },
  "create over": {
    run: (name) => lake.createTable(name, [{ id: 8, x: 8 }], { mode: "Overwrite" }),
    after: asRead([{ id: 8, x: 8 }]),
  },
  "add column": {
    run: (name) => lake.table(name).addColumns({ y: { sql: "x + 1" } }),
    after: asRead(before).map((row) => ({ ...row, y: row.x + 1n })),
  },
  "drop column": {
    prepare: (name) => lake.table(name).addColumns({ y: { sql: "x + 1" } }),
    run: (name) => lake.table(name).dropColumns(["y"]),
    before: asRead(before).map((row) => ({ ...row, y: row.x + 1n })),
    after: asRead(before),
  },
  index: {
    run: (name) => lake.table(name).createIndex("id", { type: "btree" }),
    after: asRead(before),
    marks: async (name) => (await lake.table(name).indices()).length,
    marked: [0, 1],
  },
  compact: {
    prepare: (name) => lake.append(name, [{ id: 3, x: 3 }]),
    run: (name) => lake.table(name).compact(),
    before: asRead([...before, { id: 3, x: 3 }]),
    after: asRead([...before, { id: 3, x: 3 }]),
    marks: async (name) => (await lake.describe(name)).fragments,
    marked: [2, 1],
  },
  restore: {
    prepare: (name) => lake.append(name, [{ id: 3, x: 3 }]),
    run: (name) => lake.table(name).restore(1),
    before: asRead([...before, { id: 3, x: 3 }]),
    after: asRead(before),
    marks: async (name) => (await lake.table(name).versions()).length,
    marked: [2, 3],
  },
  tag: {
    run: (name) => lake.table(name).createTag("kept", 1),
    after: asRead(before),
    marks: (name) => lake.table(name).tags(),
    marked: [[], [{ tag: "kept", version: 1 }]],
  },
};

/** What is there, and whether it is all of what comes before or all of what comes after the write. */
async function look(name: string, { marks, marked, after, before: earlier = asRead(before) }: Write) {
  const found = [await sorted(name), await marks?.(name)];
  const isAfter = equals(found, [after, marked?.[1]]);
  const isBefore = equals(found, [earlier, marked?.[0]]);
  return { found, state: isAfter ? "made" : isBefore ? "not made" : "half made" };
}

function equals(found: unknown, wanted: unknown): boolean {
  try {
    expect(found).toEqual(wanted);
    return true;
  } catch {
    return false;
  }
}

async function makeTable(name: string, { prepare }: Write): Promise<void> {
  await lake.createTable(name, before);
  await prepare?.(name);
}

const sorted = async (name: string) => (await lake.read(name).sort("id").toObjects()) as object[];
const faults: readonly Fault[] = [
  { kind: "status", status: 429 },
  { kind: "status", status: 503 },
  { kind: "status", status: 403 },
];

describe.each(Object.entries(writes))("%s", (what, write) => {
  test.each(faults)(
    "is made, whichever request is answered with $status",
    { timeout: 300_000 },
    async (fault) => {
      const methods = what === "append" || sizes.everyFault ? ["PUT", "GET", "HEAD"] : ["PUT"];
      for (const method of methods) {
        for (let place = 0; place < (method === "PUT" ? 5 : 9); place++) {
          const name = `default.faulty_${++tables}`;
          await makeTable(name, write);
          await orderOne(method, place, fault);
          await countRequests(method);
          const outcome = await write.run(name).then(
            () => "made",
            (error: unknown) => String(error),
          );
          // What is beyond the last request is never met.
          const asked = await countRequests(method);
          await order([]);
          expect([what, method, place, outcome]).toEqual([what, method, place, "made"]);
          const { found, state } = await look(name, write);
          expect([what, method, place, state, found]).toEqual([what, method, place, "made", found]);
          await lake.dropTable(name);
          if (asked <= place) break;
        }
      }
    },
  );

  test.each(["before", "after"])(
    "is made once or not at all when a connection breaks %s the work",
    { timeout: 300_000 },
    async (when) => {
      for (let place = 0; place < 5; place++) {
        const name = `default.broken_${++tables}`;
        await makeTable(name, write);
        await orderOne("PUT", place, { kind: "drop", when });
        await countRequests("PUT");
        const error = await write.run(name).then(
          () => undefined,
          (reason: unknown) => reason,
        );
        const asked = await countRequests("PUT");
        await order([]);
        const { state } = await look(name, write);
        if (error === undefined) expect(state).toBe("made");
        else {
          expect(isError(error) && error.code).not.toBe("Internal");
          expect([what, place, state]).not.toEqual([what, place, "half made"]);
          if (!isError(error, "CommitUnknown"))
            expect([what, place, state]).toEqual([what, place, "not made"]);
        }
        await lake.dropTable(name);
        if (asked <= place) break;
      }
    },
  );
});

test.each(faults)(
  "a create is made, whichever request is answered with $status",
  { timeout: 300_000 },
  async (fault) => {
    for (const method of ["PUT", "GET"]) {
      for (let place = 0; place < 5; place++) {
        const name = `default.made_${++tables}`;
        await orderOne(method, place, fault);
        await lake.createTable(name, before);
        await order([]);
        expect(await sorted(name)).toEqual(asRead(before));
      }
    }
  },
);

test.each([
  [429, "Throttling"],
  [503, "ServiceUnavailable"],
])(
  "a store that goes on answering %i is told as %s, in writes and reads, and nothing is changed",
  { timeout: 120_000 },
  async (status, code) => {
    await lake.createTable(`default.refused_${status}`, before);
    const table = lake.table(`default.refused_${status}`);
    await order([{ on: "oss", method: "PUT", times: 1_000, fault: { kind: "status", status } }]);
    expect(await refusal(() => table.append([{ id: 3, x: 3 }]))).toMatch(
      new RegExp(`^${code}: Cannot append to `),
    );
    await order([{ on: "oss", times: 1_000, fault: { kind: "status", status } }]);
    expect(await refusal(() => table.read().toObjects())).toMatch(new RegExp(`^${code}: Cannot `));
    await order([]);
    expect(await sorted(table.name)).toEqual(asRead(before));
  },
);

test("tokens that a store calls expired before their end are renewed, by writes and reads", async () => {
  await lake.createTable("default.expired", before);
  const { uri, token } = temporary.local.faults ?? { uri: "", token: "" };
  const headers = { authorization: `Bearer ${token}` };
  const expire = () => fetch(uri, { method: "PUT", headers, body: JSON.stringify({ expireTokens: true }) });
  await expire();
  await lake.append("default.expired", [{ id: 3, x: 3 }]);
  await expire();
  expect(await lake.read("default.expired").count()).toBe(3);
});

test.each([429, 503])(
  "every read outlasts a store that answers %i for seven seconds",
  { timeout: 120_000 },
  async (status) => {
    const name = `default.outage_${status}`;
    await lake.createTable(name, [{ id: 1, s: "one two", v: [0, 1] }]);
    const table = lake.table(name);
    await table.createIndex("s", { type: "fts" });
    await table.createTag("first");
    const calls: Readonly<Record<string, (from: Connection) => Promise<unknown>>> = {
      rows: (from) => from.read(name).toObjects(),
      filtered: (from) => from.read(name).where("id = 1").toObjects(),
      count: (from) => from.table(name).count(),
      describe: async (from) => (await from.describe(name, { details: true })).rows,
      take: async (from) => (await from.table(name).take([0])).numRows,
      search: async (from) => (await from.table(name).search("two")).numRows,
      versions: async (from) => (await from.table(name).versions()).length,
      tags: (from) => from.table(name).tags(),
      indices: async (from) => (await from.table(name).indices()).length,
      at: async (from) => (await from.table(name).at("first").toObjects()).length,
      sql: (from) => from.sql(`SELECT count(*) AS n FROM ${name}`).toObjects(),
    };
    const run = (from: Connection) => Promise.all(Object.values(calls).map((call) => call(from)));
    const wanted = await run(lake);
    const fresh = await connect(temporary.local.config);
    try {
      await order([{ on: "oss", times: 100_000, fault: { kind: "status", status } }]);
      const begun = Date.now();
      const running = [run(fresh), run(lake)];
      for (const each of running) each.catch(() => undefined);
      await sleep(7_000);
      await order([]);
      expect(await Promise.all(running)).toEqual([wanted, wanted]);
      expect(Date.now() - begun).toBeGreaterThan(6_900);
    } finally {
      await fresh.close();
    }
  },
);

test("a read that is turned away is stopped by its signal", async () => {
  await lake.createTable("default.stopped_read", before);
  const fresh = await connect(temporary.local.config);
  try {
    await order([{ on: "oss", times: 100_000, fault: { kind: "status", status: 503 } }]);
    const signal = AbortSignal.timeout(500);
    expect(await refusal(() => fresh.read("default.stopped_read").collect({ signal }))).toMatch(
      /^Interrupted: /,
    );
  } finally {
    await order([]);
    await fresh.close();
  }
});

test.each<[string, (name: string) => Promise<{ readonly fragments?: number | undefined }>, number]>([
  ["append", (name) => lake.append(name, [{ id: 3, x: 3 }]), 2],
  ["merge", (name) => lake.table(name).merge("id", [{ id: 3, x: 3 }]), 2],
  ["overwrite", (name) => lake.overwrite(name, [{ id: 3, x: 3 }]), 1],
  [
    "insertOverwrite",
    (name) => lake.insertOverwrite(name, [{ id: 3, x: 3 }], { where: "id = 1", on: "id" }),
    2,
  ],
])("%s counts the fragments that there are after its token was renewed", async (what, write, fragments) => {
  const name = `default.renewed_${what}`;
  await lake.createTable(name, before);
  await temporary.expireTokens();
  expect((await write(name)).fragments).toBe(fragments);
  expect((await lake.describe(name)).fragments).toBe(fragments);
});

test("an append that is turned away is stopped by its signal", async () => {
  await lake.createTable("default.stopped", before);
  await order([{ on: "oss", method: "PUT", times: 1_000, fault: { kind: "status", status: 503 } }]);
  const controller = new AbortController();
  const running = lake.append("default.stopped", [{ id: 3, x: 3 }], { signal: controller.signal });
  setTimeout(() => controller.abort(), 50);
  expect(await refusal(() => running)).toMatch(/^Interrupted: .*Nothing was changed/);
  await order([]);
  expect(await sorted("default.stopped")).toEqual(asRead(before));
});

/** A disk that is full soon; undefined where none can be made. */
async function mountSmallDisk(): Promise<{ folder: string; remove(): Promise<void> } | undefined> {
  const parent = await temporaryFolder();
  const folder = join(parent, "small");
  await mkdir(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m,mode=700", "tmpfs", folder], { stdio: "ignore" });
  } catch {
    await removeFolder(parent);
    return undefined;
  }
  return {
    folder,
    async remove() {
      execFileSync("umount", [folder]);
      await removeFolder(parent);
    },
  };
}

test("a full disk is called one", async ({ skip }) => {
  const disk = await mountSmallDisk();
  if (disk === undefined) return skip("no disk can be mounted here");
  const local = await startLocalLake({ data: disk.folder });
  const small = await connect(local.config);
  try {
    await small.createTable("default.t", [{ s: "x" }]);
    const large = [{ s: randomBytes(2 << 20).toString("hex") }];
    expect(await refusal(() => small.append("default.t", large))).toMatch(
      /^ServiceUnavailable: Cannot append to default\.t: the object store answered InsufficientStorage: The disk of this lake is full/,
    );
    expect(await small.read("default.t").count()).toBe(1);
  } finally {
    await small.close();
    await local.close();
    await disk.remove();
  }
});
