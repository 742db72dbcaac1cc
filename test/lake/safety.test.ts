import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connection, connect, isError } from "../../src/index.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

test("connections that append at the same time each commit all they append", {
  timeout: 600_000,
}, async () => {
  const { racers, racerAppends } = sizes;
  await lake.createTable("default.race", { racer: [-1], step: [-1] });
  const connections = await Promise.all(
    Array.from({ length: racers }, () => connect(temporary.local.config)),
  );
  const versions = await Promise.all(
    connections.map(async (connection, racer) => {
      const made: number[] = [];
      for (let step = 0; step < racerAppends; step++) {
        made.push((await connection.append("default.race", { racer: [racer], step: [step] })).version);
      }
      return made;
    }),
  );
  await Promise.all(connections.map((connection) => connection.close()));
  const rows = await lake.read("default.race").toObjects();
  const expected = Array.from({ length: racers }, (_, racer) =>
    Array.from({ length: racerAppends }, (_, step) => `${racer}.${step}`),
  ).flat();
  expect(rows.map(({ racer, step }) => `${racer}.${step}`).sort()).toEqual(["-1.-1", ...expected].sort());
  const commits = racers * racerAppends;
  expect(new Set(versions.flat()).size).toBe(commits);
  expect((await lake.describe("default.race")).version).toBe(1 + commits);
});

test("of overwrites at the same time one wins; who lost knows that nothing of theirs was committed", {
  timeout: 120_000,
}, async () => {
  await lake.createTable("default.contested", { n: [0] });
  const rivals = await Promise.all([1, 2, 3].map(() => connect(temporary.local.config)));
  const told: string[] = [];
  for (let round = 0; told.length < 12 && round < 40; round++) {
    const { version: before } = await lake.describe("default.contested");
    const outcomes = await Promise.allSettled(
      rivals.map((rival, place) => {
        const rows = { n: [round * 10 + place] };
        return place === 2
          ? rival.append("default.contested", rows)
          : rival.overwrite("default.contested", rows);
      }),
    );
    const won = outcomes.filter(({ status }) => status === "fulfilled").length;
    const { version: after } = await lake.describe("default.contested");
    expect(after, "a version for each that won, none for the others").toBe((before ?? 0) + won);
    const rows = await lake.read("default.contested").toObjects();
    for (const [place, outcome] of outcomes.entries()) {
      if (outcome.status === "fulfilled") continue;
      told.push(String(outcome.reason));
      expect(rows).not.toContainEqual({ n: BigInt(round * 10 + place) });
    }
  }
  await Promise.all(rivals.map((rival) => rival.close()));
  expect(told.length, "some must have lost").toBeGreaterThan(0);
  for (const message of told)
    expect(message).toMatch(
      /^ConcurrentModification: Cannot (?:overwrite|append to) default\.contested: another writer committed version \d+ first \(Overwrite\), so that this was not committed; look at the table, then run this again$/,
    );
});

test("a process killed in the middle of an append leaves whole batches", { timeout: 600_000 }, async () => {
  const batchRows = 50_000;
  await lake.createTable("default.killed", { n: [0n], text: ["first"] });
  let acknowledged = 0;
  for (let round = 0; round < sizes.killedAppends; round++) {
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, "append-child.ts"),
        JSON.stringify(temporary.local.config),
        "default.killed",
        `${batchRows}`,
      ],
      {
        stdio: ["ignore", "pipe", "inherit"],
        env: { ...process.env, NODE_NO_WARNINGS: "1", NODE_OPTIONS: "" },
      },
    );
    const ended = once(child, "exit");
    let appended = 0;
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => {
      if (line === "appended") appended++;
    });
    await Promise.race([
      once(lines, "line"),
      ended.then(() => Promise.reject(new Error("the child has ended"))),
    ]);
    await sleep(20 + Math.random() * 400);
    child.kill("SIGKILL");
    await ended;
    acknowledged += appended;
    const rows = await lake.read("default.killed").count();
    expect((rows - 1) % batchRows).toBe(0);
    expect((rows - 1) / batchRows).toBeGreaterThanOrEqual(acknowledged);
  }
  const rows = await lake.append("default.killed", { n: [1n], text: ["last"] });
  expect(rows.rows).toBe(1);
});

test("tokens that end in the middle of an append are renewed", { timeout: 120_000 }, async () => {
  const { lake: connection, close } = await openTemporaryLake({ tokenLifetime: sizes.tokenSeconds });
  try {
    await connection.createTable("default.slow", { n: [0] });
    const pieces = 10;
    async function* slowly() {
      for (let piece = 0; piece < pieces; piece++) {
        await sleep((sizes.slowAppendSeconds * 1_000) / pieces);
        yield { n: [piece] };
      }
    }
    const one = await connection.append("default.slow", slowly());
    expect([one.rows, one.commits, one.version]).toEqual([pieces, 1, 2]);
    expect(await connection.read("default.slow").count()).toBe(pieces + 1);
  } finally {
    await close();
  }
});

test("tokens that end while appends are written are renewed", { timeout: 120_000 }, async () => {
  const slow = await openTemporaryLake({ faults: true, tokenLifetime: sizes.tokenSeconds });
  try {
    await slow.lake.createTable("default.slow", { n: [0] });
    // Each request takes a part of a token's life, and all of them together more than two.
    const milliseconds = sizes.tokenSeconds * 100;
    await slow.orderFaults([{ on: "oss", times: 1_000, fault: { kind: "delay", milliseconds } }]);
    const start = performance.now();
    expect(await slow.lake.append("default.slow", { n: [1, 2] })).toMatchObject({ rows: 2, version: 2 });
    for (let version = 3; version <= 6; version++) {
      expect(await slow.lake.append("default.slow", { n: [version] })).toMatchObject({ rows: 1, version });
    }
    expect(performance.now() - start).toBeGreaterThan(sizes.tokenSeconds * 2_000);
    expect(await slow.lake.read("default.slow").count()).toBe(7);
  } finally {
    await slow.close();
  }
});

test("an answer that is lost after the commit is no failure, and nothing is appended twice", {
  timeout: 180_000,
}, async () => {
  const { lake: connection, orderFaults: order, close } = await openTemporaryLake({ faults: true });
  try {
    await connection.createTable("default.lost", { n: [0] });
    await order([
      { on: "oss", method: "PUT", path: "_versions", times: 1, fault: { kind: "drop", when: "after" } },
    ]);
    const result = await connection.append("default.lost", { n: [1, 2] });
    expect([result.rows, result.version]).toEqual([2, 2]);
    expect(await connection.read("default.lost").toObjects()).toEqual([{ n: 0n }, { n: 1n }, { n: 2n }]);

    await order([
      { on: "oss", method: "PUT", path: "_versions", times: 1_000, fault: { kind: "status", status: 503 } },
    ]);
    const failed = await connection.append("default.lost", { n: [3] }).catch((error: unknown) => error);
    expect(isError(failed) && failed.message).toContain("Cannot append to default.lost");
    expect(isError(failed, "CommitUnknown")).toBe(false);
    await order([]);
    expect(await connection.read("default.lost").count()).toBe(3);
  } finally {
    await close();
  }
});
