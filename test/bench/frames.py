"""Does one query on Daft or PyLance per line of JSON on stdin, and answers with one line: the rows and the peak memory in MB.

    {"write": ROWS, "path": PATH, "keys": KEYS, "perFile": ROWS}
                                                   id, cat (16 texts), k (1,000), big (KEYS), v
    {"daft": QUERY, "path": PATH, "other": PATH}   Python over `daft`, `col`, the table `frame` and the path `other`
    {"pylance": QUERY, "path": PATH}               Python over `dataset`
    {"times": ROWS, "path": PATH}                  at: times of two years in Berlin
    {"polars": PATH}                               the rows of each day in Berlin
"""

import json
import resource
import sys

import lance
import numpy
import pyarrow as pa

CITIES = ["beijing", "shanghai", "hangzhou", "shenzhen", "chengdu", "wuhan", "xian", "nanjing"] + [
    "tokyo", "osaka", "singapore", "jakarta", "sydney", "frankfurt", "london", "dubai",
]


def write(rows: int, path: str, keys: int, rows_per_file: int) -> int:
    def batches():
        for start in range(0, rows, 250_000):
            count = min(250_000, rows - start)
            random = numpy.random.default_rng([7, start])
            ids = numpy.arange(start, start + count, dtype=numpy.int64)
            cities = pa.DictionaryArray.from_arrays(
                pa.array(random.integers(0, 16, count, dtype=numpy.int32)), pa.array(CITIES)
            ).cast(pa.string())
            yield pa.record_batch(
                [
                    pa.array(ids),
                    cities,
                    pa.array(random.integers(0, 1000, count, dtype=numpy.int32)),
                    pa.array(random.integers(0, keys, count, dtype=numpy.int64)),
                    pa.array(numpy.round(random.normal(100, 25, count), 4)),
                ],
                names=["id", "cat", "k", "big", "v"],
            )

    lance.write_dataset(batches(), path, schema=next(batches()).schema, mode="overwrite", max_rows_per_file=rows_per_file)
    return rows


def run_daft(query: str, path: str, other: str) -> int:
    import daft

    names = {"daft": daft, "col": daft.col, "frame": daft.read_lance(path), "other": other}
    found = eval(query, names)
    return found if isinstance(found, int) else len(found.to_arrow())


def run_pylance(query: str, path: str) -> int:
    found = eval(query, {"dataset": lance.dataset(path)})
    return found if isinstance(found, int) else found.num_rows


def write_times(rows: int, path: str) -> int:
    schema = pa.schema([("at", pa.timestamp("us", "Europe/Berlin"))])

    def batches():
        random = numpy.random.default_rng(5)
        for start in range(0, rows, 250_000):
            count = min(250_000, rows - start)
            ticks = random.integers(1_672_531_200_000_000, 1_735_689_600_000_000, count)
            yield pa.record_batch([pa.array(ticks).cast(pa.timestamp("us")).cast(schema.field(0).type)], schema=schema)

    lance.write_dataset(batches(), path, schema=schema, mode="overwrite", max_rows_per_file=1_000_000)
    return rows


def run_polars(path: str) -> int:
    import polars

    times = polars.from_arrow(lance.dataset(path).to_table(columns=["at"]))
    day = polars.col("at").dt.truncate("1d").alias("day")
    return len(times.group_by(day).agg(polars.len()))


for line in sys.stdin:
    order = json.loads(line)
    if "write" in order:
        rows = write(order["write"], order["path"], order["keys"], order["perFile"])
    elif "times" in order:
        rows = write_times(order["times"], order["path"])
    elif "polars" in order:
        rows = run_polars(order["polars"])
    elif "pylance" in order:
        rows = run_pylance(order["pylance"], order["path"])
    else:
        rows = run_daft(order["daft"], order["path"], order["other"])
    print(json.dumps([rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]), flush=True)
