# SPDX-License-Identifier: Apache-2.0
"""Lines so long that nobody sees their end. Family ``code``."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import filetypes, fingerprint
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import CommitView, Rule

RULE = "code.long-line"
LIMIT = 2000
"""Characters."""
_MACHINE_MADE = (b".min.", b"-min.", b".bundle.", b".chunk.", b".map")


class LongLines:
    """One finding for each added line over the limit in a file that people write by hand."""

    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        placed = moved(view.files)
        for file in view.files:
            if not file.is_text_candidate or file.path in placed:
                continue
            text = view.region(file).text
            if len(text) <= LIMIT or not _has_long_line(text) or not _by_hand(view, file):
                continue
            for line in view.added(file):
                length = len(line.text.decode("utf-8", "replace")) if len(line.text) > LIMIT else 0
                if length > LIMIT:
                    message = f"a line of {length:,} characters; what is at its end is easily missed"
                    yield Hit(RULE, file.path, line.number, message, fingerprint.changed(RULE, file.path, line.text))


def rules() -> tuple[Rule, ...]:
    return (LongLines(),)


def _has_long_line(text: bytes) -> bool:
    """True for a line of more than LIMIT bytes. Looks at one byte in LIMIT of ordinary text."""
    at = 0
    while at + LIMIT < len(text):
        end = text.rfind(b"\n", at, at + LIMIT + 1)
        if end < 0:
            return True
        at = end + 1
    return False


def _by_hand(view: CommitView, file: FileChange) -> bool:
    name = filetypes.file_name(file.path)
    if any(mark in name for mark in _MACHINE_MADE) or view.is_binary(file):
        return False
    return filetypes.is_code(file.path) or (not filetypes.extension(name) and view.new(file).startswith(b"#!"))
