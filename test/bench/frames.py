"""Does one query on Daft or PyLance per line of JSON on stdin, and answers with one line: the rows and the peak memory in MB.

    {"write": ROWS, "path": PATH, "keys": KEYS}    id, cat (16 texts), k (1,000), big (KEYS), v
    {"daft": NAME, "path": PATH, "other": PATH}    one of the queries below
    {"pylance": NAME, "path": PATH}                one of those that PyLance has
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


def write(rows: int, path: str, keys: int) -> int:
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

    lance.write_dataset(batches(), path, schema=next(batches()).schema, mode="overwrite", max_rows_per_file=1_000_000)
    return rows


def query(name: str, path: str, other: str) -> int:
    import daft
    from daft import col

    frame = daft.read_lance(path)
    value = [col("v").count().alias("n"), col("v").mean().alias("mean"), col("v").sum().alias("sum")]
    if name == "count":
        return frame.count_rows()
    if name == "filtered count":
        return frame.where(col("v") > 150).count_rows()
    plans = {
        "filter and select": lambda: frame.where(col("v") > 150).select("id", "v"),
        "deep offset": lambda: frame.offset(lance.dataset(path).count_rows() - 1_000).limit(20),
        "16 groups": lambda: frame.groupby("cat").agg(*value),
        "1000 groups": lambda: frame.groupby("k").agg(*value),
        "1 M groups": lambda: frame.groupby("big").agg(*value),
        "join": lambda: frame.join(daft.read_lance(other), left_on="big", right_on="id", suffix="_r").agg(
            col("v").sum().alias("sum"), col("v").count().alias("n")
        ),
        "sort": lambda: frame.sort("v", desc=True).limit(100),
        "distinct": lambda: frame.select("cat", "k").distinct(),
    }
    return len(plans[name]().to_arrow())


def pylance_query(name: str, path: str) -> int:
    dataset = lance.dataset(path)
    queries = {
        "filter and select": lambda: dataset.to_table(filter="v > 150", columns=["id", "v"]).num_rows,
        "deep offset": lambda: dataset.to_table(offset=dataset.count_rows() - 1_000, limit=20).num_rows,
        "count": dataset.count_rows,
        "filtered count": lambda: dataset.count_rows("v > 150"),
    }
    return queries[name]()


for line in sys.stdin:
    order = json.loads(line)
    if "write" in order:
        rows = write(order["write"], order["path"], order["keys"])
    elif "pylance" in order:
        rows = pylance_query(order["pylance"], order["path"])
    else:
        rows = query(order["daft"], order["path"], order["other"])
    print(json.dumps([rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]), flush=True)
