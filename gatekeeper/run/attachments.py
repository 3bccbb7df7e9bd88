# SPDX-License-Identifier: Apache-2.0
"""What serves the agent's sandbox from outside. There is no proxy yet: its network is its own loopback."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from gatekeeper.errors import CannotDecide
from gatekeeper.policy.effective import Effective
from gatekeeper.run.confine import Confinement
from gatekeeper.run.interface import Attachment, Events


def attachments(
    ground: Confinement, policy: Effective, allow: Sequence[str]
) -> Callable[[Events], tuple[Attachment, ...]]:
    """What a run with this policy gets, once its stream of events is open; ``allow`` is what its operator adds.

    Raises CannotDecide where the two do not go together.
    """
    if allow:
        raise CannotDecide("a run has no network in this version", "run it without --allow")

    def begin(events: Events) -> tuple[Attachment, ...]:
        return ()

    return begin
