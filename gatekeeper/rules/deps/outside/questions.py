# SPDX-License-Identifier: Apache-2.0
"""Which packages a diff brings in, as far as an index or a list of advisories can be asked about them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.rules.deps.checks.new_direct import fresh
from gatekeeper.rules.deps.delta import Delta
from gatekeeper.rules.deps.formats.interface import LockEntry, Source
from gatekeeper.rules.deps.locks import LockChange


class Question(NamedTuple):
    """One package of one file."""

    ecosystem: str
    name: str
    version: str
    """Empty where only the name is asked about."""
    new: bool
    """True where the diff brings in the name, not only the version."""
    host: str | None
    """The index that the file names; None for the configured one."""
    path: bytes
    line: int | None
    shown: str


def ask(delta: Delta, locks: tuple[LockChange, ...]) -> Iterator[Question]:
    """Each new name and each new version once a file; sources other than indexes are no question."""
    asked: set[tuple[bytes, str, str]] = set()
    for file, wanted in fresh(delta):
        if wanted.source.kind == "registry":
            exact = re.fullmatch(r"===?([^*,]+)", wanted.requirement) if wanted.ecosystem == "pypi" else None
            version = exact[1] if exact else ""
            shown = wanted.shown or wanted.name
            asked.add((file.path, wanted.name, version))
            yield Question(
                wanted.ecosystem, wanted.name, version, True, wanted.source.host, file.path, wanted.line, shown
            )
    for lock in locks:
        for entry in lock.fresh:
            key = (lock.file.path, entry.name, entry.version)
            is_new = entry.version not in lock.before.versions.get(entry.name, ()) and key not in asked
            if entry.source.kind == "registry" and entry.version and is_new:
                asked.add(key)
                yield _question(lock, entry, entry.source)


def _question(lock: LockChange, entry: LockEntry, source: Source) -> Question:
    ecosystem, new = lock.file.ecosystem, entry.name not in lock.before.versions
    line = lock.lines.of(entry)
    return Question(ecosystem, entry.name, entry.version, new, source.host, lock.file.path, line, entry.name)
