# SPDX-License-Identifier: Apache-2.0
"""From a text to the credentials in it: find the anchors, look at each, settle what overlaps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence

from gatekeeper.rules.secrets.detector import Detector
from gatekeeper.rules.secrets.scene import Scene
from gatekeeper.rules.secrets.finder import AdaptiveFinder, Anchor, Finder
from gatekeeper.rules.secrets.index import ANCHORS
from gatekeeper.rules.secrets.loading import Address, load
from gatekeeper.rules.secrets.match import Match


class Scanner:
    """All detectors behind one index of their anchors; each is loaded when one of its anchors is met.

    Keeps nothing of what it scans.
    """

    def __init__(self, finder: Callable[[Sequence[Anchor]], Finder] = AdaptiveFinder) -> None:
        """``finder`` makes the finder of the anchors."""
        self.anchors = tuple(Anchor(literal, folds) for literal, folds, _ in ANCHORS)
        self._detectors: dict[Address, Detector] = {}
        self._owners: list[tuple[Detector, ...] | None] = [None] * len(ANCHORS)
        self._finder = finder(self.anchors)

    def places(self, text: bytes) -> list[tuple[int, int]]:
        """(first byte, anchor) of every anchor in ``text``, in order."""
        return sorted(self._finder.find(text))

    def places_of(self, texts: Sequence[bytes]) -> list[list[tuple[int, int]]]:
        """As :meth:`places`, for many texts in one pass."""
        together = b"\n".join(texts)
        found: list[list[tuple[int, int]]] = [[] for _ in texts]
        number = begin = 0
        for place, anchor in self.places(together):
            while place > begin + len(texts[number]):
                begin += len(texts[number]) + 1
                number += 1
            found[number].append((place - begin, anchor))
        return found

    def scan(self, text: bytes, path: bytes | None = None) -> tuple[Match, ...]:
        """The credentials in ``text``, by place; ``path`` is where it stands, for formats that it decides."""
        return self.look(Scene(text, path), self.places(text))

    def look(self, scene: Scene, places: Iterable[tuple[int, int]]) -> tuple[Match, ...]:
        """The credentials at the ``places`` of a text that :meth:`places` gave for it."""
        found: list[tuple[int, Match]] = []
        for place, number in places:
            for detector in self._owners[number] or self._load(number):
                for match in detector.at(scene, place, self.anchors[number].literal):
                    found.append((detector.rank, match))
        return settled(found)

    def _load(self, number: int) -> tuple[Detector, ...]:
        owners = []
        for address in ANCHORS[number][2]:
            if address not in self._detectors:
                self._detectors[address] = load(address)
            owners.append(self._detectors[address])
        self._owners[number] = found = tuple(owners)
        return found


def settled(found: Iterable[tuple[int, Match]]) -> tuple[Match, ...]:
    """Of matches that share bytes the one of lowest rank, and of these the longest; in order of place."""
    kept: list[tuple[int, int]] = []
    matches: list[Match] = []
    for _, match in sorted(found, key=lambda item: (item[0], item[1].start - item[1].end, *item[1].key())):
        after = bisect_left(kept, (match.end, 0))
        if after and kept[after - 1][1] > match.start:
            continue
        kept.insert(after, (match.start, match.end))
        matches.append(match)
    return tuple(sorted(matches, key=Match.key))
