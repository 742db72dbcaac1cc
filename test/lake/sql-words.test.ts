/** SQL in conditions and new values of a table: it works, or is refused in our words with a next step. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { isError } from "../../src/errors.ts";
import { type Condition, col } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let opened: TemporaryLake;
beforeAll(async () => {
  opened = await openTemporaryLake();
  await opened.lake.createNamespace("w");
});
afterAll(() => opened.close());

async function createTable(name: string) {
  const rows = [
    { id: 1n, name: "a", price: 1.5, day: new Date("2024-01-01"), ok: true },
    { id: 2n, name: "b", price: 2.5, day: new Date("2024-02-01"), ok: false },
  ];
  await opened.lake.createTable(`w.${name}`, rows);
  return opened.lake.table(`w.${name}`);
}

/** Casts, functions, queries, windows, operators, literals, names and mistakes. */
const texts: readonly string[] = [
  "id::date",
  "id::int",
  "id::foo",
  "CAST(id AS foo)",
  "CAST(name AS date)",
  "TRY_CAST(name AS int)",
  "coalesce(id, 0)",
  "coalesce()",
  "nullif(id)",
  "sum(id)",
  "count(*)",
  "max(price)",
  "row_number() over ()",
  "sum(id) over (order by id)",
  "(select 1)",
  "(select max(id) from t)",
  "CASE WHEN id > 1 THEN 1 ELSE 0 END",
  "CASE id WHEN 1 THEN 'x' END",
  "name || id",
  "upper(name)",
  "upper(id)",
  "upper()",
  "upper(name, name)",
  "foo(id)",
  "now()",
  "interval '1 day'",
  "day + interval '1 day'",
  "date '2024-01-01'",
  "date 'x'",
  "timestamp '2024-01-01 00:00:00'",
  "extract(year from day)",
  "extract(foo from day)",
  "date_part('foo', day)",
  "date_trunc('foo', day)",
  "id + name",
  "id + true",
  "name + 1",
  "-name",
  "not id",
  "id & 1",
  "regexp_match(name,'a')",
  "regexp_replace(name,'(','b')",
  "name similar to 'a%'",
  "x'00'",
  "array[1,2]",
  "[1,2]",
  "{a: 1}",
  "struct(1,2)",
  "id[0]",
  "name.foo",
  "t.id",
  "foo",
  '"Id"',
  "`id`",
  "id AS x",
  "*",
  "1,2",
  "id; drop table t",
  "(id",
  "'a",
  "",
  "NULL",
  "true",
  "1e400",
  "99999999999999999999",
  "1/0",
  "id % 0",
  "id IN (1,2)",
  "id IN (select 1)",
  "exists (select 1)",
  "position('a' in name)",
  "substring(name from 1 for 2)",
  "trim(both 'a' from name)",
  "overlay(name placing 'x' from 1)",
  "ceil(price to day)",
  "id is distinct from 1",
  "name ilike 'a%'",
  "name like 1",
  "id like 'a'",
  "id between 'a' and 'b'",
  "id between 1 and 2",
  "$1",
  "?",
  ":a",
  "@a",
  "decode(name,'foo')",
  "to_timestamp(name)",
  "to_timestamp('x')",
  "arrow_cast(id,'foo')",
  "arrow_typeof(id)",
  "random()",
  "uuid()",
  "current_date",
  "CURRENT_TIMESTAMP",
  "sqrt('a')",
  "pow(id,'a')",
  "round(price, 'a')",
  "concat()",
  "greatest()",
  "least(id,name)",
  "ifnull(id,1)",
  "nvl(id,1)",
  "if(id>1,1,2)",
  "iif(id>1,1,2)",
  "json_extract(name,'a')",
  "unnest([1])",
  "grouping(id)",
  "lag(id) over()",
  "first_value(id)",
  "string_agg(name,',')",
  "approx_distinct(id)",
  "median(id)",
  "stddev(price)",
  "array_agg(id)",
  "any_value(id)",
  "filter(id)",
  "day::timestamp",
  "day at time zone 'UTC'",
  "day at time zone 'foo'",
  "name collate nocase",
  "id::decimal(5,9)",
  "id::decimal(50,2)",
  "id::decimal",
  "id::decimal(0,0)",
  "cast(id AS decimal(10,-2))",
  "try_cast(price AS DECIMAL(39))",
  "'1'::decimal(50,2)",
  "cast(id as numeric(50,2))",
  "cast(id as dec(5,2))",
  "arrow_cast(id, 'Decimal128(50, 2)')",
  "arrow_cast(id, 'Decimal32(10, 2)')",
  "arrow_cast(id, 'Decimal256(50, 2)')",
  "id::varchar(3)",
  "id::int[]",
  "id::json",
  "id::uuid",
  "name::bytea",
  "id !~ 'a'",
  "name ~ '('",
  "name ~ 'a'",
  "id <=> 1",
  "id == 1",
  "id != 1 and",
  "select 1",
];

/** Of DataFusion, Arrow, Rust and its parser. */
const foreign =
  /Internal|extract specifier|Type with name|type.?coercion|Schema error|during planning|DataFusion|LanceError|Physical|Logical|Function \{|Arrow error|Compute error|Execution error|External error|Parser error|stream:|Ident |Span|UDF|coerce|argument types|panicked/i;
/** Its names of types, but for what arrow_typeof() returns. */
const foreignType = /(?<!')\b(?:U?Int64|Utf8)\b/;

function isInWords(message: string | undefined): boolean {
  return (
    message === undefined || (!foreign.test(message) && !foreignType.test(message) && message.includes("; "))
  );
}

async function refusalOf(work: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (!isError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

test("a condition of delete() works, or is refused in words", async () => {
  const table = await createTable("deleted");
  const found: string[] = [];
  for (const text of texts) {
    // Compared, so that a whole condition is also one within another.
    for (const condition of [`(${text}) = 77`, `(${text}) IS NULL AND id > 5`]) {
      const message = await refusalOf(() => table.delete(condition));
      if (!isInWords(message) || !(message === undefined || asks.test(message)))
        found.push(`${condition}: ${message}`);
    }
  }
  expect(found).toEqual([]);
});

/** Of whom a change was asked. */
const asks = /^\w+: Cannot (delete rows of|update|use|cast|compute|write) /;

test("a new value of update() works, or is refused in words", async () => {
  const table = await createTable("updated");
  const found: string[] = [];
  for (const text of texts) {
    for (const column of ["name", "price"]) {
      const message = await refusalOf(() =>
        table.update({ [column]: { sql: text } } as never, { where: "id = 1" }),
      );
      if (!isInWords(message) || !(message === undefined || asks.test(message)))
        found.push(`${text}: ${message}`);
    }
  }
  expect(found).toEqual([]);
});

test("a filter of a read works, or is refused in words", async () => {
  const table = await createTable("filtered");
  const found: string[] = [];
  for (const text of texts) {
    const message = await refusalOf(() => table.read().where(`(${text}) = 77`).toObjects());
    if (!isInWords(message)) found.push(`${text}: ${message}`);
  }
  expect(found).toEqual([]);
});

const words: readonly (readonly [sql: string, says: string])[] = [
  [
    "sum(id)",
    "Unsupported: Cannot delete rows of w.said: sum() is one value of many rows, and Lance takes each row on its own; compute it first",
  ],
  [
    "row_number() over ()",
    "row_number() is computed over several rows, and Lance takes each row on its own; read the keys",
  ],
  ["id::foo", "Lance's SQL has no type foo; its types are int"],
  ["coalesce()", "coalesce() does not take these arguments; check how many they are"],
  ["nullif(id)", "nullif() takes 2 arguments, and this one has 1; correct it"],
  ["id + name", "+ computes with numbers, and these are int64 and string; cast one of them"],
  ["date_part('foo', day)", "there is no unit of time foo; the units are year"],
  ["regexp_replace(name, '(', 'b')", "a pattern is no regular expression; look for a bracket"],
  ["name ~ 'a'", "Lance has no operator ~; write regexp_match(x, 'pattern')"],
  ['"Id"', "no column Id; did you mean id?"],
];
test("what is wrong with SQL is said by its name", async () => {
  const table = await createTable("said");
  for (const [sql, says] of words)
    expect(await refusalOf(() => table.delete(`(${sql}) = 77`))).toContain(says);
});

const missing = "no column named nosuch; the columns are id, name, price, day, ok";
test("a condition that does not fit is refused as what it is for", async () => {
  const table = await createTable("asked");
  const uses: readonly (readonly [action: string, use: (where: Condition) => Promise<unknown>])[] = [
    ["delete rows of w.asked", (where) => table.delete(where)],
    ["update w.asked", (where) => table.update({ price: 1 }, { where })],
    ["search w.asked", (where) => table.search("a", { column: "name", where })],
    [
      "merge into w.asked",
      (where) =>
        table.merge("id", [{ id: 1n, name: "a", price: 1, day: new Date(0), ok: true }], {
          whenNotInData: { deleteWhere: where as string },
        }),
    ],
  ];
  for (const [action, use] of uses) {
    expect(await refusalOf(() => use(col("nosuch").eq(1)))).toBe(
      `TableColumnNotFound: Cannot ${action}: ${missing}`,
    );
    expect(await refusalOf(() => use(col("id").sum().eq(1)))).toBe(
      `Unsupported: Cannot ${action}: sum(id) = 1 is nested too deeply, or computes what Lance does not; write a simpler condition, or a text in Lance's SQL`,
    );
  }
});

const decimals: readonly (readonly [sql: string, type: string, most: number])[] = [
  ["id::decimal(50,2)", "decimal(50,2)", 38],
  ["CAST(id AS DECIMAL(39))", "DECIMAL(39)", 38],
  ["id :: decimal", "decimal", 38],
  ["id::decimal(5,-2)", "decimal(5,-2)", 38],
  ["arrow_cast(id, 'Decimal128(50, 2)')", "arrow_cast(id, 'Decimal128(50, 2)')", 38],
  ["arrow_cast(id, 'Decimal32(10, 2)')", "arrow_cast(id, 'Decimal32(10, 2)')", 9],
];
test("decimals that are no type are refused, and texts that look like them are not", async () => {
  const table = await createTable("decimals");
  for (const [sql, type, most] of decimals) {
    const says = `${type} is no type: a decimal has 1 to ${most} digits`;
    expect(await refusalOf(() => table.delete(`${sql} > 1`))).toContain(says);
    expect(await refusalOf(() => table.update({ price: { sql } }))).toContain(says);
    expect(await refusalOf(() => table.read().where(`${sql} > 1`).count())).toContain(says);
  }
  for (const sql of [
    "name = 'id::decimal(50,2)'",
    "id::decimal(38, 2) > 5",
    "arrow_cast(id, 'Decimal256(50, 2)') > 5",
  ])
    expect(await table.read().where(sql).count()).toBe(0);
});
