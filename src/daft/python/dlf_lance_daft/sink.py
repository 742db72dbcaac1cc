"""The rows of a frame into a Lance table: whoever works on them writes fragments, and one commit makes these a version."""

import itertools
from collections.abc import Iterator

import lance
import pyarrow as pa
from daft import DataType, Schema
from daft.io import DataSink
from daft.io.sink import WriteResult
from daft.recordbatch import MicroPartition

from .batches import conform
from .fragment_stream import FragmentStream
from .pace import last_step, pace
from .refusal import Refusal
from .source import connect_namespace, refuse_other_table

_result = [("version", DataType.int64()), ("rows", DataType.int64()), ("bytes", DataType.int64())]


class LanceSink(DataSink[list]):
    """
    @param target a table's `place`, the version it has (0 for none), the `mode`, and the version of its file format
    @param schema of the rows, in the order of their columns
    @param stream takes the rows where one process has all of them: Daft's own threads hand them over in small parts
    """

    def __init__(self, target: dict, schema: pa.Schema, stream: FragmentStream | None = None):
        self._stream = stream
        self._place = target["place"]
        self._mode = target["mode"]
        self._version_before = target["versionBefore"]
        self._storage_version = target["storageVersion"]
        self._arrow_schema = schema

    def name(self) -> str:
        return "dlf-lance"

    def schema(self) -> Schema:
        return Schema._from_field_name_and_types(_result)

    def write(self, micropartitions: Iterator[MicroPartition]) -> Iterator[WriteResult[list]]:
        counted = {"rows": 0, "bytes": 0}

        def batches():
            for part in micropartitions:
                with pace.take(last_step, len(part)):
                    for batch in part.to_arrow().to_batches():
                        counted["rows"] += batch.num_rows
                        counted["bytes"] += batch.nbytes
                        yield conform(batch, self._arrow_schema)

        if self._stream is None:
            fragments = self._write_fragments(batches())
        else:
            fragments = []
            for batch in batches():
                self._stream.put(batch, self._write_fragments)
        yield WriteResult(result=fragments, bytes_written=counted["bytes"], rows_written=counted["rows"])

    def _write_fragments(self, found: Iterator[pa.RecordBatch]) -> list:
        first = next(found, None)
        if first is None:
            return []
        location, access = self._locate()
        return lance.fragment.write_fragments(
            pa.RecordBatchReader.from_batches(self._arrow_schema, itertools.chain([first], found)),
            location,
            self._arrow_schema,
            mode=self._mode,
            data_storage_version=self._storage_version,
            **access,
        )

    def finalize(self, write_results: list[WriteResult[list]]) -> MicroPartition:
        fragments = [fragment for written in write_results for fragment in written.result]
        if self._stream is not None:
            fragments += self._stream.finish()
        rows = sum(written.rows_written for written in write_results)
        size = sum(written.bytes_written for written in write_results)
        version = self._version_before
        if self._mode != "append" or fragments:
            version = self._commit(fragments)
        return MicroPartition.from_pydict(
            {name: pa.array([value], pa.int64()) for (name, _), value in zip(_result, (version, rows, size), strict=True)}
        )

    def _commit(self, fragments: list) -> int:
        location, access = self._locate()
        if self._mode == "append":
            operation = lance.LanceOperation.Append(fragments)
        else:
            if self._mode == "create":
                refuse_others_data(location, access)
            operation = lance.LanceOperation.Overwrite(self._arrow_schema, fragments)
        # An append stands beside others' appends; what replaces rows must not replace ones it has not seen.
        retries = {} if self._mode == "append" else {"max_retries": 0}
        read_version = self._version_before or None
        return lance.LanceDataset.commit(location, operation, read_version=read_version, **retries, **access).version

    def _locate(self) -> tuple[str, dict]:
        """Where the table lies, and how it is reached from here: its keys are renewed where a namespace hands them out."""
        if self._place["kind"] == "path":
            return self._place["uri"], {"storage_options": self._place["storageOptions"]}
        from lance_namespace import DescribeTableRequest

        client = connect_namespace(self._place)
        described = client.describe_table(DescribeTableRequest(id=self._place["id"]))
        refuse_other_table(self._place, described.location)
        access = {"namespace_client": client, "table_id": self._place["id"]}
        return described.location, {"storage_options": described.storage_options, **access}


def refuse_others_data(location: str, access: dict) -> None:
    """A table declared where a dataset lies already would take that for its own."""
    try:
        lance.dataset(location, storage_options=access.get("storage_options"))
    except (FileNotFoundError, ValueError, OSError):
        return
    raise Refusal(
        "TableAlreadyExists",
        "a Lance dataset lies at its location already; use registerTable to give it this name",
    )
