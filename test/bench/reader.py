"""Does one thing per line of JSON on stdin, and answers with one line: the number of rows it saw.

    {"write": ROWS, "uri": URI, "options": {...}}      ROWS vectors of 256 float32, 1 kB each
    {"append": ROWS, "uri": URI, "options": {...}}     rows of an int64, a double, a text and a time, from numpy and a list
    {"scan": URI, "options": {...}}                    all batches, one after the other
    {"read": [DATABASE, TABLE], "config": {...}}       from describe to the last row, as lance-dlf and PyLance do it
"""

import json
import sys

import lance
import lance_dlf
import numpy
import pyarrow as pa
from lance_namespace import DescribeTableRequest


def write(rows: int, uri: str, options: dict) -> int:
    schema = pa.schema([("vector", pa.list_(pa.float32(), 256))])
    random = numpy.random.default_rng(1)

    def batches():
        for start in range(0, rows, 10_000):
            count = min(10_000, rows - start)
            values = pa.array(random.random(count * 256, dtype=numpy.float32))
            yield pa.record_batch([pa.FixedSizeListArray.from_arrays(values, 256)], schema=schema)

    return lance.write_dataset(batches(), uri, schema=schema, storage_options=options).count_rows()


texts: dict = {}


def append(rows: int, uri: str, options: dict) -> int:
    if rows not in texts:
        texts[rows] = [f"category-{index % 20}" for index in range(rows)]
    numbers = numpy.arange(rows, dtype="int64")
    columns = {"id": numbers, "v": numbers * 0.5, "s": texts[rows], "at": numbers.astype("datetime64[ms]")}
    lance.write_dataset(pa.table(columns), uri, mode="append", storage_options=options)
    return rows


def scan(uri: str, options: dict) -> int:
    return sum(batch.num_rows for batch in lance.dataset(uri, storage_options=options).to_batches())


def read(table_id: list, config: dict) -> int:
    description = lance_dlf.DLFNamespace(**config).describe_table(DescribeTableRequest(id=table_id))
    return lance.dataset(description.location, storage_options=description.storage_options).to_table().num_rows


for line in sys.stdin:
    order = json.loads(line)
    if "write" in order:
        rows = write(order["write"], order["uri"], order["options"])
    elif "append" in order:
        rows = append(order["append"], order["uri"], order["options"])
    elif "scan" in order:
        rows = scan(order["scan"], order["options"])
    else:
        rows = read(order["read"], order["config"])
    print(rows, flush=True)
