# SPDX-License-Identifier: Apache-2.0
"""CI systems whose files are read line by line, and files that cannot be read by structure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.ci.facts import RISKY, UNPINNED, Fact
from gatekeeper.rules.ci.scripts import of_script


def facts(content: bytes) -> tuple[Fact, ...]:
    """Everything worth comparing, in order. Reads any bytes."""
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    return (*of_script("\n" + text, 0), *_of_lines(text))


def _of_lines(text: str) -> Iterator[Fact]:
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > 1000 or line.lstrip().startswith(("#", "//")):
            continue
        if found := _tolerant().search(line):
            yield Fact(
                RISKY, ("tolerant", found[1].lower()), number, f"a failure no longer shows: {line.strip()[:100]}"
            )
        if found := _orb().match(line):
            yield Fact(UNPINNED, ("orb", found[1]), number, f"orb '{line.strip()[:100]}' can change", whole=True)


@cache
def _tolerant() -> re.Pattern[str]:
    """Settings by which Azure, CircleCI, Travis, Buildkite, Drone, Woodpecker and Jenkins go on after a failure."""
    return re.compile(
        r"(?i)\b(continue_?on_?error|allow_failures?|soft_fail|ignore_failure|fail_on_error)\b['\"]?\s*+[:=]\s*+"
        r"['\"]?(?:true\b|yes\b|$|\*)|^\s*+failure:\s*+(ignore)\b|\b(catchError)\s*+\("
    )


@cache
def _orb() -> re.Pattern[str]:
    return re.compile(r"^\s++[\w-]++:\s++['\"]?([\w-]++/[\w-]++)@(?:volatile|dev:\S++|\d+(?:\.\d+)?(?![.\d]))")
