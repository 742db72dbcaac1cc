"""TPC-H's or TPC-DS's tables and queries, with DuckDB's own answers.

    tpc.py tpch|tpcds SCALE FOLDER    writes each table there as an Arrow IPC stream, NAME.arrows; prints the names of the
                                      tables, and of each query its text, its columns and its rows, as JSON; all values
                                      but floats and nulls are text
"""

import importlib
import json
import re
import sys
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

GENERATORS = {"tpch": "dbgen", "tpcds": "dsdgen"}


def main(benchmark: str, scale: str, folder: str) -> dict:
    """The tables are made in a schema of the benchmark's name, as they are in the lake."""
    database = open_database(benchmark)
    database.execute(f"CREATE SCHEMA {benchmark}")
    database.execute(f"CALL {GENERATORS[benchmark]}(sf = {float(scale)}, schema = '{benchmark}')")
    tables = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()]
    for name in tables:
        rows = database.table(f"{benchmark}.{name}").to_arrow_reader()
        with pa.ipc.new_stream(Path(folder, f"{name}.arrows"), rows.schema) as writer:
            for batch in rows:
                writer.write_batch(batch)
    statements = database.execute(f"SELECT query FROM {benchmark}_queries() ORDER BY query_nr").fetchall()
    return {"tables": tables, "queries": [ask_in(benchmark, database, text, tables) for (text,) in statements]}


def open_database(benchmark: str) -> duckdb.DuckDBPyConnection:
    package = importlib.import_module(f"duckdb_extension_{benchmark}")
    [extension] = Path(package.__file__).parent.glob(f"**/{benchmark}.duckdb_extension")
    database = duckdb.connect(config={"allow_unsigned_extensions": "true"})
    database.execute(f"LOAD '{extension}'")
    return database


def ask_in(schema: str, database: duckdb.DuckDBPyConnection, statement: str, tables: list) -> dict:
    try:
        return ask(database, qualify(schema, statement, tables))
    except duckdb.BinderException:  # A column, or a name that the statement gives, is called as a table is.
        return ask(database, name_first(schema, statement, tables))


def qualify(schema: str, statement: str, tables: list) -> str:
    """The statement with the schema before every table."""
    names = "|".join(tables)
    return re.sub(rf"(\bFROM\s+|\bJOIN\s+|,\s*)({names})\b(?!\s*\.)", rf"\1{schema}.\2", statement, flags=re.IGNORECASE)


def name_first(schema: str, statement: str, tables: list) -> str:
    """The statement behind a WITH that gives each of its tables the name without the schema."""
    named = ", ".join(f"{name} AS (SELECT * FROM {schema}.{name})" for name in tables if re.search(rf"\b{name}\b", statement))
    own = re.match(r"\s*WITH\s", statement, flags=re.IGNORECASE)
    return f"WITH {named} {statement}" if own is None else f"WITH {named}, {statement[own.end():]}"


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
