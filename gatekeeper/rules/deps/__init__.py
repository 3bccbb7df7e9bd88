# SPDX-License-Identifier: Apache-2.0
"""Dependencies: what a change adds, moves and loosens, judged by the structure of both sides."""

from __future__ import annotations

from gatekeeper.rules.deps.family import Dependencies
from gatekeeper.rules.rule import ChangeRule, Rule


def rules() -> tuple[Rule, ...]:
    return (Dependencies(),)


def change_rules() -> tuple[ChangeRule, ...]:
    return ()
