# SPDX-License-Identifier: Apache-2.0
"""Rules with a milder case: the table gives the milder level, and the ordinary case asks for a person at least."""

from __future__ import annotations

from gatekeeper.model import Hit


def graded(hit: Hit, *, lesser: bool) -> Hit:
    """``hit`` as the milder case of its rule (the policy's level alone), or as the ordinary one."""
    return hit if lesser else hit._replace(escalate=hit.escalate or "approval")
