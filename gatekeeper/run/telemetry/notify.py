# SPDX-License-Identifier: Apache-2.0
"""Takes the kernel's notifications of one sandbox, lets every call go on, and tells what it was.

Observes, never enforces: between reading and going on, a thread of the process may change what was read. A program
that searches PATH tries one folder after the other: such tries are one event, with the path that was tried last.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from fcntl import ioctl
from typing import NamedTuple

from gatekeeper.run.interface import Value
from gatekeeper.run.telemetry import memory, redact
from gatekeeper.run.telemetry.listener import Machine

RECEIVE, SEND, STILL_THERE, SET_FLAGS = 0xC0502100, 0xC0182101, 0x40082102, 0x40082104
"""SECCOMP_IOCTL_NOTIF_* of linux/seccomp.h."""
GO_ON, SAME_PROCESSOR = 1, 1
_NOTICE, _ANSWER, _ID = struct.Struct("=QIIiIQ6Q"), struct.Struct("=QqiI"), struct.Struct("=Q")
SETTLE = 0.25
"""Seconds after which a start is told: by then a search of PATH has gone on."""
TICK = 0.05
"""Seconds between two tellings: whoever takes them is woken that often, and not for each."""
EXEC, CONNECT = "gatekeeper.process.exec", "gatekeeper.network.connect"
UNREADABLE = "unreadable"
Told = tuple[str, Mapping[str, Value]]
"""An event's name and its attributes."""


class _Start(NamedTuple):
    program: memory.Program
    at: float
    tries: int


class Watcher:
    """One listener. Single-threaded."""

    def __init__(
        self, listener: int, numbers: Machine, emit: Callable[[Sequence[Told]], None], clock: Callable[[], float]
    ) -> None:
        self.listener, self._numbers, self._emit, self._clock = listener, numbers, emit, clock
        self._waiting: dict[int, _Start] = {}
        self._told: list[Told] = []
        self._next = 0.0
        self.begun = False
        """Until then nothing is told: it is the sandbox that is being made."""
        with suppress(OSError):  # before Linux 6.6: a little slower, otherwise the same
            ioctl(listener, SET_FLAGS, SAME_PROCESSOR)

    def handle(self) -> None:
        """Take one notification, which must be there, and let its call go on."""
        notice = bytearray(_NOTICE.size)
        try:
            ioctl(self.listener, RECEIVE, notice, True)
        except OSError:  # the caller was killed meanwhile
            return
        number, pid, _, call, _, _, *arguments = _NOTICE.unpack(notice)
        seen = self._look(pid, call, arguments) if self.begun else None
        try:
            ioctl(self.listener, STILL_THERE, _ID.pack(number))
            ioctl(self.listener, SEND, _ANSWER.pack(number, 0, 0, GO_ON))
        except OSError:  # killed before it could go on; and what was read may be another process's
            return
        if isinstance(seen, memory.Program):
            self._started(pid, seen)
        elif isinstance(seen, memory.Peer):
            if pid in self._waiting:  # it runs, so its start has settled
                self._tell(pid, self._waiting.pop(pid))
            self._told.append((CONNECT, _connect(pid, seen)))
        self.settle()

    def _look(self, pid: int, call: int, arguments: list[int]) -> memory.Program | memory.Peer | None:
        numbers = self._numbers
        try:
            if call == numbers.execve:
                return memory.program(pid, arguments[0], arguments[1])
            if call == numbers.execveat:
                return memory.program(pid, arguments[1], arguments[2], arguments[0], arguments[4])
            return memory.peer(pid, arguments[1], arguments[2])
        except OSError:
            return memory.Program(UNREADABLE, (), -1) if call != numbers.connect else memory.Peer(UNREADABLE, "", None)

    def _started(self, pid: int, program: memory.Program) -> None:
        before = self._waiting.pop(pid, None)
        tries = 1
        if before is not None:
            if _same_search(before.program, program):
                tries = before.tries + 1
            else:
                self._tell(pid, before)
        self._waiting[pid] = _Start(program, self._clock(), tries)

    def settle(self) -> bool:
        """Every now and then, tell what has settled, oldest first; whether there is more to come."""
        now = self._clock()
        if now >= self._next:
            self._next = now + TICK
            self._flush(now - SETTLE)
        return bool(self._waiting or self._told)

    def finish(self) -> None:
        """Tell the rest."""
        self._flush(float("inf"))

    def _flush(self, due: float) -> None:
        for pid, start in list(self._waiting.items()):
            if start.at > due:
                break
            self._tell(pid, self._waiting.pop(pid))
        if self._told:
            told, self._told = self._told, []
            self._emit(told)

    def _tell(self, pid: int, start: _Start) -> None:
        program = start.program
        said: dict[str, Value] = {
            "process.pid": pid,
            "process.executable.path": program.path,
            "process.executable.name": program.path.rpartition("/")[2],
            "process.command_args": redact.arguments(program.words),
        }
        if program.left_out:
            said["gatekeeper.process.args_left_out"] = True
        if start.tries > 1:
            said["gatekeeper.process.tries"] = start.tries
        self._told.append((EXEC, said))


def _same_search(one: memory.Program, other: memory.Program) -> bool:
    """The same words for a file of the same name in another folder."""
    same = one.words == other.words and one.path != other.path
    return same and one.path.rpartition("/")[2] == other.path.rpartition("/")[2]


def _connect(pid: int, peer: memory.Peer) -> dict[str, Value]:
    said: dict[str, Value] = {"process.pid": pid, "network.type": peer.kind, "server.address": peer.address}
    if peer.port is not None:
        said["server.port"] = peer.port
    return said
