# SPDX-License-Identifier: Apache-2.0
"""Threat 9: what was approved, landed and was reverted does not land again on the old approval."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import AGENT, RepoBuilder
from tests.scene import ALICE, DAY, NOW, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_the_base_has_moved_and_the_approval_is_spent(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    base = stage.repo.commit({"a.txt": None}, "revert")
    again = stage.repo.commit({"a.txt": "agent\n"}, "work again", AGENT)
    reason = stage.reason(stage.change(again, base), [finding(again)])
    assert reason == f"it is spent: what it approves landed in {head}"


def test_an_approval_expires(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    stage.now = NOW + DAY
    assert stage.reason(stage.change(head), [finding(head)]) == "it expired at 2027-01-16T08:00:00Z"


def test_two_approvals_of_one_change_differ_by_their_nonce(stage: Scene) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    said = stage.approval(ALICE, change, [finding(head)])
    first, second = stage.note(said), stage.note(said._replace(nonce="02"))
    assert first != second
    stage.note(stage.revocation(ALICE, said))
    assert stage.judge(change, [finding(head)]).present == (second,)
