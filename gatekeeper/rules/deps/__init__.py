# SPDX-License-Identifier: Apache-2.0
"""Dependencies: what a change adds, moves and loosens, judged by the structure of both sides.

``formats`` reads files, ``delta`` and ``locks`` hold both sides against each other, ``checks`` judges, ``outside``
knows what the repository cannot: indexes and advisories.
"""

from __future__ import annotations

import os
from collections.abc import Collection

from gatekeeper.model import NotChecked
from gatekeeper.rules.deps.family import Dependencies, WholeLocks
from gatekeeper.rules.deps.outside import asking, places
from gatekeeper.rules.rule import ChangeRule, Rule, RuleSettings


def rules() -> tuple[Rule, ...]:
    return (Dependencies(places.advisories(os.environ)),)


def change_rules() -> tuple[ChangeRule, ...]:
    return (WholeLocks(), asking.AskIndexes(os.environ))


def not_checked(paths: Collection[bytes], settings: RuleSettings) -> tuple[NotChecked, ...]:
    """What an index or a list of advisories was not asked about these paths, and why."""
    return asking.not_checked(paths, settings, os.environ)
