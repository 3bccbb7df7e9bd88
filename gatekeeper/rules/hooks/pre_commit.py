# SPDX-License-Identifier: Apache-2.0
"""Whether two versions of a pre-commit configuration run the same hooks.

Moving a hook's repository from one released tag or commit to another is an update of a dependency, as in a lockfile,
and left to the rules about those. A branch for a tag is not: what it runs changes without any commit here.
"""

from __future__ import annotations

import re
from functools import cache

from gatekeeper.rules.deps.formats import yaml
from gatekeeper.rules.deps.formats.interface import Unreadable


def same(old: bytes, new: bytes) -> bool:
    """True where both can be read and differ in nothing but comments, order of keys and pinned revisions."""
    try:
        before, after = (yaml.load(side.decode("utf-8-sig")) for side in (old, new))
    except (Unreadable, UnicodeDecodeError):
        return False
    return list(map(_without_pins, before)) == list(map(_without_pins, after))


def _without_pins(value: object, depth: int = 0) -> object:
    if depth > 12:
        return value
    if isinstance(value, yaml.Map):
        return {
            key: "pinned" if key == "rev" and _is_pin(inner) else _without_pins(inner, depth + 1)
            for key, inner in value.items()
            if not key.startswith("autoupdate_")
        }
    if isinstance(value, yaml.Seq):
        return [_pinned(inner) if isinstance(inner, str) else _without_pins(inner, depth + 1) for inner in value]
    return value


def _is_pin(value: object) -> bool:
    return isinstance(value, str) and _pin().fullmatch(value) is not None


def _pinned(text: str) -> str:
    """``black==23.1`` without the version: of ``additional_dependencies``."""
    name, equals, version = text.partition("==")
    if not equals:
        at = text.rfind("@")
        name, equals, version = (text[:at], "@", text[at + 1 :]) if at > 0 else (text, "", "")
    return f"{name}{equals}pinned" if equals and _pin().fullmatch(version) else text


@cache
def _pin() -> re.Pattern[str]:
    """A commit id, or a tag that holds a version."""
    return re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}|[A-Za-z_/.-]*v?\d+(?:\.\d+)+[A-Za-z0-9.+_-]*|v\d+")
