"""One version of a Lance table as Daft reads it: only what the scan asks for, in the order of the table."""

import asyncio
import copy
import json
import threading
from collections.abc import AsyncIterator, Iterator

import pyarrow as pa
from daft import Schema
from daft.io.source import DataSource, DataSourceTask
from daft.recordbatch import RecordBatch

from .pace import pace
from .refusal import Refusal, refuse_replacement
from .tally import ClusterTally, Tally

# Each batch costs Python and Daft most of a millisecond, however few rows it has.
_batch_rows = 1 << 18
# Of rows that are wide: images, embeddings.
_batch_bytes = 32 << 20
_kept_tables = 64
_tables: dict[str, object] = {}
_lock = threading.Lock()


def open_table(place: dict):
    """The table at its version. Opened once a process; its keys are renewed where the place has a namespace."""
    import lance

    key = json.dumps(place, sort_keys=True)
    with _lock:
        known = _tables.get(key)
        if known is not None:
            return known
        version = place.get("version")
        kind = place.get("kind")
        if kind == "path":
            options = place.get("storageOptions") or None
            table = lance.dataset(place["uri"], version=version, storage_options=options)
        elif kind == "namespace":
            client = connect_namespace(place)
            table = lance.dataset(namespace_client=client, table_id=place["id"], version=version)
            refuse_other_table(place, table.uri)
        else:
            raise Refusal("Unsupported", f"Cannot read a table at a place of kind {kind!r}")
        if len(_tables) >= _kept_tables:
            _tables.pop(next(iter(_tables)))
        _tables[key] = table
        return table


def _plain(column: pa.Array) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    return column.dictionary_decode() if pa.types.is_dictionary(column.type) else column


def connect_namespace(place: dict):
    implementation = place["implementation"]
    if implementation == "rest":
        import lance_namespace

        return lance_namespace.connect("rest", place["properties"])
    if implementation == "dlf":
        from .namespace import RenewingNamespace

        return RenewingNamespace((place.get("expected") or {}).get("uuid"), **place["properties"])
    raise Refusal("Unsupported", f"Cannot read tables of a namespace {implementation!r}")


def refuse_other_table(place: dict, location: str) -> None:
    """@param location of the table that has the name now @raise Refusal when that is not the one that was meant"""
    expected = place.get("expected")
    if expected is not None and expected["location"].rstrip("/") != location.rstrip("/"):
        raise refuse_replacement()


class LanceScan:
    """What a scan asks for; travels to the workers."""

    def __init__(self, place: dict, columns: list, fields: pa.Schema, request: dict, tally: Tally | ClusterTally):
        self.place = place
        self.tally = tally
        self.columns = columns
        self.fields = fields
        self.filter = request.get("filter")
        self.limit = request.get("limit")
        self.offset = request.get("offset")
        self.fragments: list[int] | None = None

    def split(self) -> list["LanceScan"]:
        """The same rows in scans of one fragment each; this one where a limit makes their order matter."""
        if self.limit is not None or self.offset is not None:
            return [self]
        fragments = open_table(self.place).get_fragments()
        if len(fragments) < 2:
            return [self]
        scans = [copy.copy(self) for _ in fragments]
        for scan, fragment in zip(scans, fragments, strict=True):
            scan.fragments = [fragment.fragment_id]
        return scans

    def batches(self) -> Iterator[pa.RecordBatch]:
        table = open_table(self.place)
        options = {"columns": self.columns, "filter": self.filter, "batch_size": _batch_rows, "batch_size_bytes": _batch_bytes}
        if not self.columns:
            options["with_row_id"] = True
        if self.limit is not None:
            options["limit"] = self.limit
        if self.offset is not None:
            options["offset"] = self.offset
        if self.fragments is not None:
            options["fragments"] = [table.get_fragment(number) for number in self.fragments]
        for batch in table.scanner(**options).to_batches():
            self.tally.add(batch.num_rows, batch.nbytes)
            if batch.num_rows > 0:
                arrays = [_plain(column) for column in batch.columns]
                arrays = [
                    array if array.type == field.type else array.cast(field.type)
                    for array, field in zip(arrays, self.fields, strict=True)
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=self.fields)
        self.tally.flush()


def _next(batches: Iterator[pa.RecordBatch]) -> pa.RecordBatch | None:
    pace.wait()
    batch = next(batches, None)
    if batch is not None:
        pace.read(batch.num_rows, batch.nbytes)
    return batch


class LanceTask(DataSourceTask):
    def __init__(self, scan: LanceScan, schema: Schema):
        self._scan = scan
        self._schema = schema

    @property
    def schema(self) -> Schema:
        return self._schema

    async def read(self) -> AsyncIterator[RecordBatch]:
        # In a thread: Daft's loop goes on with other reads, and with what takes the rows.
        loop = asyncio.get_running_loop()
        batches = self._scan.batches()
        while (batch := await loop.run_in_executor(None, _next, batches)) is not None:
            yield RecordBatch.from_arrow_record_batches([batch], batch.schema)


class LanceSource(DataSource):
    """@param is_split whether workers read the table's fragments, each on its own"""

    def __init__(self, scan: LanceScan, is_split: bool = False):
        self._scan = scan
        self._is_split = is_split
        self._schema = Schema.from_pyarrow_schema(scan.fields)

    @property
    def name(self) -> str:
        return "dlf-lance"

    @property
    def schema(self) -> Schema:
        return self._schema

    async def get_tasks(self, pushdowns) -> AsyncIterator[LanceTask]:
        # Here one task: Daft numbers and limits the rows of several as they come, not in the order of the tasks.
        for scan in self._scan.split() if self._is_split else [self._scan]:
            yield LanceTask(scan, self._schema)
