# SPDX-License-Identifier: Apache-2.0
"""What is true of one version of a CI file, and which of it another version did not have.

Facts are compared by key and number, not by place, so that moving or renaming a job says nothing and a second
dangerous job beside a first one does.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gatekeeper.model import Level

RISKY, UNTRUSTED, UNPINNED, TOUCHED = "ci.risky", "ci.untrusted-checkout", "ci.unpinned-action", "ci.touched"


class Fact(NamedTuple):
    """One thing that a reviewer would want to know."""

    rule: str
    key: tuple[str, ...]
    """What makes two facts the same one, besides the rule."""
    line: int | None
    """1-based."""
    message: str
    whole: bool = False
    """True where it holds for the whole file, so that saying it once more adds nothing."""
    only_changes: bool = False
    """True for what counts only where an older version was otherwise."""
    covers: tuple[str, ...] = ()
    """The key of a milder fact that this one includes."""
    lesser: bool = False
    """True for the milder case of its rule."""
    escalate: Level | None = None


def gained(olds: Sequence[Sequence[Fact]], new: Sequence[Fact]) -> Iterator[Fact]:
    """The facts of ``new`` that the old versions together do not have as often."""
    spare = Counter((fact.rule, fact.key) for old in olds for fact in old)
    whole = {(fact.rule, key) for old in olds for fact in old if fact.whole for key in (fact.key, fact.covers)}
    for fact in new:
        kind = (fact.rule, fact.key)
        if kind in whole or (fact.only_changes and not olds):
            continue
        if spare[kind] > 0:
            spare[kind] -= 1
            continue
        if fact.whole:
            whole.add(kind)
        yield fact
