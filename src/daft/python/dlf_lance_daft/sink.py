"""The rows of a frame into a Lance table by all workers of a cluster: each writes fragments of its own."""

from collections.abc import Iterator

import pyarrow as pa
from daft import DataType, Schema
from daft.io import DataSink
from daft.io.sink import WriteResult
from daft.recordbatch import MicroPartition

from .batches import conform
from .pace import last_step, pace
from .target import Target

_result = [("version", DataType.int64()), ("rows", DataType.int64()), ("bytes", DataType.int64())]


class LanceSink(DataSink[list]):
    def __init__(self, target: Target):
        self._target = target

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
                        yield conform(batch, self._target.schema)

        fragments = self._target.write_fragments(batches())
        yield WriteResult(result=fragments, bytes_written=counted["bytes"], rows_written=counted["rows"])

    def finalize(self, write_results: list[WriteResult[list]]) -> MicroPartition:
        fragments = [fragment for written in write_results for fragment in written.result]
        rows = sum(written.rows_written for written in write_results)
        size = sum(written.bytes_written for written in write_results)
        version = self._target.commit(fragments)
        return MicroPartition.from_pydict(
            {name: pa.array([value], pa.int64()) for (name, _), value in zip(_result, (version, rows, size), strict=True)}
        )
