"""The whole life of a table by PyLance over oss://, checked at every step; prints what is left of it as JSON.

    table_life.py DATABASE TABLE VERSIONS
"""

import json
import os
import sys
from datetime import timedelta

import lance
import lance_dlf
import pyarrow as pa
import pyarrow.compute as pc
from lance_namespace import (
    CreateNamespaceRequest,
    CreateTableRequest,
    DescribeTableRequest,
    DropNamespaceRequest,
    DropTableRequest,
    ListNamespacesRequest,
    ListTablesRequest,
)


def main(database: str, table: str, versions: int) -> None:
    namespace = lance_dlf.DLFNamespace(**json.loads(os.environ["DLF_CONFIG"]))
    table_id = [database, table]

    def rows(start: int, count: int) -> pa.Table:
        ids = pa.array(range(start, start + count), pa.int64())
        return pa.table({"id": ids, "name": [f"name-{i}" for i in range(start, start + count)], "score": pc.cast(ids, pa.float64())})

    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows(0, 100).schema) as writer:
        writer.write_table(rows(0, 100))
    namespace.create_table(CreateTableRequest(id=table_id), sink.getvalue().to_pybytes())
    assert table in namespace.list_tables(ListTablesRequest(id=[database])).tables
    namespace.create_namespace(CreateNamespaceRequest(id=["life"]))
    assert "life" in namespace.list_namespaces(ListNamespacesRequest(id=[])).namespaces
    namespace.drop_namespace(DropNamespaceRequest(id=["life"]))
    description = namespace.describe_table(DescribeTableRequest(id=table_id))
    location, options = description.location, description.storage_options
    assert location.startswith("oss://"), location

    def opened(version=None):
        return lance.dataset(location, version=version, storage_options=options)

    lance.write_dataset(rows(100, 50), location, mode="append", storage_options=options)
    dataset = opened()
    assert (dataset.version, dataset.count_rows()) == (2, 150)
    found = dataset.to_table(columns=["name"], filter="id >= 98 AND id < 102")
    assert found.to_pylist() == [{"name": f"name-{i}"} for i in range(98, 102)], found

    dataset.delete("id % 10 = 3")
    assert opened().count_rows() == 135
    dataset.update({"name": "'changed'"}, where="id < 10")
    assert opened().count_rows("name = 'changed'") == 9

    dataset = opened()
    dataset.tags.create("before", dataset.version)
    tagged = dataset.version
    dataset.create_scalar_index("id", "BTREE")
    assert opened().to_table(filter="id = 120").num_rows == 1
    metrics = opened().optimize.compact_files()
    assert metrics.fragments_removed > 0, metrics
    assert opened().count_rows() == 135
    assert opened("before").version == tagged
    assert opened(1).to_table() == rows(0, 100)

    # More than one part of a multipart upload.
    blob = pa.table({"id": pa.array([-1] * 12, pa.int64()), "name": [os.urandom(500_000).hex() for _ in range(12)], "score": [0.0] * 12})
    lance.write_dataset(blob, location, mode="append", storage_options=options)
    big = opened().to_table(filter="id = -1", columns=["name"])
    assert big.column("name").to_pylist() == blob.column("name").to_pylist()
    opened().delete("id = -1")

    start = opened().version
    for step in range(versions):
        lance.write_dataset(rows(1000 + step, 1), location, mode="append", storage_options=options)
    dataset = opened()
    assert dataset.version == start + versions, (dataset.version, start, versions)
    assert len(dataset.versions()) == dataset.version
    assert opened(start + versions // 2).count_rows() == 135 + versions // 2

    dataset.tags.delete("before")
    dataset.cleanup_old_versions(older_than=timedelta(0), delete_unverified=True)
    left = opened()
    print(json.dumps({"rows": left.count_rows(), "versions": len(left.versions()), "location": location}))
    namespace.drop_table(DropTableRequest(id=table_id))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
