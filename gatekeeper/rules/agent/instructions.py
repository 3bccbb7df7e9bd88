# SPDX-License-Identifier: Apache-2.0
"""``agent.instructions``: what agents are told, and words in it that people do not see."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.agent.places import Kind, kind_of
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.wholefile import Places, touched

RULE = "agent.instructions"
WHAT = "instructions for agents"


class Instructions:
    """One finding for each such file, and one more for each added line with characters that nobody sees."""

    names = (RULE,)

    def __init__(self) -> None:
        self._places = Places[Kind](kind_of)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file, kind in self._places.among(view.files):
            if kind == "instructions":
                yield touched(RULE, view, file, WHAT)
                if file.is_text_candidate:
                    yield from _unseen(view, file)


def _unseen(view: CommitView, file: FileChange) -> Iterator[Hit]:
    region = view.region(file)
    if region.text.isascii():
        return
    from gatekeeper.rules.unicode_scan import MIXED, scan

    found = [one for one in scan(region.text, code=False, at_start=region.first_line == 1) if one.rule != MIXED]
    added = {line.number for line in view.added(file)} if found else frozenset()
    for one in found:
        if one.line + region.first_line in added:
            mark = fingerprint.changed(RULE, file.path, one.rule.encode(), one.text)
            message = f"in instructions that agents read: {one.message}"
            yield Hit(RULE, file.path, one.line + region.first_line, message, mark, "deny")
