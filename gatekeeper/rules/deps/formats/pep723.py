# SPDX-License-Identifier: Apache-2.0
"""Dependencies that a Python script declares in its own comments (PEP 723)."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import pyproject, toml
from gatekeeper.rules.deps.formats.interface import Inventory, Unreadable
from gatekeeper.rules.deps.formats.text import TomlLines, decode

_START = re.compile(r"# /// ([a-zA-Z0-9-]+)")


def parse(data: bytes, path: str) -> Inventory:
    """The block of type ``script``; two of them are an error, as the PEP says."""
    if b"# /// " not in data:
        return Inventory("pypi")
    blocks = _blocks(decode(data).replace("\r\n", "\n").split("\n"))
    if not blocks:
        return Inventory("pypi")
    if len(blocks) > 1:
        raise Unreadable("it has more than one block of script metadata", blocks[1][0])
    start, text = blocks[0]
    document = toml.load(text)
    project = {"project": {"dependencies": document.get("dependencies")}, "tool": document.get("tool", {})}
    return pyproject.inventory(project, TomlLines("\n" * start + text), path)


def _blocks(lines: list[str]) -> list[tuple[int, str]]:
    """``(number of the opening line, content)`` of each script block."""
    found = []
    at = 0
    while at < len(lines):
        opened = _START.fullmatch(lines[at])
        at += 1
        if opened is None:
            continue
        end = at
        while end < len(lines) and (lines[end] == "#" or lines[end].startswith("# ")):
            end += 1
        closing = next((number for number in range(end - 1, at - 1, -1) if lines[number] == "# ///"), None)
        if closing is None:
            at = end
            continue
        if opened[1] == "script":
            found.append((at, "\n".join(line[2:] for line in lines[at:closing])))
        at = closing + 1
    return found
