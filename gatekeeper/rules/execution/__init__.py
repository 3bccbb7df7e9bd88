# SPDX-License-Identifier: Apache-2.0
"""Files that tools run without being asked. Family ``exec``."""

from __future__ import annotations

from gatekeeper.rules.execution.autorun import AutoRun
from gatekeeper.rules.rule import Rule


def rules() -> tuple[Rule, ...]:
    return (AutoRun(),)
