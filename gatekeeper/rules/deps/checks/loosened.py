# SPDX-License-Identifier: Apache-2.0
"""``deps.loosened``: a range lets in more than before, a pin or a whole lockfile is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps import versions
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats.interface import Dependency
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.locks import LOCKS, MANIFESTS

RULE = "deps.loosened"
_NOT_JUDGED = ("peer", "workspace", "constraint")
_NO_RANGES = ("go", "oci", "actions", "git")


def check(delta: Delta) -> Iterator[Hit]:
    for file in delta.files:
        if file.file.removed:
            yield from _lock_removed(delta, file)
        elif file.asks and file.ecosystem not in _NO_RANGES:
            yield from _ranges(file)


def _ranges(file: FileDelta) -> Iterator[Hit]:
    before: dict[tuple[str, str], list[Dependency]] = {}
    for wanted in file.old.dependencies:
        before.setdefault((wanted.name, wanted.scope), []).append(wanted)
    for wanted in file.new.dependencies:
        old = before.get((wanted.name, wanted.scope), [])
        if not old or wanted.scope in _NOT_JUDGED or wanted.source.kind != "registry":
            continue
        if any(other.requirement == wanted.requirement or other.source.kind != "registry" for other in old):
            continue
        if _looser(file.ecosystem, old, wanted):
            shown, now_shown = wanted.shown or wanted.name, wanted.requirement or "*"
            message = f"'{shown}' is loosened from '{old[0].requirement}' to '{now_shown}'"
            yield hit(RULE, file.path, wanted.line, message, (wanted.name, old[0].requirement, wanted.requirement))


def _looser(ecosystem: str, old: list[Dependency], wanted: Dependency) -> bool:
    """A pin dropped or a bound given up; a wider range that starts at a newer version is an update."""
    was = max(versions.looseness(ecosystem, other.requirement) for other in old)
    now = versions.looseness(ecosystem, wanted.requirement)
    if now <= was or was == versions.EXACT or now >= versions.OPEN:
        return now > was
    lowest = versions.lowest(wanted.requirement)
    raised = (versions.compare(ecosystem, lowest, versions.lowest(other.requirement)) for other in old)
    return not all(order is not None and order > 0 for order in raised)


def _lock_removed(delta: Delta, file: FileDelta) -> Iterator[Hit]:
    """A lock that goes while nothing takes its place."""
    name = file.path.rpartition(b"/")[2].decode("utf-8", "replace")
    if not file.old.entries or not any(name.lower() == lock.lower() for lock in LOCKS.get(file.ecosystem, ())):
        return
    folder = file.path.rpartition(b"/")[0]
    replaced = any(
        other.ecosystem == file.ecosystem and other.new.entries and folder.startswith(other.path.rpartition(b"/")[0])
        for other in delta.files
    )
    prefix = folder + b"/" if folder else b""
    kept = any(delta.diff.exists(prefix + lock.encode(), "new") for lock in LOCKS[file.ecosystem])
    if not (replaced or kept) and _manifest_stays(delta, prefix, file.ecosystem):
        yield hit(RULE, file.path, None, "the lockfile is removed and its manifest stays", ("lockfile removed",))


def _manifest_stays(delta: Delta, prefix: bytes, ecosystem: str) -> bool:
    return any(delta.diff.exists(prefix + name.encode(), "new") for name in MANIFESTS.get(ecosystem, ()))
