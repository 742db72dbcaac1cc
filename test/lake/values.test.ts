/** What values of JavaScript's classes become in every kind of write. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Connection, type LakeTable, toArrowTable } from "../../src/index.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

const before = { id: 1, s: { a: 1 }, m: new Map([["k", 1]]), b: Uint8Array.of(1) };
const given = { id: 1, s: new Map([["a", 5]]), m: { k: 5 }, b: Uint8Array.of(5, 6).buffer };
const wanted = { id: 1n, s: { a: 5n }, m: [["k", 5n]], b: Uint8Array.of(5, 6) };

type Write = (table: LakeTable, row: object) => Promise<unknown>;

const name = (table: LakeTable) => table.name;
const writes: readonly (readonly [string, Write])[] = [
  ["append", (table, row) => lake.append(name(table), [row] as never)],
  ["merge", (table, row) => table.merge("id", [row] as never)],
  ["overwrite", (table, row) => lake.overwrite(name(table), [row] as never)],
  [
    "insertOverwrite",
    (table, row) => lake.insertOverwrite(name(table), [row] as never, { where: "id = 1", on: "id" }),
  ],
  [
    "create",
    (table, row) =>
      lake.createTable(name(table), [before, { ...row, m: new Map([["k", 5]]) }] as never, {
        mode: "Overwrite",
      }),
  ],
];

describe.each(writes)("%s", (what, write) => {
  test("writes what Maps, objects and buffers hold", async () => {
    await lake.createTable(`default.held_${what}`, [before]);
    const table = await lake.table(`default.held_${what}`);
    await write(table, given);
    const rows = await (await lake.table(`default.held_${what}`)).read().toObjects();
    expect(rows.at(-1)).toEqual(wanted);
  });

  test("refuses what no column holds by column and row, and writes nothing", async () => {
    await lake.createTable(`default.refused_${what}`, [before]);
    const table = await lake.table(`default.refused_${what}`);
    for (const value of [
      new Set([1]),
      new URL("https://example.com"),
      /a/,
      new Error("x"),
      Object(5),
      new Map([[1, 1]]),
    ]) {
      expect(await refusal(() => write(table, { ...given, s: value }))).toMatch(/row [12], column s: /);
      expect(await refusal(() => write(table, { ...given, b: value }))).toMatch(/row [12], column b: /);
    }
    expect(await table.read().toObjects()).toEqual([{ ...before, id: 1n, s: { a: 1n }, m: [["k", 1n]] }]);
  });
});

test("an update writes buffers as bytes, and refuses what no column holds", async () => {
  await lake.createTable("default.updated_classes", [before]);
  const table = await lake.table("default.updated_classes");
  await table.update({ b: given.b });
  expect((await table.read().toObjects())[0]?.b).toEqual(wanted.b);
  for (const value of [new Set([1]), new Map(), Object(5), new Error("x")]) {
    expect(await refusal(() => table.update({ b: value as never }))).toMatch(/^InvalidInput: Cannot update/);
  }
});

const Halves = (globalThis as unknown as { Float16Array?: new (values: ArrayLike<number>) => Float32Array })
  .Float16Array;

test.runIf(Halves !== undefined)(
  "half-float embeddings are stored as halves and can be searched",
  async () => {
    const half = (...values: number[]) => new (Halves as NonNullable<typeof Halves>)(values);
    const data = [
      { id: 1, v: half(1, 0, 0) },
      { id: 2, v: half(0, 1, 0) },
    ];
    expect(`${toArrowTable(data).schema.fields[1]?.type}`).toBe("FixedSizeList[3]<Float16>");
    await lake.createTable("default.halves", data);
    await lake.append("default.halves", [{ id: 3, v: half(0, 0, 1) }]);
    const table = await lake.table("default.halves");
    const found = await table.nearest(half(0.1, 0, 0.9), { k: 2 });
    expect([...(found.getChild("id") ?? [])]).toEqual([3n, 1n]);
    expect(await table.read().select("v").limit(1).toObjects()).toEqual([{ v: [1, 0, 0] }]);
  },
);
