# SPDX-License-Identifier: Apache-2.0
"""The parts of ``package.json`` and ``composer.json`` that hook managers read."""

from __future__ import annotations

import json
import re
from functools import cache

_MARKS = (b"husky", b"lint-staged", b"git-hooks", b"pre-commit", b"pre-push", b"gitHooks", b"ghooks", b"captainhook")


def hooks(data: bytes) -> tuple[tuple[str, object], ...]:
    """Each key of a hook manager with its value, in order of the text; no versions of the managers themselves.

    Only these parts are read: a manifest is otherwise changed by every release. One that cannot be read stands for
    itself, from that key on.
    """
    if not any(mark in data for mark in _MARKS):
        return ()
    text = data.decode("utf-8", "replace")
    decoder, found, at = json.JSONDecoder(), list[tuple[str, object]](), 0
    while key := _keys().search(text, at):
        try:
            value, at = decoder.raw_decode(text, key.end())
        except (ValueError, RecursionError):
            found.append((key[1], text[key.end() :]))
            break
        if not isinstance(value, str) or key[1].startswith("pre-"):
            found.append((key[1], value))
    return tuple(found)


@cache
def _keys() -> re.Pattern[str]:
    names = "husky|lint-staged|simple-git-hooks|pre-commit|pre-push|gitHooks|ghooks|captainhook"
    return re.compile(rf'"({names})"[ \t\r\n]*+:[ \t\r\n]*+')
