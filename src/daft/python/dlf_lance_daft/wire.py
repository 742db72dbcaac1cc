"""Frames between the two processes: lengths of a JSON head and of a body, the head, the body."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
from collections.abc import Callable
from typing import BinaryIO

_lengths = struct.Struct("<IQ")
_longest_head = 1 << 28


def open_socket(descriptor: int) -> "Wire":
    connection = socket.socket(fileno=descriptor)
    # Whole batches fit: otherwise both sides wake each other many times for one.
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    return Wire(connection.makefile("rb", buffering=1 << 16), connection.sendall)


def open_pipes() -> "Wire":
    """Takes standard input and output: nothing else reads and writes there from now on."""
    reader, writer = (os.fdopen(os.dup(number), mode) for number, mode in ((0, "rb"), (1, "wb")))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)

    def send(data) -> None:
        writer.write(data)
        writer.flush()

    return Wire(reader, send)


class Wire:
    """Reads from one thread, writes from several."""

    def __init__(self, reader: BinaryIO, send: Callable[[bytes], None]):
        self._reader = reader
        self._send = send
        self._lock = threading.Lock()
        # Once the other side reads from them.
        self.slots = None

    def read(self) -> tuple[dict, bytes] | None:
        """The next frame; None when the other side is gone."""
        lengths = self._reader.read(_lengths.size)
        if len(lengths) < _lengths.size:
            return None
        head_length, body_length = _lengths.unpack(lengths)
        if head_length > _longest_head:
            raise ValueError("the head of a frame is too long")
        head = self._reader.read(head_length)
        body = self._reader.read(body_length)
        if len(head) < head_length or len(body) < body_length:
            return None
        return json.loads(head), body

    def send(self, head: dict, body=b"") -> None:
        """Waits while the other side does not read: nothing is kept here but this frame."""
        text = json.dumps(head).encode()
        with self._lock:
            self._send(_lengths.pack(len(text), len(body)) + text)
            if len(body) > 0:
                self._send(body)
