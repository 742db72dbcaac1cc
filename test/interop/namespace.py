"""The whole surface of lance-dlf's DLFNamespace against the catalog in DLF_CONFIG; prints what each call answered."""

import io
import json
import os

import lance
import pyarrow as pa
from lance_dlf import DLFNamespace
from lance_namespace import (
    CreateNamespaceRequest,
    CreateTableRequest,
    DeclareTableRequest,
    DescribeNamespaceRequest,
    DescribeTableRequest,
    DropNamespaceRequest,
    DropTableRequest,
    ListNamespacesRequest,
    ListTablesRequest,
    NamespaceAlreadyExistsError,
    NamespaceExistsRequest,
    NamespaceNotFoundError,
    TableAlreadyExistsError,
    TableExistsRequest,
    TableNotFoundError,
)

answers = {}


def refused(kind, call) -> bool:
    try:
        call()
    except kind:
        return True
    return False


def ipc(table: pa.Table) -> bytes:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table)
    return out.getvalue()


ns = DLFNamespace(**json.loads(os.environ["DLF_CONFIG"]))
database = os.environ["DLF_DATABASE"]
answers["namespace_id"] = "lake" in ns.namespace_id()

ns.create_namespace(CreateNamespaceRequest(id=[database], properties={"team": "数据"}))
answers["create_namespace_twice"] = refused(
    NamespaceAlreadyExistsError, lambda: ns.create_namespace(CreateNamespaceRequest(id=[database]))
)
ns.create_namespace(CreateNamespaceRequest(id=[database], mode="ExistOk"))
answers["describe_namespace"] = ns.describe_namespace(DescribeNamespaceRequest(id=[database])).properties["team"]
ns.namespace_exists(NamespaceExistsRequest(id=[database]))
answers["namespace_missing"] = refused(
    NamespaceNotFoundError, lambda: ns.namespace_exists(NamespaceExistsRequest(id=["missing"]))
)
answers["list_namespaces"] = database in ns.list_namespaces(ListNamespacesRequest(id=[])).namespaces

rows = pa.table({"id": [1, 2, 3]})
ns.create_table(CreateTableRequest(id=[database, "created"], properties={"k": "v"}), ipc(rows))
answers["create_table_twice"] = refused(
    TableAlreadyExistsError, lambda: ns.create_table(CreateTableRequest(id=[database, "created"]), ipc(rows))
)
declared = ns.declare_table(DeclareTableRequest(id=[database, "declared"]))
answers["declare_table"] = declared.location.startswith("oss://")
answers["list_tables"] = sorted(ns.list_tables(ListTablesRequest(id=[database])).tables)
ns.table_exists(TableExistsRequest(id=[database, "created"]))
answers["table_missing"] = refused(
    TableNotFoundError, lambda: ns.table_exists(TableExistsRequest(id=[database, "missing"]))
)
described = ns.describe_table(DescribeTableRequest(id=[database, "created"]))
answers["storage_options"] = sorted(described.storage_options)
answers["notified"] = bool(described.properties["dlf.lance.commit-uuid"])
dataset = lance.dataset(described.location, storage_options=described.storage_options)
answers["rows"] = dataset.count_rows()
ns.notify_lance_commit([database, "created"])
again = ns.describe_table(DescribeTableRequest(id=[database, "created"]))
answers["notified_again"] = (
    again.properties["dlf.lance.commit-uuid"] != described.properties["dlf.lance.commit-uuid"]
)
ns.drop_table(DropTableRequest(id=[database, "created"]))
ns.drop_table(DropTableRequest(id=[database, "declared"]))
answers["drop_table_twice"] = refused(
    TableNotFoundError, lambda: ns.drop_table(DropTableRequest(id=[database, "created"]))
)
ns.drop_namespace(DropNamespaceRequest(id=[database]))
answers["drop_namespace_twice"] = refused(
    NamespaceNotFoundError, lambda: ns.drop_namespace(DropNamespaceRequest(id=[database]))
)
ns.drop_namespace(DropNamespaceRequest(id=[database], mode="Skip"))
print(json.dumps(answers))
