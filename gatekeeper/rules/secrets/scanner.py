# SPDX-License-Identifier: Apache-2.0
"""From a text to the credentials in it: find the anchors, look at each, settle what overlaps, then decode."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic

from gatekeeper.errors import TooLarge
from gatekeeper.rules.secrets.decode import encoded
from gatekeeper.rules.secrets.detector import Detector
from gatekeeper.rules.secrets.finder import AdaptiveFinder, Anchor, Finder
from gatekeeper.rules.secrets.index import ANCHORS
from gatekeeper.rules.secrets.loading import load
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene

DEPTH = 2
"""Encodings inside one another that are undone."""
LARGEST = 256 << 20
"""Bytes of one text."""

_BETWEEN = b"\n\0\n"
"""Stands between texts that are searched together; nothing that is looked for can hold it."""
_SECONDS = 20.0
"""Time for what one commit adds."""
_STEP = 2048
"""Places between two looks at the clock."""


class Scanner:
    """All detectors behind one index of their anchors; each is loaded when one of its anchors is met.

    Keeps nothing of what it scans.
    """

    def __init__(
        self,
        finder: Callable[[Sequence[Anchor]], Finder] = AdaptiveFinder,
        clock: Callable[[], float] = monotonic,
        seconds: float = _SECONDS,
    ) -> None:
        """``finder`` makes the finder of the anchors; ``seconds`` on ``clock`` are allowed for one call."""
        self._clock, self._seconds = clock, seconds
        self._until = 0.0
        self.anchors = tuple(Anchor(literal, folds) for literal, folds, _ in ANCHORS)
        self._detectors: dict[str, Detector] = {}
        self._owners: list[tuple[Detector, ...] | None] = [None] * len(ANCHORS)
        self._finder = finder(self.anchors)

    def scan(self, text: bytes, path: bytes | None = None, depth: int = DEPTH) -> tuple[Match, ...]:
        """The credentials in ``text``, by place; ``path`` is where it stands, for formats that it decides.

        ``depth`` is how many encodings inside one another are undone. Raises TooLarge.
        """
        (matches,) = self.scan_many([Scene(text, path)], depth)
        return matches

    def scan_many(self, scenes: Sequence[Scene], depth: int = DEPTH) -> list[tuple[Match, ...]]:
        """As :meth:`scan`, for many texts with one search: a commit's texts cost little more than one text."""
        self._until = self._clock() + self._seconds
        return self._scan(scenes, depth)

    def _scan(self, scenes: Sequence[Scene], depth: int) -> list[tuple[Match, ...]]:
        together = _BETWEEN.join([scene.text for scene in scenes])
        if len(together) > LARGEST:
            raise TooLarge(f"one commit adds over {LARGEST >> 20} MiB of text", "split the commit")
        found: list[list[Match]] = [[] for _ in scenes]
        for number, places in _by_scene(scenes, sorted(self._finder.find(together))):
            found[number] += self._look(scenes[number], places)
        if depth:
            for number, match in self._decoded(scenes, together, depth):
                if all(match.value != other.value for other in found[number]):
                    found[number].append(match)
        return [tuple(sorted(matches, key=Match.key)) for matches in found]

    def _look(self, scene: Scene, places: Iterable[tuple[int, int]]) -> tuple[Match, ...]:
        found: list[tuple[int, Match]] = []
        for count, (place, number) in enumerate(places):
            if count % _STEP == 0 and self._clock() > self._until:
                raise TooLarge(f"looking for credentials takes over {self._seconds:.0f} seconds", "split the commit")
            for detector in self._owners[number] or self._load(number):
                if scene.binary and detector.rank > 1:
                    continue
                for match in detector.at(scene, place, self.anchors[number].literal):
                    found.append((detector.rank, match))
        return _issued(settled(found)) if found else ()

    def _decoded(self, scenes: Sequence[Scene], together: bytes, depth: int) -> Iterator[tuple[int, Match]]:
        inner = list(encoded(together))
        for number, places in _by_scene(scenes, sorted((one.start, at) for at, one in enumerate(inner))):
            scene = scenes[number]
            if scene.is_lock or scene.binary:
                continue
            for start, at in places:
                one = inner[at]
                (matches,) = self._scan([Scene(one.content, scene.path)], depth - 1)
                for match in matches:
                    end = start + one.end - one.start
                    yield number, Match(match.rule, start, end, match.value, (one.via, *match.via))

    def _load(self, number: int) -> tuple[Detector, ...]:
        owners = []
        for address in ANCHORS[number][2].split():
            if address not in self._detectors:
                self._detectors[address] = load(address)
            owners.append(self._detectors[address])
        self._owners[number] = found = tuple(owners)
        return found


def _by_scene(scenes: Sequence[Scene], places: list[tuple[int, int]]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    """``places`` of the joined texts (sorted) as (index of the scene, its places from its own beginning)."""
    begin = number = 0
    at = 0
    while at < len(places):
        while places[at][0] > begin + len(scenes[number].text):
            begin += len(scenes[number].text) + len(_BETWEEN)
            number += 1
        own = []
        end = begin + len(scenes[number].text)
        while at < len(places) and places[at][0] <= end:
            own.append((places[at][0] - begin, places[at][1]))
            at += 1
        yield number, own


def _issued(matches: tuple[Match, ...]) -> tuple[Match, ...]:
    """``matches`` without what is published as an example, and without what its own checksum calls invented."""
    from gatekeeper.rules.secrets.checksums import refuted
    from gatekeeper.rules.secrets.published import is_published

    return tuple(match for match in matches if not refuted(match.value) and not is_published(match.value))


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
