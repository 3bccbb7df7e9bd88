# SPDX-License-Identifier: Apache-2.0
"""``deps.new-direct``: a manifest asks for a package that the project did not ask for before."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps import formats
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats.interface import Dependency, Unreadable
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.locks import LOCKS, read_beside

RULE = "deps.new-direct"
_SIBLINGS = ("github_actions", "dockerfile", "compose")
_MOST_SIBLINGS = 200


def check(delta: Delta) -> Iterator[Hit]:
    for file, wanted in fresh(delta):
        shown = wanted.shown or wanted.name
        parts = (wanted.ecosystem, wanted.name, wanted.requirement)
        yield hit(RULE, file.path, wanted.line, f"new dependency '{shown}'", parts)


def fresh(delta: Delta) -> Iterator[tuple[FileDelta, Dependency]]:
    """Dependencies that the project did not ask for before, each name once a file.

    What moved here from another manifest of the diff is not new, and neither is what another member of the workspace
    (by the lock above it) or another workflow of the same folder used before. Members of the workspace are left out.
    """
    known = {(wanted.ecosystem, wanted.name) for file in delta.files for wanted in file.old.dependencies}
    for file in delta.files:
        if not file.asks:
            continue
        around: set[tuple[str, str]] | None = None
        seen = set()
        for wanted in file.new.dependencies:
            name = (wanted.ecosystem, wanted.name)
            inside = wanted.source.kind == "workspace" or (wanted.source.kind == "path" and not wanted.source.external)
            if name in known or name in seen or inside or not wanted.direct:
                continue
            seen.add(name)
            around = _around(delta, file) if around is None else around
            if name not in around or wanted.source.external:
                yield file, wanted


def _around(delta: Delta, file: FileDelta) -> set[tuple[str, str]]:
    """What the project asks for elsewhere, before the diff."""
    if file.format in _SIBLINGS:
        return _beside(delta, file)
    folders = []
    folder = file.path
    while folder:
        folder = folder.rpartition(b"/")[0]
        folders.append(folder)
    locks = read_beside(delta, folders[1:], LOCKS.get(file.ecosystem, ()), "old")
    return {(file.ecosystem, name) for lock in locks for name in lock.roots}


def _beside(delta: Delta, file: FileDelta) -> set[tuple[str, str]]:
    """What files of the same kind in the same folder use."""
    folder = file.path.rpartition(b"/")[0]
    found: set[tuple[str, str]] = set()
    for _, name in delta.diff.entries(folder, "old")[:_MOST_SIBLINGS]:
        path = folder + b"/" + name if folder else name
        if formats.format_of(path) != file.format or (content := delta.diff.read_tree(path, "old")) is None:
            continue
        try:
            inventory = formats.parser(file.format)(content, os.fsdecode(path))
        except Unreadable:
            continue
        found |= {(wanted.ecosystem, wanted.name) for wanted in inventory.dependencies}
    return found
