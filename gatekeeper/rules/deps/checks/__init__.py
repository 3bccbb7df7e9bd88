# SPDX-License-Identifier: Apache-2.0
"""The judgements, one module each, over what a diff does to dependencies."""

from __future__ import annotations

import os
from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta
from gatekeeper.rules.deps.locks import LockChange


def run(delta: Delta, locks: tuple[LockChange, ...], advisories: str | None) -> Iterator[Hit]:
    """Every hit of every check. ``advisories`` is the path of the database of advisories, which need not exist."""
    from gatekeeper.rules.deps.checks import (
        hosts,
        images,
        integrity,
        lock_only,
        loosened,
        new_direct,
        opaque,
        settings,
        typosquat,
    )

    for check in (opaque.check, new_direct.check, typosquat.check, loosened.check, images.check):
        yield from check(delta)
    for of_locks in (hosts.check, integrity.check, settings.check, lock_only.check):
        yield from of_locks(delta, locks)
    if advisories is not None and os.path.exists(advisories):
        from gatekeeper.rules.deps.checks import advisories as known
        from gatekeeper.rules.deps.outside.osv import Advisories

        yield from known.check(delta, locks, Advisories(advisories))
