# SPDX-License-Identifier: Apache-2.0
"""Threat 14: approving the tip approves neither commits added to the list nor a list that lost some."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_a_commit_added_on_top_is_not_approved(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    top = stage.agent_commit({"b.txt": "b\n"})
    coverage = stage.judge(stage.change(top), [finding(head), finding(top)])
    assert [one.covered for one in coverage.findings] == [True, False]


def test_a_list_that_lacks_a_commit_approves_nothing(stage: Scene) -> None:
    first = stage.agent_commit()
    head = stage.agent_commit({"b.txt": "b\n"})
    change, found = stage.change(head), [finding(first), finding(head)]
    stage.approve(ALICE, change, found, commits=(head,))
    assert stage.reason(change, found) == "it lists other commits than the change has"


def test_a_list_with_a_stranger_in_it_approves_nothing(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found, commits=(stage.base, head))
    assert stage.reason(change, found) == "it lists other commits than the change has"
