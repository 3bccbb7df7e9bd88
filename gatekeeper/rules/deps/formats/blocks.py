# SPDX-License-Identifier: Apache-2.0
"""Lockfiles that are blocks of lines with blank lines between: each block is read once, whichever side it is on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import TypeVar

from gatekeeper.rules.deps.formats.interface import Unreadable

T = TypeVar("T")


def read(text: str, block: Callable[[str, str], T], path: str) -> Iterator[T]:
    """``block(lines, path)`` of each block. A refusal gets the line it has in the whole text.

    ``block`` is expected to remember what it has read, since most blocks of two sides are the same.
    """
    line = 1
    for part in text.split("\n\n"):
        try:
            yield block(part, path)
        except Unreadable as error:
            raise Unreadable(str(error), line + (error.line or 1) - 1) from error
        line += part.count("\n") + 2


def once(keys: list[str]) -> None:
    """Raises Unreadable where a key stands twice."""
    if len(set(keys)) != len(keys):
        double = next(key for key, count in Counter(keys).items() if count > 1)
        raise Unreadable(f"the entry '{double[:80]}' stands twice")
