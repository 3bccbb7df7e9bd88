# SPDX-License-Identifier: Apache-2.0
"""``uv.lock``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import pypi, pypi_files, sources, toml
from gatekeeper.rules.deps.formats.interface import WORKSPACE, Inventory, LockEntry, Setting, Source, Unreadable
from gatekeeper.rules.deps.formats.text import array, decode, string, table


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document, packages = toml.rows(text, "package", _package, path)
    if "version" not in document:
        raise Unreadable("it is not a lockfile of uv")
    manifest = table(document.get("manifest"))
    return Inventory(
        pypi.ECOSYSTEM,
        entries=tuple(entry for entry, _ in packages if entry is not None),
        overrides=tuple(
            Setting(f"manifest.{key}", str(value), None)
            for key in ("overrides", "excludes")
            for value in array(manifest.get(key))
        ),
        roots=tuple(name for _, roots in packages for name in roots),
        version=str(document["version"]),
        text=text,
    )


def _package(package: dict[str, Any], path: str) -> tuple[LockEntry | None, tuple[str, ...]]:
    """The entry (None for a member of the workspace), and what a member asks for."""
    return _entry(package, path), tuple(_roots(package))


def _entry(package: dict[str, Any], path: str) -> LockEntry | None:
    name, version = pypi.normalise(string(package.get("name"))), string(package.get("version"))
    source = _source(table(package.get("source")), path)
    if source == WORKSPACE or (source.kind == "path" and not source.external):
        return None
    rows = array(package.get("wheels"))
    if package.get("sdist"):
        rows = [package["sdist"], *rows]
    files = pypi_files.read(name, version, rows)
    needs = tuple(need for section in _sections(package) for need in _names(section))
    key = string(package.get("name"))
    return LockEntry(
        name, version, source, None, files.digests, key, carried=files.carried, needs=needs, hosts=files.hosts
    )


def _source(value: dict[str, Any], path: str) -> Source:
    for key, text in value.items():
        if key == "registry":
            address = string(text)
            if "://" not in address:
                return sources.path(address, path)
            return sources.url(address)._replace(kind="registry")
        if key == "git":
            base, _, sha = string(text).partition("#")
            return sources.git(base.partition("?")[0], sha)
        if key == "url":
            return sources.url(string(text))
        if key in ("path", "directory", "editable"):
            return sources.path(string(text), path)
        if key == "virtual":
            return WORKSPACE
    return WORKSPACE if not value else Source("url", None, str(sorted(value)))


def _sections(package: dict[str, Any]) -> Iterator[object]:
    yield package.get("dependencies")
    yield from table(package.get("optional-dependencies")).values()
    yield from table(package.get("dev-dependencies")).values()


def _names(section: object) -> Iterator[str]:
    for value in array(section):
        yield pypi.normalise(string(table(value).get("name")))


def _roots(package: dict[str, Any]) -> Iterator[str]:
    """What a member of the workspace asks for."""
    if not {"virtual", "editable", "directory"} & set(table(package.get("source"))):
        return
    for section in _sections(package):
        yield from _names(section)
