"""Does one thing per line of JSON on stdin, and answers with one line: the number of rows it saw.

    {"write": ROWS, "uri": URI, "options": {...}}      ROWS vectors of 256 float32, 1 kB each
    {"append": ROWS, "uri": URI, "options": {...}}     rows of an int64, a double, a text and a time, from numpy and a list
    {"scan": URI, "options": {...}}                    all batches, one after the other
    {"generate": ROWS, "uri": URI}                     ROWS of an integer, a float, one of 20 texts and a timestamp
    {"table": URI}                                     PyLance to one Arrow table; also filter, columns, limit
    {"daft": URI}                                      Daft to one Arrow table; also filter, columns, limit
    {"read": [DATABASE, TABLE], "config": {...}}       from describe to the last row, as lance-dlf and PyLance do it
    {"step": NAME, "peer": PEER, "uri": URI, "id": [DATABASE, TABLE], "config": {...}, "filter": SQL}
                                                       one of the steps of network-cases.ts, opening the table anew
    {"frame": FILE}                                    an Arrow file as the pandas frame of the orders after it
    {"draw": TIMES}                                    that frame as a notebook's HTML and text
"""

import json
import os
import sys
from functools import cache

import lance
import lance_dlf
import numpy
import pandas
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


def generate(rows: int, uri: str) -> int:
    random = numpy.random.default_rng(1)
    names = numpy.array([f"category-{index:02d}" for index in range(20)])

    def batches():
        for start in range(0, rows, 100_000):
            count = min(100_000, rows - start)
            ids = numpy.arange(start, start + count)
            times = pa.array(1_700_000_000_000_000 + ids * 1_000, pa.timestamp("us"))
            columns = [pa.array(ids), pa.array(random.random(count)), pa.array(names[random.integers(0, 20, count)]), times]
            yield pa.record_batch(columns, schema=schema)

    schema = pa.schema([("id", pa.int64()), ("value", pa.float64()), ("name", pa.string()), ("time", pa.timestamp("us"))])
    return lance.write_dataset(batches(), uri, schema=schema).count_rows()


def table(uri: str, filter=None, columns=None, limit=None) -> int:
    return lance.dataset(uri).to_table(filter=filter, columns=columns, limit=limit).num_rows


def daft_table(uri: str, filter=None, columns=None, limit=None) -> int:
    import daft

    frame = daft.read_lance(uri)
    if filter is not None:
        frame = frame.where(filter)
    if columns is not None:
        frame = frame.select(*columns)
    return (frame if limit is None else frame.limit(limit)).to_arrow().num_rows


def read(table_id: list, config: dict) -> int:
    description = lance_dlf.DLFNamespace(**config).describe_table(DescribeTableRequest(id=table_id))
    return lance.dataset(description.location, storage_options=description.storage_options).to_table().num_rows


@cache
def connect_namespace(config: str):
    return lance_dlf.DLFNamespace(**json.loads(config))


@cache
def lend_storage(config: str, table_id: tuple) -> dict:
    """The table's storage options, which are also put where Daft looks for them."""
    options = connect_namespace(config).describe_table(DescribeTableRequest(id=list(table_id))).storage_options
    names = {"oss_endpoint": "OSS_ENDPOINT", "oss_access_key_id": "OSS_ACCESS_KEY_ID"}
    names |= {"oss_secret_access_key": "OSS_ACCESS_KEY_SECRET", "oss_security_token": "OSS_SECURITY_TOKEN"}
    os.environ.update({variable: options[option] for option, variable in names.items() if options.get(option)})
    return options


def take_step(step: str, peer: str, uri: str, id: list, config: dict, filter: str) -> int:
    text = json.dumps(config)
    if step == "describe":
        description = connect_namespace(text).describe_table(DescribeTableRequest(id=id))
        return lance.dataset(description.location, storage_options=description.storage_options).count_rows()
    options = lend_storage(text, tuple(id))
    return step_of_daft(step, uri, filter) if peer == "Daft" else step_of_lance(step, uri, options, filter)


def step_of_lance(step: str, uri: str, options: dict, filter: str) -> int:
    dataset = lance.dataset(uri, storage_options=options)
    if step == "count":
        return dataset.count_rows()
    if step == "show":
        return dataset.to_table(limit=8).num_rows
    if step == "filter and select":
        return dataset.to_table(filter=filter, columns=["id", "name"]).num_rows
    return dataset.to_table().num_rows


def step_of_daft(step: str, uri: str, filter: str) -> int:
    import daft
    from daft import col

    frame = daft.read_lance(uri)
    if step == "show":
        return len(repr(frame.limit(8).collect()))
    if step == "count":
        return frame.count_rows()
    if step == "filter and select":
        return frame.where(filter).select("id", "name").to_arrow().num_rows
    if step == "group by":
        return frame.groupby("name").agg(col("value").mean().alias("mean"), col("value").max().alias("most")).to_arrow().num_rows
    return frame.to_arrow().num_rows


def read_frame(file: str) -> pandas.DataFrame:
    with pa.ipc.open_file(file) as reader:
        return reader.read_all().to_pandas()


def draw(frame: pandas.DataFrame, times: int) -> int:
    for _ in range(times):
        frame._repr_html_()
        repr(frame)
    return len(frame)


frame = pandas.DataFrame()
for line in sys.stdin:
    order = json.loads(line)
    if "write" in order:
        rows = write(order["write"], order["uri"], order["options"])
    elif "append" in order:
        rows = append(order["append"], order["uri"], order["options"])
    elif "generate" in order:
        rows = generate(order["generate"], order["uri"])
    elif "table" in order:
        rows = table(order.pop("table"), **order)
    elif "daft" in order:
        rows = daft_table(order.pop("daft"), **order)
    elif "step" in order:
        rows = take_step(**order)
    elif "scan" in order:
        rows = scan(order["scan"], order["options"])
    elif "frame" in order:
        frame = read_frame(order["frame"])
        rows = len(frame)
    elif "draw" in order:
        rows = draw(frame, order["draw"])
    else:
        rows = read(order["read"], order["config"])
    print(rows, flush=True)
