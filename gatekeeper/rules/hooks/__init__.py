# SPDX-License-Identifier: Apache-2.0
"""What runs at commit, push and checkout on everybody's machine. Family ``hooks``."""

from __future__ import annotations

from gatekeeper.rules.hooks.family import HookConfiguration
from gatekeeper.rules.rule import Rule


def rules() -> tuple[Rule, ...]:
    return (HookConfiguration(),)
