"""Forms of SQL that people type elsewhere, over a small table, with DuckDB's own answers.

    sql_forms.py FOLDER    writes the table there as an Arrow IPC stream, t.arrows; prints its name, and of each form its
                           text, columns and rows, as JSON; whole numbers, decimals and times are text
"""

import datetime as dt
import json
import sys
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa

MOMENTS = [
    dt.datetime(2024, 3, 31, 1, 30),
    dt.datetime(2024, 10, 27, 2, 30),
    None,
    dt.datetime(1969, 12, 31, 23, 59, 59),
    dt.datetime(2024, 1, 1),
    dt.datetime(2024, 6, 1, 12, 0, 0, 123456),
]
DAYS = [dt.date(2024, 1, 31), dt.date(2024, 2, 29), dt.date(2024, 1, 31), None, dt.date(2023, 12, 31), dt.date(2024, 2, 29)]
PAIRS = [("a", pa.int64()), ("b", pa.string())]
TABLE = pa.table(
    {
        "n": pa.array([1, 2, 3, 4, 5, None], pa.int64()),
        "k": ["a", "b", "a", "b", None, "c"],
        "s": ["ab", "axb", "é b", "A%c", "", "abba"],
        "f": [1.5, -2.0, None, 0.25, 3.75, 10.0],
        "p": pa.array([Decimal(text) if text else None for text in ("1.10", "2.25", "", "2.25", "0.05", "9.99")], pa.decimal128(10, 2)),
        "d": DAYS,
        "ts": pa.array(MOMENTS, pa.timestamp("us")),
        "l": pa.array([[1, 2, 3], [], None, [4, None], [5], [6, 7]], pa.list_(pa.int64())),
        "st": pa.array(
            [{"a": 1, "b": "x"}, {"a": 2, "b": None}, None, {"a": None, "b": "y"}, {"a": 5, "b": ""}, {"a": 6, "b": "é"}],
            pa.struct(PAIRS),
        ),
        "js": ['{"a": 1, "b": "x"}', '{"a": [1,2], "b": null}', None, "{}", "[1]", '{"b": "é"}'],
    }
)

FORMS = {
    "CTE": "WITH big AS (SELECT * FROM t WHERE n > 2), named AS (SELECT k, count(*) AS c FROM big GROUP BY k) SELECT * FROM named ORDER BY ALL",
    "CTE with column names": "WITH c(a, b) AS (SELECT k, sum(n) FROM t GROUP BY k) SELECT b, a FROM c ORDER BY a NULLS FIRST",
    "CTE materialized": "WITH c AS MATERIALIZED (SELECT n FROM t) SELECT count(*) FROM c a JOIN c b USING (n)",
    "recursive CTE": "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r WHERE x < 5) SELECT sum(x) FROM r",
    "recursive over table": "WITH RECURSIVE r(n) AS (SELECT min(n) FROM t UNION SELECT t.n FROM t JOIN r ON t.n = r.n + 1) SELECT n FROM r ORDER BY n",
    "QUALIFY": "SELECT k, n, row_number() OVER (PARTITION BY k ORDER BY n DESC) AS p FROM t QUALIFY p <= 2 ORDER BY k NULLS LAST, p",
    "named window": "SELECT n, sum(n) OVER w AS s FROM t WINDOW w AS (PARTITION BY k ORDER BY n ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) ORDER BY n NULLS LAST",
    "window exclude": "SELECT n, sum(n) OVER (ORDER BY n ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) AS s FROM t ORDER BY n NULLS LAST",
    "GROUP BY ALL": "SELECT k, upper(s) AS u, count(*) AS c FROM t GROUP BY ALL ORDER BY ALL",
    "ORDER BY ALL DESC": "SELECT k, n FROM t ORDER BY ALL DESC",
    "EXCLUDE": "SELECT * EXCLUDE (s, d, ts, st, l, js) FROM t ORDER BY n NULLS LAST",
    "REPLACE": "SELECT * EXCLUDE (st, l, ts) REPLACE (n * 2 AS n) FROM t ORDER BY n NULLS LAST",
    "RENAME": "SELECT * EXCLUDE (st, l, d, ts, js) RENAME (n AS number) FROM t ORDER BY number NULLS LAST",
    "COLUMNS": "SELECT max(COLUMNS('^[nf]$')) FROM t",
    "COLUMNS lambda": "SELECT COLUMNS(c -> c LIKE 'n%') FROM t ORDER BY 1 NULLS LAST",
    "FROM first": "FROM t SELECT k, n WHERE n > 2 ORDER BY n",
    "FROM alone": "FROM (SELECT * EXCLUDE (ts) FROM t) ORDER BY n NULLS LAST LIMIT 1",
    "LATERAL": "SELECT t.n, x.twice FROM t, LATERAL (SELECT t.n * 2 AS twice) x ORDER BY 1 NULLS LAST",
    "lateral alias": "SELECT n * 2 AS a, a + 1 AS b FROM t ORDER BY a NULLS LAST",
    "UNNEST": "SELECT n, unnest(l) AS item FROM t ORDER BY n NULLS LAST, item NULLS LAST",
    "UNNEST in FROM": "SELECT n, u.x FROM t, unnest(l) AS u(x) ORDER BY n NULLS LAST, x NULLS LAST",
    "UNNEST a struct": "SELECT n, unnest(st) FROM t ORDER BY n NULLS LAST",
    "VALUES": "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(i, name) ORDER BY i",
    "VALUES alone": "VALUES (1, 'a'), (2, 'b')",
    "join VALUES": "SELECT t.n, v.w FROM t JOIN (VALUES ('a', 10), ('b', 20)) v(k, w) ON t.k = v.k ORDER BY n NULLS LAST",
    "generate_series": "SELECT g FROM generate_series(1, 9, 3) AS s(g)",
    "range": "SELECT i, count(n) FROM range(4) r(i) LEFT JOIN t ON t.n = r.i GROUP BY i ORDER BY i",
    "FILTER": "SELECT count(*) FILTER (WHERE n > 2) AS c, sum(n) FILTER (k = 'a') AS s FROM t",
    "GROUPING SETS": "SELECT k, d, count(*) AS c, grouping(k, d) AS g FROM t GROUP BY GROUPING SETS ((k, d), (k), ()) ORDER BY ALL",
    "ROLLUP": "SELECT k, sum(n) AS s FROM t GROUP BY ROLLUP (k) ORDER BY ALL",
    "CUBE": "SELECT k, d, sum(n) AS s FROM t GROUP BY CUBE (k, d) ORDER BY ALL",
    "PIVOT in": "SELECT * FROM (PIVOT (SELECT k, d, n FROM t) ON k IN ('a', 'b') USING sum(n)) ORDER BY ALL",
    "UNPIVOT": "UNPIVOT (SELECT s, n::DOUBLE AS n, f FROM t) ON n, f INTO NAME what VALUE v ORDER BY ALL",
    "DISTINCT ON": "SELECT DISTINCT ON (k) k, n FROM t ORDER BY k NULLS LAST, n DESC NULLS LAST",
    "comments": "/* head */ SELECT n -- the number\nFROM t /* mid; */ WHERE n > 3 -- ; end\n",
    "semicolon": "SELECT count(*) FROM t;",
    "semicolon and comment": "SELECT count(*) FROM t; -- done",
    "quoted identifiers": "SELECT \"n\" AS \"a \"\"quoted\"\" name\", t.\"k\" FROM t ORDER BY \"n\" NULLS LAST",
    "UNION": "SELECT k FROM t UNION SELECT 'z' ORDER BY 1",
    "UNION ALL BY NAME": "SELECT n, k FROM t UNION ALL BY NAME SELECT 'q' AS k, 9 AS z ORDER BY ALL",
    "INTERSECT": "SELECT k FROM t INTERSECT SELECT 'a' ORDER BY 1",
    "EXCEPT ALL": "SELECT k FROM t EXCEPT ALL SELECT 'a' ORDER BY 1 NULLS LAST",
    "scalar subquery": "SELECT n, n - (SELECT avg(n) FROM t) AS off FROM t ORDER BY n NULLS LAST",
    "correlated": "SELECT k, n FROM t a WHERE n = (SELECT max(n) FROM t b WHERE b.k = a.k) ORDER BY k",
    "EXISTS": "SELECT n FROM t a WHERE EXISTS (SELECT 1 FROM t b WHERE b.n = a.n + 1) ORDER BY n",
    "NOT IN": "SELECT n FROM t WHERE n NOT IN (SELECT n FROM t WHERE k = 'a' AND n IS NOT NULL) ORDER BY n",
    "ANY": "SELECT n FROM t WHERE n >= ALL (SELECT n FROM t WHERE n IS NOT NULL)",
    "ROW IN": "SELECT k, n FROM t WHERE (k, n) IN (('a', 1), ('b', 4)) ORDER BY n",
    "LIKE": "SELECT s FROM t WHERE s LIKE 'a%' OR s ILIKE '%É%' ORDER BY s",
    "LIKE ESCAPE": "SELECT count(*) FROM t WHERE s LIKE '%!%' ESCAPE '!'",
    "SIMILAR TO": "SELECT s FROM t WHERE s SIMILAR TO '[a-z]+' ORDER BY s",
    "regex operator": "SELECT s FROM t WHERE s ~ '^[a-z].*' ORDER BY s",
    "GLOB": "SELECT s FROM t WHERE s GLOB 'a*' ORDER BY s",
    "intervals": "SELECT (d + INTERVAL 1 MONTH)::VARCHAR AS m, (d - INTERVAL '2 days')::VARCHAR AS e, (ts + INTERVAL (n) HOUR)::VARCHAR AS h FROM t ORDER BY n NULLS LAST",
    "date parts": "SELECT extract(year FROM ts) AS y, date_part('hour', ts) AS h, ts::DATE AS day, date_trunc('month', ts)::VARCHAR AS m, strftime(ts, '%d.%m.%Y') AS f FROM t ORDER BY n NULLS LAST",
    "date difference": "SELECT d - DATE '2024-01-01' AS days, datediff('month', DATE '2023-05-05', d) AS months FROM t ORDER BY n NULLS LAST",
    "AT TIME ZONE Berlin": "SELECT (ts AT TIME ZONE 'Europe/Berlin')::VARCHAR AS z, timezone('Europe/Berlin', ts AT TIME ZONE 'UTC') AS l FROM t ORDER BY n NULLS LAST",
    "CASE": "SELECT CASE WHEN n > 3 THEN 'high' WHEN n IS NULL THEN NULL ELSE 'low' END AS a, CASE k WHEN 'a' THEN 1 ELSE 2 END AS b FROM t ORDER BY n NULLS LAST",
    "COALESCE": "SELECT coalesce(n, -1) AS a, ifnull(k, '?') AS b, nullif(n, 2) AS c, if(n > 2, 1, 0) AS d FROM t ORDER BY a",
    "struct access": "SELECT st.a AS a, st['b'] AS b, (st).a + 1 AS c FROM t ORDER BY n NULLS LAST",
    "struct star": "SELECT st.* FROM t ORDER BY n NULLS LAST",
    "list access": "SELECT l[1] AS a, l[-1] AS b, l[1:2] AS c, len(l) AS n2, list_sum(l) AS s FROM t ORDER BY n NULLS LAST",
    "lambda": "SELECT list_transform(l, x -> x + 1) AS a, list_filter(l, lambda x: x > 1) AS b, [x * 2 FOR x IN l IF x > 1] AS c FROM t ORDER BY n NULLS LAST",
    "list literals": "SELECT [n, 1] AS l2, {'a': n, 'b': k} AS s2, MAP {'k': n}['k'] AS m FROM t ORDER BY n NULLS LAST",
    "array_agg": "SELECT k, array_agg(n ORDER BY n DESC) AS a, string_agg(s, '|' ORDER BY s) AS b, list(DISTINCT k) AS c FROM t GROUP BY k ORDER BY k NULLS LAST",
    "JSON": "SELECT js -> '$.a' AS a, js ->> '$.b' AS b, js::JSON -> 'a' AS c, json_extract_string(js, '$.b') AS d FROM t ORDER BY n NULLS LAST",
    "casts": "SELECT n::VARCHAR AS a, CAST(f AS INTEGER) AS b, TRY_CAST(s AS INTEGER) AS c, '2024-02-03'::DATE AS d FROM t ORDER BY n NULLS LAST",
    "decimals": "SELECT sum(p) AS s, avg(p) AS a, round(sum(p) / 3, 2) AS r, p * 2 AS d FROM t GROUP BY p ORDER BY p NULLS LAST",
    "integer division": "SELECT 7 / 2 AS a, 7 // 2 AS b, 7 % 2 AS c, n ** 2 AS d FROM t ORDER BY n NULLS LAST",
    "OFFSET FETCH": "SELECT n FROM t ORDER BY n NULLS LAST OFFSET 1 LIMIT 2",
    "LIMIT percent": "SELECT n FROM t ORDER BY n NULLS LAST LIMIT 50%",
    "FETCH FIRST": "SELECT n FROM t ORDER BY n NULLS LAST FETCH FIRST 2 ROWS ONLY",
    "NATURAL JOIN": "SELECT count(*) FROM (SELECT n, k FROM t) a NATURAL JOIN (SELECT n, f FROM t) b",
    "FULL JOIN USING": "SELECT n, a.k, b.f FROM (SELECT n, k FROM t WHERE n > 2) a FULL OUTER JOIN (SELECT n, f FROM t WHERE n < 5) b USING (n) ORDER BY n",
    "CROSS JOIN": "SELECT count(*) FROM t CROSS JOIN t b",
    "SEMI JOIN": "SELECT n FROM t SEMI JOIN (SELECT 'a' AS k) b USING (k) ORDER BY n",
    "ANTI JOIN": "SELECT n FROM t ANTI JOIN (SELECT 'a' AS k) b USING (k) ORDER BY n NULLS LAST",
    "ASOF JOIN": "SELECT t.n, b.m FROM t ASOF LEFT JOIN (VALUES (2), (4)) b(m) ON t.n >= b.m ORDER BY t.n NULLS LAST",
    "ordinals": "SELECT k, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC, 1 NULLS LAST",
    "HAVING": "SELECT k, count(*) AS c FROM t GROUP BY k HAVING c > 1 ORDER BY k",
    "quantiles": "SELECT quantile_cont(n, [0.25, 0.5]) AS q, median(f) AS m, percentile_cont(0.5) WITHIN GROUP (ORDER BY n) AS p, mode(k) AS o FROM t",
    "nested aggregates": "SELECT max(c) FROM (SELECT count(*) AS c FROM t GROUP BY k)",
    "string functions": "SELECT s || '!' AS a, upper(s) AS b, substr(s, 1, 2) AS c, replace(s, 'a', 'b') AS d, trim(s) AS e, length(s) AS f2, concat(s, n) AS g, concat_ws('-', s, k) AS h, split_part(s, 'b', 1) AS i, position('b' IN s) AS j, lpad(s, 5, '.') AS o FROM t ORDER BY n NULLS LAST",
    "method chaining": "SELECT s.upper().length() AS a FROM t ORDER BY n NULLS LAST",
    "lag lead": "SELECT n, lag(n) OVER (ORDER BY n) AS a, lead(n, 1, 0) OVER (ORDER BY n) AS b, first_value(n) OVER (ORDER BY n) AS c, ntile(2) OVER (ORDER BY n NULLS LAST) AS d FROM t ORDER BY n NULLS LAST",
    "boolean aggregates": "SELECT bool_or(n > 4) AS a, bool_and(n > 0) AS b, count_if(n > 2) AS c, count(DISTINCT k) AS d FROM t",
    "SELECT without FROM": "SELECT 1 AS a, 'x' AS b, NULL AS c, TRUE AS d, 1.50 AS e, 1e3 AS f",
    "prefix alias": "SELECT a: n, b: k FROM t ORDER BY a NULLS LAST",
    "trailing comma": "SELECT n, k, FROM t ORDER BY n NULLS LAST",
    "SUMMARIZE": "SELECT column_name, min FROM (SUMMARIZE SELECT n FROM t)",
    "TABLE": "SELECT count(*) FROM (TABLE t)",
    "E string": "SELECT E'a\\nb' AS a, $$it's$$ AS b",
    "ORDER BY expression": "SELECT n FROM t ORDER BY n % 3, n DESC NULLS FIRST",
    "unicode names": "SELECT n AS \"größe\", k AS 名 FROM t ORDER BY n NULLS LAST",
}


def plain(value):
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def main(folder: str) -> dict:
    database = duckdb.connect()
    database.execute("SET threads = 1; SET TimeZone = 'UTC'; SET default_null_order = 'nulls_last'")
    database.register("t", TABLE)
    with pa.ipc.new_stream(Path(folder, "t.arrows"), TABLE.schema) as writer:
        writer.write_table(TABLE)
    queries = []
    for name, text in FORMS.items():
        answer = database.execute(text)
        columns = [column[0] for column in answer.description]
        rows = [[plain(value) for value in row] for row in answer.fetchall()]
        queries.append({"name": name, "text": text, "columns": columns, "rows": rows})
    return {"tables": ["t"], "queries": queries}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
