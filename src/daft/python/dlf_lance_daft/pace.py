"""Keeps reads from running ahead of what is done with their rows: Daft keeps all that it is given."""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_bytes_ahead = 64 << 20
# So long nothing is done only where nothing is left to do.
_idle_seconds = 0.02
# The step of a run that sends or writes its rows.
last_step = "last"


class Pace:
    """A read asks before each batch; whoever takes rows says how many, and while it is busy with them."""

    def __init__(self):
        self._changed = threading.Condition()
        self._is_on = False
        self._reset()

    def __reduce__(self) -> str:
        """Functions that travel to other processes find theirs."""
        return "pace"

    def begin(self) -> None:
        """Of a run whose rows come out of this process; without it nobody waits."""
        with self._changed:
            self._is_on = True
            self._reset()

    def _reset(self) -> None:
        self._read = self._bytes = 0
        self._taken: Counter[str] = Counter()
        self._busy = 0
        self._idle_since = time.monotonic()

    def wait(self) -> None:
        """Returns when a batch may be read."""
        with self._changed:
            while self._is_on and self._bytes_ahead() >= _bytes_ahead:
                idle = 0 if self._busy > 0 else time.monotonic() - self._idle_since
                if idle >= _idle_seconds:
                    # Conditions and groups take more rows than come out.
                    self._read = self._bytes = 0
                    self._taken = Counter({step: 0 for step in self._taken})
                    self._idle_since = time.monotonic()
                    return
                self._changed.wait(None if self._busy > 0 else _idle_seconds - idle)

    def _bytes_ahead(self) -> float:
        """Of the rows that have come out, or of the first step while none have."""
        taken = self._taken.get(last_step)
        rows = self._read - (max(self._taken.values(), default=0) if taken is None else taken)
        return rows * self._bytes / max(1, self._read)

    def read(self, rows: int, size: int) -> None:
        with self._changed:
            self._read += rows
            self._bytes += size

    @contextmanager
    def take(self, step: str, rows: int) -> Iterator[None]:
        """While a step works on rows."""
        with self._changed:
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._taken[step] += rows
                self._busy = max(0, self._busy - 1)
                self._idle_since = time.monotonic()
                self._changed.notify_all()


pace = Pace()
