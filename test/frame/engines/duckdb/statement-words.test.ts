/** Statements with a mistake: each runs, or is refused with a next step and without DuckDB's own words. */
import { expect, test } from "vitest";
import { isError } from "../../../../src/errors.ts";
import { fromRows } from "../../../../src/index.ts";

const frame = fromRows({
  a: [1, 2, 3],
  b: ["x", "y", "z"],
  d: [new Date(0), new Date(1), new Date(2)],
  l: [[1], [2], [3]],
});

/** Clauses, types, functions, windows, subqueries, names and literals. */
const statements: readonly string[] = [
  "SELECT * FROM frame LIMIT -1",
  "SELECT * FROM frame LIMIT 'a'",
  "SELECT * FROM frame OFFSET -1",
  "SELECT a::foo FROM frame",
  "SELECT CAST(a AS foo) FROM frame",
  "SELECT a FROM frame ORDER BY 5",
  "SELECT a FROM frame GROUP BY 5",
  "SELECT sum(sum(a)) FROM frame",
  "SELECT a FROM frame WHERE sum(a)>1",
  "SELECT a FROM frame HAVING a>1",
  "SELECT a, FROM",
  "SELEC a",
  "SELECT a FROM frame WHERE",
  "SELECT a b c FROM frame",
  "SELECT",
  "INSERT INTO frame VALUES (1)",
  "DROP TABLE frame",
  "CREATE TABLE x AS SELECT 1",
  "UPDATE frame SET a=1",
  "DELETE FROM frame",
  "COPY frame TO 'x.csv'",
  "SET threads=1",
  "SELECT 1; SELECT 2",
  "SELECT * FROM nope",
  "SELECT nope FROM frame",
  "SELECT frame.nope FROM frame",
  "SELECT x.a FROM frame",
  "SELECT a FROM frame f WHERE frame.a=1",
  "SELECT a FROM frame UNION SELECT a, b FROM frame",
  "SELECT a FROM frame UNION SELECT b FROM frame",
  "SELECT a+b FROM frame",
  "SELECT a||l FROM frame",
  "SELECT upper(a) FROM frame",
  "SELECT upper() FROM frame",
  "SELECT upper(b,b) FROM frame",
  "SELECT foo(a) FROM frame",
  "SELECT date_trunc('foo', d) FROM frame",
  "SELECT extract(foo FROM d) FROM frame",
  "SELECT d + INTERVAL 'x' FROM frame",
  "SELECT DATE 'x'",
  "SELECT TIMESTAMP '2024-13-01'",
  "SELECT INTERVAL 1 foo",
  "SELECT regexp_matches(b,'(') FROM frame",
  "SELECT b LIKE 5 FROM frame",
  "SELECT a FROM frame WHERE b",
  "SELECT a FROM frame WHERE a = 'x'",
  "SELECT row_number() FROM frame",
  "SELECT sum(a) OVER (ORDER BY nope) FROM frame",
  "SELECT a FROM frame WHERE row_number() OVER () = 1",
  "SELECT (SELECT a FROM frame)",
  "SELECT (SELECT a,b FROM frame LIMIT 1)",
  "SELECT a FROM frame JOIN frame ON a=a",
  "SELECT a FROM frame x JOIN frame y USING (nope)",
  "SELECT a FROM frame x, frame y",
  "SELECT CASE WHEN a THEN 1 ELSE 'x' END FROM frame",
  "SELECT 1/0",
  "SELECT 9223372036854775807+1",
  "SELECT a::TINYINT*100::TINYINT FROM frame",
  "SELECT l[1][1] FROM frame",
  "SELECT l.a FROM frame",
  "SELECT unnest(a) FROM frame",
  "SELECT * EXCLUDE (nope) FROM frame",
  "SELECT COLUMNS('(') FROM frame",
  "SELECT a FROM frame QUALIFY a>1",
  "SELECT a FROM frame TABLESAMPLE foo",
  "SELECT read_csv('x')",
  "SELECT * FROM read_csv('x.csv')",
  "SELECT * FROM 'x.parquet'",
  'SELECT "a FROM frame',
  "SELECT 'a FROM frame",
  "SELECT a FROM frame WHERE a IN ()",
  "SELECT a FROM frame WHERE a BETWEEN 1",
  "WITH x AS (SELECT 1) SELECT * FROM y",
  "WITH RECURSIVE x AS (SELECT 1) SELECT * FROM x, z",
  "SELECT ? FROM frame",
  "SELECT $1 FROM frame",
  "SELECT :a FROM frame",
  "SELECT a AS a, b AS a FROM frame",
  "SELECT TOP 5 * FROM frame",
  "SELECT a FROM frame FETCH FIRST 2 ROWS",
  "SELECT a == 1 FROM frame",
  "SELECT `a` FROM frame",
  "SELECT [a] FROM frame",
  "SELECT struct(a) FROM frame",
  "SELECT map(a) FROM frame",
  "SELECT list_sort(a) FROM frame",
  "SELECT a::DECIMAL(50,2) FROM frame",
  "SELECT a::DECIMAL(5,9) FROM frame",
  "SELECT a::VARCHAR(-1) FROM frame",
  "SELECT strptime(b,'%Q') FROM frame",
  "SELECT strftime(a,'%Y') FROM frame",
  "SELECT to_json(nope) FROM frame",
  "SELECT json_extract(b,'$[') FROM frame",
  "SELECT b::JSON FROM frame",
  "SELECT b::UUID FROM frame",
  "SELECT b::BLOB FROM frame",
  "SELECT chr(-1)",
  "SELECT repeat('x', -1)",
  "SELECT substr(a,1) FROM frame",
  "SELECT generate_series(1,2,0)",
  "SELECT sqrt(-1)",
  "SELECT ln(0)",
  "SELECT factorial(100)",
  "SELECT acos(2)",
  "EXPLAIN SELECT 1",
  "DESCRIBE frame",
  "SHOW TABLES",
  "SUMMARIZE frame",
  "VALUES (1),(1,2)",
  "SELECT a COLLATE foo FROM frame",
  "SELECT a AT TIME ZONE 'foo' FROM frame",
  "SELECT d AT TIME ZONE 'foo' FROM frame",
  "SELECT a FROM frame ORDER BY nope",
  "SELECT DISTINCT ON (a) FROM frame",
  "SELECT string_agg(b) OVER (ROWS 1) FROM frame",
  "SELECT lag(a, 'x') OVER () FROM frame",
  "SELECT quantile(a, 2) FROM frame",
  "SELECT a FROM frame GROUP BY ALL HAVING count(*) > 'x'",
  "PIVOT frame ON b USING sum(nope)",
  "SELECT mode() FROM frame",
  "SELECT count(a,b) FROM frame",
  "SELECT sum(b) FROM frame",
  "SELECT avg(d) FROM frame",
];

async function refusalOf(statement: string): Promise<string | undefined> {
  try {
    await frame.sql(statement).collect();
    return undefined;
  } catch (error) {
    if (!isError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
}

test("a mistake in a statement is said with what to write", async () => {
  const found: string[] = [];
  for (const statement of statements) {
    const message = await refusalOf(statement);
    if (message === undefined) continue;
    if (/Internal|Type with name|extract specifier|scope_|Error:/.test(message) || !message.includes("; "))
      found.push(`${statement}: ${message}`);
  }
  expect(found).toEqual([]);
});

test.each([
  ["SELECT * FROM frame LIMIT -1", "LIMIT and OFFSET take 0 or more; leave LIMIT out for all rows"],
  ["SELECT a::foo FROM frame", "no type named foo; the types are BIGINT"],
  ["SELECT a::varchr FROM frame", "no type named varchr; did you mean VARCHAR?"],
  ["SELECT extract(foo FROM d) FROM frame", "no unit of time foo; the units are year"],
  ["SELECT a FROM frame WHERE sum(a) > 1", "write conditions of aggregates in HAVING"],
  ["SELECT regexp_matches(b, '(') FROM frame", '"(" is no regular expression; close its brackets'],
  ["SELECT a FROM frame x, frame y", "several tables in FROM have a column a; name its table"],
  ["SELECT 9223372036854775807 + 1", "9223372036854775807 + 1 does not fit INT64; cast one of them"],
])("%s", async (statement, says) => {
  expect(await refusalOf(statement)).toContain(says);
});
