# SPDX-License-Identifier: Apache-2.0
"""From a judgement to a hit: place, words and fingerprint."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from gatekeeper.model import Hit, Level
from gatekeeper.rules.deps.formats.interface import Inventory, LockEntry
from gatekeeper.rules.fingerprint import changed

_SHOWN = 5
_FEW = 16
"""Entries that are searched for; more are looked up in an index of the whole text."""


def hit(
    rule: str, path: bytes, line: int | None, message: str, parts: Iterable[str], escalate: Level | None = None
) -> Hit:
    """A hit whose fingerprint is over ``parts``, which must say what changed and nothing of where."""
    mark = changed(rule, path, *(part.encode("utf-8", "surrogateescape") for part in parts))
    return Hit(rule, path, line, message, mark, escalate)


def some(names: Iterable[str]) -> str:
    """The first few of ``names``, sorted, each once, and how many more there are."""
    all_names = sorted(set(names))
    more = f" and {len(all_names) - _SHOWN} more" if len(all_names) > _SHOWN else ""
    return ", ".join(all_names[:_SHOWN]) + more


class Lines:
    """Where the entries of one inventory stand."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory, self._asked = inventory, 0

    def of(self, entry: LockEntry) -> int | None:
        """1-based. Formats without lines are searched for an entry's key, in the ways that they write it."""
        if entry.line is not None or not self._inventory.text:
            return entry.line
        key = entry.key.removeprefix("dependencies:") or entry.name
        self._asked += 1
        return self._search(key, entry.version) if self._asked <= _FEW else self._look_up(key, entry.version)

    def _search(self, key: str, version: str) -> int | None:
        text = self._inventory.text
        needles = (
            f'\nname = "{key}"\nversion = "{version}"', f'\nname = "{key}"',
            f"\n  '{key}':", f"\n  {key}:", f"\n{key}:", f'\n"{key}":',
            f'"{key}":', f'"{key.rpartition("/")[2]}":', f'"{key}"', key,
        )  # fmt: skip
        for needle in needles:
            position = text.find(needle)
            if position >= 0:
                return text.count("\n", 0, position + (needle[0] == "\n")) + 1
        return None

    def _look_up(self, key: str, version: str) -> int | None:
        index = self._index
        return index.get(f"{key}\n{version}") or index.get(key) or index.get(key.rpartition("/")[2])

    @cached_property
    def _index(self) -> dict[str, int]:
        """Keys, and names with the version on the next line, to the first line they stand on."""
        found: dict[str, int] = {}
        lines = self._inventory.text.split("\n")
        for number, line in enumerate(lines, 1):
            if line.startswith("name = "):
                name = line[7:].strip("\"'")
                version = lines[number][10:].strip("\"'") if number < len(lines) else ""
                found.setdefault(f"{name}\n{version}", number)
                found.setdefault(name, number)
            elif line.lstrip().startswith(('"name": "', '"identity": "')):
                found.setdefault(line.partition('": "')[2].partition('"')[0], number)
            elif ":" in line:
                found.setdefault(line.strip().rstrip("{[ ").partition('":')[0].rstrip(":").strip("\"'"), number)
        return found
