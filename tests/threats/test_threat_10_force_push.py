# SPDX-License-Identifier: Apache-2.0
"""Threat 10: a force-push after the approval leaves it behind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import AGENT, RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_other_content_on_the_same_base_is_not_approved(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    stage.repo.write({"a.txt": "something else\n"})
    pushed = stage.repo.commit(None, "work", AGENT, "--amend")
    coverage = stage.judge(stage.change(pushed), [finding(pushed)])
    assert not coverage.findings[0].covered
    assert coverage.present == ()


def test_a_reworded_commit_is_another_commit(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    pushed = stage.repo.commit(None, "other words", AGENT, "--amend")
    reason = stage.reason(stage.change(pushed), [finding(pushed)])
    assert reason == "the commits were rewritten since it was signed; approve again"
