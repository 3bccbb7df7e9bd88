# SPDX-License-Identifier: Apache-2.0
"""``yarn.lock`` of yarn 2 and later: a fixed subset of YAML, the shapes that yarn itself writes."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import npm, sources
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
    seen: set[str] = set()
    version = ""
    for block in _blocks(text):
        if block.key == "__metadata":
            version = f"{block.fields.get('version')}/{block.fields.get('cacheKey')}"
            continue
        descriptors = block.key.split(", ")
        if not seen.isdisjoint(descriptors):
            raise Unreadable("an entry stands twice", block.line)
        seen.update(descriptors)
        if (entry := _entry(block, descriptors, path)) is not None:
            entries.append(entry)
    return Inventory(npm.ECOSYSTEM, entries=tuple(entries), version=version)


class _Block:
    __slots__ = ("fields", "key", "line", "needs")

    def __init__(self, key: str, line: int) -> None:
        self.key, self.line = key, line
        self.fields: dict[str, str] = {}
        self.needs: list[str] = []


def _blocks(text: str) -> list[_Block]:
    found: list[_Block] = []
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line or line.startswith("#"):
            continue
        if line[0] != " ":
            match = _HEADER.fullmatch(line)
            if match is None:
                raise Unreadable("this line is not one that yarn writes", number)
            found.append(_Block(match[1] or match[2], number))
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


def _entry(block: _Block, descriptors: list[str], path: str) -> LockEntry | None:
    """None for a member of the workspace."""
    resolution = block.fields.get("resolution")
    if resolution is None:
        raise Unreadable("an entry has no resolution", block.line)
    pairs = sorted({(npm.split_version(text)[0], _expected(*npm.split_version(text))) for text in descriptors})
    alias, name = pairs[0]
    resolved, reference = npm.split_version(resolution)
    source, patched, version, archive = _reference(reference, path)
    if source is None:
        return None
    carried = ((patched or resolved, version), *((real, "") for _, real in pairs if real != name), *archive)
    algorithm, slash, value = block.fields.get("checksum", "").rpartition("/")
    return LockEntry(
        name,
        block.fields.get("version", ""),
        source,
        block.line,
        (Digest(f"yarn-{algorithm}", value),) if slash or value else (),
        block.key,
        False,
        carried,
        tuple(block.needs),
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
