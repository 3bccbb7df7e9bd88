# SPDX-License-Identifier: Apache-2.0
"""The rules: which texts of a commit and of a change are scanned, and which of the credentials found are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules.rule import ChangeView, CommitView
from gatekeeper.rules.secrets import words_on
from gatekeeper.rules.secrets.marks import Marks
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.packed import packed_matches
from gatekeeper.rules.secrets.scanner import Scanner
from gatekeeper.rules.secrets.texts import Text, texts_of_commit

MOVED = "secrets.moved"


class Secrets:
    """Every ``secrets.*`` rule at once: one pass over what a commit adds."""

    names = ("secrets.*",)

    def __init__(self, scanner: Scanner | None = None) -> None:
        self._scanner = scanner or Scanner()
        self._marks = Marks()

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        texts, packed = texts_of_commit(view)
        for text, matches in zip(texts, self._scanner.scan_many([text.scene for text in texts]), strict=True):
            if matches:
                yield from self._hits(view, text, matches)
        for file in packed:
            for match in packed_matches(self._scanner, view, file):
                yield from self._marks.reported(view.settings, match, words_on.file(file, None, match))

    def _hits(self, view: CommitView, text: Text, matches: Iterable[Match]) -> Iterator[Hit]:
        known: set[tuple[str, bytes]] | None = None
        for match in matches:
            if text.file is None:
                yield from self._marks.reported(view.settings, match, words_on.commit(text, match))
                continue
            first, last = text.lines(match)
            if not any(first <= added.number <= last for added in view.added(text.file)):
                continue
            if known is None:
                known = self._known(view, text.file)
            if (match.rule, match.value) not in known:
                yield from self._new(view, text, match, first)

    def _new(self, view: CommitView, text: Text, match: Match, line: int) -> Iterator[Hit]:
        assert text.file is not None
        origin = _origin(view, text.file, match)
        if origin is None:
            yield from self._marks.reported(view.settings, match, words_on.added(text, match, line))
        elif not origin.removed or not text.file.added:
            yield from self._marks.reported(view.settings, match, words_on.moved(text, match, line, MOVED))

    def _known(self, view: CommitView, file: FileChange) -> set[tuple[str, bytes]]:
        """What the old side of ``file`` holds already."""
        old = [self._scanner.scan(old, file.path) for old in view.olds(file)]
        return {(match.rule, match.value) for matches in old for match in matches}


class SecretsInNames:
    """``secrets.*`` in what a change is called: the target ref, and the annotated tag at its tip."""

    names = ("secrets.*",)

    def __init__(self, scanner: Scanner | None = None) -> None:
        self._scanner = scanner or Scanner()
        self._marks = Marks()

    def inspect_change(self, view: ChangeView) -> Iterator[Hit]:
        for what, text in (("the name of the ref", (view.change.target or "").encode()), ("the tag", view.tag or b"")):
            for match in self._scanner.scan(text):
                yield from self._marks.reported(view.settings, match, words_on.named(what, match))


def _origin(view: CommitView, file: FileChange, match: Match) -> FileChange | None:
    """The file of the same commit that held the value before and holds it no more."""
    for other in view.files:
        if other.path != file.path and match.value in view.old(other) and match.value not in view.new(other):
            return other
    return None
