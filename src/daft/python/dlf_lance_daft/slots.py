"""Memory that the other process reads batches from: one copy of each, where a socket hands them over in small pieces, each copied twice."""

import mmap
import os
import queue

import pyarrow as pa

_count = 3


class Slots:
    """Files in memory, without a name: they go with this process."""

    def __init__(self):
        self.descriptors = [os.memfd_create("dlf-lance", os.MFD_CLOEXEC) for _ in range(_count)]
        self._maps: list[mmap.mmap | None] = [None] * _count
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(_count):
            self._free.put(slot)

    def free(self, slot: int) -> None:
        """The other process has read it."""
        self._free.put(slot)

    def put(self, batch: pa.RecordBatch) -> tuple[int, int]:
        """Waits until a slot is free. @return the slot that holds the batch now, as an Arrow IPC stream, and the size of it"""
        size = _measure(batch)
        slot = self._free.get()
        memory = self._maps[slot]
        if memory is None or len(memory) < size:
            os.ftruncate(self.descriptors[slot], size)
            memory = self._maps[slot] = mmap.mmap(self.descriptors[slot], size)
        with pa.FixedSizeBufferWriter(pa.py_buffer(memory)) as sink:
            _write(sink, batch)
        return slot, size


def share() -> Slots | None:
    """None where the system has no such files."""
    try:
        return Slots()
    except (AttributeError, OSError):
        return None


def _measure(batch: pa.RecordBatch) -> int:
    sink = pa.MockOutputStream()
    _write(sink, batch)
    return sink.size()


def _write(sink, batch: pa.RecordBatch) -> None:
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
