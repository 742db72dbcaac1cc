"""TPC-H's tables and queries, with DuckDB's own answers.

    tpch.py SCALE FOLDER    writes each table there as an Arrow IPC stream, NAME.arrows; prints the names of the tables,
                            and of each query its text, its columns and its rows, as JSON; all values but floats and
                            nulls are text
"""

import json
import re
import sys
from datetime import date
from pathlib import Path

import duckdb
import duckdb_extension_tpch
import pyarrow as pa

SCHEMA = "tpch"


def main(scale: str, folder: str) -> dict:
    database = open_database()
    database.execute(f"CREATE SCHEMA {SCHEMA}")
    database.execute(f"CALL dbgen(sf = {float(scale)}, schema = '{SCHEMA}')")
    tables = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()]
    for name in tables:
        rows = database.table(f"{SCHEMA}.{name}").to_arrow_reader()
        with pa.ipc.new_stream(Path(folder, f"{name}.arrows"), rows.schema) as writer:
            for batch in rows:
                writer.write_batch(batch)
    statements = database.execute("SELECT query FROM tpch_queries() ORDER BY query_nr").fetchall()
    return {"tables": tables, "queries": [ask(database, qualify(text, tables)) for (text,) in statements]}


def open_database() -> duckdb.DuckDBPyConnection:
    [extension] = Path(duckdb_extension_tpch.__file__).parent.glob("**/tpch.duckdb_extension")
    database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    database.execute(f"LOAD '{extension}'")
    return database


def qualify(statement: str, tables: list) -> str:
    """The statement with the schema before every table; a column of a table's name follows none of these words."""
    names = "|".join(tables)
    return re.sub(rf"(\bFROM\s+|\bJOIN\s+|,\s*)({names})\b", rf"\1{SCHEMA}.\2", statement, flags=re.IGNORECASE)


def ask(database: duckdb.DuckDBPyConnection, statement: str) -> dict:
    answer = database.execute(statement)
    columns = [column[0] for column in answer.description]
    return {"text": statement, "columns": columns, "rows": [[plain(value) for value in row] for row in answer.fetchall()]}


def plain(value):
    if value is None or isinstance(value, float):
        return value
    return value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
