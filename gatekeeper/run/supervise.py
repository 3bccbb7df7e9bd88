# SPDX-License-Identifier: Apache-2.0
"""One loop around a running agent: its streams, signals, the clock, limits, and what its attachments listen to."""

from __future__ import annotations

import os
import select
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple, Protocol

from gatekeeper.run.streams import Pump, Wiring

GRACE = 2.0
"""Seconds between asking an agent to end and ending it."""
WATCHED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGWINCH)


class Process(Protocol):
    """What is supervised: see ``launch.Child``."""

    handle: int

    def release(self) -> None: ...

    def signal(self, number: int) -> None: ...

    def kill(self) -> None: ...

    def wait(self) -> int | None: ...


class Guard(Protocol):
    """What keeps an eye on limits: see ``limits.Watch``."""

    def wait(self) -> float: ...

    def over(self) -> str | None: ...


class Ended(NamedTuple):
    """How the agent's command ended."""

    status: int
    """As a shell says it: 128 + N where signal N ended it."""
    timed_out: bool = False
    stopped: str | None = None
    """The limit that it went over."""
    interrupted: bool = False
    """We were asked to stop, by ^C or SIGTERM."""

    @property
    def signal(self) -> int | None:
        """The signal that ended it, where one did."""
        number = self.status - 128
        return number if number in signal.valid_signals() else None

    @property
    def failed(self) -> bool:
        return self.status != 0 or self.timed_out or self.stopped is not None


class _Loop:
    def __init__(
        self,
        process: Process,
        wiring: Wiring,
        guard: Guard,
        deadline: float,
        readers: Mapping[int, Callable[[], None]],
        wakeup: int,
    ) -> None:
        self.process, self.wiring, self.guard = process, wiring, guard
        self.deadline, self.readers, self.wakeup = deadline, readers, wakeup
        self.killed_at: float | None = None
        self.ended = Ended(0)

    def until_gone(self) -> None:
        """Serve everything until the sandbox is gone."""
        while True:
            ready = self._poll([self.process.handle, self.wakeup, *self.readers], self._patience())
            self._signals(ready)
            for descriptor in ready & self.readers.keys():
                self.readers[descriptor]()
            if self.process.handle in ready:
                return
            self._clock()

    def drain(self) -> None:
        """What the agent wrote last still goes out. A ^C gives up on a reader that does not read."""
        if self.wiring.terminal:
            self.wiring.terminal.hang_up()
        while self.wiring.outputs():
            if self._signals(self._poll([self.wakeup], None, only=self.wiring.outputs())):
                return

    def _poll(self, descriptors: Sequence[int], seconds: float | None, only: Sequence[Pump] | None = None) -> set[int]:
        """Wait, move what can be moved, and return which of ``descriptors`` have something to read."""
        masks = dict.fromkeys(descriptors, select.POLLIN)
        pumps = [pump for pump in (self.wiring.pumps if only is None else only) if pump.open]
        for pump in pumps:
            descriptor, mask = pump.waits_for()
            masks[descriptor] = masks.get(descriptor, 0) | mask
        poller = select.poll()
        for descriptor, mask in masks.items():
            poller.register(descriptor, mask)
        found = dict(poller.poll(None if seconds is None else int(seconds * 1000) + 1))
        for pump in pumps:
            descriptor, mask = pump.waits_for()
            if found.get(descriptor, 0) & (mask | select.POLLHUP | select.POLLERR):
                pump.move()
        return found.keys() & set(descriptors)

    def _patience(self) -> float:
        now = time.monotonic()
        due = [self.guard.wait()]
        due.append(self.killed_at - now if self.killed_at is not None else self.deadline - now)
        return max(0.0, min(due))

    def _clock(self) -> None:
        now = time.monotonic()
        if self.killed_at is not None:
            if now >= self.killed_at:
                self.process.kill()
                self.killed_at = now + GRACE
        elif now >= self.deadline:
            self.ended = self.ended._replace(timed_out=True)
            self._end(signal.SIGTERM)
        if self.guard.wait() <= 0 and self.ended.stopped is None:
            reason = self.guard.over()
            if reason is not None:
                self.ended = self.ended._replace(stopped=reason)
                self.process.kill()

    def _end(self, number: int) -> None:
        self.process.signal(number)
        self.killed_at = time.monotonic() + GRACE

    def _signals(self, ready: set[int]) -> bool:
        """Pass on what we were sent; True where somebody wants us to stop."""
        if self.wakeup not in ready:
            return False
        stop = False
        for number in os.read(self.wakeup, 64):
            if number == signal.SIGWINCH:
                if self.wiring.terminal:
                    self.wiring.terminal.resize()
                continue
            stop = True
            again = self.ended.interrupted
            self.ended = self.ended._replace(interrupted=True)
            if number == signal.SIGINT and not again:
                self.process.signal(signal.SIGINT)
            else:
                self._end(signal.SIGTERM)
        return stop


def supervise(
    process: Process,
    wiring: Wiring,
    guard: Guard,
    seconds: float,
    readers: Mapping[int, Callable[[], None]] = {},
) -> Ended:
    """Let the command of ``process`` run to its end, for ``seconds`` at most. ^C and SIGTERM go to it."""
    with _signals_to_pipe() as wakeup:
        process.release()
        wiring.started()
        loop = _Loop(process, wiring, guard, time.monotonic() + seconds, readers, wakeup)
        loop.until_gone()
        status = process.wait()
        loop.drain()
        return loop.ended._replace(status=128 + signal.SIGKILL if status is None else status)


@contextmanager
def _signals_to_pipe() -> Iterator[int]:
    """Signals become bytes in a pipe, whose reading end is given. Outside the main thread there are none to catch."""
    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    catches = threading.current_thread() is threading.main_thread()
    before = {number: signal.signal(number, _wake) for number in WATCHED if catches}
    previous = signal.set_wakeup_fd(writing, warn_on_full_buffer=False) if catches else -1
    try:
        yield reading
    finally:
        if catches:
            signal.set_wakeup_fd(previous)
        for number, handler in before.items():
            signal.signal(number, handler)
        os.close(reading)
        os.close(writing)


def _wake(number: int, frame: object) -> None:
    """The byte in the pipe says it all."""
