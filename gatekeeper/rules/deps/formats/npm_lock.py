# SPDX-License-Identifier: Apache-2.0
"""``package-lock.json`` and ``npm-shrinkwrap.json``, lockfile versions 1 to 3 (npm documentation, package-lock.json).

Version 2 holds everything twice, for old and new clients; both are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import npm
from gatekeeper.rules.deps.formats.interface import WORKSPACE, Inventory, LockEntry, Unreadable
from gatekeeper.rules.deps.formats.package_json import SECTIONS
from gatekeeper.rules.deps.formats.text import decode, load_json, string, table


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document = load_json(text)
    packages, nested = table(document.get("packages")), table(document.get("dependencies"))
    if not packages and not nested and "lockfileVersion" not in document:
        raise Unreadable("it is not a lockfile of npm")
    members = [table(value) for key, value in packages.items() if "node_modules/" not in key]
    entries = (*_flat(packages, path), *_nested(nested, path))
    return Inventory(
        npm.ECOSYSTEM,
        entries=entries,
        roots=tuple(name for member in members for section in SECTIONS for name in _names(member.get(section))),
        version=str(document.get("lockfileVersion")),
        text=text,
    )


def _flat(packages: dict[str, Any], path: str) -> Iterator[LockEntry]:
    for key, value in packages.items():
        if not key:
            continue
        fields = table(value)
        installed = key.rpartition("node_modules/")[2] if "node_modules/" in key else string(fields.get("name")) or key
        name = string(fields.get("name")) or installed
        alias = "" if installed == name else installed
        version, resolved = _text(fields.get("version")), _text(fields.get("resolved"))
        if fields.get("link") or "node_modules/" not in key:
            source = npm.tarball("file:" + (resolved or key), path)[0]
            if not source.external:
                continue
            yield LockEntry(name, version, source, None, key=key)
            continue
        source, carried, digests = npm.tarball(resolved, path)
        yield LockEntry(
            name,
            version,
            source,
            None,
            npm.integrity(string(fields.get("integrity"))) or digests,
            key,
            bool(fields.get("hasInstallScript")),
            carried,
            tuple(need for section in SECTIONS for need in _names(fields.get(section))),
            alias=alias,
        )


def _nested(tree: dict[str, Any], path: str) -> Iterator[LockEntry]:
    pending = [("", tree)]
    while pending:
        above, members = pending.pop()
        for installed, value in members.items():
            fields = table(value)
            key = f"{above}/{installed}" if above else installed
            if inner := table(fields.get("dependencies")):
                pending.append((key, inner))
            name, version = installed, _text(fields.get("version"))
            if version.startswith("npm:"):
                name, version = npm.split_version(version[4:])
            resolved = _text(fields.get("resolved"))
            source, carried, digests = npm.tarball(resolved or (version if ":" in version else ""), path)
            version = carried[0][1] if carried and ":" in version else version
            if source == WORKSPACE or (source.kind == "path" and not source.external):
                continue
            requires = fields.get("requires")
            yield LockEntry(
                name,
                version,
                source,
                None,
                npm.integrity(string(fields.get("integrity"))) or digests,
                "dependencies:" + key,
                False,
                carried,
                _names(requires),
                alias="" if installed == name else installed,
            )


def _text(value: object) -> str:
    """Text, or nothing for the ``false`` that some versions of npm wrote."""
    return "" if value is False else string(value)


def _names(section: object) -> tuple[str, ...]:
    """The packages a section of dependencies means; an alias is the real one."""
    if not isinstance(section, dict):
        return ()
    return tuple(
        npm.split_version(spec[4:])[0] if isinstance(spec, str) and spec.startswith("npm:") else name
        for name, spec in section.items()
    )
