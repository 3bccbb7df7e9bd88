# SPDX-License-Identifier: Apache-2.0
"""Names of packages that many people use, the most used first where the source says so (docs/adr/0034)."""

from __future__ import annotations

import os
from functools import cache
from typing import NamedTuple

ECOSYSTEMS = ("go", "gem", "npm", "pypi")
_WORTH_IMITATING = 5000


class Popular(NamedTuple):
    """Names as the ecosystem normalises them; both empty where there is no list."""

    names: frozenset[str]
    """All that are too well known to be an imitation."""
    targets: frozenset[str]
    """Those that are well known enough to be imitated."""


@cache
def popular(ecosystem: str) -> Popular:
    if ecosystem not in ECOSYSTEMS:
        return Popular(frozenset(), frozenset())
    import lzma

    with open(os.path.join(os.path.dirname(__file__), f"{ecosystem}.txt.xz"), "rb") as file:
        names = lzma.decompress(file.read()).decode().split()
    return Popular(frozenset(names), frozenset(names[:_WORTH_IMITATING]))
