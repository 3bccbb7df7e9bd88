# SPDX-License-Identifier: Apache-2.0
"""``deps.lock-only`` and ``deps.downgrade``: what the lock did that no manifest asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from gatekeeper.model import Hit
from gatekeeper.rules.deps import versions
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats.interface import Inventory, LockEntry
from gatekeeper.rules.deps.hits import hit, some
from gatekeeper.rules.deps.locks import MANIFESTS, LockChange, read_beside

LOCK_ONLY, DOWNGRADE = "deps.lock-only", "deps.downgrade"


def check(delta: Delta, locks: tuple[LockChange, ...]) -> Iterator[Hit]:
    for lock in locks:
        if lock.settled and (lock.same_file or not lock.file.file.added) and (lock.fresh or lock.gone):
            others = [other for other in locks if other is not lock and other.file.ecosystem == lock.file.ecosystem]
            yield from _lock_only(delta, lock, others)
        elif lock.settled and lock.base.entries and not lock.same_file:
            yield from _taken_over(lock)
        yield from _downgrades(delta, lock)


def _lock_only(delta: Delta, lock: LockChange, others: list[LockChange]) -> Iterator[Hit]:
    asked = _asked(delta, lock.file)
    fresh = [entry for entry in lock.fresh if entry.name not in lock.before.versions]
    if fresh and others:
        elsewhere = {entry.name for other in others for entry in other.base.entries}
        fresh = [entry for entry in fresh if entry.name not in elsewhere]
    extra = _unneeded(_extra_versions(lock), lock)
    rehashed = [entry for entry in lock.fresh if _more_hashes(entry, lock)]
    if asked is not None:
        fresh = _unexplained(fresh, {*asked, *_movers(lock)}, lock.file.new)
        if not fresh and not rehashed:
            return
        extra = []
    moved = [entry for entry in lock.fresh if not _same_package(entry, lock)]
    if not (moved or lock.gone) or (not moved and not rehashed and _same_names(lock)):
        return
    said = []
    if fresh:
        said.append(f"new: {some(entry.name for entry in fresh)}")
    if extra:
        said.append(f"a further version of {some(entry.name for entry in extra)}")
    if rehashed:
        said.append(f"more hashes for the same version of {some(entry.name for entry in rehashed)}")
    if not said:
        said.append(f"{len({entry.name for entry in moved} | {entry.name for entry in lock.gone})} packages differ")
    first = next(iter([*fresh, *extra, *rehashed, *moved]), None)
    cause = (
        "the lockfile changed and its manifest did not" if asked is None else "no change of a manifest explains this"
    )
    parts = sorted(f"{entry.name} {entry.version} {entry.integrity}" for entry in lock.fresh)
    yield hit(
        LOCK_ONLY,
        lock.file.path,
        lock.lines.of(first) if first else None,
        f"{cause}; {'; '.join(said)}",
        parts,
        "approval" if fresh or extra or rehashed else None,
    )


def _taken_over(lock: LockChange) -> Iterator[Hit]:
    """Packages that the lock before this one did not have."""
    fresh = [entry for entry in lock.fresh if entry.name not in lock.before.versions]
    if fresh:
        message = f"a lockfile takes over from another one; new: {some(entry.name for entry in fresh)}"
        parts = ("taken over", *sorted(f"{entry.name} {entry.version}" for entry in fresh))
        yield hit(LOCK_ONLY, lock.file.path, lock.lines.of(fresh[0]), message, parts, "approval")


def _asked(delta: Delta, lock: FileDelta) -> Collection[str] | None:
    """The packages whose requirements a manifest below the lock changed in this diff; None for no change at all."""
    folder = lock.path.rpartition(b"/")[0]
    inside = folder + b"/" if folder else b""
    asked: set[str] = set()
    changed = False
    for file in delta.files:
        if file.ecosystem != lock.ecosystem or not file.path.startswith(inside):
            continue
        if file.compiled or file.new.version or file.old.version:
            continue
        old, new = _wishes(file.old), _wishes(file.new)
        if old != new:
            changed = True
            asked |= {name for name, _ in old ^ new}
    return asked if changed else None


def _wishes(inventory: Inventory) -> set[tuple[str, str]]:
    direct = {
        (wanted.name, f"{wanted.requirement} {wanted.source} {wanted.scope}")
        for wanted in inventory.dependencies
        if wanted.direct
    }
    return direct | {(setting.name.rpartition("/")[2], setting.value) for setting in inventory.overrides}


def _unexplained(fresh: list[LockEntry], asked: Collection[str], lock: Inventory) -> list[LockEntry]:
    """Those of ``fresh`` that nothing whose requirement changed needs, where the lock says who needs whom."""
    edges = _edges(lock) if fresh else {}
    if not edges and lock.version != "compiled":
        return []
    reached, pending = set(asked), list(asked)
    while pending:
        for need in edges.get(pending.pop(), ()):
            if need not in reached:
                reached.add(need)
                pending.append(need)
    return [entry for entry in fresh if entry.name not in reached and entry.alias not in reached]


def _edges(lock: Inventory) -> Mapping[str, Collection[str]]:
    if lock.edges is not None:
        return lock.edges()
    found: dict[str, set[str]] = {}
    for entry in lock.entries:
        if entry.needs:
            found.setdefault(entry.name, set()).update(entry.needs)
    return found


def _extra_versions(lock: LockChange) -> list[LockEntry]:
    """Versions that came beside the ones that a package had and keeps."""
    now = {(entry.name, entry.version) for entry in lock.file.new.entries}
    found = []
    for entry in lock.fresh:
        before = set(lock.before.versions.get(entry.name, ()))
        if before and entry.version not in before and all((entry.name, version) in now for version in before):
            found.append(entry)
    return found


def _unneeded(extra: list[LockEntry], lock: LockChange) -> list[LockEntry]:
    """Those of ``extra`` that no package needs which is itself another version than before, or new."""
    if not extra:
        return []
    edges = _edges(lock.file.new)
    needed = {need for name in _movers(lock) for need in edges.get(name, ())}
    return [entry for entry in extra if entry.name not in needed]


def _movers(lock: LockChange) -> set[str]:
    """Packages that the lock had in other versions only."""
    before = {(old.name, old.version) for old in lock.base.entries}
    return {
        entry.name
        for entry in lock.fresh
        if entry.name in lock.before.versions and (entry.name, entry.version) not in before
    }


def _more_hashes(entry: LockEntry, lock: LockChange) -> bool:
    """True where a version has all hashes it had, and others for the same file."""
    known = lock.before.digests.get((entry.name, entry.version), {})
    slots = ((known.get((digest.algorithm, digest.file)), digest.value) for digest in entry.integrity)
    return any(values is not None and value not in values for values, value in slots)


def _same_package(entry: LockEntry, lock: LockChange) -> bool:
    return (entry.name, entry.version, entry.source.kind) in lock.before.kinds


def _same_names(lock: LockChange) -> bool:
    """True where every package that went is still there in the same version: another way to write the same."""
    now = {(entry.name, entry.version) for entry in lock.file.new.entries}
    return all((entry.name, entry.version) in now for entry in lock.gone)


def _downgrades(delta: Delta, lock: LockChange) -> Iterator[Hit]:
    ecosystem, path = lock.file.ecosystem, lock.file.path
    now: dict[str, set[str]] = {}
    for entry in lock.file.new.entries:
        now.setdefault(entry.name, set()).add(entry.version)
    direct: Collection[str] | None = None
    for entry in {entry.name: entry for entry in lock.fresh}.values():
        before = set(lock.before.versions.get(entry.name, ()))
        came, went = now[entry.name] - before, before - now[entry.name]
        if not came or not went:
            continue
        lower, upper = _highest(ecosystem, came), _highest(ecosystem, went)
        if lower is None or upper is None or (versions.compare(ecosystem, lower, upper) or 0) >= 0:
            continue
        direct = _direct(delta, lock) if direct is None else direct
        asked = entry.name in direct
        message = f"{'direct dependency ' if asked else ''}'{entry.name}' goes back from {upper} to {lower}"
        parts = (entry.name, upper, lower)
        yield hit(DOWNGRADE, path, lock.lines.of(entry), message, parts, "approval" if asked else None)


def _highest(ecosystem: str, found: set[str]) -> str | None:
    readable = [version for version in found if versions.key(ecosystem, version) is not None]
    return max(readable, key=lambda version: versions.key(ecosystem, version), default=None)


def _direct(delta: Delta, lock: LockChange) -> Collection[str]:
    """Names that the project itself asks for, by the lock and by the manifests beside it."""
    found = set(lock.file.new.roots) | set(lock.base.roots)
    found |= {
        wanted.name
        for file in delta.files
        if file.ecosystem == lock.file.ecosystem
        for wanted in (*file.new.dependencies, *file.old.dependencies)
        if wanted.direct
    }
    for inventory in read_beside(delta, (lock.folder,), MANIFESTS.get(lock.file.ecosystem, ()), "new"):
        found |= {wanted.name for wanted in inventory.dependencies if wanted.direct}
    return found
