"""Every column type that PyLance writes: three rows in the tables `plain`, which Daft reads, and `strange`. Prints JSON.

    column_types.py streams FOLDER           each table as an Arrow IPC stream, FOLDER/NAME.arrows
    column_types.py write DATABASE           writes the tables, and those Node cannot read; they are declared already
    column_types.py check DATABASE           of each column, as `pylance` reads it and, of the table `plain`, as `daft`
                                             does: the number of rows, and whether they are the given ones over and
                                             over; the types as PyLance reads them; the tables' storage versions
"""

import datetime
import decimal
import json
import os
import sys
import uuid

import lance
import pyarrow as pa
from peer import describe_table

D = decimal.Decimal
moment = datetime.datetime(2026, 1, 31, 8, 0, 0, 123456)
day = datetime.date(2024, 2, 29)
second = datetime.timedelta(seconds=1)


def types() -> dict:
    numbers = {
        f"int{bits}": pa.array([-(2 ** (bits - 1)), 2 ** (bits - 1) - 1, None], getattr(pa, f"int{bits}")())
        for bits in (8, 16, 32, 64)
    } | {
        f"uint{bits}": pa.array([0, 2**bits - 1, None], getattr(pa, f"uint{bits}")()) for bits in (8, 16, 32, 64)
    }
    # Daft's values for Python have no nanoseconds.
    steps = (("s", 1), ("ms", 1), ("us", 1), ("ns", 1_000))
    times = {
        f"timestamp_{unit}{name}": pa.array([1769817600 * step, -step, None], pa.int64()).cast(pa.timestamp(unit, tz=zone))
        for unit, step in steps
        for name, zone in (("", None), ("_utc", "UTC"), ("_shanghai", "Asia/Shanghai"))
    }
    durations = {f"duration_{unit}": pa.array([5 * step, -step, None], pa.duration(unit)) for unit, step in steps}
    return (
        numbers
        | times
        | durations
        | {
            "bool": pa.array([True, False, None]),
            "half": pa.array([1.5, -0.25, None], pa.float16()),
            "float": pa.array([1.5, 3.4e38, None], pa.float32()),
            "double": pa.array([0.1, 1.7e308, None]),
            "string": pa.array(["", "é𝄞", None]),
            "large_string": pa.array(["", "é𝄞", None], pa.large_string()),
            "binary": pa.array([b"", b"\x00\xff", None]),
            "large_binary": pa.array([b"", b"\x00\xff", None], pa.large_binary()),
            "fixed_binary": pa.array([b"abc", b"\x00\x01\x02", None], pa.binary(3)),
            "date32": pa.array([day, datetime.date(1969, 12, 31), None], pa.date32()),
            "date64": pa.array([day, datetime.date(1969, 12, 31), None], pa.date64()),
            "time32_s": pa.array([moment.time().replace(microsecond=0), datetime.time(23, 59, 59), None], pa.time32("s")),
            "time32_ms": pa.array([datetime.time(1, 2, 3, 4000), datetime.time(0), None], pa.time32("ms")),
            "time64_us": pa.array([moment.time(), datetime.time(0), None], pa.time64("us")),
            "time64_ns": pa.array([moment.time(), datetime.time(0), None], pa.time64("ns")),
            "decimal128": pa.array([D("12.34"), D("-99999999.99"), None], pa.decimal128(10, 2)),
            "decimal256": pa.array([D("12.34"), D("-" + "9" * 48 + ".99"), None], pa.decimal256(50, 2)),
            "list": pa.array([[1, None], [], None], pa.list_(pa.int32())),
            "large_list": pa.array([[1, None], [], None], pa.large_list(pa.int32())),
            "nested_large_list": pa.array(
                [{"tags": ["a", None], "n": 1}, {"tags": [], "n": None}, {"tags": None, "n": 2}],
                pa.struct([("tags", pa.large_list(pa.string())), ("n", pa.int64())]),
            ),
            "vector": pa.array([[1.5, 2.5], [0.0, -1.0], None], pa.list_(pa.float32(), 2)),
            "half_vector": pa.array([[1.5, 2.5], [0.0, -1.0], None], pa.list_(pa.float16(), 2)),
            "struct": pa.array([{"x": 1, "y": "a"}, {"x": None, "y": None}, {"x": 2, "y": ""}]),
            "list_of_struct": pa.array([[{"x": True}], [{"x": None}, {"x": False}], None]),
            "map": pa.array([[("a", 1)], [], [("b", None), ("c", 2)]], pa.map_(pa.string(), pa.int64())),
            "null": pa.nulls(3),
            "dictionary8": pa.array(["a", "b", None]).dictionary_encode().cast(pa.dictionary(pa.int8(), pa.string())),
            "dictionary32": pa.array(["a", "b", None]).dictionary_encode(),
            "dictionary64": pa.DictionaryArray.from_arrays(pa.array([0, 1, None], pa.int64()), pa.array(["a", "b"])),
            "uuid": pa.array([uuid.UUID(int=1).bytes, uuid.UUID(int=2**127).bytes, None], pa.uuid()),
            "json": pa.array(['{"a":1}', "[]", None], pa.json_()),
        }
    )


# Arrow types that it does not know, and an extension type that it cannot cast to.
strange_to_daft = ("decimal256", "time32_s", "time32_ms", "uuid", "dictionary8", "dictionary32", "dictionary64")


def tables() -> dict:
    columns = types()
    return {
        "plain": pa.table({name: column for name, column in columns.items() if name not in strange_to_daft}),
        "strange": pa.table({name: columns[name] for name in strange_to_daft}),
    }


def place(database: str, name: str) -> dict:
    description = describe_table(database, name)
    return {"uri": description.location, "storage_options": description.storage_options}


def streams(folder: str) -> None:
    for name, table in tables().items():
        with pa.ipc.new_stream(os.path.join(folder, f"{name}.arrows"), table.schema) as writer:
            writer.write_table(table)


def write(database: str) -> None:
    for name, table in tables().items():
        lance.write_dataset(table, **place(database, name))
    ids = pa.array([0, 1], pa.int64())
    times = pa.table({"id": ids, "v": pa.array([0, 1], pa.timestamp("us", "+08:00"))})
    lance.write_dataset(times, **place(database, "fixed_offset"))
    lance.write_dataset(pa.table({"id": ids}), data_storage_version="2.3", **place(database, "version_2_3"))
    blob = pa.field("v", pa.large_binary(), metadata={b"lance-encoding:blob": b"true"})
    schema = pa.schema([pa.field("id", pa.int64()), blob])
    blobs = pa.table([ids, pa.array([b"x", b"y"], pa.large_binary())], schema=schema)
    lance.write_dataset(blobs, data_storage_version="2.1", **place(database, "blobs"))


def describe(values: list, given: list) -> dict:
    parts = [values[start : start + 3] for start in range(0, len(values), 3)]
    wanted = [plain(value) for value in given]
    return {"rows": len(values), "same": all(repr([plain(value) for value in part]) == repr(wanted) for part in parts)}


def plain(value):
    """Moments and spans of any class as numbers: engines differ in how they call a zone, and pandas has its own."""
    if isinstance(value, datetime.datetime):
        return value.tzinfo is not None, value.replace(tzinfo=value.tzinfo or datetime.timezone.utc).timestamp()
    return round(value.total_seconds() * 1e9) if isinstance(value, datetime.timedelta) else value


def check(database: str) -> dict:
    seen, types, storage = {}, {}, {}
    for name, given in tables().items():
        dataset = lance.dataset(**place(database, name))
        storage[name] = dataset.data_storage_version
        data = dataset.to_table()
        for column in given.column_names:
            seen[column] = describe(data[column].to_pylist(), given[column].to_pylist())
            types[column] = str(data[column].type)
    return {"pylance": seen, "daft": read_with_daft(database), "types": types, "storage": storage}


def read_with_daft(database: str) -> dict:
    import daft

    at = place(database, "plain")
    options = at["storage_options"]
    os.environ.update(
        OSS_ENDPOINT=options["oss_endpoint"],
        OSS_ACCESS_KEY_ID=options["oss_access_key_id"],
        OSS_ACCESS_KEY_SECRET=options["oss_secret_access_key"],
        OSS_SECURITY_TOKEN=options["oss_security_token"],
    )
    data, given = daft.read_lance(at["uri"]).to_pydict(), tables()["plain"]
    # Daft takes a date64 for a timestamp.
    data["date64"] = [value and value.date() for value in data["date64"]]
    return {column: describe(data[column], given[column].to_pylist()) for column in given.column_names}


if __name__ == "__main__":
    steps = {"streams": streams, "write": write, "check": check}
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
