# SPDX-License-Identifier: Apache-2.0
"""What all detectors have in common: anchors to begin at, and one bounded look at each of them.

What a detector says of a place depends on the text and that place alone. So it makes no difference
how the places were found, and every engine gives the same findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Protocol

from gatekeeper.rules.secrets.judge import entropy, stands_in
from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.patterns import CREDENTIAL, pattern
from gatekeeper.rules.secrets.recipe import longest
from gatekeeper.rules.secrets.scene import Scene


class Detector(Protocol):
    """Finds credentials of one sort."""

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Literals at which to look; lower case where ``folds``."""
        ...

    @property
    def folds(self) -> bool:
        """True where an anchor stands for either case of its letters."""
        ...

    @property
    def rank(self) -> int:
        """Of two matches that share bytes the one with the lower rank is kept."""
        ...

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        """The credentials that the anchor which begins at byte ``place`` belongs to."""
        ...


@cache
def _credential() -> re.Pattern[bytes]:
    return re.compile(CREDENTIAL.encode())


class KindDetector:
    """Finds one kind of the catalogue."""

    __slots__ = ("_kind", "_pattern", "_reach", "anchors", "folds", "rank")

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._pattern: re.Pattern[bytes] | None = None
        self.folds = kind.shape == "named"
        self.anchors = tuple(anchor.encode() for anchor in kind.anchors)
        self.rank = 2 if self.folds else 1
        self._reach = longest(kind.recipe) + 1

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        if self._pattern is None:
            self._pattern = re.compile(pattern(self._kind).encode())
        found = self._attempt(scene.text, place, len(anchor))
        if found is not None and self._real(value := found["v"]):
            yield Match(f"secrets.{self._kind.name}", *found.span("v"), value)

    def _attempt(self, text: bytes, place: int, length: int) -> re.Match[bytes] | None:
        assert self._pattern is not None
        if self.folds:
            near = self._kind.loose or _credential().search(text, max(0, place - 24), place + 44)
            return self._pattern.match(text, place) if near else None
        if not self._kind.back:
            return self._pattern.match(text, place)
        for found in self._pattern.finditer(text, max(0, place - self._kind.back), place + self._reach):
            if found.start() <= place < found.end():
                return found
        return None

    def _real(self, value: bytes) -> bool:
        kind = self._kind
        if kind.check is not None:
            return kind.check(value)
        return not kind.floor or (entropy(value) >= kind.floor and not stands_in(value))
