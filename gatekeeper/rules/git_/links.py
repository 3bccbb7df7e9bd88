# SPDX-License-Identifier: Apache-2.0
"""Symbolic links, and where they lead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatekeeper.model import MODE_LINK, FileChange, Hit
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import CommitView

RULE = "git.symlink"
MODE_TREE = 0o40000
_HOPS = 40
"""Links followed on the way, as Linux follows."""
_DRIVE = re.compile(rb"[A-Za-z]:")


class Links:
    """New links and changed targets; worse where the target is out of the tree or the link hides a folder."""

    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file in view.files:
            if file.new_mode != MODE_LINK or (file.old_mode == MODE_LINK and file.old_oid == file.new_oid):
                continue
            target = view.new(file)
            problem = _problem(view, file, target)
            shown = target.decode("utf-8", "surrogateescape")
            message = f"a symbolic link to '{shown}'" + (f": {problem}" if problem else "")
            mark = fingerprint.changed(RULE, file.path, target)
            yield Hit(RULE, file.path, None, message, mark, "deny" if problem else None)


def _problem(view: CommitView, file: FileChange, target: bytes) -> str | None:
    slashed = target.replace(b"\\", b"/")
    if not target or b"\0" in target:
        return "no file system can hold it"
    if slashed.startswith(b"/") or _DRIVE.match(slashed):
        return "the target is absolute"
    if any(entry[0] == MODE_TREE for entry in _at(view, file.path)) or view.entries(file.path, "old"):
        return "it takes the place of a folder"
    return _where(view, file.path.rpartition(b"/")[0], slashed)


def _where(view: CommitView, folder: bytes, target: bytes) -> str | None:
    """Walk to the target as a file system would, through the links of the new tree."""
    at = folder.split(b"/") if folder else []
    rest = target.split(b"/")[::-1]
    hops = 0
    while rest:
        name = rest.pop()
        if name in (b"", b"."):
            continue
        if name == b"..":
            if not at:
                return "the target is outside the tree"
            at.pop()
            continue
        if fold(name) == b".git":
            return "the target is inside .git"
        at.append(name)
        inner = _link_at(view, b"/".join(at))
        if inner is None:
            continue
        hops += 1
        if hops > _HOPS:
            return "it leads through too many links"
        if inner.startswith(b"/"):
            return "the target is outside the tree, through another link"
        at.pop()
        rest += inner.replace(b"\\", b"/").split(b"/")[::-1]
    return None


def _link_at(view: CommitView, path: bytes) -> bytes | None:
    """The target of the link at ``path``; None for anything else, and where nothing is."""
    if any(mode == MODE_LINK for mode, _ in _at(view, path)):
        return view.read_tree(path, "new")
    return None


def _at(view: CommitView, path: bytes) -> list[tuple[int, bytes]]:
    folder, _, name = path.rpartition(b"/")
    return [entry for entry in view.entries(folder, "new") if entry[1] == name]
