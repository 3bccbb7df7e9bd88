# SPDX-License-Identifier: Apache-2.0
"""Every folder that holds objects of a repository: its own, and those it borrows from (gitrepository-layout(5))."""

from __future__ import annotations

import os

from gatekeeper.audit.files import read_file

DEEPEST = 5
"""git itself goes no deeper."""
ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}


def object_folders(common_dir: str) -> tuple[str, ...]:
    """Absolute paths without links, the repository's own first, each once; what is not there is left out."""
    found: dict[str, None] = {}
    _collect(os.path.join(common_dir, "objects"), DEEPEST, found)
    return tuple(found)


def borrows(folder: str) -> bool:
    """Whether git would look for a list of other folders in the object folder ``folder``."""
    return os.path.exists(os.path.join(folder, "info", "alternates"))


def _collect(folder: str, depth: int, found: dict[str, None]) -> None:
    folder = os.path.realpath(folder)
    if folder in found or not os.path.isdir(folder):
        return
    found[folder] = None
    if depth:
        content = read_file(os.path.join(folder, "info", "alternates")) or b""
        for line in content.split(b"\n"):
            if line and not line.startswith(b"#"):
                _collect(os.path.join(folder, _unquoted(os.fsdecode(line))), depth - 1, found)


def _unquoted(line: str) -> str:
    """A path as git writes it: in C quotes where it holds something odd."""
    if not (line.startswith('"') and line.endswith('"') and len(line) > 1):
        return line
    out, at, inner = bytearray(), 0, line[1:-1]
    while at < len(inner):
        char = inner[at]
        if char != "\\":
            out += os.fsencode(char)
            at += 1
        elif inner[at + 1 : at + 2] in ESCAPES:
            out += ESCAPES[inner[at + 1]].encode()
            at += 2
        elif inner[at + 1 : at + 4].isdigit():
            out.append(int(inner[at + 1 : at + 4], 8) & 0xFF)
            at += 4
        else:
            return line
    return os.fsdecode(bytes(out))
