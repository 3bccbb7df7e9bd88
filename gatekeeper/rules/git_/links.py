# SPDX-License-Identifier: Apache-2.0
"""Symbolic links, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gatekeeper.model import MODE_LINK, FileChange, Hit, Level
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import CommitView

RULE = "git.symlink"
LONGEST = 4096
"""Bytes of a target (PATH_MAX of Linux)."""
_HOPS = 40
"""Links followed on the way, as Linux follows."""


class Links:
    """New links and changed targets; worse where the target is out of the tree or the link hides a folder."""

    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        links = {file.path: file for file in view.files if file.new_mode == MODE_LINK}
        for file in links.values():
            if file.old_mode == MODE_LINK and file.old_oid == file.new_oid:
                continue
            target = view.new(file)
            problem, escalate = _problem(view, file, target, links) or ("", None)
            shown = target.decode("utf-8", "surrogateescape")
            message = f"a symbolic link to '{shown}'" + (f": {problem}" if problem else "")
            yield Hit(RULE, file.path, None, message, fingerprint.changed(RULE, file.path, target), escalate)


Problem = tuple[str, Level | None]


def _problem(view: CommitView, file: FileChange, target: bytes, links: Mapping[bytes, FileChange]) -> Problem | None:
    slashed = target.replace(b"\\", b"/")
    if not target or b"\0" in target or len(target) > LONGEST:
        return "no file system can hold it", "deny"
    if slashed.startswith(b"/") or re.match(rb"[A-Za-z]:", slashed):
        return "the target is absolute", "deny"
    if view.entries(file.path, "old"):
        return "it takes the place of a folder", "deny"
    return _Walk(view, links).problem(file.path.rpartition(b"/")[0], slashed)


class _Walk:
    """The way to a target as a file system takes it, through the links of the new tree.

    The target of a link that this commit does not touch is not read: a way through one is left to a person.
    """

    def __init__(self, view: CommitView, links: Mapping[bytes, FileChange]) -> None:
        self._view, self._links = view, links

    def problem(self, folder: bytes, target: bytes) -> Problem | None:
        at = folder.split(b"/") if folder else []
        rest = target.split(b"/")[::-1]
        hops = 0
        while rest:
            name = rest.pop()
            if name in (b"", b"."):
                continue
            if name == b"..":
                if not at:
                    return "the target is outside the tree", "deny"
                at.pop()
                continue
            if fold(name) == b".git":
                return "the target is inside .git", "deny"
            at.append(name)
            path = b"/".join(at)
            if not self._is_link(path):
                continue
            if path not in self._links:
                return f"through the link '{path.decode('utf-8', 'surrogateescape')}', so look where that leads", None
            hops += 1
            if hops > _HOPS:
                return "it leads through too many links", "deny"
            inner = self._view.new(self._links[path]).replace(b"\\", b"/")
            if inner.startswith(b"/"):
                return "the target is outside the tree, through another link", "deny"
            at.pop()
            rest += inner.split(b"/")[::-1]
        return None

    def _is_link(self, path: bytes) -> bool:
        folder, _, name = path.rpartition(b"/")
        return any(mode == MODE_LINK and other == name for mode, other in self._view.entries(folder, "new"))
