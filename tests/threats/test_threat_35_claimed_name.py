# SPDX-License-Identifier: Apache-2.0
"""Threat 35: a name and an address prove nothing; a commit is agent work unless a person's key signed it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, BOB, CLAUDE, MALLORY, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_an_unsigned_commit_in_a_persons_name_is_not_approved_by_that_person(stage: Scene) -> None:
    head = stage.agent_commit(who=("Alice", ALICE))
    coverage = stage.judge(stage.change(head), [finding(head)])
    assert not coverage.findings[0].covered


@pytest.mark.parametrize("name", [CLAUDE, MALLORY])
def test_nor_one_that_somebody_else_signed(stage: Scene, name: str) -> None:
    head = stage.signed(stage.agent_commit(who=("Alice", ALICE)), name)
    assert not stage.judge(stage.change(head), [finding(head)]).findings[0].covered


def test_a_claim_makes_it_stricter_only(stage: Scene) -> None:
    head = stage.agent_commit(who=("Alice", ALICE))
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found)
    assert stage.reason(change, found) == "approver is the commit's author"
    said = stage.approve(BOB, change, found)
    assert stage.judge(change, found).present == (said,)
