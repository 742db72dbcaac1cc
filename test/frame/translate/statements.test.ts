/** Statements as people write them: as steps for Daft they have the columns, types and rows that they have in SQL. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Frame } from "../../../src/frame/frame.ts";
import { comparable } from "../comparable-rows.ts";
import { type LanceFolder, openLanceFolder } from "../lance-folder.ts";
import { translateFrame } from "./run-steps.ts";
import { createStatementTable } from "./statement-table.ts";

let folder: LanceFolder;

beforeAll(async () => {
  folder = await openLanceFolder();
  await createStatementTable(folder);
});
afterAll(() => folder.remove());

type Case = readonly [text: string, values?: readonly unknown[]];

const moment = new Date(1_700_000_000_123);

const truths: readonly Case[] = [
  ["SELECT id FROM t WHERE ok IS TRUE"],
  ["SELECT id FROM t WHERE ok IS NOT TRUE"],
  ["SELECT id FROM t WHERE (n > 0) IS FALSE"],
  ["SELECT id, (n > 0) IS NOT FALSE AS a, ok IS UNKNOWN AS b FROM t"],
  ["SELECT id FROM t WHERE n IS TRUE OR price IS TRUE"],
  ["SELECT id FROM t WHERE ok = true OR ok = 'false'"],
  ["SELECT id FROM t WHERE NOT (ok IS TRUE AND n IS DISTINCT FROM 7)"],
];

const choices: readonly Case[] = [
  ["SELECT id, CASE WHEN n > 0 THEN 1 ELSE 0.5 END AS c FROM t"],
  ["SELECT id, CASE WHEN n > 0 THEN -12 WHEN ok THEN 0.25 END AS c FROM t"],
  ["SELECT sum(CASE WHEN ok THEN 1 ELSE 0.5 END) AS c FROM t"],
  ["SELECT id, greatest(1, 0.5) AS a, least(price, 7) AS b, COALESCE(price, 123456789012) AS c FROM t"],
  ["SELECT id, COALESCE(n, 0.5) AS a, COALESCE(price, 0.555) AS b, COALESCE(x, 1) AS c FROM t"],
  ["SELECT id, if(ok, 100, 0.125) AS c FROM t"],
];

const texts: readonly Case[] = [
  ["SELECT id FROM t WHERE price > '40'"],
  ["SELECT id FROM t WHERE price IN ('2.50', '123.45')"],
  ["SELECT id FROM t WHERE price = '-0.05' OR price = '0'"],
  ["SELECT id FROM t WHERE n = '3' OR n < '-1'"],
  ["SELECT id FROM t WHERE n BETWEEN '0' AND '7'"],
  ["SELECT id FROM t WHERE n NOT IN ('7', '3')"],
  ["SELECT id FROM t WHERE x > '1.5' OR x = '-2.25' OR x = '0'"],
  ["SELECT id FROM t WHERE n = $1", ["7"]],
  ["SELECT id FROM t WHERE '7' < n"],
  ["SELECT id FROM t WHERE day = '2022-01-08' OR day < '1970-01-01'"],
  ["SELECT id FROM t WHERE moment >= '2022-01-08'"],
  ["SELECT id FROM t WHERE moment > '2023-11-14 22:13:20.123455'"],
  ["SELECT id FROM t WHERE milli = '2023-11-14T22:13:20.123Z'"],
  ["SELECT id FROM t WHERE zoned >= '2022-01-08' AND shanghai >= '2022-01-08 08:00'"],
  ["SELECT id FROM t WHERE zoned = '2023-11-15 06:13:20.123+08'"],
];

const times: readonly Case[] = [
  ["SELECT id FROM t WHERE zoned = $1", [moment]],
  ["SELECT id FROM t WHERE zoned >= $1 OR zoned < $2", [moment, new Date(0)]],
  ["SELECT id FROM t WHERE shanghai >= $1", [moment]],
  ["SELECT id FROM t WHERE shanghai = $1", [new Date(0)]],
  ["SELECT id FROM t WHERE moment >= $1", [moment]],
  ["SELECT id FROM t WHERE moment = $1 OR milli = $2", [new Date(0), moment]],
  ["SELECT id FROM t WHERE day = $1", [new Date(0)]],
  ["SELECT id FROM t WHERE day >= $1 AND day <> $2", [new Date(1000), new Date(0)]],
  ["SELECT id FROM t WHERE zoned BETWEEN $1 AND $2", [new Date(0), moment]],
  ["SELECT id FROM t WHERE zoned NOT IN ($1, $2)", [new Date(0), moment]],
  ["SELECT id, COALESCE(zoned, $1) AS v FROM t", [moment]],
  ["SELECT id FROM t WHERE zoned >= TIMESTAMPTZ '2022-01-08 00:00:00+00'"],
  ["SELECT id FROM t WHERE shanghai < TIMESTAMPTZ '1970-01-01 08:00:00+08'"],
  ["SELECT id FROM t WHERE zoned = '2023-11-15 06:13:20.123+08:00'::TIMESTAMPTZ"],
  ["SELECT id FROM t WHERE zoned > TIMESTAMPTZ '2023-12-14 22:13:20.12Z' - INTERVAL 1 MONTH"],
  ["SELECT id FROM t WHERE zoned > DATE '2022-01-08' AND shanghai > TIMESTAMP '2022-01-08 12:00:00.5'"],
  ["SELECT id FROM t WHERE moment > TIMESTAMPTZ '1969-12-31 16:00:00-08'"],
  ["SELECT id FROM t WHERE moment > TIMESTAMP '2023-11-14 22:13:20.123455'"],
  [
    "SELECT id, CAST(TIMESTAMP '1969-12-31 23:59:59.999999' AS TIMESTAMPTZ) AS k FROM t ORDER BY zoned, id LIMIT 5",
  ],
  [
    "SELECT id, TIMESTAMPTZ '2020-01-01 00:00:00.000001+08' AS k FROM t WHERE COALESCE(zoned, TIMESTAMPTZ '2020-01-01 00:00:00.000001Z') > zoned OR ok",
  ],
  [
    "SELECT id FROM t WHERE second = TIMESTAMP '1970-01-01 00:00:01.5' OR second > TIMESTAMP '1970-01-01 00:00:01.5'",
  ],
];

const lists: readonly Case[] = [
  ["SELECT id FROM t WHERE n IN $1", [[]]],
  ["SELECT id FROM t WHERE n NOT IN $1", [[]]],
  ["SELECT id FROM t WHERE Word NOT IN ($1) AND ok", [[]]],
  ["SELECT id, n IN $1 AS is_in FROM t", [[]]],
  ["SELECT id FROM t WHERE n IN $1 OR zoned IN $2", [[7, -7], [moment]]],
];

const constants: readonly Case[] = [
  ["SELECT id FROM t WHERE day < current_date AND zoned < now() - INTERVAL 1 DAY"],
  ["SELECT id, today() AS today FROM t WHERE milli < localtimestamp OR day > today() + 7"],
  ["SELECT id AS current_date FROM t ORDER BY current_date"],
  ["SELECT id, TIMESTAMP '2020-01-01 01:02:03.25' AS a, TIMESTAMPTZ '2020-01-01 01:02:03+08' AS b FROM t"],
  ["SELECT id, COALESCE(moment, TIMESTAMP '2020-01-01 00:00:00') AS a FROM t"],
  ["SELECT id FROM t WHERE 1 = 1 AND n > 0 OR 1 > 2"],
  ["SELECT id, f > 1 AS a, f = 1.5 AS b, f < -0.25e0 AS c FROM t"],
  ["SELECT id FROM t WHERE f > x OR f = f"],
];

const casts: readonly Case[] = [
  ["SELECT id, zoned::DATE AS a, shanghai::DATE AS b, milli::DATE AS c FROM t"],
  ["SELECT zoned::DATE AS day, count(*) AS c FROM t GROUP BY 1"],
  ["SELECT id, zoned::TIMESTAMP AS a, shanghai::TIMESTAMP AS b, milli::TIMESTAMP AS c FROM t"],
  ["SELECT id, moment::TIMESTAMPTZ AS a, day::TIMESTAMPTZ AS b, milli::TIMESTAMPTZ AS c FROM t"],
  ["SELECT id, max(zoned) OVER () AS last FROM t"],
  ["SELECT id FROM t WHERE zoned = shanghai OR zoned > moment OR day <= zoned"],
  ["SELECT id FROM t WHERE moment > milli OR milli = second OR day < milli OR day >= second"],
  ["SELECT a.id, b.id AS other FROM t a JOIN t b ON a.zoned = b.moment AND a.id < 9"],
];

const groups: readonly Case[] = [
  ["SELECT 1 AS k, count(*) AS c FROM t WHERE id < 0 GROUP BY ALL"],
  ["SELECT 1 AS k, ok, count(*) AS c FROM t WHERE id < 0 GROUP BY ALL"],
  ["SELECT 'a' AS k, ok, 2 AS j, count(*) AS c FROM t GROUP BY ALL"],
  ["SELECT 1 AS k, 'a' AS j FROM t GROUP BY ALL"],
  ["SELECT (SELECT max(n) FROM t) AS k, count(*) AS c FROM t WHERE id < 0 GROUP BY ALL"],
  ["SELECT n AS a, ok AS b, grouping(n) AS g, count(*) AS c FROM t GROUP BY CUBE (a, b)"],
  ["SELECT n AS a, n + 0 AS b, count(*) AS c FROM t GROUP BY a, b"],
];

const doubles: readonly Case[] = [
  ["SELECT id FROM t WHERE -0.05::DOUBLE * price = 0.0025"],
  ["SELECT id, 0.1::DOUBLE + 0.2::DOUBLE AS a, 0.5::DOUBLE - price AS b, n * 0.1::DOUBLE AS c FROM t"],
  ["SELECT id, COALESCE(price, 0.5::DOUBLE) AS a, CASE WHEN ok THEN 1 ELSE 0.5::DOUBLE END AS b FROM t"],
  [
    "SELECT sum(1.5::DOUBLE) AS a, avg(TRY_CAST(0.1 AS DOUBLE)) AS b, sum(1.5) AS c, max(0.1::DOUBLE) AS d FROM t",
  ],
  ["SELECT id FROM t WHERE price = 0.5::DOUBLE OR x > 0.1::DOUBLE OR 0.1::DOUBLE > n"],
];

const cases = [
  ...truths,
  ...groups,
  ...doubles,
  ...choices,
  ...texts,
  ...times,
  ...lists,
  ...constants,
  ...casts,
].map(([text, values = []]) => ({
  text,
  values,
}));

test.each(cases)("$text $values", async ({ text, values }) => {
  const statement = folder.read("t").sql(text, values as never) as unknown as Frame;
  const expected = comparable(await statement.toObjects(), false);
  const { reason, frame } = await translateFrame(statement);
  expect(reason).toBeUndefined();
  const typesOf = async (rows: Frame) =>
    (await rows.schema()).fields.map(({ name, type }) => `${name} ${type}`);
  expect(await typesOf(frame)).toEqual(await typesOf(statement));
  expect(comparable(await frame.toObjects(), false)).toEqual(expected);
  // What Daft refuses of steps is refused before it starts.
  await (statement.on("daft") as Frame).explain();
});

test.each([
  ["SELECT id FROM t WHERE n = '3.7'", "'3.7' with a whole number", "write it as a whole number, as in 3"],
  [
    "SELECT id FROM t WHERE price = '2.505'",
    "'2.505' with a decimal",
    "write it as a number with the digits",
  ],
  ["SELECT id FROM t WHERE day = '2022-1-8'", "'2022-1-8' with a date", "write it as a date, as in DATE"],
  ["SELECT id FROM t WHERE second = '1970-01-01 00:00:01.5'", "with a timestamp", "write it as a time"],
])("a text that DuckDB rounds or guesses is refused: %s", async (text, part, wayOut) => {
  const { reason } = await translateFrame(folder.read("t").sql(text, []) as unknown as Frame);
  expect(reason).toContain(part);
  expect(reason).toContain(wayOut);
});

test.each([
  "SELECT n AS a, n AS b, count(*) AS c FROM t GROUP BY ROLLUP (a, b)",
  "SELECT n AS a, n AS b, count(*) AS c FROM t GROUP BY CUBE (a, b)",
  "SELECT n AS a, t.n AS b, count(*) AS c FROM t GROUP BY GROUPING SETS ((a), (b))",
])("one value under two names in sets of keys is refused: %s", async (text) => {
  const { reason } = await translateFrame(folder.read("t").sql(text, []) as unknown as Frame);
  expect(reason).toContain("by one value under two names");
  expect(reason).toContain("name it once");
});

test.each([
  "SELECT id, year(nano) AS v FROM t",
  "SELECT id, date_part('second', nano) AS v FROM t",
  "SELECT id, nano::DATE AS v FROM t",
  "SELECT id FROM t WHERE date_trunc('day', nano) IS NULL",
])("nanoseconds, of which DuckDB drops some, are refused: %s", async (text) => {
  const { reason } = await translateFrame(folder.read("t").sql(text, []) as unknown as Frame);
  expect(reason).toMatch(/of timestamp\[ns\] does not become steps/);
});
