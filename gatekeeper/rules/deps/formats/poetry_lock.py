# SPDX-License-Identifier: Apache-2.0
"""``poetry.lock``, lock versions 1 and 2."""

from __future__ import annotations

from typing import Any

from gatekeeper.rules.deps.formats import pypi, pypi_files, sources, toml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Inventory, LockEntry, Source, Unreadable
from gatekeeper.rules.deps.formats.text import array, decode, string, table


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document, entries = toml.rows(text, "package", _entry, path)
    metadata = table(document.get("metadata"))
    if not metadata:
        raise Unreadable("it is not a lockfile of poetry")
    if files := table(metadata.get("files")):
        entries = [_with_files(entry, array(files.get(entry.key))) for entry in entries]
    return Inventory(
        pypi.ECOSYSTEM,
        entries=tuple(entry for entry in entries if entry.source.kind != "path" or entry.source.external),
        version=str(metadata.get("lock-version", "1")),
        text=text,
    )


def _entry(package: dict[str, Any], path: str) -> LockEntry:
    shown, version = string(package.get("name")), string(package.get("version"))
    source = _source(table(package.get("source")), path)
    needs = tuple(map(pypi.normalise, table(package.get("dependencies"))))
    bare = LockEntry(pypi.normalise(shown), version, source, None, key=shown, needs=needs)
    return _with_files(bare, array(package.get("files")))


def _with_files(entry: LockEntry, rows: list[Any]) -> LockEntry:
    """Version 1 lists all files at the end, by package."""
    if not rows:
        return entry
    found = pypi_files.read(entry.name, entry.version, rows)
    return entry._replace(integrity=found.digests, carried=found.carried, hosts=found.hosts)


def _source(value: dict[str, Any], path: str) -> Source:
    kind, address = string(value.get("type")), string(value.get("url"))
    if not value:
        return REGISTRY
    if kind == "legacy":
        return sources.url(address)._replace(kind="registry")
    if kind == "git":
        return sources.git(address, string(value.get("resolved_reference")))
    if kind in ("directory", "file"):
        return sources.path(address, path)
    return sources.url(address)
