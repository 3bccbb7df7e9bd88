# SPDX-License-Identifier: Apache-2.0
"""Comparing versions and ranges, as far as the judgement needs it: which is lower, which is looser."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

EXACT, PATCH, MINOR, OPEN, ANY = range(5)
"""How much a range lets in: one version, patch releases, minor releases, everything newer, everything."""

_SEMVER = re.compile(r"[vV=]?(\d+(?:\.\d+)*)(?:[-._]?([0-9A-Za-z][0-9A-Za-z.~-]*))?(?:\+.*)?")
_LATEST = ("", "*", "x", "X", "latest", "any")


def compare(ecosystem: str, left: str, right: str) -> int | None:
    """Negative, zero or positive as ``left`` is older than, as or newer than ``right``; None where nobody can say."""
    if left == right:
        return 0
    first, second = key(ecosystem, left), key(ecosystem, right)
    if first is None or second is None:
        return None
    return int(first > second) - int(first < second)


@lru_cache(maxsize=4096)
def key(ecosystem: str, version: str) -> Any:
    """A value that orders versions of one ecosystem; None for what is no version."""
    if ecosystem == "pypi":
        from packaging.version import InvalidVersion, Version

        try:
            return Version(version)
        except InvalidVersion:
            return None
    found = _SEMVER.fullmatch(version.strip())
    if found is None or len(version) > 256 or (ecosystem == "composer" and version.endswith("-dev")):
        return None
    release = tuple(int(part) for part in found[1].split("."))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    if not found[2]:
        return release, 1, ()
    words = re.findall(r"\d+|[A-Za-z]+", found[2])
    return release, 0, tuple((0, int(word), "") if word.isdigit() else (1, 0, word.lower()) for word in words)


def looseness(ecosystem: str, requirement: str) -> int:
    """One of EXACT ... ANY."""
    text = requirement.strip()
    if text in _LATEST or text.startswith(("dev-", "@dev")):
        return ANY
    return max(_part(ecosystem, part.strip()) for part in re.split(r"\|\|?", text))


def _part(ecosystem: str, text: str) -> int:
    if text in _LATEST:
        return ANY
    clauses = re.findall(r"(===|==|~=|~>|!=|<=|>=|\^|~|<|>|=)?\s*([^\s,<>=!~^]+)", text)
    if not clauses or " - " in text:
        return MINOR if clauses else ANY
    ranks = [_clause(ecosystem, mark, version) for mark, version in clauses]
    bounded = [rank for rank in ranks if rank is not None]
    if bounded:
        return min(bounded)
    marks = {mark[:1] for mark, _ in clauses if mark != "!="}
    return MINOR if marks == {"<", ">"} else OPEN if marks else ANY


def _clause(ecosystem: str, mark: str, version: str) -> int | None:
    """The rank of a clause that bounds both sides; None for one that does not."""
    if mark in ("<", "<=", ">", ">=", "!="):
        return None
    parts = version.lstrip("vV").split(".")
    wild = next((index for index, part in enumerate(parts) if part in ("*", "x", "X")), None)
    if wild is not None:
        return (ANY, MINOR, PATCH)[min(wild, 2)]
    if not parts[0][:1].isdigit():
        return ANY if ecosystem == "npm" else EXACT
    if mark in ("^",) or (ecosystem == "cargo" and not mark):
        return MINOR
    if mark == "~" and ecosystem != "composer":
        return MINOR if len(parts) == 1 else PATCH
    if mark in ("~=", "~>", "~"):
        return PATCH if len(parts) > 2 else MINOR
    if ecosystem == "npm" and len(parts) < 3:
        return PATCH if len(parts) == 2 else MINOR
    return EXACT


def lowest(requirement: str) -> str:
    """The lower bound as written; empty where there is none."""
    found = re.search(r"(?:===|==|~=|~>|>=|\^|~|>|=|^)\s*v?(\d[^\s,<>=!~^|*]*)", requirement.strip())
    return found[1].rstrip(".") if found else ""
