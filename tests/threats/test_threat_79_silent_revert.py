# SPDX-License-Identifier: Apache-2.0
"""Threat 79: a fix lands after the approval, and a commit with the approved tree silently reverts it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_the_approved_tree_on_a_moved_base_is_not_approved(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    tree = stage.objects.commit(head).tree
    stage.repo.git("reset", "-q", "--hard", stage.base)
    base = stage.repo.commit({"fix.txt": "fixed\n"})
    same_tree = stage.repo.commit_tree(tree, [base])
    coverage = stage.judge(stage.change(same_tree, base), [finding(same_tree)])
    assert not coverage.findings[0].covered
    assert coverage.present == ()
