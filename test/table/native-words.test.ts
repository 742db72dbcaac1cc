/** What the native library says, in our words: each as it was heard, from a live table. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { type Condition, type Connection, col, type LakeTable } from "../../src/index.ts";
import { isLostRace, translateNativeError } from "../../src/table/native/native-error.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;
let table: LakeTable;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  await lake.createTable(
    "default.words",
    Array.from({ length: 20 }, (_, row) => ({
      id: row,
      v: Float32Array.from({ length: 8 }, (_unused, index) => Math.sin(row * index)),
      s: `text ${row}`,
      ts: new Date(Date.UTC(2024, 0, row + 1)),
      d: row / 2,
      b: row % 2 === 0,
    })),
  );
  table = lake.table("default.words");
});

afterAll(() => temporary?.close());

test.each([
  ["id > 1.5", "the condition compares int64 with 1.5; cast the column, as in cast(column as double) > 1.5"],
  [
    "id in (1.5)",
    "the condition compares int64 with 1.5; cast the column, as in cast(column as double) > 1.5",
  ],
  ["id >= 2.0", "the condition compares int64 with 2; write it as a whole number, 2"],
  [
    "s like 5",
    "LIKE compares values of one type, and these are string and int64; cast one of them, as in cast(x as string)",
  ],
  ["id = 'x'", "the condition compares int64 with 'x'; write a number"],
  ["id = true", "the condition compares int64 with true; write a number"],
  ["d > 'abc'", "the condition compares double with 'abc'; write a number"],
  ["s > 5", "the condition compares string with 5; write a text, as in '5'"],
  ["b = 'yes'", "the condition compares bool with 'yes'; write true or false"],
  [
    "ts >= '2024-05-01'",
    "the condition compares timestamp with '2024-05-01'; write a moment, as in timestamp '2024-05-01 00:00:00'",
  ],
  [
    "ts > 5",
    "the condition compares timestamp with 5; write a moment, as in timestamp '2024-05-01 00:00:00'",
  ],
  ["v = 1", "the condition compares a vector with 1; write a value of the column's type"],
  ["upper(id) = 'x'", "upper() takes string, and this one is given int64; cast it, as in cast(x as string)"],
  ["nofn(id) = 1", "Lance has no function nofn(); filter with an expression of col() instead"],
  ["id >", "Lance cannot read the condition id >: at its end it lacks an expression; correct it"],
  ["id > 1 and", "Lance cannot read the condition id > 1 and: at its end it lacks an expression; correct it"],
  ["id in (1, ,2)", "Lance cannot read the condition id in (1, ,2): at , it lacks an expression; correct it"],
  ...["limit 1", "order by id", "group by id", "union select 1", "5", "junk"].map(
    (tail): [string, string] => [
      `id >= 0 ${tail}`,
      `Lance cannot read the condition id >= 0 ${tail}: ${tail.split(" ")[0]} follows a whole condition; ` +
        "write one condition and nothing after it",
    ],
  ),
])("the condition %s is refused in reads, deletes and updates alike", async (condition, told) => {
  expect(await refusal(() => table.read().where(condition).count())).toBe(
    `InvalidInput: Cannot count rows of default.words: ${told}`,
  );
  expect(await refusal(() => table.delete(condition))).toBe(
    `InvalidInput: Cannot delete rows of default.words: ${told}`,
  );
  expect(await refusal(() => table.update({ d: 1 }, { where: condition }))).toBe(
    `InvalidInput: Cannot update default.words: ${told}`,
  );
});

const small = async () => {
  const cells = new arrow.Table({
    k: arrow.vectorFromArray(["k1", "k2"], new arrow.Utf8()),
    w: arrow.vectorFromArray([0, 5], new arrow.Int8()),
    u: arrow.vectorFromArray([1, 5], new arrow.Uint32()),
    x: arrow.vectorFromArray([Number.NaN, 5], new arrow.Float64()),
  });
  await lake.createTable("default.small", cells, { mode: "overwrite" });
  return lake.table("default.small");
};

test.each([
  ["k is distinct from 'k1'", "k IS DISTINCT FROM 'k1'"],
  ["substr(k, 2, 1) = '1'", "SUBSTR(k, 2, 1)"],
  ["case when w > 3 then true else false end", "CASE WHEN w > 3 THEN true ELSE false END"],
])(
  "the condition %s, which Lance does not compute, has a way out for reads and for edits",
  async (condition, shown) => {
    const cells = await small();
    expect(await refusal(() => cells.read().where(condition).count())).toBe(
      `Unsupported: Cannot count rows of default.small: Lance cannot compute ${shown}; filter with an expression of col(), ` +
        "or use frame.sql or lake.sql",
    );
    const byKeys = 'read the keys of the rows first and name them, as in col("id").isIn(keys)';
    expect(await refusal(() => cells.delete(condition))).toBe(
      `Unsupported: Cannot delete rows of default.small: Lance cannot compute ${shown}; ${byKeys}`,
    );
    expect(await refusal(() => cells.update({ w: 1 }, { where: condition }))).toBe(
      `Unsupported: Cannot update default.small: Lance cannot compute ${shown}; ${byKeys}`,
    );
    expect((await cells.read().sql(`SELECT k FROM frame WHERE ${condition}`).toObjects()).length).toBe(1);
  },
);

test.each([
  ["w > 200", "int8 with 200; 200 is outside int8 (-128 to 127)", col("w").gt(200), 0],
  ["w in (1, 200)", "int8 with 200; 200 is outside int8 (-128 to 127)", col("w").isIn([1, 200]), 0],
  ["w >= -129", "int8 with -129; -129 is outside int8 (-128 to 127)", col("w").gte(-129), 2],
  ["u > -1", "uint32 with -1; -1 is outside uint32 (0 to 4294967295)", col("u").gt(-1), 2],
])(
  "the condition %s goes beyond its column, and col() takes it",
  async (condition, told, expression, rows) => {
    const cells = await small();
    for (const refused of [() => cells.read().where(condition).count(), () => cells.delete(condition)])
      expect(await refusal(refused)).toContain(
        `compares ${told}, so no value equals it; compare with an expression of col(), as in `,
      );
    expect(await cells.read().where(expression).count()).toBe(rows);
    expect((await cells.delete(expression)).rowsDeleted).toBe(rows);
  },
);

test.each([
  [
    "cast(x as bigint) = 5",
    "int64 cannot hold NaN; write try_cast() for cast(), which",
    "try_cast(x as bigint) = 5",
  ],
  [
    "cast(k as bigint) = 5",
    "int64 cannot hold 'k1'; write try_cast() for cast(), which",
    "try_cast(k as bigint) = 5",
  ],
  ["5 / w = 1", "it divides by zero; divide by nullif(x, 0), which", "5 / nullif(w, 0) = 1"],
])("the condition %s fails on a value, and the way out is the way out", async (condition, told, instead) => {
  const cells = await small();
  for (const refused of [() => cells.read().where(condition).count(), () => cells.delete(condition)])
    expect(await refusal(refused)).toContain(told);
  const found = await cells.read().where(instead).count();
  expect((await cells.delete(instead)).rowsDeleted).toBe(found);
});

test.each([
  [
    "delete rows of",
    (cells: LakeTable, empty: Condition) => cells.delete(empty),
    'pass one, as in delete("id = 5")',
  ],
  [
    "update",
    (cells: LakeTable, empty: Condition) => cells.update({ w: 1 }, { where: empty }),
    "leave where out to update all rows",
  ],
  [
    "merge into",
    (cells: LakeTable, empty: Condition) =>
      cells.merge("k", [{ k: "k1", w: 1 }], { whenNotInData: { deleteWhere: empty } }),
    'pass { whenNotInData: "delete" } to delete all rows that are not in the data',
  ],
] as const)("an empty condition to %s is refused", async (action, run, next) => {
  const cells = await small();
  for (const empty of ["", " ", {}])
    expect(await refusal(() => run(cells, empty as Condition))).toBe(
      `InvalidInput: Cannot ${action} default.small: the condition is empty; ${next}`,
    );
  expect(await cells.read().count()).toBe(2);
});

test("a column that is not there is named, with the nearest that is", async () => {
  expect(await refusal(() => table.delete("idd = 1"))).toMatch(
    /^TableColumnNotFound: .*: no column idd; did you mean id\?$/,
  );
  expect(await refusal(() => table.delete("elsewhere = 1"))).toMatch(
    /^TableColumnNotFound: .*: no column elsewhere; the columns are id, v, s, ts, d, b; a text stands in single quotes/,
  );
});

test.each(["ivf_pq", "ivf_hnsw_pq"] as const)("an index %s over too few rows is refused", async (type) => {
  expect(await refusal(() => table.createIndex("v", { type }))).toBe(
    "InvalidInput: Cannot index column v of default.words: an index with product quantization is trained on at least " +
      '256 rows, and the table has 20; search without an index, which is fast for so few, or choose { type: "ivf_flat" }',
  );
  expect(await table.indices()).toEqual([]);
});

test("a new type for a column with an index is refused, and the way out is the way out", async () => {
  await table.createIndex("id", { type: "btree" });
  const cast = () => table.alterColumns({ id: { type: "int32" } });
  expect(await refusal(cast)).toBe(
    "InvalidInput: Cannot alter columns of default.words: column id has an index, and a new type makes that useless; " +
      'run dropIndex("id_idx") first, and createIndex() again afterwards',
  );
  await table.dropIndex("id_idx");
  await cast();
  await table.createIndex("id", { type: "btree" });
  expect(await table.read().where("id = 3").count()).toBe(1);
});

test("an index that large_string cannot have is refused, and the way out is the way out", async () => {
  const text = arrow.vectorFromArray(["a", "b"], new arrow.LargeUtf8());
  await lake.createTable("default.large", new arrow.Table({ s: text }));
  const large = lake.table("default.large");
  expect(await refusal(() => large.createIndex("s", { type: "btree" }))).toBe(
    "InvalidInput: Cannot index column s of default.large: a btree index cannot be built over large_string; make column s " +
      'a string first, with alterColumns({ s: { type: "string" } }), or choose { type: "bitmap" }',
  );
  await large.createIndex("s", { type: "bitmap" });
  await large.dropIndex("s_idx");
  await large.alterColumns({ s: { type: "string" } });
  await large.createIndex("s", { type: "btree" });
  expect(await large.read().where("s = 'a'").count()).toBe(1);
  expect(await refusal(() => table.createIndex("v", { type: "btree" }))).toMatch(
    /^InvalidInput: .*a btree index cannot be built over a vector; choose \{ type: "ivf_flat" \} or another index of vectors$/,
  );
});

test.each([
  ["id", "1.7", /^InvalidInput: .*column id is int\d\d; it cannot hold 1\.7$/],
  ["id", "'abc'", /^InvalidInput: .*int\d\d cannot hold 'abc'; pass a value of the column's type$/],
  ["id", "d * 1e300 * 1e300", /^InvalidInput: .*: Infinity is not a whole number; the column is int\d\d; /],
  [
    "id",
    "id / 0",
    /^InvalidInput: .*it divides by zero; leave those rows out with where, or divide by nullif\(x, 0\), which makes the result null there$/,
  ],
  [
    "id",
    "CASE WHEN b THEN 1 ELSE 2 END",
    /^Unsupported: .*Lance cannot compute CASE WHEN b .*; write the values with merge\(\) instead$/,
  ],
])("an update of %s to the SQL %s is refused", async (column, sql, told) => {
  expect(await refusal(() => table.update({ [column]: { sql } }, { where: "id > 5" }))).toMatch(told);
});

test.each(["d 5", "d from words where id = 1", "d limit 1", "d +", "(d) (d)"])(
  "the value %s is refused whole, and writes nothing",
  async (sql) => {
    const before = await table.describe();
    expect(await refusal(() => table.update({ d: { sql } }))).toMatch(
      /^InvalidInput: Cannot update default\.words: Lance cannot read the expression /,
    );
    expect(await refusal(() => table.addColumns({ more: { sql } }))).toMatch(
      /^InvalidInput: Cannot add columns to default\.words: Lance cannot read the expression /,
    );
    expect(
      await refusal(() =>
        table.merge("id", [{ id: 1, d: 9 }], { whenMatched: { updateWhere: "target.id > 5 limit 1" } }),
      ),
    ).toMatch(/^InvalidInput: .*: limit follows a whole condition; /);
    expect((await table.describe()).version).toBe(before.version);
  },
);

test.each([
  ["id", "double", "cast(id as double)"],
  ["id", "string", "cast(id as string)"],
  ["s", "int64", "cast(s as bigint)"],
  ["s", "uint8", "cast(s as tinyint unsigned)"],
  ["s", "decimal128(10, 2)", "cast(s as decimal(10, 2))"],
] as const)(
  "column %s cannot become %s in place, and the way out is the way out",
  async (column, type, cast) => {
    const name = `default.cast_${column}_${type.replace(/\W/g, "_")}`;
    await lake.createTable(name, [{ id: 5, s: "7" }]);
    const cells = lake.table(name);
    const said = await refusal(() => cells.alterColumns({ [column]: { type } }));
    expect(said).toContain(
      `in place; addColumns({ ${column}_new: { sql: "${cast}" } }), dropColumns(["${column}"])`,
    );
    await cells.addColumns({ [`${column}_new`]: { sql: cast } });
    await cells.dropColumns([column]);
    await cells.alterColumns({ [`${column}_new`]: { rename: column } });
    expect(String((await cells.first())?.[column])).toMatch(/^[57](?:\.00?)?$/);
  },
);

test("a change that loses to other writers says whether it is sure that it was not made", async () => {
  const lose = (reason: string) =>
    translateNativeError("update default.words", async () => {
      throw new Error(
        `lance error: Too many concurrent writers. ${reason}, lance/src/dataset/write/retry.rs:48:5`,
      );
    }).catch((error: unknown) => [String(error), isLostRace(error)]);
  expect(await lose("Attempted 10 retries.")).toEqual([
    "ConcurrentModification: Cannot update default.words: other writers committed first each time, so that this was not committed; run this again when there are fewer",
    true,
  ]);
  expect(await lose("Attempted 8 times, but failed on retry_timeout of 30.000 seconds.")).toEqual([
    "ConcurrentModification: Cannot update default.words: other writers committed first, again and again for 30 seconds; run this again when there are fewer",
    false,
  ]);
});
