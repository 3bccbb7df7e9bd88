# SPDX-License-Identifier: Apache-2.0
"""``poetry.lock``, lock versions 1 and 2."""

from __future__ import annotations

from typing import Any

from gatekeeper.rules.deps.formats import pypi, pypi_files, sources, toml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Inventory, LockEntry, Source, Unreadable
from gatekeeper.rules.deps.formats.text import array, decode, string, table


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document = toml.load(text)
    packages, metadata = array(document.get("package")), table(document.get("metadata"))
    if not metadata:
        raise Unreadable("it is not a lockfile of poetry")
    files = {pypi.normalise(name): rows for name, rows in table(metadata.get("files")).items()}
    lines = toml.header_lines(text, "package", len(packages))
    entries = [_entry(table(package), line, path, files) for package, line in zip(packages, lines, strict=True)]
    return Inventory(
        pypi.ECOSYSTEM,
        entries=tuple(entry for entry in entries if entry.source.kind != "path" or entry.source.external),
        version=str(metadata.get("lock-version", "")),
    )


def _entry(package: dict[str, Any], line: int | None, path: str, files: dict[str, object]) -> LockEntry:
    name, version = pypi.normalise(string(package.get("name"))), string(package.get("version"))
    rows = package["files"] if "files" in package else files.get(name)
    found = pypi_files.read(name, version, array(rows))
    return LockEntry(
        name,
        version,
        _source(table(package.get("source")), path),
        line,
        found.digests,
        carried=found.carried,
        needs=tuple(map(pypi.normalise, table(package.get("dependencies")))),
        hosts=found.hosts,
    )


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
