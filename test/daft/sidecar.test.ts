import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect, promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { pythonFolder } from "../../src/daft/environment.ts";
import type { Program, ProgramStep } from "../../src/daft/program.ts";
import { Sidecar } from "../../src/daft/sidecar.ts";
import { runProgram, stopSidecars } from "../../src/daft/sidecars.ts";
import { displaySymbol } from "../../src/display/mime.ts";
import { encodeSchema } from "../../src/frame/engines/daft/type-table.ts";
import { type Connection, col, connect, fromRows } from "../../src/index.ts";
import { publishInterruptSignal } from "../../src/interrupt.ts";
import {
  type Progress,
  type ProgressAmount,
  type ProgressEnd,
  publishProgressWatcher,
} from "../../src/progress.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { isAlive, ownChildren } from "./processes.ts";

const tokenSeconds = 2;

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  temporary = await openTemporaryLake({ tokenLifetime: tokenSeconds });
  lake = await connect({ ...temporary.local.config, engine: { kind: "daft" } } as never);
  const rows = Array.from({ length: 5_000 }, (_, id) => ({ id, word: `w${id % 7}`, "it's 日本": id / 2 }));
  await lake.createTable("default.numbers", rows);
  await lake.append("default.numbers", rows);
}, 60_000);
afterAll(async () => {
  stopSidecars();
  await lake.close();
  await temporary.close();
  delete process.env.DLF_LANCE_DAFT_PYTHON;
});

const int64 = encodeSchema([new arrow.Field("t0", new arrow.Int64(), true)]);

function programOf(plan: unknown): Program {
  return { types: int64, result: int64, places: [], plan: plan as ProgramStep };
}

test("a connection's frames run on Daft, also when their tokens have expired, and on() says otherwise", async () => {
  const totals = lake.read("default.numbers").groupBy("word").agg(col("id").sum().as("total")).sort("word");
  const here = await totals.on("here").toObjects();
  expect(await totals.toObjects()).toEqual(here);
  await sleep(tokenSeconds * 1_000 + 500);
  expect(await totals.toObjects()).toEqual(here);
  const [daft, own] = await Promise.all([totals.explain(), totals.on("here").explain()]);
  expect([daft.engine, own.engine]).toEqual(["daft", "duckdb"]);
  expect(String(daft)).toContain("On Daft, in a separate process on this machine:");
  expect(await totals.count({ engine: "here" })).toBe(7);
  const chosen = fromRows([{ word: "w3", name: "three" }]);
  const joined = lake
    .read("default.numbers")
    .join(chosen, { on: "word" })
    .agg(col("it's 日本").max().as("most"));
  expect(await joined.toObjects()).toEqual(await joined.on("here").toObjects());
}, 60_000);

test("no key and no token is in a command line or an environment", async () => {
  const { config } = temporary.local;
  await lake.read("default.numbers").limit(1).collect();
  const children = ownChildren();
  expect(children.length).toBeGreaterThan(0);
  const secrets = Object.entries(config)
    .filter(([name]) => /secret|token\.|key/i.test(name))
    .map(([, value]) => String(value))
    .filter((value) => value.length > 8);
  expect(secrets.length).toBeGreaterThan(0);
  for (const pid of children) {
    const told = ["cmdline", "environ"]
      .map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8"))
      .join("\n");
    for (const secret of secrets) expect(told).not.toContain(secret);
    expect(told).not.toMatch(/Bearer|STS\./);
  }
});

test("a read whose process is killed before its first row is repeated, and later is an error with the way out", async () => {
  const options = {};
  const rows = arrow.tableToIPC(
    arrow.tableFromArrays({ a: BigInt64Array.from({ length: 4_000_000 }, (_, i) => BigInt(i)) }),
    "stream",
  );
  const plan: ProgramStep = { step: "rows", rows: 0, columns: [["c1", 0]], places: [0] };
  const sidecar = new Sidecar(options);
  const batches = sidecar.run({ program: programOf(plan), tables: [rows], action: "read t" });
  await batches.next();
  process.kill(sidecar.pid as number, "SIGKILL");
  await expect(async () => {
    for await (const _ of batches);
  }).rejects.toMatchObject({
    code: "ServiceUnavailable",
    message: expect.stringMatching(/^Cannot read t on Daft: its process ended.*; run it again$/),
  });
  const before = new Set(ownChildren());
  const killed = (async () => {
    let count = 0;
    for await (const batch of runProgram(
      { python: inject("testPython") },
      {
        program: programOf(plan),
        tables: [rows],
        action: "read t",
      },
    ))
      count += batch.numRows;
    return count;
  })();
  const begun = () => ownChildren().filter((pid) => !before.has(pid));
  await expect.poll(begun, { timeout: 20_000, interval: 10 }).not.toEqual([]);
  for (const pid of begun()) process.kill(pid, "SIGKILL");
  expect(await killed).toBe(4_000_000);
}, 60_000);

test("rows are written by the process that has them, as one commit", async () => {
  const numbers = lake.read("default.numbers").select("word", "id");
  const made = await numbers.where(col("id").lt(100)).write("default.made");
  expect(made).toMatchObject({ rows: 200, version: 1, fragments: 1 });
  await numbers.where(col("id").eq(7)).write("default.made", { mode: "append" });
  const copied = lake.read("default.made").on("here");
  expect(await copied.where(col("id").eq(7)).count()).toBe(4);
  const over = await numbers.where(col("id").lt(5)).write("default.made", { mode: "overwrite" });
  expect(over).toMatchObject({ rows: 10, version: 3, versionBefore: 2 });
  expect(await lake.read("default.made").on("here").count()).toBe(10);
  await expect(numbers.write("default.made")).rejects.toMatchObject({ code: "TableAlreadyExists" });
  await expect(numbers.select("id").write("default.made", { mode: "append" })).rejects.toMatchObject({
    code: "TableSchemaValidationError",
    message: "Cannot append to default.made: the rows lack word; choose the table's columns with select()",
  });
  const failing = numbers.select(col("id").add(9_223_372_036_854_775_000n).as("n"));
  await expect(failing.write("default.never")).rejects.toMatchObject({
    code: "InvalidInput",
    message: expect.stringMatching(
      /^Cannot compute column n, which is .*id.*9223372036854775000.*: a result does not fit .*; cast one of them to double$/,
    ),
  });
  const texts = numbers.select("word", col("id").cast("string").as("id"));
  await expect(texts.write("default.made", { mode: "append" })).rejects.toThrow(
    "Cannot append to default.made: column id of the rows is string, that of the table int64; cast() it",
  );
  expect(await lake.tableExists("default.never")).toBe(false);
}, 60_000);

test("a table that is written has the order of the frame", async () => {
  const numbers = lake.read("default.numbers").select("id");
  const few = numbers.where(col("id").lt(60)).rename({ id: "few" });
  const sorted = few.join(numbers, { how: "cross" }).sort({ by: "id", descending: true }, "few");
  await sorted.write("default.sorted");
  const read = async (name: string, column: string) =>
    (await lake.read(name).on("here").select(column).collect()).getChild(column)?.toArray();
  const ids = (await read("default.sorted", "id")) as BigInt64Array;
  expect(ids.length).toBe(1_200_000);
  expect(ids.findIndex((id, row) => row > 0 && id > (ids[row - 1] ?? 0n))).toBe(-1);
  // Many parts, which are computed side by side.
  const rows = lake.read("default.sorted").select(col("id").mul(100).add(col("few")).as("place"));
  await rows.write("default.places");
  const places = (await read("default.places", "place")) as BigInt64Array;
  const fews = (await read("default.sorted", "few")) as BigInt64Array;
  expect(places.findIndex((place, row) => place !== (ids[row] ?? 0n) * 100n + (fews[row] ?? 0n))).toBe(-1);
}, 60_000);

test("of overwrites at the same time one is made, and the others say that another came first", async () => {
  const numbers = lake.read("default.numbers");
  await numbers.where(col("id").lt(3)).write("default.race");
  const racers = [4, 5, 6].map((most) =>
    numbers.where(col("id").lt(most)).write("default.race", { mode: "overwrite" }),
  );
  const ends = await Promise.allSettled(racers);
  const lost = ends.filter((end) => end.status === "rejected").map(({ reason }) => reason);
  for (const error of lost) {
    expect(error).toMatchObject({
      code: "ConcurrentModification",
      message: expect.stringMatching(
        /^Cannot write .*: another writer committed first, so that this was not committed; look at the table, then run this again$/,
      ),
    });
  }
  expect(lost.length).toBeLessThan(3);
  expect((await lake.describe("default.race")).version).toBe(1 + racers.length - lost.length);
}, 60_000);

test("many small parts are one fragment, and no rows are none", async () => {
  const numbers = lake.read("default.numbers").select("id");
  const few = numbers.where(col("id").lt(10));
  const many = few.join(numbers.rename({ id: "other" }), { how: "cross" });
  const written = await many.write("default.many");
  expect(written).toMatchObject({ rows: 200_000, version: 1, fragments: 1 });
  const sums = (frame: typeof many) => frame.agg(col("id").sum().as("a"), col("other").sum().as("b"));
  expect(await sums(lake.read("default.many") as never).toObjects()).toEqual(await sums(many).toObjects());
  const none = many.where(col("id").add(col("other")).lt(0));
  expect(await none.write("default.none")).toMatchObject({ rows: 0, version: 1 });
  expect(await none.write("default.many", { mode: "append" })).toMatchObject({ rows: 0, version: 1 });
  const failing = many.select(col("id").add(9_223_372_036_854_775_800n).as("id"), "other");
  await expect(failing.write("default.many", { mode: "append" })).rejects.toThrow(/overflow/);
  expect(await lake.read("default.many").on("here").count()).toBe(200_000);
}, 60_000);

test("an interrupted write changes nothing", async () => {
  const numbers = lake.read("default.numbers").select("id");
  await numbers.where(col("id").lt(10)).write("default.kept");
  const many = numbers.join(numbers, { how: "cross" }).select("id");
  for (const [table, mode] of [
    ["default.begun", "create"],
    ["default.kept", "append"],
  ] as const) {
    const stop = new AbortController();
    const writing = many.write(table, { mode, signal: stop.signal });
    // In the middle of Daft's work, of which nothing is heard before its end.
    setTimeout(() => stop.abort(), 1_500);
    await expect(writing).rejects.toMatchObject({
      code: "Interrupted",
      message: expect.stringMatching(/^Interrupted: .* default\.\w+\. Nothing was changed$/),
    });
  }
  const stopped = { signal: AbortSignal.abort() };
  await expect(many.write("default.begun", stopped)).rejects.toMatchObject({ code: "Interrupted" });
  expect(await lake.tableExists("default.begun")).toBe(false);
  expect(await lake.read("default.kept").on("here").count()).toBe(20);
}, 60_000);

test("a cell that is interrupted in a write prints what became of the table", async () => {
  const numbers = lake.read("default.numbers").select("id");
  await numbers.where(col("id").lt(10)).write("default.printed");
  const many = numbers.join(numbers, { how: "cross" }).select("id");
  const cell = new AbortController();
  publishInterruptSignal(cell.signal);
  const printed = vi.spyOn(console, "warn").mockImplementation(() => undefined);
  try {
    const writing = many.write("default.printed", { mode: "append" });
    setTimeout(() => cell.abort(), 1_000);
    await expect(writing).rejects.toMatchObject({ code: "Interrupted" });
    expect(printed.mock.calls).toEqual([["Interrupted: append to default.printed. Nothing was changed"]]);
  } finally {
    printed.mockRestore();
    publishInterruptSignal(new AbortController().signal);
  }
}, 60_000);

test("an interrupted run ends its process within two seconds", async () => {
  const stop = new AbortController();
  const rows = fromRows(Array.from({ length: 8_000 }, (_, a) => ({ a })));
  const many = rows
    .join(rows, { how: "cross" })
    .agg(col("a").add(col("a_right")).sum().as("s"))
    .on("daft");
  const running = many.collect({ signal: stop.signal });
  await sleep(1_500);
  const before = ownChildren();
  const begun = performance.now();
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: "Interrupted" });
  while (before.every(isAlive)) await sleep(20);
  expect(performance.now() - begun).toBeLessThan(2_000);
}, 60_000);

test("where a process cannot be given a socket, the same goes over standard input and output", async () => {
  const sidecar = new Sidecar({ transport: "stdio" });
  const count = 2_000_000;
  const rows = arrow.tableToIPC(
    arrow.tableFromArrays({ a: BigInt64Array.from({ length: count }, (_, i) => BigInt(i)) }),
    "stream",
  );
  const plan: ProgramStep = { step: "rows", rows: 0, columns: [["c1", 0]], places: [0] };
  for (let round = 0; round < 2; round++) {
    let [next, isInOrder] = [0n, true];
    for await (const batch of sidecar.run({ program: programOf(plan), tables: [rows], action: "read t" })) {
      for (const value of batch.getChildAt(0) ?? []) isInOrder &&= value === next++;
      // Meanwhile it waits.
      if (next < 200_000n) await sleep(20);
    }
    expect([next, isInOrder]).toEqual([BigInt(count), true]);
    const wrong = sidecar.run({ program: programOf({ step: "__import__" }), tables: [], action: "read t" });
    await expect(wrong.next()).rejects.toMatchObject({ code: "Unsupported" });
  }
  sidecar.kill();
  await expect.poll(() => isAlive(sidecar.pid)).toBe(false);
}, 60_000);

test.each(["socket", "stdio"])(
  "it ends with its parent: %s",
  async (transport) => {
    const module = new URL("../../src/daft/sidecar.ts", import.meta.url).href;
    const program = `const { Sidecar } = await import(${JSON.stringify(module)});
    console.log(new Sidecar({ transport: ${JSON.stringify(transport)} }).pid);
    setInterval(() => undefined, 1_000);`;
    const parent = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [printed] = await once(parent.stdout, "data");
    const pid = Number(String(printed));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  },
  60_000,
);

test("a read waits while its rows are not taken, and goes on when they are", async () => {
  const program = `
import threading
from dlf_lance_daft.pace import last_step, pace

read = 0
def go():
    global read
    for _ in range(40):
        pace.wait()
        pace.read(1_000, 8 << 20)
        read += 1

pace.begin()
reader = threading.Thread(target=go)
with pace.take(last_step, 1_000):
    reader.start()
    reader.join(1)
    print(read, reader.is_alive())
reader.join(30)
print(read, reader.is_alive())
`;
  const { stdout } = await promisify(execFile)(inject("testPython"), ["-B", "-c", program], {
    cwd: pythonFolder,
  });
  expect(stdout).toBe("8 True\n40 False\n");
}, 60_000);

test("displays and progress tell where a frame ran, for how long, and what it read", async () => {
  const works: string[] = [];
  const watch = (title: string): Progress => {
    works.push(title);
    return { advance: () => undefined, expect: () => undefined, end: () => undefined, begin: watch };
  };
  publishProgressWatcher(watch);
  stopSidecars();
  const totals = lake.read("default.numbers").groupBy("word").agg(col("id").sum().as("total")).sort("word");
  const ran = /on Daft: 10,000 rows \([\d.]+ kB\) read, 7 rows \([\d.]+ k?B\) returned, [\d.]+ m?s/;
  try {
    expect(String(await totals.show())).toMatch(ran);
    expect(works).toEqual(["read default.numbers on Daft", "starting Daft", "on Daft"]);
    expect((await totals[displaySymbol]())["text/html"]).toMatch(ran);
    expect(String(await totals.on("here").show())).not.toContain("Daft");
    expect((await lake.read("default.numbers").page(2, { size: 10 })).toString()).not.toContain("Daft:");
    const written = await totals.write("default.told");
    expect(inspect(written)).toMatch(
      /ran +on Daft: 10,000 rows \([\d.]+ kB\) read, 7 rows \(.*\) written, [\d.]+ m?s/,
    );
    expect(works.slice(-2)).toEqual(["create table default.told", "on Daft"]);
  } finally {
    publishProgressWatcher(undefined);
  }
}, 60_000);

test("a count leaves the process as it is, and whoever stops reading has not failed", async () => {
  const ends: (ProgressEnd | undefined)[] = [];
  const read: ProgressAmount[] = [];
  const watch = (): Progress => ({
    advance: (amount) => read.push(amount),
    expect: () => undefined,
    end: (end) => ends.push(end),
    begin: watch,
  });
  const numbers = lake.read("default.numbers");
  await numbers.count();
  const before = ownChildren();
  publishProgressWatcher(watch);
  try {
    expect(await numbers.where(col("id").gte(0)).count()).toBe(10_000);
    expect(ownChildren()).toEqual(before);
    expect(read.reduce((sum, { rows = 0 }) => sum + rows, 0)).toBe(10_000);
    for await (const batch of numbers.batches()) {
      expect(batch.numRows).toBeGreaterThan(0);
      break;
    }
    expect(ends.filter((end) => end !== undefined && end !== "done")).toEqual([]);
  } finally {
    publishProgressWatcher(undefined);
  }
}, 60_000);

test("progress says of a run that fails, and of one that is stopped, that it did", async () => {
  const ends: string[] = [];
  let rowsRead = 0;
  const watch = (title: string): Progress => ({
    advance: ({ rows = 0 }) => {
      rowsRead += rows;
    },
    expect: () => undefined,
    end: (end = "done") => ends.push(`${title}: ${end}`),
    begin: watch,
  });
  const numbers = lake.read("default.numbers");
  await numbers.count();
  publishProgressWatcher(watch);
  try {
    const failing = numbers.select(col("id").add(9_223_372_036_854_775_000n).as("n"));
    await expect(failing.collect()).rejects.toThrow(/overflow/);
    expect(ends.splice(0)).toEqual(["on Daft: failed", "read default.numbers on Daft: failed"]);
    await expect(failing.write("default.never")).rejects.toThrow(/overflow/);
    expect(ends.splice(0)).toEqual(["on Daft: failed", "create table default.never: failed"]);
    rowsRead = 0;
    const stop = new AbortController();
    const running = numbers
      .join(numbers, { how: "cross" })
      .agg(col("id").add(col("id_right")).sum().as("s"))
      .collect({ signal: stop.signal });
    await expect.poll(() => rowsRead, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0);
    stop.abort();
    await expect(running).rejects.toMatchObject({ code: "Interrupted" });
    // Whoever waits hears of it at once; the process ends after that.
    await expect
      .poll(() => ends.toSorted(), { timeout: 10_000 })
      .toEqual(["on Daft: interrupted", "read default.numbers on Daft: interrupted"]);
  } finally {
    publishProgressWatcher(undefined);
  }
}, 60_000);

test.each([
  ["daft", 'engine is "daft"; pass { kind: "daft" }, or { kind: "daft", runner: "ray" }'],
  [null, 'engine is null; pass { kind: "daft" }, or { kind: "daft", runner: "ray" }'],
  [{ kind: "spark" }, 'engine: kind is "spark"; pass "daft"'],
  [{ kind: "daft", runner: "rai" }, 'engine: runner is "rai"; pass "native" or "ray"'],
  [{ kind: "daft", runer: "ray" }, "no option named runer; did you mean runner?"],
  [{ kind: "daft", address: "x:1" }, 'an address without Ray; pass runner: "ray" with it'],
  [
    { kind: "daft", runner: "ray", address: "http://me:hunter2@x:1" },
    "address is not one of a Ray cluster; pass",
  ],
  [{ kind: "daft", python: "" }, 'python is ""; pass one that is not empty'],
])("an engine that is none is refused: %j", async (engine, words) => {
  const refused = connect({ ...temporary.local.config, engine } as never);
  const error = await refused.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "InvalidInput", message: expect.stringContaining(words) });
  expect(String(error)).not.toContain("hunter2");
});

test("what is not in its vocabulary is refused, whoever asks", async () => {
  const rows: ProgramStep = { step: "rows", rows: 0, columns: [["c1", 0]], places: [0] };
  const table = arrow.tableToIPC(arrow.tableFromArrays({ a: BigInt64Array.of(1n, 2n) }), "stream");
  const hostile: readonly unknown[] = [
    { step: "__import__" },
    { step: "_scan", place: 0, columns: [] },
    { step: "scan", place: 0, columns: [] },
    {
      step: "filter",
      input: rows,
      reads: ["c1"],
      term: { call: "__import__('os').system('id')", arguments: [] },
    },
    { step: "filter", input: rows, reads: ["c1"], term: { call: ["eq"], arguments: [] } },
    {
      step: "project",
      input: rows,
      columns: [{ name: "c2", reads: ["c1"], type: 0, term: { call: "sha256", arguments: [] } }],
    },
    {
      step: "aggregate",
      input: rows,
      keys: [],
      aggregates: [{ name: "c2", function: "agg_list", column: "c1" }],
    },
    { step: "join", input: rows, other: rows, kind: "asof", left: ["c1"], right: ["c1"] },
  ];
  for (const plan of hostile) {
    const run = runProgram({}, { program: programOf(plan), tables: [table], action: "read t" });
    await expect(run.next(), JSON.stringify(plan)).rejects.toMatchObject({
      code: expect.stringMatching(/^(Unsupported|Internal|InvalidInput)$/),
      message: expect.stringMatching(/^Cannot /),
    });
  }
}, 60_000);

test("what Daft does not do is refused before it starts, with its name and the way out", async () => {
  const frame = lake.read("default.numbers");
  const refusals = await Promise.all(
    [
      frame.tail(3).where(col("id").gt(1)),
      lake.sql`SELECT 1 AS one`,
      frame.withColumn("w", col("word").lower().reverse()),
      frame.agg(col("id").median().as("m")),
      frame.mapBatches((batch) => batch).limit(2),
    ].map((one) =>
      one.collect().then(
        () => "",
        (error: Error) => error.message,
      ),
    ),
  );
  expect(refusals).toEqual([
    'Cannot run the frame over default.numbers on Daft: tail() is done in this process, and can be the last step alone; move it there, or run the frame with .on("here")',
    'Cannot run SQL on Daft: a statement that reads no table does not become steps of a plan; run the statement with .on("here")',
    'Cannot run the frame over default.numbers on Daft: reverse(lower(word)) is not computed there; run the frame with .on("here"), or put that step over the rows of a groupBy() or sort().limit()',
    'Cannot run the frame over default.numbers on Daft: aggregates such as median() are not run there; run the frame with .on("here"), or put that step over the rows of a groupBy() or sort().limit()',
    'Cannot run the frame over default.numbers on Daft: mapBatches() is done in this process, and can be the last step alone; move it there, or run the frame with .on("here")',
  ]);
  expect(await frame.mapBatches((batch) => batch.slice(0, 1)).count({ engine: "here" })).toBeGreaterThan(0);
  expect((await frame.sort("id").tail(2).toObjects()).map(({ id }) => id)).toEqual([4999n, 4999n]);
});

test("without its environment one sentence says how to get it", async () => {
  stopSidecars();
  const asked = inject("testPython");
  const other = await connect({ ...temporary.local.config } as never);
  const data = mkdtempSync(join(tmpdir(), "dlf-lance-data-"));
  vi.stubEnv("XDG_DATA_HOME", data);
  const install = "run npx --no-install dlf-lance daft install";
  const messages: string[] = [];
  try {
    for (const python of ["", "/nowhere/daft/bin/python"]) {
      process.env.DLF_LANCE_DAFT_PYTHON = python;
      const run = other.read("default.numbers").on("daft").collect();
      await run.catch((error: Error) => messages.push(error.message));
    }
    expect(messages).toEqual([
      `Cannot run on Daft: no Python environment with Daft at ${data}/dlf-lance/daft/bin/python; ${install}`,
      "Cannot run on Daft: no Python environment with Daft at /nowhere/daft/bin/python; correct the variable " +
        `DLF_LANCE_DAFT_PYTHON, which names /nowhere/daft/bin/python, or remove it and ${install}`,
    ]);
  } finally {
    vi.unstubAllEnvs();
    process.env.DLF_LANCE_DAFT_PYTHON = asked;
    rmSync(data, { recursive: true });
    await other.close();
  }
});

test.each([
  [
    "without Daft",
    () => inject("jupyterPython"),
    /lacks a package that Daft needs \(No module named 'daft'\)/,
  ],
  ["that is none", () => process.execPath, /ended before Daft was loaded \(Node\.js v.*\)/],
  [
    "that is a folder",
    () => dirname(process.execPath),
    /ended before Daft was loaded \(it cannot be started: EACCES\)/,
  ],
  [
    "that is missing",
    () => "no-such-python",
    /ended before Daft was loaded \(it cannot be started: ENOENT\)/,
  ],
  ["without Ray", () => inject("testPython"), /has Daft without Ray/, "ray"],
] as [string, () => string, RegExp, "ray"?][])(
  "a Python %s is named, with what named it and the way out",
  async (_, python, reason, runner) => {
    const named = python();
    const place = runner === "ray" ? "Ray" : "Daft";
    const install = `run npx --no-install dlf-lance daft install${runner === "ray" ? " --ray" : ""}`;
    const asked = process.env.DLF_LANCE_DAFT_PYTHON;
    for (const [setting, naming] of [
      [{ python: named }, "the engine's setting python"],
      [{}, "the variable DLF_LANCE_DAFT_PYTHON"],
    ] as const) {
      if (!("python" in setting)) process.env.DLF_LANCE_DAFT_PYTHON = named;
      stopSidecars();
      try {
        const engine = { kind: "daft", ...(runner === undefined ? {} : { runner }), ...setting } as const;
        const other = await connect({ ...temporary.local.config, engine });
        const error = await other
          .read("default.numbers")
          .collect()
          .catch((thrown: Error) => thrown);
        expect(error).toMatchObject({ code: "Unsupported" });
        expect(String(error)).toMatch(reason);
        expect(String(error)).toContain(`Cannot run on ${place}: ${named} `);
        expect(String(error)).toMatch(
          new RegExp(`; correct ${naming}, which names ${named}, or remove it and ${install}$`),
        );
        await other.close();
      } finally {
        process.env.DLF_LANCE_DAFT_PYTHON = asked;
      }
    }
  },
);

test("a cluster of other versions is refused with both", async () => {
  // As Ray words it.
  const words =
    "Version mismatch: The cluster was started with:\n    Ray: 2.59.0\n    Python: 3.12.4\n" +
    "This process on node 10.0.0.7 was started with:\n    Ray: 2.60.0\n    Python: 3.11.2\n";
  const program = `from dlf_lance_daft.cluster import describe_mismatch; print(describe_mismatch(${JSON.stringify(words)}))`;
  const { stdout } = await promisify(execFile)(inject("testPython"), ["-B", "-c", program], {
    cwd: pythonFolder,
  });
  expect(stdout.trim()).toBe(
    "the cluster has Ray 2.59.0 and Python 3.12.4, and this environment Ray 2.60.0 and Python 3.11.2; " +
      "install the same versions here, or name a Python that has them",
  );
}, 60_000);
