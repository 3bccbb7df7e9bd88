# SPDX-License-Identifier: Apache-2.0
"""What a format is told besides the verdict, and the colours of a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TextIO

CODES = {"deny": "31", "approval": "33", "warn": "36", "good": "32", "strong": "1", "faint": "2"}


class Options(NamedTuple):
    color: bool = False
    """Colour with terminal sequences; never on where the output is no terminal, unless asked for."""
    subject: str | None = None
    """The change as its user named it (a branch, a commit), for the next command."""

    def paint(self, kind: str, text: str) -> str:
        """``text``, which is sanitised already, in the colour of ``kind`` (a key of :data:`CODES`)."""
        return f"\x1b[{CODES[kind]}m{text}\x1b[0m" if self.color else text


def wants_color(choice: str, environ: Mapping[str, str], stream: TextIO) -> bool:
    """Whether to colour ``stream``: ``--color`` decides, then NO_COLOR (no-color.org), then what the stream is."""
    if choice != "auto":
        return choice == "always"
    return not environ.get("NO_COLOR") and environ.get("TERM") != "dumb" and stream.isatty()
