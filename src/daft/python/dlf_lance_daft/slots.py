"""Memory that the other process reads batches from: one copy of each, where a socket hands them over in small pieces, each copied twice."""

import mmap
import os
import queue

import pyarrow as pa

_count = 3
# Only what has been written takes memory.
_size = 64 << 20


class Slots:
    """Files in memory, without a name: they go with this process."""

    def __init__(self):
        self.descriptors = [os.memfd_create("dlf-lance", os.MFD_CLOEXEC) for _ in range(_count)]
        for descriptor in self.descriptors:
            os.ftruncate(descriptor, _size)
        self._maps = [mmap.mmap(descriptor, _size) for descriptor in self.descriptors]
        self._free: queue.SimpleQueue[int] = queue.SimpleQueue()
        for slot in range(_count):
            self._free.put(slot)

    def free(self, slot: int) -> None:
        """The other process has read it."""
        self._free.put(slot)

    def put(self, batches: list[pa.RecordBatch]) -> tuple[int, list[int]] | None:
        """
        Waits until a slot is free. @return the slot that holds the batches now, as one Arrow IPC stream, and the sizes of its pieces, each
        with one batch; None where they do not fit
        """
        slot = self._free.get()
        try:
            with pa.FixedSizeBufferWriter(pa.py_buffer(self._maps[slot])) as sink:
                return slot, write_stream(sink, batches)
        except OSError:
            self._free.put(slot)
            return None


def share() -> Slots | None:
    """None where the system has no such files."""
    try:
        return Slots()
    except (AttributeError, OSError):
        return None


def write_stream(sink, batches: list[pa.RecordBatch]) -> list[int]:
    """@return the sizes of its pieces, each with one batch"""
    ends = []
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
            ends.append(sink.tell())
    ends[-1] = sink.tell()
    return [end - start for start, end in zip([0, *ends], ends)]
