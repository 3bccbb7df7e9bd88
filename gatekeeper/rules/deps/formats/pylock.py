# SPDX-License-Identifier: Apache-2.0
"""``pylock.toml`` and ``pylock.<name>.toml`` (PEP 751)."""

from __future__ import annotations

from typing import Any

from gatekeeper.rules.deps.formats import pypi, pypi_files, sources, toml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Inventory, LockEntry, Source, Unreadable
from gatekeeper.rules.deps.formats.text import array, decode, string, table


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document, entries = toml.rows(text, "packages", _entry, path)
    if "lock-version" not in document:
        raise Unreadable("it is not a pylock file")
    return Inventory(
        pypi.ECOSYSTEM,
        entries=tuple(entry for entry in entries if entry.source.kind != "path" or entry.source.external),
        version=string(document["lock-version"]),
        text=text,
    )


def _entry(package: dict[str, Any], path: str) -> LockEntry:
    shown, version = string(package.get("name")), string(package.get("version"))
    name = pypi.normalise(shown)
    rows = list(array(package.get("wheels")))
    rows += [package[key] for key in ("sdist", "archive") if key in package]
    found = pypi_files.read(name, version, rows)
    return LockEntry(
        name,
        version,
        _source(package, path),
        None,
        found.digests,
        shown,
        carried=found.carried,
        needs=tuple(pypi.normalise(string(table(row).get("name"))) for row in array(package.get("dependencies"))),
        hosts=found.hosts,
    )


def _source(package: dict[str, Any], path: str) -> Source:
    if vcs := table(package.get("vcs")):
        if not vcs.get("url"):
            return sources.path(string(vcs.get("path")), path)
        return sources.git(string(vcs["url"]), string(vcs.get("commit-id")))
    if directory := table(package.get("directory")):
        return sources.path(string(directory.get("path")), path)
    if archive := table(package.get("archive")):
        return (
            sources.url(string(archive["url"]))
            if archive.get("url")
            else sources.path(string(archive.get("path")), path)
        )
    if index := string(package.get("index")):
        return sources.url(index)._replace(kind="registry")
    return REGISTRY
