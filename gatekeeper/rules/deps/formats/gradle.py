# SPDX-License-Identifier: Apache-2.0
"""Gradle's ``gradle.lockfile``, version catalogs (``libs.versions.toml``) and ``verification-metadata.xml``."""

from __future__ import annotations

import re
from typing import Any

from gatekeeper.rules.deps.formats import toml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Digest, Inventory, LockEntry, Unreadable
from gatekeeper.rules.deps.formats.text import TomlLines, decode, string, table

ECOSYSTEM = "maven"
_LINE = re.compile(r"([^\s:=#]+):([^\s:=]+):([^\s:=]+)=\S*")
_PIECE = re.compile(r"<(component|artifact|sha256|sha512|sha1|md5|pgp)\s([^<>]*)>|\n")


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data).replace("\r\n", "\n")
    name = path.lower().rstrip(". ")
    if name.endswith(".toml"):
        return _catalog(text)
    return _verification(text) if name.endswith(".xml") else _lock(text)


def _lock(text: str) -> Inventory:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith(("#", "empty=")):
            continue
        entry = _LINE.fullmatch(line)
        if entry is None:
            raise Unreadable("it is no line of a Gradle lockfile", number)
        found.append(LockEntry(f"{entry[1]}:{entry[2]}", entry[3], REGISTRY, number))
    return Inventory(ECOSYSTEM, entries=tuple(found), version="lock")


def _catalog(text: str) -> Inventory:
    document, lines = toml.load(text), TomlLines(text)
    versions = table(document.get("versions"))
    found = []
    for section, scope in (("libraries", "runtime"), ("plugins", "build")):
        for alias, value in table(document.get(section)).items():
            fields = value if isinstance(value, dict) else _short(string(value), section)
            name = string(fields.get("module") or fields.get("id"))
            name = name or f"{string(fields.get('group'))}:{string(fields.get('name'))}"
            version = _version(fields.get("version"), versions)
            found.append(Dependency(name, ECOSYSTEM, version, REGISTRY, scope, lines.find(section, alias)))
    return Inventory(ECOSYSTEM, tuple(found))


def _short(text: str, section: str) -> dict[str, Any]:
    name, _, version = text.rpartition(":")
    return {"module" if section == "libraries" else "id": name, "version": version}


def _version(value: object, versions: dict[str, Any]) -> str:
    if isinstance(value, dict):
        value = (
            versions.get(string(value["ref"])) if "ref" in value else value.get("strictly", value.get("require", ""))
        )
    return str(value) if value is not None else ""


def _verification(text: str) -> Inventory:
    """The hashes that Gradle checks downloads against."""
    if "<verification-metadata" not in text:
        raise Unreadable("it holds no verification metadata")
    found: list[LockEntry] = []
    number, file = 1, ""
    for piece in _PIECE.finditer(text):
        if piece[0] == "\n":
            number += 1
            continue
        fields = dict(re.findall(r'([\w-]+)="([^"]*)"', piece[2]))
        if piece[1] == "component":
            name = f"{fields.get('group')}:{fields.get('name')}"
            found.append(LockEntry(name, fields.get("version", ""), REGISTRY, number))
        elif piece[1] == "artifact":
            file = fields.get("name", "")
        elif found:
            digest = Digest(piece[1], fields.get("value", ""), file)
            found[-1] = found[-1]._replace(integrity=(*found[-1].integrity, digest))
    return Inventory(ECOSYSTEM, entries=tuple(found), version="verification")
