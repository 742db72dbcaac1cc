"""TPC-H's queries in DuckDB over Lance files, by its extension. One line of JSON on stdin for each order, and one as its answer.

    {"write": SCALE, "folder": PATH}   writes each table there as NAME.lance; answers with the tables and the texts of the queries
    {"query": NUMBER}                  runs a query, from 1; answers with the rows, and the peak memory in MB
"""

import json
import resource
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "interop"))

import duckdb_extension_lance
import lance

from tpc import open_database, qualify


def write(scale: float, folder: Path) -> list:
    """Files that are there already are kept."""
    database.execute(f"CREATE SCHEMA made; CALL dbgen(sf = {scale}, schema = 'made')")
    names = [name for (name,) in database.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()]
    database.execute(f"CREATE SCHEMA tpch")
    for name in names:
        path = folder / f"{name}.lance"
        if not path.exists():
            lance.write_dataset(database.table(f"made.{name}").to_arrow_reader(), str(path))
        database.execute(f"CREATE VIEW tpch.{name} AS SELECT * FROM '{path}'")
    database.execute("DROP SCHEMA made CASCADE")
    texts = database.execute("SELECT query FROM tpch_queries() ORDER BY query_nr").fetchall()
    queries.extend(qualify("tpch", text, names) for (text,) in texts)
    return [names, queries]


database = open_database("tpch")
[extension] = Path(duckdb_extension_lance.__file__).parent.glob("**/lance.duckdb_extension")
database.execute(f"LOAD '{extension}'")
queries = []

for line in sys.stdin:
    order = json.loads(line)
    if "write" in order:
        answer = write(order["write"], Path(order["folder"]))
    else:
        rows = database.execute(queries[order["query"] - 1]).to_arrow_table().num_rows
        answer = [rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024]
    print(json.dumps(answer), flush=True)
