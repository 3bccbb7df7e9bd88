# SPDX-License-Identifier: Apache-2.0
"""Names of packages that many people use, the most used first where the source says so (docs/adr/0034)."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

ECOSYSTEMS = ("go", "gem", "npm", "pypi")


@cache
def names(ecosystem: str) -> frozenset[str]:
    """Popular names as the ecosystem normalises them; empty where there is no list."""
    if ecosystem not in ECOSYSTEMS:
        return frozenset()
    import lzma

    packed = (files(__package__) / f"{ecosystem}.txt.xz").read_bytes()
    return frozenset(lzma.decompress(packed).decode().split())
