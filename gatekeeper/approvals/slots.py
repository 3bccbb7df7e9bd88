# SPDX-License-Identifier: Apache-2.0
"""Filling required slots with different people: a maximum bipartite matching (augmenting paths)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def fill(slots: Sequence[str], able: Mapping[str, Sequence[str]]) -> list[str | None]:
    """Who fills each slot, None where nobody is left; as many slots as can be filled are.

    ``slots`` are team names, a team once for each person it must give; ``able`` maps a person to the teams for
    which that person may stand. No person fills two slots. The same input gives the same answer in any order
    of ``able``.
    """
    people = {team: sorted(person for person, teams in able.items() if team in teams) for team in set(slots)}
    filled: list[str | None] = [None] * len(slots)
    seat: dict[str, int] = {}

    def place(slot: int, tried: set[str]) -> bool:
        able_here = people[slots[slot]]
        for person in (*(one for one in able_here if one not in seat), *(one for one in able_here if one in seat)):
            if person not in tried:
                tried.add(person)
                if person not in seat or place(seat[person], tried):
                    seat[person], filled[slot] = slot, person
                    return True
        return False

    for slot in range(len(slots)):
        place(slot, set())
    return filled
