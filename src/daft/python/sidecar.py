"""
The process that runs plans on Daft for one Node process: started by `src/daft/sidecar.ts`, it ends with it.

Frames (wire.py) come and go over a socket that only these two processes hold, given as file descriptor 3; with `--stdio`, where a
process cannot be given a socket, over its standard input and output. One request at a time:
`start` comes first and says what Daft works with; `rows` frames bring tables, then `run` starts. Answers are `batch`, `progress`, and at last `done` or `error`;
`unusable` says what this Python lacks.
`ready` offers memory of this process (slots.py); after `share` batches lie there, and `free` says that one was read.
Keys come in requests alone, never as arguments or in the environment.
"""

# An older Python reads as far as its refusal.
from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from importlib.util import find_spec

started = time.perf_counter()
os.environ["DAFT_PROGRESS_BAR"] = "0"
os.environ["DO_NOT_TRACK"] = "true"

# For plans that are deep.
threading.stack_size(64 << 20)

from dlf_lance_daft.wire import Wire, open_pipes, open_socket  # noqa: E402

wire = open_pipes() if "--stdio" in sys.argv[1:] else open_socket(3)
# What libraries print must not be taken for ours.
os.dup2(2, 1)


def leave(code: int = 0) -> None:
    """At once: Daft now and then aborts while Python finishes. Agents of a cluster of this machine would look for it for a minute."""
    if sys.platform != "win32" and os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(code)


def refuse_environment(why: str) -> None:
    """Who started this process knows what named its Python, and ends it: left now, it would take this frame along."""
    wire.send({"op": "unusable", "reason": why})
    threading.Event().wait()


def main(wire: Wire) -> None:
    start, _ = wire.read() or leave()
    ray = Ray(start["address"], start["token"]) if start["runner"] == "ray" else None
    if ray is None:
        os.environ["DAFT_RUNNER"] = "native"
    loaded = threading.Event()
    offered = Offer()
    threading.Thread(target=load, args=(wire, ray, loaded, offered), daemon=True).start()
    rows: list = []
    while (frame := wire.read()) is not None:
        head, body = frame
        if head["op"] == "rows":
            rows.append(body)
        elif head["op"] == "run":
            work = threading.Thread(target=answer, args=(wire, loaded, ray, head, rows), daemon=True)
            rows = []
            work.start()
        elif head["op"] == "share":
            wire.slots = offered.slots
        elif head["op"] == "free":
            offered.slots.free(head["slot"])
        elif head["op"] == "stop":
            break
        else:
            wire.send({"op": "error", "code": "Unsupported", "message": f"Cannot do {head['op']!r}"})
    leave()


class Offer:
    """Memory that the other side may read batches from, if it can."""

    slots = None


class Ray:
    """A cluster that is joined, or started, before the first program; why it cannot be is told to who sends one."""

    def __init__(self, address: str | None, token: str | None):
        self._address = address
        self._token = token
        self.error: BaseException | None = None
        self.tally = None
        self.dashboard: str | None = None

    def start(self) -> None:
        from dlf_lance_daft.cluster import start_ray

        try:
            self.tally, self.dashboard = start_ray(self._address, self._token)
        except BaseException as error:
            self.error = error


def load(wire: Wire, ray: Ray | None, loaded: threading.Event, offered: Offer) -> None:
    if sys.version_info < (3, 10):
        refuse_environment(f"is Python {sys.version_info[0]}.{sys.version_info[1]}, and 3.10 or newer is needed")
    try:
        import daft  # noqa: F401
        import lance  # noqa: F401

        import dlf_lance_daft.run  # noqa: F401
        from dlf_lance_daft.slots import share

        if ray is not None and find_spec("ray") is None:
            refuse_environment("has Daft without Ray")
    except ImportError as error:
        refuse_environment(f"lacks a package that Daft needs ({error})")
    except Exception as error:
        refuse_environment(f"cannot load Daft ({type(error).__name__}: {error})")
    if ray is not None:
        ray.start()
    dashboard = None if ray is None else ray.dashboard
    offered.slots = share()
    slots = [] if offered.slots is None else offered.slots.descriptors
    seconds = time.perf_counter() - started
    wire.send({"op": "ready", "daft": daft.__version__, "seconds": seconds, "dashboard": dashboard, "slots": slots})
    loaded.set()
    if ray is not None:
        # Linux ends a cluster of this machine with the thread that started it.
        threading.Event().wait()


def answer(wire: Wire, loaded: threading.Event, ray: Ray | None, head: dict, rows: list) -> None:
    loaded.wait()
    from dlf_lance_daft.refusal import explain
    from dlf_lance_daft.run import run

    begun = time.perf_counter()
    try:
        if ray is not None and ray.error is not None:
            raise ray.error
        told = run(wire, head, rows, None if ray is None else ray.tally)
        wire.send({"op": "done", "seconds": time.perf_counter() - begun, **told})
    except (BrokenPipeError, ConnectionResetError):
        leave()
    except BaseException as error:
        code, message = explain(error)
        if code == "Internal":
            traceback.print_exc()
        wire.send({"op": "error", "code": code, "message": message})


main(wire)
