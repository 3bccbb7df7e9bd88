# SPDX-License-Identifier: Apache-2.0
"""``go.sum`` and ``go.work.sum``: ``module version[/go.mod] h1:base64``."""

from __future__ import annotations

from gatekeeper.rules.deps.formats.go_mod import ECOSYSTEM
from gatekeeper.rules.deps.formats.interface import REGISTRY, Digest, Inventory, LockEntry, Unreadable
from gatekeeper.rules.deps.formats.text import decode


def parse(data: bytes, path: str) -> Inventory:
    found = []
    for number, line in enumerate(decode(data).split("\n"), 1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or ":" not in words[2]:
            raise Unreadable("it is no line of go.sum", number)
        module, version, digest = words
        version, slash, _ = version.partition("/go.mod")
        algorithm, _, value = digest.partition(":")
        file = "go.mod" if slash else ""
        found.append(LockEntry(module, version, REGISTRY, number, (Digest(algorithm, value, file),), key=file))
    return Inventory(ECOSYSTEM, entries=tuple(found), version="sum")
