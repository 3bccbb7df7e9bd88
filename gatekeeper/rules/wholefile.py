# SPDX-License-Identifier: Apache-2.0
"""Findings that are about a file as such: what was done to it, and what it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from gatekeeper.model import FileChange, Hit, Level
from gatekeeper.rules import fingerprint
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import Diff

Kind = TypeVar("Kind", bound=str)


class Places(dict[bytes, Kind | None], Generic[Kind]):
    """What paths are, each worked out once. ``kind_of`` gives None for a path that its family has no word on."""

    def __init__(self, kind_of: Callable[[bytes], Kind | None]) -> None:
        super().__init__()
        self._kind_of = kind_of

    def __missing__(self, path: bytes) -> Kind | None:
        kind = self[path] = self._kind_of(path)
        return kind

    def among(self, files: Sequence[FileChange]) -> list[tuple[FileChange, Kind]]:
        """The files that are something, in order; without those that only moved from a place of the same kind."""
        found = [(file, kind) for file in files if (kind := self[file.path]) is not None]
        if len(found) < 2:
            return found
        kinds = {kind for _, kind in found}
        placed = {path for one in kinds for path in moved([file for file, kind in found if kind == one])}
        return [(file, kind) for file, kind in found if file.path not in placed]


def verb(file: FileChange) -> str:
    """``adds``, ``removes`` or ``changes``."""
    return "adds" if file.added else "removes" if file.removed else "changes"


def touched(rule: str, view: Diff, file: FileChange, what: str, escalate: Level | None = None) -> Hit:
    """One hit for the whole of what happened to ``file``. Raises ObjectMissing, TooLarge."""
    mark = fingerprint.file_change(rule, file, view.old(file), view.new(file))
    return Hit(rule, file.path, None, f"{verb(file)} {what}", mark, escalate)
