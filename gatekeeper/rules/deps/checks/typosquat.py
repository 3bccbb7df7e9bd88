# SPDX-License-Identifier: Apache-2.0
"""``deps.typosquat``: a new direct dependency whose name is one edit from a popular one."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.checks.new_direct import fresh
from gatekeeper.rules.deps.delta import Delta
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.popular import Popular, popular

RULE = "deps.typosquat"
_SHORTEST = 4
_MAJOR = re.compile(r"/v\d+$")
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789-_."


def check(delta: Delta) -> Iterator[Hit]:
    for file, wanted in fresh(delta):
        known = popular(wanted.ecosystem)
        if known.names and (meant := resembles(wanted.name.lower(), known)):
            message = f"'{wanted.shown or wanted.name}' is one edit away from the popular '{meant}'"
            yield hit(RULE, file.path, wanted.line, message, (wanted.ecosystem, wanted.name, meant))


def resembles(name: str, known: Popular) -> str:
    """A popular name that ``name`` could be taken for; empty where it is popular itself or resembles none.

    One letter too many, missing, other or swapped; other separators; the halves swapped. Another major version
    of a Go module is no imitation.
    """
    if name in known.names or len(name) < _SHORTEST:
        return ""
    bare = _MAJOR.sub("", name)
    close = (other for other in _neighbours(name) if other in known.targets and len(other) >= _SHORTEST)
    return next((other for other in close if _MAJOR.sub("", other) != bare), "")


def _neighbours(name: str) -> Iterator[str]:
    yield name.replace("_", "-")
    yield name.replace("-", "_")
    for mark in "-_.":
        yield name.replace(mark, "")
        halves = name.split(mark)
        if len(halves) == 2:
            yield mark.join(reversed(halves))
    for at in range(len(name)):
        yield name[:at] + name[at + 1 :]
        yield name[:at] + name[at + 1 : at + 2] + name[at] + name[at + 2 :]
        for letter in _LETTERS:
            yield name[:at] + letter + name[at:]
            yield name[:at] + letter + name[at + 1 :]
    for letter in _LETTERS:
        yield name + letter
