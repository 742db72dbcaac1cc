/** SQL statements on Daft: the columns, types and rows that they have here, or a refusal that names the part. */
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { col, lit } from "../../src/frame/builder/expr.ts";
import { least } from "../../src/frame/builder/when.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { comparable } from "../frame/comparable-rows.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable } from "../frame/sample-table.ts";

let folder: LanceFolder;

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = inject("testPython");
  folder = await openLanceFolder();
  const count = 60;
  const cells = <T>(of: readonly T[], step = 1) =>
    Array.from({ length: count }, (_, index) => of[(index * step) % of.length] as T);
  const table = buildTable([
    { name: "id", type: new arrow.Int64(), cells: Array.from({ length: count }, (_, id) => BigInt(id)) },
    { name: "n", type: new arrow.Int32(), cells: cells([7, -7, 0, null, 2_147_483_647, 3, -1]) },
    { name: "tiny", type: new arrow.Int8(), cells: cells([100, 27, null, -128, 5]) },
    { name: "big", type: new arrow.Uint64(), cells: cells([0n, 2n ** 63n, null, 2n ** 64n - 1n, 9n]) },
    {
      name: "x",
      type: new arrow.Float64(),
      cells: cells([1.5, Number.NaN, null, -0, 0, Number.POSITIVE_INFINITY, -2.25]),
    },
    {
      name: "price",
      type: new arrow.Decimal(2, 12, 128),
      cells: cells([12_345n, -5n, null, 0n, 99_999n, 250n]),
    },
    {
      name: "Word",
      type: new arrow.Utf8(),
      cells: cells(["a", "B", "é", "", null, "a_b", "a%b", "😀x", "it's"]),
    },
    { name: "ok", type: new arrow.Bool(), cells: cells([true, false, null]) },
    { name: "day", type: new arrow.DateDay(), cells: cells([0, 19_000, null, -1, 20_000]) },
    {
      name: "moment",
      type: new arrow.TimestampMicrosecond(),
      cells: cells([0n, 1_700_000_000_123_456n, null, -1n]),
    },
    {
      name: "zoned",
      type: new arrow.TimestampMillisecond("Asia/Shanghai"),
      cells: cells([0n, 1_700_000_000_123n, null, -1n]),
    },
    { name: "order", type: new arrow.Utf8(), cells: cells(["x", "y"], 7) },
  ]);
  await folder.create("t", table);
  await folder.create(
    "u",
    buildTable([
      { name: "id", type: new arrow.Int64(), cells: [1n, 2n, 2n, null, 5n, 99n] },
      { name: "n", type: new arrow.Int32(), cells: [7, 0, null, 3, -1, 7] },
      { name: "label", type: new arrow.Utf8(), cells: ["one", "two", "zwei", "none", null, "many"] },
    ]),
  );
});
afterAll(async () => {
  stopSidecars();
  delete process.env.DLF_LANCE_DAFT_PYTHON;
  await folder.remove();
});

/** Whether the rows have an order. */
type Case = readonly [text: string, isOrdered?: boolean, values?: readonly unknown[]];

const equal: readonly Case[] = [
  ["SELECT id, n, x FROM t WHERE n > 0 OR x IS NULL"],
  ["SELECT id FROM t WHERE NOT (n > 0)"],
  ["SELECT id FROM t WHERE n <> 7 AND x = x"],
  ["SELECT id FROM t WHERE x > 1e300 OR x = 0"],
  ["SELECT id FROM t WHERE n NOT IN (7, 3)"],
  ["SELECT id FROM t WHERE n NOT IN (7, NULL)"],
  ["SELECT id FROM t WHERE n IN (SELECT n FROM u)"],
  ["SELECT id FROM t WHERE n NOT IN (SELECT n FROM u)"],
  ["SELECT id FROM t WHERE n NOT IN (SELECT n FROM u WHERE n IS NOT NULL)"],
  ["SELECT id FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id)"],
  ["SELECT id FROM t WHERE NOT EXISTS (SELECT 1 FROM u WHERE u.id = t.id AND u.n > 0)"],
  ["SELECT t.id, label FROM t LEFT JOIN u ON t.id = u.id AND u.n > 0 AND t.n IS NOT NULL"],
  ["SELECT t.id, u.id AS other, label FROM t RIGHT JOIN u ON t.id = u.id"],
  ["SELECT t.id, u.id AS other FROM t FULL JOIN u ON t.id = u.id"],
  ["SELECT id, label FROM t JOIN u USING (id)"],
  ["SELECT * FROM (SELECT id, n FROM t) a JOIN u b USING (id, n)"],
  ["SELECT a.id, b.id AS next FROM t a, t b WHERE a.id + 1 = b.id AND a.ok"],
  ["SELECT a.id, b.label FROM t a JOIN u b ON a.n < b.n AND a.id < 9"],
  ["SELECT n % 3 AS rest, count(*) AS rows, sum(n) AS sum, avg(n) AS mean FROM t GROUP BY n % 3"],
  ["SELECT Word, ok, count(x) AS c, min(price) AS low, max(day) AS last FROM t GROUP BY 1, 2"],
  ["SELECT word, count(*) FILTER (WHERE ok) AS yes, count(DISTINCT n) AS different FROM t GROUP BY ALL"],
  ["SELECT Word, sum(price) AS total FROM t GROUP BY Word HAVING sum(price) > 100 AND count(*) > 1"],
  ["SELECT sum(tiny) AS a, sum(price) AS b, min(x) AS c, max(x) AS d, count(*) AS e, min(big) AS f FROM t"],
  ["SELECT sum(n) AS none FROM t WHERE id < 0"],
  ["SELECT DISTINCT x, ok FROM t"],
  ["SELECT id, x FROM t ORDER BY x DESC NULLS FIRST, id", true],
  ["SELECT id, n AS k FROM t ORDER BY k NULLS FIRST, id DESC LIMIT 7 OFFSET 3", true],
  ["SELECT id, -n AS n FROM t ORDER BY n, id LIMIT 9", true],
  ["SELECT id FROM t ORDER BY 1 LIMIT $1 OFFSET $2", true, [4, 2]],
  ["SELECT id, n // 2 AS q, n % 2 AS r, n / 2 AS h, -n AS m FROM t WHERE n < 1000"],
  ["SELECT id, n // 0 AS q, n % 0 AS r FROM t WHERE n IS NOT NULL"],
  ["SELECT id, price * 2 AS twice, price + 1 AS more, price * price AS square FROM t"],
  ["SELECT id, CASE WHEN n > 0 THEN 'plus' WHEN n < 0 THEN 'minus' END AS sign FROM t"],
  ["SELECT id, CASE WHEN ok THEN n ELSE price END AS mixed, COALESCE(n, id, 0) AS first FROM t"],
  ["SELECT id, NULLIF(n, 7) AS other, n IS DISTINCT FROM 7 AS differs FROM t"],
  ["SELECT id, upper(word) AS up, length(Word) AS l, Word || '!' AS loud FROM t"],
  ["SELECT id FROM t WHERE word LIKE 'a%' OR word LIKE '_'"],
  ["SELECT id FROM t WHERE starts_with(word, 'a%') OR word = 'it''s'"],
  ["SELECT id FROM t WHERE word = $1 AND n BETWEEN $2 AND $3", false, ["a", -10, 10]],
  ["SELECT id, year(day) AS y, extract(month FROM day) AS m, date_trunc('year', moment) AS t FROM t"],
  ["SELECT id FROM t WHERE day >= DATE '1990-01-01' AND day < DATE '1990-01-01' + INTERVAL 40 YEAR"],
  ['SELECT "order", count(*) AS "the count" FROM t GROUP BY "order"'],
  ["SELECT id AS n, n AS id FROM t WHERE n = 7"],
  ["SELECT n FROM t WHERE id < 3 UNION ALL SELECT id FROM u"],
  ["SELECT tiny FROM t UNION SELECT n FROM u"],
  ["SELECT n FROM t INTERSECT SELECT n FROM u"],
  ["SELECT n FROM t EXCEPT SELECT n FROM u"],
  [
    "WITH a AS (SELECT n, count(*) AS c FROM t GROUP BY n), b AS (SELECT * FROM a WHERE c > 8) SELECT a.n, b.c FROM a LEFT JOIN b ON a.n = b.n",
  ],
  ["SELECT id, n FROM t WHERE n = (SELECT max(n) FROM u)"],
  ["SELECT id, (SELECT count(*) FROM u) AS all_rows FROM t WHERE id < 3"],
  ["SELECT id, (SELECT max(u.n) FROM u WHERE u.id = t.id) AS most FROM t"],
  [
    "SELECT id, row_number() OVER (PARTITION BY ok ORDER BY id) AS place, sum(n) OVER (PARTITION BY ok ORDER BY id) AS running FROM t",
  ],
  ["SELECT id, rank() OVER (ORDER BY n) AS r, lag(id, 2) OVER (ORDER BY id) AS before FROM t"],
  ["SELECT n, count(*) AS c, rank() OVER (ORDER BY count(*), n) AS r FROM t GROUP BY n"],
  ["SELECT ok, sum(count(*)) OVER () AS all_rows FROM t GROUP BY ok"],
  ["SELECT n, row_number() OVER (ORDER BY n) AS r FROM (SELECT DISTINCT n FROM t)"],
  ["SELECT t.id, row_number() OVER (ORDER BY t.id, u.label) AS r FROM t JOIN u ON t.n = u.n"],
  ["SELECT id, sum(x) OVER (PARTITION BY n ORDER BY id) AS s, avg(x) OVER (ORDER BY id DESC) AS m FROM t"],
  ["SELECT id FROM t QUALIFY row_number() OVER (PARTITION BY n ORDER BY id DESC) = 1"],
  ["SELECT COUNT(*) AS rows FROM t, u"],
  ["SELECT id, -CAST(n AS BIGINT) AS minus, -price AS back FROM t"],
  ["SELECT big, big > 9 AS large FROM t WHERE big >= $1", false, [2n ** 62n]],
  ["SELECT ok AND n > 0 AS both, ok OR n > 0 AS one, NOT ok AS no FROM t"],
  ["SELECT id FROM t WHERE zoned >= $1 AND (ok IS TRUE OR n IN $2)", false, [new Date(0), []]],
  ["SELECT id FROM t WHERE zoned < TIMESTAMPTZ '2023-11-15 06:13:20.123+08' AND price > '2.50'"],
  ["SELECT id, CASE WHEN n > 0 THEN 1 ELSE 0.5 END AS c FROM t WHERE moment <> $1", false, [new Date(0)]],
  [
    "SELECT id, zoned::DATE AS a, zoned::TIMESTAMP AS b, hour(zoned) AS c, date_trunc('day', zoned) AS d, moment::TIMESTAMPTZ AS e FROM t",
  ],
  ["SELECT id, sqrt(abs(n)) AS a, sign(x) AS b, dayofweek(day) AS c, floor(n) AS d, sign(price) AS e FROM t"],
  ["SELECT ok, n, grouping(ok, n) AS g, count_if(x > 0) AS c FROM t GROUP BY ROLLUP (ok, n)"],
  ["SELECT id, TIMESTAMP '2020-01-01 01:02:03.25' AS a FROM t WHERE zoned < now() AND day < current_date"],
  ["SELECT id, regexp_full_match(word, 'a.*') AS a FROM t WHERE 1 = 1"],
  ["SELECT id FROM t WHERE zoned > moment OR day < zoned"],
  [
    "SELECT id, CAST(TIMESTAMP '1969-12-31 23:59:59.999999' AS TIMESTAMPTZ) AS k FROM t ORDER BY zoned, id LIMIT 5",
    true,
  ],
  [
    "SELECT sum(0.5) AS a, avg(0.5) AS b, sum(1.5::DOUBLE) AS c, sum(2) AS d, avg(-1) AS e, max(0.25) AS f FROM t",
  ],
  ["SELECT ok, sum(0.5) AS a, avg(-0.25) AS b FROM t GROUP BY ok"],
  [
    "SELECT id, sum(0.5) OVER () AS a, avg(0.5) OVER (ORDER BY id) AS b, sum(3) OVER (ORDER BY id) AS c FROM t",
  ],
  ["SELECT id FROM t WHERE -0.05::DOUBLE * price = 0.0025"],
  ["SELECT 1 AS k, count(*) AS c FROM t WHERE id < 0 GROUP BY ALL"],
  ["SELECT id, abs(big) AS a, big // 2 AS b, big % 7 AS c, mod(big, big) AS d, 100 % big AS e FROM t"],
  ["SELECT id, least(id, big, tiny) AS a FROM t"],
  ["SELECT id, moment::DATE AS d, n::BIGINT AS wide, id::VARCHAR AS t FROM t"],
];

const cases = equal.map(([text, isOrdered = false, values = []]) => ({ text, isOrdered, values }));

test.each(cases)("$text", async ({ text, isOrdered, values }) => {
  const [here, there] = both(text, values);
  const rows = await here.toObjects();
  expect(comparable(await there.toObjects(), isOrdered)).toEqual(comparable(rows, isOrdered));
  const [{ fields }, { fields: others }] = [await here.schema(), (await there.collect()).schema];
  expect(others.map(({ name, type }) => `${name} ${type}`)).toEqual(
    fields.map(({ name, type }) => `${name} ${type}`),
  );
});

test.each([
  [
    "SELECT id FROM t WHERE big >= 9223372036854775808",
    /a whole number beyond 2\^53 in the text does not become steps/,
  ],
  ["SELECT id FROM t WHERE word LIKE 'a$%b' ESCAPE '$'", /LIKE with ESCAPE does not become steps/],
  [
    "SELECT id FROM t WHERE -big < 0",
    /-\(big\), where DuckDB counts down from 2\^64 for unsigned numbers, does not/,
  ],
  ["SELECT DISTINCT ON (n) id FROM t", /DISTINCT ON does not become steps/],
  ["SELECT 1 AS one", /a statement that reads no table does not become steps/],
  ["SELECT * FROM t JOIN (VALUES (1)) v(id) USING (id)", /VALUES does not become steps/],
  ["DESCRIBE t", /DESCRIBE or SUMMARIZE does not become steps/],
  ["EXPLAIN SELECT id FROM t", /EXPLAIN does not become steps/],
  [
    "WITH RECURSIVE r AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM r, t WHERE i < 3) SELECT * FROM r",
    /WITH RECURSIVE does not become steps/,
  ],
  ["SELECT id FROM t TABLESAMPLE 10%", /TABLESAMPLE does not become steps/],
  ["SELECT median(n) FROM t", /median/],
])("refused by its part: %s", async (text, part) => {
  const [, there] = both(text, []);
  await expect(there.toObjects()).rejects.toMatchObject({
    code: "Unsupported",
    message: expect.stringMatching(part),
  });
});

test.each([
  ["SELECT big * 1 AS v FROM t", "v, which is big * 1n: 9223372036854775808 does"],
  ["SELECT greatest(id, big) AS v FROM t", "v, which is greatest(id, big): 9223372036854775808 does"],
  ["SELECT sum(big) AS v FROM t", "sum, which is sum(big): 332041393326771929184 does"],
  ["SELECT sum(big) OVER () AS v FROM t", ": 332041393326771929184 does"],
  ["SELECT sum(id + 9007199254740991 * 1000) OVER (ORDER BY id) AS v FROM t", ": a sum does"],
])("a whole number beyond int64 is said with its column: %s", async (text, words) => {
  const [, there] = both(text, []);
  await expect(there.toObjects()).rejects.toMatchObject({
    code: "InvalidInput",
    message: expect.stringContaining(
      `${words} not fit int64; cast the operand to double, or run it with .on("here")`,
    ),
  });
});

test("whole numbers above int64 in a frame, where the result fits", async () => {
  const big = col("big");
  const [here, there] = [folder.read("t"), folder.read("t").on("daft")].map((frame) =>
    frame
      .select(
        "id",
        big.mod(7).as("rest"),
        big.intDiv(3).as("third"),
        big.sub(2n ** 62n).as("less"),
        least(big, col("id")).as("low"),
      )
      .where(col("id").lt(1)),
  ) as unknown as [Frame, Frame];
  expect(comparable(await there.toObjects(), false)).toEqual(comparable(await here.toObjects(), false));
});

test("a sum of a constant in a frame", async () => {
  const sum = lit(0.5).sum().over({ partitionBy: "ok" });
  const [here, there] = [folder.read("t"), folder.read("t").on("daft")].map((frame) =>
    frame.select("id", sum.as("sum")),
  ) as unknown as [Frame, Frame];
  expect(comparable(await there.toObjects(), false)).toEqual(comparable(await here.toObjects(), false));
});

/** Errors of a statement are errors there. */
test.each([
  ["SELECT n * n * n AS cube FROM t"],
  ["SELECT n + 1 AS more FROM t"],
  ["SELECT tiny + tiny AS sum FROM t"],
  ["SELECT nothing FROM t"],
  ["SELECT id FROM t WHERE word > 5"],
  ["SELECT id FRO t"],
])("an error here and there: %s", async (text) => {
  const [here, there] = both(text, []);
  await expect(here.toObjects()).rejects.toThrow();
  await expect(there.toObjects()).rejects.toThrow();
});

/** Here and on Daft. */
function both(text: string, values: readonly unknown[]): readonly [Frame, Frame] {
  const statement = folder.read("t").sql(text, values as never) as unknown as Frame;
  return [statement, statement.on("daft") as Frame];
}
