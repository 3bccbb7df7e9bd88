# SPDX-License-Identifier: Apache-2.0
"""``deps.integrity-changed`` and ``deps.name-mismatch``: a lock entry is not what it says, or not what it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps import versions
from gatekeeper.rules.deps.delta import Delta
from gatekeeper.rules.deps.formats import npm
from gatekeeper.rules.deps.formats.interface import LockEntry
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.locks import LockChange

CHANGED, MISMATCH = "deps.integrity-changed", "deps.name-mismatch"
_STRENGTH = {"md5": 1, "sha1": 2, "sha224": 3, "sha256": 4, "sha384": 5, "sha512": 6}


def check(delta: Delta, locks: tuple[LockChange, ...]) -> Iterator[Hit]:
    declared = _declared(delta)
    for lock in locks:
        for entry in lock.fresh:
            if reason := _changed(entry, lock):
                parts = (entry.name, entry.version, reason, *(f"{d.algorithm}:{d.value}" for d in entry.integrity))
                message = f"{reason} of '{entry.name}' {entry.version}"
                yield hit(CHANGED, lock.file.path, lock.lines.of(entry), message, parts)
            if reason := _mismatch(entry, lock, declared):
                parts = (entry.name, entry.version, entry.alias, reason)
                yield hit(MISMATCH, lock.file.path, lock.lines.of(entry), reason, parts)


def _changed(entry: LockEntry, lock: LockChange) -> str:
    """What happened to the hash of the same version, fit to be followed by ``of``; empty for nothing.

    A hash added to others that stay is no replacement: indexes gain files for old versions.
    """
    known = lock.before.digests.get((entry.name, entry.version))
    if not known or entry.source.kind not in ("registry", "url"):
        return ""
    if not entry.integrity:
        bare = (entry.name, entry.version) in lock.before.bare
        return "" if bare or not lock.same_file else "the integrity hash is removed"
    here: dict[tuple[str, str], set[str]] = {}
    for digest in entry.integrity:
        here.setdefault((digest.algorithm, digest.file), set()).add(digest.value)
    for slot, values in here.items():
        was = set(known.get(slot, values))
        if not values & was or (values - was and was - values):
            return "another integrity hash for the same version"
    return _weakened({slot[0] for slot in known}, {slot[0] for slot in here}, lock)


def _weakened(old: set[str], new: set[str], lock: LockChange) -> str:
    if old & new or not lock.same_file:
        return ""
    strongest = max(_STRENGTH.get(name, 0) for name in old)
    if max(_STRENGTH.get(name, 0) for name in new) < strongest:
        return "a weaker integrity hash"
    unranked = not (old & _STRENGTH.keys()) and lock.base.version == lock.file.new.version
    return "another kind of integrity hash for the same version" if unranked else ""


def _mismatch(entry: LockEntry, lock: LockChange, declared: Collection[str]) -> str:
    ecosystem = lock.file.ecosystem
    for name, version in entry.carried:
        if name and name.lower() != entry.name.lower():
            return f"'{entry.name}' {entry.version} is fetched from a URL of '{name}'"
        if version and entry.version and not _equal(ecosystem, version, entry.version):
            return f"'{entry.name}' {entry.version} is fetched from a URL of version {version}"
    if (entry.alias, entry.key) in lock.before.places and (entry.name, entry.alias) not in lock.before.aliases:
        return "" if entry.name in declared else f"'{entry.alias}' is now another package, '{entry.name}'"
    return ""


def _equal(ecosystem: str, left: str, right: str) -> bool:
    return left == right or versions.compare(ecosystem, left, right) == 0 or left.lstrip("v") == right.partition("+")[0]


def _declared(delta: Delta) -> Collection[str]:
    """Packages that a manifest of the same diff asks for, or puts in place of another, in plain sight."""
    overrides = (setting.value for file in delta.files for setting in file.new.overrides)
    replaced = {npm.split_version(value[4:])[0] for value in overrides if value.startswith("npm:")}
    return replaced | {one.name for file in delta.files for one in file.new.dependencies}
