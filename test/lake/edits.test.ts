import { inspect } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { typeName } from "../../src/display/arrow/type-name.ts";
import { type Connection, col, type LakeTable, lit } from "../../src/index.ts";
import { updateRows } from "../../src/lake/edit/edit-rows.ts";
import { createLakeStorage, type LakeStorage } from "../../src/lake/storage/storage.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});

afterAll(() => temporary?.close());

async function makeTable(name: string, data: Parameters<Connection["createTable"]>[1]): Promise<LakeTable> {
  await lake.createTable(`default.${name}`, data);
  return lake.table(`default.${name}`);
}

test("rows are deleted by a condition, and the result says how many", async () => {
  const table = await makeTable("deleted", { a: [1, 2, 3, 4], b: ["x", "y", "z", null] });
  const result = await table.delete(col("a").gt(2).and(col("b").isNotNull()));
  expect([result.rowsDeleted, result.versionBefore, result.version, result.rows]).toEqual([1, 1, 2, 3]);
  expect((await table.delete("b = 'x'")).rowsDeleted).toBe(1);
  expect((await table.delete({ a: 99 })).rowsDeleted).toBe(0);
  expect(await table.read().toObjects()).toEqual([
    { a: 2n, b: "y" },
    { a: 4n, b: null },
  ]);
  expect(inspect(result)).toContain("deleted rows of default.deleted");
});

test.each(["upper(s)", "s || 'x'", "S + 1", "`s` || s", "n", "concat(s, s)"])(
  "the text %s as a new value is refused, and both ways out are ways out",
  async (text) => {
    const table = await makeTable(`meant_${Buffer.from(text).toString("hex")}`, [{ s: "a", n: 1, note: "" }]);
    const quoted = JSON.stringify(text);
    expect(await refusal(() => table.update({ note: text }))).toMatch(/^InvalidInput: Cannot update /);
    expect(await refusal(() => table.update({ note: text }))).toContain(
      `compute it with { sql: ${quoted} }, or store the text with lit(${quoted})`,
    );
    await table.update({ note: lit(text) });
    expect((await table.first())?.note).toBe(text);
  },
);

test.each(["hello", "a plain sentence about s", "s.", "2024-05-01", "not_a_column + 1", "it's", ""])(
  "the text %s as a new value is stored",
  async (text) => {
    const table = await makeTable(`stored_${Buffer.from(text).toString("hex")}`, [{ s: "a", note: "b" }]);
    await table.update({ note: text });
    expect((await table.first())?.note).toBe(text);
  },
);

test("constants are written as the values they hold", async () => {
  const table = await makeTable("constants", [{ a: 1, s: "x", t: new Date(0), b: true }]);
  await table.update({ a: lit(7), s: lit(null), t: lit(new Date(5)), b: lit(false) });
  expect(await table.first()).toEqual({ a: 7n, s: null, t: new Date(5), b: false });
  expect(await refusal(() => table.update({ a: lit("seven") }))).toMatch(/it cannot hold "seven"$/);
  expect(await refusal(() => table.update({ a: col("a").add(1) as never }))).toMatch(
    /its new value is the expression .*; pass SQL, as in/,
  );
});

test("an update writes values exactly, by the type of their column", async () => {
  const table = await makeTable("updated", { id: [1, 2] });
  await table.addColumns({
    text: { type: "string" },
    float: { type: "float" },
    flag: { type: "bool" },
    time: { type: "timestamp[us, UTC]" },
    day: { type: "date" },
    price: { type: "decimal128(12, 2)" },
    bytes: { type: "binary" },
    vector: { type: "fixed_size_list<float>[2]" },
  });
  const values = {
    text: "it's -- `odd`",
    float: Number.NaN,
    flag: true,
    time: "2024-02-29T12:00:00.000001Z",
    day: new Date("2024-02-29"),
    price: "12.50",
    bytes: new Uint8Array([0, 255]),
    vector: [0.5, -1],
  };
  const result = await table.update(values, { where: { id: 1 } });
  expect([result.rowsUpdated, result.version]).toEqual([1, 3]);
  expect(await table.read().where("id = 1").first()).toEqual({ ...values, id: 1n });
  await table.update({ id: { sql: "id * 10" }, text: null });
  expect(await table.read().select("id", "text").toObjects()).toEqual(
    expect.arrayContaining([
      { id: 10n, text: null },
      { id: 20n, text: null },
    ]),
  );
  for (const [wrong, why] of [
    [{ id: 1.5 }, "column id is int64; it cannot hold 1.5"],
    [{ id: "x" }, 'it cannot hold "x"'],
    [{ vector: [1] }, "its vectors have 2 numbers, and the one given has 1"],
    [
      { float: 2n ** 53n + 1n },
      "9007199254740993n is not exact as a float; pass a number for the nearest one",
    ],
    [{ flag: 1 }, "column flag is bool; it cannot hold 1"],
    [{ price: "1.005" }, "it cannot hold"],
    [{ nope: 1 }, "no column nope"],
    [{ text: { sql: "1; 2" } }, "a semicolon"],
    [{}, "name at least one column"],
  ] as const) {
    expect(await refusal(() => table.update(wrong))).toContain(why);
  }
  expect((await table.describe()).version).toBe(4);
});

test("what an update computes over rows that another writer committed meanwhile is looked at, too", async () => {
  const tiny = arrow.vectorFromArray([1, 2], new arrow.Int8());
  const id = arrow.vectorFromArray([1n, 2n], new arrow.Int64());
  const table = await makeTable("overtaken", new arrow.Table({ id, tiny }));
  const catalog = await CatalogClient.connect(parseConfig(temporary.local.config));
  const storage = createLakeStorage(catalog);
  const others = createLakeStorage(catalog);
  /** The other writer, which waits for no turn, as if in another process, commits between the check and the commit. */
  const overtaken: LakeStorage = {
    ...storage,
    withTable: (tableId, work) =>
      storage.withTable(tableId, (handle, ...rest) => {
        const update: typeof handle.edits.update = async (...change) => {
          await others.withTable(tableId, ({ edits }) => edits.update(new Map([["tiny", "100"]]), "id = 2"));
          return handle.edits.update(...change);
        };
        const edits = new Proxy(handle.edits, {
          get: (target, name) => (name === "update" ? update : Reflect.get(target, name)),
        });
        return work(
          new Proxy(handle, {
            get(target, name) {
              if (name === "edits") return edits;
              const value = Reflect.get(target, name);
              return typeof value === "function" ? value.bind(target) : value;
            },
          }),
          ...rest,
        );
      }),
  };
  const values = { tiny: { sql: "tiny + 100" } };
  expect(await refusal(() => updateRows(overtaken, parseTableId(table.name), values, {}))).toBe(
    "ConcurrentModification: Cannot update default.overtaken: row 2, column tiny: tiny + 100 overflows, and Lance's SQL makes -56 " +
      "of it; the column is int8; compute with a wider type, as in CAST(tiny AS BIGINT). Another writer committed these rows " +
      "meanwhile, and version 3 holds the changed values; restore(2) takes them back",
  );
  await table.restore(2);
  expect((await table.read().sort("id").toObjects()).map((row) => row.tiny)).toEqual([1, 100]);
  await Promise.all([storage.close(), others.close(), catalog.close()]);
});

test("what SQL comes to is written exactly, or refused by column and row", async () => {
  const table = await makeTable(
    "computed",
    new arrow.Table({
      id: arrow.vectorFromArray([1n, 2n, 3n], new arrow.Int64()),
      tiny: arrow.vectorFromArray([1, 100, null], new arrow.Int8()),
      wide: arrow.vectorFromArray([1n, 2n ** 62n, null], new arrow.Int64()),
      half: arrow.vectorFromArray([1.5, 2, 0], new arrow.Float16()),
      double: arrow.vectorFromArray([1.5, 1e300, -3.7], new arrow.Float64()),
      time: arrow.vectorFromArray([1500, 2000, null], new arrow.TimestampMillisecond()),
      second: arrow.vectorFromArray([1000, 2000, null], new arrow.TimestampSecond()),
      day: arrow.vectorFromArray([new Date(0), null, null], new arrow.DateDay()),
      bytes: arrow.vectorFromArray([Uint8Array.of(1, 2), Uint8Array.of(1), null], new arrow.Binary()),
      pair: arrow.vectorFromArray([Uint8Array.of(1, 2), null, null], new arrow.FixedSizeBinary(2)),
      flag: arrow.vectorFromArray([true, false, null], new arrow.Bool()),
    }),
  );
  await table.addColumns({ price: { type: "decimal128(6, 2)" } });
  await table.update({ price: "1.25" });
  const { version } = await table.describe();
  for (const [column, sql, why] of [
    ["tiny", "tiny + 100", "row 2, column tiny: tiny + 100 overflows, and Lance's SQL makes -56 of it"],
    ["wide", "tiny + 100", "row 2, column wide: tiny + 100 overflows"],
    ["tiny", "CAST(tiny AS BIGINT) + 100", "row 2, column tiny: 200 is outside -128 to 127"],
    ["wide", "wide * 2", "as in CAST(wide AS DECIMAL(38, 0))"],
    ["wide", "id / 2", "row 1, column wide: id / 2 is 0.5, and Lance's SQL makes 0 of it"],
    ["wide", "double", "row 1, column wide: 1.5 is not a whole number"],
    ["half", "double", "row 2, column half: 1e+300 is more than halffloat can hold"],
    ["half", "id + 2048", "row 1, column half: 2049 is not exact"],
    ["price", "price / 3", "row 1, column price: a decimal with more than 2 digits"],
    ["price", "CAST(tiny AS DOUBLE) / 8", "row 1, column price: 0.125 has more than 2 digits"],
    ["wide", "price", "row 1, column wide: a decimal with more than 0 digits"],
    ["second", "time", "row 1, column second: a time finer than the column's unit"],
    ["day", "time", "row 1, column day: a time within a day"],
    ["pair", "bytes", "row 2, column pair: 1 byte where the column holds 2"],
    ["flag", "id", "row 2, column flag: 2 is neither 0 nor 1"],
    ["flag", "tiny + tiny > 100", "row 2, column flag: tiny + tiny > 100 overflows"],
    ["tiny", "nanvl(tiny, 1) + 1", "cannot be checked, for DuckDB does not read"],
  ] as const) {
    expect(await refusal(() => table.update({ [column]: { sql } }))).toContain(why);
  }
  for (const work of [
    () => table.update({ tiny: { sql: "tiny + 100" } }, { where: "id >= 2 AND tiny > 0" }),
    () => table.addColumns({ sum: { sql: "tiny + 100" } }),
    () => table.delete("tiny + tiny > 100"),
    () => table.update({ flag: true }, { where: "tiny + tiny > 100" }),
    () => table.merge("id", { id: [1] }, { whenNotInData: { deleteWhere: "tiny + tiny > 100" } }),
    () => lake.insertOverwrite("default.computed", { id: [9] }, { on: "id", where: "tiny + tiny > 100" }),
  ]) {
    expect(await refusal(work)).toContain("row 2");
  }
  for (const [column, type, why] of [
    ["wide", "int8", "row 2, column wide: 4611686018427387904 is outside -128 to 127; the new type is int8"],
    ["double", "float", "row 2, column double: 1e+300 is more than float can hold"],
    ["price", "decimal128(6, 1)", "row 1, column price: a decimal with more than 1 digits"],
    ["time", "timestamp[s]", "row 1, column time: a time finer than the column's unit"],
  ] as const) {
    expect(await refusal(() => table.alterColumns({ [column]: { type } }))).toContain(why);
  }
  expect(await refusal(() => table.alterColumns({ tiny: { rename: "wide" } }))).toContain(
    "there is a column wide already; choose another name for tiny",
  );
  expect((await table.describe()).version).toBe(version);
  await table.update({ wide: { sql: "CAST(tiny AS BIGINT) + 100" }, price: { sql: "price * 2" } });
  await table.update({ tiny: { sql: "tiny + 27" }, flag: { sql: "`tiny` > -5" } });
  await table.addColumns({ text: { sql: "concat('a-', 'b')" }, ratio: { sql: "double / 3.0" } });
  const [, second] = await table.read().select("tiny", "wide", "price", "flag", "text", "ratio").toObjects();
  expect(second).toEqual({ tiny: 127, wide: 200n, price: "2.50", flag: true, text: "a-b", ratio: 1e300 / 3 });
});

test("a change of no row makes no version", async () => {
  const table = await makeTable("unchanged", { a: [1, 2] });
  const deleted = await table.delete({ a: 9 });
  const updated = await table.update({ a: 3 }, { where: { a: 9 } });
  expect([deleted.version, deleted.rowsDeleted, updated.version, updated.rowsUpdated]).toEqual([1, 0, 1, 0]);
  expect(await table.versions()).toHaveLength(1);
});

test("a merge updates, inserts and deletes by key, and leaves columns it does not name", async () => {
  const table = await makeTable("merged", { id: [1, 2, 3], name: ["a", "b", "c"], n: [10, 20, 30] });
  const result = await table.merge("id", [
    { id: 2, name: "B" },
    { id: 4, name: "D" },
  ]);
  expect([result.rowsInserted, result.rowsUpdated, result.rowsDeleted]).toEqual([1, 1, 0]);
  const rows = async () => (await table.read().toObjects()).sort((a, b) => Number(a.id) - Number(b.id));
  expect(await rows()).toEqual([
    { id: 1n, name: "a", n: 10n },
    { id: 2n, name: "B", n: 20n },
    { id: 3n, name: "c", n: 30n },
    { id: 4n, name: "D", n: null },
  ]);
  await table.merge(
    ["id"],
    { id: [1, 9], name: ["z", "z"] },
    { whenMatched: "keep", whenNotMatched: "insert" },
  );
  await table.merge("id", { id: [1], name: ["new"] }, { whenMatched: { updateWhere: "target.n > 10" } });
  const kept = await table.merge(
    "id",
    { id: [2, 100], name: ["q", "q"] },
    { whenNotMatched: "skip", whenNotInData: { deleteWhere: col("n").isNull() } },
  );
  expect(kept.rowsDeleted).toBe(2);
  expect(await rows()).toEqual([
    { id: 1n, name: "a", n: 10n },
    { id: 2n, name: "q", n: 20n },
    { id: 3n, name: "c", n: 30n },
  ]);
  expect(await refusal(() => table.merge("id", { id: [1, 1], name: ["x", "y"] }))).toMatch(
    /^InvalidInput: .*rows 1 and 2 of the data have the same key, id = 1;/,
  );
  expect(await refusal(() => table.merge("key", { id: [1] }))).toMatch(/^TableColumnNotFound: /);
  expect(await refusal(() => table.merge("id", { name: ["x"] }))).toMatch(/no column id, which is the key/);
});

test("columns are added, altered and dropped", async () => {
  const table = await makeTable("columns", { a: [1, 2] });
  const added = await table.addColumns({ double: { sql: "a * 2" }, note: { type: "timestamp[us, UTC]" } });
  expect([added.versionBefore, added.version]).toEqual([1, 3]);
  await table.alterColumns({ double: { rename: "twice", type: "int32" } });
  expect(String(await table.read().schema())).toBe(
    "Schema<{ 0: a: Int64, 1: note: Timestamp<MICROSECOND, UTC>, 2: twice: Int32 }>",
  );
  await table.dropColumns(["note"]);
  expect(await table.read().toObjects()).toEqual([
    { a: 1n, twice: 2 },
    { a: 2n, twice: 4 },
  ]);
  expect(await refusal(() => table.addColumns({ a: { type: "int8" } }))).toMatch(
    /there is a column a already/,
  );
  expect(await refusal(() => table.addColumns({ b: { type: "int9" } }))).toMatch(/"int9" is not a type/);
  expect(await refusal(() => table.addColumns({ b: { sql: "nope + 1" } }))).toMatch(/^TableColumnNotFound: /);
  expect(await refusal(() => table.alterColumns({ a: { type: "string" } }))).toMatch(/^InvalidInput: /);
  expect(await refusal(() => table.dropColumns(["b"]))).toMatch(/^TableColumnNotFound: /);
  expect(await refusal(() => table.dropColumns(["a", "twice"]))).toMatch(/no column would be left/);
});

test("a new column is of any type that has a name", async () => {
  const table = await makeTable("typed", { a: [1] });
  const types = {
    half: "float16",
    time: "timestamp[ms, tz=Asia/Shanghai]",
    price: "decimal(5, 2)",
    long: "duration[us]",
    vector: "fixed_size_list<halffloat>[4]",
    nested: "list<struct<a: date, b: string>>",
  };
  await table.addColumns(Object.fromEntries(Object.entries(types).map(([name, type]) => [name, { type }])));
  expect((await table.read().schema()).fields.slice(1).map(({ type }) => typeName(type))).toEqual([
    "halffloat",
    "timestamp[ms, Asia/Shanghai]",
    "decimal128(5, 2)",
    "duration[us]",
    "fixed_size_list<halffloat>[4]",
    "list<struct<a: date32[day], b: string>>",
  ]);
});

test("a zone that is an offset, over which the native library panics, is refused before", async () => {
  const zoned = new arrow.TimestampMicrosecond("+08:00");
  const table = await makeTable("zoned", { t: [new Date(0)] });
  const told = /^Unsupported: .* column t is timestamp\[us, \+08:00\], .* named zones only/;
  expect(await refusal(() => table.addColumns({ t: { type: "timestamp[us, +08:00]" } }))).toMatch(told);
  expect(await refusal(() => table.alterColumns({ t: { type: zoned } }))).toMatch(told);
  const data = new arrow.Table(new arrow.Schema([new arrow.Field("t", zoned, true)]));
  expect(await refusal(() => lake.createTable("default.offset", data))).toMatch(told);
  const nested = new arrow.Struct([new arrow.Field("at", zoned, true)]);
  expect(await refusal(() => table.addColumns({ t: { type: nested } }))).toMatch(/named zones only/);
});

test("compaction puts fragments together; cleanup removes old versions, and only when it is safe or told to", async () => {
  const table = await makeTable("kept", { a: [0] });
  for (const value of [1, 2, 3]) await table.append({ a: [value] });
  const compacted = await table.compact();
  expect([compacted.fragmentsRemoved, compacted.fragmentsAdded, compacted.fragments]).toEqual([4, 1, 1]);
  expect((await table.versions()).map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(compacted.version).toBe(6);
  expect((await table.compact()).version).toBe(compacted.version);

  expect(await refusal(() => table.cleanup({ olderThan: new Date() }))).toMatch(/allowRecent: true/);
  expect((await table.cleanup()).versionsRemoved).toBe(0);
  await table.createTag("held", 2);
  const now = { olderThan: new Date(), allowRecent: true };
  expect((await table.cleanup(now)).versionsRemoved).toBe(4);
  expect(await table.at("held").toObjects()).toEqual([{ a: 0n }, { a: 1n }]);
  expect((await table.versions()).map(({ version }) => version)).toEqual([2, 6]);
  expect(await refusal(() => table.cleanup({ olderThan: 0 as never }))).toMatch(
    /^InvalidInput: .*olderThan is 0; pass a Date/,
  );
  await table.deleteTag("held");
  const cleaned = await table.cleanup({ ...now, olderThan: new Date() });
  expect(cleaned.versionsRemoved).toBe(1);
  expect(cleaned.bytesRemoved).toBeGreaterThan(0);
  expect((await table.read().toObjects()).map(({ a }) => a)).toEqual([0n, 1n, 2n, 3n]);
});

test.each([["no tag"], ["a tag", 1], ["a tag on the newest version", 3]] as const)(
  "a cleanup says what it compacted, of a table with %s",
  async (title, tagged?: number) => {
    const table = await makeTable(`counted_${title.replaceAll(" ", "_")}`, { a: [0] });
    for (const value of [1, 2]) await table.append({ a: [value] });
    if (tagged !== undefined) await table.createTag("held", tagged);
    const { fragmentsRemoved, fragmentsAdded } = await table.cleanup({
      olderThan: new Date(),
      allowRecent: true,
    });
    expect([fragmentsRemoved, fragmentsAdded]).toEqual([3, 1]);
  },
);

test("conditions and values with placeholders are refused before Lance reads them", async () => {
  const table = await makeTable("placeholders", { a: [1] });
  const told = /^InvalidInput: .* is a placeholder, and takes no value here; write the value, or pass /;
  for (const text of ["a = ?", "a = :x", "a = $1"]) {
    expect(await refusal(() => table.delete(text))).toMatch(told);
    expect(await refusal(() => table.update({ a: 2 }, { where: text }))).toMatch(told);
    expect(await refusal(() => table.update({ a: { sql: text.slice(4) } }))).toMatch(told);
    expect(await refusal(() => table.read().where(text).toObjects())).toMatch(told);
  }
  expect(await table.read().toObjects()).toEqual([{ a: 1n }]);
});

test("DLF is told of every change", async () => {
  const table = await makeTable("told", { a: [1, 2] });
  const commitId = async () => (await table.describe()).properties["dlf.lance.commit-uuid"];
  let last: string | undefined;
  const isNew = async () => {
    const id = await commitId();
    return id !== undefined && id !== last ? id : Promise.reject(new Error("no new commit id"));
  };
  last = await vi.waitFor(isNew, 30_000);
  const changes = [
    () => table.delete("a = 1"),
    () => table.update({ a: 3 }),
    () => table.merge("a", { a: [4] }),
    () => table.addColumns({ b: { type: "string" } }),
    () => table.createIndex("a", { type: "btree" }),
    () => table.dropIndex("a_idx"),
    () => table.compact(),
    () => table.restore(1),
  ];
  for (const change of changes) {
    const { version, versionBefore } = await change();
    expect(version).toBeGreaterThan(versionBefore);
    last = await vi.waitFor(isNew, 30_000);
  }
});

test("an interrupted change has changed nothing, or says that it may", async () => {
  const table = await makeTable("interrupted", { a: [1, 2] });
  expect(await refusal(() => table.delete("a = 1", { signal: AbortSignal.abort() }))).toMatch(
    /^Interrupted: .*Nothing was changed/,
  );
  expect(await table.count()).toBe(2);
});

test("a change that may have been committed says so, and is not repeated", async () => {
  const faulty = await openTemporaryLake({ faults: true });
  await faulty.lake.createTable("default.lost", { a: [1, 2, 3] });
  const isWritten = async () => {
    const headers = { authorization: `Bearer ${faulty.local.faults?.token}` };
    return (await (await fetch(faulty.local.faults?.uri ?? "", { headers })).text()).includes("_deletions");
  };
  // While the change is being written, the object store falls silent.
  const fault = { kind: "delay", milliseconds: 2_000 };
  await faulty.orderFaults([{ on: "oss", method: "PUT", path: "_transactions", times: 1, fault }]);
  const told = refusal(() => faulty.lake.table("default.lost").delete("a = 1"));
  await expect.poll(isWritten, { timeout: 30_000 }).toBe(true);
  await faulty.orderFaults([{ on: "oss", times: 10_000, fault: { kind: "status", status: 503 } }]);
  const message = await told;
  await faulty.orderFaults([]);
  expect(message).toMatch(/^CommitUnknown: .*delete rows of default\.lost.*at version 1 before/s);
  await faulty.close();
});

test("the last column that has data is not dropped, for then nothing could be read", async () => {
  const table = await makeTable("emptied", { a: [1, 2], s: [{ x: 1 }, { x: 2 }] });
  await table.addColumns({ z: { type: "string" } });
  const told =
    /^InvalidInput: Cannot drop columns of default.emptied: some rows have data in no other column/;
  expect(await refusal(() => table.dropColumns(["a", "s"]))).toMatch(told);
  await table.dropColumns(["a"]);
  expect(await refusal(() => table.dropColumns(["s"]))).toMatch(told);
  // Of the rows of this fragment there are data, of those before still none.
  await table.append([{ z: "x" }]);
  expect(await refusal(() => table.dropColumns(["s"]))).toMatch(told);
  expect(await table.read().toObjects()).toHaveLength(3);
  await table.update({ z: "y" });
  await table.dropColumns(["s"]);
  expect((await table.read().toObjects()).map(({ z }) => z)).toEqual(["y", "y", "y"]);
});

test("NaN of either sign and -0 meet the conditions of writes as they meet those of reads", async () => {
  const bits = [0x7ff8n << 48n, 0xfff8n << 48n, 0n, 1n << 63n];
  const numbers = [...new Float64Array(BigUint64Array.from(bits).buffer), 1, -1, Infinity, -Infinity];
  // Arrays of plain numbers may lose the sign of NaN.
  const doubles = new Float64Array(numbers.length);
  new BigUint64Array(doubles.buffer).set(bits);
  doubles.set(numbers.slice(bits.length), bits.length);
  const floats = Float32Array.from(doubles);
  new Uint32Array(floats.buffer).set([0x7fc00000, 0xffc00000], 0);
  const id = numbers.map((_, row) => BigInt(row));
  const table = await makeTable("nans", { id, d: doubles, f: floats });
  /** As DuckDB has it: NaN is NaN, and greater than all others. */
  const compare = (a: number, b: number) =>
    Number.isNaN(a) || Number.isNaN(b)
      ? Number(Number.isNaN(a)) - Number(Number.isNaN(b))
      : a < b
        ? -1
        : Number(a > b);
  const operators = {
    eq: (order: number) => order === 0,
    neq: (order: number) => order !== 0,
    lt: (order: number) => order < 0,
    lte: (order: number) => order <= 0,
    gt: (order: number) => order > 0,
    gte: (order: number) => order >= 0,
  };
  const cases = (["d", "f"] as const).flatMap((column) =>
    (Object.keys(operators) as (keyof typeof operators)[]).flatMap((operator) =>
      [Number.NaN, -0, 1, -Infinity].map((constant) => ({
        condition: col(column)[operator](constant),
        what: `${column} ${operator} ${constant}`,
        hit: id.filter((_, row) => operators[operator](compare(numbers[row] as number, constant))),
      })),
    ),
  );
  const ids = async () => (await table.read().select("id").sort("id").toObjects()).map((row) => row.id);
  const computed = await table
    .read()
    .select(...cases.map(({ condition, what }) => condition.as(what)))
    .toObjects();
  for (const { condition, what, hit } of cases) {
    expect(
      id.filter((_, row) => computed[row]?.[what] === true),
      what,
    ).toEqual(hit);
    expect(await table.read().where(condition).count(), what).toBe(hit.length);
  }
  const { version } = await table.describe();
  const written = ["d lt 1", "f gte NaN", "d eq 0"];
  const rest = (hit: readonly bigint[]) => id.filter((each) => !hit.includes(each));
  for (const { condition, hit } of cases.filter(({ what }) => written.includes(what))) {
    expect((await table.delete(condition)).rowsDeleted).toBe(hit.length);
    expect(await ids()).toEqual(rest(hit));
    await table.restore(version);
    await table.merge(
      "id",
      { id: [99n] },
      { whenNotMatched: "skip", whenNotInData: { deleteWhere: condition } },
    );
    expect(await ids()).toEqual(rest(hit));
    await table.restore(version);
    await lake.insertOverwrite(table.name, { id: [99n] }, { where: condition, on: "id" });
    expect(await ids()).toEqual([...rest(hit), 99n]);
    await table.restore(version);
    expect((await table.update({ id: { sql: "id + 100" } }, { where: condition })).rowsUpdated).toBe(
      hit.length,
    );
    expect(await ids()).toEqual([...rest(hit), ...hit.map((each) => each + 100n)]);
    await table.restore(version);
  }
});
