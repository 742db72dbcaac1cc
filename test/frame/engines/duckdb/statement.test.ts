import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { arrow } from "../../../../src/arrow.ts";
import { quoteSchemas } from "../../../../src/frame/engines/duckdb/statements/quote-schemas.ts";
import { parseStatement } from "../../../../src/frame/engines/duckdb/statements/statement.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { fromRows } from "../../../../src/index.ts";
import { type LanceFolder, openLanceFolder, type RecordingSource } from "../../lance-folder.ts";
import { buildTable } from "../../sample-table.ts";

let folder: LanceFolder;
let orders: RecordingSource;

beforeAll(async () => {
  folder = await openLanceFolder();
  orders = await folder.create(
    "orders",
    buildTable([
      { name: "id", type: new arrow.Int64(), cells: [1n, 2n, 3n, 2n ** 60n] },
      { name: "who", type: new arrow.Utf8(), cells: ["it's", "日本", null, 'say "x"; DROP TABLE a'] },
      { name: "price", type: new arrow.Float64(), cells: [1.5, 2, -0.25, Number.NaN] },
      {
        name: "made",
        type: new arrow.TimestampMillisecond("UTC"),
        cells: [0n, 1n, null, 1_700_000_000_123n],
      },
    ]),
  );
});
afterAll(() => folder.remove());

const frame = () => Frame.from(orders);

describe("a statement over a frame", () => {
  test("reads only the columns that it names", async () => {
    orders.scans.length = 0;
    const rows = await frame().sql`SELECT who FROM frame WHERE price > 1 ORDER BY id`.toObjects();
    expect(rows).toEqual([{ who: "it's" }, { who: "日本" }, { who: 'say "x"; DROP TABLE a' }]);
    expect(orders.scans.map(({ columns }) => columns?.toSorted())).toEqual([["id", "price", "who"]]);
  });

  test.each(["it's", "日本", 'say "x"; DROP TABLE a'])("binds %s", async (who) => {
    expect(await frame().sql`SELECT count(*) AS n FROM frame WHERE who = ${who}`.toObjects()).toEqual([
      { n: 1n },
    ]);
  });

  test("binds values of every type as what they are", async () => {
    const values = frame().sql`SELECT ${1n} AS a, ${1.5} AS b, ${true} AS c, ${new Date(5)} AS d,
      ${new Uint8Array([1, 0, 2])} AS e, ${null} AS f, ${2n ** 70n} AS g, ${"a\0b"} AS h, ${7} + 1 AS i`;
    const [row] = await values.toObjects();
    expect(row).toMatchObject({
      a: 1n,
      b: 1.5,
      c: true,
      e: new Uint8Array([1, 0, 2]),
      f: null,
      h: "a\0b",
      i: 8n,
    });
    expect(String(row?.g)).toBe(String(2n ** 70n));
  });

  test("goes on as a frame", async () => {
    const grouped = frame().sql`SELECT id % 2 AS odd, count(*) AS n FROM frame GROUP BY ALL`;
    expect(await grouped.where({ odd: 1n }).toObjects()).toEqual([{ odd: 1n, n: 2n }]);
    expect(await grouped.count()).toBe(2);
    expect((await grouped.schema()).fields.map(({ name }) => name)).toEqual(["odd", "n"]);
  });

  test("joins a frame with another, and windows over it", async () => {
    const all = frame();
    const cheap = all.where({ id: 2n });
    const joined = all.sql`SELECT a.id, row_number() OVER (ORDER BY a.id DESC) AS place
      FROM frame a JOIN ${cheap} b ON a.id >= b.id ORDER BY place`;
    expect(await joined.toObjects()).toEqual([
      { id: 2n ** 60n, place: 1n },
      { id: 3n, place: 2n },
      { id: 2n, place: 3n },
    ]);
  });

  test("sees timestamps as what they are", async () => {
    const years = frame().sql`SELECT year(made) AS y FROM frame WHERE made > TIMESTAMPTZ '2020-01-01' `;
    expect(await years.toObjects()).toEqual([{ y: 2023n }]);
  });

  test("describes and summarizes", async () => {
    const described = await frame().sql`DESCRIBE frame`.toObjects();
    expect(described.map(({ column_name }) => column_name)).toEqual(["id", "who", "price", "made"]);
    expect(await frame().sql`EXPLAIN SELECT * FROM frame`.count()).toBe(1);
  });
});

describe("a statement is refused", () => {
  test.each([
    ["INSERT INTO frame VALUES (1)", "only statements that read"],
    ["COPY frame TO '/tmp/x.csv'", "only statements that read"],
    ["ATTACH '/tmp/x.db' AS x", "only statements that read"],
    ["INSTALL httpfs", "only statements that read"],
    ["SET threads = 1", "only statements that read"],
    ["CREATE TABLE x AS SELECT 1", "only statements that read"],
    ["SELECT 1; SELECT 2", "more than one statement"],
    ["SELEC 1", 'syntax error at or near "SELEC"'],
    ["SELECT * FROM a.b.c", "three parts"],
    ["SELECT * FROM read_csv('/etc/passwd')", "SQL reads no files"],
    ["SELECT * FROM read_text('/etc/passwd')", "SQL reads no files"],
    [
      "FROM duckdb_secrets()",
      "duckdb_secrets() tells of the machine and not of tables; credentials are options",
    ],
    ["FROM main.DuckDB_Settings()", "duckdb_settings() tells of the machine and not of tables; settings are"],
    ["FROM duckdb_databases()", 'list tables with lake.sql("SHOW TABLES")'],
    ["FROM pragma_database_list()", 'list tables with lake.sql("SHOW TABLES")'],
    ["SELECT current_setting('temp_directory')", "settings are options"],
    ["SELECT [getenv(x) FOR x IN ['HOME']] FROM frame", "read process.env"],
    ["WITH s AS (FROM which_secret('s3://a', 's3')) FROM frame, s", "credentials are options of connect()"],
    ["EXPLAIN FROM duckdb_secrets()", "credentials are options of connect()"],
    ["DESCRIBE FROM duckdb_secrets()", "credentials are options of connect()"],
    ["FROM query('FROM duckdb_secrets()')", "query() runs a statement that stands in a text"],
    ["FROM query_table('frame')", "query_table() runs a statement that stands in a text"],
    [
      "FROM json_execute_serialized_sql(json_serialize_sql('FROM duckdb_secrets()'))",
      "json_execute_serialized_sql() runs a statement that stands in a text",
    ],
    ["FROM frame NATURAL JOIN (SELECT 1 AS other)", "have no column in common; join with ON a.x = b.y"],
  ])("%s", async (text, why) => {
    const strings = Object.assign([text], { raw: [text] }) as unknown as TemplateStringsArray;
    await expect(frame().sql(strings).toObjects()).rejects.toThrow(why);
  });

  test("but not one that asks DuckDB for its own words", async () => {
    expect(await frame().sql`FROM duckdb_keywords()`.count()).toBeGreaterThan(100);
  });

  test("when two columns are one name in SQL, until one is renamed", async () => {
    const twins = await folder.create(
      "twins",
      buildTable([
        { name: "a", type: new arrow.Int64(), cells: [1n] },
        { name: "A", type: new arrow.Int64(), cells: [2n] },
      ]),
    );
    await expect(Frame.from(twins).sql`SELECT * FROM frame`.toObjects()).rejects.toThrow(
      "are one name there",
    );
    const renamed = Frame.from(twins).rename({ A: "b" }).sql`SELECT a, b FROM frame`;
    expect(await renamed.toObjects()).toEqual([{ a: 1n, b: 2n }]);
  });
});

test("the tables of a statement are those it does not make itself", async () => {
  const { tables } = await parseStatement(`WITH q AS (FROM default.orders) SELECT * FROM q
    JOIN "my db"."t 1" USING (id) WHERE x IN (SELECT y FROM sub.t2 WHERE z = $1 AND w = 'from default.no')`);
  expect(tables.map(({ name }) => name)).toEqual(["default.orders", "my db.t 1", "sub.t2"]);
});

describe("a common table expression is a table only where it is seen", () => {
  const rows = [
    { id: 1, paid: true },
    { id: 2, paid: false },
  ];
  const run = (text: string) =>
    fromRows(rows)
      .sql(Object.assign([text], { raw: [text] }) as never)
      .toObjects();

  test.each([
    ["WITH frame AS (SELECT id FROM frame WHERE paid) SELECT * FROM frame", [{ id: 1n }]],
    ["WITH Frame AS (SELECT id FROM frame WHERE paid), k AS (FROM frame) SELECT * FROM k", [{ id: 1n }]],
    ["WITH k AS (SELECT id FROM frame), frame AS (SELECT 5 AS id) SELECT * FROM k", [{ id: 1n }, { id: 2n }]],
    [
      "SELECT x.id, frame.id AS own FROM (WITH frame AS (SELECT 9 AS id) SELECT * FROM frame) x, frame",
      [
        { id: 9, own: 1n },
        { id: 9, own: 2n },
      ],
    ],
    ["WITH RECURSIVE frame AS (SELECT * FROM frame) SELECT id FROM frame WHERE paid", [{ id: 1n }]],
    [
      "WITH RECURSIVE r AS (SELECT id FROM frame UNION ALL SELECT id + 1 FROM r WHERE id < 3) SELECT count(*)::INT AS n FROM r",
      [{ n: 5 }],
    ],
    ["SELECT id FROM frame WHERE id IN (WITH frame AS (SELECT 2 AS id) FROM frame)", [{ id: 2n }]],
  ])("%s", async (text, expected) => {
    expect(await run(text)).toEqual(expected);
  });
});

test.each([
  ["from default.a", 'from "default".a'],
  ["from DEFAULT . a", 'from "default" . a'],
  ["select 'default.a', \"default.b\" -- default.c", "select 'default.a', \"default.b\" -- default.c"],
  ["/* default.a */ $$default.b$$ $x$default.c$x$", "/* default.a */ $$default.b$$ $x$default.c$x$"],
  ["xdefault.a default", "xdefault.a default"],
])("%s", (written, read) => {
  expect(quoteSchemas(written)).toBe(read);
});
