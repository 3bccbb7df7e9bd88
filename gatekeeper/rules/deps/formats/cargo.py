# SPDX-License-Identifier: Apache-2.0
"""``Cargo.toml`` and ``Cargo.lock``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import sources, toml
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
from gatekeeper.rules.deps.formats.text import TomlLines, array, decode, string, table

ECOSYSTEM = "cargo"
_SECTIONS = {
    "dependencies": "runtime",
    "dev-dependencies": "dev",
    "dev_dependencies": "dev",
    "build-dependencies": "build",
    "build_dependencies": "build",
}


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    if path.lower().rstrip(". ").endswith(".lock"):
        return _lock(text, path)
    document = toml.load(text)
    lines = TomlLines(text)
    package = table(document.get("package"))
    build = package.get("build")
    return Inventory(
        ECOSYSTEM,
        tuple(_dependencies(document, lines, path)),
        overrides=tuple(_overrides(document, lines)),
        scripts=(Setting("package.build", str(build), lines.find("package", "build")),) if build else (),
    )


def _dependencies(document: dict[str, Any], lines: TomlLines, path: str) -> Iterator[Dependency]:
    places = [("", document), ("workspace.", table(document.get("workspace")))]
    places += [(f"target.{name}.", table(value)) for name, value in table(document.get("target")).items()]
    for under, place in places:
        for section, scope in _SECTIONS.items():
            for key, value in table(place.get(section)).items():
                yield _dependency(key, value, scope, lines.find(under + section, key), path)


def _dependency(key: str, value: object, scope: str, line: int | None, path: str) -> Dependency:
    fields = value if isinstance(value, dict) else {"version": value}
    name = string(fields.get("package")) or key
    return Dependency(name, ECOSYSTEM, string(fields.get("version")), _manifest_source(fields, path), scope, line)


def _manifest_source(fields: dict[str, Any], path: str) -> Source:
    if fields.get("workspace"):
        return WORKSPACE
    if fields.get("git"):
        ref = next((string(fields[key]) for key in ("rev", "tag", "branch") if fields.get(key)), "")
        return sources.git(string(fields["git"]), ref)
    if fields.get("path"):
        source = sources.path(string(fields["path"]), path)
        return source if source.external or not fields.get("version") else WORKSPACE
    registry = string(fields.get("registry-index") or fields.get("registry"))
    if not registry:
        return REGISTRY
    return Source("registry", sources.host_of(registry) or f"registry {registry}")


def _overrides(document: dict[str, Any], lines: TomlLines) -> Iterator[Setting]:
    for origin, packages in table(document.get("patch")).items():
        for name, value in table(packages).items():
            yield Setting(f"patch.{origin}/{name}", str(value), lines.find("patch", name))
    for name, value in table(document.get("replace")).items():
        yield Setting(f"replace/{name}", str(value), lines.find("replace", name))


def _lock(text: str, path: str) -> Inventory:
    document, packages = toml.rows(text, "package", _package, path)
    if not packages and "version" not in document:
        raise Unreadable("it is not a lockfile of cargo")
    entries = [entry for entry, _ in packages if entry is not None]
    if sums := table(document.get("metadata")):
        by_version = {tuple(key.split(" ")[1:3]): string(value) for key, value in sums.items()}
        entries = [_with_sum(entry, by_version.get((entry.name, entry.version), "")) for entry in entries]
    unused = array(table(document.get("patch")).get("unused"))
    return Inventory(
        ECOSYSTEM,
        entries=tuple(entries),
        overrides=tuple(Setting("patch.unused", str(row), None) for row in unused),
        roots=tuple(name for _, roots in packages for name in roots),
        version=str(document.get("version", 1)),
        text=text,
    )


def _package(package: dict[str, Any], path: str) -> tuple[LockEntry | None, tuple[str, ...]]:
    """The entry (None for a member of the workspace), and what a member asks for."""
    needs = tuple(string(text).partition(" ")[0] for text in array(package.get("dependencies")))
    name, version, origin = (string(package.get(key)) for key in ("name", "version", "source"))
    if not origin:
        return None, needs
    checksum = string(package.get("checksum"))
    digests = (Digest("sha256", checksum),) if checksum else ()
    return LockEntry(name, version, _lock_source(origin), None, digests, name, needs=needs), ()


def _with_sum(entry: LockEntry, checksum: str) -> LockEntry:
    """Version 1 lists all checksums at the end."""
    return entry._replace(integrity=(Digest("sha256", checksum),)) if checksum not in ("", "<none>") else entry


def _lock_source(text: str) -> Source:
    kind, plus, address = text.partition("+")
    if not plus:
        return sources.url(text)
    if kind == "git":
        base, _, sha = address.partition("#")
        return sources.git(base.partition("?")[0], sha)
    if kind in ("registry", "sparse"):
        return sources.url(address)._replace(kind="registry")
    return Source("url", sources.host_of(address), text)
