# SPDX-License-Identifier: Apache-2.0
"""The agent's standard streams: never a descriptor of this machine's that could be opened again for more.

A pipe is handed on as it is. A terminal becomes a pseudo-terminal of the sandbox's own. A file, a socket or a device
becomes a pipe, pumped by the supervisor: through ``/proc/self/fd`` the agent could otherwise read a log that it only
may write, or write a file that it only may read; a folder would be a way out altogether.
"""

from __future__ import annotations

import errno
import fcntl
import os
import select
import stat
import termios
import tty
from contextlib import suppress

from gatekeeper.run.launch import Streams

SMALL = 4096
"""Bytes that are written at once where a larger write might block (pipe(7), PIPE_BUF)."""
LARGE = 1 << 16


class Pump:
    """From one descriptor to another, a buffer at a time, never blocking."""

    def __init__(self, source: int, sink: int, *, final: bool) -> None:
        self.source, self.sink = source, sink
        self.final = final
        """Its sink is closed with it: the agent's input ends where ours does."""
        self._buffer = b""
        self.open = True
        self._chunk = LARGE if stat.S_ISREG(os.fstat(sink).st_mode) else SMALL

    def waits_for(self) -> tuple[int, int]:
        """(descriptor, what poll is to say of it)."""
        return (self.sink, select.POLLOUT) if self._buffer else (self.source, select.POLLIN)

    def move(self) -> None:
        """Read, or write, as much as goes now."""
        try:
            if self._buffer:
                self._buffer = self._buffer[os.write(self.sink, self._buffer[: self._chunk]) :]
            else:
                self._buffer = os.read(self.source, LARGE)
                if not self._buffer:
                    self.close()
        except BlockingIOError:
            return
        except OSError:  # a reader that went away, a terminal that hung up
            self.close()

    def close(self) -> None:
        self.open = False
        self._buffer = b""
        if self.final:
            os.close(self.sink)


class Terminal:
    """A pseudo-terminal that stands for the caller's: same size and settings, its own input queue."""

    def __init__(self, outer: int, typed: bool) -> None:
        """``outer`` is the caller's terminal; ``typed`` where input comes from it, which is then passed on raw."""
        self.outer = outer
        self.master, self.slave = os.openpty()
        os.set_blocking(self.master, False)
        self._saved = termios.tcgetattr(outer)
        settings = termios.tcgetattr(outer)
        if not typed:
            settings[1] &= ~termios.OPOST  # the caller's terminal adds the carriage returns
        termios.tcsetattr(self.slave, termios.TCSANOW, settings)
        self.resize()
        if typed:
            tty.setraw(outer, termios.TCSANOW)

    def resize(self) -> None:
        with suppress(OSError):
            fcntl.ioctl(self.master, termios.TIOCSWINSZ, fcntl.ioctl(self.outer, termios.TIOCGWINSZ, b"\0" * 8))

    def hang_up(self) -> None:
        """Nobody writes any more: reading the rest then comes to an end."""
        if self.slave >= 0:
            os.close(self.slave)
            self.slave = -1

    def close(self) -> None:
        with suppress(OSError, termios.error):
            termios.tcsetattr(self.outer, termios.TCSADRAIN, self._saved)
        self.hang_up()
        os.close(self.master)


class Wiring:
    """How the caller's streams and the agent's are joined. Close it."""

    def __init__(self, outer: Streams) -> None:
        kinds = [_kind(descriptor) for descriptor in outer]
        self.pumps: list[Pump] = []
        self.terminal: Terminal | None = None
        self._opened: list[int] = []
        terminals = [outer[number] for number in (1, 2, 0) if kinds[number] == "terminal"]
        if terminals:
            self.terminal = Terminal(terminals[0], typed=kinds[0] == "terminal")
            self.pumps.append(Pump(self.terminal.master, terminals[0], final=False))
            if kinds[0] == "terminal":
                self.pumps.append(Pump(outer.stdin, self.terminal.master, final=False))
        stdin = self._input(outer.stdin, kinds[0])
        stdout = self._output(outer.stdout, kinds[1])
        shared = kinds[1] == kinds[2] == "pumped" and os.path.samestat(*map(os.fstat, outer[1:]))
        stderr = stdout if shared else self._output(outer.stderr, kinds[2])
        self.inner = Streams(stdin, stdout, stderr)
        self.controls = self.terminal is not None and kinds[0] == "terminal"
        """The agent gets the pseudo-terminal as its controlling terminal."""

    def started(self) -> None:
        """The agent has its descriptors: ours of them are closed, so that ends are seen."""
        for descriptor in self._opened:
            os.close(descriptor)
        self._opened = []

    def outputs(self) -> list[Pump]:
        """Open pumps out of the sandbox."""
        return [pump for pump in self.pumps if pump.open and not pump.final and not self._is_typed(pump)]

    def _is_typed(self, pump: Pump) -> bool:
        return self.terminal is not None and pump.sink == self.terminal.master

    def _input(self, outer: int, kind: str) -> int:
        if kind == "pumped":
            inner, sink = os.pipe()
            os.set_blocking(sink, False)
            self.pumps.append(Pump(outer, sink, final=True))
            self._opened.append(inner)
            return inner
        return self._plain(outer, kind, os.O_RDONLY)

    def _output(self, outer: int, kind: str) -> int:
        if kind == "pumped":
            source, inner = os.pipe()
            os.set_blocking(source, False)
            self.pumps.append(Pump(source, outer, final=False))
            self._opened.append(inner)
            return inner
        return self._plain(outer, kind, os.O_WRONLY)

    def _plain(self, outer: int, kind: str, flags: int) -> int:
        if kind == "terminal" and self.terminal is not None:
            return self.terminal.slave
        if kind == "nothing":
            self._opened.append(os.open(os.devnull, flags))
            return self._opened[-1]
        return outer

    def close(self) -> None:
        self.started()
        for pump in self.pumps:
            if pump.open and pump.final:
                pump.close()
        sources = {pump.source for pump in self.pumps if not pump.final}
        own = sources - {self.terminal.master, self.terminal.outer} if self.terminal else sources
        for descriptor in own:
            if descriptor > 2:
                os.close(descriptor)
        self.pumps = []
        if self.terminal:
            self.terminal.close()
            self.terminal = None


def _kind(descriptor: int) -> str:
    """``terminal``, ``pipe``, ``nothing`` (closed, /dev/null, a folder) or ``pumped``."""
    try:
        found = os.fstat(descriptor)
    except OSError as error:
        if error.errno != errno.EBADF:
            raise
        return "nothing"
    if os.isatty(descriptor):
        return "terminal"
    if stat.S_ISFIFO(found.st_mode):
        return "pipe"
    null = stat.S_ISCHR(found.st_mode) and found.st_rdev == os.stat(os.devnull).st_rdev
    return "nothing" if null or stat.S_ISDIR(found.st_mode) else "pumped"
