# SPDX-License-Identifier: Apache-2.0
"""What happened to each lock: entries that came and went, against the right base."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from gatekeeper.rules.deps import formats
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats.interface import Inventory, LockEntry, Unreadable
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
    before: Mapping[str, tuple[LockEntry, ...]]
    """Entries of ``base`` by name, of the names that ``fresh`` and ``gone`` speak of."""

    @property
    def first(self) -> bool:
        """Nothing of this ecosystem was locked here before."""
        return not self.same_file and not self.base.entries

    @property
    def folder(self) -> bytes:
        return self.file.path.rpartition(b"/")[0]


def changes(delta: Delta) -> tuple[LockChange, ...]:
    """Every lock that ``delta`` leaves with entries of its own, moved and reordered ones without ``fresh``."""
    return tuple(_change(delta, file) for file in delta.files if file.new.entries and file.trouble is None)


def _change(delta: Delta, file: FileDelta) -> LockChange:
    settled = file.compiled or file.format != "requirements"
    same_file = bool(file.old.entries) or file.old.version != "" or (not settled and not file.file.added)
    base = file.old if same_file else _replaced(delta, file)
    fresh, gone = _difference(base.entries, file.new.entries)
    names = {entry.name for entry in (*fresh, *gone)} | {entry.alias for entry in fresh}
    before = by_name(entry for entry in base.entries if entry.name in names) if names else {}
    return LockChange(file, base, fresh, gone, settled, same_file, before)


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


def by_name(entries: Iterable[LockEntry]) -> Mapping[str, tuple[LockEntry, ...]]:
    found: dict[str, list[LockEntry]] = {}
    for entry in entries:
        found.setdefault(entry.name, []).append(entry)
    return {name: tuple(group) for name, group in found.items()}


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
