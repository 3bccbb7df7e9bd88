# SPDX-License-Identifier: Apache-2.0
"""Where and when a decision is made: what :func:`gatekeeper.gate.decide` is given besides the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from gatekeeper.git.objects import Objects


def _quietly(done: int, total: int) -> None:
    return None


class Context(NamedTuple):
    """Where and when a decision is made, and by whom it was asked for."""

    objects: Objects
    now: int
    """The gate's clock, seconds since the epoch."""
    is_hook: bool = False
    """True in git hooks, where no rule asks an index."""
    online: bool = False
    deadline: float | None = None
    """On ``time.monotonic``'s clock."""
    approvals_tip: str | None = None
    """The commit of the approvals notes that a push brings along; None reads the ref."""
    known: tuple[str, ...] = ()
    """Commits that count as there already, besides the change's base, as its builder was given them."""
    pusher: str | None = None
    operators: tuple[str, ...] = ()
    """Principals who started the runs that made commits of the change."""
    progress: Callable[[int, int], None] = _quietly
    """Told (commits done, commits in all)."""
