# SPDX-License-Identifier: Apache-2.0
"""Bytes from one socket to another through a pipe in the kernel: nothing is copied into this process (splice(2))."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable

PIECE = 1 << 20
SPLICE_F_MOVE = 1


class Flow:
    """One direction of a connection."""

    def __init__(self, source: socket.socket, sink: socket.socket) -> None:
        self.source, self.sink, self.bytes = source, sink, 0

    def send(self, data: bytes) -> None:
        self.sink.sendall(data)
        self.bytes += len(data)

    def run(self) -> None:
        """Move everything until the source ends, then say so to the sink. A broken connection ends both."""
        try:
            self._splice()
            self.sink.shutdown(socket.SHUT_WR)
        except OSError:  # one of the two is gone, so the other has nobody to talk to
            end(self.source, self.sink)

    def _splice(self) -> None:
        source, sink = self.source.fileno(), self.sink.fileno()
        out, into = os.pipe()
        try:
            while moved := os.splice(source, into, PIECE, flags=SPLICE_F_MOVE):
                while moved:
                    sent = os.splice(out, sink, moved, flags=SPLICE_F_MOVE)
                    self.bytes += sent
                    moved -= sent
        finally:
            os.close(out)
            os.close(into)


def both(up: Flow, down: Flow, upwards: Callable[[], None] | None = None) -> None:
    """Run both directions to their end; ``upwards`` in place of the first."""
    thread = threading.Thread(target=down.run, daemon=True)
    thread.start()
    (upwards or up.run)()
    thread.join()


def end(*sockets: socket.socket) -> None:
    """Wake whoever waits for them; each is closed by its owner."""
    for one in sockets:
        try:
            one.shutdown(socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            continue
