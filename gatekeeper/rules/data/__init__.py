# SPDX-License-Identifier: Apache-2.0
"""What destroys data or opens it to everybody once it runs. Family ``data``."""

from __future__ import annotations

from gatekeeper.rules.data.family import Destruction
from gatekeeper.rules.rule import Rule


def rules() -> tuple[Rule, ...]:
    return (Destruction(),)
