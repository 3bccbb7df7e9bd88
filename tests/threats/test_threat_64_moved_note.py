# SPDX-License-Identifier: Apache-2.0
"""Threat 64: a note moved to another commit counts for nothing there; the subject names the commit."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_an_approval_moved_to_another_commit_is_ignored(stage: Scene) -> None:
    first = stage.agent_commit()
    said = stage.approval(ALICE, stage.change(first), [finding(first)])
    head = stage.agent_commit({"b.txt": "b\n"})
    stage.note(said, on=head)
    reason = stage.reason(stage.change(head), [finding(first), finding(head)])
    assert reason == "it is noted on another commit than the one it is about"
