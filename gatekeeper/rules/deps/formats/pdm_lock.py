# SPDX-License-Identifier: Apache-2.0
"""``pdm.lock``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import pypi, pypi_files, sources, toml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Inventory, LockEntry, Source, Unreadable
from gatekeeper.rules.deps.formats.text import array, decode, string, table


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document, entries = toml.rows(text, "package", _entry, path)
    metadata = table(document.get("metadata"))
    if not metadata:
        raise Unreadable("it is not a lockfile of pdm")
    if files := table(metadata.get("files")):
        rows = {pypi.normalise(key.partition(" ")[0]): value for key, value in files.items()}
        entries = [_with_files(entry, array(rows.get(entry.name))) for entry in entries]
    return Inventory(
        pypi.ECOSYSTEM,
        entries=tuple(entry for entry in entries if entry.source.kind != "path" or entry.source.external),
        version=str(metadata.get("lock_version", "1")),
        text=text,
    )


def _entry(package: dict[str, Any], path: str) -> LockEntry:
    shown, version = string(package.get("name")), string(package.get("version"))
    needs = tuple(_needs(package.get("dependencies")))
    bare = LockEntry(pypi.normalise(shown), version, _source(package, path), None, key=shown, needs=needs)
    return _with_files(bare, array(package.get("files")))


def _with_files(entry: LockEntry, rows: list[Any]) -> LockEntry:
    """Old versions list all files at the end, by package."""
    if not rows:
        return entry
    found = pypi_files.read(entry.name, entry.version, rows)
    return entry._replace(integrity=found.digests, carried=found.carried, hosts=found.hosts)


def _needs(values: object) -> Iterator[str]:
    for text in values if isinstance(values, dict) else array(values):
        yield pypi.normalise(pypi.requirement(string(text)).name)


def _source(package: dict[str, Any], path: str) -> Source:
    if address := string(package.get("git")):
        return sources.git(address, string(package.get("revision") or package.get("ref")))
    if address := string(package.get("url")):
        return sources.url(address)
    if address := string(package.get("path")):
        return sources.path(address, path)
    for kind in ("hg", "svn", "bzr"):
        if address := string(package.get(kind)):
            return sources.git(f"{kind}+{address}", string(package.get("revision")))
    return REGISTRY
