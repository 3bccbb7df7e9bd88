# SPDX-License-Identifier: Apache-2.0
"""The rule object: a fast look at names, and everything else only where a dependency file changed."""

from __future__ import annotations

from collections.abc import Iterable

from gatekeeper.model import Hit
from gatekeeper.rules.deps.formats import relevant
from gatekeeper.rules.rule import CommitView, Diff

NAMES = (
    "deps.downgrade",
    "deps.external-source",
    "deps.host-changed",
    "deps.install-script",
    "deps.integrity-changed",
    "deps.lock-only",
    "deps.loosened",
    "deps.name-mismatch",
    "deps.new-direct",
    "deps.opaque",
    "deps.override",
    "deps.registry-config",
    "deps.unpinned-image",
)


class Dependencies:
    """All ``deps.*`` rules that need nothing but the repository; each file is read once for all of them."""

    names = NAMES

    def inspect(self, view: CommitView) -> Iterable[Hit]:
        return judge(view)


def judge(diff: Diff) -> tuple[Hit, ...]:
    """Every hit of the family in ``diff``. Raises ObjectMissing, TooLarge."""
    if next(relevant(diff), None) is None:
        return ()
    from gatekeeper.rules.deps import locks
    from gatekeeper.rules.deps.checks import hosts, images, integrity, lock_only, loosened, new_direct, opaque, settings
    from gatekeeper.rules.deps.delta import read

    delta = read(diff)
    changed = locks.changes(delta)
    return (
        *opaque.check(delta),
        *new_direct.check(delta),
        *loosened.check(delta),
        *images.check(delta),
        *hosts.check(delta, changed),
        *integrity.check(delta, changed),
        *settings.check(delta, changed),
        *lock_only.check(delta, changed),
    )
