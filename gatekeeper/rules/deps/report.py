# SPDX-License-Identifier: Apache-2.0
"""What a diff does to dependencies, package by package, for people to read: added, removed, moved, from where."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from gatekeeper.rules.deps import delta, locks, versions
from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import Source
from gatekeeper.rules.rule import Diff

Kind = Literal["added", "removed", "updated", "downgraded", "changed", "moved"]


class Movement(NamedTuple):
    """One package in one file."""

    path: bytes
    ecosystem: str
    name: str
    kind: Kind
    """``moved`` is another source; ``changed`` another range, or a version that nobody can order."""
    old: str
    """Version (of a lock) or range (of a manifest); several are joined by ``, ``. Empty for an added package."""
    new: str
    source: str
    """Where it comes from now, as far as the file says, without credentials; empty for the usual index."""
    direct: bool
    """True where the project itself asks for it."""
    line: int | None


def movements(diff: Diff) -> tuple[Movement, ...]:
    """Everything that moved, manifests before locks, each in order of paths and names. Raises ObjectMissing, TooLarge.

    Files that cannot be read have no part in it; they are ``deps.opaque``.
    """
    found = delta.read(diff)
    wanted = [movement for file in found.files if file.asks for movement in _of_manifest(file)]
    direct = {(movement.ecosystem, movement.name) for movement in wanted}
    settled = [one for lock in locks.changes(found) if lock.settled for one in _of_lock(lock, direct)]
    return (*wanted, *settled)


def _of_manifest(file: delta.FileDelta) -> Iterator[Movement]:
    old = {(one.name, one.scope): one for one in file.old.dependencies}
    new = {(one.name, one.scope): one for one in file.new.dependencies}
    for key in sorted(old.keys() | new.keys()):
        before, after = old.get(key), new.get(key)
        now = after or before
        if now is None or (before and after and before._replace(line=None) == after._replace(line=None)):
            continue
        moved = before is not None and after is not None and before.source != after.source
        kind: Kind = "added" if before is None else "removed" if after is None else "moved" if moved else "changed"
        yield Movement(
            file.path,
            file.ecosystem,
            now.name,
            kind,
            before.requirement if before else "",
            after.requirement if after else "",
            _shown(after.source) if after else "",
            now.direct,
            after.line if after else None,
        )


def _of_lock(lock: locks.LockChange, direct: set[tuple[str, str]]) -> Iterator[Movement]:
    ecosystem, roots = lock.file.ecosystem, set(lock.file.new.roots) | set(lock.base.roots)
    now: dict[str, set[str]] = {}
    for entry in lock.file.new.entries:
        now.setdefault(entry.name, set()).add(entry.version)
    fresh = {entry.name: entry for entry in reversed(lock.fresh)}
    for name in sorted({entry.name for entry in (*lock.fresh, *lock.gone)}):
        before = set(lock.before.versions.get(name, ()))
        after, came = now.get(name, set()), fresh.get(name)
        yield Movement(
            lock.file.path,
            ecosystem,
            name,
            _kind(ecosystem, before, after),
            ", ".join(sorted(before)),
            ", ".join(sorted(after)),
            _shown(came.source) if came else "",
            name in roots or (ecosystem, name) in direct,
            lock.lines.of(came) if came else None,
        )


def _kind(ecosystem: str, before: set[str], after: set[str]) -> Kind:
    if not before:
        return "added"
    if not after:
        return "removed"
    if before == after:
        return "moved"
    order = versions.compare(ecosystem, _highest(ecosystem, after), _highest(ecosystem, before))
    return "changed" if not order else "updated" if order > 0 else "downgraded"


def _highest(ecosystem: str, found: set[str]) -> str:
    known = [version for version in found if versions.key(ecosystem, version) is not None]
    return max(known, key=lambda version: versions.key(ecosystem, version), default="")


def _shown(source: Source) -> str:
    if source.kind == "workspace":
        return "this repository"
    return sources.shown(source) if source.kind == "registry" else f"{source.kind} {sources.shown(source)}"
