# SPDX-License-Identifier: Apache-2.0
"""From a judgement to a hit: place, words and fingerprint."""

from __future__ import annotations

from collections.abc import Iterable

from gatekeeper.model import Hit, Level
from gatekeeper.rules.deps.formats.interface import Inventory, LockEntry
from gatekeeper.rules.fingerprint import changed

_SHOWN = 5


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


def line_of(inventory: Inventory, entry: LockEntry) -> int | None:
    """Where ``entry`` stands. Formats without lines are searched for its key, in the ways that they write it."""
    if entry.line is not None or not inventory.text:
        return entry.line
    text, key = inventory.text, entry.key.removeprefix("dependencies:") or entry.name
    last = key.rpartition("/")[2]
    needles = (
        f'\nname = "{key}"\nversion = "{entry.version}"', f'\nname = "{key}"',
        f"\n  '{key}':", f"\n  {key}:", f"\n{key}:", f'\n"{key}":',
        f'"{key}":', f'"{last}":', f'"{key}"', key,
    )  # fmt: skip
    for needle in needles:
        position = text.find(needle)
        if position >= 0:
            return text.count("\n", 0, position + (needle[0] == "\n")) + 1
    return None
