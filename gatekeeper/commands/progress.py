# SPDX-License-Identifier: Apache-2.0
"""A line that says how far long work is: on a terminal only, and only when it takes a while."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TextIO

PATIENCE = 0.7
"""Seconds of silence before the first line."""


def progress_on(stream: TextIO, what: str) -> Callable[[int, int], None]:
    """A function of (done, total) that draws ``what``, a bar, the count and the time left, and wipes it at the end."""
    if not stream.isatty():
        return _silent
    began, last = time.monotonic(), 0.0

    def draw(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if done >= total:
            if last:
                stream.write("\r\x1b[K")
        elif now - began > PATIENCE and now - last > 0.1:
            last = now
            filled = 24 * done // total
            left = (now - began) / done * (total - done) if done else 0
            stream.write(f"\r\x1b[K{what} {'#' * filled}{'.' * (24 - filled)} {done:,} of {total:,}, {left:.0f} s left")
        stream.flush()

    return draw


def _silent(done: int, total: int) -> None:
    return None
