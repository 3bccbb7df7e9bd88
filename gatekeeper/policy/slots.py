# SPDX-License-Identifier: Apache-2.0
"""Requirements as slots, each to be filled by a different person."""

from __future__ import annotations

from collections.abc import Mapping

from gatekeeper.policy.schema import Counts

MAX_SLOTS = 100
"""People that one requirement may ask for."""
Teams = Mapping[str, tuple[str, ...]]


def can_be_met(counts: Counts, teams: Teams) -> bool:
    """Whether every slot can be filled by a different member (a maximum matching, by augmenting paths)."""
    slots = [team for team, count in counts for _ in range(min(count, len(teams.get(team, ())) + 1))]
    filled: dict[str, int] = {}

    def place(slot: int, tried: set[str]) -> bool:
        members = teams.get(slots[slot], ())
        free = next((member for member in members if member not in filled), None)
        if free is not None:
            filled[free] = slot
            return True
        for member in members:
            if member not in tried:
                tried.add(member)
                if place(filled[member], tried):
                    filled[member] = slot
                    return True
        return False

    return all(place(slot, set()) for slot in range(len(slots)))


def two_where_there_are(require: Counts, teams: Teams) -> Counts:
    """The default of ``policy_changes``: ``require``, but two people where its one team has two."""
    if len(require) == 1 and require[0][1] == 1 and len(teams.get(require[0][0], ())) > 1:
        return ((require[0][0], 2),)
    return require
