"""Tables and queries of other benchmarks than TPC-H, small, with DuckDB's own answers: h2o's group-bys and joins, the
star schema benchmark (SSB), and a selection of ClickBench.

    benchmarks.py FOLDER    writes each table there as an Arrow IPC stream, NAME.arrows; prints the names of the tables,
                            and of each query its name, columns and rows, as JSON; all values but floats and nulls are text
"""

import json
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
from tpc import ask

ROWS = 3_000


def draw(salt: int, among: int) -> str:
    """A whole number from 0, the same in every run of one process."""
    return f"(hash(i * 7919 + {salt}) % {among})::INTEGER"


def one_of(salt: int, *texts: str) -> str:
    return f"([{', '.join(f'$${text}$$' for text in texts)}])[1 + {draw(salt, len(texts))}]"


def mostly(salt: int, value: str) -> str:
    """Null in one row of twenty."""
    return f"CASE WHEN {draw(salt, 20)} > 0 THEN {value} END"


REGIONS = ("AFRICA", "AMERICA", "ASIA", "EUROPE")


def place(prefix: str, salt: int) -> str:
    region = f"({list(REGIONS)})[1 + {draw(salt, 4)}]"
    return f"""{region} AS {prefix}_region,
      CASE WHEN {draw(salt, 4)} = 1 AND {draw(salt + 1, 2)} = 0 THEN 'UNITED STATES'
           WHEN {draw(salt, 4)} = 3 AND {draw(salt + 1, 2)} = 0 THEN 'UNITED KINGDOM'
           ELSE 'NATION ' || {draw(salt, 4)} END AS {prefix}_nation,
      CASE WHEN {draw(salt, 4)} = 3 AND {draw(salt + 1, 2)} = 0 THEN 'UNITED KI' || {draw(salt + 2, 6)}
           ELSE 'CITY ' || {draw(salt + 2, 3)} END AS {prefix}_city"""


TABLES = {
    "x": f"""SELECT {mostly(1, "'id' || " + draw(2, 5))} AS id1, 'id' || {draw(3, 5)} AS id2, 'id' || {draw(4, 300)} AS id3,
      {draw(5, 5)} AS id4, {mostly(6, draw(7, 5))} AS id5, {draw(8, 300)} AS id6, {mostly(9, draw(10, 5) + " + 1")} AS v1,
      {draw(11, 15)} + 1 AS v2, {mostly(12, draw(13, 100_000_000) + " / 1e6")} AS v3 FROM range({ROWS}) r(i)""",
    "jx": f"""SELECT {draw(21, 10)} AS id1, {draw(22, 300)} AS id2, {draw(23, 3_000)} AS id3, 'id' || {draw(21, 10)} AS id4,
      'id' || {draw(22, 300)} AS id5, 'id' || {draw(23, 3_000)} AS id6, {draw(24, 10_000)} / 100 AS v1 FROM range({ROWS}) r(i)""",
    "small": f"SELECT i::INTEGER + 2 AS id1, 'id' || (i + 2) AS id4, {draw(31, 10_000)} / 100 AS v2 FROM range(9) r(i)",
    "medium": f"""SELECT {draw(41, 10)} AS id1, i::INTEGER + 20 AS id2, 'id' || {draw(41, 10)} AS id4, 'id' || (i + 20) AS id5,
      {draw(42, 10_000)} / 100 AS v2 FROM range(270) r(i)""",
    "big": f"""SELECT {draw(51, 10)} AS id1, {draw(52, 300)} AS id2, i::INTEGER + 200 AS id3, 'id' || {draw(51, 10)} AS id4,
      'id' || {draw(52, 300)} AS id5, 'id' || (i + 200) AS id6, {draw(53, 10_000)} / 100 AS v2 FROM range({ROWS}) r(i)""",
    "dates": """SELECT strftime(d, '%Y%m%d')::INTEGER AS d_datekey, year(d)::INTEGER AS d_year,
      strftime(d, '%Y%m')::INTEGER AS d_yearmonthnum, strftime(d, '%b%Y') AS d_yearmonth, week(d)::INTEGER AS d_weeknuminyear
      FROM (SELECT unnest(generate_series(DATE '1992-01-01', DATE '1998-12-31', INTERVAL 1 DAY))::DATE AS d)""",
    "customer": f"SELECT i::INTEGER AS c_custkey, {place('c', 61)} FROM range(90) r(i)",
    "supplier": f"SELECT i::INTEGER AS s_suppkey, {place('s', 71)} FROM range(60) r(i)",
    "part": f"""SELECT i::INTEGER AS p_partkey, 'MFGR#' || (1 + {draw(81, 2)}) AS p_mfgr,
      'MFGR#' || (1 + {draw(81, 2)}) || (1 + {draw(82, 4)}) AS p_category,
      'MFGR#' || (1 + {draw(81, 2)}) || (1 + {draw(82, 4)}) || (20 + {draw(83, 12)}) AS p_brand1 FROM range(120) r(i)""",
    "lineorder": f"""SELECT {draw(91, 90)} AS lo_custkey, {draw(92, 60)} AS lo_suppkey, {draw(93, 120)} AS lo_partkey,
      strftime(DATE '1992-01-01' + {draw(94, 2_556)}, '%Y%m%d')::INTEGER AS lo_orderdate, 1 + {draw(95, 50)} AS lo_quantity,
      {draw(96, 11)} AS lo_discount, 100 + {draw(97, 1_000_000)} AS lo_extendedprice, 100 + {draw(98, 900_000)} AS lo_revenue,
      100 + {draw(99, 90_000)} AS lo_supplycost FROM range({4 * ROWS}) r(i)""",
    "hits": f"""SELECT hash(i)::UBIGINT % 1000000000000 AS watch, {one_of(101, "", "Google Карты", "a title", "O'Reilly")} AS title,
      TIMESTAMP '2013-07-01' + to_seconds({draw(102, 2_678_400)}) AS event_time, DATE '2013-07-01' + {draw(103, 31)} AS event_date,
      {one_of(104, "62", "62", "7", "8")}::INTEGER AS counter, {draw(105, 1_000)} - 500 AS client_ip, {draw(106, 9)} AS region,
      ({draw(107, 200)}::BIGINT * 45678901234567) AS user_id,
      {one_of(108, "", "http://google.com/a", "https://www.example.de/ä?q=1", "http://b.google.de", "x")} AS url,
      {one_of(109, "", "http://www.example.com/x", "https://google.ru/", "nonsense")} AS referer,
      {draw(110, 2)}::SMALLINT AS is_refresh, (1_000 + {draw(111, 900)})::SMALLINT AS width, {draw(112, 3)}::SMALLINT AS phone,
      {one_of(113, "", "iPad", "Nokia 3310", "")} AS phone_model, {draw(114, 4)}::SMALLINT AS engine,
      {one_of(115, "", "", "lance", "дом", "wetter")} AS phrase, {draw(116, 3)}::SMALLINT AS adv_engine,
      ({draw(117, 8)} - 1)::SMALLINT AS source, {draw(118, 2)}::SMALLINT AS dont_count, {draw(119, 2)}::SMALLINT AS is_link
      FROM range({ROWS}) r(i)""",
}

STAR = """lineorder JOIN dates ON lo_orderdate = d_datekey JOIN customer ON lo_custkey = c_custkey
  JOIN supplier ON lo_suppkey = s_suppkey JOIN part ON lo_partkey = p_partkey"""
JULY = "counter = 62 AND event_date >= '2013-07-01' AND event_date <= '2013-07-31' AND dont_count = 0 AND is_refresh = 0"
UK = "IN ('UNITED KI1', 'UNITED KI5')"

QUERIES = {
    "h2o group 1": "SELECT id1, sum(v1) AS v1 FROM x GROUP BY id1 ORDER BY ALL",
    "h2o group 2": "SELECT id1, id2, sum(v1) AS v1 FROM x GROUP BY ALL ORDER BY ALL",
    "h2o group 3": "SELECT id3, sum(v1) AS v1, avg(v3) AS v3 FROM x GROUP BY ALL ORDER BY ALL",
    "h2o group 4": "SELECT id4, avg(v1) AS v1, avg(v2) AS v2, avg(v3) AS v3 FROM x GROUP BY ALL ORDER BY ALL",
    "h2o group 5": "SELECT id6, sum(v1) AS v1, sum(v2) AS v2, sum(v3) AS v3 FROM x GROUP BY ALL ORDER BY ALL",
    "h2o group 6": "SELECT id4, id5, median(v3) AS median, stddev(v3) AS sd FROM x GROUP BY ALL ORDER BY ALL",
    "h2o group 7": "SELECT id3, max(v1) - min(v2) AS range FROM x GROUP BY ALL ORDER BY ALL",
    "h2o group 8": """SELECT id6, v3 AS largest FROM (SELECT id6, v3, row_number() OVER (PARTITION BY id6 ORDER BY v3 DESC) AS o
      FROM x WHERE v3 IS NOT NULL) WHERE o <= 2 ORDER BY ALL""",
    "h2o group 9": "SELECT id2, id4, corr(v1, v2) ** 2 AS r2 FROM x GROUP BY ALL ORDER BY ALL",
    "h2o group 10": """SELECT id1, id2, id3, id4, id5, id6, sum(v3) AS v3, count(*) AS n FROM x WHERE id6 < 40
      GROUP BY ALL ORDER BY ALL""",
    "h2o join 1": "SELECT jx.*, small.id4 AS id4_right, v2 FROM jx JOIN small USING (id1) ORDER BY ALL",
    "h2o join 2": """SELECT jx.*, medium.id1 AS id1_right, medium.id4 AS id4_right, medium.id5 AS id5_right, v2 FROM jx
      JOIN medium USING (id2) ORDER BY ALL""",
    "h2o join 3": """SELECT jx.*, medium.id1 AS id1_right, medium.id4 AS id4_right, medium.id5 AS id5_right, v2 FROM jx
      LEFT JOIN medium USING (id2) ORDER BY ALL""",
    "h2o join 4": """SELECT jx.*, medium.id1 AS id1_right, medium.id2 AS id2_right, medium.id4 AS id4_right, v2 FROM jx
      JOIN medium USING (id5) ORDER BY ALL""",
    "h2o join 5": "SELECT jx.id1, jx.id2, id3, v1, v2 FROM jx JOIN big USING (id3) ORDER BY ALL",
    **{
        f"SSB 1.{number}": f"""SELECT sum(lo_extendedprice * lo_discount)::BIGINT AS revenue FROM lineorder
          JOIN dates ON lo_orderdate = d_datekey WHERE {condition}"""
        for number, condition in enumerate(
            (
                "d_year = 1993 AND lo_discount BETWEEN 1 AND 3 AND lo_quantity < 25",
                "d_yearmonthnum = 199401 AND lo_discount BETWEEN 4 AND 6 AND lo_quantity BETWEEN 26 AND 35",
                "d_weeknuminyear = 6 AND d_year = 1994 AND lo_discount BETWEEN 5 AND 7 AND lo_quantity BETWEEN 6 AND 45",
            ),
            1,
        )
    },
    **{
        f"SSB 2.{number}": f"""SELECT sum(lo_revenue)::BIGINT AS revenue, d_year, p_brand1 FROM {STAR} WHERE {condition}
          GROUP BY d_year, p_brand1 ORDER BY d_year, p_brand1"""
        for number, condition in enumerate(
            (
                "p_category = 'MFGR#12' AND s_region = 'AMERICA'",
                "p_brand1 BETWEEN 'MFGR#2221' AND 'MFGR#2228' AND s_region = 'ASIA'",
                "p_brand1 = 'MFGR#2221' AND s_region = 'EUROPE'",
            ),
            1,
        )
    },
    **{
        f"SSB 3.{number}": f"""SELECT c_{level}, s_{level}, d_year, sum(lo_revenue)::BIGINT AS revenue FROM {STAR}
          WHERE {condition} GROUP BY ALL ORDER BY d_year, revenue DESC, c_{level}, s_{level}"""
        for number, (level, condition) in enumerate(
            (
                ("nation", "c_region = 'ASIA' AND s_region = 'ASIA' AND d_year BETWEEN 1992 AND 1997"),
                ("city", "c_nation = 'UNITED STATES' AND s_nation = 'UNITED STATES' AND d_year BETWEEN 1992 AND 1997"),
                ("city", f"c_city {UK} AND s_city {UK} AND d_year BETWEEN 1992 AND 1997"),
                ("city", f"c_city {UK} AND s_city {UK} AND d_yearmonth = 'Dec1997'"),
            ),
            1,
        )
    },
    **{
        f"SSB 4.{number}": f"""SELECT {keys}, sum(lo_revenue - lo_supplycost)::BIGINT AS profit FROM {STAR} WHERE {condition}
          AND (p_mfgr = 'MFGR#1' OR p_mfgr = 'MFGR#2') GROUP BY ALL ORDER BY ALL"""
        for number, (keys, condition) in enumerate(
            (
                ("d_year, c_nation", "c_region = 'AMERICA' AND s_region = 'AMERICA'"),
                (
                    "d_year, s_nation, p_category",
                    "c_region = 'AMERICA' AND s_region = 'AMERICA' AND (d_year = 1997 OR d_year = 1998)",
                ),
                (
                    "d_year, s_city, p_brand1",
                    "s_nation = 'UNITED STATES' AND (d_year = 1997 OR d_year = 1998) AND p_category = 'MFGR#14'",
                ),
            ),
            1,
        )
    },
    "ClickBench 0": "SELECT count(*) AS n FROM hits",
    "ClickBench 1": "SELECT count(*) AS n FROM hits WHERE adv_engine <> 0",
    "ClickBench 2": "SELECT sum(adv_engine)::BIGINT AS a, count(*) AS n, avg(width) AS w FROM hits",
    "ClickBench 3": "SELECT avg(user_id) AS u FROM hits",
    "ClickBench 5": "SELECT count(DISTINCT phrase) AS n FROM hits",
    "ClickBench 6": "SELECT min(event_date) AS first, max(event_date) AS last FROM hits",
    "ClickBench 7": "SELECT adv_engine, count(*) AS n FROM hits WHERE adv_engine <> 0 GROUP BY ALL ORDER BY n DESC",
    "ClickBench 9": """SELECT region, sum(adv_engine)::BIGINT AS a, count(*) AS n, avg(width) AS w, count(DISTINCT user_id) AS u
      FROM hits GROUP BY region ORDER BY n DESC, region LIMIT 5""",
    "ClickBench 11": """SELECT phone, phone_model, count(DISTINCT user_id) AS u FROM hits WHERE phone_model <> ''
      GROUP BY phone, phone_model ORDER BY u DESC, phone, phone_model""",
    "ClickBench 13": """SELECT phrase, count(DISTINCT user_id) AS u FROM hits WHERE phrase <> '' GROUP BY phrase
      ORDER BY u DESC, phrase LIMIT 10""",
    "ClickBench 18": """SELECT user_id, extract(minute FROM event_time) AS m, phrase, count(*) AS n FROM hits GROUP BY ALL
      ORDER BY n DESC, user_id, m, phrase LIMIT 10""",
    "ClickBench 20": "SELECT count(*) AS n FROM hits WHERE url LIKE '%google%'",
    "ClickBench 22": """SELECT phrase, min(url) AS url, min(title) AS title, count(*) AS n, count(DISTINCT user_id) AS u FROM hits
      WHERE title LIKE '%Google%' AND url NOT LIKE '%.google.%' AND phrase <> '' GROUP BY phrase ORDER BY n DESC, phrase""",
    "ClickBench 23": "SELECT watch, url, phrase FROM hits WHERE url LIKE '%google%' ORDER BY event_time, watch LIMIT 10",
    "ClickBench 27": """SELECT counter, avg(length(url)) AS l, count(*) AS n FROM hits WHERE url <> '' GROUP BY counter
      HAVING count(*) > 100 ORDER BY l DESC, counter""",
    "ClickBench 28": r"""SELECT regexp_replace(referer, '^https?://(?:www\.)?([^/]+)/.*$', '\1') AS k, avg(length(referer)) AS l,
      count(*) AS n, min(referer) AS first FROM hits WHERE referer <> '' GROUP BY k HAVING count(*) > 100 ORDER BY l DESC, k""",
    "ClickBench 29": "SELECT sum(width)::BIGINT AS s0, sum(width + 1)::BIGINT AS s1, sum(width + 89)::BIGINT AS s89 FROM hits",
    "ClickBench 34": "SELECT 1 AS one, url, count(*) AS n FROM hits GROUP BY one, url ORDER BY n DESC, url",
    "ClickBench 35": """SELECT client_ip, client_ip - 1 AS a, client_ip - 2 AS b, count(*) AS n FROM hits GROUP BY ALL
      ORDER BY n DESC, client_ip LIMIT 10""",
    "ClickBench 38": f"""SELECT url, count(*) AS views FROM hits WHERE {JULY} AND is_link <> 0 GROUP BY url
      ORDER BY views DESC, url LIMIT 10 OFFSET 1""",
    "ClickBench 39": f"""SELECT source, engine, adv_engine, CASE WHEN engine = 0 AND adv_engine = 0 THEN referer ELSE '' END AS src,
      url AS dst, count(*) AS views FROM hits WHERE {JULY} GROUP BY ALL
      ORDER BY views DESC, source, engine, adv_engine, src, dst LIMIT 20""",
    "ClickBench 40": f"""SELECT event_date, count(*) AS views FROM hits WHERE {JULY} AND source IN (-1, 6) GROUP BY event_date
      ORDER BY views DESC, event_date LIMIT 10""",
    "ClickBench 42": f"""SELECT strftime(date_trunc('minute', event_time), '%d %H:%M') AS m, count(*) AS views FROM hits WHERE {JULY}
      AND event_date >= '2013-07-14' AND event_date <= '2013-07-15' GROUP BY m ORDER BY m LIMIT 10""",
}


def main(folder: str) -> dict:
    database = duckdb.connect()
    database.execute("SET threads = 1; SET TimeZone = 'UTC'; SET default_null_order = 'nulls_last'")
    for name, query in TABLES.items():
        database.execute(f"CREATE TABLE {name} AS {query}")
        rows = database.table(name).to_arrow_reader()
        with pa.ipc.new_stream(Path(folder, f"{name}.arrows"), rows.schema) as writer:
            for batch in rows:
                writer.write_batch(batch)
    return {"tables": list(TABLES), "queries": [{"name": name, **ask(database, text)} for name, text in QUERIES.items()]}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
