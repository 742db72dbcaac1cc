/** A process that is killed in the middle of a write of any kind: what it had acknowledged is there, and nothing half. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connection, connect, isError } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { sizes } from "../sizes.ts";
import { type ServedLake, serveLakeDirectly } from "./local-lake.ts";
import { runPython } from "./run-python.ts";

let served: ServedLake;
let lake: Connection;

beforeAll(async () => {
  served = await serveLakeDirectly("--oss-port", "0");
  lake = await connect(served.config);
});

afterAll(async () => {
  await lake?.close();
  await served?.stop();
});

interface Write {
  readonly write: number;
  readonly kind: string;
  isDone: boolean;
}

/** By id: which write it is of. */
type Rows = ReadonlyMap<number, number>;

const newRows = (write: number): [number, number][] =>
  Array.from({ length: 40 }, (_, row) => [write * 100 + row, write]);

/** What the table is after a write, by the same rules as the child's. */
const after: Readonly<Record<string, (rows: Rows, write: number) => Rows>> = {
  append: (rows, write) => new Map([...rows, ...newRows(write)]),
  merge: (rows, write) => new Map([...rows, [0, write], ...newRows(write)]),
  overwrite: (_, write) => new Map([[0, write], ...newRows(write)]),
  delete: (rows) => new Map([...rows].filter(([id]) => id % 2 === 0)),
};

const apply = (rows: Rows, { kind, write }: Write) => after[kind]?.(rows, write) ?? rows;
const sorted = (rows: Rows) => [...rows].sort(([a], [b]) => a - b);

async function readRows(name: string): Promise<[number, number][]> {
  const rows = await lake.read(name).select("id", "x").sort("id").toObjects();
  return rows.map(({ id, x }) => [Number(id), Number(x)]);
}

/** Writes until it is killed, at a moment after its first write has begun. */
async function writeUntilKilled(first: number): Promise<Write[]> {
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, "write-child.ts"),
      JSON.stringify(served.config),
      "default.killed",
      `${first}`,
    ],
    {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_NO_WARNINGS: "1", NODE_OPTIONS: "" },
    },
  );
  const ended = once(child, "exit");
  const writes: Write[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const { begins, kind, done } = JSON.parse(line);
    if (begins !== undefined) writes.push({ write: begins, kind, isDone: false });
    const made = writes.find(({ write }) => write === done);
    if (made !== undefined) made.isDone = true;
  });
  const closed = once(lines, "close");
  const died = ended.then(() => Promise.reject(new Error("the child has ended")));
  died.catch(() => undefined);
  await Promise.race([once(lines, "line"), died]);
  await Promise.race([sleep(Math.random() * 1_500), died]);
  child.kill("SIGKILL");
  await Promise.all([ended, closed]);
  return writes;
}

/** What is known of a table whose creation was cut off: whole, none, or one that is declared and says so. */
async function checkCutCreate(name: string, write: number): Promise<string> {
  const rows = await readRows(name).catch((error: unknown) => error);
  if (Array.isArray(rows)) {
    expect(rows).toEqual(newRows(write));
    return "whole";
  }
  expect(isError(rows, "TableNotFound")).toBe(true);
  if (!(await lake.listTables("default")).includes(name.slice("default.".length))) return "none";
  const said = "it is declared and holds no data: its createTable was stopped, or is still running; ";
  expect(String(rows)).toContain(said);
  expect(await refusal(() => lake.createTable(name, [{ id: 1 }]))).toBe(
    `TableAlreadyExists: Cannot create table ${name}: ${said}` +
      `write it with createTable and { mode: "Overwrite" }, or drop it with dropTable("${name}")`,
  );
  if (Math.random() < 0.5) await lake.dropTable(name);
  else await lake.createTable(name, [{ id: 1 }], { mode: "Overwrite" });
  return "declared";
}

test(`nothing acknowledged is lost, and nothing half is seen, in ${sizes.killedAppends} kills of a writer`, {
  timeout: 1_200_000,
}, async () => {
  await lake.createTable("default.killed", [{ id: 0, x: 0, pad: "" }]);
  let rows: Rows = new Map([[0, 0]]);
  const created = new Map<string, number>();
  const seen: Record<string, number> = {};
  let first = 1;
  for (let round = 0; round < sizes.killedAppends; round++) {
    const writes = await writeUntilKilled(first);
    for (const write of writes.filter(({ isDone }) => isDone)) {
      rows = apply(rows, write);
      if (write.kind === "create") created.set(`default.made_${write.write}`, write.write);
    }
    const cut = writes.find(({ isDone }) => !isDone);
    const found = await readRows("default.killed");
    const possible = [rows, ...(cut === undefined ? [] : [apply(rows, cut)])];
    expect(possible.map(sorted), `round ${round}, cut off in ${cut?.kind}`).toContainEqual(found);
    rows = new Map(found);
    if (cut?.kind === "create") {
      const outcome = await checkCutCreate(`default.made_${cut.write}`, cut.write);
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    } else seen[cut?.kind ?? "between"] = (seen[cut?.kind ?? "between"] ?? 0) + 1;
    first = (writes.at(-1)?.write ?? first) + 1;
  }
  for (const [name, write] of created) expect([name, await readRows(name)]).toEqual([name, newRows(write)]);
  await lake.append("default.killed", [{ id: 99, x: 99, pad: "" }]);
  const environment = { ...served.env, DLF_CONFIG: JSON.stringify(served.config) };
  const answer = await runPython(environment, "peer.py", "describe", "default", "killed");
  const read = JSON.parse(answer).rows as { id: number; x: number }[];
  expect(sorted(new Map(read.map(({ id, x }) => [id, x])))).toEqual(sorted(new Map([...rows, [99, 99]])));
  expect(read).toHaveLength(rows.size + 1);
  if (process.env.DLF_LANCE_TEST_SIZE === "full") console.info("cut off in", seen);
});
