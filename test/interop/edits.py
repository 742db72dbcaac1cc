"""What PyLance sees of a table, and what it changes; prints its answer as JSON.

    edits.py look DATABASE TABLE      rows, version, tags, indices and types
    edits.py change DATABASE TABLE    a tag, an index, an update and a blob table
    edits.py blobs DATABASE TABLE     puts a table of blobs, of the older kind, in place of the table's rows
"""

import json
import sys

import lance
import pyarrow as pa
from peer import describe_table, open_dataset


def look(database: str, table: str) -> dict:
    dataset, _ = open_dataset(database, table)
    return {
        "rows": dataset.to_table().to_pylist(),
        "version": dataset.version,
        "tags": {name: tag["version"] for name, tag in dataset.tags.list().items()},
        "indices": sorted([index.name, index.index_type] for index in dataset.describe_indices()),
        "types": {field.name: str(field.type) for field in dataset.schema},
        "fragments": len(dataset.get_fragments()),
        "storage": dataset.data_storage_version,
    }


def change(database: str, table: str) -> dict:
    dataset, _ = open_dataset(database, table)
    dataset.tags.create("python", dataset.version)
    dataset.create_scalar_index("id", "BTREE")
    dataset.update({"name": "'by python'"}, where="id = 3")
    return {"version": dataset.version}


def blobs(database: str, table: str) -> dict:
    description = describe_table(database, table)
    schema = pa.schema([pa.field("id", pa.int64()), pa.field("data", pa.large_binary(), metadata={"lance-encoding:blob": "true"})])
    data = pa.table({"id": [1, 2], "data": [b"first", b"second"]}, schema=schema)
    options = {"storage_options": description.storage_options, "data_storage_version": "2.1"}
    return {"version": lance.write_dataset(data, description.location, mode="overwrite", **options).version}


if __name__ == "__main__":
    steps = {"look": look, "change": change, "blobs": blobs}
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
