# SPDX-License-Identifier: Apache-2.0
"""What CI may do, whose code it runs, and whether its failures show. Family ``ci``."""

from __future__ import annotations

from gatekeeper.rules.ci.family import Combined, ContinuousIntegration
from gatekeeper.rules.rule import ChangeRule, Rule


def rules() -> tuple[Rule, ...]:
    return (ContinuousIntegration(),)


def change_rules() -> tuple[ChangeRule, ...]:
    return (Combined(),)
