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
from gatekeeper.rules.secrets.recipe import longest, longest_run
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


_NEAR = 400
"""Bytes from a provider's name on in which its credential begins and shows itself by a run without a blank."""
_LONGEST_RUN = 16
_VALUES = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/=.~:|"
_VALUE = bytes(97 if code in _VALUES or 33 <= code < 127 else 32 for code in range(256))


@cache
def _credential() -> re.Pattern[bytes]:
    return re.compile(CREDENTIAL.encode())


class KindDetector:
    """Finds one kind of the catalogue."""

    __slots__ = ("_kind", "_pattern", "_reach", "_run", "anchors", "folds", "rank")

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._pattern: re.Pattern[bytes] | None = None
        self.folds = kind.shape == "named"
        self.anchors = tuple(anchor.encode() for anchor in kind.anchors)
        self.rank = 2 if self.folds else 1
        self._reach = longest(kind.recipe) + 1
        self._run = b"a" * min(_LONGEST_RUN, longest_run(kind.recipe))

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        if self._kind.shy and scene.is_fixture:
            return
        found = self._attempt(scene.text, place, len(anchor))
        if found is not None and self._real(value := found["v"]):
            yield Match(f"secrets.{self._kind.name}", *found.span("v"), value)

    def _attempt(self, text: bytes, place: int, length: int) -> re.Match[bytes] | None:
        if self.folds:
            if self._run not in text[place : place + _NEAR].translate(_VALUE):
                return None
            if not self._kind.loose and not _credential().search(text, max(0, place - 24), place + 44):
                return None
            return self._compiled().match(text, place)
        if not self._kind.back:
            return self._compiled().match(text, place)
        before = text[max(0, place - self._kind.back) : place]
        begin = place - (len(before) - len(before.rstrip(_VALUES)))
        found = self._compiled().match(text, begin, place + self._reach)
        return found if found is not None and found.start("v") <= place and found.end() >= place + length else None

    def _compiled(self) -> re.Pattern[bytes]:
        if self._pattern is None:
            self._pattern = re.compile(pattern(self._kind).encode())
        return self._pattern

    def _real(self, value: bytes) -> bool:
        kind = self._kind
        if kind.check is not None and not kind.check(value):
            return False
        own = value[len(kind.recipe[0]) :] if isinstance(kind.recipe[0], str) else value
        return not kind.floor or (entropy(value) >= kind.floor and not stands_in(own))
