# SPDX-License-Identifier: Apache-2.0
"""What agents and editors run by themselves, and what agents are told. Family ``agent``."""

from __future__ import annotations

from gatekeeper.rules.agent.execution import Execution
from gatekeeper.rules.agent.instructions import Instructions
from gatekeeper.rules.rule import Rule


def rules() -> tuple[Rule, ...]:
    return (Execution(), Instructions())
