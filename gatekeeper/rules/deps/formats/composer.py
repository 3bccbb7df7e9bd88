# SPDX-License-Identifier: Apache-2.0
"""``composer.json`` and ``composer.lock`` (composer documentation, the composer.json schema).

An archive's ``shasum`` is usually empty; what pins the bytes is ``reference``, the commit, so it counts as a digest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import sources
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
from gatekeeper.rules.deps.formats.package_json import flatten
from gatekeeper.rules.deps.formats.text import array, decode, json_lines, load_json, string, table

ECOSYSTEM = "composer"
_PLATFORM = re.compile(r"php(?:-.*)?|hhvm|(?:ext|lib)-.*|composer(?:-.*)?", re.IGNORECASE)
_COMMIT = re.compile(r"(?<![0-9a-f])[0-9a-f]{40}(?![0-9a-f])")
_EVENTS = re.compile(r"(?:pre|post)-(?!archive).*|command|init")


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document = load_json(text)
    if path.lower().rstrip(". ").endswith(".lock"):
        return _lock(text, document, path)
    lines = json_lines(text)
    return Inventory(
        ECOSYSTEM,
        tuple(_dependencies(document, lines)),
        overrides=tuple(
            setting
            for key in ("replace", "provide", "conflict")
            for setting in flatten(document.get(key), (key,), lines)
        ),
        scripts=tuple(
            setting
            for name, value in table(document.get("scripts")).items()
            if _EVENTS.fullmatch(name)
            for setting in flatten(value, ("scripts", name), lines)
        ),
        grants=tuple(
            flatten(table(document.get("config") or None).get("allow-plugins"), ("config", "allow-plugins"), lines)
        ),
        registries=tuple(_registries(document, lines)),
    )


def _dependencies(document: dict[str, Any], lines: dict[tuple[str, ...], int]) -> Iterator[Dependency]:
    for section, scope in (("require", "runtime"), ("require-dev", "dev")):
        values = document.get(section)
        for shown, wanted in table(values if values != [] else None).items():
            name = shown.lower()
            if not _PLATFORM.fullmatch(name):
                line = lines.get((section, shown))
                yield Dependency(name, ECOSYSTEM, string(wanted), REGISTRY, scope, line, shown=shown)


def _registries(document: dict[str, Any], lines: dict[tuple[str, ...], int]) -> Iterator[Setting]:
    values = document.get("repositories")
    rows = values.items() if isinstance(values, dict) else enumerate(array(values))
    for key, row in rows:
        line = lines.get(("repositories", str(key)), lines.get(("repositories",)))
        yield Setting("repositories", str(sorted(row.items()) if isinstance(row, dict) else row), line)
    for key in ("secure-http", "disable-tls", "gitlab-domains", "github-domains"):
        if (value := table(document.get("config") or None).get(key)) is not None:
            yield Setting(f"config/{key}", str(value), lines.get(("config", key)))


def _lock(text: str, document: dict[str, Any], path: str) -> Inventory:
    if "packages" not in document:
        raise Unreadable("it is not a lockfile of composer")
    rows = [*array(document["packages"]), *array(document.get("packages-dev"))]
    return Inventory(
        ECOSYSTEM,
        entries=tuple(entry for row in rows if (entry := _entry(table(row), path)) is not None),
        overrides=tuple(Setting("aliases", str(row), None) for row in array(document.get("aliases"))),
        version="lock",
        text=text,
    )


def _entry(package: dict[str, Any], path: str) -> LockEntry | None:
    name, version = string(package.get("name")).lower(), string(package.get("version"))
    source, dist = table(package.get("source")), table(package.get("dist"))
    address = string(dist.get("url")) or string(source.get("url"))
    if dist.get("type") == "path":
        where = sources.path(address, path)
        return LockEntry(name, version, where, None) if where.external else None
    origin, reference = string(source.get("url")), string(dist.get("reference"))
    places = [_place(origin, ""), _place(string(dist.get("url")), version)]
    where = Source("registry", sources.host_of(address), " ".join(place for place in places if place))
    hosts = [host for host in (sources.host_of(origin),) if host and host != where.host]
    digests = [
        Digest(algorithm, string(value), file)
        for algorithm, value, file in (
            ("reference", dist.get("reference"), "dist"),
            ("sha1", dist.get("shasum"), "dist"),
            ("reference", source.get("reference"), "source"),
        )
        if value and not (algorithm == "reference" and _moving(version))
    ]
    needs = tuple(need.lower() for need in table(package.get("require") or None) if not _PLATFORM.fullmatch(need))
    in_url = _COMMIT.findall(string(dist.get("url")))
    carried = tuple((name, found) for found in in_url if reference and found != reference)
    return LockEntry(
        name, version, where, None, tuple(digests), key=name, carried=carried, needs=needs, hosts=tuple(hosts)
    )


def _place(address: str, version: str) -> str:
    """What of a URL stays from version to version, which tells whose code it is."""
    location = sources.git(address).location.lower() if address else ""
    return _COMMIT.sub("*", location.replace(version.lower(), "*") if version else location)


def _moving(version: str) -> bool:
    return version.startswith("dev-") or version.endswith("-dev")
