# SPDX-License-Identifier: Apache-2.0
"""Threat 78: an approved change lands, is reverted by people, and is pushed again on the old approval: spent."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


FILES: dict[str, str | bytes | None] = {"a.txt": "agent\n", "b.txt": "b\n"}


@pytest.mark.parametrize("how", ["fast-forward", "merge", "squash", "rebase"])
def test_however_it_landed(stage: Scene, how: str) -> None:
    stage.agent_commit({"a.txt": "agent\n"})
    head = stage.agent_commit({"b.txt": "b\n"})
    stage.approve(ALICE, stage.change(head), [finding(head)])
    stage.repo.git("reset", "-q", "--hard", head if how == "fast-forward" else stage.base)
    if how != "fast-forward":
        stage.repo.commit({"other": "x\n"})
    if how == "merge":
        stage.repo.git("merge", "-q", "--no-ff", "-m", "merge", head)
    elif how == "squash":
        stage.repo.commit(FILES)
    elif how == "rebase":
        stage.repo.git("cherry-pick", f"{stage.base}..{head}")
    base = stage.repo.commit({"a.txt": None, "b.txt": None}, "revert")
    again = stage.agent_commit(FILES)
    reason = stage.reason(stage.change(again, base), [finding(again)])
    assert reason.startswith("it is spent: what it approves landed in ")
