# SPDX-License-Identifier: Apache-2.0
"""The rule object: a fast look at names, and everything else only where a dependency file changed."""

from __future__ import annotations

from collections.abc import Iterable

from gatekeeper.model import Hit
from gatekeeper.rules.deps.formats import format_of, relevant
from gatekeeper.rules.rule import ChangeView, CommitView, Diff

NAMES = (
    "deps.downgrade",
    "deps.external-source",
    "deps.host-changed",
    "deps.install-script",
    "deps.integrity-changed",
    "deps.lock-only",
    "deps.loosened",
    "deps.malicious",
    "deps.name-mismatch",
    "deps.new-direct",
    "deps.opaque",
    "deps.override",
    "deps.registry-config",
    "deps.typosquat",
    "deps.unpinned-image",
    "deps.vulnerable",
)


DENIED = ("deps.host-changed", "deps.integrity-changed", "deps.name-mismatch")
"""What is looked at over a whole change as well, so that no detour of several commits hides it."""


class Dependencies:
    """All ``deps.*`` rules that need no network; each file is read once for all of them."""

    names = NAMES

    def __init__(self, advisories: str | None = None) -> None:
        """``advisories`` is the path of the database of advisories; it need not exist."""
        self._advisories = advisories

    def inspect(self, view: CommitView) -> Iterable[Hit]:
        return judge(view, self._advisories)


class WholeLocks:
    """Locks of the target against those of the result: removing one and writing it anew is no fresh start."""

    names = DENIED

    def inspect_change(self, view: ChangeView) -> Iterable[Hit]:
        """Silent for a change of one commit, which has been looked at."""
        if len(view.change.commits) < 2 or not any(format_of(path) for path in view.paths):
            return ()
        return tuple(hit for hit in judge(view.net) if hit.rule in DENIED)


def judge(diff: Diff, advisories: str | None = None) -> tuple[Hit, ...]:
    """Every hit of the family in ``diff``. Raises ObjectMissing, TooLarge."""
    if next(relevant(diff), None) is None:
        return ()
    from gatekeeper.rules.deps import checks, locks
    from gatekeeper.rules.deps.delta import read

    delta = read(diff)
    return tuple(checks.run(delta, locks.changes(delta), advisories))
