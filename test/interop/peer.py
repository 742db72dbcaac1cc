"""One step of the Python reference stack on a table, named on the command line; prints its answer as JSON.

    peer.py describe|append DATABASE TABLE    lance-dlf's own namespace, opened and written with PyLance
    peer.py types DATABASE TABLE              column types and numbers of nulls, as PyLance sees them
    peer.py daft LOCATION                     Daft, with nothing but OSS_* variables
    peer.py commits LOCATION WRITER APPENDS   PyLance appends, one row each, counting from WRITER * 1000
"""

import json
import os
import sys


def describe(database: str, table: str) -> dict:
    dataset, location = open_dataset(database, table)
    return {"location": location, "rows": dataset.to_table().to_pylist(), "version": dataset.version}


def append(database: str, table: str) -> dict:
    import lance
    import pyarrow as pa

    dataset, location = open_dataset(database, table)
    row = pa.table({"f0": pa.array([205], pa.int64()), "f1": ["pylance-e"]}, schema=dataset.schema)
    written = lance.write_dataset(row, location, mode="append", storage_options=storage_options(database, table))
    return {"version": written.version}


def types(database: str, table: str) -> dict:
    data = open_dataset(database, table)[0].to_table()
    return {
        "schema": {field.name: str(field.type) for field in data.schema},
        "nulls": {name: data.column(name).null_count for name in data.column_names},
    }


def open_dataset(database: str, table: str):
    import lance

    description = describe_table(database, table)
    return lance.dataset(description.location, storage_options=description.storage_options), description.location


def storage_options(database: str, table: str) -> dict:
    return describe_table(database, table).storage_options


def describe_table(database: str, table: str):
    import lance_dlf
    from lance_namespace import DescribeTableRequest

    namespace = lance_dlf.DLFNamespace(**json.loads(os.environ["DLF_CONFIG"]))
    return namespace.describe_table(DescribeTableRequest(id=[database, table]))


def daft(location: str) -> dict:
    import daft

    return {"columns": daft.read_lance(location).to_pydict()}


def commits(location: str, writer: str, appends: str) -> dict:
    import lance
    import pyarrow as pa

    for step in range(int(appends)):
        value = int(writer) * 1000 + step
        lance.write_dataset(pa.table({"value": pa.array([value], pa.int64())}), location, mode="append")
    return {"acknowledged": int(appends)}


if __name__ == "__main__":
    steps = {"describe": describe, "append": append, "types": types, "daft": daft, "commits": commits}
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
