# SPDX-License-Identifier: Apache-2.0
"""Threat 8: an approval replayed on another ref counts for nothing there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_an_approval_for_another_ref_is_ignored(stage: Scene) -> None:
    head = stage.agent_commit()
    found = [finding(head)]
    stage.approve(ALICE, stage.change(head, target="refs/heads/develop"), found)
    reason = stage.reason(stage.change(head), found)
    assert reason == "it is for refs/heads/develop, not for refs/heads/main"
