# SPDX-License-Identifier: Apache-2.0
"""JSON with comments, as editors write it, and which editor settings cannot make anything run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache

_HARMLESS = (
    "[", "breadcrumbs.", "cspell.", "debug.console.", "diffeditor.", "editor.", "emmet.", "explorer.", "files.",
    "html.", "less.", "markdown.", "outline.", "problems.", "scss.", "search.", "workbench.", "zenmode.",
)  # fmt: skip
"""Settings by the beginning of their names: how things look, are found, folded and formatted."""


def load(data: bytes) -> Mapping[str, object] | None:
    """An object of JSON with comments and trailing commas; None for anything else."""
    try:
        text = data.decode("utf-8-sig")
        value = json.loads(_trailing().sub(r"\1", _comments().sub(_without, text)))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def harmless(old: Mapping[str, object], new: Mapping[str, object]) -> bool:
    """True where only settings differ that name no program and allow none."""
    differing = [key for key in {**old, **new} if key not in old or key not in new or old[key] != new[key]]
    return all(key.lower().startswith(_HARMLESS) and not _suspicious(key, new.get(key)) for key in differing)


def _suspicious(key: str, value: object) -> bool:
    return _words().search(f"{key} {json.dumps(value)}") is not None


def _without(found: re.Match[str]) -> str:
    return found[1] or " "


@cache
def _words() -> re.Pattern[str]:
    return re.compile(r"(?i)command|exec|shell|script|task|tool|trust|server|path\b|interpreter|\$\{")


@cache
def _comments() -> re.Pattern[str]:
    """Strings (kept) and comments."""
    return re.compile(r'("(?:[^"\\\n]|\\.)*+"?)|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?')


@cache
def _trailing() -> re.Pattern[str]:
    return re.compile(r'("(?:[^"\\\n]|\\.)*+")|,(?=\s*+[}\]])')
