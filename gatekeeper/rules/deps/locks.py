# SPDX-License-Identifier: Apache-2.0
"""What happened to each lock: entries that came and went, against the right base."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from gatekeeper.rules.deps import formats
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats.interface import Inventory, LockEntry, Unreadable
from gatekeeper.rules.deps.hits import Lines
from gatekeeper.rules.rule import Side

LOCKS: Mapping[str, tuple[str, ...]] = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock"),
    "pypi": ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock"),
    "cargo": ("Cargo.lock",),
    "composer": ("composer.lock",),
    "go": ("go.sum",),
    "gem": ("Gemfile.lock",),
}
"""Where another lock of an ecosystem may stand beside a new one."""

MANIFESTS: Mapping[str, tuple[str, ...]] = {
    "npm": ("package.json", "pnpm-workspace.yaml"),
    "pypi": ("pyproject.toml", "Pipfile", "requirements.in", "requirements.txt"),
    "cargo": ("Cargo.toml",),
    "composer": ("composer.json",),
    "go": ("go.mod",),
    "gem": ("Gemfile",),
}
"""What asks for the packages that a lock in the same directory holds."""

CONFIGS: Mapping[str, tuple[str, ...]] = {
    "npm": (".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml"),
    "pypi": ("pip.conf", "uv.toml", "poetry.toml"),
    "cargo": (".cargo/config.toml", ".cargo/config"),
}
"""Where a project says which indexes it uses."""


class Before:
    """What was locked before a change, ready to be asked."""

    def __init__(self, entries: tuple[LockEntry, ...], names: Collection[str]) -> None:
        """Of ``entries`` only those of ``names`` are kept, which are the ones that a change speaks of."""
        self._entries = [entry for entry in entries if entry.name in names]

    @cached_property
    def versions(self) -> Mapping[str, Collection[str]]:
        """The versions of each name."""
        found: dict[str, set[str]] = {}
        for entry in self._entries:
            found.setdefault(entry.name, set()).add(entry.version)
        return found

    @cached_property
    def kinds(self) -> Collection[tuple[str, str, str]]:
        """``(name, version, kind of source)`` of each entry."""
        return {(entry.name, entry.version, entry.source.kind) for entry in self._entries}

    @cached_property
    def code(self) -> Mapping[str, Collection[tuple[str, str | None, str]]]:
        """``(kind, host, location)`` of the sources of each name."""
        found: dict[str, set[tuple[str, str | None, str]]] = {}
        for entry in self._entries:
            found.setdefault(entry.name, set()).add((entry.source.kind, entry.source.host, entry.source.location))
        return found

    @cached_property
    def digests(self) -> Mapping[tuple[str, str], Mapping[tuple[str, str], Collection[str]]]:
        """Of each name and version the hashes, by algorithm and file; entries without hashes have no part in it."""
        found: dict[tuple[str, str], dict[tuple[str, str], set[str]]] = {}
        for entry in self._entries:
            for digest in entry.integrity:
                slots = found.setdefault((entry.name, entry.version), {})
                slots.setdefault((digest.algorithm, digest.file), set()).add(digest.value)
        return found

    @cached_property
    def bare(self) -> Collection[tuple[str, str]]:
        """Names and versions that had an entry without a hash."""
        return {(entry.name, entry.version) for entry in self._entries if not entry.integrity}

    @cached_property
    def scripted(self) -> Collection[str]:
        """Names that had an install script."""
        return {entry.name for entry in self._entries if entry.install_script}

    @cached_property
    def places(self) -> Collection[tuple[str, str]]:
        """``(name, place in the lock)`` of entries under their own name."""
        return {(entry.name, entry.key) for entry in self._entries if not entry.alias}

    @cached_property
    def aliases(self) -> Collection[tuple[str, str]]:
        """``(name, alias)`` of entries under another one."""
        return {(entry.name, entry.alias) for entry in self._entries if entry.alias}


class LockChange(NamedTuple):
    """One lock, before and after."""

    file: FileDelta
    base: Inventory
    """What was locked before: by this file, or by the one that it replaces or stands beside."""
    fresh: tuple[LockEntry, ...]
    """Entries that ``base`` does not have like this, in the order of the file."""
    gone: tuple[LockEntry, ...]
    settled: bool
    """True for a real lock; false for pinned requirements that people write by hand."""
    same_file: bool
    """True where ``base`` is this file's own old side."""
    before: Before
    """``base``, as far as ``fresh`` and ``gone`` speak of its names."""
    lines: Lines
    """Where entries of the new side stand."""

    @property
    def first(self) -> bool:
        """Nothing of this ecosystem was locked here before, as far as anybody can tell."""
        return not self.same_file and not self.base.entries and not self.file.lost

    @property
    def folder(self) -> bytes:
        return self.file.path.rpartition(b"/")[0]


def changes(delta: Delta) -> tuple[LockChange, ...]:
    """Every lock that ``delta`` leaves with entries of its own, moved and reordered ones without ``fresh``."""
    return tuple(_change(delta, file) for file in delta.files if file.new.entries and file.trouble is None)


def _change(delta: Delta, file: FileDelta) -> LockChange:
    settled = file.compiled or file.format != "requirements"
    same_file = bool(file.old.entries) or (not settled and not file.file.added)
    base = file.old if same_file else _replaced(delta, file)
    fresh, gone = _difference(base.entries, file.new.entries)
    names = {entry.name for entry in (*fresh, *gone)} | {entry.alias for entry in fresh}
    before = Before(base.entries if names else (), names)
    return LockChange(file, base, fresh, gone, settled, same_file, before, Lines(file.new))


def _difference(
    old: tuple[LockEntry, ...], new: tuple[LockEntry, ...]
) -> tuple[tuple[LockEntry, ...], tuple[LockEntry, ...]]:
    """``(only in new, only in old)``. Parsers that remember blocks give the same object for the same block."""
    old_ids, new_ids = {id(entry) for entry in old}, {id(entry) for entry in new}
    old_rest = [entry for entry in old if id(entry) not in new_ids]
    new_rest = [entry for entry in new if id(entry) not in old_ids]
    if not old_rest or not new_rest:
        return tuple(new_rest), tuple(old_rest)
    had, has = {_identity(entry) for entry in old}, {_identity(entry) for entry in new}
    return (
        tuple(entry for entry in new_rest if _identity(entry) not in had),
        tuple(entry for entry in old_rest if _identity(entry) not in has),
    )


def _identity(entry: LockEntry) -> LockEntry:
    return entry if entry.line is None else entry._replace(line=None)


def _replaced(delta: Delta, file: FileDelta) -> Inventory:
    """The lock that a new one takes over from: one that this diff removes, else one beside it or at the root."""
    removed: list[Inventory] = [
        other.old
        for other in delta.files
        if other.file.removed
        and other.old.entries
        and other.old.ecosystem == file.ecosystem
        and other.format != "go_mod"
    ]
    if removed:
        return Inventory(
            file.ecosystem, entries=tuple(entry for old in removed for entry in old.entries), version="several"
        )
    if file.format in ("go_mod", "requirements"):
        return Inventory(file.ecosystem)
    folder = file.path.rpartition(b"/")[0]
    for inventory in read_beside(delta, (folder, b""), LOCKS.get(file.ecosystem, ()), "old", skip=file.path):
        if inventory.entries:
            return inventory
    return Inventory(file.ecosystem)


def read_beside(
    delta: Delta, folders: Iterable[bytes], names: Iterable[str], side: Side, skip: bytes = b""
) -> Iterator[Inventory]:
    """The readable ones of ``names`` in each of ``folders``."""
    for place in dict.fromkeys(folders):
        for name in names:
            path = (place + b"/" if place else b"") + os.fsencode(name)
            module = formats.format_of(path)
            content = delta.diff.read_tree(path, side) if module and path != skip else None
            if module is None or content is None:
                continue
            try:
                yield formats.parser(module)(content, os.fsdecode(path))
            except Unreadable:
                continue
