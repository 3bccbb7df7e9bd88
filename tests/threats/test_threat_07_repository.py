# SPDX-License-Identifier: Apache-2.0
"""Threat 7: an approval replayed in another repository or a fork counts for nothing there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_an_approval_of_a_fork_is_ignored(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found, repository="example.org/fork")
    assert stage.reason(change, found) == "it was signed for another repository (example.org/fork)"
