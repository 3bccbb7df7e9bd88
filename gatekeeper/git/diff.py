# SPDX-License-Identifier: Apache-2.0
"""What one file gains, in linear time: first a window by common ends, then the exact lines inside it."""

from __future__ import annotations

from collections import Counter

_STEP = 4096


def common_prefix(old: bytes, new: bytes) -> int:
    """How many leading bytes are the same."""
    limit, at = min(len(old), len(new)), 0
    while at < limit and old[at : at + _STEP] == new[at : at + _STEP]:
        at += _STEP
    if at >= limit:
        return limit
    low, high = at, min(at + _STEP, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if old[at:middle] == new[at:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def common_suffix(old: bytes, new: bytes, limit: int) -> int:
    """How many trailing bytes are the same, ``limit`` at most."""
    at, ends = 0, (len(old), len(new))
    while (
        at < limit
        and old[max(ends[0] - at - _STEP, 0) : ends[0] - at] == new[max(ends[1] - at - _STEP, 0) : ends[1] - at]
    ):
        at += _STEP
    if at >= limit:
        return limit
    low, high = at, min(at + _STEP, limit)
    while low < high:
        middle = (low + high + 1) // 2
        if old[ends[0] - middle : ends[0] - at] == new[ends[1] - middle : ends[1] - at]:
            low = middle
        else:
            high = middle - 1
    return low


def windows(old: bytes, new: bytes) -> tuple[int, int, int, int]:
    """(old start, old end, new start, new end): the byte windows of whole lines outside which both are the same."""
    prefix = common_prefix(old, new)
    if prefix == len(old) == len(new):
        return prefix, prefix, prefix, prefix
    start = new.rfind(b"\n", 0, prefix) + 1
    suffix = common_suffix(old, new, min(len(old), len(new)) - start)
    old_end, new_end = len(old) - suffix, len(new) - suffix
    if suffix and not (_at_line_start(old, old_end) and _at_line_start(new, new_end)):
        step = new.find(b"\n", new_end)
        grow = (step + 1 if step >= 0 else len(new)) - new_end
        old_end, new_end = old_end + grow, new_end + grow
    return start, old_end, start, new_end


def _at_line_start(text: bytes, at: int) -> bool:
    return at == 0 or text[at - 1 : at] == b"\n"


def added_lines(old: bytes, new: bytes) -> tuple[tuple[int, bytes], ...]:
    """(1-based number, text without line end) of the lines of ``new`` that ``old`` does not have as often.

    A line that only moved is not added; one more copy of a line is. Exact as a multiset, linear in the input.
    """
    old_start, old_end, new_start, new_end = windows(old, new)
    spare = Counter(_lines(old[old_start:old_end]))
    number = new.count(b"\n", 0, new_start) + 1
    found = []
    for line in _lines(new[new_start:new_end]):
        if spare[line] > 0:
            spare[line] -= 1
        else:
            found.append((number, line))
        number += 1
    return tuple(found)


def _lines(text: bytes) -> list[bytes]:
    """Split at ``\\n`` only, as git does; a carriage return before it is dropped with it."""
    lines = text.split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line[:-1] if line.endswith(b"\r") else line for line in lines]
