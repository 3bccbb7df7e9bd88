# SPDX-License-Identifier: Apache-2.0
"""Credentials in archives and in UTF-16: by value, because such files have no lines that a diff shows."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.secrets.archive import is_archive, members
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scanner import DEPTH, Scanner

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
    if not is_archive(content):
        yield from scanner.scan(narrow(content), path)
        return
    via = next((name for mark, name in _KINDS if content.startswith(mark)), "tar")
    for name, member in members(content):
        inner = _matches(scanner, member, name or path, depth - 1) if depth > 1 else scanner.scan(member, name or path)
        for match in inner:
            yield Match(match.rule, match.start, match.end, match.value, (via, *match.via))


def narrow(content: bytes) -> bytes:
    """UTF-16 as UTF-8, anything else as it is."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace").encode("utf-8", "replace")
    head = content[: min(len(content), 512) // 2 * 2]
    if len(head) >= 8 and not head[1::2].strip(b"\0"):
        return content.decode("utf-16-le", "replace").encode("utf-8", "replace")
    if len(head) >= 8 and not head[0::2].strip(b"\0"):
        return content.decode("utf-16-be", "replace").encode("utf-8", "replace")
    return content
