# SPDX-License-Identifier: Apache-2.0
"""Messages between a supervisor and the process that serves its sandbox: one JSON value a line, over a socket pair."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable, Sequence
from typing import Any, cast

Message = list[Any]
"""A word that says what it is, and its arguments."""
BUFFER = 1 << 20


class Channel:
    """One end. Any thread may send; one receives."""

    def __init__(self, end: socket.socket) -> None:
        self.end, self._rest, self._lock = end, b"", threading.Lock()
        end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)

    def send(self, *message: object) -> None:
        """Raises OSError where the other end is gone."""
        self.send_all([message])

    def send_all(self, messages: Iterable[Sequence[object]]) -> None:
        """Several at once, for which the other end wakes up once."""
        lines = b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in messages)
        with self._lock:
            self.end.sendall(lines)

    def receive(self) -> list[Message]:
        """The messages that are there, after waiting for the first bytes. Raises EOFError at the end."""
        data = self.end.recv(BUFFER)
        if not data:
            raise EOFError
        *lines, self._rest = (self._rest + data).split(b"\n")
        return [cast(Message, json.loads(line)) for line in lines]
