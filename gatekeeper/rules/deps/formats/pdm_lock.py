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
    document = toml.load(text)
    packages, metadata = array(document.get("package")), table(document.get("metadata"))
    if not metadata:
        raise Unreadable("it is not a lockfile of pdm")
    old_files = {key.partition(" ")[0]: rows for key, rows in table(metadata.get("files")).items()}
    lines = toml.header_lines(text, "package", len(packages))
    entries = [_entry(table(package), line, path, old_files) for package, line in zip(packages, lines, strict=True)]
    return Inventory(
        pypi.ECOSYSTEM,
        entries=tuple(entry for entry in entries if entry.source.kind != "path" or entry.source.external),
        version=str(metadata.get("lock_version", "")),
    )


def _entry(package: dict[str, Any], line: int | None, path: str, old_files: dict[str, object]) -> LockEntry:
    shown = string(package.get("name"))
    name, version = pypi.normalise(shown), string(package.get("version"))
    found = pypi_files.read(name, version, array(package.get("files", old_files.get(shown))))
    return LockEntry(
        name,
        version,
        _source(package, path),
        line,
        found.digests,
        key=",".join(sorted(map(str, array(package.get("extras"))))),
        carried=found.carried,
        needs=tuple(_needs(package.get("dependencies"))),
        hosts=found.hosts,
    )


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
