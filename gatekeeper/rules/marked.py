# SPDX-License-Identifier: Apache-2.0
"""Lines that hold one of a few words, and which of them a change adds. Far cheaper than an exact diff of everything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.git.diff import windows
from gatekeeper.model import FileChange
from gatekeeper.rules.rule import AddedLine, Diff

_SMALL = 4096
"""Bytes of a window that are not worth splitting."""
_DEEPEST = 10
_PROBE = 96
"""Bytes at least of the lines by which a window is split."""


class Span(NamedTuple):
    """Whole lines that differ: byte offsets in the old and the new text."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


def spans(old: bytes, new: bytes) -> tuple[Span, ...]:
    """Where the texts differ, in order; outside, both have the same lines. Not minimal; linear in the input.

    Windows by common ends, split again at lines of their middle that both sides have.
    """
    found: list[Span] = []
    waiting = [(Span(0, len(old), 0, len(new)), 0)]
    while waiting:
        outer, depth = waiting.pop()
        if depth == 0:
            span = Span(*windows(old, new))
        else:
            inner = windows(old[outer.old_start : outer.old_end], new[outer.new_start : outer.new_end])
            span = Span(*(base + at for base, at in zip(_bases(outer), inner, strict=True)))
        if span.old_start == span.old_end and span.new_start == span.new_end:
            continue
        halves = _halves(old, new, span) if depth < _DEEPEST else None
        if halves is None:
            found.append(span)
        else:
            waiting += [(half, depth + 1) for half in reversed(halves)]
    return tuple(found)


def lines_with(text: bytes, needles: Sequence[bytes]) -> Iterator[tuple[int, bytes]]:
    """(offset, line without its end) of each line that holds a needle, in order. Linear in the text."""
    starts: dict[int, int] = {}
    for needle in needles:
        at, after = text.find(needle), 0
        while at >= 0:
            start = text.rfind(b"\n", after, at) + 1 or after
            end = text.find(b"\n", at)
            after = len(text) if end < 0 else end + 1
            starts[start] = len(text) if end < 0 else end
            at = text.find(needle, after)
    for start in sorted(starts):
        yield start, text[start : starts[start]].removesuffix(b"\r")


def gained(view: Diff, file: FileChange, needles: Sequence[bytes]) -> Iterator[AddedLine]:
    """The lines with a needle that the new side has more often: the last of them, where some are the same.

    Raises ObjectMissing, TooLarge.
    """
    region = view.region(file).text
    if not region or (len(region) <= _SMALL and not holds(region, needles)):
        return iter(())
    return gained_lines(view.old(file), view.new(file), needles)


def holds(text: bytes, needles: Sequence[bytes]) -> bool:
    """True where ``text`` holds one of ``needles``."""
    return any(map(text.__contains__, needles))


def gained_lines(old: bytes, new: bytes, needles: Sequence[bytes]) -> Iterator[AddedLine]:
    """As :func:`gained`, of two texts."""
    differing = spans(old, new)
    found = [
        (span.new_start + offset, line)
        for span in differing
        for offset, line in lines_with(new[span.new_start : span.new_end], needles)
    ]
    if not found:
        return
    spare = Counter(line for span in differing for _, line in lines_with(old[span.old_start : span.old_end], needles))
    number, counted = 1, 0
    for start, line in found:
        if spare[line] > 0:
            spare[line] -= 1
            continue
        number += new.count(b"\n", counted, start)
        counted = start
        yield AddedLine(number, line)


def _bases(span: Span) -> tuple[int, int, int, int]:
    return span.old_start, span.old_start, span.new_start, span.new_start


def _halves(old: bytes, new: bytes, span: Span) -> tuple[Span, Span] | None:
    """The span without lines of its middle that both sides have; None where it is small or has none."""
    size = span.old_end - span.old_start
    if size < _SMALL or span.new_end - span.new_start < _SMALL:
        return None
    for part in (4, 2, 6):
        start = old.find(b"\n", span.old_start + size * part // 8, span.old_end) + 1
        end = old.find(b"\n", start + _PROBE, span.old_end) + 1 if start else 0
        if not end or end - start > _SMALL // 4:
            continue
        at = new.find(old[start - 1 : end], span.new_start, span.new_end) + 1
        if at:
            return (
                Span(span.old_start, start, span.new_start, at),
                Span(end, span.old_end, at + end - start, span.new_end),
            )
    return None
