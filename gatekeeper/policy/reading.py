# SPDX-License-Identifier: Apache-2.0
"""Values out of nodes. What is wrong is collected with its line, so that one look shows every error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from gatekeeper.policy.problems import Problem
from gatekeeper.policy.yamltree import Items, Node, Table, Text

Word = TypeVar("Word", bound=str)

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
BYTES = {"B": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}
MAX_SECONDS = 3650 * 86400
MAX_SIZE = 1 << 50
LONGEST_MESSAGE = 400
MAX_PROBLEMS = 100
MAX_NEAR = 200
"""Words among which the nearest is looked for; each costs some ten microseconds."""


class TooManyProblems(Exception):
    """Reading on would tell nobody more."""


class Said(NamedTuple):
    """A text and its line."""

    text: str
    line: int


class Reader:
    """Reads one file; every method returns None (or what is left) where it noted a problem."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.stated: set[str] = set()

    def wrong(self, line: int, message: str) -> None:
        if len(message) > LONGEST_MESSAGE:
            message = f"{message[:LONGEST_MESSAGE]}… ({len(message) - LONGEST_MESSAGE} more characters)"
        self.problems.append(Problem(self.source, line, message))
        if len(self.problems) >= MAX_PROBLEMS:
            raise TooManyProblems

    def fields(self, node: Node | None, place: str, keys: Sequence[str]) -> dict[str, Node]:
        """The values of a table whose keys are known.

        ``place`` is its dotted name: empty for the whole file, ``paths[]`` for an entry of a list.
        """
        found = {}
        for key, value in self.entries(node, place).items():
            if key.text in keys:
                found[key.text] = value
                if not place.endswith("[]"):
                    self.stated.add(f"{place}.{key.text}".lstrip("."))
            else:
                within = f" in {place.removesuffix('[]')}" if place else ""
                self.wrong(key.line, f"unknown key '{key.text}'{within}{nearest(key.text, keys)}")
        return found

    def entries(self, node: Node | None, place: str) -> dict[Said, Node]:
        """The values of a table whose keys are the author's own, each key once and in order."""
        if node is None:
            return {}
        if not isinstance(node, Table):
            self.wrong(node.line, f"{place or 'a policy'} is a table of 'key: value' lines, not {_kind(node)}")
            return {}
        found: dict[Said, Node] = {}
        first: dict[str, int] = {}
        for key, value in node.pairs:
            if key.value in first:
                self.wrong(key.line, f"duplicate key '{key.value}'; the first is in line {first[key.value]}")
                continue
            first[key.value] = key.line
            found[Said(key.value, key.line)] = value
        return found

    def items(self, node: Node | None, place: str) -> tuple[Node, ...]:
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.wrong(node.line, f"{place} is a list, such as [one, two], not {_kind(node)}")
            return ()
        return node.nodes

    def text(self, node: Node | None, place: str) -> str | None:
        """One line that says something."""
        if node is None:
            return None
        if not isinstance(node, Text):
            self.wrong(node.line, f"{place} is one word or line, not {_kind(node)}")
        elif not node.value.strip() or (node.plain and node.value in ("~", "null", "Null", "NULL")):
            self.wrong(node.line, f"{place} has no value")
        elif "\n" in node.value or "\r" in node.value or "\t" in node.value:
            self.wrong(node.line, f"{place} is one line")
        else:
            return node.value
        return None

    def texts(self, node: Node | None, place: str) -> tuple[Said, ...]:
        """A list of different lines."""
        found: dict[str, Said] = {}
        for item in self.items(node, place):
            text = self.text(item, f"each entry of {place}")
            if text is not None and text in found:
                self.wrong(item.line, f"'{text}' stands twice in {place}")
            elif text is not None:
                found[text] = Said(text, item.line)
        return tuple(found.values())

    def word(self, node: Node | None, place: str, choices: Sequence[Word]) -> Word | None:
        """One of ``choices``, quoted or not: ``off`` and ``none`` are words here."""
        text = self.text(node, place)
        if node is None or text is None:
            return None
        for choice in choices:
            if choice == text:
                return choice
        self.wrong(node.line, f"{place} cannot be '{text}'{nearest(text, choices)}")
        return None

    def whole(self, node: Node | None, place: str, low: int, high: int) -> int | None:
        """A whole number from ``low`` to ``high``, written without quotes."""
        text = self.text(node, place)
        if node is None or text is None:
            return None
        if isinstance(node, Text) and node.plain and re.fullmatch(r"0|[1-9][0-9]{0,17}", text):
            number = int(text)
            if low <= number <= high:
                return number
        self.wrong(node.line, f"{place} is a whole number from {low} to {high}, not '{text}'")
        return None

    def yes_no(self, node: Node | None, place: str) -> bool | None:
        word = self.word(node, place, ("true", "false"))
        return None if word is None else word == "true"

    def duration(self, node: Node | None, place: str, low: int = 1) -> int | None:
        """Seconds, from ``7d``, ``2h``, ``30m`` or ``45s``."""
        return self._measure(node, place, SECONDS, "a time such as 7d, 2h, 30m or 45s", low, MAX_SECONDS)

    def size(self, node: Node | None, place: str) -> int | None:
        """Bytes, from ``4GiB``, ``512MiB``."""
        return self._measure(node, place, BYTES, "a size such as 4GiB or 512MiB", 1, MAX_SIZE)

    def _measure(
        self, node: Node | None, place: str, units: dict[str, int], example: str, low: int, high: int
    ) -> int | None:
        text = self.text(node, place)
        if node is None or text is None:
            return None
        found = re.fullmatch(r"([0-9]{1,9})([A-Za-z]+)", text)
        if found is None or found[2] not in units:
            self.wrong(node.line, f"{place} is {example}, not '{text}'")
            return None
        amount = int(found[1]) * units[found[2]]
        if not low <= amount <= high:
            self.wrong(node.line, f"{place} cannot be {text}: {'too little' if amount < low else 'too much'}")
            return None
        return amount


def nearest(word: str, choices: Sequence[str]) -> str:
    """``; did you mean 'x'?``, or what there is to choose from where nothing is near."""
    from difflib import get_close_matches

    close = get_close_matches(word.lower()[:100], choices[:MAX_NEAR], 1)
    if close:
        return f"; did you mean '{close[0]}'?"
    return f"; known are {', '.join(choices)}" if 0 < len(choices) <= 12 else ""


def _kind(node: Node) -> str:
    # The text itself is not repeated: whoever names the wrong file may have named a private one.
    return "a table" if isinstance(node, Table) else "a list" if isinstance(node, Items) else "a word"
