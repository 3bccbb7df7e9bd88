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
    document = toml.load(text)
    if path.lower().rstrip(". ").endswith(".lock"):
        return _lock(text, document)
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


def _lock(text: str, document: dict[str, Any]) -> Inventory:
    packages = array(document.get("package"))
    if "package" not in document and "version" not in document:
        raise Unreadable("it is not a lockfile of cargo")
    lines = toml.header_lines(text, "package", len(packages))
    old_sums = {key: string(value) for key, value in table(document.get("metadata")).items()}
    found = []
    for row, line in zip(packages, lines, strict=True):
        package = table(row)
        if not package.get("source"):
            continue
        name, version, origin = (string(package.get(key)) for key in ("name", "version", "source"))
        checksum = string(package.get("checksum")) or old_sums.get(f"checksum {name} {version} ({origin})", "")
        needs = tuple(string(text).partition(" ")[0] for text in array(package.get("dependencies")))
        digests = (Digest("sha256", checksum),) if checksum and checksum != "<none>" else ()
        found.append(LockEntry(name, version, _lock_source(origin), line, digests, needs=needs))
    own = [table(row) for row in packages if not table(row).get("source")]
    return Inventory(
        ECOSYSTEM,
        entries=tuple(found),
        overrides=tuple(
            Setting("patch.unused", str(row), None) for row in array(table(document.get("patch")).get("unused"))
        ),
        roots=tuple(string(text).partition(" ")[0] for row in own for text in array(row.get("dependencies"))),
        version=str(document.get("version", 1)),
    )


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
