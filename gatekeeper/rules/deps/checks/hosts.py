# SPDX-License-Identifier: Apache-2.0
"""``deps.host-changed`` and ``deps.external-source``: packages come from somewhere else than before."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import Dependency, LockEntry, Source
from gatekeeper.rules.deps.hits import hit, some
from gatekeeper.rules.deps.locks import CONFIGS, LOCKS, MANIFESTS, LockChange, read_beside

HOST, EXTERNAL, LOCK_ONLY, CONFIG = (
    "deps.host-changed",
    "deps.external-source",
    "deps.lock-only",
    "deps.registry-config",
)
_KINDS = {"registry": "an index", "git": "a git repository", "url": "a plain URL", "path": "a path", "workspace": ""}


def check(delta: Delta, locks: tuple[LockChange, ...]) -> Iterator[Hit]:
    for lock in locks:
        if lock.settled and lock.fresh:
            declared = _declared(delta, lock)
            yield from _new_hosts(delta, lock, declared)
            yield from _new_indexes(lock)
            yield from _external_entries(lock, declared)
    for file in delta.files:
        if file.asks:
            yield from _external_dependencies(delta, file)


def _declared(delta: Delta, lock: LockChange) -> set[tuple[str, str]]:
    """``(name, kind of source)`` that a manifest asks for in plain sight.

    Such a manifest is itself ``deps.external-source`` when it changes, which a person can approve; the lock then
    only follows.
    """
    if not any(entry.source.external for entry in lock.fresh):
        return set()
    beside = read_beside(delta, (lock.folder, b""), MANIFESTS.get(lock.file.ecosystem, ()), "new")
    changed = [file.new for file in delta.files if file.asks and file.ecosystem == lock.file.ecosystem]
    return {
        (wanted.name, wanted.source.kind)
        for inventory in (*changed, *beside)
        for wanted in inventory.dependencies
        if wanted.source.external
    }


def _new_hosts(delta: Delta, lock: LockChange, declared: set[tuple[str, str]]) -> Iterator[Hit]:
    """One hit for each host and kind of source that nothing before the diff vouches for."""
    known = {place for entry in lock.base.entries for place in _places(entry)}
    unknown: dict[tuple[str, str], list[LockEntry]] = {}
    for entry in lock.fresh:
        for place in _places(entry) if (entry.name, entry.source.kind) not in declared else ():
            if place not in known and not _allowed(place[1], delta.diff.settings.dependencies_hosts):
                unknown.setdefault(place, []).append(entry)
    if not unknown:
        return
    for host in _configured_hosts(delta, lock):
        unknown.pop(("registry", host), None)
        unknown.pop(("file", host), None)
    if not lock.same_file:
        yield from _without_base(lock, unknown)
        return
    for (kind, host), entries in unknown.items():
        shown = sources.shown_host(host) if host else _KINDS.get(kind, kind)
        of_kind = "" if kind in ("registry", "file") or not host else f" ({_KINDS.get(kind, kind)})"
        where = f"{shown}{of_kind}, which the lockfile did not use before"
        message = f"{_count(entries)} now from {where}: {_names(entries)}"
        parts = (kind, sources.shown_host(host), *sorted(f"{entry.name} {entry.version}" for entry in entries))
        yield hit(HOST, lock.file.path, lock.lines.of(entries[0]), message, parts)


def _without_base(lock: LockChange, unknown: dict[tuple[str, str], list[LockEntry]]) -> Iterator[Hit]:
    """A first lockfile has nothing to be compared with; one that takes over from another is a person's decision."""
    if not unknown:
        return
    shown = sorted({sources.shown_host(host) or _KINDS.get(kind, kind) for kind, host in unknown})
    what = "the first lockfile here" if lock.first else "a lockfile that takes over from another one"
    what = "a lockfile that could not be read before" if lock.file.lost else what
    message = f"{what} takes {len(lock.file.new.entries)} packages from {some(shown)}"
    parts = ("without base", *shown, *(f"{entry.name} {entry.version}" for entry in lock.fresh))
    yield hit(LOCK_ONLY, lock.file.path, 1, message, parts, None if lock.first else "approval")


def _new_indexes(lock: LockChange) -> Iterator[Hit]:
    """Another index on a host that is known, as far as entries name their index."""
    if not lock.same_file:
        return
    known = {_index(entry.source) for entry in lock.base.entries}
    hosts = {index[0] for index in known}
    fresh: dict[tuple[str, str], list[LockEntry]] = {}
    for entry in lock.fresh:
        index = _index(entry.source)
        if entry.source.kind == "registry" and index[1] and index not in known and index[0] in hosts:
            fresh.setdefault(index, []).append(entry)
    for (host, location), entries in fresh.items() if lock.file.ecosystem != "composer" else ():
        shown = sources.shown_host(host) + location
        message = f"{_count(entries)} now from another index, {shown}: {_names(entries)}"
        parts = (shown, *sorted(entry.name for entry in entries))
        yield hit(CONFIG, lock.file.path, lock.lines.of(entries[0]), message, parts)


def _external_entries(lock: LockChange, declared: set[tuple[str, str]]) -> Iterator[Hit]:
    for entry in lock.fresh:
        before = lock.before.code.get(entry.name, ())
        source = entry.source
        same = (source.kind, source.host, source.location) in before
        moved = lock.file.ecosystem == "composer" and before and not _part_of(source, before)
        if same or not (entry.source.external or moved) or (entry.name, entry.source.kind) in declared:
            continue
        message = f"'{entry.name}' comes from {_described(entry.source)}"
        parts = (entry.name, entry.source.kind, sources.shown_host(entry.source.host or ""), entry.source.location)
        yield hit(EXTERNAL, lock.file.path, lock.lines.of(entry), message, parts)


def _external_dependencies(delta: Delta, file: FileDelta) -> Iterator[Hit]:
    before: dict[str, list[Source]] = {}
    for other in delta.files:
        if other.ecosystem == file.ecosystem:
            for wanted in other.old.dependencies:
                before.setdefault(wanted.name, []).append(wanted.source)
    for wanted in file.new.dependencies:
        if wanted.source.external and not any(_same_code(old, wanted.source) for old in before.get(wanted.name, ())):
            yield _external(file, wanted)


def _external(file: FileDelta, wanted: Dependency) -> Hit:
    shown = wanted.shown or wanted.name
    source = wanted.source
    parts = (wanted.name, wanted.scope, source.kind, sources.shown_host(source.host or ""), source.location, source.ref)
    return hit(EXTERNAL, file.path, wanted.line, f"'{shown}' comes from {_described(source)}", parts)


def _places(entry: LockEntry) -> Iterator[tuple[str, str]]:
    """``(kind, host)`` of everything that installing the entry fetches."""
    source = entry.source
    if source.external or source.host is not None:
        yield source.kind, source.host or ""
    for host in entry.hosts:
        yield "file", host


def _allowed(host: str, allowed: tuple[str, ...]) -> bool:
    """A policy's host is the whole text, or a bare name for the usual secure ways to reach it."""
    return host in allowed or any(
        host in (f"https://{name.lower()}", f"ssh://git@{name.lower()}", f"git+ssh://git@{name.lower()}")
        for name in allowed
    )


def _configured_hosts(delta: Delta, lock: LockChange) -> set[str]:
    """Hosts of indexes that the project was configured with, or that other locks used, before the diff."""
    ecosystem = lock.file.ecosystem
    names = (*CONFIGS.get(ecosystem, ()), *MANIFESTS.get(ecosystem, ()))
    return {
        host
        for inventory in read_beside(delta, (lock.folder, b""), names, "old")
        for setting in inventory.registries
        if (host := sources.host_of(setting.value))
    } | {
        host
        for inventory in read_beside(delta, (lock.folder, b""), LOCKS.get(ecosystem, ()), "old", skip=lock.file.path)
        for entry in inventory.entries
        for kind, host in _places(entry)
        if kind in ("registry", "file")
    }


def _same_code(old: Source, new: Source) -> bool:
    return (old.kind, old.host) == (new.kind, new.host) and set(new.location.split()) <= set(old.location.split())


def _part_of(source: Source, before: Collection[tuple[str, str | None, str]]) -> bool:
    """True where every place that a package of composer is fetched from is one that it had."""
    return any(set(source.location.split()) <= set(location.split()) for _, _, location in before)


def _index(source: Source) -> tuple[str, str]:
    return source.host or "", source.location.rstrip("/")


def _described(source: Source) -> str:
    kind = {"path": "a path outside the tree"}.get(source.kind, _KINDS[source.kind])
    return f"{kind}, {sources.shown(source)}"


def _count(entries: list[LockEntry]) -> str:
    return f"{len(entries)} package{'s' if len(entries) > 1 else ''}"


def _names(entries: list[LockEntry]) -> str:
    return some(entry.name for entry in entries)
