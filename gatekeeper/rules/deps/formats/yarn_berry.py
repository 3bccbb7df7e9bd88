# SPDX-License-Identifier: Apache-2.0
"""``yarn.lock`` of yarn 2 and later: a fixed subset of YAML, the shapes that yarn itself writes."""

from __future__ import annotations

import re
from functools import lru_cache

from gatekeeper.rules.deps.formats import blocks, npm, sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Digest, Inventory, LockEntry, Source, Unreadable

_HEADER = re.compile(r'"([^"\\]+)":|([^\s"\'#:&*!|>%@`{\[-][^\s"\'#]*):')
_FIELD = re.compile(r'  ([A-Za-z]+): (?:"((?:[^"\\]|\\["\\])*)"|([^\s"\'#&*!|>%@`{\[][^"#]*))')
_SECTION = re.compile(r"  ([A-Za-z]+):")
_INNER = re.compile(
    r'    (?:"([^"\\]+)"|([^\s"\'#&*!|>%@`{\[][^\s"#]*)):(?: (?:"((?:[^"\\]|\\["\\])*)"|([^\s"\'#&*!|>%@`{\[][^"#]*)))?'
)
_DEEP = re.compile(r"      [^\s#&*!|>].*")
_CARRIES = {"dependencies", "optionalDependencies"}


def parse_text(text: str, path: str) -> Inventory:
    """Read ``text``; line ends are newlines. Raises Unreadable."""
    entries: list[LockEntry] = []
    keys: list[str] = []
    version = ""
    for found, descriptors, its_version in blocks.read(text, _block, path):
        entries += found
        keys += descriptors
        version = its_version or version
    blocks.once(keys)
    return Inventory(npm.ECOSYSTEM, entries=tuple(entries), version=version, text=text)


class _Entry:
    __slots__ = ("fields", "key", "line", "needs")

    def __init__(self, key: str, line: int) -> None:
        self.key, self.line = key, line
        self.fields: dict[str, str] = {}
        self.needs: list[str] = []


@lru_cache(maxsize=16384)
def _block(block: str, path: str) -> tuple[tuple[LockEntry, ...], tuple[str, ...], str]:
    """``(entries, their descriptors, version of the format)``; members of the workspace are no entries."""
    entries: list[LockEntry] = []
    keys: list[str] = []
    version = ""
    for read in _read(block):
        descriptors = read.key.split(", ")
        keys += descriptors
        if read.key == "__metadata":
            version = f"{read.fields.get('version')}/{read.fields.get('cacheKey')}"
        elif (entry := _entry(read, descriptors, path)) is not None:
            entries.append(entry)
    return tuple(entries), tuple(keys), version


def _read(block: str) -> list[_Entry]:
    found: list[_Entry] = []
    section = ""
    for number, line in enumerate(block.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        if line[0] != " ":
            match = _HEADER.fullmatch(line)
            if match is None:
                raise Unreadable("this line is not one that yarn writes", number)
            found.append(_Entry(match[1] or match[2], number))
            section = ""
        elif not found:
            raise Unreadable("a field stands before any entry", number)
        elif match := _FIELD.fullmatch(line):
            if match[1] in found[-1].fields:
                raise Unreadable("a field stands twice", number)
            found[-1].fields[match[1]] = match[2] if match[2] is not None else match[3]
            section = ""
        elif match := _SECTION.fullmatch(line):
            section = match[1]
        elif section and (match := _INNER.fullmatch(line)):
            if section in _CARRIES:
                value = match[3] if match[3] is not None else match[4] or ""
                found[-1].needs.append(_expected(match[1] or match[2], value))
        elif not (section and _DEEP.fullmatch(line)):
            raise Unreadable("this line is not one that yarn writes", number)
    return found


def _entry(read: _Entry, descriptors: list[str], path: str) -> LockEntry | None:
    """None for a member of the workspace."""
    resolution = read.fields.get("resolution")
    if resolution is None:
        raise Unreadable("an entry has no resolution", read.line)
    pairs = sorted({(npm.split_version(text)[0], _expected(*npm.split_version(text))) for text in descriptors})
    alias, name = pairs[0]
    resolved, reference = npm.split_version(resolution)
    source, patched, version, archive = _reference(reference, path)
    if source is None:
        return None
    carried = ((patched or resolved, version), *((real, "") for _, real in pairs if real != name), *archive)
    algorithm, _, value = read.fields.get("checksum", "").rpartition("/")
    return LockEntry(
        name,
        read.fields.get("version", ""),
        source,
        None,
        (Digest(f"yarn-{algorithm}", value, reference if patched else ""),) if value else (),
        read.key,
        False,
        carried,
        tuple(read.needs),
        alias="" if alias == name else alias,
    )


def _reference(reference: str, path: str) -> tuple[Source | None, str, str, npm.Carried]:
    """``(source, package it is a patch of, version, what its archive's URL carries)`` of a locator without its name."""
    low = reference.lower()
    if low.startswith("workspace:"):
        return None, "", "", ()
    if low.startswith("npm:"):
        version, _, parameters = reference[4:].partition("::")
        archive = re.search(r"(?:^|&)__archiveUrl=([^&]*)", parameters)
        if archive is None:
            return REGISTRY, "", version, ()
        source, carried, _ = npm.tarball(_unescape(archive[1]), path)
        return source, "", version, carried
    if low.startswith("patch:"):
        inner = _unescape(reference[6:].partition("#")[0])
        name, rest = npm.split_version(inner)
        if rest.startswith("patch:"):
            return Source("url", None, reference), name, "", ()
        patched, _, version, carried = _reference(rest, path)
        return patched or Source("url", None, reference), name, version, carried
    return sources.npm(reference, path), "", "", ()


def _expected(name: str, spec: str) -> str:
    """The package that a descriptor asks for: of ``npm:real@range`` the real one."""
    if spec.startswith("patch:"):
        return npm.split_version(_unescape(spec[6:].partition("#")[0]))[0] or name
    inner = spec[4:] if spec.startswith("npm:") else ""
    real, version = npm.split_version(inner)
    return real if version else name


def _unescape(text: str) -> str:
    return re.sub(r"%([0-9A-Fa-f]{2})", lambda found: chr(int(found[1], 16)), text)
