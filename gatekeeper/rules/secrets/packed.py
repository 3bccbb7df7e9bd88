# SPDX-License-Identifier: Apache-2.0
"""Credentials in archives and in UTF-16: by value, because such files have no lines that a diff shows."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.secrets.archive import is_archive, members
from gatekeeper.rules.secrets.decode import is_wide, narrow
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scanner import DEPTH, Scanner
from gatekeeper.rules.secrets.scene import Scene
from gatekeeper.rules.secrets.texts import is_binary

_KINDS = ((b"PK", "zip"), (b"\x1f\x8b", "gzip"))


def packed_matches(scanner: Scanner, view: CommitView, file: FileChange) -> Iterator[Match]:
    """What the new side holds and no old side does. Places are those of the unpacked text. Raises TooLarge."""
    known = {key(match) for old in view.olds(file) for match in _matches(scanner, old, file.path, DEPTH)}
    for match in _matches(scanner, view.new(file), file.path, DEPTH):
        if key(match) not in known:
            known.add(key(match))
            yield match


def key(match: Match) -> tuple[str, bytes]:
    return match.rule, match.value


def _matches(scanner: Scanner, content: bytes, path: bytes, depth: int) -> Iterator[Match]:
    """In the bytes as they are, whatever they say they are, and in what they unpack to."""
    yield from scanner.scan_many([Scene(content, path, is_binary(content))])[0]
    if is_wide(content):
        yield from scanner.scan(narrow(content), path)
    if not is_archive(content) or not depth:
        return
    via = next((name for mark, name in _KINDS if content.startswith(mark)), "tar")
    for name, member in members(content):
        for match in _matches(scanner, member, name or path, depth - 1):
            yield Match(match.rule, match.start, match.end, match.value, (via, *match.via))
