"""One stream of rows for Lance, which makes few fragments of it, from parts that others hand over one by one."""

import queue
import threading
from collections.abc import Callable, Iterator

import pyarrow as pa

# Whoever has more waits: rows are not held here.
_waiting_batches = 2
_look_seconds = 0.1


class FragmentStream:
    """A thread that writes; it ends with the `with` that it was made in."""

    def __init__(self):
        self._queue: queue.Queue[pa.RecordBatch | None] = queue.Queue(_waiting_batches)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._fragments: list = []
        self._error: BaseException | None = None
        self._is_stopped = False

    def __enter__(self) -> "FragmentStream":
        return self

    def __exit__(self, *_) -> None:
        self._is_stopped = True
        if self._thread is not None:
            self._thread.join()

    def put(self, batch: pa.RecordBatch, write: Callable[[Iterator[pa.RecordBatch]], list]) -> None:
        """
        Waits while enough is waiting. @param write makes fragments of all batches @raise what it raises
        """
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, args=(write,), daemon=True)
                self._thread.start()
        self._offer(batch)

    def finish(self) -> list:
        """@return the fragments of all rows @raise what the write raises"""
        if self._thread is None:
            return []
        self._offer(None)
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._fragments

    def _offer(self, batch: pa.RecordBatch | None) -> None:
        while True:
            if self._error is not None:
                raise self._error
            try:
                return self._queue.put(batch, timeout=_look_seconds)
            except queue.Full:
                continue

    def _run(self, write: Callable[[Iterator[pa.RecordBatch]], list]) -> None:
        try:
            self._fragments = write(self._batches())
        except BaseException as error:
            self._error = error

    def _batches(self) -> Iterator[pa.RecordBatch]:
        while not self._is_stopped:
            try:
                batch = self._queue.get(timeout=_look_seconds)
            except queue.Empty:
                continue
            if batch is None:
                return
            yield batch
        raise InterruptedError("the write was stopped")
