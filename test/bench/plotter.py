"""Does one thing per line of JSON on stdin, and answers with one line: the number of rows it saw.

    {"write": ROWS, "path": PATH}          ROWS of a value and one of 50 names: a .parquet file, or a Lance dataset
    {"histogram": PATH}                    reads with pandas or PyLance, counts with NumPy, draws with Altair, as a PNG file
    {"bar": PATH}                          reads with pandas or PyLance, sums with pandas, draws with Altair, as a PNG file

`"options": {…}` next to a path of Lance holds storage options.

    {"summarize": PATH}                    reads a file with DuckDB, or a dataset with PyLance, and lets DuckDB SUMMARIZE what is in memory then
    {"draw": SPECIFICATION}                draws a Vega-Lite specification as a PNG file
"""

import io
import json
import sys

import altair
import duckdb
import lance
import numpy
import pandas
import pyarrow as pa
import pyarrow.parquet as parquet
import vl_convert


def write(rows: int, path: str) -> int:
    if path.endswith((".csv", ".json")):
        whole = path + ".parquet"
        write(rows, whole)
        duckdb.sql(f"COPY (FROM '{whole}') TO '{path}'")
        return rows
    schema = pa.schema([("name", pa.string()), ("value", pa.float64())])
    names = pa.array([f"name {number:02}" for number in range(50)])
    random = numpy.random.default_rng(1)

    def batches():
        for start in range(0, rows, 100_000):
            count = min(100_000, rows - start)
            chosen = names.take(pa.array(random.integers(0, 50, count)))
            yield pa.record_batch([chosen, pa.array(random.normal(100, 25, count))], schema=schema)

    if path.endswith((".parquet", ".arrow")):
        with parquet.ParquetWriter(path, schema) if path.endswith(".parquet") else pa.ipc.new_file(path, schema) as writer:
            for batch in batches():
                writer.write_batch(batch)
        return rows
    return lance.write_dataset(batches(), path, schema=schema, mode="overwrite").count_rows()


def read(path: str, columns: list[str], options: dict[str, str] | None) -> pandas.DataFrame:
    if path.endswith(".parquet"):
        return pandas.read_parquet(path, columns=columns)
    return lance.dataset(path, storage_options=options).to_table(columns=columns).to_pandas()


def draw(chart: altair.Chart) -> None:
    chart.properties(width=480, height=300).save(io.BytesIO(), format="png")


def histogram(path: str, options: dict[str, str] | None) -> int:
    frame = read(path, ["value"], options)
    counts, edges = numpy.histogram(frame["value"], bins=40)
    bins = pandas.DataFrame({"begin": edges[:-1], "end": edges[1:], "rows": counts})
    draw(altair.Chart(bins).mark_bar().encode(x=altair.X("begin", bin="binned"), x2="end", y="rows"))
    return len(frame)


def bar(path: str, options: dict[str, str] | None) -> int:
    frame = read(path, ["name", "value"], options)
    sums = frame.groupby("name", as_index=False)["value"].sum().nlargest(30, "value")
    draw(altair.Chart(sums).mark_bar().encode(x=altair.X("name", sort=None), y="value"))
    return len(frame)


def summarize(path: str) -> int:
    if path.endswith((".parquet", ".csv", ".json")):
        duckdb.sql(f"CREATE OR REPLACE TEMP TABLE rows AS FROM '{path}'")
    elif path.endswith(".arrow"):
        rows = pa.ipc.open_file(path).read_all()
    else:
        rows = lance.dataset(path).to_table()
    return duckdb.sql("SUMMARIZE rows").fetchall()[0][-2]


for line in sys.stdin:
    order = json.loads(line)
    if "write" in order:
        rows = write(order["write"], order["path"])
    elif "histogram" in order:
        rows = histogram(order["histogram"], order.get("options"))
    elif "bar" in order:
        rows = bar(order["bar"], order.get("options"))
    elif "summarize" in order:
        rows = summarize(order["summarize"])
    else:
        rows = len(vl_convert.vegalite_to_png(json.dumps(order["draw"])))
    print(rows, flush=True)
