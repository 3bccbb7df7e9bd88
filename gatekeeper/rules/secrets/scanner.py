# SPDX-License-Identifier: Apache-2.0
"""From a text to the credentials in it: find the anchors, look at each, settle what overlaps."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache

from gatekeeper.rules.secrets.detector import Detector, Scene
from gatekeeper.rules.secrets.finder import Anchor, Finder, PlainFinder
from gatekeeper.rules.secrets.match import Match


class Scanner:
    """A set of detectors with one index over their anchors. Keeps nothing of what it scans."""

    def __init__(self, detectors: Sequence[Detector], finder: Finder | None = None) -> None:
        owners: dict[Anchor, list[Detector]] = {}
        for detector in detectors:
            for literal in detector.anchors:
                owners.setdefault(Anchor(literal, detector.folds), []).append(detector)
        self.anchors = tuple(owners)
        self._owners = tuple(tuple(found) for found in owners.values())
        self._finder = finder or PlainFinder(self.anchors)

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
            for detector in self._owners[number]:
                for match in detector.at(scene, place, self.anchors[number].literal):
                    found.append((detector.rank, match))
        return settled(found)


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


@cache
def default() -> Scanner:
    """The scanner over the whole catalogue."""
    from gatekeeper.rules.secrets.catalogue import detectors

    return Scanner(detectors())
