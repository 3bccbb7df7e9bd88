# SPDX-License-Identifier: Apache-2.0
"""``pubspec.yaml`` and ``pubspec.lock`` of Dart."""

from __future__ import annotations

from gatekeeper.rules.deps.formats import sources, yaml
from gatekeeper.rules.deps.formats.interface import (
    REGISTRY,
    WORKSPACE,
    Dependency,
    Digest,
    Inventory,
    LockEntry,
    Setting,
    Source,
    Unreadable,
)
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "pub"
_SECTIONS = {"dependencies": "runtime", "dev_dependencies": "dev"}


def parse(data: bytes, path: str) -> Inventory:
    documents = yaml.load(decode(data))
    if len(documents) != 1 or not isinstance(documents[0], yaml.Map):
        raise Unreadable("it is no mapping")
    document = documents[0]
    if path.lower().rstrip(". ").endswith(".lock"):
        return _lock(document, path)
    found: list[Dependency] = []
    for section, scope in _SECTIONS.items():
        for name, value in _map(document.get(section)).items():
            fields = _map(value)
            version = _text(fields.get("version")) if fields else _text(value)
            line = _map(document.get(section)).lines.get(name)
            found.append(Dependency(name, ECOSYSTEM, version, _source(fields, path), scope, line))
    overrides = _map(document.get("dependency_overrides"))
    return Inventory(
        ECOSYSTEM,
        tuple(found),
        overrides=tuple(Setting(name, str(value), overrides.lines.get(name)) for name, value in overrides.items()),
    )


def _lock(document: yaml.Map, path: str) -> Inventory:
    packages = _map(document.get("packages"))
    found: list[LockEntry] = []
    roots: list[str] = []
    for name, value in packages.items():
        fields = _map(value)
        details = _map(fields.get("description"))
        source = _locked(_text(fields.get("source")), details, path)
        if "direct" in _text(fields.get("dependency")):
            roots.append(name)
        if source == WORKSPACE or (source.kind == "path" and not source.external):
            continue
        digest = _text(details.get("sha256"))
        found.append(
            LockEntry(
                name,
                _text(fields.get("version")),
                source,
                packages.lines.get(name),
                (Digest("sha256", digest),) if digest else (),
                carried=((_text(details.get("name")), ""),) if details.get("name") else (),
            )
        )
    return Inventory(ECOSYSTEM, entries=tuple(found), roots=tuple(roots), version="lock")


def _source(fields: yaml.Map, path: str) -> Source:
    if "git" in fields:
        inner = fields["git"]
        return sources.git(
            inner if isinstance(inner, str) else _text(_map(inner).get("url")), _text(_map(inner).get("ref"))
        )
    if "path" in fields:
        return sources.path(_text(fields["path"]), path)
    if "sdk" in fields:
        return WORKSPACE
    hosted = fields.get("hosted")
    address = hosted if isinstance(hosted, str) else _text(_map(hosted).get("url"))
    return sources.url(address)._replace(kind="registry") if address else REGISTRY


def _locked(kind: str, details: yaml.Map, path: str) -> Source:
    address = _text(details.get("url"))
    if kind == "git":
        return sources.git(address, _text(details.get("resolved-ref")))
    if kind == "path":
        return sources.path(_text(details.get("path")), path)
    if kind == "hosted":
        return sources.url(address)._replace(kind="registry")
    return WORKSPACE if kind == "sdk" else Source("url", None, f"{kind} {address}")


def _map(value: object) -> yaml.Map:
    return value if isinstance(value, yaml.Map) else yaml.Map()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
