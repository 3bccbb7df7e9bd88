# SPDX-License-Identifier: Apache-2.0
"""Whether two versions of a workflow differ in nothing but releases of the same actions and numbers, line for line."""

from __future__ import annotations

import re
from functools import cache


def only_updates(old: bytes, new: bytes) -> bool:
    """True where each differing line holds another number, or the same action by a commit, or by a tag as before."""
    before, after = old.split(b"\n"), new.split(b"\n")
    return len(before) == len(after) and all(
        _is_update(one, other) for one, other in zip(before, after, strict=True) if one != other
    )


def _is_update(old: bytes, new: bytes) -> bool:
    if b"@" not in old and b"@" not in new:
        return _digits().sub(b"0", old) == _digits().sub(b"0", new)
    was, is_now = _used().fullmatch(old), _used().fullmatch(new)
    if was is None or is_now is None or was[1] != is_now[1]:
        return False
    return is_now[2] is not None or was[2] is None


@cache
def _digits() -> re.Pattern[bytes]:
    return re.compile(rb"\d++")


@cache
def _used() -> re.Pattern[bytes]:
    """(what comes before the ref; the ref where it is a full commit id), for commits and tags of versions."""
    return re.compile(
        rb"([ \t]*+(?:-[ \t]++)?uses:[ \t]*+['\"]?[\w./-]++@)"
        rb"(?:([0-9a-f]{40}|[0-9a-f]{64})|v?\d++(?:\.\d++)*+)['\"]?(?:[ \t]++#[^\r]*+)?[ \t]*+\r?"
    )
