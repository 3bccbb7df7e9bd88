# SPDX-License-Identifier: Apache-2.0
"""``go.mod``, ``go.work`` (Go Modules Reference) and ``go.sum``.

A required module marked ``// indirect`` is somebody else's need, so ``go.mod`` is read as manifest and as lock: the
direct requirements ask, the whole list is what was settled. A module's path is its source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Inventory, LockEntry, Setting, Unreadable
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "go"
_WORD = re.compile(r'[^\S\n]*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|(=>|[^\s"`()/]\S*|/(?!/)\S*)|([()]))')
_BLOCKS = ("require", "replace", "exclude", "retract", "use", "tool", "ignore", "godebug")
_SINGLE = (*_BLOCKS, "module", "go", "toolchain")


def parse(data: bytes, path: str) -> Inventory:
    wanted: list[Dependency] = []
    settled: list[LockEntry] = []
    overrides: list[Setting] = []
    for line, verb, words, indirect in statements(decode(data)):
        if verb == "require" and len(words) == 2:
            wanted.append(Dependency(words[0], ECOSYSTEM, words[1], REGISTRY, "runtime", line, direct=not indirect))
            settled.append(LockEntry(words[0], words[1], REGISTRY, line))
        elif verb == "require":
            raise Unreadable("a requirement needs a module and a version", line)
        elif verb == "replace" and "=>" in words:
            at = words.index("=>")
            left, right = " ".join(words[:at]), words[at + 1 :]
            if len(right) == 1 and not sources.path(right[0], path).external:
                continue
            overrides.append(Setting(f"replace/{left}", " ".join(right), line))
        elif verb in ("replace", "exclude"):
            overrides.append(Setting(f"{verb}/{' '.join(words[:1])}", " ".join(words), line))
        elif verb == "use" and words and sources.path(words[0], path).external:
            wanted.append(Dependency(words[0], ECOSYSTEM, "", sources.path(words[0], path), "workspace", line))
    return Inventory(ECOSYSTEM, tuple(wanted), tuple(settled), overrides=tuple(overrides))


def statements(text: str) -> Iterator[tuple[int, str, list[str], bool]]:
    """``(line, verb, words, marked indirect)`` of each statement, blocks unrolled. Raises Unreadable."""
    block = ""
    for number, line in enumerate(text.split("\n"), 1):
        words, comment = _words(line, number)
        if not words:
            continue
        indirect = re.match(r"//\s*indirect(?:;|\s|$)", comment) is not None
        if block:
            if words == [")"]:
                block = ""
            else:
                yield number, block, words, indirect
        elif words[0] not in _SINGLE:
            raise Unreadable("it starts no statement of go.mod", number)
        elif words[1:2] == ["("] and words[0] in _BLOCKS:
            if words[2:] == [")"]:
                continue
            if words[2:]:
                raise Unreadable("a block opens in the middle of a line", number)
            block = words[0]
        else:
            yield number, words[0], words[1:], indirect
    if block:
        raise Unreadable("a block is not closed")


def _words(line: str, number: int) -> tuple[list[str], str]:
    words: list[str] = []
    position = 0
    line = line.rstrip()
    while position < len(line):
        rest = line[position:].lstrip()
        if rest.startswith("//"):
            return words, rest
        found = _WORD.match(line, position)
        if found is None:
            raise Unreadable("it is no statement of go.mod", number)
        words.append(next(group for group in found.groups() if group is not None))
        position = found.end()
    return words, ""
