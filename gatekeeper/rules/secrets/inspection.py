# SPDX-License-Identifier: Apache-2.0
"""The rule: which texts of a commit are scanned, and which of the credentials found are new."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from gatekeeper.model import MODE_LINK, Commit, FileChange, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.secrets.scene import Scene
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scanner import Scanner

_CLASSES = ((16, "under 16"), (32, "16 to 31"), (64, "32 to 63"), (256, "64 to 255"))
_FIELDS = 5
"""Lines before the message in the text that :func:`_commit_text` makes."""


class _Text(NamedTuple):
    content: bytes
    where: str
    """``file``, ``link``, ``path`` or ``commit``."""
    file: FileChange | None
    first_line: int


class Secrets:
    """Every ``secrets.*`` rule at once: one pass over what a commit adds."""

    names = ("secrets.*",)

    def __init__(self, scanner: Scanner | None = None) -> None:
        self._scanner = scanner or Scanner()

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        texts = list(_texts(view))
        for text, places in zip(texts, self._scanner.places_of([text.content for text in texts]), strict=True):
            if places:
                path = text.file.path if text.file and text.where == "file" else None
                matches = self._scanner.look(Scene(text.content, path), places)
                yield from self._hits(view, text, matches)

    def _hits(self, view: CommitView, text: _Text, matches: Iterable[Match]) -> Iterator[Hit]:
        known: set[tuple[str, bytes]] | None = None
        for match in matches:
            line, last = _lines(text, match)
            if text.where == "file" and text.file is not None:
                if not any(line <= added.number <= last for added in view.added(text.file)):
                    continue
                if known is None:
                    known = self._known(view, text.file)
                if (match.rule, match.value) in known:
                    continue
            mark = fingerprint.secret(match.rule, match.value, view.settings.repository)
            if mark in view.settings.secrets_allow:
                continue
            yield _hit(text, match, line, mark)

    def _known(self, view: CommitView, file: FileChange) -> set[tuple[str, bytes]]:
        """What the old side of ``file`` holds already."""
        return {(match.rule, match.value) for match in self._scanner.scan(view.old(file), file.path)}


def _texts(view: CommitView) -> Iterator[_Text]:
    yield _Text(_commit_text(view.commit), "commit", None, 1 - _FIELDS)
    for file in view.files:
        if file.added:
            yield _Text(file.path, "path", file, 1)
        if file.old_oid == file.new_oid:
            continue
        if file.is_text_candidate:
            region = view.region(file)
            yield _Text(region.text, "file", file, region.first_line)
        elif file.new_mode == MODE_LINK:
            yield _Text(view.new(file), "link", file, 1)


def _commit_text(commit: Commit) -> bytes:
    author, committer = commit.author, commit.committer
    return b"\n".join((author.name, author.email, committer.name, committer.email, b"", commit.message))


def _lines(text: _Text, match: Match) -> tuple[int, int]:
    """First and last line of the match, 1-based, in the file or message."""
    first = text.first_line + text.content.count(b"\n", 0, match.start)
    return first, first + text.content.count(b"\n", match.start, max(match.start, match.end - 1))


def _hit(text: _Text, match: Match, line: int, mark: str) -> Hit:
    size = next((words for most, words in _CLASSES if len(match.value) < most), "256 or more")
    what = f"{match.rule.removeprefix('secrets.')}, {size} characters"
    if match.via:
        what += ", inside " + " inside ".join(reversed(match.via))
    if text.where == "path":
        shown = text.content.replace(match.value, b"***").decode("utf-8", "surrogateescape")
        return Hit(match.rule, None, None, f"a credential in the name of a new path, {shown}: {what}", mark)
    if text.where == "commit" and line < 1:
        return Hit(match.rule, None, None, f"a credential in an author or committer field: {what}", mark)
    place = {"file": "added text", "link": "a symlink's target", "commit": "the commit message"}[text.where]
    path = text.file.path if text.file else None
    return Hit(match.rule, path, line, f"a credential in {place}: {what}", mark, None, _allowed(text, match))


@cache
def _allow() -> re.Pattern[bytes]:
    return re.compile(rb"gatekeeper:allow[ \t]+(secrets\.[a-z0-9-]+)[ \t]+([^\r\n]+)")


def _allowed(text: _Text, match: Match) -> str | None:
    """The reason of an inline allow on the match's first line that names exactly its rule."""
    start = text.content.rfind(b"\n", 0, match.start) + 1
    end = text.content.find(b"\n", match.start)
    for rule, reason in _allow().findall(text.content[start : end if end >= 0 else len(text.content)]):
        words = reason.replace(match.value, b"***").strip().removesuffix(b"*/").removesuffix(b"-->").strip()
        if rule.decode() == match.rule and words:
            return str(words.decode("utf-8", "surrogateescape"))
    return None
