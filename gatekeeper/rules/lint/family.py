# SPDX-License-Identifier: Apache-2.0
"""``lint.suppressed``: added comments, attributes and settings that silence a checker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.model import FileChange, Hit
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.lint import configuration
from gatekeeper.rules.lint.markers import Gravity, Language, language_of, needles, suppression
from gatekeeper.rules.marked import gained
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import CommitView

RULE = "lint.suppressed"
_LONGEST = 2000
"""Bytes of a line that are searched: what silences stands at an end of a line that people wrote."""
_SAID: dict[Gravity, str] = {
    "blanket": "silences a checker as a whole",
    "security": "silences a security check",
    "plain": "silences a checker here",
}


class _Place(NamedTuple):
    file: FileChange
    line: int | None
    text: bytes
    """The line, stripped."""
    shown: bytes
    """Its part that silences."""
    gravity: Gravity


class _Kind(NamedTuple):
    language: Language | None
    configuration: str | None


class Suppressions:
    """One finding for each added line that silences. A line that the same commit takes out elsewhere only moved."""

    names = (RULE,)

    def __init__(self) -> None:
        self._known: dict[bytes, _Kind] = {}

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        known, found, placed = self._known, list[_Place](), moved(view.files)
        for file in view.files:
            path = file.path
            kind = known.get(path)
            if kind is None:
                folded = fold(path)
                name = folded.rpartition(b"/")[2]
                kind = known[path] = _Kind(language_of(name), configuration.kind_of(folded))
            if kind.language is None and kind.configuration is None:
                continue
            if file.is_text_candidate and path not in placed:
                found += _of_file(view, file, kind)
        if found:
            yield from map(_hit, _without_moved(view, found))


def _of_file(view: CommitView, file: FileChange, kind: _Kind) -> Iterator[_Place]:
    if kind.configuration is not None:
        for line, text, grave in configuration.silenced(view, file, kind.configuration):
            yield _Place(file, line, text, text, grave)
    language = kind.language
    if language is None:
        return
    for added in gained(view, file, needles(language)):
        text = added.text if len(added.text) <= _LONGEST else added.text[:_LONGEST] + added.text[-_LONGEST:]
        found = suppression(text, language)
        if found is not None:
            yield _Place(file, added.number, text.strip(), found[1], found[0])


def _without_moved(view: CommitView, found: Sequence[_Place]) -> Iterator[_Place]:
    """What other files of the commit do not lose in the same words. Grave ones only: the others ask nobody."""
    if all(place.gravity == "plain" for place in found):
        yield from found
        return
    wanted = {place.text for place in found if place.gravity != "plain"}
    lost: Counter[bytes] = Counter()
    for file in view.files:
        old = view.old(file)
        if any(text in old for text in wanted):
            lines = fingerprint.differing_lines(old, view.new(file))[0]
            lost.update(text for text in map(bytes.strip, lines) if text in wanted)
    for place in found:
        if lost[place.text] > 0:
            lost[place.text] -= 1
        else:
            yield place


def _hit(place: _Place) -> Hit:
    shown = place.shown[:80].decode("utf-8", "surrogateescape")
    mark = fingerprint.changed(RULE, place.file.path, place.text)
    message = f"{_SAID[place.gravity]}: {shown}"
    return Hit(RULE, place.file.path, place.line, message, mark, None if place.gravity == "plain" else "approval")
