"""Runs one request."""

import threading

import pyarrow as pa

from . import source
from .plan import Program, conform
from .wire import Wire

_progress_seconds = 0.2
_sent_rows = 65_536


def run(wire: Wire, head: dict, bodies: list[bytes]) -> dict:
    """Sends the rows of a program. @return what is reported about the run"""
    tables = [pa.ipc.open_stream(body).read_all() for body in bodies]
    program = Program(head["program"], tables)
    rows = bytes_sent = 0
    with Progress(wire):
        for batch in program.frame().to_arrow_iter(results_buffer_size=2):
            for start in range(0, batch.num_rows, _sent_rows):
                part = batch.slice(start, _sent_rows)
                body = encode(conform(part, program.result))
                rows += part.num_rows
                bytes_sent += len(body)
                wire.send({"op": "batch", "rows": part.num_rows}, body)
    return {"rows": rows, "bytes": bytes_sent}


def encode(batch: pa.RecordBatch) -> pa.Buffer:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


class Progress:
    """Tells what this process has read of tables, while work goes on."""

    def __init__(self, wire: Wire):
        self._wire = wire
        self._done = threading.Event()
        self._before = (source.rows_read, source.bytes_read)

    def __enter__(self):
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def __exit__(self, *error):
        self._done.set()
        self._thread.join()
        self._tell()

    def _watch(self):
        while not self._done.wait(_progress_seconds):
            self._tell()

    def _tell(self):
        now = (source.rows_read, source.bytes_read)
        rows, read = now[0] - self._before[0], now[1] - self._before[1]
        self._before = now
        if rows > 0:
            self._wire.send({"op": "progress", "rows": rows, "bytes": read})


