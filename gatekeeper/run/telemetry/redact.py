# SPDX-License-Identifier: Apache-2.0
"""Command lines without the credentials in them: what looks like one is shown as how long it is.

This is for a record that many people read, not a detector: it hides rather too much, and needs no policy.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_NAMES = (
    r"pass(?:word|wd|phrase|code)?|pwd|secrets?|tokens?|api[_-]?keys?|auth|credentials?|cookie|bearer|private[_-]?key"
)
_NAMES += r"|access[_-]?keys?|secret[_-]?keys?|pin|otp|signature"
_OPTION = re.compile(rf"-{{1,2}}(?:[a-z0-9]+[_-])*(?:{_NAMES})(?:[_-][a-z0-9]+)*", re.IGNORECASE)
_ASSIGNED = re.compile(
    rf"(?P<name>[\w.-]*(?:\b|[_-])(?:{_NAMES})[\w-]*[\"']?\s*[=:]\s*[\"']?)(?P<value>[^\s\"'&]+)", re.IGNORECASE
)
_SCHEME = re.compile(r"(?P<name>\b(?:bearer|basic|token)\s+)(?P<value>[^\s\"']{6,})", re.IGNORECASE)
_USERINFO = re.compile(r"(?P<name>[a-z][a-z0-9+.-]*://)(?P<value>[^/\s@\"']+)(?=@)", re.IGNORECASE)
_ISSUED = re.compile(
    r"(?P<name>)(?P<value>\b(?:gh[opsur]_|github_pat_|glpat-|sk-|sk_|rk_|pk_|xox[a-z]-|npm_|pypi-|hf_|eyJ|A[KS]IA|AIza|ya29\.)"
    r"[A-Za-z0-9_.+/=-]{8,})"
)
_RUN = re.compile(r"[A-Za-z0-9+_=-]{24,}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_WORDY = re.compile(r"(?:[a-z]{3,}|[A-Z][a-z]{2,}|[0-9.]+|[A-Z]{2,}|[_+=-]+)+")
LEAST_ENTROPY = 3.8
"""Bits a character; random base 64 of 24 characters has about 4.3, names and sentences less."""


def arguments(words: Sequence[str]) -> list[str]:
    """The words of a command line; what an option such as ``--token`` takes is hidden whole."""
    said: list[str] = []
    hide = False
    for word in words:
        said.append(hidden(word) if hide and not word.startswith("-") else text(word))
        hide = _OPTION.fullmatch(word) is not None
    return said


@lru_cache(maxsize=8192)  # a build says the same words thousands of times
def text(value: str) -> str:
    """Any text, with what looks like a credential hidden."""
    if len(value) < 8:
        return value
    for pattern in (_USERINFO, _SCHEME, _ASSIGNED, _ISSUED):
        value = pattern.sub(lambda found: found["name"] + hidden(found["value"]), value)
    return _RUN.sub(lambda found: hidden(found[0]) if _random(found[0]) else found[0], value)


def hidden(value: str) -> str:
    """What stands for a credential: its class of length."""
    least = next((size for size in (64, 32, 16) if len(value) >= size), 0)
    return f"[hidden: {least or 'under 16'}{' or more' if least else ''} characters]"


def _random(run: str) -> bool:
    if _HEX.fullmatch(run) or _WORDY.fullmatch(run):
        return False
    kinds = sum(any(test(char) for char in run) for test in (str.isupper, str.islower, str.isdigit))
    return kinds >= 2 and _entropy(run) >= LEAST_ENTROPY


def _entropy(run: str) -> float:
    counts = Counter(run).values()
    return -sum(count / len(run) * math.log2(count / len(run)) for count in counts)
