# SPDX-License-Identifier: Apache-2.0
"""The rule object: a fast look at names, and everything else only where a dependency file changed."""

from __future__ import annotations

from collections.abc import Iterable

from gatekeeper.model import Hit
from gatekeeper.rules.deps.formats import format_of
from gatekeeper.rules.rule import CommitView, Diff

NAMES = ("deps.new-direct", "deps.opaque")


class Dependencies:
    """All ``deps.*`` rules that need nothing but the repository; each file is read once for all of them."""

    names = NAMES

    def inspect(self, view: CommitView) -> Iterable[Hit]:
        return judge(view)


def judge(diff: Diff) -> tuple[Hit, ...]:
    """Every hit of the family in ``diff``. Raises ObjectMissing, TooLarge."""
    if not any(format_of(file.path) for file in diff.files):
        return ()
    from gatekeeper.rules.deps.checks import new_direct, opaque
    from gatekeeper.rules.deps.delta import read

    delta = read(diff)
    return tuple(hit for check in (opaque.check, new_direct.check) for hit in check(delta))
