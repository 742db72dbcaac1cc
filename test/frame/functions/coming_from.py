"""Evaluates what docs/coming-from.md says for pandas and SQL (DuckDB), over rows of each kind.

Takes the expressions as JSON, {"pandas": [...], "sql": [...]}; prints, of tables whose numbers are floats and whole, for
SQL with nulls among them and for pandas without, the Arrow IPC stream in base64 and the values of each expression, or the
text of its error.
"""

import base64
import datetime as dt
import json
import math
import sys
import warnings

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa


MOMENTS = [dt.datetime(2024, 2, 29, 23, 59, 59, 123456), None, dt.datetime(1969, 12, 31, 23, 0, 1), dt.datetime(2021, 1, 3, 12, 30)]
WHOLE = pa.list_(pa.int64())
COLUMNS = {
    "x2": ([2, 1, None, 4], None),
    "y": (["a-b", None, "Abcaab", "é,a"], pa.string()),
    "y2": (["b", "a", None, ""], pa.string()),
    "t": (MOMENTS, pa.timestamp("us")),
    "t2": ([dt.datetime(2024, 2, 28, 1), dt.datetime(2000, 1, 1), None, dt.datetime(2022, 1, 3)], pa.timestamp("us")),
    "z": (MOMENTS, pa.timestamp("us", "UTC")),
    "o": ([dt.timedelta(days=1, hours=12), None, dt.timedelta(seconds=-90), dt.timedelta(0)], pa.duration("us")),
    "l": ([[3, 1, None, 1], [], None, [2]], WHOLE),
    "l2": ([[1, 5], [7], [1], None], WHOLE),
    "ll": ([[[1], [2, 3]], [], None, [[None]]], pa.list_(WHOLE)),
    "bs": ([[True, False], [True], None, [True, None]], pa.list_(pa.bool_())),
    "texts": ([["a", "b"], [], None, ["é", None]], pa.list_(pa.string())),
    "v": ([[1, 0], [0, 2], [3, 4], [1, 1]], pa.list_(pa.float64(), 2)),
    "s": ([{"a": 1, "b": "x"}, None, {"a": None, "b": "é"}, {"a": 3, "b": ""}], pa.struct([("a", pa.int64()), ("b", pa.string())])),
    "b": ([True, None, False, True], pa.bool_()),
    "b2": ([True, True, None, False], pa.bool_()),
    "m": ([[("a", 1), ("b", 2)], [], None, [("a", None)]], pa.map_(pa.string(), pa.int64())),
    "bytes": ([b"ab", b"", None, "é".encode()], pa.binary()),
    "hex": (["6162", "", None, "c3a9"], pa.string()),
    "base64": (["aGk=", "", None, "w6k="], pa.string()),
    "json": (["[1, 2]", "[]", None, "[7]"], pa.string()),
    "day": (["29.02.2024", "01.01.1970", None, "31.12.1999"], pa.string()),
}


def make_table(x: list, numbers: pa.DataType, fill) -> pa.Table:
    columns = {"x": (x, numbers), **COLUMNS}
    return pa.table({name: pa.array(fill(values), type or numbers) for name, (values, type) in columns.items()})


def without_null(values: list) -> list:
    """With the first value, or 1, in place of null, in lists too: to pandas a null among numbers is NaN."""
    first = 1 if values[0] is None else values[0]
    filled = [first if value is None else value for value in values]
    return [without_null(value) if isinstance(value, list) and value and not isinstance(value[0], tuple) else value for value in filled]


def ask_duckdb(connection: duckdb.DuckDBPyConnection, code: str) -> list:
    try:
        rows = connection.execute(f"SELECT value FROM (SELECT {code} AS value, i FROM t) ORDER BY i").fetchall()
    except duckdb.BinderException:  # an aggregate
        rows = connection.execute(f"SELECT {code} FROM t").fetchall()
    except duckdb.InvalidInputException:  # a time with a zone, for which this needs a package that is not there
        return connection.execute(f"SELECT {code} FROM t ORDER BY i").to_arrow_table().column(0).to_pylist()
    return [value for (value,) in rows]


def ask_pandas(frame: pd.DataFrame, code: str) -> list:
    value = eval(code, {"df": frame, "pd": pd, "np": np, "json": json})  # noqa: S307
    value = value.sort_index() if isinstance(value, pd.Series) else value
    return value.tolist() if hasattr(value, "tolist") and hasattr(value, "__len__") else [value]


def plain(value):
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, (float, np.floating)):
        return None if math.isnan(value) else float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, (bool, np.bool_)):
        return bool(value)
    if isinstance(value, (int, np.integer)):
        return int(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, dt.timedelta):
        return write_duration(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None:
        return value.astimezone(dt.timezone.utc).isoformat().replace("+00:00", "Z")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    return str(value)


def write_duration(value: dt.timedelta) -> str:
    size = abs(value)
    clock = str(dt.timedelta(microseconds=size // dt.timedelta(microseconds=1) % 86_400_000_000)).zfill(8)
    return ("-" if value < dt.timedelta(0) else "") + (f"{size.days}d " if size.days else "") + clock


def attempt(ask, over, code: str):
    try:
        return [plain(value) for value in ask(over, code)]
    except Exception as error:  # noqa: BLE001 what a cell of the page does wrong is reported with its text
        return f"{type(error).__name__}: {error}"


def main() -> list:
    warnings.simplefilter("ignore")
    asked = json.load(sys.stdin)
    answers = []
    for language, fill in ("sql", list), ("pandas", without_null):
        for x, numbers in ([0.5, None, 0.25, 0.75], pa.float64()), ([3, None, 2, 7], pa.int64()):
            table = make_table(x, numbers, fill)
            sink = pa.BufferOutputStream()
            with pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
            connection = duckdb.connect()
            connection.execute("SET TimeZone = 'UTC'; SET default_null_order = 'nulls_last'; SET threads = 1")
            connection.register("t", table.append_column("i", pa.array(range(len(table)))))
            ask, over = (ask_duckdb, connection) if language == "sql" else (ask_pandas, table.to_pandas())
            values = [attempt(ask, over, code) for code in asked[language]]
            answers.append({"language": language, "rows": base64.b64encode(sink.getvalue()).decode(), "values": values})
    return answers


json.dump(main(), sys.stdout)
