# SPDX-License-Identifier: Apache-2.0
"""What happens to a protected ref itself. Family ``ref``."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Change, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import ChangeRule, ChangeView

CREATED, DELETED, REWOUND = "ref.created", "ref.deleted", "ref.rewound"


class ProtectedRefs:
    """Creating, deleting or setting back a ref that the policy protects."""

    names = (CREATED, DELETED, REWOUND)

    def inspect_change(self, view: ChangeView) -> Iterator[Hit]:
        change = view.change
        if not view.protected or change.target is None:
            return
        if change.deletes:
            yield _hit(DELETED, change, f"deletes the protected ref {change.target}")
        elif change.creates:
            yield _hit(CREATED, change, f"creates {change.target}, a name that the policy protects")
        elif change.rewinds:
            yield _hit(REWOUND, change, f"sets {change.target} to history that does not contain {change.base[:12]}")
        elif change.target.startswith("refs/tags/"):  # to the same commit, too: by another tag object
            yield _hit(REWOUND, change, f"moves the protected tag {change.target}, which others take for fixed")


def change_rules() -> tuple[ChangeRule, ...]:
    return (ProtectedRefs(),)


def _hit(rule: str, change: Change, message: str) -> Hit:
    target = (change.target or "").encode("utf-8", "surrogateescape")
    parts = (target, change.base.encode(), change.head.encode(), (change.tag or "").encode())
    return Hit(rule, None, None, message, fingerprint.changed(rule, None, *parts))
