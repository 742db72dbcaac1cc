"""Runs one request."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyarrow as pa

from .batches import conform
from .pace import last_step, pace
from .plan import Program
from .slots import write_stream
from .tally import ClusterTally, Tally, here
from .wire import Wire

if TYPE_CHECKING:
    from .target import Target

_progress_seconds = 0.2
_sent_rows = 65_536
# Of rows that are wide.
_sent_bytes = 4 << 20
# The other process reads each piece into separate memory. Its C library maps what has a megabyte, at the cost of all its pages.
_piece_bytes = 900_000
_full_fragment_rows = 1 << 20
_full_fragment_bytes = 512 << 20
# Larger ones would leave memory behind that is shared for good.
_largest_shared = 64 << 20


def run(wire: Wire, head: dict, bodies: list[bytes], tally: ClusterTally | None) -> dict:
    """Sends the rows of a program. @param tally on Ray alone. @return what is reported about the run"""
    program = Program(head["program"], read_tables(bodies), tally)
    if tally is None:
        pace.begin()
    with Progress(wire, tally or here):
        return send(program, wire) if "target" not in head else write(program, head["target"], tally is not None)


def send(program: Program, wire: Wire) -> dict:
    rows = bytes_sent = 0
    for batch in program.frame().to_arrow_iter(results_buffer_size=2):
        with pace.take(last_step, batch.num_rows):
            for part in cut(conform(batch, program.result), _sent_bytes, _sent_rows):
                rows += part.num_rows
                bytes_sent += send_batch(wire, part)
    return {"rows": rows, "bytes": bytes_sent}


def cut(batch: pa.RecordBatch, most_bytes: int, most_rows: int) -> Iterator[pa.RecordBatch]:
    """Parts of about so many bytes, and no more rows; none of a batch without rows, which Daft returns here and there."""
    if batch.num_rows == 0:
        return
    rows = max(1, min(most_rows, batch.num_rows * most_bytes // max(1, batch.nbytes)))
    # Even ones: a last part of a few rows costs as much as a full one.
    rows = max(1, -(-batch.num_rows // max(1, -(-batch.num_rows // rows))))
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)


def send_batch(wire: Wire, batch: pa.RecordBatch) -> int:
    """@return its size"""
    head = {"op": "batch", "rows": batch.num_rows}
    pieces = list(cut(batch, _piece_bytes, _sent_rows))
    put = None if wire.slots is None or batch.nbytes > _largest_shared else wire.slots.put(pieces)
    if put is not None:
        slot, sizes = put
        wire.send({**head, "slot": slot, "sizes": sizes})
        return sum(sizes)
    body = encode(pieces)
    wire.send(head, body)
    return len(body)


def read_tables(bodies: list[bytes]) -> list[pa.Table]:
    return [pa.ipc.open_stream(body).read_all() for body in bodies]


def write(program: Program, target: dict, is_on_ray: bool) -> dict:
    """Makes the rows a version of a table. @return its number, and how much it added"""
    from .target import Target

    table = Target(target, program.result)
    return write_by_workers(program, table) if is_on_ray else write_here(program, table)


def write_here(program: Program, table: Target) -> dict:
    """One stream, as Daft's own threads would hand over small parts, in any order."""
    counted = {"rows": 0, "bytes": 0}
    failures: list[Exception] = []

    def batches():
        try:
            for batch in program.frame().to_arrow_iter(results_buffer_size=2):
                with pace.take(last_step, batch.num_rows):
                    counted["rows"] += batch.num_rows
                    counted["bytes"] += batch.nbytes
                    if batch.num_rows > 0:
                        yield conform(batch, table.schema)
        except Exception as error:
            # Lance makes an error of its own of it.
            failures.append(error)
            raise

    try:
        fragments = table.write_fragments(batches())
    except Exception as error:
        raise (failures or [error])[0] from None
    return {"version": table.commit(fragments), **counted}


def write_by_workers(program: Program, table: Target) -> dict:
    from .sink import LanceSink

    # Daft computes all rows before it joins parts in any case; how many they are, only then is known.
    frame = program.frame()
    result = frame.collect()._result
    frame = frame.into_partitions(count_parts(len(result), result.size_bytes() or 0))
    written = frame.write_sink(LanceSink(table)).to_pydict()
    return {name: values[0] for name, values in written.items()}


def count_parts(rows: int, size: int) -> int:
    """@param size in bytes @return how many write at once: as many as the cluster has processors, or fewer full fragments"""
    import ray

    processors = int(ray.cluster_resources().get("CPU", 1))
    full = max(-(-rows // _full_fragment_rows), -(-size // _full_fragment_bytes))
    return max(1, min(processors, full))


def encode(batches: list[pa.RecordBatch]) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    write_stream(sink, batches)
    return sink.getvalue()


class Progress:
    """Tells what has been read of tables, while work goes on."""

    def __init__(self, wire: Wire, tally: Tally | ClusterTally):
        self._wire = wire
        self._tally = tally
        self._done = threading.Event()
        self._before = tally.read()

    def __enter__(self):
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def __exit__(self, kind, *_):
        self._done.set()
        if kind is SystemExit:
            # A job that is stopped has two seconds; what a busy cluster has read may take as long to find out.
            return
        self._thread.join()
        self._tell()

    def _watch(self):
        while not self._done.wait(_progress_seconds):
            self._tell()

    def _tell(self):
        now = self._tally.read()
        rows, read = now[0] - self._before[0], now[1] - self._before[1]
        self._before = now
        if rows > 0:
            self._wire.send({"op": "progress", "rows": rows, "bytes": read})
