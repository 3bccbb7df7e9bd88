# SPDX-License-Identifier: Apache-2.0
"""What coverage is worked out for."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from gatekeeper.approvals.facts import Facts
from gatekeeper.model import Change, Finding
from gatekeeper.policy.schema import Policy


class Case(NamedTuple):
    """One change, what was found in it, and by what it is judged."""

    change: Change
    findings: Sequence[Finding]
    whole: Collection[Finding]
    """Those of ``findings`` that are about the change as a whole (a change rule's), not about one commit."""
    policy: Policy
    facts: Facts
    now: int
    """The gate's clock, seconds since the epoch."""
    pusher: str | None = None
    """Who pushes, as far as the server knows."""
    operators: Collection[str] = ()
    """Principals who started the runs that made commits of the change; claimed ones too."""

    def is_person(self, principal: str) -> bool:
        return principal not in self.policy.agents and principal not in self.policy.gates

    def concerned(self, finding: Finding) -> Sequence[str]:
        """The commits whose authors had a hand in what ``finding`` is about."""
        return self.change.commits if finding in self.whole else (finding.commit,)
