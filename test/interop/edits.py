"""What PyLance sees of a table, and what it changes; prints its answer as JSON.

    edits.py look DATABASE TABLE      rows, version, tags, indices and types
    edits.py change DATABASE TABLE    a tag, an index, an update and a blob table
    edits.py blobs DATABASE TABLE     puts a column of blobs in place of the table's columns; old-blobs: of the older kind
    edits.py tags DATABASE TABLE      the rows behind each tag, and the data files that no version needs
    edits.py branch DATABASE TABLE    makes a branch of the newest version
    edits.py large-lists DATABASE TABLE  puts large lists in their place
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


def tags(database: str, table: str) -> dict:
    dataset, location = open_dataset(database, table)
    rows = {}
    for name, tag in dataset.tags.list().items():
        tagged = dataset.checkout_version(tag["version"])
        tagged.validate()
        rows[name] = sorted(tagged.to_table().to_pylist(), key=lambda row: row["id"])
    versions = [version["version"] for version in dataset.versions()]
    needed = {
        file.path
        for version in versions
        for fragment in dataset.checkout_version(version).get_fragments()
        for file in fragment.data_files()
    }
    return {"rows": rows, "versions": versions, "files": sorted(needed)}


def branch(database: str, table: str) -> dict:
    dataset, _ = open_dataset(database, table)
    dataset.create_branch("side")
    return {"version": dataset.version}


def blobs(database: str, table: str) -> dict:
    description = describe_table(database, table)
    values = [b"first", None, b"third" * 1000]
    schema = pa.schema([pa.field("id", pa.int64()), lance.blob_field("data")])
    data = pa.table({"id": pa.array([1, 2, 3], pa.int64()), "data": lance.blob_array(values)}, schema=schema)
    return overwrite(description, data, "2.2")


def old_blobs(database: str, table: str) -> dict:
    description = describe_table(database, table)
    metadata = {"lance-encoding:blob": "true"}
    schema = pa.schema([pa.field("id", pa.int64()), pa.field("data", pa.large_binary(), metadata=metadata)])
    return overwrite(description, pa.table({"id": [1, 2], "data": [b"first", b"second"]}, schema=schema), "2.1")


def large_lists(database: str, table: str) -> dict:
    description = describe_table(database, table)
    columns = {
        "id": pa.array([1, 2], pa.int64()),
        "name": pa.array(["a", "b"]),
        "tags": pa.array([["x"], None], pa.large_list(pa.string())),
    }
    return overwrite(description, pa.table(columns), "2.2")


def overwrite(description, data: pa.Table, storage: str) -> dict:
    options = {"storage_options": description.storage_options, "data_storage_version": storage}
    return {"version": lance.write_dataset(data, description.location, mode="overwrite", **options).version}


if __name__ == "__main__":
    steps = {"look": look, "change": change, "blobs": blobs, "old-blobs": old_blobs, "large-lists": large_lists}
    steps |= {"tags": tags, "branch": branch}
    print(json.dumps(steps[sys.argv[1]](*sys.argv[2:])))
