"""Builds Daft frames from the steps of a program. Columns have opaque names; a step that is not known is refused."""

import base64
import itertools

import daft
import pyarrow as pa
from daft import DataType, Window, col, lit
from daft.functions import (
    dense_rank,
    first_value,
    lag,
    last_value,
    lead,
    monotonically_increasing_id,
    rank,
    row_number,
)

from .pace import pace
from .refusal import Refusal
from .source import LanceScan, LanceSource
from .tally import ClusterTally, here
from .terms import Rows, Terms

_row = "row"
_numbers = itertools.count()
_all_rows = 2**53


def read_schema(text: str) -> pa.Schema:
    return pa.ipc.open_stream(base64.b64decode(text)).schema


class Program:
    """
    @param rows tables that came with the request, by their numbers
    @param tally of what is read, where many processes read a table
    """

    def __init__(self, document: dict, rows: list[pa.Table], tally: ClusterTally | None = None):
        self._tally = tally
        self._types = read_schema(document["types"])
        self._terms = Terms(self._types)
        self._rows = rows
        self.result = read_schema(document["result"])
        self._plan = document["plan"]
        self._places = document["places"]

    def frame(self) -> daft.DataFrame:
        return self._build(self._plan)

    def _build(self, step: dict) -> daft.DataFrame:
        build = _steps.get(step.get("step"))
        if build is None:
            raise Refusal("Unsupported", f"Cannot run a step called {step.get('step')!r} on Daft")
        return build(self, step)

    def _fields(self, columns: list) -> pa.Schema:
        return pa.schema([pa.field(name, self._terms.type(kind)) for name, kind in columns])

    def _scan(self, step: dict) -> daft.DataFrame:
        names = [name for _, name, _ in step["columns"]]
        columns = [(column, kind) for column, _, kind in step["columns"]]
        fields = self._fields(columns) if columns else pa.schema([pa.field("none", pa.uint64())])
        scan = LanceScan(self._places[step["place"]], names, fields, step, self._tally or here)
        return LanceSource(scan, is_split=self._tally is not None).read()

    def _given(self, step: dict) -> daft.DataFrame:
        table = self._rows[step["rows"]]
        fields = self._fields(step["columns"])
        arrays = []
        for place, field in zip(step["places"], fields, strict=True):
            column = table.column(place).combine_chunks()
            if isinstance(column, pa.ChunkedArray):
                column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.nulls(0, column.type)
            if pa.types.is_dictionary(column.type):
                column = column.dictionary_decode()
            arrays.append(column.cast(field.type))
        if not arrays:
            fields, arrays = pa.schema([pa.field("none", pa.uint64())]), [pa.nulls(table.num_rows, pa.uint64())]
        return daft.from_arrow(pa.Table.from_arrays(arrays, schema=fields))

    def _compute(self, reads: list[str], term: dict, kind: pa.DataType, label: str = "a column"):
        """
        A term over a step's columns; one that reads none still gets one, for the number of rows.
        @param label what it is called in an error
        """
        terms = self._terms
        # Daft takes two calls of one name with the same columns for the same.
        step = f"compute_{next(_numbers)}"

        def compute(*series):
            columns = {name: _as_array(part) for name, part in zip(reads, series, strict=True)}
            rows = len(series[0])
            with pace.take(step, rows):
                result = terms.compute(term, Rows(columns, rows), label)
                return result if result.type == kind else result.cast(kind)

        compute.__name__ = compute.__qualname__ = step
        function = daft.func.batch(return_dtype=DataType.from_arrow_type(kind), use_process=False)(compute)
        return function(*[col(name) for name in reads])

    def _project(self, step: dict) -> daft.DataFrame:
        columns = []
        for column in step["columns"]:
            if "from" in column:
                columns.append(col(column["from"]).alias(column["name"]))
                continue
            kind = self._terms.type(column["type"])
            columns.append(self._compute(column["reads"], column["term"], kind, column.get("label", "a column")).alias(column["name"]))
        return self._build(step["input"]).select(*columns)

    def _filter(self, step: dict) -> daft.DataFrame:
        """By a column: of three batch functions in conditions one after the other Daft 0.7.26 forgets some."""
        frame = self._build(step["input"])
        kept = f"kept_{next(_numbers)}"
        condition = self._compute(step["reads"], step["term"], pa.bool_(), "a condition").alias(kept)
        names = [col(name) for name in frame.column_names]
        return frame.select(*names, condition).where(col(kept)).select(*names)

    def _limit(self, step: dict) -> daft.DataFrame:
        frame = self._build(step["input"])
        if step["offset"]:
            frame = frame.offset(step["offset"])
        # Daft has no offset without a limit.
        return frame.limit(_all_rows if step["count"] is None else step["count"])

    def _sort(self, step: dict) -> daft.DataFrame:
        """Equal rows keep their order: their place is the last key."""
        frame = self._build(step["input"])
        if step.get("isUnique"):
            return frame.sort(*_order(step["keys"]))
        keys = [*step["keys"], {"column": _row, "descending": False, "nullsFirst": False}]
        return frame.with_column(_row, monotonically_increasing_id()).sort(*_order(keys)).exclude(_row)

    def _number(self, step: dict) -> daft.DataFrame:
        return self._build(step["input"]).with_column(step["name"], monotonically_increasing_id())

    def _window(self, step: dict) -> daft.DataFrame:
        frame = self._build(step["input"])
        # Daft 0.7.26 has no frames of rows where there is no partition.
        window = Window().partition_by(*([col(name) for name in step["partition"]] or [lit(1)]))
        if step["order"]:
            keys, descending, nulls_first = _order(step["order"])
            window = window.order_by(*keys, desc=descending, nulls_first=nulls_first)
        functions = [_window_function(part, window).alias(part["name"]) for part in step["functions"]]
        return frame.select(*[col(name) for name in frame.column_names], *functions)

    def _distinct(self, step: dict) -> daft.DataFrame:
        return self._build(step["input"]).distinct(*[col(name) for name in step["on"]])

    def _explode(self, step: dict) -> daft.DataFrame:
        return self._build(step["input"]).explode(col(step["column"]))

    def _concat(self, step: dict) -> daft.DataFrame:
        return self._build(step["input"]).concat(self._build(step["other"]))

    def _join(self, step: dict) -> daft.DataFrame:
        frame, other = self._build(step["input"]), self._build(step["other"])
        if step["kind"] == "cross":
            return frame.join(other, how="cross")
        how = _join_kinds[step["kind"]]
        return frame.join(
            other,
            left_on=[col(name) for name in step["left"]],
            right_on=[col(name) for name in step["right"]],
            how=how,
        )

    def _aggregate(self, step: dict) -> daft.DataFrame:
        frame = self._build(step["input"])
        aggregates = [_aggregate(part) for part in step["aggregates"]]
        keys = [col(name) for name in step["keys"]]
        if not keys:
            return frame.agg(*aggregates)
        return frame.groupby(*keys).agg(*aggregates) if aggregates else frame.select(*keys).distinct()


def _order(keys: list[dict]) -> tuple[list, list[bool], list[bool]]:
    return (
        [col(key["column"]) for key in keys],
        [key["descending"] for key in keys],
        [key["nullsFirst"] for key in keys],
    )


def _window_function(part: dict, window: Window):
    if part["function"] in _ranks:
        return _ranks[part["function"]]().over(window)
    column = col(part["column"])
    if part["function"] in _shifts:
        return _shifts[part["function"]](column, part["offset"]).over(window)
    if "frame" in part:
        start, end = part["frame"]
        window = window.rows_between(
            Window.unbounded_preceding if start is None else start,
            Window.unbounded_following if end is None else end,
        )
    if part["function"] in _edges:
        return _edges[part["function"]](column, part.get("ignoreNulls", False)).over(window)
    return _find_aggregate(part["function"])(column).over(window)


def _aggregate(part: dict):
    return _find_aggregate(part["function"])(col(part["column"])).alias(part["name"])


def _find_aggregate(name: str):
    function = _aggregates.get(name)
    if function is None:
        raise Refusal("Unsupported", f"Cannot run an aggregate called {name!r} on Daft")
    return function


def _as_array(series) -> pa.Array:
    array = series.to_arrow()
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


_join_kinds = {"inner": "inner", "left": "left", "right": "right", "full": "outer", "semi": "semi", "anti": "anti"}

_ranks = {"rowNumber": row_number, "rank": rank, "denseRank": dense_rank}
_shifts = {"lag": lag, "lead": lead}
_edges = {"firstValue": first_value, "lastValue": last_value}

_aggregates = {
    "count": lambda column: column.count("valid"),
    "countRows": lambda column: column.count("all"),
    "countDistinct": lambda column: column.count_distinct(),
    "sum": lambda column: column.sum(),
    "min": lambda column: column.min(),
    "max": lambda column: column.max(),
}

_steps = {
    "scan": Program._scan,
    "rows": Program._given,
    "project": Program._project,
    "filter": Program._filter,
    "limit": Program._limit,
    "sort": Program._sort,
    "number": Program._number,
    "window": Program._window,
    "distinct": Program._distinct,
    "explode": Program._explode,
    "concat": Program._concat,
    "join": Program._join,
    "aggregate": Program._aggregate,
}
