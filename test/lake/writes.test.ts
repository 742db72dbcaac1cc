import { createHash } from "node:crypto";
import * as flechette from "@uwdata/flechette";
import * as esArrow from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { arrow, type DataType } from "../../src/arrow.ts";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import type { Connection, WriteData } from "../../src/index.ts";
import { publishInterruptSignal } from "../../src/interrupt.ts";
import { createLakeStorage, type LakeStorage } from "../../src/lake/storage/storage.ts";
import { appendRows } from "../../src/lake/write/append-rows.ts";
import { createTable } from "../../src/lake/write/create-table.ts";
import { type Progress, publishProgressWatcher } from "../../src/progress.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let storage: LakeStorage;
let catalog: CatalogClient;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  catalog = await CatalogClient.connect(parseConfig(temporary.local.config));
  storage = createLakeStorage(catalog);
});

afterAll(async () => {
  await storage?.close();
  await catalog?.close();
  await temporary?.close();
});

const rows = [
  { id: 1n, name: "a" },
  { id: 2n, name: "b" },
];

const ownTable = () =>
  new arrow.Table({
    id: arrow.vectorFromArray([1n, 2n], new arrow.Int64()),
    name: arrow.vectorFromArray(["a", "b"], new arrow.Utf8()),
  });
const foreignTable = () =>
  new esArrow.Table({
    id: esArrow.vectorFromArray([1n, 2n], new esArrow.Int64()),
    name: esArrow.vectorFromArray(["a", "b"]),
  });
const stream = () => arrow.tableToIPC(ownTable(), "stream");

async function* later<T>(...pieces: readonly T[]) {
  for (const piece of pieces) {
    await new Promise(setImmediate);
    yield piece;
  }
}

const inputs: readonly (readonly [string, () => WriteData])[] = [
  ["rows", () => rows],
  ["columns", () => ({ id: [1, 2], name: ["a", "b"] })],
  ["columns as typed arrays", () => ({ id: BigInt64Array.of(1n, 2n), name: ["a", "b"] })],
  ["an Arrow table", ownTable],
  ["a record batch", () => ownTable().batches[0] as never],
  ["an Arrow table of another copy, with a dictionary", foreignTable],
  ["a record batch of another copy", () => foreignTable().batches[0] as never],
  [
    "a flechette table",
    () => flechette.tableFromArrays({ id: [1, 2], name: ["a", "b"] }, { types: { id: flechette.int64() } }),
  ],
  ["an IPC stream", stream],
  ["an IPC file", () => arrow.tableToIPC(ownTable(), "file")],
  ["pieces of several kinds", () => [[{ id: 1, name: "a" }], [{ name: "b", id: 2 }]]],
  ["an async iterator of pieces", () => later([rows[0] ?? {}], { name: ["b"], id: [2n] })],
  ["an async iterator of batches of another copy", () => later(...(foreignTable().batches as never[]))],
  [
    "a generator",
    () =>
      (function* () {
        for (const row of rows) yield [row];
      })(),
  ],
  [
    "a byte stream, cut anywhere",
    () => later(stream().subarray(0, 100), stream().subarray(100, 333), stream().subarray(333)),
  ],
  [
    "two streams one after the other",
    () => later(arrow.tableToIPC(ownTable().slice(0, 1)), arrow.tableToIPC(ownTable().slice(1))),
  ],
];

describe("data of every kind", () => {
  beforeAll(() => lake.createTable("default.kinds", rows));

  test.each(inputs)("append: %s", async (_, data) => {
    const before = await lake.read("default.kinds").count();
    const result = await lake.append("default.kinds", data());
    expect([result.rows, result.commits, result.version - (result.versionBefore ?? 0)]).toEqual([2, 1, 1]);
    expect((await lake.read("default.kinds").toObjects()).slice(before)).toEqual(rows);
  });

  test.each(inputs)("create: %s", async (kind, data) => {
    const name = `default.from_${createHash("sha256").update(kind).digest("hex").slice(0, 12)}`;
    const created = await lake.createTable(name, data());
    expect([created.rows, created.version]).toEqual([2, 1]);
    expect(await lake.read(name).toObjects()).toEqual(rows);
  });
});

test("no data: an iterator that gives nothing appends nothing, and creates nothing", async () => {
  await lake.createTable("default.silent", rows);
  const result = await lake.append("default.silent", later<never>());
  expect([result.rows, result.commits, result.version]).toEqual([0, 0, 1]);
  expect(await refusal(() => lake.createTable("default.nothing", later<never>()))).toContain("no columns");
  expect(await lake.listTables("default")).not.toContain("nothing");
});

test("an Arrow schema without rows makes an empty table", async () => {
  const typed = new arrow.Table({ t: arrow.makeVector(new Float64Array(3)) }).slice(0, 0);
  expect((await lake.createTable("default.empty_too", typed)).rows).toBe(0);
  expect((await lake.append("default.empty_too", { t: [] })).commits).toBe(0);
  const created = await lake.createTable("default.empty", ownTable().slice(0, 0));
  expect([created.rows, created.version]).toEqual([0, 1]);
  await lake.append("default.empty", rows);
  expect(await lake.read("default.empty").toObjects()).toEqual(rows);
});

test("a piece that does not fit: nothing is written, and its row is counted from the first piece", async () => {
  await lake.createTable("default.pieces", { id: [0] });
  const text = await refusal(() =>
    lake.append("default.pieces", later([{ id: 1 }, { id: 2 }], [{ id: 3 }, { id: "x" }])),
  );
  expect(text).toContain('row 4, column id: "x" is not a number');
  expect(await lake.read("default.pieces").count()).toBe(1);
});

test("pieces with different columns are put together, with nulls", async () => {
  await lake.createTable("default.partly", [{ a: 1, b: "x", c: 0.5 }]);
  await lake.append("default.partly", later([{ a: 2 }], [{ b: "y" }], { c: [1.5], a: [3] }));
  expect(await lake.read("default.partly").toObjects()).toEqual([
    { a: 1n, b: "x", c: 0.5 },
    { a: 2n, b: null, c: null },
    { a: null, b: "y", c: null },
    { a: 3n, b: null, c: 1.5 },
  ]);
});

test("vectors that hold NaN are refused by their row, for the native library adds none; a new table has them", async () => {
  const vectorOf = (type: DataType) => new arrow.FixedSizeList(2, new arrow.Field("item", type, true));
  const nested = new arrow.Struct([new arrow.Field("x", vectorOf(new arrow.Float32()), true)]);
  for (const type of [new arrow.Float16(), new arrow.Float32(), new arrow.Float64()]) {
    const table = `default.nan_${type.precision}`;
    const data = (v: readonly unknown[]) =>
      new arrow.Table({
        v: arrow.vectorFromArray(v, vectorOf(type)),
        s: arrow.vectorFromArray([{ x: [1, Number.NaN] }, { x: [1, 2] }], nested),
      });
    const [sound, unsound] = [
      [1, 2],
      [1, Number.NaN],
    ];
    await lake.createTable(table, data([unsound, sound]));
    const wrong = data([sound, unsound]);
    const told = /row 2, column v: a vector that holds NaN; .* Nothing was written\.$/;
    expect(await refusal(() => lake.append(table, wrong))).toMatch(told);
    expect(await refusal(() => lake.overwrite(table, wrong))).toMatch(told);
    const keyed = wrong.assign(new arrow.Table({ id: arrow.vectorFromArray([1n, 2n], new arrow.Int64()) }));
    const merged = `${table}_merged`;
    await lake.createTable(merged, keyed.slice(0, 1));
    expect(await refusal(() => lake.table(merged).merge("id", keyed))).toMatch(told);
    const replaced = () => lake.insertOverwrite(merged, keyed, { where: "id > 1", on: "id" });
    expect(await refusal(replaced)).toMatch(told);
    expect((await lake.describe(table)).version).toBe(1);
    await lake.append(table, data([sound, [null, Number.NEGATIVE_INFINITY]]));
    expect(await lake.read(table).count()).toBe(4);
  }
});

test("what has failed is told although another call on the table is under way", async () => {
  await lake.createTable("default.busy", rows);
  const working = storage.withTable(parseTableId("default.busy"), async (handle) => {
    void handle.statistics();
    throw new Error("this one");
  });
  await expect(working).rejects.toThrow("this one");
});

test("columns whose names are numbers keep their places", async () => {
  await lake.createTable("default.numbered", { b: ["x"], 1: [1], 0: [0.5] });
  await lake.append("default.numbered", [{ 0: 1.5, b: "y" }]);
  const table = new arrow.Table(
    new arrow.Schema([
      new arrow.Field("b", new arrow.Utf8(), true),
      new arrow.Field("0", new arrow.Float64(), true),
    ]),
    { first: arrow.vectorFromArray(["z"], new arrow.Utf8()), second: arrow.makeVector(Float64Array.of(2.5)) },
  );
  await lake.append("default.numbered", table);
  expect(await lake.read("default.numbered").toObjects()).toEqual([
    { b: "x", 1: 1n, 0: 0.5 },
    { b: "y", 1: null, 0: 1.5 },
    { b: "z", 1: null, 0: 2.5 },
  ]);
});

test.each<[string, () => unknown, number]>([
  ["a generator", () => [{ id: 1, name: "a" }].values(), 1],
  ["an async generator", () => later([{ id: 1 }], { id: 2, tags: ["a"] }), 2],
])("%s of rows, where arrays of rows are due, is refused with the way out", async (kind, data, number) => {
  const name = `default.single_${kind.replaceAll(" ", "_")}`;
  expect(await refusal(() => lake.createTable(name, data() as never))).toBe(
    `InvalidInput: Cannot create table ${name}: piece ${number} of the data is one row; ` +
      "each piece must be an array of rows, as in yield [{ id: 1 }]",
  );
  expect(await refusal(() => lake.read(name).collect())).toMatch(/^TableNotFound/);
});

describe("several commits", () => {
  const numbers = (count: number) => ({
    n: BigInt64Array.from({ length: count }, (_, index) => BigInt(index)),
  });
  async function* pieces(count: number) {
    for (let piece = 0; piece < count; piece++) yield numbers(1_000);
  }

  test("where they are allowed, data end up in as many as they need", async () => {
    await lake.createTable("default.bounded", numbers(1));
    const id = parseTableId("default.bounded");
    const result = await appendRows(storage, id, pieces(10), { commits: "bounded", partBytes: 16_000 });
    expect([result.rows, result.commits, result.versionBefore, result.version]).toEqual([10_000, 5, 1, 6]);
    expect(await lake.read("default.bounded").count()).toBe(10_001);
  });

  test("one large table is cut", async () => {
    await lake.createTable("default.cut", numbers(1));
    const id = parseTableId("default.cut");
    const result = await appendRows(storage, id, numbers(10_000), { commits: "bounded", partBytes: 16_000 });
    expect([result.rows, result.commits]).toEqual([10_000, 5]);
  });

  test("without leave, more than fits into memory is refused before anything is written", async () => {
    await lake.createTable("default.too_large", numbers(1));
    const id = parseTableId("default.too_large");
    const text = await refusal(() => appendRows(storage, id, pieces(10), { largestPart: 20_000 }));
    expect(text).toMatch(/^InvalidInput: Cannot append to default\.too_large: .*\{ commits: "bounded" \}/);
    expect((await lake.describe("default.too_large")).version).toBe(1);
  });

  test("what was written before a part that does not fit is said", async () => {
    await lake.createTable("default.stopped", numbers(1));
    const id = parseTableId("default.stopped");
    const data = later<WriteData>(numbers(2_000), { n: ["x"] }) as never;
    const text = await refusal(() => appendRows(storage, id, data, { commits: "bounded", partBytes: 8_000 }));
    expect(text).toContain('row 2001, column n: "x" is not a number');
    expect(text).toContain("the 2,000 rows before this part are written, up to version 3");
  });

  test("a create takes its later parts along, or leaves nothing", async () => {
    const limits = { commits: "bounded", partBytes: 16_000 } as const;
    const created = await createTable(storage, parseTableId("default.large"), pieces(6), limits);
    expect([created.rows, created.commits, created.version]).toEqual([6_000, 3, 3]);
    expect(await lake.read("default.large").count()).toBe(6_000);
    const broken = later<WriteData>(numbers(2_000), { n: ["x"] }) as never;
    expect(
      await refusal(() => createTable(storage, parseTableId("default.broken"), broken, limits)),
    ).toContain("row 2001, column n");
    expect(await lake.listTables("default")).not.toContain("broken");
  });
});

describe("in place of other rows", () => {
  test("overwrite keeps the schema and older versions, in one commit", async () => {
    await lake.createTable("default.over", [
      { a: 1, b: "x" },
      { a: 2, b: "y" },
    ]);
    const result = await lake.overwrite("default.over", [{ b: "z", a: 3 }]);
    expect([result.rows, result.versionBefore, result.version]).toEqual([1, 1, 2]);
    expect(await lake.read("default.over").toObjects()).toEqual([{ a: 3n, b: "z" }]);
    expect(await refusal(() => lake.overwrite("default.over", [{ a: "x" }]))).toContain(
      "Cannot overwrite default.over: row 1, column a",
    );
    await lake.overwrite("default.over", [{ b: "only b" }]);
    expect(await lake.read("default.over").toObjects()).toEqual([{ a: null, b: "only b" }]);
    await lake.overwrite("default.over", []);
    expect(await lake.read("default.over").count()).toBe(0);
    expect((await lake.describe("default.over")).schema.fields.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("insertOverwrite deletes and inserts in one commit", async () => {
    const days = [
      { id: 1, day: "mon" },
      { id: 2, day: "mon" },
      { id: 3, day: "tue" },
    ];
    await lake.createTable("default.days", days);
    const result = await lake.insertOverwrite(
      "default.days",
      [
        { id: 2, day: "mon" },
        { id: 9, day: "mon" },
      ],
      { where: "day = 'mon'", on: "id" },
    );
    expect([result.rows, result.version]).toEqual([2, 2]);
    const after = await lake.read("default.days").toObjects();
    expect(after.toSorted((a, b) => Number((a.id as bigint) - (b.id as bigint)))).toEqual([
      { id: 2n, day: "mon" },
      { id: 3n, day: "tue" },
      { id: 9n, day: "mon" },
    ]);
  });

  test("insertOverwrite is refused without keys, and with keys that are not unique", async () => {
    await lake.createTable("default.keys", [{ id: 1 }]);
    expect(
      await refusal(() => lake.insertOverwrite("default.keys", [{ id: 1 }], { where: "id = 1" } as never)),
    ).toContain("as two commits");
    const twice = [{ id: 1 }, { id: 1 }];
    expect(
      await refusal(() => lake.insertOverwrite("default.keys", twice, { where: "id = 1", on: "id" })),
    ).toMatch(/^InvalidInput: .*rows 1 and 2 of the data have the same key, id = 1;/);
    expect((await lake.describe("default.keys")).version).toBe(1);
  });
});

test("booleans that are all null are written, also where they are all there is, and nested", async () => {
  const list = new arrow.List(new arrow.Field("item", new arrow.Bool(), true));
  const struct = new arrow.Struct([new arrow.Field("flag", new arrow.Bool(), true)]);
  const data = new arrow.Table({
    a: arrow.vectorFromArray([true], new arrow.Bool()),
    b: arrow.vectorFromArray([[true]], list),
    c: arrow.vectorFromArray([{ flag: true }], struct),
  });
  await lake.createTable("default.flags", data);
  await lake.append("default.flags", { a: [null] });
  await lake.append("default.flags", [{ a: null, b: [null], c: { flag: null } }]);
  await lake.append("default.flags", [{ a: false }, { b: [null, null] }]);
  expect(await lake.read("default.flags").toObjects()).toEqual([
    { a: true, b: [true], c: { flag: true } },
    { a: null, b: null, c: null },
    { a: null, b: [null], c: { flag: null } },
    { a: false, b: null, c: null },
    { a: null, b: [null, null], c: null },
  ]);
  const nulls = data.slice(0, 0).concat(
    new arrow.Table(data.schema, {
      a: arrow.vectorFromArray([null], new arrow.Bool()),
      b: arrow.vectorFromArray([[null]], list),
      c: arrow.vectorFromArray([{ flag: null }], struct),
    }),
  );
  await lake.createTable("default.null_flags", nulls);
  await lake.overwrite("default.null_flags", nulls);
  expect(await lake.read("default.null_flags").toObjects()).toEqual([
    { a: null, b: [null], c: { flag: null } },
  ]);
});

describe("interruption", () => {
  test("before the commit: nothing is written, and the iterator is told to end", async () => {
    await lake.createTable("default.interrupted", { a: [0] });
    const controller = new AbortController();
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          yield { a: [1] };
          controller.abort();
        }
      } finally {
        ended = true;
      }
    }
    const text = await refusal(() =>
      lake.append("default.interrupted", endless(), { signal: controller.signal }),
    );
    expect(text).toBe("Interrupted: Interrupted: append to default.interrupted. Nothing was changed");
    expect(ended).toBe(true);
    expect((await lake.describe("default.interrupted")).version).toBe(1);
  });

  test("of the cell is obeyed by default", async () => {
    await lake.createTable("default.cell", { a: [0] });
    publishInterruptSignal(AbortSignal.abort());
    try {
      expect(await refusal(() => lake.append("default.cell", { a: [1] }))).toMatch(/^Interrupted: /);
    } finally {
      publishInterruptSignal(undefined as never);
    }
    expect(await lake.read("default.cell").count()).toBe(1);
  });

  test("in the middle of the commit: the error says what came of it", async () => {
    const data = { a: BigInt64Array.from({ length: 300_000 }, (_, index) => BigInt(index)) };
    await lake.createTable("default.middle", { a: [0] });
    const controller = new AbortController();
    publishProgressWatcher(() => watcher(() => controller.abort()));
    try {
      const text = await refusal(() => lake.append("default.middle", data, { signal: controller.signal }));
      const written = await lake.read("default.middle").count();
      expect(text).toMatch(/^Interrupted: .*It came too late: the rows are written, as version 2/);
      expect(written).toBe(300_001);
    } finally {
      publishProgressWatcher(undefined);
    }
  });
});

/** Calls `onAdvance` when the native library tells of written rows. */
function watcher(onAdvance: (rows: number) => void): Progress {
  return {
    advance: ({ rows = 0 }) => onAdvance(rows),
    expect: () => undefined,
    begin: () => watcher(onAdvance),
    end: () => undefined,
  };
}

test("progress tells all rows that are written, and how it ends", async () => {
  const told: string[] = [];
  let advanced = 0;
  publishProgressWatcher((title) => {
    told.push(title);
    return {
      ...watcher((rows) => {
        advanced += rows;
      }),
      end: (end = "done") => told.push(end),
    };
  });
  try {
    await lake.createTable("default.watched", { a: [1, 2, 3] });
    await lake.append("default.watched", { a: [4, 5] });
    await refusal(() => lake.append("default.watched", { a: ["x"] }));
  } finally {
    publishProgressWatcher(undefined);
  }
  expect(told).toEqual([
    "create table default.watched",
    "done",
    "append to default.watched",
    "done",
    "append to default.watched",
    "failed",
  ]);
  expect(advanced).toBe(5);
});

test("small fragments that pile up are told, once and again after a compaction", {
  timeout: 300_000,
}, async () => {
  await lake.createTable("default.small", { a: [0] });
  const warn = vi.spyOn(console, "warn").mockReturnValue(undefined);
  const told: (string | undefined)[] = [];
  const append = async (value: number) =>
    told.push((await lake.append("default.small", { a: [value] })).warning);
  for (let value = 1; value < 103; value++) await append(value);
  const warning =
    "101 fragments of default.small hold less than 100,000 rows each, which slows reading down; compact() puts them together";
  expect(told.filter((text) => text !== undefined)).toEqual([warning]);
  expect(told[99]).toBe(warning);
  expect(warn.mock.calls).toEqual([[warning]]);
  warn.mockRestore();
  await lake.table("default.small").compact();
  told.length = 0;
  await append(103);
  expect(told).toEqual([undefined]);
});
