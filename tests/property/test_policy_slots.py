# SPDX-License-Identifier: Apache-2.0
"""Whether different people can fill every slot, against trying all ways."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.policy.schema import Counts
from gatekeeper.policy.slots import can_be_met

PEOPLE = ["a", "b", "c", "d"]
teams = st.dictionaries(
    st.sampled_from(["one", "two", "three"]), st.lists(st.sampled_from(PEOPLE), unique=True).map(tuple)
)
counts = st.dictionaries(st.sampled_from(["one", "two", "three"]), st.integers(1, 3), min_size=1).map(
    lambda found: tuple(sorted(found.items()))
)


@given(teams, counts)
def test_as_brute_force(teams: dict[str, tuple[str, ...]], counts: Counts) -> None:
    slots = [team for team, count in counts for _ in range(count)]
    ways = permutations(PEOPLE, len(slots))  # none where there are more slots than people
    expected = any(all(who in teams.get(team, ()) for who, team in zip(way, slots, strict=True)) for way in ways)
    assert can_be_met(counts, teams) == expected
