# SPDX-License-Identifier: Apache-2.0
"""Whether different people can fill every slot, against trying all ways."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.policy.schema import Counts
from gatekeeper.policy.slots import can_be_met

PEOPLE = ["a", "b", "c", "d"]
NAMES = ["one", "three", "two"]
teams = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True).map(tuple) for name in NAMES}
)
counts = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 2), min_size=1).map(
    lambda found: tuple(sorted(found.items()))
)


def test_an_earlier_slot_makes_room() -> None:
    assert can_be_met((("one", 1), ("two", 1)), {"one": ("a", "b"), "two": ("a",)})
    assert not can_be_met((("one", 1), ("two", 1)), {"one": ("a",), "two": ("a",)})


@given(teams, counts)
def test_as_brute_force(teams: dict[str, tuple[str, ...]], counts: Counts) -> None:
    slots = [team for team, count in counts for _ in range(count)]
    ways = permutations(PEOPLE, len(slots))  # none where there are more slots than people
    expected = any(all(who in teams.get(team, ()) for who, team in zip(way, slots, strict=True)) for way in ways)
    assert can_be_met(counts, teams) == expected
