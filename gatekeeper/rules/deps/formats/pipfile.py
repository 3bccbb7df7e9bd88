# SPDX-License-Identifier: Apache-2.0
"""``Pipfile`` and ``Pipfile.lock``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import pypi, sources, toml
from gatekeeper.rules.deps.formats.interface import (
    REGISTRY,
    Dependency,
    Digest,
    Inventory,
    LockEntry,
    Setting,
    Source,
    Unreadable,
)
from gatekeeper.rules.deps.formats.text import TomlLines, array, decode, load_json, string, table

_NOT_PACKAGES = ("source", "requires", "scripts", "pipenv")


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    if path.lower().rstrip(". ").endswith(".lock"):
        return _lock(text, path)
    document, lines = toml.load(text), TomlLines(text)
    found = []
    for section, values in document.items():
        if section in _NOT_PACKAGES:
            continue
        scope = {"packages": "runtime", "dev-packages": "dev"}.get(section, f"group:{section}")
        for name, value in table(values).items():
            wanted = string(value.get("version")) if isinstance(value, dict) else string(value)
            source = _source(value, path) if isinstance(value, dict) else REGISTRY
            found.append(
                Dependency(
                    pypi.normalise(name), pypi.ECOSYSTEM, wanted, source, scope, lines.find(section, name), shown=name
                )
            )
    indexes = [string(table(row).get("url")) for row in array(document.get("source"))]
    return Inventory(
        pypi.ECOSYSTEM,
        tuple(found),
        registries=tuple(Setting("source", url, lines.find("source", url)) for url in indexes),
    )


def _lock(text: str, path: str) -> Inventory:
    document = load_json(text)
    meta = table(document.get("_meta"))
    if not meta:
        raise Unreadable("it is not a lockfile of pipenv")
    indexes = {string(table(row).get("name")): string(table(row).get("url")) for row in array(meta.get("sources"))}
    indexes[""] = next(iter(indexes.values()), "")
    return Inventory(
        pypi.ECOSYSTEM,
        entries=tuple(_entries(document, indexes, path)),
        registries=tuple(Setting("source", url, None) for url in indexes.values()),
        version=str(meta.get("pipfile-spec")),
        text=text,
    )


def _entries(document: dict[str, Any], indexes: dict[str, str], path: str) -> Iterator[LockEntry]:
    for section, packages in document.items():
        if section == "_meta":
            continue
        for shown, value in table(packages).items():
            fields = table(value)
            name, version = pypi.normalise(shown), string(fields.get("version")).lstrip("=")
            source = _source(fields, path)
            index = indexes.get(string(fields.get("index")))
            if source == REGISTRY and index:
                source = sources.url(index)._replace(kind="registry", location="")
            if source.kind == "path" and not source.external:
                continue
            parts = [string(text).partition(":") for text in array(fields.get("hashes"))]
            digests = tuple(Digest(algorithm, value) for algorithm, _, value in parts)
            carried = pypi.carried(source.location) if source.kind == "url" else ("", "")
            yield LockEntry(
                name, version, source, None, digests, key=f"{section}/{shown}",
                carried=((carried[0], carried[1] if version else ""),) if carried[0] else (),
            )  # fmt: skip


def _source(fields: dict[str, Any], path: str) -> Source:
    for kind in ("git", "hg", "svn", "bzr"):
        if address := string(fields.get(kind)):
            return sources.git(address if kind == "git" else f"{kind}+{address}", string(fields.get("ref")))
    address = string(fields.get("file") or fields.get("path"))
    return pypi.url_source(address, path) if address else REGISTRY
