# SPDX-License-Identifier: Apache-2.0
"""What a diff does to dependencies: both sides of each file that speaks of them, read by structure."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import NamedTuple

from gatekeeper.model import MODE_GITLINK, MODE_LINK, FileChange
from gatekeeper.rules.deps import formats
from gatekeeper.rules.deps.formats.interface import Inventory, Unreadable
from gatekeeper.rules.rule import Diff

NOTHING = Inventory("")


class FileDelta(NamedTuple):
    """One dependency file, before and after. An absent or unreadable side has an empty inventory."""

    file: FileChange
    format: str
    old: Inventory
    new: Inventory
    trouble: Unreadable | None = None
    """Why the new side could not be read."""
    lost: bool = False
    """True where the old side exists and could not be read."""
    compiled: bool = False
    """True for a requirements file that a tool writes from another file: a lock in a manifest's clothes."""

    @property
    def path(self) -> bytes:
        return self.file.path

    @property
    def ecosystem(self) -> str:
        return self.new.ecosystem or self.old.ecosystem

    @property
    def asks(self) -> bool:
        """True for a manifest, which says what people want; false for what a tool settled."""
        return not self.compiled


class Delta(NamedTuple):
    """Every dependency file of a diff."""

    diff: Diff
    files: tuple[FileDelta, ...]


def read(diff: Diff) -> Delta:
    """Parse both sides of every dependency file in ``diff``. Raises ObjectMissing, TooLarge."""
    return Delta(diff, tuple(_file(diff, file, module) for file, module in formats.relevant(diff)))


def _file(diff: Diff, file: FileChange, module: str) -> FileDelta:
    path = os.fsdecode(file.path)
    old, lost = NOTHING, False
    if not file.added and file.old_mode not in (MODE_LINK, MODE_GITLINK):
        versions = [_readable(module, version, path) for version in diff.olds(file)]
        old, lost = _together(versions), NOTHING in versions
    try:
        if file.new_mode in (MODE_LINK, MODE_GITLINK):
            raise Unreadable("it is no regular file")
        new = NOTHING if file.removed else _parsed(module, diff.new(file), path)
    except Unreadable as trouble:
        return FileDelta(file, module, old, NOTHING, trouble, lost)
    compiled = module == "requirements" and _is_compiled(diff, file, old, new)
    return FileDelta(file, module, old, new, None, lost, compiled)


def _is_compiled(diff: Diff, file: FileChange, old: Inventory, new: Inventory) -> bool:
    """By the tool's own header on both sides, or by the ``.in`` file beside it."""
    if new.version and (old.version or file.added):
        return True
    stem, dot, ending = file.path.rpartition(b".")
    return dot != b"" and ending.lower() == b"txt" and diff.exists(stem + b".in", "old" if file.removed else "new")


@lru_cache(maxsize=8)
def _parsed(module: str, content: bytes, path: str) -> Inventory:
    """Along a history, what is new in one commit is old in the next."""
    return formats.parser(module)(content, path)


def _readable(module: str, content: bytes, path: str) -> Inventory:
    try:
        return _parsed(module, content, path)
    except Unreadable:
        return NOTHING


def _together(versions: list[Inventory]) -> Inventory:
    """What any of the versions says: a file that git merged inside has two old sides."""
    first, *others = versions or [NOTHING]
    for other in others:
        first = Inventory(
            first.ecosystem or other.ecosystem,
            first.dependencies + other.dependencies,
            first.entries + other.entries,
            first.overrides + other.overrides,
            first.scripts + other.scripts,
            first.grants + other.grants,
            first.registries + other.registries,
            first.includes + other.includes,
            first.roots + other.roots,
            first.version or other.version,
        )
    return first
