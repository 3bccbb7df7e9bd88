# SPDX-License-Identifier: Apache-2.0
"""Where the anchors stand in a text.

Three ways with one answer: by four-byte pieces and the bytes type's own search, which needs nothing
and starts at once; by hyperscan, which takes some 20 ms to start and then reads over 400 MB a second; and
the one that changes from the first to the second when there is enough to read.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import hyperscan

_BLOCK = 1 << 16
_PIECE = 4
_WORTH = 200_000
"""Bytes from which on starting hyperscan is cheaper than going on without it."""


class Anchor(NamedTuple):
    literal: bytes
    """Lower case where ``folds``."""
    folds: bool


class Finder(Protocol):
    def find(self, text: bytes) -> list[tuple[int, int]]:
        """(first byte, index of the anchor) of every occurrence, overlapping ones included, in no order."""
        ...


class PlainFinder:
    """Asks which four-byte pieces a block of text has, then searches it for the anchors that begin with one of them."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        self._anchors = anchors
        self._short: list[int] = []
        self._by_piece: dict[int, list[int]] = {}
        for number, (literal, _) in enumerate(anchors):
            if len(literal) < _PIECE:
                self._short.append(number)
            else:
                self._by_piece.setdefault(_piece(literal.lower()), []).append(number)
        self._overlap = max((len(anchor.literal) for anchor in anchors), default=1) - 1

    def find(self, text: bytes) -> list[tuple[int, int]]:
        lower = text.lower()
        found: list[tuple[int, int]] = []
        for start in range(0, len(text), _BLOCK):
            end = min(len(text), start + _BLOCK)
            for number in self._candidates(lower[start : end + self._overlap]):
                literal, folds = self._anchors[number]
                where = lower if folds else text
                place = where.find(literal, start, min(len(text), end + len(literal) - 1))
                while place >= 0:
                    found.append((place, number))
                    place = where.find(literal, place + 1, min(len(text), end + len(literal) - 1))
        return found

    def _candidates(self, lower: bytes) -> list[int]:
        pieces: set[int] = set()
        for shift in range(_PIECE):
            whole = (len(lower) - shift) // _PIECE * _PIECE
            if whole > 0:
                pieces.update(memoryview(lower)[shift : shift + whole].cast("I"))
        return [*self._short, *(number for piece in pieces & self._by_piece.keys() for number in self._by_piece[piece])]


def _piece(literal: bytes) -> int:
    return int.from_bytes(literal[:_PIECE], sys.byteorder)


class HyperscanFinder:
    """One pass for all anchors. The database is compiled when it is first needed and never stored (ADR 0020)."""

    def __init__(self, anchors: Sequence[Anchor]) -> None:
        """Raises ImportError where the package is missing."""
        import hyperscan

        self._lengths = [len(anchor.literal) for anchor in anchors]
        self._database: hyperscan.Database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[anchor.literal for anchor in anchors],
            ids=list(range(len(anchors))),
            flags=[hyperscan.HS_FLAG_CASELESS if anchor.folds else 0 for anchor in anchors],
            literal=True,
        )

    def find(self, text: bytes) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        lengths, append = self._lengths, found.append

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            append((end - lengths[number], number))

        self._database.scan(text, match_event_handler=note)
        return found


class AdaptiveFinder:
    """Plain until ``worth`` bytes have been read, then hyperscan, where that is installed."""

    def __init__(self, anchors: Sequence[Anchor], worth: int = _WORTH) -> None:
        self._anchors, self._worth = anchors, worth
        self._finder: Finder = PlainFinder(anchors)

    def find(self, text: bytes) -> list[tuple[int, int]]:
        if self._worth > 0:
            self._worth -= len(text)
            if self._worth <= 0:
                self._finder = fastest(self._anchors)
        return self._finder.find(text)


def fastest(anchors: Sequence[Anchor]) -> Finder:
    """The finder that reads fastest once it has started."""
    try:
        return HyperscanFinder(anchors)
    except ImportError:
        return PlainFinder(anchors)
