# SPDX-License-Identifier: Apache-2.0
"""Threat 13: the base moved, and the merge gives another result than the one reviewed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def moved(stage: Scene) -> tuple[str, str]:
    """An approved head, and a base that moved since."""
    stage.repo.branch("side")
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    stage.repo.git("checkout", "-q", "main")
    return head, stage.repo.commit({"other": "x\n"})


def test_the_approval_is_of_the_base_it_was_signed_on(stage: Scene) -> None:
    head, base = moved(stage)
    reason = stage.reason(stage.change(head, base), [finding(head)])
    assert reason == "the target moved since it was signed; approve again"


def test_a_merge_of_both_does_not_bring_it_back(stage: Scene) -> None:
    head, base = moved(stage)
    stage.repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = stage.repo.git("rev-parse", "HEAD")
    reason = stage.reason(stage.change(merge, base), [finding(head)])
    assert reason == "the target moved since it was signed; approve again"


def test_the_result_of_the_merge_is_signed(stage: Scene) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    stage.approve(ALICE, change, [finding(head)], result_tree=stage.repo.git("rev-parse", f"{stage.base}^{{tree}}"))
    assert stage.reason(change, [finding(head)]) == "the merge gives another tree than the one it was signed for"
