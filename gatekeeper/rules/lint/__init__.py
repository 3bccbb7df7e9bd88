# SPDX-License-Identifier: Apache-2.0
"""What keeps a linter, a type checker or a scanner from speaking. Family ``lint``."""

from __future__ import annotations

from gatekeeper.rules.lint.family import Suppressions
from gatekeeper.rules.rule import Rule


def rules() -> tuple[Rule, ...]:
    return (Suppressions(),)
