# SPDX-License-Identifier: Apache-2.0
"""``.gitmodules``: each submodule is a git source."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory, Unreadable
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "git"
_HEADER = re.compile(r'\s*\[submodule\s+"((?:[^"\\]|\\.)*)"\]\s*(?:[#;].*)?', re.IGNORECASE)
_FIELD = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*=\s*(.*?)\s*")


def parse(data: bytes, path: str) -> Inventory:
    found: list[Dependency] = []
    name = ""
    for number, line in enumerate(decode(data).split("\n"), 1):
        if header := _HEADER.fullmatch(line):
            name = header[1]
        elif not line.strip() or line.lstrip().startswith(("#", ";")):
            continue
        elif (field := _FIELD.fullmatch(line)) and name:
            if field[1].lower() == "url":
                address = field[2].strip('"')
                source = sources.git(address) if not address.startswith(".") else sources.path(address, path)
                found.append(Dependency(name, ECOSYSTEM, "", source, "submodule", number))
        else:
            raise Unreadable("it is no line of .gitmodules", number)
    return Inventory(ECOSYSTEM, tuple(found))
