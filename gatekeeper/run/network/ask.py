# SPDX-License-Identifier: Apache-2.0
"""Asking the person who started a run about a host that no rule names."""

from __future__ import annotations

import os
import select
import termios
import time
from collections.abc import Mapping
from typing import Literal, Protocol

Answer = Literal["once", "run", "never"]
ANSWERS: Mapping[str, Answer] = {
    "o": "once",
    "once": "once",
    "r": "run",
    "run": "run",
    "n": "never",
    "never": "never",
    "no": "never",
}
SECONDS = 30.0
TERMINAL = "/dev/tty"


class Asker(Protocol):
    def ask(self, place: str) -> Answer | None:
        """Whether the agent may reach ``place`` (``host:port``): now, for the whole run, or never in this run.

        None: nobody answered in time, which denies this once. May block for as long as it is willing to wait.
        """
        ...


class TerminalAsker:
    """Asks on the terminal of the run, whatever its standard streams are.

    What was typed before the question is thrown away: it was meant for the agent. The terminal is put back afterwards.
    """

    def __init__(self, path: str = TERMINAL, seconds: float = SECONDS) -> None:
        self._path, self._seconds = path, seconds

    def ask(self, place: str) -> Answer | None:
        terminal = os.open(self._path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            before = termios.tcgetattr(terminal)
            termios.tcsetattr(terminal, termios.TCSAFLUSH, _line_by_line(before))
            try:
                return self._question(terminal, place)
            finally:
                termios.tcsetattr(terminal, termios.TCSAFLUSH, before)
        finally:
            os.close(terminal)

    def _question(self, terminal: int, place: str) -> Answer | None:
        os.write(terminal, f"\r\ngatekeeper: the agent wants to reach {place}, which no rule names.\r\n".encode())
        until = time.monotonic() + self._seconds
        while (left := until - time.monotonic()) > 0:
            os.write(terminal, f"  once, for this run, or never? [o/r/n] (no answer in {left:.0f} s: no) ".encode())
            if not select.select([terminal], [], [], left)[0]:
                break
            said = os.read(terminal, 256)
            answer = ANSWERS.get(said.decode("ascii", "replace").strip().lower())
            if answer or not said:
                return answer
        os.write(terminal, b"\r\n  no answer, so no.\r\n")
        return None


def _line_by_line(before: list[int | list[bytes | int]]) -> list[int | list[bytes | int]]:
    """The terminal's settings with line editing, echo and signals on, whatever a full-screen program switched off."""
    into, out, control, local, *rest = before
    assert isinstance(into, int)
    assert isinstance(out, int)
    assert isinstance(local, int)
    wanted = termios.ICANON | termios.ECHO | termios.ISIG
    return [into | termios.ICRNL, out | termios.OPOST | termios.ONLCR, control, local | wanted, *rest]
