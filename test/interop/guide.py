"""The published guide's complete example, unchanged but for CONFIG (and the import that reads it)."""
from __future__ import annotations
from datetime import datetime
import json
import os
import daft
import lance_namespace
import pyarrow as pa
from lance_namespace import CreateTableRequest, DescribeTableRequest
import lance_dlf  # noqa: F401

CONFIG = json.loads(os.environ["DLF_CONFIG"])
DATABASE = "default"

def arrow_table_to_ipc_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue().to_pybytes()

def apply_oss_environment(storage_options: dict) -> None:
    os.environ["OSS_ENDPOINT"] = storage_options["oss_endpoint"]
    os.environ["OSS_ACCESS_KEY_ID"] = storage_options["oss_access_key_id"]
    os.environ["OSS_ACCESS_KEY_SECRET"] = storage_options["oss_secret_access_key"]
    if storage_options.get("oss_security_token"):
        os.environ["OSS_SECURITY_TOKEN"] = storage_options["oss_security_token"]
    if storage_options.get("oss_region"):
        os.environ["OSS_REGION"] = storage_options["oss_region"]

def main() -> None:
    ns = lance_namespace.connect("dlf", CONFIG)
    table_name = "test_lance_daft_" + datetime.now().strftime("%Y%m%d_%H%M%S")
    table_id = [DATABASE, table_name]
    rows = {"f0": [201, 202, 203], "f1": ["daft-a", "daft-b", "daft-c"]}
    response = ns.create_table(CreateTableRequest(id=table_id), arrow_table_to_ipc_bytes(pa.table(rows)))
    print("created:", ".".join(table_id))
    print("location:", response.location)
    desc = ns.describe_table(DescribeTableRequest(id=table_id))
    apply_oss_environment(desc.storage_options or {})
    df = daft.read_lance(desc.location)
    df.show()
    if df.to_pydict() != rows:
        raise AssertionError("Initial readback mismatch")
    more = {"f0": [204], "f1": ["daft-d"]}
    daft.from_pydict(more).write_lance(desc.location, mode="append").show()
    after = daft.read_lance(desc.location)
    after.show()
    if after.to_pydict() != {"f0": rows["f0"] + more["f0"], "f1": rows["f1"] + more["f1"]}:
        raise AssertionError("Daft append readback mismatch")
    print("daft + dlf + lance: ok")

if __name__ == "__main__":
    main()
