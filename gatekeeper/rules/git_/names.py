# SPDX-License-Identifier: Apache-2.0
"""Paths that some systems take for another path, or that a reader cannot see as they are (docs/adr, ``git.path``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.model import MODE_LINK, Hit, Level
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import CommitView

RULE = "git.path"
MODE_TREE = 0o40000


class Names:
    """New paths only: what is already there was judged when it came."""

    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        neighbours = _Neighbours(view)
        for file in view.files:
            if not file.added:
                continue
            for message, escalate in (*_oddities(file.path), *neighbours.collisions(file.path)):
                mark = fingerprint.changed(RULE, file.path, message.encode("utf-8", "surrogateescape"))
                yield Hit(RULE, file.path, None, message, mark, escalate)


@cache
def _plain() -> re.Pattern[bytes]:
    """Paths of ordinary names, none of which begins with a dot, so none is a form of ``.git``."""
    return re.compile(rb"(?:[A-Za-z0-9_+@,=()\[\]-][A-Za-z0-9_+@,=()\[\] .-]*(?<![ .])(?:/(?!\Z)|\Z))+")


def _oddities(path: bytes) -> Iterator[tuple[str, Level | None]]:
    if _plain().fullmatch(path):
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


class _Neighbours:
    """The folders of one commit's new tree that gain a name, each listed once."""

    def __init__(self, view: CommitView) -> None:
        self._view = view
        self._folders: dict[bytes, dict[bytes, list[tuple[int, bytes]]]] = {}
        self._added = {file.path for file in view.files if file.added}
        self._looked: set[bytes] = set()

    def collisions(self, path: bytes) -> Iterator[tuple[str, Level | None]]:
        """Names beside each new part of ``path`` that a case-folding file system takes for the same."""
        while path not in self._looked:
            self._looked.add(path)
            folder, _, name = path.rpartition(b"/")
            same = self._listed(folder).get(_key(name), [])
            for other in (other for _, other in same if other != name):
                shown = other.decode("utf-8", "surrogateescape")
                if any(mode == MODE_LINK for mode, _ in same):
                    yield f"some systems take it for '{shown}' beside it, and one is a symbolic link", "deny"
                else:
                    yield f"some systems take it for '{shown}' beside it", None
            if not folder or self._was_there(folder):
                return
            path = folder

    def _was_there(self, folder: bytes) -> bool:
        """Mostly told by a neighbour that is not new, which costs no look at the old tree."""
        names = (name for same in self._listed(folder).values() for mode, name in same if mode != MODE_TREE)
        return any(folder + b"/" + name not in self._added for name in names) or self._view.exists(folder, "old")

    def _listed(self, folder: bytes) -> dict[bytes, list[tuple[int, bytes]]]:
        found = self._folders.get(folder)
        if found is None:
            found = self._folders[folder] = {}
            for mode, name in self._view.entries(folder, "new"):
                found.setdefault(_key(name), []).append((mode, name))
        return found


def _key(name: bytes) -> bytes:
    """The folded name; one that folds to nothing stands for itself."""
    if name.isascii() and b"~" not in name and b":" not in name and name[-1:] not in b". ":
        return name.lower()
    return fold(name) or name
