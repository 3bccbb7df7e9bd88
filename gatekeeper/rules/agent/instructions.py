# SPDX-License-Identifier: Apache-2.0
"""``agent.instructions``: what agents are told, and words in it that people do not see."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.agent.places import kind_of
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.wholefile import touched

RULE = "agent.instructions"
WHAT = "instructions for agents"


class Instructions:
    """One finding for each such file, and one more for each added line with characters that nobody sees."""

    names = (RULE,)

    def __init__(self) -> None:
        self._known: dict[bytes, bool] = {}

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        known = self._known
        for file in view.files:
            path = file.path
            if path not in known:
                known[path] = kind_of(path) == "instructions"
            if known[path]:
                yield touched(RULE, view, file, WHAT)
                if file.is_text_candidate:
                    yield from _unseen(view, file, path in moved(view.files))


def _unseen(view: CommitView, file: FileChange, placed: bool) -> Iterator[Hit]:
    region = view.region(file)
    if placed or region.text.isascii():
        return
    from gatekeeper.rules.unicode_scan import MIXED, scan

    found = [one for one in scan(region.text, code=False, at_start=region.first_line == 1) if one.rule != MIXED]
    added = {line.number for line in view.added(file)} if found else frozenset()
    for one in found:
        if one.line + region.first_line in added:
            mark = fingerprint.changed(RULE, file.path, one.rule.encode(), one.text)
            message = f"in instructions that agents read: {one.message}"
            yield Hit(RULE, file.path, one.line + region.first_line, message, mark, "deny")
