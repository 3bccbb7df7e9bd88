# SPDX-License-Identifier: Apache-2.0
"""``deps.loosened``: a range lets in more than before, a pin or a whole lockfile is dropped."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps import versions
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats.interface import Dependency
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.locks import LOCKS, MANIFESTS, read_beside

RULE = "deps.loosened"
_NOT_JUDGED = ("peer", "workspace", "constraint")
_NO_RANGES = ("go", "oci", "actions", "git")


def check(delta: Delta) -> Iterator[Hit]:
    for file in delta.files:
        if file.file.removed:
            yield from _lock_removed(delta, file)
        elif file.old.entries and not file.new.entries and file.trouble is None and _is_lock(file):
            yield from _lock_emptied(delta, file)
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
    if not file.old.entries or not _is_lock(file):
        return
    replaced = any(
        other.ecosystem == file.ecosystem and other.new.entries and _folder(file).startswith(_folder(other))
        for other in delta.files
    )
    prefix = _folder(file) + b"/" if _folder(file) else b""
    kept = any(delta.diff.exists(prefix + lock.encode(), "new") for lock in LOCKS[file.ecosystem])
    stays = any(delta.diff.exists(prefix + name.encode(), "new") for name in MANIFESTS.get(file.ecosystem, ()))
    if stays and not (replaced or kept):
        yield hit(RULE, file.path, None, "the lockfile is removed and its manifest stays", ("lockfile removed",))


def _lock_emptied(delta: Delta, file: FileDelta) -> Iterator[Hit]:
    """A lock that loses every package while its manifest asks for some."""
    manifests = read_beside(delta, (_folder(file),), MANIFESTS.get(file.ecosystem, ()), "new")
    if any(manifest.dependencies for manifest in manifests):
        yield hit(RULE, file.path, None, "the lockfile is emptied and its manifest is not", ("lockfile emptied",))


def _is_lock(file: FileDelta) -> bool:
    name = file.path.rpartition(b"/")[2].decode("utf-8", "replace").lower()
    return name in {lock.lower() for lock in LOCKS.get(file.ecosystem, ())}


def _folder(file: FileDelta) -> bytes:
    return file.path.rpartition(b"/")[0]
