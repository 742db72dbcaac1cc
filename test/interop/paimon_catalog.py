"""Apache Paimon's own Python client against the catalog at DLF_CONFIG, checked at every step."""

import json
import os

import pyarrow as pa
from pypaimon import CatalogFactory, Schema
from pypaimon.catalog.rest.property_change import PropertyChange
from pypaimon.schema.schema_change import SchemaChange

config = json.loads(os.environ["DLF_CONFIG"])


def connect(**changes: str):
    return CatalogFactory.create({"metastore": "rest", **config, **changes})


catalog = connect()
catalog.create_database("paimon", False, {"owner": "us"})
catalog.create_database("paimon", True)
assert "paimon" in catalog.list_databases()
catalog.alter_database("paimon", [PropertyChange.set_property("color", "blue")])
assert catalog.get_database("paimon").options["color"] == "blue"

columns = pa.schema([("id", pa.int64()), ("name", pa.string())])
schema = Schema.from_pyarrow_schema(columns, options={"type": "lance-table"})
names = [f"t{number:03}" for number in range(120)]
for name in names:
    catalog.create_table(f"paimon.{name}", schema, False)
catalog.create_table("paimon.t000", schema, True)
assert catalog.list_tables("paimon") == names, "more than one page"

page = catalog.list_tables_paged("paimon", max_results=50)
assert page.elements == names[:50] and page.next_page_token
assert catalog.list_tables_paged("paimon", table_name_pattern="t01%").elements == names[10:20]
assert catalog.list_tables_paged("paimon", table_type="table").elements == []

table = catalog.get_table("paimon.t000")
assert [field.name for field in table.fields] == ["id", "name"]
catalog.alter_table("paimon.t000", [SchemaChange.set_option("note", "hello")])
assert catalog.load_table_metadata(table.identifier).schema.options["note"] == "hello"
catalog.rename_table("paimon.t000", "paimon.renamed")
catalog.drop_table("paimon.t001", False)
assert set(catalog.list_tables("paimon")) == {*names, "renamed"} - {"t000", "t001"}

for wrong in ({"dlf.access-key-secret": "wrong"}, {"warehouse": "elsewhere"}):
    try:
        connect(**wrong).list_databases()
    except Exception:
        continue
    raise AssertionError(f"{wrong} was accepted")

catalog.drop_database("paimon", False, True)
assert "paimon" not in catalog.list_databases()
print("pypaimon: ok")
