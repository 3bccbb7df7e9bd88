# SPDX-License-Identifier: Apache-2.0
"""``MODULE.bazel`` and ``MODULE.bazel.lock``: calls by name and their plain text arguments; nothing is run."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Digest, Inventory, LockEntry, Setting
from gatekeeper.rules.deps.formats.text import decode, load_json, string, table

ECOSYSTEM = "bazel"
_PIECE = re.compile(r'#[^\n]*|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|[A-Za-z_]\w*|[()=\n]')
_OVERRIDES = (
    "git_override",
    "archive_override",
    "local_path_override",
    "single_version_override",
    "multiple_version_override",
)


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    if path.lower().rstrip(". ").endswith(".lock"):
        return _lock(text)
    found: list[Dependency] = []
    overrides: list[Setting] = []
    for line, name, fields in _calls(text):
        if name == "bazel_dep":
            found.append(
                Dependency(fields.get("name", ""), ECOSYSTEM, fields.get("version", ""), REGISTRY, "runtime", line)
            )
        elif name in _OVERRIDES:
            overrides.append(Setting(f"{name}/{fields.get('module_name', '')}", str(sorted(fields.items())), line))
    return Inventory(ECOSYSTEM, tuple(found), overrides=tuple(overrides))


def _calls(text: str) -> list[tuple[int, str, dict[str, str]]]:
    """``(line, function, text arguments by keyword)`` of every call outside another one."""
    found: list[tuple[int, str, dict[str, str]]] = []
    number, depth, word, key = 1, 0, "", ""
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "\n":
            number += 1
        elif piece == "(":
            depth += 1
            if depth == 1:
                found.append((number, word, {}))
        elif piece == ")":
            depth = max(depth - 1, 0)
        elif piece == "=":
            key = word
        elif piece[0] in "\"'":
            if depth == 1 and key and found:
                found[-1][2][key] = piece[1:-1]
            key = ""
        elif piece[0] != "#":
            word = piece
    return found


def _lock(text: str) -> Inventory:
    document = load_json(text)
    entries = []
    for address, value in table(document.get("registryFileHashes")).items():
        digests = (Digest("sha256", string(value)),) if value else ()
        source = sources.url(address)._replace(kind="registry", location="")
        entries.append(LockEntry(address, "", source, None, digests, key=address))
    return Inventory(ECOSYSTEM, entries=tuple(entries), version=str(document.get("lockFileVersion")), text=text)
