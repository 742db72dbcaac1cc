"""What has been read of tables: by this process, or by all workers of a cluster."""

import threading
import time
from uuid import uuid4

_report_seconds = 0.2
_wait_seconds = 1


class Tally:
    """Rows and bytes that were read."""

    def __init__(self):
        self._lock = threading.Lock()
        self._rows = self._bytes = 0

    def add(self, rows: int, size: int) -> None:
        with self._lock:
            self._rows += rows
            self._bytes += size

    def read(self) -> tuple[int, int]:
        with self._lock:
            return self._rows, self._bytes

    def flush(self) -> None:
        """Everything is counted at once."""


class ClusterTally:
    """Kept by one actor, which workers find by its name."""

    def __init__(self):
        import ray

        self._name = f"dlf-lance-{uuid4().hex}"
        self._actor = ray.remote(num_cpus=0)(Tally).options(name=self._name).remote()
        self._start()

    def __getstate__(self) -> str:
        return self._name

    def __setstate__(self, name: str) -> None:
        self._name = name
        self._actor = None
        self._start()

    def _start(self) -> None:
        self._rows = self._bytes = 0
        self._sent = time.monotonic()
        self._last = (0, 0)

    def add(self, rows: int, size: int) -> None:
        self._rows += rows
        self._bytes += size
        if time.monotonic() - self._sent > _report_seconds:
            self.flush()

    def flush(self) -> None:
        """Nobody waits for it; progress that does not arrive stops no work."""
        try:
            import ray

            self._actor = self._actor or ray.get_actor(self._name)
            self._actor.add.remote(self._rows, self._bytes)
        except Exception:
            pass
        self._rows = self._bytes = 0
        self._sent = time.monotonic()

    def read(self) -> tuple[int, int]:
        """As it was last known, while the actor does not answer."""
        import ray

        try:
            self._last = tuple(ray.get(self._actor.read.remote(), timeout=_wait_seconds))
        except Exception:
            pass
        return self._last


here = Tally()
