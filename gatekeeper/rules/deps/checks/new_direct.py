# SPDX-License-Identifier: Apache-2.0
"""``deps.new-direct``: a manifest asks for a package that it did not ask for before."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats.interface import Dependency
from gatekeeper.rules.deps.hits import hit

RULE = "deps.new-direct"


def check(delta: Delta) -> Iterator[Hit]:
    for file, wanted in fresh(delta):
        shown = wanted.shown or wanted.name
        parts = (wanted.ecosystem, wanted.name, wanted.requirement)
        yield hit(RULE, file.path, wanted.line, f"new dependency '{shown}'", parts)


def fresh(delta: Delta) -> Iterator[tuple[FileDelta, Dependency]]:
    """Dependencies that no manifest of the diff had; each name once a file, members of the workspace left out.

    What moved here from another manifest of the same diff is not new.
    """
    known = {(wanted.ecosystem, wanted.name) for file in delta.files for wanted in file.old.dependencies}
    for file in delta.files:
        if not file.asks:
            continue
        seen = set()
        for wanted in file.new.dependencies:
            name = (wanted.ecosystem, wanted.name)
            inside = wanted.source.kind == "workspace" or (wanted.source.kind == "path" and not wanted.source.external)
            if name in known or name in seen or inside or not wanted.direct:
                continue
            seen.add(name)
            yield file, wanted
