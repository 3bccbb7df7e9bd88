# SPDX-License-Identifier: Apache-2.0
"""``yarn.lock`` of yarn 1, the shapes that yarn itself writes; anything else is refused."""

from __future__ import annotations

import re
from functools import lru_cache

from gatekeeper.rules.deps.formats import blocks, npm, sources
from gatekeeper.rules.deps.formats.interface import Inventory, LockEntry, Unreadable
from gatekeeper.rules.deps.formats.text import decode

_HEADER = re.compile(
    r'(?:"[^"\\]+"|[^\s":,#][^\s":,]*(?::[^\s":,]+)*)(?:, (?:"[^"\\]+"|[^\s":,][^\s":,]*(?::[^\s":,]+)*))*:'
)
_FIELD = re.compile(r'  "?([A-Za-z]+)"? (?:"([^"\\]*)"|([^\s"]+))')
_SECTION = re.compile(r"  ([A-Za-z]+):")
_NEED = re.compile(r'    (?:"([^"\\]+)"|([^\s":]+)) (?:"([^"\\]*)"|([^\s"]+))')


def parse(data: bytes, path: str) -> Inventory:
    """Either yarn's own format or, where it says so, berry's YAML (both write ``yarn.lock``)."""
    text = decode(data).replace("\r\n", "\n")
    if re.search(r"^__metadata:", text, re.MULTILINE):
        from gatekeeper.rules.deps.formats import yarn_berry

        return yarn_berry.parse_text(text, path)
    found = [entry for entries in blocks.read(text, _block, path) for entry in entries]
    blocks.once([key for entry in found for key in _descriptors(entry.key)])
    return Inventory(npm.ECOSYSTEM, entries=tuple(found), version="1", text=text)


@lru_cache(maxsize=16384)
def _block(block: str, path: str) -> tuple[LockEntry, ...]:
    found: list[LockEntry] = []
    header, section = "", ""
    fields: dict[str, str] = {}
    needs: list[str] = []
    for number, line in enumerate(block.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        if line[0] != " ":
            if header:
                found.append(_entry(header, fields, tuple(needs), path))
            if not _HEADER.fullmatch(line):
                raise Unreadable("this line is not one that yarn writes", number)
            header, fields, needs, section = line[:-1], {}, [], ""
        elif not header:
            raise Unreadable("a field stands before any entry", number)
        elif match := _FIELD.fullmatch(line):
            if match[1] in fields:
                raise Unreadable("a field stands twice", number)
            fields[match[1]] = match[2] if match[2] is not None else match[3]
            section = ""
        elif match := _SECTION.fullmatch(line):
            section = match[1]
        elif section and (match := _NEED.fullmatch(line)):
            if section.lower().endswith("dependencies"):
                needs.append(_real(match[1] or match[2], match[3] if match[3] is not None else match[4]))
        else:
            raise Unreadable("this line is not one that yarn writes", number)
    if header:
        found.append(_entry(header, fields, tuple(needs), path))
    return tuple(found)


def _entry(header: str, fields: dict[str, str], needs: tuple[str, ...], path: str) -> LockEntry:
    names = {(npm.split_version(key)[0], _real(*npm.split_version(key))) for key in _descriptors(header)}
    alias, name = min(names)
    source, carried, digests = npm.tarball(fields.get("resolved", ""), path)
    if not fields.get("resolved"):
        source = sources.npm(npm.split_version(_descriptors(header)[0])[1], path)
    carried += tuple((real, "") for _, real in sorted(names) if real != name)
    return LockEntry(
        name,
        fields.get("version", ""),
        source,
        None,
        npm.integrity(fields.get("integrity", "")) or digests,
        header,
        False,
        carried,
        needs,
        alias="" if alias == name else alias,
    )


def _descriptors(header: str) -> list[str]:
    return [part.strip('"') for part in header.split(", ")]


def _real(name: str, spec: str) -> str:
    return npm.split_version(spec[4:])[0] or name if spec.startswith("npm:") else name
