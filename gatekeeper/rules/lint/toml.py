# SPDX-License-Identifier: Apache-2.0
"""What ``pyproject.toml`` and ``ruff.toml`` tell Python's checkers to be silent about."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from gatekeeper.rules.lint.markers import Gravity

_LISTS = (
    "ignore",
    "extend-ignore",
    "per-file-ignores",
    "extend-per-file-ignores",
    "exclude",
    "extend-exclude",
    "skips",
)
_MYPY = ("ignore_errors", "disable_error_code", "ignore_missing_imports", "follow_imports", "exclude")
_SECURITY = re.compile(r"(?:S|B[1-7])(?!101)\d{2,3}|S|ALL")

_CHECKERS = re.compile(rb"\s*+\[\[?\s*+(?:tool\s*+\]|tool\.(?:ruff|mypy|bandit)\b)")


def silenced_in_toml(olds: Sequence[bytes], new: bytes) -> Iterator[tuple[bytes, Gravity]]:
    """(a few words of what, gravity) for each setting of the new text that none of the old ones has."""
    text, texts = _of_checkers(new), [_of_checkers(old) for old in olds]
    if not text or text in texts:
        return
    before = {words for old in texts for words in _settings(old)}
    for words in _settings(text):
        if words not in before:
            yield " = ".join(words).encode("utf-8", "surrogateescape"), _gravity(*words)


def _of_checkers(data: bytes) -> bytes:
    """The tables that matter here; a manifest is otherwise changed by every release."""
    if b"[tool." not in data:
        return data
    starts = [match.start() for match in re.finditer(rb"^[ \t]*\[", data, re.MULTILINE)]
    tables = (data[start:end] for start, end in pairwise([*starts, len(data)]))
    return b"".join(table for table in tables if _CHECKERS.match(table))


def _gravity(key: str, value: str) -> Gravity:
    if key.endswith("ignore_errors") or (value == "ALL" and "exclude" not in key):
        return "blanket"
    listed = "ignore" in key or key.endswith("skips")
    return "security" if listed and "mypy" not in key and _SECURITY.fullmatch(value) else "plain"


def _settings(data: bytes) -> Iterator[tuple[str, str]]:
    """(key, value) of everything that silences; nothing for text that the tools could not read either."""
    try:
        document = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return
    tool = _table(document.get("tool"))
    for name, table in (("ruff", document), ("ruff", _table(tool.get("ruff"))), ("bandit", _table(tool.get("bandit")))):
        for inner, place in (("", table), (".lint", _table(table.get("lint")))):
            for key in _LISTS:
                yield from _flat(f"{name}{inner}.{key}", place.get(key))
    mypy = _table(tool.get("mypy"))
    overrides = mypy.get("overrides")
    for place in (mypy, *map(_table, overrides if isinstance(overrides, list) else ())):
        for key in _MYPY:
            yield from _flat(f"mypy.{key}", place.get(key))
        if place.get("strict") is False:
            yield "mypy.strict", "false"


def _flat(key: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, under in value.items():
            for _, one in _flat("", under):
                yield f"{key}.{inner}", one
    elif isinstance(value, list):
        for one in value:
            yield key, str(one)
    elif value not in (None, False, "", "normal", "silent"):
        yield key, str(value)


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
