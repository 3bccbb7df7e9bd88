# SPDX-License-Identifier: Apache-2.0
"""Paths that some systems take for another path, or that a reader cannot see as they are (docs/adr, ``git.path``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit, Level
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import CommitView

RULE = "git.path"


class Names:
    """New paths only: what is already there was judged when it came."""

    names = (RULE,)

    def __init__(self) -> None:
        self._plain = re.compile(rb"(?:[A-Za-z0-9_+@,=()\[\]-][A-Za-z0-9_+@,=()\[\] .-]*(?<![ .])(?:/(?!\Z)|\Z))+")
        """Paths of ordinary names, none of which begins with a dot, so none is a form of ``.git``."""

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        listed: dict[bytes, dict[bytes, list[bytes]]] = {}
        for file in view.files:
            if not file.added:
                continue
            for message, escalate in (*self._oddities(file.path), *_collisions(view, file, listed)):
                mark = fingerprint.changed(RULE, file.path, message.encode("utf-8", "surrogateescape"))
                yield Hit(RULE, file.path, None, message, mark, escalate)

    def _oddities(self, path: bytes) -> Iterator[tuple[str, Level | None]]:
        if self._plain.fullmatch(path):
            return
        parts = path.replace(b"\\", b"/").split(b"/")
        if b".git" in fold(path).split(b"/"):
            yield "some systems take a part of this path for .git", "deny"
        if any(part in (b"", b".", b"..") for part in parts):
            yield "the path has empty, '.' or '..' parts and can lead out of the tree", "deny"
        if any(byte < 32 or byte == 127 for byte in path):
            yield "the path has control characters, which change what a terminal shows", None
        if b"\\" in path:
            yield "the path has a backslash, which Windows takes for a folder", None
        if any(part.endswith((b".", b" ")) for part in parts if part not in (b".", b"..")):
            yield "a part of the path ends with a dot or a space, which Windows drops", None
        try:
            path.decode("utf-8")
        except UnicodeDecodeError:
            yield "the path is not UTF-8, so systems show and store it differently", None


def may_be(special: bytes, path: bytes) -> bool:
    """A cheap first look: False where the last part of ``path`` cannot be another spelling of ``special``."""
    name = path.rpartition(b"/")[2]
    return name == special or b"~" in name or not name.isascii() or name.lower().startswith(special)


def _collisions(
    view: CommitView, file: FileChange, listed: dict[bytes, dict[bytes, list[bytes]]]
) -> Iterator[tuple[str, Level | None]]:
    """Names beside each new part of the path that a case-folding file system takes for the same."""
    path = file.path
    while path:
        folder, _, name = path.rpartition(b"/")
        if folder not in listed:
            listed[folder] = _by_folded_name(view, folder)
        others = [other for other in listed[folder].get(_key(name), ()) if other != name]
        if others:
            shown = others[0].decode("utf-8", "surrogateescape")
            yield f"some systems take it for '{shown}' beside it", None
        if not folder or view.exists(folder, "old"):
            return
        path = folder


def _by_folded_name(view: CommitView, folder: bytes) -> dict[bytes, list[bytes]]:
    found: dict[bytes, list[bytes]] = {}
    for _, name in view.entries(folder, "new"):
        found.setdefault(_key(name), []).append(name)
    return found


def _key(name: bytes) -> bytes:
    """The folded name; one that folds to nothing stands for itself."""
    return fold(name) or name
