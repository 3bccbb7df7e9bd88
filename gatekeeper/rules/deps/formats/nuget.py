# SPDX-License-Identifier: Apache-2.0
"""NuGet: project files, ``Directory.Packages.props``, ``packages.config`` and ``packages.lock.json``."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats.interface import (
    REGISTRY,
    Dependency,
    Digest,
    Inventory,
    LockEntry,
    Setting,
    Unreadable,
)
from gatekeeper.rules.deps.formats.text import decode, load_json, string, table

ECOSYSTEM = "nuget"
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_REFERENCE = re.compile(
    r"<(PackageReference|PackageVersion|GlobalPackageReference|PackageDownload|DotNetCliToolReference|package)\s([^<>]*)>"
    r"(?:\s*<Version>\s*([^<]*?)\s*</Version>)?"
)
_ATTRIBUTE = re.compile(r"""([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SOURCES = re.compile(r"<(RestoreSources|RestoreAdditionalProjectSources)>([^<]*)<")


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data, utf16=True)
    if path.lower().rstrip(". ").endswith(".json"):
        return _lock(text)
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text):
        raise Unreadable("it defines entities")
    found: list[Dependency] = []
    number, position = 1, 0
    for reference in _REFERENCE.finditer(text):
        number += text.count("\n", position, reference.start())
        position = reference.start()
        fields = {key.lower(): one or other for key, one, other in _ATTRIBUTE.findall(reference[2])}
        name = fields.get("include") or fields.get("update") or fields.get("id", "")
        version = fields.get("version") or fields.get("versionoverride") or reference[3] or ""
        if name:
            found.append(Dependency(name.lower(), ECOSYSTEM, version, REGISTRY, "runtime", number, shown=name))
    places = [Setting(key, value.strip(), None) for key, value in _SOURCES.findall(text)]
    return Inventory(ECOSYSTEM, tuple(found), registries=tuple(places))


def _lock(text: str) -> Inventory:
    document = load_json(text)
    found: list[LockEntry] = []
    roots: list[str] = []
    for packages in table(document.get("dependencies")).values():
        for name, value in table(packages).items():
            fields = table(value)
            if fields.get("type") == "Project":
                continue
            if fields.get("type") == "Direct":
                roots.append(name.lower())
            digest = string(fields.get("contentHash"))
            found.append(
                LockEntry(
                    name.lower(),
                    string(fields.get("resolved")),
                    REGISTRY,
                    None,
                    (Digest("sha512", digest),) if digest else (),
                    key=name,
                    needs=tuple(need.lower() for need in table(fields.get("dependencies"))),
                )
            )
    return Inventory(
        ECOSYSTEM, entries=tuple(found), roots=tuple(roots), version=str(document.get("version", "1")), text=text
    )
