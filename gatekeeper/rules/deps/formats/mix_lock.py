# SPDX-License-Identifier: Apache-2.0
"""``mix.lock`` of Elixir: one package a line."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Digest, Inventory, LockEntry, Unreadable
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "hex"
_HEX = re.compile(r'  "([\w.-]+)": \{:hex, :"?([\w.-]+)"?, "([^"]+)", "([0-9a-f]+)", (.*)\},?')
_GIT = re.compile(r'  "([\w.-]+)": \{:git, "([^"]+)", "([0-9a-f]+)", (.*)\},?')
_LAST = re.compile(r'"([^"]*)"(?:, "([0-9a-f]+)")?$')


def parse(data: bytes, path: str) -> Inventory:
    found: list[LockEntry] = []
    for number, line in enumerate(decode(data).replace("\r\n", "\n").split("\n"), 1):
        if line.strip() in ("", "%{", "}"):
            continue
        if entry := _HEX.fullmatch(line):
            last = _LAST.search(entry[5])
            digests = [Digest("hex-inner", entry[4])]
            digests += [Digest("hex-outer", last[2])] if last and last[2] else []
            source = REGISTRY._replace(location=last[1] if last else "")
            found.append(
                LockEntry(
                    entry[2], entry[3], source, number, tuple(digests), alias="" if entry[1] == entry[2] else entry[1]
                )
            )
        elif entry := _GIT.fullmatch(line):
            found.append(LockEntry(entry[1], "", sources.git(entry[2], entry[3]), number))
        else:
            raise Unreadable("it is no line of mix.lock", number)
    return Inventory(ECOSYSTEM, entries=tuple(found), version="lock")
