# SPDX-License-Identifier: Apache-2.0
"""What a diff does to dependencies: both sides of each file that speaks of them, read by structure."""

from __future__ import annotations

import os
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

    @property
    def path(self) -> bytes:
        return self.file.path

    @property
    def ecosystem(self) -> str:
        return self.new.ecosystem or self.old.ecosystem


class Delta(NamedTuple):
    """Every dependency file of a diff."""

    diff: Diff
    files: tuple[FileDelta, ...]


def read(diff: Diff) -> Delta:
    """Parse both sides of every dependency file in ``diff``. Raises ObjectMissing, TooLarge."""
    return Delta(
        diff, tuple(_file(diff, file, found) for file in diff.files if (found := formats.format_of(file.path)))
    )


def _file(diff: Diff, file: FileChange, module: str) -> FileDelta:
    parse, path = formats.parser(module), os.fsdecode(file.path)
    try:
        old = NOTHING if file.added or file.old_mode in (MODE_LINK, MODE_GITLINK) else parse(diff.old(file), path)
    except Unreadable:
        old = NOTHING
    try:
        if file.new_mode in (MODE_LINK, MODE_GITLINK):
            raise Unreadable("it is no regular file")
        new = NOTHING if file.removed else parse(diff.new(file), path)
    except Unreadable as trouble:
        return FileDelta(file, module, old, NOTHING, trouble)
    return FileDelta(file, module, old, new)
