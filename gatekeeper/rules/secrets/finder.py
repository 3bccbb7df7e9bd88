# SPDX-License-Identifier: Apache-2.0
"""Where the anchors stand in a text: by the bytes type's own search, which needs nothing and starts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Anchor(NamedTuple):
    literal: bytes
    """Lower case where ``folds``."""
    folds: bool


class Finder(Protocol):
    def find(self, text: bytes) -> list[tuple[int, int]]:
        """(first byte, index of the anchor) of every occurrence, overlapping ones included, in no order."""
        ...


class PlainFinder:
    """One pass over the text for each anchor: best below some tens of kilobytes."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self._anchors = anchors

    def find(self, text: bytes) -> list[tuple[int, int]]:
        found = []
        lower = text.lower()
        for number, (literal, folds) in enumerate(self._anchors):
            where = lower if folds else text
            start = where.find(literal)
            while start >= 0:
                found.append((start, number))
                start = where.find(literal, start + 1)
        return found
